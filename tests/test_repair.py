"""Repair: what damage is undone, what is left alone, and the way back to the raw characters."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from damage import damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import shared

from knowledge.model import Repaired, Source, Span
from knowledge.repair import RULES, repair

CASES_FILE = Path(__file__).parent / "cases" / "repair.toml"
CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(CASES_FILE.read_text("utf-8"))
SENTENCES = (CASES_FILE.parent / "repair_sentences.txt").read_text("utf-8").split()
NUMERALS = "一二三四五六七八九十"


def repaired(text: str) -> Repaired:
    return repair(Source("sample.txt", "text/plain", text, ""))


def assert_maps_back(result: Repaired) -> None:
    """The map has an entry a character and one more, and never falls."""
    origin, raw = result.origin, result.source.text
    if origin is None:
        assert result.text == raw
        return
    assert len(origin) == len(result.text) + 1
    assert all(a <= b for a, b in pairwise(origin))
    assert origin[-1] == len(raw)


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["label"])
def test_undoes_damage(case: dict[str, Any]) -> None:
    result = repaired(case["raw"])
    assert result.text == case["want"]
    assert [step.rule for step in result.steps] == [rule.__name__ for rule in RULES if rule.__name__ in case["rules"]]
    assert all(step.count > 0 for step in result.steps)
    assert_maps_back(result)


@pytest.mark.parametrize("case", CASES["stays"], ids=lambda case: case["label"])
def test_leaves_alone(case: dict[str, Any]) -> None:
    result = repaired(case["raw"])
    assert (result.text, result.steps, result.origin) == (case["raw"], (), None)


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["label"])
def test_repairing_twice_is_repairing_once(case: dict[str, Any]) -> None:
    once = repaired(case["raw"]).text
    assert repaired(once).text == once


def test_every_rule_has_a_case_and_a_reason() -> None:
    covered = {rule for case in CASES["case"] for rule in case["rules"]}
    assert covered == {rule.__name__ for rule in RULES}
    assert all(rule.__doc__ for rule in RULES)


def test_span_of_untouched_words_shows_the_same_words() -> None:
    raw = "縣經(jīng)信局上半年完成技改投資3.2亿元,居全市第4位。"
    result = repaired(raw)
    for word in ("信局上半年完成技改", "3.2亿元", "居全市第4位"):
        start = result.text.index(word)
        assert result.raw_span(Span(start, start + len(word))).of(raw) == word
    start = result.text.index("经")
    assert result.raw_span(Span(start, start + 1)).of(raw) == "經(jīng)"


PIECES = st.sampled_from(
    [case["raw"] for case in CASES["case"] + CASES["stays"]]
    + ["\n", "。", "，", ",", " ", "3.2 亿元", "(yè)", "?shù)", "。ㄈ", "%?h", "著", "業", "&amp;", "六是"]
    + ["来源:网络", "\ufffd", "銆"]
)


@given(st.lists(PIECES, max_size=5).map("".join))
@settings(max_examples=60, deadline=None)
def test_any_mixture_settles_and_maps_back(raw: str) -> None:
    result = repaired(raw)
    assert_maps_back(result)
    assert repaired(result.text).text == result.text


def test_shifted_heads_and_lines_come_back() -> None:
    """Own sentences damaged as a site does it: every head's number is found, and most lines to the letter."""
    lines = [f"（{NUMERALS[i % 10]}）{sentence}" for i, sentence in enumerate(SENTENCES[::2])]
    heads = exact = 0
    for start in range(0, len(lines), 10):
        chunk = lines[start : start + 10]
        restored = repaired("\n".join(damaged(line) for line in chunk)).text.split("\n")
        heads += sum(a[:3] == b[:3] for a, b in zip(chunk, restored, strict=True))
        exact += sum(fold(a) == fold(b) for a, b in zip(chunk, restored, strict=True))
    print(f"heads {heads}/{len(lines)}, lines {exact}/{len(lines)}")
    assert heads == len(lines)
    assert exact >= 0.8 * len(lines)


def fold(text: str) -> str:
    """Widths aside."""
    return re.sub("[！-～]", lambda m: chr(ord(m[0]) - 0xFEE0), text)


def test_clean_documents_stay_as_they_are() -> None:
    clean = [*shared("corpus").glob("*-*.md"), *shared("eval", "docs").glob("*.md")]
    assert len(clean) > 100
    changed = {path.name: repaired(text).steps for path in clean if repaired(text := path.read_text("utf-8")).origin}
    assert changed == {}


def test_scraped_page_is_restored_line_by_line() -> None:
    docs = shared("eval", "docs")
    result = repaired((docs / "seed.txt").read_text("utf-8"))
    want = (docs / "seed.restored.txt").read_text("utf-8").split("\n")
    assert [fold(line) for line in result.text.split("\n") if line] == [fold(line) for line in want if line]
    assert_maps_back(result)
    assert repaired(result.text).origin is None
