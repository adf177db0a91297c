"""Segmentation: lines, sections, sentences and tables of small documents, and properties that hold for any text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Document, ParagraphKind, Repaired, Source
from knowledge.segment import segment
from knowledge.segment.headings import heading
from tests.shared import shared

CASES = Path(__file__).parent / "cases"
TABLE = tomllib.loads((CASES / "segment.toml").read_text("utf-8"))


def cut(text: str, name: str = "a.txt") -> Document:
    return segment(Repaired(Source(name, "text/plain", text, ""), text))


def case(name: str) -> Document:
    return cut((CASES / "segment" / name).read_text("utf-8"), name)


@pytest.mark.parametrize("expected", TABLE["document"], ids=lambda each: str(each["file"]))
def test_every_line_has_its_kind_and_section(expected: dict[str, Any]) -> None:
    document = case(expected["file"])
    found = [(p.span.of(document.text), p.kind.value, list(p.section)) for p in document.paragraphs]
    assert [(kind, section) for _, kind, section in found] == [
        (kind, section) for _, kind, section in expected["lines"]
    ]
    assert all(text.startswith(start) for (text, _, _), (start, _, _) in zip(found, expected["lines"], strict=True))


@pytest.mark.parametrize("expected", TABLE["document"] + TABLE["identity"], ids=lambda each: str(each["title"]))
def test_what_a_document_is(expected: dict[str, Any]) -> None:
    document = case(expected["file"]) if "file" in expected else cut(expected["text"], expected["name"])
    period = str(document.time_period) if document.time_period else None
    found = (document.title, document.issuer, document.ref_area, period, document.year)
    keys = ("title", "issuer", "ref_area", "time_period", "year")
    assert found == tuple(expected.get(key) for key in keys)
    if "months" in expected:
        assert document.months == tuple(expected["months"])


def test_sentences_keep_brackets_and_closing_marks() -> None:
    document = case("bureau.md")
    line = next(p for p in document.paragraphs if "消费市场" in p.span.of(document.text))
    assert [span.of(document.text) for span in line.sentences] == [
        "（一）消费市场稳步恢复。",
        "1—9月，社会消费品零售总额31.2亿元，同比增长4.5%（其中，线上零售5.6亿元。不含农村电商。）。",
        "餐饮收入增长2.1%。",
    ]
    assert line.head and line.head.of(document.text) == "（一）消费市场稳步恢复。"


def test_a_table_has_header_cells_and_caption() -> None:
    document = case("bureau.md")
    head, rule, *rows = [p for p in document.paragraphs if p.kind is ParagraphKind.TABLE_ROW]
    assert (head.header, rule.cells) == ((), ())
    assert [[cell.of(document.text) for cell in row.cells] for row in rows] == [
        ["欧盟", "4.1", "-6.0"],
        ["东盟", "3.7", "2.4"],
    ]
    assert {row.header for row in rows} == {("市场", "进出口", "增速（%）")}
    assert {row.caption for row in rows} == {"分市场看 单位：亿元"}


def test_marks_inside_a_line_open_sections_for_their_sentences() -> None:
    document = case("report.md")
    last = document.paragraphs[-1]
    assert [path[-1] for path in last.sentence_sections] == ["一是扩投资", "一是扩投资", "二是优环境", "二是优环境"]


@pytest.mark.parametrize(
    "line",
    [
        "1.2亿元是去年的投资。",
        "十四五时期，经济增长。",
        "——2020年1月8日在会议上",
        "5、6月份增长。",
        "（下同）全市增长。",
        "二十家企业开工。",
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert heading(line) is None


@settings(max_examples=120, deadline=None)
@given(st.text(st.sampled_from("一二、（）1.是要。！？；，：|#*- \n—各位代表增长5%“”《》xX年月"), max_size=160))
def test_any_text_is_cut_without_loss(text: str) -> None:
    document = cut(text)
    assert [p.span.of(text) for p in document.paragraphs] == [line.strip() for line in text.split("\n") if line.strip()]
    for number, paragraph in enumerate(document.paragraphs):
        assert paragraph.index == number
        assert len(paragraph.sentence_sections) == len(paragraph.sentences)
        told = "".join(span.of(text) for span in paragraph.sentences)
        assert not paragraph.sentences or told.replace(" ", "") == paragraph.span.of(text).replace(" ", "")
        assert all(cell.of(text) == cell.of(text).strip() for cell in paragraph.cells)


def test_the_structure_of_the_masked_document_is_found() -> None:
    text = shared("eval", "docs", "seed.restored.txt").read_text("utf-8")
    wanted = {tuple(row["path"]) for row in _json(shared("eval", "gold", "seed.structure.json")) if row["path"]}
    assert {p.section for p in cut(text).paragraphs if p.section} == wanted


def test_place_and_year_of_real_reports() -> None:
    for path in sorted(shared("corpus").glob("*-20[0-2]?.md")):
        city, year = path.stem.split("-")
        document = cut(path.read_text("utf-8")[:20_000], path.name)
        assert (document.ref_area, document.issuer) == (city, f"{city}人民政府"), path.name
        assert document.year in (int(year), int(year) - 1), path.name


def _json(path: Path) -> Any:
    import json

    return json.loads(path.read_text("utf-8"))
