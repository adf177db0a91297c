"""Table rows: the first cells name, the column heads say what is measured, in which unit, of which period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge import periods
from knowledge.extract.figures.context import times_in
from knowledge.lexicon import Lexicon
from knowledge.model import Bound, Document, Measure, Observation, ObsStatus, Paragraph, Period, Span
from knowledge.numerals import ARABIC, is_masked, parse

_CELL = re.compile(
    rf"(?P<bound>[<>≥≤约])?\s*(?P<number>[-−－]?(?:{ARABIC}|[xX×＊*]{{2,}}(?:\.[xX×＊*]+)?|[xX]))\s*(?P<unit>%|％|‰|[\u4e00-\u9fff/]{{0,6}})$"
)
_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?\s*([^（）()]{1,12}?)\s*[）)]|单位[:：]\s*([^\s，,；）)]{1,12})")
_GROWTH = re.compile(r"增长|增速|增幅|同比|环比|±|增减|比上年|比去年")
_DOWN = re.compile(r"降幅|下降")
_TARGET = re.compile(r"目标|计划|任务|预期|预计")
_RATE = re.compile(r"率$|占比|比重|比例|构成|完成率|进度")
_RANK = re.compile(r"位次|排名|名次|位序")
_NUMBERING = re.compile(r"^(?:序号|编号|No\.?|序)$")
_CAPTION_UNITS = re.compile(r"单位[:：]\s*([^\s；）)]{1,24})")
_OF_MONEY = re.compile(r"投资|资金|收入|支出|产值|增加值|利润|税|[额值款费]")
_SEVERAL = re.compile(r"[、，,/]")
_MAGNITUDES = ("万亿", "亿", "万", "千", "百")
_COUNTED = {
    "人次": "人次",
    "人数": "人",
    "人口": "人",
    "户数": "户",
    "辆次": "辆次",
    "家数": "家",
    "件数": "件",
    "起数": "起",
}
_ONLY_PLAN = re.compile(r"(?:年度|全年|目标|计划|任务|预期|指标|[数值])*")
_ONLY_DONE = re.compile(r"(?:累计|实际|已|本年|当年|完成|数|额|情况|量)*完成(?:数|额|情况|量)?")
_UNTIMED = re.compile(r"^\d{1,2}[—–\-－~～至]\d{1,2}月(?:份)?|^(?:全年|上半年|今年)(?=完成|实际|累计)")
_OF_YEAR = re.compile(r"(?:年度|全年|年初)?(?:目标|任务|计划)(?:数|值|投资)?$")
_LONG_CAPTION = 40
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
    place: int = 0


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


def _column(document: Document, paragraph: Paragraph, i: int, row_unit: str, lexicon: Lexicon) -> Column:
    head = _head(paragraph, i)
    found = _UNIT.search(head)
    name = _UNIT.sub("", head)
    unit = _whole_unit(found[1] or found[2], name) if found else ""
    usable = times_in(name, document).own if document.year else ()
    period = usable[-1].period if usable else _caption_period(paragraph.caption, document)
    if document.year and not usable and _OF_YEAR.search(name):
        period = periods.whole(document.year)
    bare = name
    for t in reversed(usable):
        bare = bare[: t.span.start] + bare[t.span.end :]
    kind = _measure(name, unit)
    if not unit:
        unit = "位" if kind is Measure.RANK else "%" if kind in (Measure.GROWTH, Measure.RATE) else row_unit
        unit = unit or _caption_unit(paragraph.caption, name, lexicon)
    basis = _GROWTH.search(name)
    how = basis.group() if basis else None
    return Column(bare.strip("，、：:"), unit, kind, period, bool(_DOWN.search(name)), how, i)


def _whole_unit(unit: str, name: str) -> str:
    """A magnitude alone is of what the head counts: 接待人次（万） is in 万人次, 投资（亿） in 亿元."""
    if unit not in _MAGNITUDES:
        return unit
    counted = next((base for end, base in _COUNTED.items() if name.endswith(end)), "")
    return unit + (counted or ("元" if _OF_MONEY.search(name) else ""))


def _caption_unit(caption: str, name: str, lexicon: Lexicon) -> str:
    """The unit that the line above the table gives; of several (个、亿元、％) the one that fits the column."""
    found = _CAPTION_UNITS.search(caption)
    units = [unit for unit in _SEVERAL.split(found[1]) if unit] if found else []
    if len(units) < 2:
        return units[0] if units else ""
    kind = "money" if _OF_MONEY.search(name) else "count"
    fitting = (unit for unit in units if (known := lexicon.unit(unit)) and (known.kind == "money") == (kind == "money"))
    return next((unit for unit in fitting if unit not in ("%", "％")), "")


def _caption_period(caption: str, document: Document) -> Period | None:
    """The time in the line above a table; a paragraph there has others of its own, too."""
    if not document.year or len(caption) > _LONG_CAPTION:
        return document.time_period
    own = times_in(caption, document).own
    return own[-1].period if own else document.time_period


def _measure(name: str, unit: str) -> Measure:
    if "百分点" in unit:
        return Measure.CHANGE
    if _RANK.search(name):
        return Measure.RANK
    if _GROWTH.search(name) and unit in ("", "%"):
        return Measure.GROWTH
    if _GROWTH.search(name) and not re.search(r"总|值|额", name):
        return Measure.CHANGE
    if _TARGET.search(name) and not name.endswith("率"):
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
    column = _column(document, paragraph, i, row_unit, lexicon)
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
        name_text=indicator if label == activity else label,
    )


def _own_unit(label: str, column: Column, lexicon: Lexicon) -> str:
    """A row's unit in brackets rules over the column's where both count things: 生猪（万头） under 产量（万吨）."""
    found = _UNIT.search(label)
    own, other = lexicon.unit(found[1] or found[2] or "") if found else None, lexicon.unit(column.unit)
    counts = ("physical", "count")
    return own.name if own and other and own.kind in counts and other.kind in counts else ""


def _name(label: str, column: Column, paragraph: Paragraph, lexicon: Lexicon) -> tuple[str, str | None]:
    """Row and column together: a known indicator in the row, or the row as the scope of what the column measures."""
    measured = _measured(column.name)
    left = _left_measured(paragraph, column.place)
    if lexicon.knows(label) or not _is_scope(measured or left, _head(paragraph, 0)):
        known = lexicon.canonical(label)
        return (known if not measured or column.measure is not Measure.RATE else known + measured), None
    first = left or _first_measured(paragraph)
    own = lexicon.knows(measured) or not first or column.measure in (Measure.LEVEL, Measure.TARGET)
    base = _told(measured, first) if own else first
    name = lexicon.canonical(base or first or _of_caption(paragraph.caption, lexicon) or "数量")
    if column.measure is Measure.RATE and measured and measured != base:
        name = name.removeprefix("完成") + "完成率" if "完成率" in measured else name + measured
    scope = None if _TOTAL.match(label) else label
    return name, scope


def _measured(head: str) -> str:
    """What a head measures, without words of growth; empty where it names nothing."""
    measured = re.sub(r"同比|环比|比上年|比去年|增长|增速|增幅|±|增减|累计|[%（）()]", "", head)
    return measured if re.search(r"[\u4e00-\u9fff]{2}", measured) else ""


def _told(measured: str, first: str) -> str:
    """年度计划 and 完成 beside 总投资 are investment planned and made; beside another thing they are that thing's."""
    invested = "投资" if first.endswith("投资") else ""
    if _ONLY_DONE.fullmatch(measured):
        return f"完成{invested}" if invested else first or measured
    if measured and _ONLY_PLAN.fullmatch(measured):
        return f"计划{invested}" if invested else first or measured
    return measured


