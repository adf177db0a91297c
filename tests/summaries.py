"""Extractions for tests of the store, put together by hand so that they do not depend on the reading stages."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from knowledge.model import (
    Bound,
    Difficulty,
    Document,
    Extraction,
    Leftover,
    Measure,
    Observation,
    Paragraph,
    ParagraphKind,
    Period,
    Repaired,
    RepairStep,
    Source,
    Span,
    WorkItem,
    WorkStatus,
)

Figure = tuple[str, str | None, Measure, str | None, str, str]  # indicator, activity, measure, value, as written, unit

TEXT = """云溪县工业发展局{title}
一、运行情况
竹木行业产值{bamboo}亿元，同比增长8.1%，居全市第2位；水晶行业产值xx.xx亿元。
二、重点工作
小微园建设完成年度计划的41.5%，预计10月竣工。
三、存在困难
一是订单不足。出口企业手持订单同比减少两成。
"""


def summary(
    title: str = "2022年上半年工作总结", *, name: str = "总结.txt", issuer: str = "云溪县工业发展局",
    area: str = "云溪县", period: str = "2022-01/2022-06", bamboo: str = "12.30", text: str = TEXT,
) -> Extraction:  # fmt: skip
    """A small summary with three figures of 竹木行业, a masked one, a work item, a difficulty and a leftover."""
    body = text.format(title=title, bamboo=bamboo)
    document = _document(body, title, name, issuer, area, Period.parse(period))
    figures: list[Figure] = [
        ("产值", "竹木行业", Measure.LEVEL, bamboo, bamboo, "亿元"),
        ("产值", "竹木行业", Measure.GROWTH, "8.1", "8.1", "%"),
        ("产值", "竹木行业", Measure.RANK, "2", "第2", "位"),
        ("产值", "水晶行业", Measure.LEVEL, None, "xx.xx", "亿元"),
        ("年度计划完成率", "小微园", Measure.RATE, "41.5", "41.5", "%"),
    ]
    return Extraction(
        document,
        tuple(_observation(document, *figure) for figure in figures),
        (_work_item(document),),
        (_difficulty(document),),
        (Leftover("两成", _span(body, "两成"), 6, "没有认出指标"),),
    )


def _document(body: str, title: str, name: str, issuer: str, area: str, period: Period) -> Document:
    raw = body.replace("水晶", "水\u200b晶")
    origin = tuple(range(body.index("晶"))) + tuple(range(body.index("晶") + 1, len(body) + 2))
    source = Source(name, "text/plain", raw, hashlib.sha256(raw.encode()).hexdigest(), ("注：口径为规上。",), title)
    repaired = Repaired(source, body, (RepairStep("drop_zero_width", 1),), origin)
    return Document(repaired, title, issuer, area, period, period.start[0], tuple(_paragraphs(body)))


def _paragraphs(body: str) -> list[Paragraph]:
    made, at, section = [], 0, ()
    for index, line in enumerate(body.splitlines()):
        span = Span(at, at + len(line))
        heading = line[1] == "、"
        section = (line,) if heading else section
        kind = ParagraphKind.TITLE if index == 0 else ParagraphKind.HEADING if heading else ParagraphKind.TEXT
        made.append(Paragraph(index, kind, span, section, (span,), Span(at, at + 3) if index == 6 else None))
        at += len(line) + 1
    return made


def _observation(
    document: Document,
    indicator: str,
    activity: str | None,
    measure: Measure,
    value: str | None,
    written: str,
    unit: str,
) -> Observation:
    text = document.text
    span = _span(text, written if measure is Measure.RANK else written + unit)
    paragraph = next(each for each in document.paragraphs if each.span.start <= span.start < each.span.end)
    return Observation(
        indicator, activity, document.ref_area, measure, None if value is None else Decimal(value), written, unit,
        Bound.MASKED if value is None else Bound.EXACT, document.time_period, paragraph.span.of(text),
        paragraph.section, span, document.repaired.raw_span(span), paragraph.index,
        "同比" if measure is Measure.GROWTH else None, name_text=indicator,
    )  # fmt: skip


def _work_item(document: Document) -> WorkItem:
    text = "小微园建设完成年度计划的41.5%，预计10月竣工。"
    span = _span(document.text, text)
    return WorkItem(
        "小微园建设", ("二、重点工作",), WorkStatus.BEHIND, text, 4, span, "10月", "小微园", Decimal("41.5")
    )


def _difficulty(document: Document) -> Difficulty:
    text = "一是订单不足。出口企业手持订单同比减少两成。"
    return Difficulty("订单不足", text, ("三、存在困难",), 6, _span(document.text, text))


def _span(body: str, part: str) -> Span:
    start = body.index(part)
    return Span(start, start + len(part))
