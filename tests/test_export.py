"""Exported files open in real readers: numbers are numbers, masks and formula-like texts are texts."""

import io
from decimal import Decimal as D

from docx import Document as open_docx
from openpyxl import load_workbook

from handlers.export import figures_xlsx, text_docx
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

DOC = DocumentInfo(1, "总结.md", "云岭县经信局2023年上半年工作总结", "云岭县经信局", "云岭县", None, 2023, 1)
NOWHERE = Span(0, 0)


def fact(value: D | None, text: str, quote: str, bound: Bound = Bound.EXACT) -> Fact:
    period = Period((2023, 1), (2023, 6))
    obs = Observation(
        "规模以上工业总产值",
        "医化行业",
        "云岭县",
        Measure.GROWTH,
        value,
        text,
        "%",
        bound,
        period,
        quote,
        ("一、运行",),
        NOWHERE,
        NOWHERE,
        3,
    )
    return Fact(1, DOC, obs)


def test_numbers_stay_numbers_and_masks_texts() -> None:
    facts = [fact(D("-3.20"), "3.20", "医化行业下降3.20%。"), fact(None, "xx.x", "医化增长xx.x%。", Bound.MASKED)]
    rows = list(load_workbook(io.BytesIO(figures_xlsx(facts)))["指标"].iter_rows(values_only=True))
    assert rows[0][:6] == ("指标", "行业或范围", "地区", "类别", "数值", "单位")
    assert rows[1][3:9] == ("增速", -3.2, "%", None, "2023年上半年", "医化行业下降3.20%。")
    assert rows[2][4:8] == ("xx.x", "%", "原文遮盖", "2023年上半年")


def test_formula_like_text_does_not_run() -> None:
    book = load_workbook(io.BytesIO(figures_xlsx([fact(D(1), "1", '=HYPERLINK("x","y")')])))
    cell = book["指标"]["I2"]
    assert cell.data_type == "s"
    assert cell.value == '\'=HYPERLINK("x","y")'


def test_work_items_and_difficulties_have_their_sheets() -> None:
    item = WorkItem("小微园建设", ("二、工作",), WorkStatus.BEHIND, "南坪园用地未落实。", 5, NOWHERE, deadline="12月底")
    problem = Difficulty("用工紧张", "企业缺一线工人。", (), 9, NOWHERE)
    book = load_workbook(io.BytesIO(figures_xlsx([], [(DOC, item)], [(DOC, problem)])))
    assert book.sheetnames == ["指标", "工作事项", "困难问题"]
    assert next(book["工作事项"].iter_rows(min_row=2, values_only=True))[:3] == ("小微园建设", "滞后", "12月底")
    assert next(book["困难问题"].iter_rows(min_row=2, values_only=True))[:2] == ("用工紧张", "企业缺一线工人。")


def test_digest_as_docx_keeps_order_and_text() -> None:
    data = text_docx("本周简报", [("主要指标", ["增速 25.9%", "<b>不是标签</b>"]), ("困难", ["用工"])])
    texts = [p.text for p in open_docx(io.BytesIO(data)).paragraphs]
    assert texts == ["本周简报", "主要指标", "增速 25.9%", "<b>不是标签</b>", "困难", "用工"]