def _names_rows(head: str) -> bool:
    """A second column of names, as where a long table stands side by side with itself."""
    return _NAME_HEAD.fullmatch(head) is not None


def _of_caption(caption: str, lexicon: Lexicon) -> str:
    """The indicator that the line above the table speaks of."""
    return max((name for name in lexicon.names if name in caption), key=len, default="")


def _is_scope(measured: str, head: str) -> bool:
    """Whether the rows are kinds of things and the column says what is measured of them, not the other way round."""
    if re.search(r"行业|地区|镇|县|区|单位|分类|类别|产业|企业|园区|领域|机构|学校|医院|项目名称", head):
        return True
    named = _VALUE_HEAD.sub("", measured)
    return "指标" not in head and len(named) > 1


def _left_measured(paragraph: Paragraph, place: int) -> str:
    """What the amounts left of a growth or share column measure."""
    name = ""
    for i, head in enumerate(paragraph.header[:place]):
        bare = _UNIT.sub("", re.sub(r"\s", "", head))
        if i and bare and not _names_rows(bare) and not _GROWTH.search(bare) and not _RATE.search(bare):
            name = "" if _RANK.search(bare) else _told(_UNTIMED.sub("", bare), name or _first_measured(paragraph))
    return name


def _first_measured(paragraph: Paragraph) -> str:
    """What the table's first column of amounts measures: its growth and share columns are of the same."""
    for head in paragraph.header[1:]:
        name = _UNIT.sub("", re.sub(r"\s", "", head))
        if name and not any(kind.search(name) for kind in (_GROWTH, _RATE, _RANK)) and not _names_rows(name):
            return name
    return ""
