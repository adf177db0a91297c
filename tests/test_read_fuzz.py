"""Damaged files of every format end in a text or in one of our sentences, never in a foreign error or a hang."""

from __future__ import annotations

import io
import random
import re
import zipfile

import openpyxl
import pytest
import xlwt
from documents import docx_file, html_file, pdf_file, text_file
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


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with some bytes changed, cut out, doubled, or its end missing."""
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 40))):
        at = chance.randrange(max(1, len(damaged)))
        length = chance.choice((1, 1, 4, 64, 900))
        kind = chance.randrange(4)
        if kind == 0:
            damaged[at : at + length] = chance.randbytes(min(length, 4))
        elif kind == 1:
            del damaged[at : at + length]
        elif kind == 2:
            damaged[at:at] = damaged[at : at + length]
        else:
            damaged[at : at + 1] = bytes([damaged[at] ^ (1 << chance.randrange(8))]) if damaged else b""
    return bytes(damaged if chance.random() > 0.1 else damaged[: chance.randrange(len(damaged) + 1)])


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


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """An archive with one part's contents damaged, its checksums right."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        parts = [name for name in old.namelist() if name.endswith(".xml")]
        target = chance.choice(parts)
        for name in old.namelist():
            new.writestr(name, _altered(old.read(name), chance) if name == target else old.read(name))
    return buffer.getvalue()


def _altered(xml: bytes, chance: random.Random) -> bytes:
    """XML that stays well-formed often: attribute values and texts that are digits become other numbers or words."""
    spots = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', xml))
    for spot in chance.sample(spots, min(len(spots), chance.choice((1, 3, 10)))):
        word = chance.choice(
            [b"", b"-1", b"999999999", b"1e308", b"nan", b"x y z", b"g 99999 1", b"\xe4\xb8\x80", b"0 0 0 0"]
        )
        xml = xml[: spot.start()] + word.ljust(len(spot[0]))[: len(spot[0])] + xml[spot.end() :]  # as long as before
    return xml


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ofd", "ofd in pieces"])
def test_damaged_parts_inside_of_an_archive(kind: str) -> None:
    chance = random.Random(f"{kind} 7")  # noqa: S311
    outcomes = set()
    for _ in range(100):
        try:
            outcomes.add(
                "read" if read_bytes(_repacked(_FILES[kind], chance), f"总结.{kind[:4]}", _LIMITS).text else ""
            )
        except ReadError as error:
            assert str(error).endswith("。")
            outcomes.add(type(error).__name__)
    assert "read" in outcomes
