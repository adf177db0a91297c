"""Cells of a workbook as a person sees them: by their number formats, percentages as percentages, dates as dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from knowledge.read.tables import blocks_of, cell, is_figure, markdown

MAX_CELLS = 2_000_000  # of one sheet, empty ones included

Area = tuple[int, int, int, int]  # first row, first column, last row, last column; from 0, all included

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_PLACES = re.compile(r"[0#?]\.([0#?]+)")
_SUFFIX = re.compile(r'[0#?%](?:_.|\s)*((?:"[^"]*")+)\s*(?:_.|\s)*$')
_GENERAL_DIGITS = 10


def shown(value: object, number_format: str) -> str:
    """A cell's value as the sheet shows it, without thousands separators.

    >>> [shown(0.123, "0.0%"), shown(12.3456, "#,##0.00"), shown(0.1 + 0.2, "General"), shown(5.0, '0.0"亿元"')]
    ['12.3%', '12.35', '0.3', '5.0亿元']
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, datetime | date):
        return _day(value, number_format)
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    return cell(str(value))


def _number(value: int | float | Decimal, number_format: str) -> str:
    pattern = number_format.split(";")[0]
    bare = _QUOTED.sub("", pattern)
    number = Decimal(repr(value) if isinstance(value, float) else value)
    if not number.is_finite():
        return ""
    percent = "%" in bare
    number = number * 100 if percent else number
    places = _PLACES.search(bare)
    if places or bare.strip().rstrip("%") in ("0", "#,##0", "#"):
        optional = places[1].count("#") if places else 0
        text = f"{number.quantize(Decimal(1).scaleb(-len(places[1]) if places else 0), ROUND_HALF_UP):f}"
        text = _trimmed(text, optional)
    else:
        text = _general(number)
    suffix = _SUFFIX.search(pattern)
    return text + ("%" if percent else "") + (suffix[1].replace('"', "") if suffix else "")


def _trimmed(text: str, optional: int) -> str:
    """Without trailing zeros at places that the format shows only where needed (#)."""
    for _ in range(optional):
        text = text[:-1] if text.endswith("0") and "." in text else text
    return text.rstrip(".")


def _general(number: Decimal) -> str:
    """As Excel's General format: without binary noise, no exponents."""
    rounded = Decimal(f"{number:.{_GENERAL_DIGITS}g}")
    if number == number.to_integral_value():
        rounded = number
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(value: date, number_format: str) -> str:
    """A date with as much of it as the format shows."""
    bare = re.sub(r"\[[^\]]*\]|\\", "", number_format.lower()).replace('"', "")
    if "y" in bare and "d" not in bare:
        return f"{value.year}年{value.month}月" if "m" in bare else f"{value.year}年"
    if "m" in bare and "y" not in bare and "d" not in bare and "h" not in bare:
        return f"{value.month}月"
    if "m" in bare and "d" in bare and "y" not in bare:
        return f"{value.month}月{value.day}日"
    return f"{value.year}年{value.month}月{value.day}日"


def merged(rows: list[list[str]], areas: Iterable[Area]) -> list[list[str]]:
    """Fill merged areas with their first cell's text; a figure stands once, for it may be stated once only."""
    for top, left, bottom, right in areas:
        if top >= len(rows) or left >= len(rows[top]) or is_figure(rows[top][left]):
            continue
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = rows[top][left]
    return rows


def sheet_lines(name: str, rows: Sequence[Sequence[str]], *, several: bool) -> list[str]:
    """A sheet's text: its name as a heading where it says something, then each block between empty rows."""
    lines = [name] if several or not re.fullmatch(r"(?i)sheet\s*\d*|工作表\s*\d*", name) else []
    blocks = blocks_of(rows)
    return [*lines, *(line for block in blocks for line in markdown(block))] if blocks else []
