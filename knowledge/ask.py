"""question -> parse -> match -> plan -> answer: one place that strings the stages of asking together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from knowledge import parse, plan
from knowledge.answer import compose
from knowledge.inquiry import IN_WORDS, Context, Kind, Plan, Query, Thresholds, amend
from knowledge.lexicon import Lexicon
from knowledge.match import Matcher, Where
from knowledge.model import Answer, DocumentInfo, Period, Shelf, Status


class Asker:
    """Answers questions from one shelf; indexes are remade when its revision changes."""

    def __init__(self, shelf: Shelf, lexicon: Lexicon, thresholds: Thresholds = Thresholds()) -> None:  # noqa: B008 - frozen
        self._shelf, self._lexicon, self._limits = shelf, lexicon, thresholds
        self._revision: int | None = None
        self._kept: Matcher | None = None

    @property
    def matcher(self) -> Matcher:
        """The indexes of the revision that is read now."""
        if self._kept is None or self._revision != self._shelf.revision:
            self._revision = self._shelf.revision
            self._kept = Matcher(self._shelf, self._lexicon, parse.wording().light)
        return self._kept

    def ask(self, question: str, context: Context, now: datetime) -> tuple[tuple[Answer, ...], Context]:
        """The answers to one message, in order, and what the conversation remembers afterwards."""
        context = context.fresh(now, self._limits.minutes)
        plain, traditional = _simplified(parse.normalise(question[:2000]))
        answers = []
        for piece in parse.split(plain):
            planned = self._one(question, piece, traditional, context)
            answers.append(compose(planned))
            context = _remember(context, planned, now)
        return tuple(answers), context

    def _one(self, text: str, plain: str, traditional: bool, context: Context) -> Plan:
        where = self.matcher.where(plain)
        latest = where.docs[-1] if where.docs else None
        year, ref = _year(latest), latest.time_period if latest else None
        query = parse.understand(text, where.text.strip(), year=year, ref=ref, traditional=traditional)
        query = amend(query, place=where.place)
        if where.foreign:
            return Plan(Status.NOT_FOUND, query.kind, query, reason="place")
        return self._solve(query, where)

    def _solve(self, query: Query, where: Where) -> Plan:
        if query.kind is Kind.TALK:
            return Plan(Status.ANSWERED, query.kind, query)
        if query.kind in IN_WORDS:
            return self._words(query, where.docs)
        return self._figure(query, where.docs)

    def _figure(self, query: Query, docs: Sequence[DocumentInfo]) -> Plan:
        hits = self.matcher.figures(query.content, docs)
        units = parse.wording().units[query.unit][1] if query.unit else None
        found = plan.one(query, hits, units, self._limits)
        if found.hits:
            fact = found.hits[0].fact
            found = replace(found, beside=plan.companions(fact, self._shelf.document_facts(fact.doc.doc_id)))
        return found

    def _words(self, query: Query, docs: Sequence[DocumentInfo]) -> Plan:
        lines = self.matcher.lines(query.content, docs)
        good = [line for line in lines if line.recall >= self._limits.quote]
        if not good:
            return Plan(Status.NOT_FOUND, query.kind, query, near_lines=tuple(lines[:3]))
        return Plan(Status.ANSWERED, query.kind, query, lines=tuple(good[:3]))


def _year(doc: DocumentInfo | None) -> int:
    if doc is None:
        return 2000
    return doc.year or (doc.time_period.end[0] if doc.time_period else 2000)


def _remember(context: Context, planned: Plan, now: datetime) -> Context:
    query = planned.query
    return replace(
        context,
        content=query.content,
        kind=str(planned.kind),
        periods=tuple(map(str, query.periods)),
        at=now.isoformat(),
    )


@lru_cache(maxsize=1)
def _t2s() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def _simplified(plain: str) -> tuple[str, bool]:
    """The text in simplified characters, and whether it was in traditional ones."""
    try:
        plain.encode("gb2312")
    except UnicodeEncodeError:
        converted = str(_t2s().convert(plain))
        return converted, converted != plain
    return plain, False


def overall(answers: Iterable[Answer]) -> Status:
    """The status of a message with several questions: that of the first."""
    return next((answer.status for answer in answers), Status.NOT_FOUND)


__all__ = ["Asker", "Context", "Period", "Thresholds", "overall"]
