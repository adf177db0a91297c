"""Which of several figures answers, at and beside every limit: whole plans over figures put together by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.inquiry import Hit, Kind, Plan, Query, Thresholds
from knowledge.model import Bound, Fact, Measure, Option, Status
from knowledge.plan import extremes, figures, sums
from tests.test_plan import HALF, YEAR, asked, doc, fact

LIMITS = Thresholds(answer=0.64, ask=0.58, margin=0.035)


def hit(figure: Fact, recall: float = 1.0, *, score: float | None = None, precision: float = 1.0,
        unsaid: bool = False, trust: float = 1.0) -> Hit:  # fmt: skip
    return Hit(figure, recall if score is None else score, recall, precision, unsaid, trust, ("因",))


def outcome(query: Query, *hits: Hit) -> tuple[Status, str, list[str], list[str], list[str]]:
    """The status, the reason, the values that answer, those nearest, and what may be chosen."""
    made = figures.one(query, hits, None, LIMITS)
    texts = [[one.fact.obs.value_text for one in row] for row in (made.hits, made.near)]
    assert made.kind is query.kind
    assert made.query == query
    assert made.trace
    return made.status, made.reason, *texts, [option.label for option in made.options]


OTHER = fact("7", name="农业投资", number=2)
BOTH = ["工业投资", "农业投资"]
FOUND, ASKED, NOTHING = Status.ANSWERED, Status.AMBIGUOUS, Status.NOT_FOUND


@pytest.mark.parametrize(
    ("query", "hits", "made"),
    [
        (asked(), (), (NOTHING, "", [], [], [])),
        (asked(), (hit(fact("5")),), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), 0.64),), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), 0.63),), (NOTHING, "", [], ["5"], [])),
        (asked(), (hit(fact("5"), 0.58),), (NOTHING, "", [], ["5"], [])),
        (asked(), (hit(fact("5"), 0.57),), (NOTHING, "", [], ["5"], [])),
        (asked(), (hit(fact("5"), 0.4),), (NOTHING, "", [], ["5"], [])),
        (asked(whole=True), (hit(fact("5"), 0.88),), (FOUND, "", ["5"], [], [])),
        (asked(whole=True), (hit(fact("5"), 0.87),), (NOTHING, "", [], ["5"], [])),
        (asked(), (hit(fact(None, bound=Bound.MASKED)),), (Status.MASKED, "", ["xx"], [], [])),
        (asked("2022"), (hit(fact("5"), 0.64),), (NOTHING, "period", [], ["5"], [])),
        (asked("2022"), (hit(fact("5"), 0.63),), (NOTHING, "", [], ["5"], [])),
        (asked(kind=Kind.RANK), (hit(fact("5")),), (NOTHING, "measure", [], ["5"], [])),
        (asked("2022", kind=Kind.RANK), (hit(fact("5")),), (NOTHING, "measure", [], ["5"], [])),
        # a figure that may not answer by itself
        (asked(), (hit(fact("5"), 0.8, trust=0.8),), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), 0.75, trust=0.8),), (NOTHING, "", [], ["5"], [])),
        # another thing that may be meant as well
        (asked(), (hit(fact("5"), precision=0.5), hit(OTHER, precision=0.5)), (ASKED, "", [], [], BOTH)),
        (asked(), (hit(fact("5"), precision=0.75), hit(OTHER, precision=0.5)), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), precision=0.74), hit(OTHER, precision=0.5)), (ASKED, "", [], [], BOTH)),
        (asked(), (hit(fact("5"), precision=0.5), hit(OTHER, 0.97)), (ASKED, "", [], [], ["工业投资", "农业投资"])),
        (asked(), (hit(fact("5"), precision=0.5), hit(OTHER, 0.96)), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), precision=0.5), hit(OTHER, 0.96, score=1.0)), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), precision=0.5), hit(OTHER, 1.0, score=0.96)), (FOUND, "", ["5"], [], [])),
        (asked(), (hit(fact("5"), precision=0.5), hit(fact("5", name="农业投资"))), (FOUND, "", ["5"], [], [])),
        (
            asked(),
            (hit(fact(None, bound=Bound.MASKED), precision=0.5), hit(fact(None, bound=Bound.MASKED, name="农业投资"))),
            (ASKED, "", [], [], BOTH),
        ),
        (asked(), (hit(fact("5"), precision=0.5), hit(fact("7"), 0.99)), (FOUND, "", ["5"], [], [])),
        (
            asked(),
            (hit(fact("5"), precision=0.5), hit(fact("7", "%", name="开工率", measure=Measure.RATE), score=1.03)),
            (FOUND, "", ["5"], [], []),
        ),
        (
            asked(),
            (hit(fact("5"), precision=0.5), hit(fact("7", name="农业投资", within=doc("2022"), of="2022"))),
            (FOUND, "", ["5"], [], []),
        ),
        (
            asked(place="甲县"),
            (hit(fact("5"), precision=0.5, unsaid=True), hit(OTHER, unsaid=True)),
            (NOTHING, "", [], ["5", "7"], []),
        ),
        (
            asked(place="甲县"),
            (hit(fact("5"), precision=0.5, unsaid=True), hit(OTHER)),
            (ASKED, "", [], [], BOTH),
        ),
        (
            asked(),
            (hit(fact("5"), precision=0.5, unsaid=True), hit(OTHER, unsaid=True)),
            (ASKED, "", [], [], BOTH),
        ),
    ],
)  # fmt: skip
def test_the_one_figure_that_answers(
    query: Query, hits: tuple[Hit, ...], made: tuple[Status, str, list[str], list[str], list[str]]
) -> None:
    assert outcome(query, *hits) == made


def test_of_many_near_figures_twelve_are_kept_and_six_explained() -> None:
    hits = [hit(fact(str(at), name=f"投资{at}"), 0.6, score=2 - at / 10) for at in range(20)]
    made = figures.one(asked(), hits, None, LIMITS)
    assert made.near == tuple(hits[:12])
    assert len(made.trace) == 7
    assert figures.one(asked(kind=Kind.RANK), hits, None, LIMITS).near == tuple(hits[:12])


@pytest.mark.parametrize(
    ("hits", "why"),
    [
        ((), "没有合时间、合单位、够得上门槛的数字"),
        ((hit(fact("5"), 0.64),), "首选 工业投资：对上问题的 0.64，够作答门槛 0.64；没有别的候选"),
        ((hit(fact("5"), 0.63),), "首选 工业投资：对上问题的 0.63，不够作答门槛 0.64；没有别的候选"),
        (
            (hit(fact("5")), hit(OTHER, 0.75)),
            "首选 工业投资：对上问题的 1.00，够作答门槛 0.64；比第二名高 0.250"
            "（须高出 0.035，同一事物或名称全对上时不要求）",
        ),
    ],
)
def test_why_a_figure_won(hits: tuple[Hit, ...], why: str) -> None:
    made = figures.one(asked(), hits, None, LIMITS)
    assert made.trace[-1] == why
    assert len(made.trace) == len(hits) + 1


def test_a_candidate_is_explained_with_its_scores() -> None:
    row = figures.Fitted(
        hit(fact("5.2", within=doc(HALF, "甲县工业和信息化局二〇二三年上半年工作总结报告")), 0.7), 0.65
    )
    assert figures.told(row) == (
        "0.650 recall 0.70 precision 1.00 工业投资 level 5.2亿元 2023-01/2023-06 "
        "《甲县工业和信息化局二〇二三年上半年工作总》"
    )


def test_what_may_not_answer_by_itself_keeps_its_reasons() -> None:
    weak, firm = hit(fact("5"), 0.8, trust=0.75), hit(OTHER, 0.3)
    lost = hit(fact("9"), 0.5, trust=0.75)
    (kept, same) = figures._trusted((weak, lost, firm), LIMITS)
    assert same is firm
    assert kept == Hit(weak.fact, pytest.approx(0.64), pytest.approx(0.6), 1.0, False, 0.75, ("因",))


# -- targets -----------------------------------------------------------------------------------------------------------

AMOUNT = fact("60", of=YEAR, measure=Measure.TARGET)
RISE = fact("8", "%", of=YEAR, measure=Measure.TARGET, number=2)
AIM = {"kind": Kind.TARGET, "cues": ("target",)}


@pytest.mark.parametrize(
    ("query", "gap", "value"),
    [
        (asked(**AIM), 0.0, "60"),  # type: ignore[arg-type]
        (asked(**AIM), 0.05, "60"),  # type: ignore[arg-type]
        (asked(**AIM), 0.07, "8"),  # type: ignore[arg-type]
        (asked(unit="percent", **AIM), 0.0, "8"),  # type: ignore[arg-type]
        (asked(plain="工业投资增长目标", **AIM), 0.0, "8"),  # type: ignore[arg-type]
        (asked(kind=Kind.TARGET, cues=("target", "growth")), 0.0, "8"),
    ],
)
def test_of_two_targets_of_one_thing_the_amount_unless_the_growth_is_asked_for(
    query: Query, gap: float, value: str
) -> None:
    rise, amount = hit(RISE, score=1.0), hit(AMOUNT, score=1.0 - gap)
    made = figures.one(query, (rise, amount), None, LIMITS)
    assert [one.fact.obs.value_text for one in made.hits] == [value]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (RISE, True),
        (fact("8", "%", of=HALF, measure=Measure.TARGET), False),
        (fact("8", "%", of=YEAR, measure=Measure.GROWTH), False),
        (fact("8", "%", of=YEAR, measure=Measure.TARGET, name="农业投资"), False),
        (fact("8", of=YEAR, measure=Measure.TARGET), False),
    ],
)
def test_an_amount_and_a_growth_set_for_one_thing(other: Fact, same: bool) -> None:
    assert figures.paired(AMOUNT, other) is same
    assert figures.paired(other, AMOUNT) is same


# -- order -------------------------------------------------------------------------------------------------------------


def chosen(query: Query, *hits: Hit) -> list[str]:
    """The values in the order of choice, each with its score."""
    rows = figures.choose(query, hits, None, LIMITS)
    return [f"{row.fact.obs.value_text} {row.score:.2f}" for row in rows]


OLD, SPRING = doc("2022", number=2, year=2022), doc("2023-01/2023-03", number=3)


@pytest.mark.parametrize(
    ("query", "hits", "order"),
    [
        # what covers too little is not chosen
        (asked(), (hit(fact("5"), 0.48), hit(fact("6"), 0.47)), ["5 0.48"]),
        # the latest document that has about as good a figure
        (asked(), (hit(fact("5", of="2022", within=OLD)), hit(fact("6"), 0.93)), ["6 0.93", "5 1.00"]),
        (asked(), (hit(fact("5", of="2022", within=OLD)), hit(fact("6"), 0.91)), ["5 1.00", "6 0.91"]),
        (
            asked(),
            (hit(fact("5", of="2022", within=OLD)), hit(fact("6", of="2023-01/2023-03", within=SPRING))),
            ["6 1.00", "5 1.00"],
        ),
        (asked(), (hit(fact("5", of=None, within=doc(None))), hit(fact("6"))), ["6 1.00", "5 1.00"]),
        # with a time the better one, then the later document
        (asked("2022"), (hit(fact("5", of="2022", within=OLD), 0.9), hit(fact("6", of="2022"))), ["6 0.99", "5 0.90"]),
        # a bound after the figure itself
        (asked(), (hit(fact("180", bound=Bound.AT_LEAST)), hit(fact("182.6"))), ["182.6 1.00", "180 1.00"]),
        # costs of kinds
        (asked(), (hit(fact("5", "%", measure=Measure.RATE)), hit(fact("6"))), ["6 1.00", "5 0.97"]),
        (asked(), (hit(fact("5", measure=Measure.CHANGE)),), ["5 0.84"]),
        (asked(plain="工业投资多少亿元"), (hit(fact("5", measure=Measure.CHANGE)),), ["5 0.90"]),
        (asked(kind=Kind.GROWTH), (hit(fact("5", "%", measure=Measure.GROWTH)), hit(fact("6"))), ["5 1.00"]),
        (asked(kind=Kind.GROWTH), (hit(fact("5", "个百分点", measure=Measure.CHANGE)),), []),
        (
            asked(kind=Kind.GROWTH, plain="提高几个百分点"),
            (hit(fact("5", "个百分点", measure=Measure.CHANGE)),),
            ["5 0.94"],
        ),
        (asked(kind=Kind.RATE), (hit(fact("5")),), []),
        (asked(kind=Kind.RATE), (hit(fact("5", "%")),), ["5 0.90"]),
        (asked(kind=Kind.RATE, soft=("工业投资",)), (hit(fact("5")),), ["5 0.90"]),
        (asked(kind=Kind.RATE, soft=("投资",)), (hit(fact("5")),), []),
        (asked(kind=Kind.SUM, measures=(Measure.RATE,)), (hit(fact("5", "%", measure=Measure.RATE)),), ["5 1.00"]),
        (asked(kind=Kind.SUM, measures=(Measure.RATE,)), (hit(fact("5")),), []),
        (asked(kind=Kind.SUM), (hit(fact("5", "%", measure=Measure.GROWTH)),), ["5 0.97"]),
        # a target for what was reached
        (asked(), (hit(AMOUNT),), []),
        (asked("2024"), (hit(fact("5", of="2024", measure=Measure.TARGET)),), ["5 0.94"]),
        (asked("2024"), (hit(fact("5", "%", of="2024", measure=Measure.TARGET, quote="投资增长5%。")),), []),
        (asked(), (hit(fact("5", measure=Measure.TARGET, quote="计划投资5亿元。")),), ["5 0.95"]),
        (asked(), (hit(fact("5", measure=Measure.TARGET, name="总投资")),), ["5 0.95"]),
        (asked(cues=("target",)), (hit(AMOUNT),), ["60 1.00"]),
        (asked(cues=("target",)), (hit(fact("5")),), ["5 1.00"]),
        (asked(plain="工业投资计划", **AIM), (hit(fact("5")),), ["5 0.96"]),  # type: ignore[arg-type]
        (asked(plain="工业投资目标", **AIM), (hit(fact("5")),), []),  # type: ignore[arg-type]
        (asked(plain="工业投资目标", **AIM), (hit(fact("5", quote="任务5亿元。")),), ["5 0.88"]),  # type: ignore[arg-type]
        # ranks of how much and of how fast
        (asked(kind=Kind.RANK, plain="增速排第几"), (hit(fact("5", "位", measure=Measure.RANK, name="投资总量")),), []),
        (
            asked(kind=Kind.RANK, plain="增速排第几"),
            (hit(fact("5", "位", measure=Measure.RANK, name="投资增幅")),),
            ["5 1.00"],
        ),
        (asked(kind=Kind.RANK, plain="总量排第几"), (hit(fact("5", "位", measure=Measure.RANK)),), ["5 1.00"]),
        (asked(kind=Kind.RANK, plain="总量排第几"), (hit(fact("5", "位", measure=Measure.RANK, name="增速")),), []),
        # what is compared with
        (asked(kind=Kind.GROWTH, basis="环比"), (hit(fact("5", "%", measure=Measure.GROWTH)),), []),
        (
            asked(kind=Kind.GROWTH, basis="环比"),
            (hit(fact("5", "%", measure=Measure.GROWTH, basis="环比")),),
            ["5 1.00"],
        ),
        (asked(kind=Kind.GROWTH), (hit(fact("5", "%", measure=Measure.GROWTH, basis="环比")),), ["5 0.88"]),
        (asked(kind=Kind.GROWTH), (hit(fact("5", "%", measure=Measure.GROWTH, activity="平均")),), ["5 0.88"]),
        (asked(kind=Kind.GROWTH), (hit(fact("5", "%", measure=Measure.GROWTH, quote="年均增长5%。")),), ["5 0.88"]),
        (asked(), (hit(fact("5", quote="当月投资5亿元。")),), ["5 0.94"]),
        (asked(plain="当月投资"), (hit(fact("5", quote="当月投资5亿元。")),), ["5 1.00"]),
        (asked(plain="单月投资"), (hit(fact("5", quote="当月投资5亿元。")),), ["5 1.00"]),
        # all of them, not the new ones
        (asked(plain="总共多少"), (hit(fact("5")),), ["5 0.95"]),
        (asked(plain="总共多少"), (hit(fact("5", quote="累计5亿元。")),), ["5 1.00"]),
        (asked(plain="总共新增多少"), (hit(fact("5")),), ["5 1.00"]),
        (asked(plain="总共多少", kind=Kind.NOUN), (hit(fact("5")),), ["5 1.00"]),
        (asked(plain="总共多少"), (hit(fact("5", "%", measure=Measure.RATE)),), ["5 0.97"]),
        # what is counted
        (asked(plain="惠及多少户"), (hit(fact("62", "个")),), ["62 0.98"]),
        (asked(plain="惠及多少户"), (hit(fact("62", "户")),), ["62 1.00"]),
        (asked(plain="多少亩"), (hit(fact("62", "个")),), []),
        (asked(plain="多少亩"), (hit(fact("62", "万亩")),), ["62 1.00"]),
        (asked(plain="多少吨"), (hit(fact("62", "立方米")),), ["62 1.00"]),
        (asked(plain="多少亩", kind=Kind.RATE), (hit(fact("62", "%")),), ["62 0.90"]),
    ],
)  # fmt: skip
def test_the_order_of_figures_and_what_each_costs(query: Query, hits: tuple[Hit, ...], order: list[str]) -> None:
    assert chosen(query, *hits) == order


def test_of_several_targets_for_one_time_the_one_set_last() -> None:
    early = fact("60", of=YEAR, measure=Measure.TARGET, within=SPRING)
    late = fact("66", of=YEAR, measure=Measure.TARGET, within=doc("2023-01/2023-09", number=4))
    query = asked(YEAR, **AIM)  # type: ignore[arg-type]
    assert chosen(query, hit(early), hit(late, 0.95)) == ["66 0.94", "60 0.99"]
    assert chosen(query, hit(early), hit(late, 0.93)) == ["60 0.99", "66 0.92"]
    far = fact("66", of=YEAR, measure=Measure.TARGET, name="农业投资", within=late.doc)
    assert chosen(query, hit(early), hit(far, 0.95)) == ["60 0.99", "66 0.94"]


@pytest.mark.parametrize(
    ("name", "unit", "query", "fits"),
    [
        ("工业投资", "亿元", asked(), True),
        ("农业投资", "亿元", asked(), True),  # 业投 stands in both
        ("出口", "亿元", asked(), False),
        ("工业投资", "家", asked(), False),
        ("工业投资", "亿元", asked(kind=Kind.RATE), False),
        ("工业投资", "亿元", asked(kind=Kind.SUM), False),
    ],
)
def test_whether_a_figure_beside_another_is_of_the_kind_asked_for(
    name: str, unit: str, query: Query, fits: bool
) -> None:
    assert figures.suits(query, fact("5", unit, name=name), frozenset({"元"})) is fits
    named = fact("5", unit, name="其他", quote=f"{name}5{unit}。")
    assert figures.suits(query, named, frozenset({"元"})) is fits


def test_what_may_be_chosen_says_the_time_and_the_kind() -> None:
    kinds = (Measure.LEVEL, Measure.GROWTH, Measure.RANK, Measure.TARGET, Measure.CHANGE)
    rows = [
        figures.plain(fact("1", name=name, measure=measure)) for name, measure in zip("甲乙丙丁戊", kinds, strict=True)
    ]
    assert figures.options(asked(text=" 上半年 "), (rows[0], *rows)) == (
        Option("甲", "上半年甲是多少"),
        Option("乙", "上半年乙增速是多少"),
        Option("丙", "上半年丙排第几"),
        Option("丁", "上半年丁的目标是多少"),
    )
    assert figures.options(asked(), rows[4:]) == (Option("戊", "戊变化多少"),)
    assert rows[0] == figures.Fitted(Hit(rows[0].fact, 0.0, 0.0, 0.0), 0.0)


LEVEL = fact("5", number=1)
GROWTH = fact("8", "%", measure=Measure.GROWTH, number=2)
RANK = fact("3", "位", measure=Measure.RANK, number=3)


@pytest.mark.parametrize(
    ("first", "others", "beside"),
    [
        (LEVEL, (RANK, GROWTH, LEVEL), (GROWTH, RANK)),
        (GROWTH, (LEVEL, GROWTH, RANK), (LEVEL, RANK)),
        (LEVEL, (LEVEL, fact("6", number=9), GROWTH), ()),
        (LEVEL, (LEVEL, fact("5", number=9), GROWTH), (GROWTH,)),
        (LEVEL, (LEVEL, fact("8", "%", measure=Measure.GROWTH, number=2, name="农业投资")), ()),
        (LEVEL, (LEVEL, fact("8", "%", measure=Measure.GROWTH, number=2, of=YEAR)), ()),
        (AMOUNT, (AMOUNT, RISE), (RISE,)),
        (LEVEL, (LEVEL, GROWTH, fact("9", "%", measure=Measure.GROWTH, number=5)), (GROWTH,)),
    ],
)
def test_what_belongs_to_a_figure(first: Fact, others: tuple[Fact, ...], beside: tuple[Fact, ...]) -> None:
    assert figures.companions(first, others) == beside


# -- in order of value -------------------------------------------------------------------------------------------------


_NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"


def rows(*values: str | None, measure: Measure = Measure.LEVEL) -> list[figures.Fitted]:
    return [
        figures.Fitted(hit(fact(value, activity=f"{_NAMES[at]}业", name=f"产值{at}", measure=measure)), 1.0)
        for at, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("plain", "lowest", "top", "values", "order", "said"),
    [
        ("产值最大的", False, 1, "5 3 1 2 4", "5 4 3 2", "最大的是甲业。"),
        ("产值谁居首", False, 1, "5 3", "5 3", "最高的是甲业。"),
        ("产值谁垫底", True, 1, "5 3", "3 5", "最低的是乙业。"),
        ("产值前二", False, 2, "5 3 1 2 4", "5 4 3 2", "前2位的是甲业、戊业。"),
        ("产值后三", True, 3, "5 3 1", "1 3 5", "后3位的是丙业、乙业、甲业。"),
        ("产值前五", False, 5, "5 3 1 2 4 0", "5 4 3 2 1", "前5位的是甲业、戊业、乙业、丁业、丙业。"),
    ],
)
def test_the_greatest_and_the_smallest(plain: str, lowest: bool, top: int, values: str, order: str, said: str) -> None:
    found = rows(*values.split())
    made = extremes._ordered(asked(plain=plain, kind=Kind.EXTREME, lowest=lowest, top=top), found)
    assert [one.fact.obs.value_text for one in made.hits] == order.split()
    assert (made.status, made.reason, len(made.trace)) == (Status.ANSWERED, said, len(found))


def test_a_list_shows_twelve_and_one_hidden_value_hides_the_order() -> None:
    made = extremes._ordered(asked(kind=Kind.LIST), rows(*map(str, range(15))))
    assert [one.fact.obs.value_text for one in made.hits] == [str(14 - at) for at in range(12)]
    hidden = rows("5", None, "3", "2", "1")
    assert extremes._ordered(asked(kind=Kind.EXTREME), hidden) == Plan(
        Status.MASKED, Kind.EXTREME, asked(kind=Kind.EXTREME), hits=tuple(row.hit for row in hidden[:4])
    )


def test_some_rows_tell_all_that_others_do_and_more() -> None:
    assert extremes._covers(rows("5", "3", "1"), rows("5", "3"))
    assert not extremes._covers(rows("5", "3"), rows("5", "3"))
    assert not extremes._covers(rows("5", "4", "1"), rows("5", "3"))
    assert not extremes._covers(rows("5", "3"), rows("5", "3", "1"))


# -- sums --------------------------------------------------------------------------------------------------------------


def plan(kind: Kind, *facts: Fact, plain: str = "哪个多", lowest: bool = False) -> Plan:
    """The whole plan that follows from figures."""
    return sums.calculated(Query(plain, plain, kind, lowest=lowest), [figures.Fitted(hit(one), 1.0) for one in facts])


A, B = fact("5.20"), fact("3.1", name="农业投资", number=2)
GROWN = {"unit": "%", "measure": Measure.GROWTH}


def test_the_figures_of_a_comparison_come_in_its_order() -> None:
    assert [one.fact for one in plan(Kind.COMPARE, B, A).hits] == [A, B]
    assert [one.fact for one in plan(Kind.COMPARE, A, B, lowest=True, plain="哪个少").hits] == [B, A]
    made = plan(Kind.COMPARE, A, B, plain="各是多少")
    assert ([one.fact for one in made.hits], made.reason, len(made.trace)) == ([A, B], "", 2)


@pytest.mark.parametrize(
    ("values", "lowest", "said"),
    [
        (("5", "3"), True, "乙增长更慢。"),
        (("-5", "3"), True, "工业投资降得更多。"),
        (("0", "3"), True, "工业投资增长更慢。"),
        (("-5", "-3"), False, "乙增长更快。"),
        (("5", "5.0"), False, "两者相同。"),
        (("5", "3", "4"), True, "乙增长最慢。"),
        (("5", "3", "4"), False, "工业投资增长最快。"),
    ],
)
def test_which_grows_more(values: tuple[str, ...], lowest: bool, said: str) -> None:
    names = ("工业投资", "乙", "丙")
    facts = [fact(value, name=name, **GROWN) for value, name in zip(values, names, strict=False)]  # type: ignore[arg-type]
    assert plan(Kind.COMPARE, *facts, lowest=lowest).reason == said


def test_places_are_told_with_their_names() -> None:
    far = doc(HALF, number=2)
    far = type(far)(2, far.name, far.title, None, "乙县", far.time_period, far.year, 1)
    assert plan(Kind.COMPARE, A, fact("9", within=far)).reason == "乙县工业投资更高。"


def share(name: str, value: str) -> Fact:
    return fact(value, "%", name=name, measure=Measure.RATE)


def test_what_is_refused_shows_no_figures() -> None:
    units, kinds = "这几项的单位不同，不能相加。", "增速、比重和排名不能相加。"
    for made, reason in (
        (plan(Kind.SUM, A, fact("3", "家")), units),
        (plan(Kind.SUM, share("产值占比", "30"), share("出口占比", "20")), kinds),
        (plan(Kind.SUM, share("开工率", "30"), share("开工率", "20")), kinds),
        (plan(Kind.SHARE, A), "两项的单位不同，不能计算比重。"),
        (plan(Kind.SHARE, fact("5", "家"), fact("9")), "两项的单位不同，不能计算比重。"),
        (plan(Kind.SHARE, fact("5"), fact("4")), "前一项大于后一项，不能计算比重。"),
    ):
        assert (made.status, made.hits, made.reason, made.result) == (Status.NOT_FOUND, (), reason, None)
        assert made.trace
    made = plan(Kind.SHARE, B, A)
    assert (made.result, made.unit, [one.fact for one in made.hits]) == (Decimal("59.6"), "%", [B, A])
