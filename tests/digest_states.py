"""States of knowledge for tests of the digest, from short lines: indicator | activity | measure | value unit | basis"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from knowledge.digest import State, Stated
from knowledge.model import (
    Bound,
    Difficulty,
    DocumentInfo,
    Fact,
    Measure,
    Observation,
    Period,
    Span,
    WorkItem,
    WorkStatus,
)

ISSUER, AREA = "白石区商务局", "白石区"


def info(doc_id: int, period: str, *, issuer: str | None = ISSUER, title: str = "") -> DocumentInfo:
    """A document that reports on a period."""
    span = Period.parse(period)
    name = title or f"{issuer}{span}工作总结"
    return DocumentInfo(doc_id, f"{doc_id}.docx", name, issuer, AREA, span, span.end[0], 1)


def fact(line: str, doc: DocumentInfo, number: int = 0) -> Fact:
    """A figure; its value may begin with 约, 超 or 不足, be xx.x, and end with its own period in brackets."""
    name, activity, measure, figure, *basis = (part.strip() for part in line.split("|"))
    figure, _, period = figure.partition("[")
    written, unit = figure.split()[0], [*figure.split(), ""][1]
    bound = {"约": Bound.ABOUT, "超": Bound.AT_LEAST, "不": Bound.AT_MOST}.get(written[0], Bound.EXACT)
    digits = written.lstrip("约超不足")
    value = None if "x" in digits else Decimal(digits)
    span = Span(number * 10, number * 10 + 5)
    return Fact(
        doc.doc_id * 1000 + number,
        doc,
        Observation(
            name, activity or None, AREA, Measure(measure), value, digits.lstrip("-"), unit,
            Bound.MASKED if value is None else bound, Period.parse(period.rstrip("]")) if period else doc.time_period,
            f"{activity}{name}{digits}{unit}。", ("一、运行情况",), span, span, number,
            basis[0] if basis and basis[0] else None, name_text=name,
        ),
    )  # fmt: skip


def known(
    doc: DocumentInfo,
    figures: str,
    work: tuple[tuple[str, str], ...] = (),
    difficulties: tuple[tuple[str, str], ...] = (),
) -> Stated:
    """A document with figures (one a line), work items (status, sentence) and difficulties (title, text)."""
    lines = [line for line in figures.strip().splitlines() if line.strip()]
    span = Span(0, 1)
    return Stated(
        doc,
        tuple(fact(line, doc, number) for number, line in enumerate(lines)),
        tuple(
            WorkItem(
                text.split("，")[0], ("二、重点工作",), WorkStatus(status), text, 9, span, subject=text.split("：")[0]
            )
            for status, text in work
        ),
        tuple(Difficulty(title, text, ("三、困难",), 12, span) for title, text in difficulties),
    )


def state(revision: int, *documents: Stated) -> State:
    """A revision that knows these documents."""
    return State(revision, documents)


def corrected(one: Stated, number: int, value: str, who: str) -> Stated:
    """The same document with one figure corrected by an editor."""
    facts = list(one.facts)
    obs = replace(facts[number].obs, value=Decimal(value), value_text=value)
    facts[number] = replace(facts[number], obs=obs, corrected_by=who, corrected_at="2022-08-02T09:00:00+00:00")
    return replace(one, facts=tuple(facts))


QUARTER = known(
    info(1, "2022-01/2022-03", title="白石区商务局2022年一季度工作总结"),
    """
    社会消费品零售总额 | | level | 31.2 亿元
    社会消费品零售总额 | | growth | 8.4 % | 同比
    社会消费品零售总额 | | rank | 5 位 | 全市
    外贸进出口总额 | | level | 12.60 亿元
    外贸进出口总额 | | growth | -2.1 % | 同比
    网络零售额 | | growth | 15.0 % | 同比
    限上零售额 | 汽车类 | growth | 12.5 % | 同比
    限上零售额 | 家电类 | growth | 3.0 % | 同比
    限上零售额 | 粮油食品类 | growth | 9.1 % | 同比
    夜市改造完成率 | | rate | 20.0 %
    """,
    (("planned", "农贸市场改造：计划启动"), ("in_progress", "白石夜市：正在施工")),
    (
        ("消费券拉动不足", "消费券核销率只有四成，拉动作用不强。"),
        ("跨境物流不畅", "海运订舱难，跨境包裹平均延误九天。"),
    ),
)
HALF = known(
    info(2, "2022-01/2022-06", title="白石区商务局2022年上半年工作总结"),
    """
    社会消费品零售总额 | | level | 66.8 亿元
    社会消费品零售总额 | | growth | 6.9 % | 同比
    社会消费品零售总额 | | rank | 3 位 | 全市
    外贸进出口总额 | | level | xx.x 亿元
    外贸进出口总额 | | growth | 1.3 % | 同比
    网络零售额 | | growth | 15.0 % | 同比
    限上零售额 | 汽车类 | growth | -1.2 % | 同比
    限上零售额 | 家电类 | growth | 11.4 % | 同比
    限上零售额 | 粮油食品类 | growth | 9.8 % | 同比
    夜市改造完成率 | | rate | 41.0 %
    夜市改造完成率 | | change | -9.0 个百分点 | 序时进度
    """,
    (("done", "农贸市场改造：已全部开业"), ("behind", "白石夜市：因管网迁改停工，进度滞后")),
    (
        ("消费券拉动减弱", "消费券核销率降到三成，拉动作用继续减弱。"),
        ("住宿餐饮缺工", "星级酒店缺工三百余人，旺季接待能力受限。"),
    ),
)
