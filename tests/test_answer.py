"""Whole replies as a person reads them, over own summaries; and that no figure comes from nowhere."""

from __future__ import annotations

import re

import pytest
from asking import SHELVES, asker_of, rows, said
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.render import render_html
from knowledge.model import Answer, Bound, Status

REPLIES = {
    ("half", "规上工业增加值多少"): """2023年1—6月，规模以上工业增加值为31.52亿元，同比增长7.2%，居全市第4位。

原文：“1—6月，全县268家规上工业企业实现总产值142.36亿元，同比增长6.8%，增速较一季度提高2.3个百分点；规上工业增加值31.52亿元，同比增长7.2%，增速居全市第4位。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "技改投资增速"): """2023年1—6月，技术改造投资同比下降3.8%，为4.35亿元，居全市第9位。

原文：“上半年，工业投资完成12.48亿元，同比增长9.6%，增速居全市第6位；制造业投资同比增长4.2%，增速居全市第7位；技改投资4.35亿元，同比下降3.8%，增速居全市第9位。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "技改投资排第几"): """2023年1—6月，技术改造投资增速居全市第9位，为4.35亿元，同比下降3.8%。

原文：“上半年，工业投资完成12.48亿元，同比增长9.6%，增速居全市第6位；制造业投资同比增长4.2%，增速居全市第7位；技改投资4.35亿元，同比下降3.8%，增速居全市第9位。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "亏损面是多少"): """2023年6月，亏损面为18.7%。

原文：“6月末亏损企业50家，亏损面18.7%。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("trade", "出口多少"): """2023年1—9月，出口总额超过27亿元，同比下降1.4%。

原文：“外贸进出口总额约31.6亿元，同比下降2.7%，其中出口超27亿元，同比下降1.4%；进口4.5亿元，同比下降10.3%。”——《云岭县商务局2023年前三季度工作总结》""",
    ("masked", "技改投资排第几"): """技术改造投资居全市第x位，同比增速为-x.x%。
原文隐去了具体数字，只写作上面的样子。

原文：“x-x月，全县工业性投资增速为x.x%，列全市第x位；制造业投资增速为-x.x%，列全市第x位；技改投资增速为-x.x%，列全市第x位。”——《县经信局上半年工作总结》""",
    ("half", "纺织行业产值多少"): """总结中没有提到这一内容，无法回答。
可以查到的有：
· 2023年1—6月工艺行业产值
· 2023年1—6月工艺行业产值增速
· 2023年1—6月橡塑行业产值""",
    ("both", "2021年医化产值"): """总结中没有这一时期的数字。
可以查到的有：
· 2023年1—6月医化行业产值
· 2023年1—6月医化行业产值增速
· 2023年1—9月医化行业产值""",
    ("farm", "粮食总产量多少"): """有几个地方的总结都讲到这一项，您问的是哪里？
1. 云岭县
2. 松河市""",
    ("half", "哪些企业列入市级未来工厂培育名单"): """总结中这样写：

原文：“二是智能制造稳步铺开。新增工业机器人81台，完成年度任务150台的54.0%。恒泽制药、远桥橡塑等5家企业列入市级未来工厂培育名单。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "鹿鸣小微园到哪一步了"): """总结中这样写：

原文：“三是小微园建设分类推进。年度计划新开工2个、新认定2个。青岭小微园已于5月开工，鹿鸣小微园正在办理施工许可，预计9月开工；石埠小微园完成总工程量的80%，预计8月竣工；双桥小微园用地手续未落实，进度滞后。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "用工方面有什么困难"): """总结中提到的困难问题：

1. 招工难问题较为突出
原文：“（四）招工难问题较为突出。二季度末规上企业用工缺口约1400人，其中一线普工占六成以上，橡塑企业缺工最多。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "医化和橡塑哪个增长快"): """医化行业产值增长更快。
2023年1—6月，医化行业产值同比增长9.4%
2023年1—6月，橡塑行业产值同比增长3.7%

