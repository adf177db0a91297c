"""Difficulties: from sections on problems and from admissions in running text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from knowledge.extract.difficulty import difficulties
from knowledge.model import Difficulty, Document, Repaired, Source
from knowledge.segment import segment
from tests.shared import shared

CASES = tomllib.loads((Path(__file__).parent / "cases" / "difficulty.toml").read_text("utf-8"))["case"]


def cut(text: str) -> Document:
    return segment(Repaired(Source("a.txt", "text/plain", text, ""), text))


def read(text: str) -> tuple[Difficulty, ...]:
    return difficulties(cut(text))


@pytest.mark.parametrize("case", CASES, ids=lambda each: str(each["label"]))
def test_titles(case: dict[str, Any]) -> None:
    text = f"远山县2023年工作总结\n过去一段时间，各项工作平稳。\n{case['text']}"
    found = read(text)
    assert [difficulty.title for difficulty in found] == case["titles"]
    assert all(difficulty.span.of(text) == difficulty.text for difficulty in found)


def test_a_difficulty_holds_all_that_its_section_says() -> None:
    (found,) = read("上半年小结如下。\n二、存在问题\n（一）回款慢\n账期拉长到90天。\n坏账上升。\n")
    assert found.text == "账期拉长到90天。\n坏账上升。"
    assert found.section == ("二、存在问题", "（一）回款慢")


def test_the_five_of_the_masked_document() -> None:
    found = read(shared("eval", "docs", "seed.restored.txt").read_text("utf-8"))
    assert len(found) == 5
    assert "库存" in found[0].text
    assert "投资意愿" in found[4].text


def test_nearly_every_real_report_admits_some() -> None:
    paths = sorted(shared("corpus").glob("*-20[12]?.md"))
    with_some = [path for path in paths if difficulties(cut(path.read_text("utf-8")))]
    assert len(with_some) >= 0.95 * len(paths)
