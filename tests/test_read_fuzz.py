"""Damaged files of every format end in a text or in one of our sentences, never in a foreign error or a hang."""

from __future__ import annotations

import io
import random

import openpyxl
import pytest
import xlwt
from documents import docx_file, html_file, pdf_file, text_file
from mangle import mutated, repacked
from ofd_files import lines_file, pieces_file

from knowledge.errors import ReadError
from knowledge.read import Limits, read_bytes

_BLOCKS = [
    ("title", "临江县水务局2023年工作总结"),
    ("text", "全年完成投资12.5亿元，同比增长8.1%，完成年度计划的102%，居全市第3位。"),
    ("table", [["指标", "数值（亿元）", "增速（%）"], ["水利投资", "12.5", "8.1"], ["供水产值", "3.2", "-1.5"]]),
]


def _xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    for row in _BLOCKS[2][1]:
        workbook.active.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _xls() -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("指标")
    for y, row in enumerate(_BLOCKS[2][1]):
        for x, text in enumerate(row):
            sheet.write(y, x, text)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


_FILES = {
    "txt": text_file(_BLOCKS, "gb18030"),
    "html": html_file(_BLOCKS),
    "docx": docx_file(_BLOCKS),
    "pdf": pdf_file(_BLOCKS),
    "xlsx": _xlsx(),
    "xls": _xls(),
    "ofd": lines_file(_BLOCKS),
    "ofd in pieces": pieces_file(_BLOCKS),
}
_LIMITS = Limits(max_pages=50, max_characters=200_000)


@pytest.mark.parametrize("kind", _FILES)
def test_damaged_files_end_in_text_or_in_a_sentence(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # no converters: they are slow, and other people's to fuzz
    chance = random.Random(f"{kind} 5")  # noqa: S311
    outcomes = set()
    for _ in range(200):
        try:
            outcomes.add("read" if read_bytes(mutated(_FILES[kind], chance), f"总结.{kind[:4]}", _LIMITS).text else "")
        except ReadError as error:
            assert str(error).endswith("。")
            outcomes.add(type(error).__name__)
    assert "read" in outcomes
    assert outcomes - {"read"}


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ofd", "ofd in pieces"])
def test_damaged_parts_inside_of_an_archive(kind: str) -> None:
    chance = random.Random(f"{kind} 7")  # noqa: S311
    outcomes = set()
    for _ in range(100):
        try:
            outcomes.add("read" if read_bytes(repacked(_FILES[kind], chance), f"总结.{kind[:4]}", _LIMITS).text else "")
        except ReadError as error:
            assert str(error).endswith("。")
            outcomes.add(type(error).__name__)
    assert "read" in outcomes