原文：“其中，医化行业产值46.28亿元，同比增长9.4%，增速高于全县规上产值2.6个百分点；橡塑行业产值28.15亿元，同比增长3.7%…”——《霁川县经济和信息化局2023年上半年工作总结》
原文：“…医化行业产值46.28亿元，同比增长9.4%，增速高于全县规上产值2.6个百分点；橡塑行业产值28.15亿元，同比增长3.7%…”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "医化和橡塑产值加起来多少"): """合计74.43亿元（46.28 + 28.15 = 74.43）。
2023年1—6月，医化行业产值为46.28亿元
2023年1—6月，橡塑行业产值为28.15亿元

原文：“其中，医化行业产值46.28亿元，同比增长9.4%，增速高于全县规上产值2.6个百分点；橡塑行业产值28.15亿元，同比增长3.7%…”——《霁川县经济和信息化局2023年上半年工作总结》
原文：“…医化行业产值46.28亿元，同比增长9.4%，增速高于全县规上产值2.6个百分点；橡塑行业产值28.15亿元，同比增长3.7%…”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("half", "5G基站离年度任务还差多少"): """距目标还差112个（240 - 128 = 112）。
2023年，5G基站的目标为240个
2023年1—6月，5G基站为128个

原文：“建成5G基站128个，完成年度任务240个的53.3%，快于序时进度3.3个百分点，完成率居全市第2位。”——《霁川县经济和信息化局2023年上半年工作总结》""",
    ("both", "规上工业增加值增速走势"): """规模以上工业增加值逐期上升：
2023年1—6月，规模以上工业增加值同比增长7.2%
2023年1—9月，规模以上工业增加值同比增长8.0%

原文：“…全县268家规上工业企业实现总产值142.36亿元，同比增长6.8%，增速较一季度提高2.3个百分点；规上工业增加值31.52亿元，同比增长7.2%…”——《霁川县经济和信息化局2023年上半年工作总结》
原文：“…全县274家规上工业企业实现总产值219.84亿元，同比增长7.5%，增速较上半年提高0.7个百分点；规上工业增加值48.93亿元，同比增长8.0%…”——《霁川县经济和信息化局2023年前三季度工作总结》""",
    ("farm", "云岭县和松河市谁的农民收入高"): """松河市农村居民人均可支配收入更高。
松河市2023年，农村居民人均可支配收入为33180元
云岭县2023年，农村居民人均可支配收入为28964元

原文：“农村居民人均可支配收入33180元，同比增长7.6%。”——《松河市农业农村局2023年工作总结》
原文：“农村居民人均可支配收入28964元，同比增长7.1%；城乡居民收入比缩小到1.82。”——《云岭县农业农村局2023年工作总结》""",
    ("half", "規上工業增加值增速"): """2023年1—6月，規模以上工業增加值同比增長7.2%，爲31.52億元，居全市第4位。

