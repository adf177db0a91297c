"""Table rows: the first cells name, the column heads say what is measured, in which unit, of which period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge import periods
from knowledge.lexicon import Lexicon
from knowledge.model import Bound, Document, Measure, Observation, ObsStatus, Paragraph, Period, Span
from knowledge.numerals import ARABIC, is_masked, parse

_CELL = re.compile(
    rf"(?P<bound>[<>≥≤约])?\s*(?P<number>[-−－]?(?:{ARABIC}|[xX]+(?:\.[xX]+)?))\s*(?P<unit>%|％|‰|[\u4e00-\u9fff/]{{0,6}})$"
)
_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?\s*([^（）()]{1,12}?)\s*[）)]|单位[:：]\s*([^\s，,；）)]{1,12})")
_GROWTH = re.compile(r"增长|增速|增幅|同比|环比|±|增减|比上年|比去年")
_DOWN = re.compile(r"降幅|下降")
_TARGET = re.compile(r"目标|计划|任务|预期|预计")
_RATE = re.compile(r"率$|占比|比重|比例|构成|完成率|进度")
_RANK = re.compile(r"位次|排名|名次|位序")
_NUMBERING = re.compile(r"^(?:序号|编号|No\.?|序)$")
_CAPTION_UNIT = re.compile(r"单位[:：]\s*([^\s，,；）)]{1,10})")
_MARKS = re.compile(r"\[\d+\]|\*|\s|^其中[:：]|^(?:[一二三四五六七八九十\d]+[、．]|\d+\.(?!\d))|^#+")
_VALUE_HEAD = re.compile(
    r"数值|绝对[数值量额]|总量|实绩|累计|本期|本月|数量|金额|合计|完成|实际|全年|年份|指标值|单位|结果"
)
_TOTAL = re.compile(r"^(?:合计|总计|全市|全县|总量|小计|全省|全国)$")
_NAME_HEAD = re.compile(r"指标|项目|行业|名称|单位|地区|产品|类别|内容|镇|县|分类")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds."""

    name: str
    unit: str
    measure: Measure
    period: Period | None
    down: bool
    basis: str | None
    head: str = ""


def rows(document: Document, paragraph: Paragraph, lexicon: Lexicon) -> Iterator[Observation]:
    """The figures of one row; a row of heads or of dashes has none."""
    if not paragraph.header or not paragraph.cells:
        return
    text = document.text
    cells = [_MARKS.sub("", span.of(text)) for span in paragraph.cells]
    names = [i for i, cell in enumerate(cells) if cell and not _CELL.match(cell)]
    label = next((i for i in names if not _NUMBERING.match(_head(paragraph, i))), None)
    if label is None or _is_unit_cell(cells[label], lexicon):
        return
    row_unit = _row_unit(paragraph, cells, lexicon)
    for i, cell in enumerate(cells):
        found = _CELL.match(cell)
        if i <= label and i < len(cells) - 1 and i != label + 1 and i < label:
            continue
        if i == label or not found or not _head(paragraph, i) or _NUMBERING.match(_head(paragraph, i)):
            continue
        made = _observation(document, paragraph, lexicon, cells[label], i, row_unit)
        if made:
            yield made


def _head(paragraph: Paragraph, i: int) -> str:
    return re.sub(r"\s", "", paragraph.header[i]) if i < len(paragraph.header) else ""


def _is_unit_cell(cell: str, lexicon: Lexicon) -> bool:
    return lexicon.unit(cell) is not None


def _row_unit(paragraph: Paragraph, cells: list[str], lexicon: Lexicon) -> str:
    """The unit in a column of units, or in brackets after the row's name."""
    for i, head in enumerate(paragraph.header):
        if "单位" in head and i < len(cells) and (cells[i] == "%" or lexicon.unit(cells[i])):
            return cells[i]
    for cell in cells[:2]:
        found = _UNIT.search(cell)
        if found and lexicon.unit(found[1] or found[2] or ""):
            return found[1] or found[2]
    return ""


def _column(document: Document, head: str, caption: str, row_unit: str, lexicon: Lexicon) -> Column:
    found = _UNIT.search(head)
    unit = (found[1] or found[2]) if found else ""
    name = _UNIT.sub("", head)
    times = periods.find(name, year=document.year or 1, ref=document.time_period) if document.year else []
    caption_times = periods.find(caption, year=document.year or 1, ref=document.time_period) if document.year else []
    usable = [t for t in times if t.kind != "base" and not name[: t.span.start].endswith(("比", "较"))]
    period = usable[-1].period if usable else caption_times[-1].period if caption_times else document.time_period
    bare = name
    for t in reversed(usable):
        bare = bare[: t.span.start] + bare[t.span.end :]
    kind = _measure(name, unit)
    if not unit:
        caption_unit = _CAPTION_UNIT.search(caption)
        unit = "位" if kind is Measure.RANK else "%" if kind in (Measure.GROWTH, Measure.RATE) else row_unit
        unit = unit or (caption_unit[1] if caption_unit else "")
    basis = _GROWTH.search(name)
    how = basis.group() if basis else None
    return Column(bare.strip("，、：:"), unit, kind, period, bool(_DOWN.search(name)), how, name)


