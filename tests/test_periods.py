"""Time expressions of documents and questions."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Period
from knowledge.periods import find, shift, whole

CASES = tomllib.loads((Path(__file__).parent / "cases" / "periods.toml").read_text("utf-8"))["found"]
HALF = Period.parse("2021-01/2021-06")


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_found(text: str, expected: list[str]) -> None:
    assert [f"{found.period} {found.kind}" for found in find(text, year=2021, ref=HALF)] == expected


@pytest.mark.parametrize(
    ("text", "ref", "period"),
    [
        ("上月", "2022-01/2022-01", "2021-12/2021-12"),
        ("上季度", "2022-01/2022-03", "2021-10/2021-12"),
        ("本季度", "2022-01/2022-01", "2022-01/2022-03"),
        ("上月", "2022-01/2022-02", "2022-01/2022-01"),
        ("上月", None, "2022-11/2022-11"),
        ("目前", None, "2022"),
        ("去年同期", None, "2021"),
        ("1—3月", "2020-01/2020-12", "2020-01/2020-03"),
        ("12年", "2022", "2012"),
    ],
)
def test_what_relative_words_lean_on(text: str, ref: str | None, period: str) -> None:
    found = find(f"，{text}产值", year=2022, ref=Period.parse(ref) if ref else None)
    assert [(str(each.period), each.span.of(f"，{text}产值")) for each in found] == [(period, text)]


def test_bare_periods_lean_on_what_is_reported() -> None:
    report = Period.parse("2020")
    assert [str(f.period) for f in find("全年增长3%，今年增长5%，去年为1%", year=2021, ref=report)] == [
        "2020",
        "2021",
        "2020",
    ]


@pytest.mark.parametrize("dash", "—-–－~～至到")
def test_every_dash_joins_months(dash: str) -> None:
    assert [str(found.period) for found in find(f"1{dash}9月", year=2021)] == ["2021-01/2021-09"]


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1995, 2035))
def test_runs_of_months(first: int, last: int, year: int) -> None:
    found = find(f"{year}年{first}—{last}月", year=2021)
    if first <= last:
        assert found[0].period == Period((year, first), (year, last))


@settings(max_examples=80)
@given(st.text(alphabet="年月季度上下半前今去明截至到一二三四五六十1230-—底末同期以来期间“”", max_size=24))
def test_spans_are_in_order_and_apart(text: str) -> None:
    found = find(text, year=2021, ref=HALF)
    assert all(one.span.end <= other.span.start for one, other in itertools.pairwise(found))
    assert all(f.period.start <= f.period.end for f in found)


@given(st.integers(1990, 2040), st.integers(-5, 5))
def test_shift_moves_years_only(year: int, years: int) -> None:
    assert shift(whole(year), years) == whole(year + years)
