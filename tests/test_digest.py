"""The digest: what is compared and what never is, whole digests as they are read, and properties."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.digests import pages, screen
from handlers.digests.phrases import name_of, sentence
from knowledge.digest import (
    Digest,
    Stated,
    Stay,
    Step,
    Turn,
    changed_since,
    compare,
    focus_of,
    named,
    narrow,
    tell,
    up_to,
)
from knowledge.mailing import Focus
from knowledge.model import Measure
from tests.digest_states import HALF, QUARTER, corrected, info, known, state

FIRST = """周报
这是第一份周报，先报现状；以后只报有变化的。

《白石区商务局2022年一季度工作总结》：

主要指标
· 社会消费品零售总额：31.2亿元，增长8.4%；全市第5位
▼ 外贸进出口总额：12.60亿元，下降2.1%
· 网络零售额：增长15.0%

分行业增速（限上零售额）
1. 汽车类 12.5% ▇▇▇▇▇▇▇▇▇▇
2. 粮油食品类 9.1% ▇▇▇▇▇▇▇
3. 家电类 3.0% ▇▇

任务进度
· 夜市改造完成率：20.0%

困难问题
· 消费券拉动不足；跨境物流不畅"""

CHANGED = """周报

《白石区商务局2022年上半年工作总结》，与上次（一季度）相比：

主要指标
▼ 社会消费品零售总额：66.8亿元，增长6.9%，增速比一季度（8.4%）回落1.5个百分点；全市第3位，前移2位（一季度第5位）
▲ 外贸进出口总额：数值原文未公开（xx.x亿元），增长1.3%，由负转正（一季度下降2.1%）
＝ 网络零售额：增长15.0%，与一季度持平

分行业增速（限上零售额）
1. 家电类 11.4%（一季度3.0%） ▇▇▇▇▇▇▇▇▇▇
2. 粮油食品类 9.8%（一季度9.1%） ▇▇▇▇▇▇▇▇▇
3. 汽车类 -1.2%（一季度12.5%，由正转负）

任务进度
⚠ 夜市改造完成率：41.0%（一季度20.0%），落后序时进度9个百分点

工作事项
⚠ 滞后：白石夜市：因管网迁改停工，进度滞后
✔ 已完成1项

