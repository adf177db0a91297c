"""Between the values of knowledge/model.py and the rows of the knowledge file."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from decimal import Decimal
from functools import cache
from itertools import starmap
from typing import Any, TypeVar

from knowledge.model import (
    Bound,
    Difficulty,
    DocumentInfo,
    Fact,
    Leftover,
    Measure,
    Mention,
    Observation,
    ObsStatus,
    Paragraph,
    ParagraphKind,
    Span,
    WorkItem,
)
from knowledge.store.codec import dumps, field_from_plain, from_plain, period, to_plain

T = TypeVar("T", WorkItem, Difficulty, Leftover, Paragraph)
Row = tuple[Any, ...]

OBSERVATION_COLUMNS = (
    "version_id, number, series_id, ref_area, measure, value, value_text, unit, bound, time_period, quote, "
    'quote_start, quote_end, section, start, "end", raw_start, raw_end, paragraph, basis, obs_status, name_text, '
    "high, confidence, corrected_by, corrected_at, extra"
)
# What a fact is read with, from observations o, series s and paragraphs p; the order that fact() takes.
FACT_COLUMNS = (
    "o.obs_id, o.version_id, o.paragraph, o.value, o.value_text, o.unit, o.measure, o.bound, o.time_period, "
    'o.ref_area, o.basis, o.obs_status, o.name_text, o.high, o.confidence, o.start, o."end", o.raw_start, o.raw_end, '
    "o.quote, o.quote_start, o.quote_end, o.section, o.corrected_by, o.corrected_at, o.extra, "
    "s.indicator, s.activity, p.body, p.section, o.number"
)
FACTS = f"""
SELECT {FACT_COLUMNS} FROM observations o
JOIN series s ON s.series_id = o.series_id
JOIN versions v ON v.version_id = o.version_id
LEFT JOIN paragraphs p ON p.text_id = v.text_id AND p.paragraph = o.paragraph
"""
# The fields of an observation and of a paragraph that have columns; others are kept as JSON in `extra`.
_OBSERVATION_FIELDS = frozenset(re.findall(r"\w+", OBSERVATION_COLUMNS)) | {"indicator", "activity", "span", "raw_span"}
_PARAGRAPH_FIELDS = frozenset(["index", "kind", "span", "section", "sentences", "head", "header", "cells", "caption"])

_NONE: dict[str, Any] = {}
_MEASURES = {each.value: each for each in Measure}
_BOUNDS = {each.value: each for each in Bound}
_STATUSES = {each.value: each for each in ObsStatus}


def observation_row(
    version_id: int, number: int, series_id: int, obs: Observation, paragraph: Paragraph | None, text: str,
    corrected: tuple[str | None, str | None] = (None, None),
) -> Row:  # fmt: skip
    """A row of `observations`; quote and section are left to the paragraph where they stand there."""
    quote, at = obs.quote, -1
    if paragraph is not None:
        body = paragraph.span.of(text)
        at = body.find(quote, max(0, obs.span.start - paragraph.span.start - len(quote)))
    in_place = at >= 0
    same_section = paragraph is not None and paragraph.section == obs.section
    return (
        version_id, number, series_id, obs.ref_area, obs.measure.value, plain_number(obs.value), obs.value_text,
        obs.unit, obs.bound.value, to_plain(obs.time_period), None if in_place else quote, at, at + len(quote),
        None if same_section else dumps(obs.section), obs.span.start, obs.span.end, obs.raw_span.start,
        obs.raw_span.end, obs.paragraph, obs.basis, obs.obs_status.value, obs.name_text, plain_number(obs.high),
        obs.confidence, *corrected, _extra(obs, _OBSERVATION_FIELDS),
    )  # fmt: skip


def fact(row: Row, doc: DocumentInfo) -> Fact:
    """A fact of the FACT_COLUMNS."""
    return Fact(row[0], doc, observation(row), *row[23:25])


def mention(row: Row) -> Mention:
    """What a figure is found by, of its number, names, section, place and length."""
    obs_id, indicator, activity, name_text, section, *place = row
    return Mention(obs_id, indicator, activity or None, name_text, headings(section) if section else None, *place)


def observation(row: Row) -> Observation:
    """An observation of the FACT_COLUMNS."""
    (
        _, _, paragraph, value, value_text, unit, measure, bound, time_period, ref_area,
        basis, obs_status, name_text, high, confidence, start, end, raw_start, raw_end,
        quote, quote_start, quote_end, section, _, _, extra,
        indicator, activity, body, paragraph_section, _,
    ) = row  # fmt: skip
    return Observation(
        indicator,
        activity or None,
        ref_area,
        _MEASURES[measure],
        None if value is None else Decimal(value),
        value_text,
        unit,
        _BOUNDS[bound],
        None if time_period is None else period(time_period),
        body[quote_start:quote_end] if quote is None else quote,
        headings(section or paragraph_section or "[]"),
        Span(start, end),
        Span(raw_start, raw_end),
        paragraph,
        basis,
        _STATUSES[obs_status],
        name_text,
        None if high is None else Decimal(high),
        confidence,
        **(_extra_fields(Observation, extra) if extra else _NONE),
    )


@cache
def headings(text: str) -> tuple[str, ...]:
    """A path of headings of its JSON, made once for each path."""
    return tuple(json.loads(text))


def plain_number(value: Decimal | None) -> str | None:
    """An exact decimal as text."""
    return None if value is None else str(value)


# -- work items, difficulties, leftovers: one column a field, JSON where a field is no plain value

COLUMNS: dict[type, tuple[str, ...]] = {
    WorkItem: ("title", "section", "status", "text", "paragraph", "span", "deadline", "subject", "rate"),
    Difficulty: ("title", "text", "section", "paragraph", "span"),
    Leftover: ("text", "span", "paragraph", "reason"),
}
TABLES: dict[type, str] = {WorkItem: "work_items", Difficulty: "difficulties", Leftover: "leftovers"}


def all_columns(table: str) -> str:
    """Every column of a version's table but `version_id` (and the key of observations)."""
    if table == "observations":
        return OBSERVATION_COLUMNS.removeprefix("version_id, ")
    kind = next(kind for kind, name in TABLES.items() if name == table)
    return ", ".join(("number", *COLUMNS[kind], "extra"))


