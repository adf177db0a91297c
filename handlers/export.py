"""Files out: the figures of an answer, a section or a whole summary as .xlsx, a digest as .docx.

Numbers are written as numbers, so that a spreadsheet can sum them; a masked figure is written as the source shows it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from handlers.charts import period_label
from knowledge.model import Bound, Difficulty, DocumentInfo, Fact, Measure, WorkItem, WorkStatus

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MEASURES = {
    Measure.LEVEL: "数值",
    Measure.GROWTH: "增速",
    Measure.RATE: "比率",
    Measure.RANK: "位次",
    Measure.CHANGE: "变动",
    Measure.TARGET: "目标",
}
BOUNDS = {Bound.EXACT: "", Bound.ABOUT: "约", Bound.AT_LEAST: "以上", Bound.AT_MOST: "以内", Bound.MASKED: "原文遮盖"}
STATUSES = {
    WorkStatus.DONE: "已完成",
    WorkStatus.IN_PROGRESS: "推进中",
    WorkStatus.PLANNED: "计划中",
    WorkStatus.BEHIND: "滞后",
    WorkStatus.UNKNOWN: "未说明",
}
FIGURE_COLUMNS = ("指标", "行业或范围", "地区", "类别", "数值", "单位", "限定", "期间", "原文", "文件")
ITEM_COLUMNS = ("事项", "进度", "时限", "章节", "原文", "文件")
WIDTHS = {"原文": 70, "文件": 30, "指标": 26, "事项": 30, "困难": 30, "章节": 30, "行业或范围": 16, "期间": 16}
FORMULA_SIGNS = ("=", "+", "-", "@")  # a spreadsheet would run a text that begins with one of these


def warm() -> None:
    """Load the libraries before somebody waits for them."""
    import docx  # noqa: F401
    import openpyxl  # noqa: F401


def figures_xlsx(
    facts: Sequence[Fact],
    work_items: Iterable[tuple[DocumentInfo, WorkItem]] = (),
    difficulties: Iterable[tuple[DocumentInfo, Difficulty]] = (),
) -> bytes:
    """A workbook with the sheets 指标, and 工作事项 and 困难问题 where there are any; the bytes of an .xlsx file."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one sheet
    sheet.title = "指标"
    _fill(
        sheet,
        ("指标", "行业或范围", "地区", "类别", "数值", "单位", "限定", "期间", "原文", "文件"),
        map(_fact_row, facts),
    )
    items = list(work_items)
    if items:
        _fill(book.create_sheet("工作事项"), ITEM_COLUMNS, (_item_row(*item) for item in items))
    problems = list(difficulties)
    if problems:
        rows = ((problem.title, problem.text, doc.title) for doc, problem in problems)
        _fill(book.create_sheet("困难问题"), ("困难", "原文", "文件"), rows)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _fact_row(fact: Fact) -> tuple[object, ...]:
    obs = fact.obs
    value = obs.value if obs.value is not None else obs.value_text
    return (
        obs.indicator,
        obs.activity or "",
        obs.ref_area or "",
        MEASURES[obs.measure],
        value,
        obs.unit,
        BOUNDS[obs.bound],
        period_label(obs.time_period),
        obs.quote,
        fact.doc.title,
    )


def _item_row(doc: DocumentInfo, item: WorkItem) -> tuple[object, ...]:
    section = " / ".join(item.section)
    return (item.title, STATUSES[item.status], item.deadline or "", section, item.text, doc.title)


def _fill(sheet: Worksheet, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append(head)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([f"'{v}" if isinstance(v, str) and v.startswith(FORMULA_SIGNS) else v for v in row])
    for place, name in enumerate(head, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 10)
        if name == "原文":
            for line in sheet[letter]:
                line.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def text_docx(title: str, parts: Sequence[tuple[str, Sequence[str]]], picture: bytes | None = None) -> bytes:
    """A Word document: the title, then each part's heading and lines; the bytes of a .docx file."""
    from docx import Document as new_document
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    book = new_document()
    style = book.styles["Normal"]
    style.font.name = "仿宋"
    style.font.size = Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    book.add_heading(title, level=0)
    if picture:
        book.add_picture(io.BytesIO(picture), width=Cm(15))
    for heading, lines in parts:
        book.add_heading(heading, level=1)
        for line in lines:
            book.add_paragraph(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
