"""The same summary in every format gives the same lines and the same figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import documents
import ofd_files
import pytest
from shared import shared

import knowledge
from knowledge.extract import extract
from knowledge.lexicon import Lexicon, load
from knowledge.model import Source
from knowledge.read import read_bytes
from knowledge.repair import repair
from knowledge.segment import segment

_SAMPLES = sorted(Path(knowledge.__file__).parent.joinpath("samples").glob("*工作总结.md"))
_MAKERS: dict[str, Callable[[list[documents.Block]], bytes]] = {
    "docx": documents.docx_file,
    "pdf": documents.pdf_file,
    "html": documents.html_file,
    "html in GBK": lambda blocks: documents.html_file(blocks, "gb18030"),
    "ofd in lines": ofd_files.lines_file,
    "ofd in pieces": ofd_files.pieces_file,
    "text in GB18030": lambda blocks: documents.text_file(blocks, "gb18030"),
    "text in UTF-16": lambda blocks: documents.text_file(blocks, "utf-16"),
}


def _blocks(sample: Path) -> list[documents.Block]:
    blocks: list[documents.Block] = []
    for line in filter(None, sample.read_text("utf-8").split("\n")):
        if line.startswith("|"):
            row = [cell.strip() for cell in line.strip("| ").split("|")]
            if blocks[-1][0] != "table":
                blocks.append(("table", []))
            if not set(line) <= set("| -"):
                blocks[-1][1].append(row)
        elif line.startswith("#"):
            blocks.append(("heading" if line.startswith("##") else "title", line.lstrip("# ")))
        else:
            blocks.append(("text", line))
    return blocks


@cache
def _lexicon() -> Lexicon:
    return load()


def _facts(source: Source) -> list[tuple[object, ...]]:
    """All that is extracted: figures, work items, difficulties."""
    found = extract(segment(repair(source)), _lexicon())
    figures = [
        (o.indicator, o.activity, o.ref_area, o.measure, o.value, o.unit, o.bound, o.time_period, o.quote, o.section)
        for o in found.observations
    ]
    work = [(item.title, item.status, item.text, item.deadline) for item in found.work_items]
    return [*figures, *work, *((one.title, one.text) for one in found.difficulties)]


@pytest.mark.parametrize("sample", _SAMPLES, ids=[path.stem for path in _SAMPLES])
@pytest.mark.parametrize("made", _MAKERS)
def test_every_format_gives_the_same(sample: Path, made: str) -> None:
    blocks = _blocks(sample)
    source = read_bytes(_MAKERS[made](blocks), sample.stem)
    assert source.text.split("\n") == documents.expected(blocks)
    facts = _facts(source)
    assert facts == _facts(read_bytes(sample.read_bytes(), sample.name))
    assert len(facts) > 20


@pytest.mark.parametrize("make", [documents.pdf_file, ofd_files.lines_file, ofd_files.pieces_file])
def test_paragraphs_of_real_reports_come_back(make: Callable[[list[documents.Block]], bytes]) -> None:
    """Long reports over many pages: all characters, and at least 99 of 100 paragraphs, as they were."""
    kept = total = 0
    for report in sorted(shared("corpus").glob("*-2018.md"))[:3]:
        lines = ["".join(line.split()) for line in read_bytes(report.read_bytes(), report.name).text.split("\n")]
        lines = [line for line in lines if line and not set(line) & set("|<>&")]
        read = read_bytes(make([("text", line) for line in lines]), report.stem).text
        assert "".join(read.split()) == "".join(lines)
        kept += len(set(lines) & {"".join(line.split()) for line in read.split("\n")})
        total += len(set(lines))
    assert kept >= 0.99 * total


@pytest.mark.skipif(documents.office() is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("kind", ["pdf", "doc", "rtf"])
def test_what_libreoffice_writes_gives_the_same(kind: str) -> None:
    blocks = _blocks(_SAMPLES[-1])
    source = read_bytes(documents.converted(documents.docx_file(blocks), ".docx", kind), _SAMPLES[-1].stem)
    assert source.text.split("\n") == documents.expected(blocks)
    assert _facts(source) == _facts(read_bytes(_SAMPLES[-1].read_bytes(), _SAMPLES[-1].name))


@pytest.mark.skipif(documents.office() is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize(("size", "indent"), [(12, 24), (10.5, 32)])
def test_printed_paragraphs_come_back_whatever_their_form(size: float, indent: float) -> None:
    blocks = _blocks(_SAMPLES[-1])
    printed = documents.converted(documents.docx_file(blocks, size, indent), ".docx", "pdf")
    assert read_bytes(printed, "a").text.split("\n") == documents.expected(blocks)
