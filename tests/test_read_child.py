"""The children that read strangers' files, run as their parents do: a file on standard input, lines of JSON out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest

from knowledge.read import Limits
from knowledge.read.answers import heard, told
from tests.bots import SUMMARY
from tests.shared import ROOT

TEXT = SUMMARY.format(year=2024, added="47.1", growth="6.6", rank="3").encode()
BROKEN = b"PK\x03\x04word/document.xml"


def answer(module: str, data: bytes, name: str, limits: Limits, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, name, json.dumps(asdict(limits)), *more]
    done = subprocess.run(command, input=data, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return heard(done.stdout)


def test_a_source_comes_back_whole() -> None:
    source = answer("knowledge.read.worker", TEXT, "总结.md", Limits())["source"]
    assert (source["name"], source["text"].splitlines()[0]) == (
        "总结.md",
        "柏岭县经济和信息化局2024年上半年工作总结",
    )


def test_an_extraction_comes_back_whole() -> None:
    found = answer("knowledge.uploads", TEXT, "总结.md", Limits(), "[]")["extraction"]
    assert [item["title"] for item in found["difficulties"]] == ["招工难", "成本上升"]


@pytest.mark.parametrize(
    ("data", "name", "limits", "error", "sentence"),
    [
        (
            BROKEN,
            "总结.docx",
            Limits(),
            "BrokenFile",
            "文件已损坏，打不开：请在 Word、WPS 或原软件里重新打开并另存，再发送一次。",
        ),
        (b" \n ", "总结.md", Limits(), "EmptyDocument", "总结.md 是空文件，请检查后重新发送。"),
        (TEXT, "总结.md", Limits(max_characters=9), "LimitExceeded", "总结.md 的文字超过 9 字，请拆成几份再发送。"),
        (
            TEXT,
            "总结.md",
            Limits(max_bytes=512),
            "LimitExceeded",
            "文件超过 0.000488 MB，请压缩图片或拆成几份再发送。",
        ),
    ],
)
@pytest.mark.parametrize(("module", "more"), [("knowledge.read.worker", ()), ("knowledge.uploads", ("[]",))])
def test_what_cannot_be_read_comes_back_as_a_sentence(
    module: str, more: tuple[str, ...], data: bytes, name: str, limits: Limits, error: str, sentence: str
) -> None:
    found = answer(module, data, name, limits, *more)
    assert (found["error"], found["message"]) == (error, sentence)


def test_faulty_words_of_the_bureau_are_told_by_their_sentence(tmp_path: Any) -> None:
    words = tmp_path / "词.toml"
    words.write_text('[own]\n"产值" = "总额"\n', "utf-8")
    found = answer("knowledge.uploads", TEXT, "总结.md", Limits(), json.dumps([str(words)]))
    assert found["error"] == "BrokenFile" and f"词表 {words} 的格式不对" in found["message"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"source": {"text": "甲\n乙\u2028丙", "notes": ["一"] * 999}},
        {"a": {"b": list(range(1000)), "c": [[1, 2]] * 201}, "d": [None, "x", 1.5], "e": []},
    ],
)
def test_an_answer_is_heard_as_it_was_told(answer: dict[str, Any]) -> None:
    lines = list(told(answer))
    assert heard("\n".join(lines).encode()) == answer
    assert max(map(len, lines)) < 4000


@pytest.mark.parametrize("torn", [b"", b"{", b'{"a": []}\n[["a"], [1, 2'])
def test_a_torn_answer_is_none(torn: bytes) -> None:
    with pytest.raises(ValueError):
        heard(torn)
