"""Old formats: through LibreOffice, through antiword, or a sentence that says what to install."""

from __future__ import annotations

import shutil
from pathlib import Path

import documents
import pytest
from word_files import level, lists, p, word_file

from knowledge.errors import LockedFile, ToolMissing
from knowledge.read import read_bytes
from knowledge.read.legacy import is_locked
from knowledge.read.sandbox import read_bytes_sandboxed

_BLOCKS = [
    ("title", "临江县水务局2023年工作总结"),
    ("text", "全年完成投资12.5亿元，同比增长8.1%，完成年度计划的102%，居全市第3位。"),
    ("table", [["指标", "数值（亿元）", "增速（%）"], ["水利投资", "12.5", "8.1"], ["供水产值", "3.2", "-1.5"]]),
]
_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
needs_office = pytest.mark.skipif(documents.office() is None, reason="LibreOffice (soffice) is not installed")


def _only(monkeypatch: pytest.MonkeyPatch, folder: Path, *programs: str) -> None:
    """Let no other programs be found than these."""
    for program in programs:
        (folder / program).symlink_to(shutil.which(program) or "")
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    "data",
    [
        _HEAD + b"\0" * 600,
        b"{\\rtf1 12.5}",
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
    ],
)
def test_without_a_converter_a_sentence_says_what_to_do(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, tmp_path)
    with pytest.raises(ToolMissing, match=r"安装 LibreOffice.*另存为 \.docx"):
        read_bytes(data, "总结.doc")


@pytest.mark.parametrize(("flags", "locked"), [(0x0100, True), (0x0000, False), (0x0113, True), (0x1000, False)])
def test_a_password_is_seen_in_the_file_itself(flags: int, locked: bool) -> None:
    data = _HEAD + b"\xec\xa5\xc1\0" + b"\0" * 6 + flags.to_bytes(2, "little") + b"\0" * 600
    assert is_locked(data) is locked
    if locked:
        with pytest.raises(LockedFile, match="密码"):
            read_bytes(data, "总结.doc")


@needs_office
@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_antiword_alone_gives_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = documents.converted(documents.docx_file(_BLOCKS), ".docx", "doc")
    _only(monkeypatch, tmp_path, "antiword")
    lines = read_bytes(data, "总结.doc").text.split("\n")
    assert lines[:2] == [_BLOCKS[0][1], _BLOCKS[1][1]]


@needs_office
def test_the_converter_runs_inside_the_reading_process() -> None:
    data = documents.converted(documents.docx_file(_BLOCKS), ".docx", "doc")
    assert read_bytes_sandboxed(data, "总结.wps").text.split("\n") == documents.expected(_BLOCKS)


@needs_office
def test_numbers_are_those_that_libreoffice_shows() -> None:
    formats = (
        "chineseCountingThousand",
        "chineseCounting",
        "japaneseCounting",
        "ideographTraditional",
        "decimal",
        "upperRoman",
    )
    formats += ("lowerLetter", "decimalEnclosedCircle")
    definitions = [
        level(0, one, "%1、") + level(1, "chineseCounting", "（%2）") + level(2, one, "%3.") for one in formats
    ]
    body = "".join(
        p(f"项{number}", num=(number, at)) + (p("正文。") if at == 2 else "")
        for number in range(1, len(formats) + 1)
        for at in (0, 1, 1, 2, 2, 1, 2, 0, 2, 0, 1) + (0,) * 9
    )
    data = word_file(body, numbering=lists(*definitions))
    shown = documents.converted(data, ".docx", "txt:Text (encoded):UTF8").decode("utf-8-sig")
    assert read_bytes(data, "a.docx").text.split("\n") == ["".join(line.split()) for line in shown.strip().split("\n")]
