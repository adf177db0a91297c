"""Workbooks (.xlsx): the visible sheets as tables, as a person sees them."""

from __future__ import annotations

import warnings
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.errors import LimitExceeded
from knowledge.read.archive import Archive
from knowledge.read.cells import MAX_CELLS, Area, merged, sheet_lines, shown
from knowledge.read.content import Content
from knowledge.read.limits import Limits

_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_xlsx(data: bytes, name: str, limits: Limits) -> Content:
    """A workbook's visible sheets, each under its name. Raises BrokenFile, LockedFile, LimitExceeded."""
    Archive(data, limits)  # sizes are checked before anything is unpacked
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and extensions that it leaves out
        workbook = load_workbook(BytesIO(data), data_only=True)
        formulas = load_workbook(BytesIO(data)) if _may_lack_values(data) else None
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if len(sheets) > limits.max_pages:
        raise LimitExceeded(f"工作簿有 {len(sheets)} 张表，超过 {limits.max_pages} 张的限制，请拆成几份再发送。")
    lines: list[str] = []
    notes: list[str] = []
    for sheet in sheets:
        lines += sheet_lines(sheet.title, _rows(sheet), several=len(sheets) > 1)
        notes += _missing(sheet, formulas[sheet.title] if formulas else None)
    return Content(_MEDIA, "\n".join(lines), tuple(notes))


def _may_lack_values(data: bytes) -> bool:
    """Formulas without results come from programs that do not calculate; small files are worth a second look."""
    return len(data) < 2 * 1024 * 1024


def _missing(sheet: Worksheet, formulas: Worksheet | None) -> list[str]:
    """A note where formulas were never calculated: their cells are empty."""
    if formulas is None:
        return []
    bare = sum(
        isinstance(cell.value, str) and cell.data_type == "f" and sheet[cell.coordinate].value is None
        for row in formulas.iter_rows()
        for cell in row
    )
    return (
        [f"工作表“{sheet.title}”有 {bare} 个公式没有保存计算结果，请用 Excel 或 WPS 打开并保存后再发送。"]
        if bare
        else []
    )


def _rows(sheet: Worksheet) -> list[list[str]]:
    """The sheet's visible cells as shown, merged areas filled."""
    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise LimitExceeded(f"工作表“{sheet.title}”的单元格太多，请删去空白区域或拆成几份再发送。")
    rows = [[shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    first_row, first_column = sheet.min_row, sheet.min_column
    areas: list[Area] = [
        (one.min_row - first_row, one.min_col - first_column, one.max_row - first_row, one.max_col - first_column)
        for one in sheet.merged_cells.ranges
    ]
    rows = merged(rows, areas)
    hidden = _hidden_columns(sheet)
    kept = [x for x in range(len(rows[0]) if rows else 0) if x + first_column not in hidden]
    return [[row[x] for x in kept] for y, row in enumerate(rows) if not sheet.row_dimensions[y + first_row].hidden]


def _hidden_columns(sheet: Worksheet) -> set[int]:
    return {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min and dimension.max
        for column in range(dimension.min, min(dimension.max, 20_000) + 1)
    }
