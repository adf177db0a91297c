"""Planning over figures at hand: what another time costs, what may be worked out, which documents come first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.inquiry import Hit, Kind, Query
from knowledge.model import Bound, DocumentInfo, Fact, Measure, Observation, Period, Span, Status
from knowledge.plan import costs, figures, sums
from knowledge.plan.finder import of_time
from knowledge.plan.worked import _verdict

HALF, YEAR = "2023-01/2023-06", "2023"


def doc(period: str | None, title: str = "总结", number: int = 1, year: int | None = 2023) -> DocumentInfo:
    time = Period.parse(period) if period else None
    return DocumentInfo(number, "总结.md", title, None, "甲县", time, year, 1)


def fact(
    value: str | None,
    unit: str = "亿元",
    *,
    of: str | None = HALF,
    name: str = "工业投资",
    activity: str | None = None,
    measure: Measure = Measure.LEVEL,
    quote: str = "",
    text: str = "",
    within: DocumentInfo | None = None,
    bound: Bound = Bound.EXACT,
    basis: str | None = None,
    section: tuple[str, ...] = (),
    number: int = 1,
) -> Fact:
    number_, text = (None if value is None else Decimal(value)), text or value or "xx"
    span = Span(0, 1)
    period = Period.parse(of) if of else None
    obs = Observation(
        name, activity, "甲县", measure, number_, text, unit, bound, period, quote or f"{name}{text}{unit}。", section,
        span, span, 1, basis, name_text=name,
    )  # fmt: skip
    return Fact(number, within or doc(HALF), obs)


def asked(
    *periods: str, text: str = "", kind: Kind = Kind.FIGURE, plain: str = "工业投资多少", **more: object
) -> Query:
    times = tuple(map(Period.parse, periods))
    return Query(plain, plain, kind, content=("工业投资",), periods=times, period_text=text, **more)  # type: ignore[arg-type]


# -- times -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "figure", "cost"),
    [
        # nothing asked: the document's own time is best
        (asked(), fact("5"), 0.0),
        (asked(), fact("5", of=None), 0.0),
        (asked(), fact("5", of="2023-06"), 0.03),
        (asked(), fact("5", of="2023-04/2023-06"), 0.02),
        (asked(), fact("5", of="2021-01/2023-06"), 0.05),
        (asked(), fact("5", of="2023-01/2023-03"), 0.03),
        (asked(), fact("5", of="2023-01"), 0.09),
        (asked(), fact("5", of="2022-01/2022-06"), 0.09),
        (asked(), fact("5", of=YEAR), 0.03),
        (asked(), fact("5", of="2023-07/2023-12"), 0.05),
        (asked(), fact("5", of=YEAR, measure=Measure.TARGET), 0.0),
        # the time asked for
        (asked(HALF), fact("5"), 0.0),
        (asked(HALF), fact("5", within=doc(YEAR)), 0.01),
        (asked(HALF), fact("5", of=None), 0.03),
        (asked("2023-04/2023-06"), fact("5", of=None), 0.03),
        (asked("2022"), fact("5", of=None), None),
        (asked(HALF), fact("5", of="2023-01/2023-05"), 0.05),
        (asked(HALF), fact("5", of="2023-01/2023-04"), 0.05),
        (asked(HALF), fact("5", of="2023-01/2023-03"), None),
        (asked(HALF), fact("5", of="2023-02/2023-05"), None),
        (asked("2022-01/2022-06"), fact("5"), None),
        # the end of a span is not the month
        (asked("2023-06", text="6月末"), fact("5"), 0.02),
        (asked("2023-06", text="截至6月"), fact("5"), 0.02),
        (asked("2023-06", text="6月"), fact("5"), None),
        (asked(HALF), fact("5", of="2023-06", quote="6月末工业投资5亿元。"), 0.02),
        (asked(HALF), fact("5", of="2023-06", quote="6月当月工业投资5亿元。"), None),
        (asked(HALF), fact("5", of="2023-06", quote="工业投资5亿元。"), None),
        (asked(HALF), fact("5", "%", of="2023-06", measure=Measure.RATE, quote="开工率5%。"), 0.02),
        (asked(HALF), fact("5", of="2023-06", quote="6月末有3家；当月工业投资5亿元。"), None),
        # a year that is not over
        (asked(YEAR, text="今年"), fact("5"), 0.12),
        (asked(YEAR, text="全年"), fact("5"), None),
        (asked(YEAR, text="今年", settled=True), fact("5"), None),
        (asked("2022", text="去年"), fact("5"), None),
        # targets
        (asked(YEAR), fact("5", of=YEAR, measure=Measure.TARGET), 0.01),
        (asked("2023-07/2023-12"), fact("5", of=YEAR, measure=Measure.TARGET), 0.1),
        (asked("2023-07/2023-09", text="三季度"), fact("5", of=YEAR, measure=Measure.TARGET), None),
        (asked(YEAR, text="今年"), fact("5", of="2023-07/2023-12", measure=Measure.TARGET), 0.1),
        (asked("2024"), fact("5", of=YEAR, measure=Measure.TARGET), None),
        # several years
        (asked("2019-01/2023-12", basis="年均"), fact("5", of=YEAR, basis="年均", measure=Measure.GROWTH), 0.02),
        (asked("2019-01/2023-12"), fact("5", of=YEAR, basis="年均", measure=Measure.GROWTH), None),
        (asked("2019-01/2023-12", basis="年均"), fact("5", of=YEAR, measure=Measure.GROWTH), None),
        (asked(YEAR, until=True), fact("5", of="2021-01/2023-12"), 0.06),
        (asked(YEAR), fact("5", of="2021-01/2023-12"), None),
        # of several times the nearest
        (asked("2021", HALF), fact("5"), 0.0),
    ],
)
def test_what_another_time_costs(query: Query, figure: Fact, cost: float | None) -> None:
    assert costs.time_cost(query, figure) == cost


@pytest.mark.parametrize(
    ("text", "title", "section", "quote", "may"),
    [
        ("上半年", "甲县上半年工作总结", (), "", True),
        ("下半年", "甲县上半年工作总结", (), "", False),
        ("上半年", "甲县下半年工作总结", (), "", False),
        ("下半年", "甲县上半年工作总结", ("四、下半年打算",), "", True),
        ("下半年", "甲县工作总结", (), "", True),
        ("二季度", "甲县工作总结", (), "工业投资5亿元。", False),
        ("二季度", "甲县工作总结", (), "二季度工业投资5亿元。", True),
        ("今年", "甲县工作总结", (), "工业投资5亿元。", True),
    ],
)
def test_a_document_without_a_time_is_believed_by_its_words(
    text: str, title: str, section: tuple[str, ...], quote: str, may: bool
) -> None:
    figure = fact("5", of=None, within=doc(None, title, year=None), section=section, quote=quote)
    assert costs.time_cost(asked(HALF, text=text), figure) == (0.0 if may else None)
    dated = fact("5", within=doc(None, title, year=None), section=section, quote=quote)
    assert costs.time_cost(asked(HALF, text=text), dated) == (0.0 if may else None)


@pytest.mark.parametrize(
    ("unit", "units", "cost"),
    [
        ("亿元", None, 0.0),
        ("亿元", {"元"}, 0.0),
        ("万人次", {"人次"}, 0.0),
        ("家", {"家"}, 0.0),
        ("名", {"个"}, 0.05),
        ("个", {"名"}, None),
        ("条", {"个"}, 0.08),
        ("亩", {"个"}, None),
        ("亿元", {"%"}, None),
    ],
)
def test_what_another_unit_costs(unit: str, units: set[str] | None, cost: float | None) -> None:
    assert costs.unit_cost(unit, frozenset(units) if units else None) == cost


# -- documents ---------------------------------------------------------------------------------------------------------

_DOCS = [
    doc("2022", number=1, year=2022),
    doc(HALF, number=2),
    doc("2023-01/2023-09", number=3),
    doc(YEAR, number=4),
    doc(None, "甲县上半年工作总结", number=5, year=None),
]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (asked(), [4, 3, 2, 1, 5]),
        (asked(HALF), [2, 5, 4, 3]),
        (asked(YEAR, text="今年"), [4, 5, 3, 2]),
        (asked(YEAR, text="全年"), [4, 5]),
        (asked("2022"), [1, 5]),
        (asked("2023-07/2023-12", text="下半年"), [4]),
        (asked("2023-07/2023-12", text="下半年", plain="下半年打算"), [4, 2]),
        (asked("2024-01/2024-12", plain="2024年工作计划"), [5, 4]),
        (asked("2024-01/2024-12", plain="2024年产值"), [5]),
        (asked("2023-10/2023-12", plain="四季度打算"), [5, 4, 3]),
        (asked("2021", "2022"), [1, 5]),
        (asked("2022", "2023-01/2023-06"), [2, 1, 5, 4, 3]),
    ],
)
def test_the_documents_of_a_time_the_fittest_first(query: Query, numbers: list[int]) -> None:
    assert [one.doc_id for one in of_time(query, _DOCS)] == numbers


# -- what is worked out ------------------------------------------------------------------------------------------------


def worked(kind: Kind, *facts: Fact, plain: str = "各是多少", lowest: bool = False) -> tuple[Status, str, str | None]:
    """Whether it is answered, what is said, and the result."""
    rows = [figures.Fitted(Hit(one, 1.0, 1.0, 1.0), 1.0) for one in facts]
    made = sums.calculated(Query(plain, plain, kind, lowest=lowest), rows)
    result = None if made.result is None else f"{made.result}{made.unit}"
    return made.status, made.reason, result


A, B = fact("5.20", name="工业投资"), fact("3.1", name="农业投资", number=2)
SHARE = {"measure": Measure.RATE, "name": "产值占比", "unit": "%"}


@pytest.mark.parametrize(
    ("kind", "facts", "outcome"),
    [
        (Kind.SUM, (A, B), (Status.ANSWERED, "合计8.30亿元（5.20 + 3.1 = 8.30）。", "8.30亿元")),
        (Kind.SUM, (A, fact("3", "家")), (Status.NOT_FOUND, "这几项的单位不同，不能相加。", None)),
        (
            Kind.SUM,
            (fact("5", "%", measure=Measure.GROWTH), fact("3", "%", measure=Measure.GROWTH, name="农业投资")),
            (Status.NOT_FOUND, "增速、比重和排名不能相加。", None),
        ),
        (
            Kind.SUM,
            (fact("30", activity="医化", **SHARE), fact("20", activity="橡塑", **SHARE)),  # type: ignore[arg-type]
            (Status.ANSWERED, "合计50%（30 + 20 = 50）。", "50%"),
        ),
        (
            Kind.SUM,
            (fact("9", name="产值"), fact("4", name="产值", activity="医化")),
            (Status.NOT_FOUND, "其中一项是总数，已包含另外的分项，不能相加。", None),
        ),
        (
            Kind.SUM,
            (fact("9", name="产值"), fact("4", name="投资", activity="医化")),
            (Status.ANSWERED, "合计13亿元（9 + 4 = 13）。", "13亿元"),
        ),
        (Kind.SUM, (A, fact(None, bound=Bound.MASKED)), (Status.MASKED, "", None)),
        (Kind.DIFFERENCE, (B, A), (Status.ANSWERED, "相差2.10亿元（5.20 - 3.1 = 2.10）。", "2.10亿元")),
        (Kind.DIFFERENCE, (A, fact("3", "家")), (Status.NOT_FOUND, "两项的单位不同，不能相减。", None)),
        (Kind.DIFFERENCE, (A, B, B), (Status.NOT_FOUND, "两项的单位不同，不能相减。", None)),
        (
            Kind.DIFFERENCE,
            (fact("5", "%"), fact("-3.1", "%")),
            (Status.ANSWERED, "相差8.1个百分点（5 - (-3.1) = 8.1）。", "8.1个百分点"),
        ),
        (Kind.SHARE, (B, A), (Status.ANSWERED, "占59.6%（3.1 ÷ 5.20 = 59.6%）。", "59.6%")),
        (Kind.SHARE, (A, A), (Status.ANSWERED, "占100.0%（5.20 ÷ 5.20 = 100.0%）。", "100.0%")),
        (Kind.SHARE, (A, B), (Status.NOT_FOUND, "前一项大于后一项，不能计算比重。", None)),
        (Kind.SHARE, (B, fact("9", "家")), (Status.NOT_FOUND, "两项的单位不同，不能计算比重。", None)),
        (Kind.SHARE, (fact("0"), fact("0")), (Status.NOT_FOUND, "两项的单位不同，不能计算比重。", None)),
    ],
)
def test_what_follows_from_figures(
    kind: Kind, facts: tuple[Fact, ...], outcome: tuple[Status, str, str | None]
) -> None:
    assert worked(kind, *facts) == outcome


GROWTH = {"unit": "%", "measure": Measure.GROWTH}
RANK = {"unit": "位", "measure": Measure.RANK}


@pytest.mark.parametrize(
    ("facts", "lowest", "plain", "said"),
    [
        ((A, B), False, "哪个多", "工业投资更高。"),
        ((A, B), True, "哪个少", "农业投资更低。"),
        ((A, B, fact("9", name="林业投资")), False, "哪个多", "林业投资最高。"),
        ((A, B), False, "分别多少", ""),
        ((A, fact("520", "百万元", name="农业投资")), False, "哪个多", "两者相同。"),
        ((A, fact("5.2", name="农业投资"), B), False, "哪个多", ""),
        ((A, fact("31000", "万元", name="农业投资")), False, "哪个多", "工业投资更高。"),
        ((A, fact("3", "家", name="农业投资")), False, "哪个多", ""),
        ((fact("5", **GROWTH), fact("3", name="乙", **GROWTH)), False, "哪个快", "工业投资增长更快。"),  # type: ignore[arg-type]
        ((fact("5", **GROWTH), fact("3", name="乙", **GROWTH)), True, "哪个慢", "乙增长更慢。"),  # type: ignore[arg-type]
        ((fact("5", **GROWTH), fact("-3", name="乙", **GROWTH)), True, "哪个降得多", "乙降得更多。"),  # type: ignore[arg-type]
        ((fact("5", **RANK), fact("3", name="乙", **RANK)), False, "哪个靠前", "乙名次更靠前。"),  # type: ignore[arg-type]
        ((fact("5", **RANK), fact("3", name="乙", **RANK)), True, "哪个靠后", "工业投资名次更靠后。"),  # type: ignore[arg-type]
        ((fact("5"), fact("7", of=YEAR)), False, "哪个多", "2023年更高。"),
    ],
)
def test_which_of_several_is_more(facts: tuple[Fact, ...], lowest: bool, plain: str, said: str) -> None:
    assert worked(Kind.COMPARE, *facts, plain=plain, lowest=lowest)[:2] == (Status.ANSWERED, said)


@pytest.mark.parametrize(
    ("value", "aim", "said"),
    [
        ("6.2", fact("6", "%", of=YEAR), "达到目标（6.2 ≥ 6）。"),
        ("6", fact("6", "%", of=YEAR), "达到目标（6 ≥ 6）。"),
        ("5.9", fact("6", "%", of=YEAR), "没有达到目标（5.9 < 6）。"),
        (None, fact("6", "%", of=YEAR), ""),
        ("6.2", fact(None, "%", of=YEAR, bound=Bound.MASKED), ""),
        ("6.2", fact("6", "%", of=YEAR, bound=Bound.AT_MOST), ""),
        ("6.2", fact("6", "%", of=YEAR, quote="单位能耗下降6%。"), ""),
    ],
)
def test_whether_a_target_was_reached(value: str | None, aim: Fact, said: str) -> None:
    assert _verdict(fact(value, "%", of=YEAR), aim) == said
