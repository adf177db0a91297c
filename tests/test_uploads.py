"""What editors send: file names made harmless, pasted texts told from questions and put together, files read apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.publishing.pasting import MINUTES, Pasted, is_summary, name_of
from knowledge.errors import BrokenFile, LimitExceeded
from knowledge.ingest import Reading, read_document
from knowledge.lexicon import load
from knowledge.read import Limits
from knowledge.uploads import read_upload, safe_name
from tests.bots import SUMMARY

TEXT = SUMMARY.format(year=2024, added="47.1", growth="6.6", rank="3")


@given(st.text(max_size=300))
@example("../../etc/passwd")
@example("..\\..\\总结.docx")
@example("\u202egnp.exe")
@example("x" * 300 + ".docx")
@example(".")
def test_names_lose_folders_and_signs_that_steer(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 80
    assert not re.search(r"[/\\\x00-\x1f\u202a-\u202e]", safe) and safe not in (".", "..")
    assert not safe.startswith(("-", ".")) and safe_name(safe) == safe


@pytest.mark.parametrize("name", ["总结.docx", "2023年上半年工作总结（送审稿）.pdf", "a b.txt", "<b>总结.md", "总结"])
def test_ordinary_names_stay(name: str) -> None:
    assert safe_name(name) == name


def test_a_file_is_read_apart_just_as_here(tmp_path: Path) -> None:
    (tmp_path / "总结.md").write_text(TEXT, "utf-8")
    assert read_upload(TEXT.encode(), "../总结.md", Reading()) == read_document(tmp_path / "总结.md", load())


def test_the_bureaus_own_words_are_used_apart_too(tmp_path: Path) -> None:
    words = tmp_path / "词.toml"
    words.write_text('[own]\n"竹编产业总产值" = ["竹编总额"]\n', "utf-8")
    text = f"{TEXT}\n竹编总额118.3亿元，同比增长2.5%。\n"
    own = read_upload(text.encode(), "总结.md", Reading((words,)))
    assert "竹编产业总产值" in {obs.indicator for obs in own.observations}
    (tmp_path / "总结.md").write_text(text, "utf-8")
    assert own == read_document(tmp_path / "总结.md", load((words,)))


def test_size_is_limited() -> None:
    with pytest.raises(LimitExceeded, match="超过"):
        read_upload(b"x" * 2000, "大.txt", Reading(limits=Limits(max_bytes=1000)))


def test_what_is_wrong_with_the_words_is_said(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"没有\.toml"):
        read_upload(TEXT.encode(), "总结.md", Reading((tmp_path / "没有.toml",)))


QUESTIONS = [
    "医化行业增速多少？",
    "请问今年上半年规模以上工业增加值是多少，比去年同期增长了多少，在全市排第几？另外医化行业和橡塑行业分别怎么样？",
    "问" * 400,
    "一。二。三。四。五。" * 40,
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_questions_are_no_summaries(text: str) -> None:
    assert not is_summary(text)


def test_a_summary_is_one() -> None:
    assert is_summary(TEXT)
    assert name_of(TEXT) == "柏岭县经济和信息化局2024年上半年工作总结.txt"
    assert name_of("\n \n") == "贴文.txt"


@given(st.lists(st.text("一二三1.5%，亿元增长", min_size=1, max_size=400), min_size=1, max_size=60))
def test_pieces_that_telegram_cut_make_the_whole(sentences: list[str]) -> None:
    whole = "。\n".join(sentences) + "。"
    pieces = [whole[at : at + 4096] for at in range(0, len(whole), 4096)]
    sent = [piece.strip() for piece in pieces if piece.strip()]  # Telegram trims each message
    joined = Pasted(tuple(sent)).text
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", whole)
    assert {line for line in joined.split("\n") if line} == {line for line in whole.split("\n") if line}


def test_what_was_pasted_is_kept_for_a_while() -> None:
    kept = (Pasted(at=1000.0) + "第一段").dump()
    assert Pasted.load(kept, 1000.0 + MINUTES * 60 - 1).pieces == ("第一段",)
    assert Pasted.load(kept, 1000.0 + MINUTES * 60).pieces == ()
    assert Pasted.load("", 0).pieces == ()
