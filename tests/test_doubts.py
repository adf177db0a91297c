"""What an editor is pointed to, and what is left in peace."""

from dataclasses import replace
from decimal import Decimal

import pytest

from knowledge.doubts import doubts, latest_by_key
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Observation, Period, Span

DOC = DocumentInfo(1, "a.md", "总结", None, "云岭县", None, 2023, 1)


def obs(value: str | None, unit: str, period: str | None, measure: Measure, confidence: float = 1.0) -> Observation:
    when = Period.parse(period) if period else None
    number = Decimal(value) if value else None
    bound = Bound.EXACT if value else Bound.MASKED
    place = Span(0, 1)
    text = value or "x.x"
    plain = Observation(
        "工业投资", None, "云岭县", measure, number, text, unit, bound, when, "句子。", (), place, place, 0
    )  # fmt: skip
    return replace(plain, confidence=confidence)


H1_22, H1_23, Q1_23 = "2022-01/2022-06", "2023-01/2023-06", "2023-01/2023-03"
LEVEL, GROWTH, RANK = Measure.LEVEL, Measure.GROWTH, Measure.RANK


@pytest.mark.parametrize(
    ("before", "now", "reasons"),
    [
        (("3.2", "亿元", H1_22, LEVEL), ("8.1", "亿元", H1_23, LEVEL), ()),
        (("3.2", "亿元", H1_22, LEVEL), ("9.6", "亿元", H1_23, LEVEL), ("与上次的3.2亿元相差很大",)),
        (("3.2", "亿元", Q1_23, LEVEL), ("9.6", "亿元", H1_23, LEVEL), ()),
        (("9.9", "亿元", H1_22, LEVEL), ("3.3", "亿元", H1_23, LEVEL), ("与上次的9.9亿元相差很大",)),
        (("3.2", "亿元", H1_22, LEVEL), ("3.2", "万元", H1_23, LEVEL), ("单位与上次不同（上次是亿元）",)),
        (("12.4", "%", H1_22, GROWTH), ("-7.5", "%", H1_23, GROWTH), ()),
        (("12.4", "%", H1_22, GROWTH), ("-7.6", "%", H1_23, GROWTH), ("与上次的12.4%相差很大",)),
        (("2", "位", H1_22, RANK), ("9", "位", H1_23, RANK), ()),
        (("12.4", "%", H1_22, GROWTH), (None, "%", H1_23, GROWTH), ()),
        (("12.4", "%", H1_22, GROWTH), ("11.0", "%", None, GROWTH), ("期间不明",)),
        (("12.4", "亿元", H1_22, LEVEL), ("99", "%", H1_23, GROWTH), ()),
    ],
)
def test_doubts_against_what_was_published(
    before: tuple[str, str, str, Measure], now: tuple[str, str, str, Measure], reasons: tuple[str, ...]
) -> None:
    known = latest_by_key([Fact(1, DOC, obs(*before))])
    assert doubts(obs(*now), known) == reasons


@pytest.mark.parametrize(
    ("unit", "measure", "reasons"),
    [
        ("亿元", LEVEL, ()),
        ("万千瓦时", LEVEL, ()),
        ("万", LEVEL, ("单位少见",)),
        ("", LEVEL, ("单位少见",)),
        ("%", LEVEL, ("单位少见",)),
        ("亿元", GROWTH, ("单位少见",)),
        ("倍", GROWTH, ()),
        ("%", Measure.RATE, ()),
        ("位", RANK, ()),
        ("个百分点", Measure.CHANGE, ()),
        ("亿元", Measure.CHANGE, ()),
        ("%", Measure.TARGET, ()),
    ],
)
def test_unusual_units_are_doubtful(unit: str, measure: Measure, reasons: tuple[str, ...]) -> None:
    assert doubts(obs("1", unit, H1_23, measure), {}) == reasons


def test_low_confidence_is_doubtful() -> None:
    assert doubts(obs("1", "亿元", H1_23, LEVEL, 0.69), {}) == ("读得没有十分把握",)
    assert doubts(obs("1", "亿元", H1_23, LEVEL, 0.70), {}) == ()


def test_the_newest_figure_is_compared_with() -> None:
    facts = [Fact(n, DOC, obs(v, "亿元", p, LEVEL)) for n, (v, p) in enumerate([("2", H1_23), ("1", H1_22)])]
    assert [f.obs.value for f in latest_by_key(facts).values()] == [Decimal(2)]
