"""What an editor types, turned into one edit of a figure, a work item or a difficulty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from handlers.desk.sheets import Sheet
from knowledge.errors import JianbaoError
from knowledge.model import (
    Bound,
    Difficulty,
    Measure,
    Observation,
    ObsStatus,
    Paragraph,
    Period,
    Span,
    WorkItem,
    WorkStatus,
)
from knowledge.store.corrections import Edit, Item

Form = Mapping[str, str]
PERIOD_HELP = "期间请写成 2021-01/2021-06 或 2021。"


class InputError(JianbaoError):
    """What an editor typed makes no sense; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where a quote stands: its paragraph, its whole sentence, and the quoted characters."""

    paragraph: Paragraph
    sentence: str
    span: Span


def why_of(form: Form) -> str:
    """The reason for a change. Raises InputError when there is none."""
    why = form.get("why", "").strip()
    if not why:
        raise InputError("请写明修改的理由。")
    return why


def edit_of(form: Form, sheet: Sheet) -> Edit:
    """The change that a form asks for. Raises InputError."""
    why_of(form)
    kind, act = form.get("kind", "figure"), form.get("act", "")
    if act not in ("add", "correct", "strike"):
        raise InputError("不知道要做什么，请刷新后再试。")
    if act == "add":
        return Edit(None, _typed(form, _blank(kind, form, sheet)))
    before = _chosen(kind, form.get("number", ""), sheet)
    return Edit(before, None if act == "strike" else _typed(form, before))


def _chosen(kind: str, number: str, sheet: Sheet) -> Item:
    lists: dict[str, list[Item]] = {
        "figure": [figure.obs for figure in sheet.figures],
        "item": list(sheet.work_items),
        "difficulty": list(sheet.difficulties),
    }
    known = lists.get(kind, [])
    if not number.isascii() or not number.isdigit() or len(number) > 6 or int(number) >= len(known):
        raise InputError("没有找到要改的这一条，请刷新后再试。")
    return known[int(number)]


def _typed(form: Form, base: Item) -> Item:
    """An item as typed over the one that was read."""
    if isinstance(base, Observation):
        return _figure(form, base)
    title = _required(form, "title", "请填写名称。")
    if isinstance(base, Difficulty):
        return replace(base, title=title)
    return replace(base, title=title, status=_status(form.get("status", "")), deadline=_text(form, "deadline") or None)


def _figure(form: Form, base: Observation) -> Observation:
    value, measure = _value(form.get("value", "")), _measure(form.get("measure", ""))
    return replace(
        base,
        indicator=_required(form, "indicator", "请填写指标名称。"),
        activity=_text(form, "activity") or None,
        measure=measure,
        value=value,
        value_text=_written(value, measure, base),
        unit=_text(form, "unit"),
        bound=_bound(value, base),
        high=base.high if value == base.value else None,
        time_period=_period(form.get("time_period", "")),
        obs_status=ObsStatus.CORRECTED,
        confidence=1.0,
    )


def _written(value: Decimal | None, measure: Measure, base: Observation) -> str:
    """As the document writes it, unless another number was typed; falls are written without their sign."""
    if value is None or (value == base.value and measure is base.measure):
        return base.value_text
    return f"{abs(value):f}" if measure in (Measure.GROWTH, Measure.CHANGE) else f"{value:f}"


def _bound(value: Decimal | None, base: Observation) -> Bound:
    if value == base.value:
        return base.bound
    return Bound.MASKED if value is None else Bound.EXACT


def _text(form: Form, name: str) -> str:
    return " ".join(form.get(name, "").split())


def _required(form: Form, name: str, otherwise: str) -> str:
    text = _text(form, name)
    if not text:
        raise InputError(otherwise)
    return text


def _value(text: str) -> Decimal | None:
    plain = text.strip().replace(",", "").replace("，", "").replace("−", "-")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise InputError("数值请只填数字，如 12.3 或 -4.5；原文遮盖的就留空。") from error
    if not value.is_finite() or len(f"{value:f}") > 30:
        raise InputError("数值请只填数字，如 12.3 或 -4.5。")
    return value


def _measure(text: str) -> Measure:
    try:
        return Measure(text)
    except ValueError as error:
        raise InputError("请从列表里选择类别。") from error


def _status(text: str) -> WorkStatus:
    try:
        return WorkStatus(text)
    except ValueError as error:
        raise InputError("请从列表里选择进度。") from error


def _period(text: str) -> Period | None:
    if not text.strip():
        return None
    try:
        period = Period.parse(text.strip())
        valid = all(1900 <= year <= 2200 and 1 <= month <= 12 for year, month in (period.start, period.end))
    except (ValueError, IndexError) as error:
        raise InputError(PERIOD_HELP) from error
    if not valid or period.months < 1:
        raise InputError(PERIOD_HELP)
    return period


def _blank(kind: str, form: Form, sheet: Sheet) -> Item:
    """A new item in the sentence that the editor quotes."""
    at = _quoted(form, sheet)
    section, number, text = at.paragraph.section, at.paragraph.index, at.sentence
    if kind == "item":
        return WorkItem("", section, WorkStatus.UNKNOWN, text, number, at.span)
    if kind == "difficulty":
        return Difficulty("", text, section, number, at.span)
    value = form.get("value", "").strip().lstrip("-−")
    return Observation(
        "", None, sheet.ref_area, Measure.LEVEL, None, value, "", Bound.EXACT, None, text, section,
        at.span, sheet.raw_span(at.span), number, name_text=_text(form, "indicator"),
    )  # fmt: skip


def _quoted(form: Form, sheet: Sheet) -> Quoted:
    """Where the quote stands in the text. Raises InputError if it does not."""
    quote = form.get("quote", "").strip()
    for paragraph, text in sheet.texts if quote else ():
        at = text.find(quote)
        if at >= 0:
            start = paragraph.span.start + at
            sentence = next((s for s in paragraph.sentences if s.start <= start < s.end), paragraph.span)
            place = Span(sentence.start - paragraph.span.start, sentence.end - paragraph.span.start)
            whole = place.of(text) if quote in place.of(text) else quote
            return Quoted(paragraph, whole, _narrow(form.get("value", ""), quote, start))
    raise InputError("原文里没有找到您引的这句话，请从原文里复制。")


def _narrow(value: str, quote: str, start: int) -> Span:
    """Where the typed value stands in the quote, else the whole quote."""
    plain = value.strip().lstrip("-−")
    at = quote.find(plain) if plain else -1
    return Span(start + at, start + at + len(plain)) if at >= 0 else Span(start, start + len(quote))
