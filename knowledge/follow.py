"""What a question leaves out, filled in from the conversation: 那橡塑呢, 去年同期呢, 第二个, 不是医化，是橡塑."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from knowledge.inquiry import Context, Kind, Plan, Query, amend, touches
from knowledge.model import Measure, Period
from knowledge.periods import shift

_DIGITS = {**{str(n): n for n in range(1, 10)}, **{c: n for n, c in enumerate("一二三四五六七八九", 1)}, "两": 2}
_BASE = re.compile("(?:去年|上年|上一年)(?:的)?同期|同期|^(?:上|前)一年$")
_MEASURE = re.compile("率$|占比|比重|增速|排名")  # what was measured gives way to what is asked now
_WHOLE = {Kind.DIFFICULTY, Kind.OVERVIEW}  # asked with nothing named, they are about the whole summary


def picked(plain: str, context: Context, pick: re.Pattern[str], corrections: tuple[re.Pattern[str], ...]) -> str:
    """The question that a short reply stands for: the chosen option, what a correction names, or the reply itself."""
    plain = plain.strip(" ?。,，!")
    if context.options:
        if (found := pick.fullmatch(plain)) and _DIGITS[found[1]] <= len(context.options):
            return context.options[_DIGITS[found[1]] - 1][1]
        named = [question for label, question in context.options if len(plain) > 1 and plain in label]
        if len(named) == 1:
            return named[0]
    for pattern in corrections:
        if found := pattern.match(plain):
            return f"那{found[found.lastindex or 1]}呢"
    return plain


def readings(
    query: Query,
    context: Context,
    faint: bool,
    giving_way: Callable[[str, Sequence[str]], tuple[str, ...]],
    measured: re.Pattern[str],
) -> Iterator[Query]:
    """The ways in which a question may lean on what was said, likeliest first; the question by itself among them.

    `giving_way` leaves of what was said before only what does not rival what is asked now; `measured` finds at the end
    of a name what was measured.
    """
    if not context.content and not context.entities and not context.items:
        yield query
        return
    filled = _timed(query, context)
    if query.both and len(context.entities) >= 2:
        count = 3 if "三" in query.plain else 2
        yield amend(filled, kind=Kind.COMPARE, parts=context.entities[-count:], content=context.entities[-count:])
    if query.ordinal and len(context.items) >= query.ordinal:
        yield amend(
            query, kind=Kind.DIFFICULTY, content=(context.items[query.ordinal - 1],), parts=(), docs=_doc(context)
        )
    if query.kind in _WHOLE and (query.bare or faint) and not query.leaning:
        yield amend(filled, content=query.content)
    elif query.bare or faint:
        yield from _bare(query, filled, context)
    elif query.leaning:
        yield from _leaning(query, filled, context, giving_way("".join(query.content), context.content), measured)
    else:
        yield query
        before = giving_way("".join(query.content), context.content)
        yield amend(filled, content=(*query.content, *before), docs=_doc(context))
        return
    yield query


def _doc(context: Context) -> tuple[int, ...]:
    return (context.doc,) if context.doc is not None else context.docs


def _timed(query: Query, context: Context) -> Query:
    """The question in the time and place of the one before, unless it names its own."""
    docs = query.docs or context.docs
    if _BASE.search(query.period_text) and context.answered:
        return amend(query, periods=(shift(Period.parse(context.answered), -1),), docs=docs)
    if query.loose_period:
        return amend(query, docs=docs)
    if query.periods:
        return amend(query, docs=docs, periods=query.periods if query.year_named else _same_year(query, context))
    return amend(query, periods=tuple(map(Period.parse, context.periods)), period_text=context.period_text, docs=docs)


def _same_year(query: Query, context: Context) -> tuple[Period, ...]:
    """前三季度呢: of the year that was talked about."""
    said = context.periods[-1] if context.periods else context.answered
    if not said or "年" in re.sub("半年|全年|[当同那该]年", "", query.period_text):
        return query.periods
    year = Period.parse(said).end[0]
    return tuple(shift(period, year - period.end[0]) for period in query.periods)


def _kind(query: Query, context: Context) -> Query:
    """The kind of the question before, where this one has none of its own."""
    if query.kind is not Kind.NOUN or not context.kind:
        return query
    kind = Kind(context.kind)
    return amend(query, kind=kind, measures=tuple(map(Measure, context.measures)), unit=query.unit or context.unit)


def _bare(query: Query, filled: Query, context: Context) -> Iterator[Query]:
    """增速呢, 前三季度呢, 完成率多少: all but one thing is as before."""
    base = context.content
    for version in (
        filled,
        amend(filled, periods=query.periods, period_text=query.period_text),
        amend(filled, docs=query.docs),
    ):
        yield _kind(amend(version, content=(*base, *query.content), parts=()), context)
    if context.doc is not None and context.paragraph is not None and query.kind is not Kind.NOUN and not query.periods:
        yield amend(query, near=(context.doc, context.paragraph, context.start), periods=())
    if len(bases := tuple(piece for piece in base if not _MEASURE.search(piece))) < len(base):
        yield _kind(
            amend(filled, periods=query.periods or filled.periods, content=(*bases, *query.content), parts=()), context
        )
    if context.indicator:
        named = tuple(name for name in (context.activity, context.indicator) if name)
        yield _kind(amend(filled, content=(*named, *query.content), parts=()), context)


def _leaning(
    query: Query, filled: Query, context: Context, before: tuple[str, ...], measured: re.Pattern[str]
) -> Iterator[Query]:
    """那橡塑呢: another activity of the same indicator, or another thing of the same kind."""
    asked = _kind(filled, context)
    if context.indicator and context.activity:
        yield amend(asked, content=(*query.content, context.indicator), whole=True)
    yield asked
    if context.indicator and (tail := measured.search(context.indicator)):
        yield amend(asked, content=(*query.content, tail[0]), whole=True)
    yield amend(asked, periods=query.periods, period_text=query.period_text)
    yield amend(asked, content=(*query.content, *before))


def strays(query: Query, planned: Plan, context: Context) -> bool:
    """Whether a figure is hardly meant after the one before: 58公里 for 那高速公路呢 after 完成投资1.37亿元."""
    hit = planned.hits[0] if planned.hits else None
    if hit is None or not context.counted:
        return False
    if not query.leaning or query.kind is not Kind.NOUN:
        return hit.unsaid and bool(context.content) and not query.leaning and not query.place
    return hit.fact.obs.unit[-1:] != context.counted[-1:]


def repeats(query: Query, planned: Plan, context: Context) -> bool:
    """Whether 特困的呢 is answered with the very figure of the answer before, whose name holds nothing of it: 低保."""
    if not planned.hits or not query.leaning or query.kind is not Kind.NOUN or query.periods:
        return False
    fact, said = planned.hits[0].fact, "".join(query.content)
    again = (fact.doc.doc_id, fact.obs.paragraph, fact.obs.span.start) == (
        context.doc,
        context.paragraph,
        context.start,
    )
    return again and len(said) > 1 and not touches(said, fact.obs.name)


def named(query: Query, context: Context) -> bool:
    """Whether 横溪那个呢 only names another thing, of which a sentence may tell where no figure does."""
    asked = bool(context.content) and query.leaning and query.kind is Kind.NOUN
    return asked and not query.periods and len("".join(query.content)) > 1


def remember(context: Context, planned: Plan, now: datetime, docs: tuple[int, ...]) -> Context:
    """What the conversation knows after an answer."""
    query = planned.query
    if planned.kind is Kind.TALK:
        return context
    if planned.options:
        return replace(
            context, options=tuple((option.label, option.question) for option in planned.options), at=now.isoformat()
        )
    if not (planned.hits or planned.lines or planned.difficulties or planned.work_items):
        return replace(context, options=(), at=now.isoformat())
    first = planned.hits[0].fact if planned.hits else None
    doc, paragraph = _place(planned)
    entities = [_entity(hit.fact.obs.activity, hit.fact.obs.indicator) for hit in planned.hits]
    return Context(
        content=query.content or context.content,
        kind=str(planned.kind if planned.kind not in (Kind.DIFFERENCE,) else Kind.FIGURE),
        measures=tuple(map(str, query.measures)),
        periods=tuple(map(str, query.periods)),
        period_text=query.period_text,
        docs=docs,
        unit=query.unit,
        activity=first.obs.activity if first else None,
        indicator=first.obs.indicator if first else None,
        entities=tuple(dict.fromkeys((*(e for e in context.entities if e not in entities), *entities)))[-4:],
        answered=str(first.obs.time_period) if first and first.obs.time_period else "",
        counted=first.obs.unit if first else "",
        doc=doc,
        paragraph=paragraph,
        start=first.obs.span.start if first else 0,
        items=(() if query.ordinal else tuple(row.title for _, row in planned.difficulties)) or context.items,
        at=now.isoformat(),
    )


def _place(planned: Plan) -> tuple[int, int]:
    """The document and paragraph that an answer comes from."""
    if planned.hits:
        fact = planned.hits[0].fact
        return fact.doc.doc_id, fact.obs.paragraph
    if planned.lines:
        return planned.lines[0].passage.doc.doc_id, planned.lines[0].passage.paragraph.index
    if planned.difficulties:
        doc, difficulty = planned.difficulties[0]
        return doc.doc_id, difficulty.paragraph
    doc, item = planned.work_items[0]
    return doc.doc_id, item.paragraph


def _entity(activity: str | None, indicator: str) -> str:
    return indicator if not activity or activity in indicator else f"{activity} {indicator}"
