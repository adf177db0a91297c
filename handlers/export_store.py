"""A whole knowledge file as a workbook and back, exactly: a sheet for each table, so that people can look into it.

What a cell cannot hold as it is (bytes, characters that XML lacks, texts that would be formulas or are too long) stands
as JSON after a sign; texts longer than a cell stand in pieces on a sheet of their own.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from knowledge.errors import StoreError
from knowledge.store.transfer import NOT_OURS, Row

HEADING = "jianbao"  # the first sheet: what this workbook is
LONG = "long"  # the sheet of texts that are too long for a cell: number, piece
AS_JSON, AS_LONG = "~json:", "~long:"
CELL = 32_000  # characters; Excel's own limit is 32767 UTF-16 units, and astral characters count twice
SHEET_ROWS = 1_000_000
_PLAIN = re.compile(
    r"[^~=+\-@'#\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff][^\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]*"
)


def write_workbook(path: Path, rows: Iterable[Row]) -> None:
    """The rows of a knowledge file as an .xlsx file."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    made = iter(rows)
    _append(book, HEADING, [next(made)], [])
    long: list[str] = []
    for table, group in groupby(made, key=lambda row: str(row["table"])):
        for place, some in enumerate(_parts(group)):
            _append(book, table if place == 0 else f"{table}~{place + 1}", some, long)
    sheet = book.create_sheet(LONG)
    for number, text in enumerate(long):
        for start in range(0, len(text), CELL // 2):
            sheet.append([number, AS_JSON + _json(text[start : start + CELL // 2])])
    book.save(path)


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in as many sheets as they need."""
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == SHEET_ROWS:
            yield part
            part = []
    if part:
        yield part


def _append(book: Any, title: str, rows: Sequence[Row], long: list[str]) -> None:
    sheet = book.create_sheet(title)
    names = [name for name in rows[0] if name != "table"]
    sheet.append(names)
    for row in rows:
        sheet.append([_cell(row[name], long) for name in names])


def _cell(value: Any, long: list[str]) -> Any:
    """A value as a cell holds it."""
    if value is None or (isinstance(value, int) and abs(value) < 1 << 53):
        return value
    if isinstance(value, str) and len(value) <= CELL // 2 and _PLAIN.fullmatch(value) and not _odd_end(value):
        return value
    text = _json(value)
    if len(text) <= CELL // 2:
        return AS_JSON + text
    long.append(text)
    return f"{AS_LONG}{len(long) - 1}"


def _odd_end(text: str) -> bool:
    """Blanks that a program may trim, and signs that openpyxl reads as escapes."""
    return text != text.strip() or "_x" in text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def read_workbook(path: Path) -> Iterator[Row]:
    """The rows of a workbook that write_workbook made. Raises StoreError for any other file."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise StoreError(NOT_OURS) from error
    try:
        if HEADING not in book.sheetnames or LONG not in book.sheetnames:
            raise StoreError(NOT_OURS)
        long = _long(book[LONG])
        for title in book.sheetnames:
            if title != LONG:
                yield from _rows(title.partition("~")[0], book[title], long)
    finally:
        book.close()


def _long(sheet: Any) -> dict[int, str]:
    pieces: dict[int, list[str]] = {}
    for cells in sheet.iter_rows(values_only=True):
        if len(cells) >= 2 and isinstance(cells[0], int):
            pieces.setdefault(cells[0], []).append(str(_value(cells[1], {})))
    return {number: "".join(some) for number, some in pieces.items()}


def _rows(table: str, sheet: Any, long: dict[int, str]) -> Iterator[Row]:
    lines = sheet.iter_rows(values_only=True)
    names = [str(name) for name in next(lines, ()) if name is not None]
    for cells in lines:
        padded = (*cells, *[None] * (len(names) - len(cells)))
        values = {name: _value(cell, long) for name, cell in zip(names, padded, strict=False)}
        yield values if table == HEADING else {"table": table} | values


def _value(cell: Any, long: dict[int, str]) -> Any:
    """The inverse of _cell. Raises StoreError for a damaged cell."""
    if not isinstance(cell, str):
        return cell
    try:
        if cell.startswith(AS_JSON):
            return json.loads(cell.removeprefix(AS_JSON))
        if cell.startswith(AS_LONG):
            return json.loads(long[int(cell.removeprefix(AS_LONG))])
    except (ValueError, KeyError) as error:
        raise StoreError(NOT_OURS) from error
    return cell