def _measure(name: str, unit: str) -> Measure:
    if "百分点" in unit:
        return Measure.CHANGE
    if _RANK.search(name):
        return Measure.RANK
    if _GROWTH.search(name) and unit in ("", "%"):
        return Measure.GROWTH
    if _GROWTH.search(name) and not re.search(r"总|值|额", name):
        return Measure.CHANGE
    if _TARGET.search(name):
        return Measure.TARGET
    return Measure.RATE if _RATE.search(name) or unit == "%" else Measure.LEVEL


def _observation(
    document: Document, paragraph: Paragraph, lexicon: Lexicon, label: str, i: int, row_unit: str
) -> Observation | None:
    cell_span = paragraph.cells[i]
    raw = cell_span.of(document.text)
    found = _CELL.match(_MARKS.sub("", raw))
    if found is None:
        return None
    column = _column(document, _head(paragraph, i), paragraph.caption, row_unit, lexicon)
    unit = found["unit"] or _own_unit(label, column, lexicon) or column.unit
    number = found["number"].replace("−", "-").replace("－", "-")
    at = raw.find(found["number"])
    if at < 0 or not unit:
        return None
    span = Span(cell_span.start + at, cell_span.start + at + len(found["number"]))
    masked = is_masked(number)
    value: Decimal | None = None if masked else parse(number)
    if value is not None and column.down and value > 0:
        value = -value
    indicator, activity = _name(_UNIT.sub("", label), column, paragraph, lexicon)
    return Observation(
        indicator=indicator,
        activity=activity,
        ref_area=document.ref_area,
        measure=column.measure,
        value=value,
        value_text=number,
        unit=unit.replace("％", "%"),
        bound=Bound.MASKED if masked else Bound.EXACT,
        time_period=column.period,
        quote=paragraph.span.of(document.text),
        section=paragraph.section,
        span=span,
        raw_span=document.repaired.raw_span(span),
        paragraph=paragraph.index,
        basis=column.basis,
        obs_status=ObsStatus.SUPPRESSED if masked else ObsStatus.REPORTED,
        name_text=label,
    )


def _own_unit(label: str, column: Column, lexicon: Lexicon) -> str:
    """A row's unit in brackets rules over the column's where both count things: 生猪（万头） under 产量（万吨）."""
    found = _UNIT.search(label)
    own, other = lexicon.unit(found[1] or found[2] or "") if found else None, lexicon.unit(column.unit)
    counts = ("physical", "count")
    return own.name if own and other and own.kind in counts and other.kind in counts else ""


def _name(label: str, column: Column, paragraph: Paragraph, lexicon: Lexicon) -> tuple[str, str | None]:
    """Row and column together: a known indicator in the row, or the row as the scope of what the column measures."""
    measured = re.sub(r"同比|环比|比上年|比去年|增长|增速|增幅|±|增减|累计|[%（）()]", "", column.name)
    measured = measured if re.search(r"[\u4e00-\u9fff]{2}", measured) else ""
    left = _left_measured(paragraph, column)
    if lexicon.knows(label) or not _is_scope(measured or left, _head(paragraph, 0)):
        known = lexicon.canonical(label)
        return (known if not measured or column.measure is not Measure.RATE else known + measured), None
    first = left or _first_measured(paragraph)
    base = measured if lexicon.knows(measured) or not first or column.measure is Measure.LEVEL else first
    name = lexicon.canonical(base or first or _of_caption(paragraph.caption, lexicon) or "数量")
    if column.measure is Measure.RATE and measured and measured != base:
        name += measured
    scope = None if _TOTAL.match(label) else label
    return name, scope


def _names_rows(head: str) -> bool:
    """A second column of names, as where a long table stands side by side with itself."""
    return _NAME_HEAD.fullmatch(head) is not None


def _of_caption(caption: str, lexicon: Lexicon) -> str:
    """The indicator that the line above the table speaks of."""
    return max((name for name in lexicon.names if name in caption), key=len, default="")


def _is_scope(measured: str, head: str) -> bool:
    """Whether the rows are kinds of things and the column says what is measured of them, not the other way round."""
    if re.search(r"行业|地区|镇|县|区|单位|分类|类别|产业|企业|园区", head):
        return True
    return "指标" not in head and bool(measured) and _VALUE_HEAD.search(measured) is None


def _left_measured(paragraph: Paragraph, column: Column) -> str:
    """What the amounts left of a growth or share column measure."""
    name = ""
    for head in paragraph.header[1:]:
        bare = _UNIT.sub("", re.sub(r"\s", "", head))
        if bare and not _names_rows(bare) and not _GROWTH.search(bare) and not _RATE.search(bare):
            name = "" if _RANK.search(bare) else bare
        elif bare == column.head:
            return name
    return ""


def _first_measured(paragraph: Paragraph) -> str:
    """What the table's first column of amounts measures: its growth and share columns are of the same."""
    for head in paragraph.header[1:]:
        name = _UNIT.sub("", re.sub(r"\s", "", head))
        if name and not any(kind.search(name) for kind in (_GROWTH, _RATE, _RANK)) and not _names_rows(name):
            return name
    return ""