原文：“1—6月，全縣268家規上工業企業實現總產值142.36億元，同比增長6.8%，增速較一季度提高2.3個百分點；規上工業增加值31.52億元，同比增長7.2%，增速居全市第4位。”——《霽川縣經濟和信息化局2023年上半年工作總結》""",
}  # fmt: skip
FIGURES = [(shelf, row[0]) for shelf, row in rows("questions_figures.toml")]
ASKED = [*FIGURES, *((shelf, row[0]) for shelf, row in rows("questions_words.toml"))]


@pytest.mark.parametrize(("shelf", "question"), REPLIES, ids=lambda each: each)
def test_whole_replies(shelf: str, question: str) -> None:
    assert said(shelf, question)[1] == REPLIES[shelf, question]


def test_a_figure_is_told_in_under_two_hundred_characters() -> None:
    long = {}
    for shelf, question in FIGURES:
        answers, reply, _ = said(shelf, question)
        if answers[0].template == "figure" and len(reply) >= 200:
            long[shelf, question] = len(reply)
    assert long == {}


def test_html_holds_the_same_figure_and_the_quotation() -> None:
    answers, _, _ = said("half", "亏损面是多少")
    assert render_html(answers[0]) == (
        "<b>2023年6月，亏损面为18.7%</b>。\n\n<blockquote expandable>6月末亏损企业50家，亏损面18.7%。</blockquote>"
        "——《霁川县经济和信息化局2023年上半年工作总结》"
    )


_CALCULATED = re.compile(r"[（(]([^（）()]*[=÷][^（）()]*)[）)]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.mark.parametrize(("shelf", "question"), ASKED, ids=lambda each: each)
def test_a_figure_stands_in_its_sentence_or_in_the_calculation_shown(shelf: str, question: str) -> None:
    for answer in said(shelf, question)[0]:
        for fact in answer.facts:
            assert fact.obs.value_text in fact.obs.quote
        lead = str(answer.slots.get("lead") or "")
        if answer.template == "figures" and (shown := _CALCULATED.search(lead)):
            terms = set(_NUMBER.findall(shown[1]))
            told = {number for fact in answer.facts for number in _NUMBER.findall(fact.obs.value_text)}
            assert told & terms, lead


def _told(answers: tuple[Answer, ...]) -> list[tuple[object, ...]]:
    """What answers say, whatever numbers the store gives to documents."""
    return [
        (each.status, each.template, each.slots, [fact.obs for fact in each.facts], [one.label for one in each.options])
        for each in answers
    ]


@pytest.mark.parametrize("shelf", ["both", "farm", "all"])
def test_the_order_of_ingestion_does_not_matter(shelf: str) -> None:
    turned = asker_of(tuple(reversed(SHELVES[shelf])))
    for name, question in ASKED:
        if name == shelf:
            assert _told(said(shelf, question)[0]) == _told(said(shelf, question, by=turned)[0]), question


@pytest.mark.parametrize(("shelf", "question"), ASKED[::7], ids=lambda each: each)
def test_the_same_question_gives_the_same_answer(shelf: str, question: str) -> None:
    assert said(shelf, question)[1] == said(shelf, question)[1]


@pytest.mark.parametrize(
    ("shelf", "one", "other"),
    [
        ("half", "规上工业增加值增速", "规模以上工业增加值增速"),
        ("half", "技改投资多少", "技术改造投资多少"),
        ("half", "医化产值", "医药化工产值"),
        ("half", "小升规完成几家", "新上规企业几家"),
        ("trade", "社零总额", "社会消费品零售总额"),
        ("trade", "限上社零增速", "限额以上社会消费品零售总额增速"),
        ("trade", "外贸总额", "进出口总额"),
        ("farm", "云岭县农民收入", "云岭县农村居民人均可支配收入"),
        ("school", "普惠园覆盖率", "普惠性幼儿园覆盖率"),
        ("half", "规上企业几家", "规模以上工业企业多少家"),
    ],
)
def test_a_synonym_gives_the_same_figure(shelf: str, one: str, other: str) -> None:
    first, second = (said(shelf, question)[0][0].facts[0].obs for question in (one, other))
    assert first == second


_PIECES = st.sampled_from(
    ["医化", "橡塑", "规上", "产值", "增速", "多少", "第二个", "那", "呢", "2021年", "上半年", "全国", "？", "比", "和",
     "最快", "困难", "yihua", "5g", "😀", "%", "\n", "'", "<b>", "第", "年", "一", "加起来", "占",
     "哪个县", "云岭县", "松河市"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=8).map("".join)),
    st.sampled_from(["half", "masked", "all"]),
)
def test_any_text_has_an_answer(text: str, shelf: str) -> None:
    answers, reply, context = said(shelf, text)
    assert answers and reply
    for answer in answers:
        assert answer.status in Status
        if answer.status is Status.MASKED:
            assert any(fact.obs.bound is Bound.MASKED for fact in answer.facts)
        if answer.status is Status.AMBIGUOUS:
            assert 1 <= len(answer.options) <= 4
    said(shelf, text, context)  # nor does any context break it