困难问题
· 新提出：住宿餐饮缺工
· 仍存在：消费券拉动减弱
· 这次没有再提：跨境物流不畅"""

QUIET = """周报
本期没有新材料，数字与上次相同。现行的仍是《白石区商务局2022年上半年工作总结》。"""


def lined(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        pytest.param(compare(None, state(1, QUARTER)), FIRST, id="first"),
        pytest.param(compare(state(1, QUARTER), state(2, QUARTER, HALF)), CHANGED, id="changed week"),
        pytest.param(compare(state(2, QUARTER, HALF), state(3, QUARTER, HALF)), QUIET, id="quiet week"),
    ],
)
def test_whole_digests(digest: Digest, expected: str) -> None:
    assert lined(screen(digest)) == lined(expected)
    assert len(screen(digest)) < 900


WORDS = [
    # now, before, year ago -> words
    ("投资 | | growth | 12.4 %", "投资 | | growth | 18.6 %", "增长12.4%，增速比一季度（18.6%）回落6.2个百分点"),
    ("投资 | | growth | 1.5 %", "投资 | | growth | -3.2 %", "增长1.5%，由负转正（一季度下降3.2%）"),
    ("投资 | | growth | -1.5 %", "投资 | | growth | 3.2 %", "下降1.5%，由正转负（一季度增长3.2%）"),
    ("投资 | | growth | -5.4 %", "投资 | | growth | -8.7 %", "下降5.4%，降幅比一季度（8.7%）收窄3.3个百分点"),
    ("投资 | | growth | -9.0 %", "投资 | | growth | -8.7 %", "下降9.0%，降幅比一季度（8.7%）扩大0.3个百分点"),
    ("投资 | | growth | 0 %", "投资 | | growth | 2 %", "持平，增速比一季度（2%）回落2个百分点"),
    ("投资 | | growth | 超15 %", "投资 | | growth | 12 %", "增长15%以上（一季度增长12%）"),
    ("投资 | | growth | 4.0 %", "投资 | | growth | xx.x %", "增长4.0%"),
    ("投资 | | growth | x.x %", "投资 | | growth | 3.0 %", "增速原文未公开（x.x%）"),
    ("投资 | | growth | 3.0 % | 环比", "投资 | | growth | 8.0 % | 同比", "环比增长3.0%"),
    ("投资 | | rank | 3 位 | 全市", "投资 | | rank | 4 位 | 全市", "全市第3位，前移1位（一季度第4位）"),
    ("投资 | | rank | 9 位", "投资 | | rank | 9 位", "第9位，与一季度相同"),
    ("投资 | | rank | 6 位 | 全省", "投资 | | rank | 2 位 | 全市", "全省第6位"),
    ("产销率 | | rate | 97.0 %", "产销率 | | rate | 96.4 %", "97.0%（一季度96.4%）"),
    ("企业 | | level | 204 家", "企业 | | level | 201 家", "204家（一季度201家）"),
    ("企业 | | level | 204 家", "企业 | | level | 204 家", "204家，与一季度相同"),
    ("资金 | | level | 约1.2 亿元", "资金 | | level | 9000 万元", "约1.2亿元（一季度9000万元）"),
    ("资金 | | level | xx.x 亿元", "资金 | | level | 9000 万元", "数值原文未公开（xx.x亿元）"),
    ("资金 | | level | 2.0 亿元", "资金 | | level | x.x 亿元", "2.0亿元（一季度未公开）"),
]


@pytest.mark.parametrize(("now", "before", "expected"), WORDS, ids=[row[2] for row in WORDS])
def test_words_of_a_change(now: str, before: str, expected: str) -> None:
    old, new = known(info(1, "2022-01/2022-03"), before), known(info(2, "2022-01/2022-06"), now)
    report = compare(state(1, old), state(2, old, new)).reports[0]
    lines = (*report.headlines, *report.others, *report.progress)
    assert [sentence(line, full=True) for line in lines] == [expected]


def test_same_months_of_last_year_stand_beside() -> None:
    last = known(info(1, "2021-01/2021-06"), "资金 | | level | 8.0 亿元\n资金 | | growth | 3.0 %")
    quarter = known(info(2, "2022-01/2022-03"), "资金 | | level | 4.0 亿元\n资金 | | growth | 6.0 %")
    half = known(info(3, "2022-01/2022-06"), "资金 | | level | 9.0 亿元\n资金 | | growth | 5.0 %")
    report = compare(state(1, last, quarter), state(2, last, quarter, half)).reports[0]
    said = sentence(report.headlines[0])
    assert said == "9.0亿元，去年同期8.0亿元，增长5.0%，增速比一季度（6.0%）回落1个百分点"


def test_a_completion_rate_begins_anew_with_the_year() -> None:
    year = known(info(1, "2021"), "小微园建设完成率 | | rate | 108 %")
    quarter = known(info(2, "2022-01/2022-03"), "小微园建设完成率 | | rate | 20 %")
    report = compare(state(1, year), state(2, year, quarter)).reports[0]
    assert report.progress[0].moves[0].before is None


NAMES = [
    # before, now -> whether the second is the first come on
    ("排定区重点工业项目 | 完成投资完成率", " | 区重点工业项目累计完成投资完成率", True),
    ("工业机器人推广任务 | 完成率", "工业机器人 | 完成率", True),
    ("安排技改项目 | 开工率", "技改项目 | 开工率", True),
    ("小微园 | 完成率", "停车场 | 完成率", False),
    ("新建项目 | 开工率", "新建项目 | 竣工率", False),
    ("市重点工业项目 | 完成率", "区重点工业项目 | 完成率", False),
]


@pytest.mark.parametrize(("old", "new", "same"), NAMES, ids=[f"{row[0]} - {row[1]}" for row in NAMES])
def test_the_same_task_under_another_name(old: str, new: str, same: bool) -> None:
    (sector, name), (sector_now, name_now) = (text.split("|") for text in (old, new))
    before = known(info(1, "2022-01/2022-03"), f"{name} | {sector} | rate | 17.3 %")
    after = known(info(2, "2022-01/2022-06"), f"{name_now} | {sector_now} | rate | 45.4 %")
    line = compare(state(1, before), state(2, before, after)).reports[0].progress[0]
    assert (line.moves[0].before is not None) is same


@pytest.mark.parametrize(
    ("name", "sector", "said"),
    [
        ("完成投资完成率", "排定区重点项目", "区重点项目投资完成率"),
        ("开工率", "新建项目已开工", "新建项目开工率"),
        ("整改率", "安全隐患整改", "安全隐患整改率"),
        ("投资完成率", "技改", "技改投资完成率"),
        ("完成率", "5G基站", "5G基站完成率"),
        ("开工率", "", "开工率"),
        ("覆盖率", "一是网络建设", "网络建设覆盖率"),
        ("破解率", "问题解决", "问题破解率"),
        ("缺口率仍", "技工", "技工缺口率"),
    ],
)
def test_names_as_they_are_said(name: str, sector: str, said: str) -> None:
    report = compare(None, state(1, known(info(1, "2022"), f"{name} | {sector} | rate | 20 %"))).reports[0]
    assert name_of((*report.progress, *report.headlines)[0]) == said


def test_a_task_whose_distance_is_stated_is_progress_by_whatever_name() -> None:
    figures = "区重点项目完成投资 | | level | 8.4 亿元\n区重点项目完成投资 | | rate | 42 %"
    gap = "\n区重点项目完成投资 | | change | -8 个百分点 | 序时进度"
    line = compare(None, state(1, known(info(1, "2022-01/2022-06"), figures + gap))).reports[0].progress[0]
    assert (sentence(line), line.behind) == ("8.4亿元，完成率42%；落后序时进度8个百分点", True)


def test_a_table_that_is_told_twice_is_told_once() -> None:
    rows = [("汽车", "5.1"), ("家电", "4.2"), ("粮油", "-1.0"), ("服装", "2.0")]
    table = "\n".join(f"总产值 | {sector} | growth | {value} %" for sector, value in rows)
    prose = "\n".join(f"产值 | {sector}行业 | growth | {value} %" for sector, value in rows[:3])
    report = compare(None, state(1, known(info(1, "2022"), table + "\n" + prose))).reports[0]
    assert [(one.indicator, len(one.lines)) for one in report.sectors] == [("总产值", 4)]
    other = prose.replace("4.2", "4.9")
    report = compare(None, state(1, known(info(1, "2022"), table + "\n" + other))).reports[0]
    assert [one.indicator for one in report.sectors] == ["总产值", "产值"]


def test_the_source_of_a_table_row_is_read_with_its_heads() -> None:
    fact = QUARTER.facts[6]
    row = replace(fact, obs=replace(fact.obs, quote="| 汽车类 | 12.5 |", paragraph=40))
    facts = (*QUARTER.facts[:6], row, *QUARTER.facts[7:])
    one = replace(QUARTER, facts=facts, heads={40: ("类别", "增长（%）")})
    assert "类别：汽车类；增长（%）：12.5" in pages.page(compare(None, state(1, one)), "q")


def test_a_count_that_is_stated_twice_is_told_once() -> None:
    figures = "新建项目已开工 | | level | 9 个\n开工新建项目 | | level | 9 个\n新建项目 | | level | 14 个"
    report = compare(None, state(1, known(info(1, "2022"), figures))).reports[0]
    assert [line.indicator for line in (*report.headlines, *report.others)] == ["新建项目已开工", "新建项目"]


def test_work_and_difficulties_have_come_on() -> None:
    report = compare(state(1, QUARTER), state(2, QUARTER, HALF)).reports[0]
    assert [(one.step, one.now.subject) for one in report.work] == [
        (Step.DONE, "农贸市场改造"),
        (Step.BEHIND, "白石夜市"),
    ]
    assert {one.difficulty.title: one.stay for one in report.difficulties} == {
        "住宿餐饮缺工": Stay.NEW,
        "消费券拉动减弱": Stay.STILL,
        "跨境物流不畅": Stay.GONE,
    }


def test_corrections_are_told_once_and_marked() -> None:
    fixed = corrected(QUARTER, 1, "8.9", "李编辑")
    digest = compare(state(1, QUARTER), state(2, fixed))
    assert lined(screen(digest)) == [
        "周报",
        "",
        "更正",
        "✎ 社会消费品零售总额（2022年一季度）原报增长8.4%，现更正为增长8.9%（李编辑，2022-08-02）",
    ]
    assert compare(state(2, fixed), state(3, fixed)).quiet


def test_what_is_new_is_held_against_the_corrected_figure() -> None:
    fixed = corrected(QUARTER, 1, "8.9", "李编辑")
    digest = compare(state(1, QUARTER), state(2, fixed, HALF))
    assert sentence(digest.reports[0].headlines[0]).startswith("66.8亿元，增长6.9%，增速比一季度（8.9%）回落2个百分点")
    assert len(digest.corrections) == 1


def test_a_figure_added_by_hand_is_told() -> None:
    fixed = corrected(QUARTER, 2, "4", "李编辑")
    without = replace(QUARTER, facts=(*QUARTER.facts[:2], *QUARTER.facts[3:]))
    assert lined(screen(compare(state(1, without), state(2, fixed))))[3:] == [
        "✎ 社会消费品零售总额（2022年一季度）补报第4位（李编辑，2022-08-02）",
    ]


def test_a_document_that_is_withdrawn_is_named_once() -> None:
    digest = compare(state(1, QUARTER, HALF), state(2, QUARTER))
    assert lined(screen(digest)) == [
        "周报",
        "",
        "已撤下",
        "✎ 《白石区商务局2022年上半年工作总结》",
        "其中的数字不再作数。",
    ]
    assert compare(state(2, QUARTER), state(3, QUARTER)).quiet
    later = known(info(3, "2022-01/2022-09"), "社会消费品零售总额 | | growth | 5.0 % | 同比")
    report = compare(state(1, QUARTER, HALF), state(2, QUARTER, later)).reports[0]
    assert report.base == QUARTER.doc


def test_a_late_older_document_is_only_named() -> None:
    digest = compare(state(1, HALF), state(2, QUARTER, HALF))
    assert not digest.reports
    assert lined(screen(digest)) == ["周报", "", "另收录", "《白石区商务局2022年一季度工作总结》"]


def test_bureaus_are_never_compared_with_each_other() -> None:
    other = known(info(3, "2022-01/2022-09", issuer="黑石区商务局"), "社会消费品零售总额 | | growth | 1.0 % | 同比")
    report = compare(state(1, QUARTER), state(2, QUARTER, other)).reports[0]
    assert report.base is None
    assert report.headlines[0].moves[0].before is None


def of_bureau(number: int, *, months: str = "2022-01/2022-03", what: str = "投资") -> Stated:
    return known(info(number, months, issuer=f"第{number}局"), f"{what} | | growth | {number}.0 % | 同比")


def test_of_many_bureaus_the_newest_are_told_and_the_rest_named() -> None:
    many = [of_bureau(number) for number in range(1, 12)] + [of_bureau(12, months="2022-01/2022-06")]
    for digest in (compare(None, state(1, *many)), compare(state(1, QUARTER), state(2, QUARTER, *many))):
        assert digest.reports[0].doc.doc_id == 12
        assert (len(digest.reports), len(digest.added)) == (3, 9)
        text = screen(digest)
        assert "……另有 3 份" in text
        assert len(text) < 900


def test_a_place_and_a_word_are_looked_for_beyond_the_newest_bureaus() -> None:
    many = [of_bureau(number, months="2022-01/2022-06") for number in range(2, 9)]
    old = state(1, of_bureau(1, what="用电量"), *many)
    for focus in (Focus(places=("第1局",)), Focus(words=("用电量",))):
        assert [report.doc.doc_id for report in tell(None, old, focus).reports] == [1]


def test_watches_hear_of_bureaus_that_published_since() -> None:
    one, two = of_bureau(1), of_bureau(2)
    later = replace(two, doc=replace(two.doc, revision=5))
    assert [known.doc.doc_id for known in changed_since(state(5, one, later), 4).known] == [2]


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        (("排名",), ["全市第3位"], ["网络零售额", "困难问题"]),
        (("困难",), ["住宿餐饮缺工"], ["社会消费品零售总额"]),
        (("滞后",), ["夜市改造完成率", "管网迁改"], ["农贸市场", "社会消费品零售总额"]),
        (("行业",), ["家电类", "汽车类"], ["社会消费品零售总额"]),
        (("家电", "外贸"), ["家电类", "外贸进出口总额"], ["汽车类", "网络零售额"]),
        (("夜市",), ["夜市改造完成率", "白石夜市"], ["家电类"]),
        (("白石区",), ["家电类", "社会消费品零售总额"], []),
    ],
)
def test_a_focus_leaves_out_the_rest(words: tuple[str, ...], wanted: list[str], unwanted: list[str]) -> None:
    after = state(2, QUARTER, HALF)
    text = screen(narrow(compare(state(1, QUARTER), after), focus_of(words, named(after))))
    assert [word for word in wanted if word not in text] == []
    assert [word for word in unwanted if word in text] == []


@pytest.mark.parametrize(
    ("word", "wanted", "unwanted"),
    [
        ("第三部分", ["住宿餐饮缺工"], ["管网迁改", "社会消费品零售总额"]),
        ("第二部分", ["管网迁改"], ["社会消费品零售总额", "住宿餐饮缺工"]),
        ("运行情况", ["社会消费品零售总额", "家电类", "夜市改造完成率"], ["管网迁改", "住宿餐饮缺工"]),
    ],
)
def test_sections_can_be_asked_for_by_number_or_heading(word: str, wanted: list[str], unwanted: list[str]) -> None:
    after = state(2, QUARTER, HALF)
    focus = focus_of((word,), named(after))
    assert focus.sections
    text = screen(narrow(compare(state(1, QUARTER), after), focus))
    assert [word for word in wanted if word not in text] == []
    assert [word for word in unwanted if word in text] == []


def test_sectors_that_are_asked_for_keep_their_places_in_one_table() -> None:
    after = state(2, QUARTER, HALF)
    digest = narrow(compare(state(1, QUARTER), after), focus_of(("汽车", "家电"), named(after)))
    assert lined(screen(digest))[4:8] == [
        "分行业增速（限上零售额）",
        "1. 家电类 11.4%（一季度3.0%） ▇▇▇▇▇▇▇▇▇▇",
        "3. 汽车类 -1.2%（一季度12.5%，由正转负）",
    ]


def test_another_place_has_nothing_to_tell() -> None:
    digest = narrow(compare(None, state(1, QUARTER)), Focus(places=("黑石区",)))
    assert digest.quiet
    assert "还没有收录" in screen(digest)


def test_pages_hold_what_the_screen_leaves_out() -> None:
    digest = compare(state(1, QUARTER), state(2, QUARTER, HALF))
    assert pages.keys(digest) == ["f", "s", "p", "w", "d", "q"]
    assert "31.2亿元" in pages.page(digest, "f")
    assert "星级酒店缺工三百余人" in pages.page(digest, "d")
    assert "社会消费品零售总额66.8亿元。" in pages.page(digest, "q")


MEASURES = [Measure.LEVEL, Measure.GROWTH, Measure.RATE, Measure.RANK]
values = st.one_of(st.just("xx.x"), st.decimals(-99, 99, places=1).map(str))
figures = st.lists(
    st.tuples(
        st.sampled_from(["投资", "产值", "出口"]), st.sampled_from(["", "甲行业"]), st.sampled_from(MEASURES), values
    ),
    min_size=1,
    max_size=6,
)


def written(rows: list[tuple[str, str, Measure, str]]) -> str:
    units = {Measure.LEVEL: "亿元", Measure.RANK: "位"}
    return "\n".join(
        f"{name} | {sector} | {kind} | {value} {units.get(kind, '%')}" for name, sector, kind, value in rows
    )


@settings(max_examples=60, deadline=None)
@given(figures, figures)
def test_only_comparable_figures_are_subtracted(old: list, new: list) -> None:  # type: ignore[type-arg]
    before = known(info(1, "2022-01/2022-03"), written(old))
    after = known(info(2, "2022-01/2022-06"), written(new))
    digest = compare(state(1, before), state(2, before, after))
    for report in digest.reports:
        for line in (*report.headlines, *report.others, *report.progress):
            for move in line.moves:
                if move.delta is None or move.before is None:
                    continue
                now, then = move.now.obs, move.before.obs
                assert now.measure is not Measure.LEVEL or move.turn is Turn.SAME  # three months against six
                assert (now.indicator, now.activity, now.measure) == (then.indicator, then.activity, then.measure)
                assert move.delta == (now.value or Decimal(0)) - (then.value or Decimal(0))
    assert compare(state(2, before, after), state(3, before, after)).quiet


@settings(max_examples=40, deadline=None)
@given(figures, st.sampled_from(["投资", "甲", "排名", "困难", "没有的词"]))
def test_a_focus_never_adds(rows: list, word: str) -> None:  # type: ignore[type-arg]
    whole = compare(None, state(1, known(info(1, "2022"), written(rows))))
    part = narrow(whole, focus_of((word,), named(state(1, known(info(1, "2022"), written(rows))))))
    everything = {line for one in whole.reports for line in (*one.headlines, *one.others, *one.progress)}
    everything |= {line for one in whole.reports for table in one.sectors for line in table.lines}
    for report in part.reports:
        assert {*report.headlines, *report.progress} <= everything


def test_reading_a_shelf_up_to_a_document() -> None:
    whole = state(1, QUARTER, HALF)
    assert up_to(whole, 1) == replace(whole, known=(QUARTER,))
