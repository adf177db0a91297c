"""Workbooks of Excel 97-2003 (.xls, .et): xlrd, since it knows number formats, without which 12.3 % reads as 0.123."""

from __future__ import annotations

from typing import Any

import xlrd
from xlrd.biffh import XLRDError
from xlrd.sheet import Sheet

from knowledge.errors import BrokenFile, LimitExceeded, LockedFile
from knowledge.read.cells import MAX_CELLS, Area, merged, sheet_lines, shown
from knowledge.read.content import Content
from knowledge.read.limits import Limits


def read_xls(data: bytes, name: str, limits: Limits) -> Content:
    """A workbook's visible sheets, each under its name. Raises LockedFile, BrokenFile, LimitExceeded."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silence())
    except XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise LockedFile("这个表格设了打开密码，请去掉密码另存后再发送。") from error
        raise BrokenFile("表格文件已损坏，打不开：请用 Excel 或 WPS 打开后另存为 .xlsx 再发送。") from error
    sheets = [sheet for sheet in book.sheets() if sheet.visibility == 0]
    if len(sheets) > limits.max_pages:
        raise LimitExceeded(f"工作簿有 {len(sheets)} 张表，超过 {limits.max_pages} 张的限制，请拆成几份再发送。")
    lines: list[str] = []
    for sheet in sheets:
        lines += sheet_lines(sheet.name, _rows(book, sheet), several=len(sheets) > 1)
    return Content("application/vnd.ms-excel", "\n".join(lines))


class _Silence:
    """Where xlrd's remarks go."""

    def write(self, text: str) -> int:
        """Take a remark."""
        return len(text)


def _rows(book: xlrd.Book, sheet: Sheet) -> list[list[str]]:
    if sheet.nrows * sheet.ncols > MAX_CELLS:
        raise LimitExceeded(f"工作表“{sheet.name}”的单元格太多，请删去空白区域或拆成几份再发送。")
    rows = [[_shown(book, sheet, y, x) for x in range(sheet.ncols)] for y in range(sheet.nrows)]
    areas: list[Area] = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    rows = merged(rows, areas)
    kept = [x for x in range(sheet.ncols) if not (x in sheet.colinfo_map and sheet.colinfo_map[x].hidden)]
    hidden = {y for y, row in sheet.rowinfo_map.items() if row.hidden}
    return [[row[x] for x in kept] for y, row in enumerate(rows) if y not in hidden]


def _shown(book: xlrd.Book, sheet: Sheet, row: int, column: int) -> str:
    kind = sheet.cell_type(row, column)
    value: Any = sheet.cell_value(row, column)
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    pattern = book.format_map[book.xf_list[sheet.cell_xf_index(row, column)].format_key].format_str
    if kind == xlrd.XL_CELL_DATE:
        value = xlrd.xldate_as_datetime(value, book.datemode)
    elif kind == xlrd.XL_CELL_BOOLEAN:
        value = bool(value)
    return shown(value, pattern)