def item_row(version_id: int, number: int, item: WorkItem | Difficulty | Leftover) -> Row:
    """A row of the item's table."""
    names = COLUMNS[type(item)]
    cells = (_cell(to_plain(getattr(item, name))) for name in names)
    return (version_id, number, *cells, _extra(item, frozenset(names)))


def item(kind: type[T], row: Row) -> T:
    """An item of its columns and extra."""
    plain = {name: _uncell(name, cell) for name, cell in zip(COLUMNS[kind], row, strict=False)}
    return from_plain(kind, plain | _extra_plain(row[-1]))


_JSON_COLUMNS = {"section", "span"}


def _cell(plain: Any) -> Any:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if isinstance(plain, list) else plain


def _uncell(name: str, cell: Any) -> Any:
    return json.loads(cell) if name in _JSON_COLUMNS else cell


# -- paragraphs

PARAGRAPH_COLUMNS = "paragraph, kind, start, body, section, sentences, head, header, cells, caption, extra"
_PARAGRAPH_FIELDS = frozenset(["index", "kind", "span", "section", "sentences", "head", "header", "cells", "caption"])


def paragraph_row(paragraph_id: int, text_id: int, each: Paragraph, text: str) -> Row:
    """A row of `paragraphs`."""
    return (
        paragraph_id,
        text_id,
        each.index,
        each.kind.value,
        each.span.start,
        each.span.of(text),
        dumps(each.section),
        dumps(each.sentences),
        dumps(each.head) if each.head else None,
        dumps(each.header),
        dumps(each.cells),
        each.caption,
        _extra(each, _PARAGRAPH_FIELDS),
    )


def paragraph(row: Row) -> Paragraph:
    """A paragraph of the PARAGRAPH_COLUMNS."""
    index, kind, start, body, section, sentences, head, header, cells, caption, extra = row
    return Paragraph(
        index,
        ParagraphKind(kind),
        Span(start, start + len(body)),
        headings(section),
        tuple(starmap(Span, json.loads(sentences))),
        Span(*json.loads(head)) if head else None,
        headings(header),
        () if cells == "[]" else tuple(starmap(Span, json.loads(cells))),
        caption,
        **(_extra_fields(Paragraph, extra) if extra else _NONE),
    )


# -- fields that the columns do not know


def _extra(value: Any, known: frozenset[str]) -> str | None:
    """JSON of the fields that have no column and are not at their default."""
    plain = {
        each.name: to_plain(getattr(value, each.name))
        for each in fields(value)
        if each.name not in known and (each.default is MISSING or getattr(value, each.name) != each.default)
    }
    return dumps_plain(plain) if plain else None


def dumps_plain(plain: dict[str, Any]) -> str:
    """Compact JSON of an object."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _extra_plain(extra: str | None) -> dict[str, Any]:
    return json.loads(extra) if extra else {}


def _extra_fields(kind: type, extra: str | None) -> dict[str, Any]:
    """The extra fields as values of the dataclass."""
    if not extra:
        return {}
    return {name: field_from_plain(kind, name, value) for name, value in json.loads(extra).items()}
