"""question -> parse -> match -> plan -> answer: one place that strings the stages of asking together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from knowledge import follow, parse, plan
from knowledge.answer import compose
from knowledge.inquiry import Context, Hit, Kind, Line, Plan, Query, Thresholds, amend
from knowledge.lexicon import Lexicon
from knowledge.match import Matcher, Where
from knowledge.match.mend import changes
from knowledge.match.pick import by_area
from knowledge.match.score import Scale
from knowledge.match.words import Words
from knowledge.model import Answer, Difficulty, DocumentInfo, Fact, Passage, Period, Shelf, Status, WorkItem

_MOST = 500  # characters of a message that are read
_GOOD = (Status.ANSWERED, Status.MASKED)
_SURE = 0.85  # coverage by the likeliest documents from which on no others are looked into


class Asker:
    """Answers questions from one shelf; indexes are remade when its revision changes."""

    def __init__(self, shelf: Shelf, lexicon: Lexicon, thresholds: Thresholds = Thresholds()) -> None:  # noqa: B008 - frozen
        self._shelf, self._lexicon, self._limits = shelf, lexicon, thresholds
        self._before: Matcher | None = None

    def over(self, shelf: Shelf) -> Asker:
        """An asker over a later revision, that takes over what was made for documents which are as they were."""
        made = Asker(shelf, self._lexicon, self._limits)
        made._before = self.__dict__.get("matcher", self._before)
        return made

    @cached_property
    def matcher(self) -> Matcher:
        """What looks things up in the revision that is read."""
        words = self._before.words if self._before else Words(self._lexicon, _scale(self._lexicon))
        made = Matcher(self._shelf, words, before=self._before)
        self._before = None
        return made

    def ahead(self, docs: int = 400) -> Iterator[None]:
        """Makes ahead what first questions would wait for, in steps of a few milliseconds, tables of words first."""
        for question in ("你好", "總產值", "zongchanzhi"):
            self.ask(question, Context(), datetime.now(UTC))
            yield
        yield from self.matcher.ahead(docs)

    def ask(self, question: str, context: Context, now: datetime) -> tuple[tuple[Answer, ...], Context]:
        """The answers to one message, in order, and what the conversation remembers afterwards."""
        context = context.fresh(now, self._limits.minutes)
        plain, traditional = _simplified(parse.normalise(question[:_MOST]))
        lean = parse.wording().leaning
        plain = follow.picked(plain, context, lean["pick"], (lean["correction"], lean["correction2"]))
        answers = []
        for piece in parse.split(plain):
            planned, docs = self._one(question, piece, traditional, context)
            answers.append(compose(planned, self._heads(planned), apart=self.matcher.areas > 1))
            context = follow.remember(context, planned, now, docs)
        return tuple(answers), context

    def _heads(self, planned: Plan) -> dict[tuple[int, int], tuple[str, ...]]:
        """The column heads of the table rows in which an answer's figures stand."""
        facts = [hit.fact for hit in planned.hits if hit.fact.obs.quote.lstrip().startswith("|")]
        rows = {(fact.doc.doc_id, fact.obs.paragraph): fact.doc for fact in facts}
        return {
            place: passage.paragraph.header
            for place, doc in rows.items()
            for passage in self.matcher.index(doc).passages
            if passage.paragraph.index == place[1]
        }

    def _one(self, text: str, plain: str, traditional: bool, context: Context) -> tuple[Plan, tuple[int, ...]]:
        """One question, read in the ways that the conversation allows until one is answered."""
        matcher = self.matcher
        where = matcher.where(plain)
        told = plain if where.foreign else where.text
        mended = matcher.mend(told, where.docs, parse.wording().common)
        where = _meant(where, mended, matcher)
        query = self._understood(text, told, mended, where, traditional)
        if where.foreign:
            return Plan(Status.NOT_FOUND, query.kind, query, reason="place"), ()
        first: Plan | None = None
        faint, giving_way = matcher.faint(query.content), matcher.words.giving_way
        lean = parse.wording().leaning
        for reading in follow.readings(query, context, faint, giving_way, lean["measured"]):
            docs = tuple(doc for doc in where.docs if doc.doc_id in reading.docs) if reading.docs else where.docs
            planned = self._planned(reading, docs, where)
            if follow.repeats(query, planned, context):
                planned = replace(planned, status=Status.NOT_FOUND, hits=(), beside=(), near=planned.hits)
            if planned.status in _GOOD and not follow.strays(query, planned, context):
                first = planned
                break
            first = planned if first is None or (first.status not in _GOOD and planned.status in _GOOD) else first
        assert first is not None  # noqa: S101 - readings always yields
        if first.status is Status.NOT_FOUND and follow.named(query, context):
            spoken = self._planned(amend(query, kind=Kind.PROGRESS), where.docs, where)
            first = spoken if spoken.status in _GOOD and self._tells_of(query, spoken) else first
        return first, tuple(doc.doc_id for doc in where.docs) if where.place else first.query.docs and context.docs

    def _tells_of(self, query: Query, spoken: Plan) -> bool:
        """Whether what is quoted tells of the thing named, not only of a whole that holds it: 农林牧渔业 for 渔业."""
        fold, told = self.matcher.fold, " ".join(line.quote for line in spoken.lines)
        for said, _, wholes in self.matcher.words.rivals(" ".join(map(fold, query.content))):
            text = fold(told)
            for whole in wholes:
                text = text.replace(whole, " ")
            if not any(word in text for word in said):
                return False
        return True

    def _planned(self, query: Query, docs: Sequence[DocumentInfo], where: Where) -> Plan:
        """The plan for one reading; of very many documents the likeliest are looked into first."""
        finder = _Finder(self.matcher, self._shelf, self._limits)
        if query.kind is Kind.TALK or (query.kind is Kind.SOURCE and query.bare):
            return plan.decide(query, finder, docs)
        if where.apart:
            timed = plan.common_time(query, where.apart)
            if made := plan.apart(timed, finder, [self._few(timed, each) for each in where.apart]):
                return made
        if where.place is None and not query.docs and self.matcher.areas > 1:
            return self._of_some_place(query, docs, finder)
        best = Plan(Status.NOT_FOUND, query.kind, query)
        for few in self.matcher.rounds(query, docs):
            best = max(best, plan.decide(query, finder, few), key=_strength)
            if _strength(best) >= _SURE:
                break
        return best

    def _of_some_place(self, query: Query, docs: Sequence[DocumentInfo], finder: _Finder) -> Plan:
        """The plan where several places are known and none is named: asks back if more than one answers as well."""
        if parse.wording().leaning["places"].search(query.plain):
            return plan.among(query, finder, self._each_place(query, docs))
        plans: dict[str | None, Plan] = {}
        for few in self.matcher.rounds(query, docs):
            for area, own in by_area(few).items():
                made = plan.decide(query, finder, own)
                plans[area] = max(plans.get(area, made), made, key=_strength)
            if any(_strength(made) >= _SURE for made in plans.values()):
                break
        return plan.one_place(query, plans, _strength)

    def _each_place(self, query: Query, docs: Sequence[DocumentInfo]) -> list[tuple[DocumentInfo, ...]]:
        return [self._few(query, own) for own in by_area(docs).values()]

    def _few(self, query: Query, docs: Sequence[DocumentInfo]) -> tuple[DocumentInfo, ...]:
        return next(self.matcher.rounds(query, docs))

    def _understood(self, text: str, plain: str, mended: str, where: Where, traditional: bool) -> Query:
        latest = where.docs[-1] if where.docs else None
        ref = latest.time_period if latest else None
        query = parse.understand(text, where.text.strip(), year=_year(latest, mended), ref=ref, traditional=traditional)
        note = changes(plain, mended)
        docs = tuple(doc.doc_id for doc in where.docs) if where.place else ()
        if query.source is not None:
            docs = tuple(doc.doc_id for doc in self.matcher.of_period(where.docs, query.source)) or docs
        query = amend(query, periods=tuple(_known(period, where.docs, query.year_named) for period in query.periods))
        return amend(query, place=where.place, docs=docs, notes=(note,) if note else ())


def _meant(where: Where, mended: str, matcher: Matcher) -> Where:
    """What the mended question is about; the name of a place that no document knows is mended to another place only."""
    if where.place is not None and not where.foreign:
        return where._replace(text=mended)
    after = matcher.where(mended)
    return where if where.foreign and after.place is None and (where.place or " ")[-1] in "省市县区镇乡" else after


def _strength(planned: Plan) -> float:
    """How well a plan answers, to choose between documents."""
    if planned.status is Status.AMBIGUOUS:
        return _SURE
    if planned.status is Status.NOT_FOUND:
        return 0.1 if planned.near or planned.near_lines else 0.0
    covered = [hit.recall for hit in planned.hits] or [line.recall for line in planned.lines]
    return max(min(covered, default=1.0), 0.2)


def _scale(lexicon: Lexicon) -> Scale:
    words = parse.wording()
    verbs, negations = frozenset(words.noise("verbs")), frozenset(words.noise("negations"))
    return Scale(re.compile(words.light), verbs, negations, lexicon.gentle, words.same)


class _Finder:
    """What planning looks things up with."""

    def __init__(self, matcher: Matcher, shelf: Shelf, limits: Thresholds) -> None:
        self._matcher, self._shelf, self.limits = matcher, shelf, limits
        self._found: dict[tuple[tuple[str, ...], int], list[Hit]] = {}

    def figures(self, content: Sequence[str], docs: Sequence[DocumentInfo]) -> list[Hit]:
        hits = [hit for doc in docs for hit in self._figures_of(tuple(content), doc)]
        return sorted(hits, key=lambda hit: -hit.score)

    def _figures_of(self, content: tuple[str, ...], doc: DocumentInfo) -> list[Hit]:
        """Those of one document; while one question is answered, the same may be looked up again among more."""
        found = self._found.get((content, doc.doc_id))
        if found is None:
            found = self._found[content, doc.doc_id] = self._matcher.figures_of(content, doc)
        return found

    def lines(self, content: Sequence[str], docs: Sequence[DocumentInfo]) -> list[Line]:
        return self._matcher.lines(content, docs)

    def all_figures(self, doc: DocumentInfo) -> Sequence[Fact]:
        return self._matcher.index(doc).facts

    def beside(self, fact: Fact) -> Sequence[Fact]:
        return self._matcher.index(fact.doc).of_paragraph(fact.obs.paragraph)

    def difficulties(self, doc: DocumentInfo) -> Sequence[Difficulty]:
        return self._shelf.difficulties(doc.doc_id)

    def work_items(self, doc: DocumentInfo) -> Sequence[WorkItem]:
        return self._shelf.work_items(doc.doc_id)

    def passages(self, doc: DocumentInfo) -> Sequence[Passage]:
        return self._matcher.index(doc).passages

    def units(self, query: Query) -> frozenset[str] | None:
        return parse.wording().units[query.unit][1] if query.unit else None

    def fits(self, content: Sequence[str], doc: DocumentInfo, texts: Sequence[str]) -> list[float]:
        return self._matcher.fits(content, doc, texts)

    def troubled(self, quote: str) -> bool:
        told, mended = parse.wording().trouble
        return any(told.search(clause) and not mended.search(clause) for clause in re.split("[，。；]", quote))

    def faint(self, content: Sequence[str]) -> bool:
        return self._matcher.faint(content)


def _year(doc: DocumentInfo | None, plain: str) -> int:
    """The year that 今年 means: the latest document's; 去年 is the year itself that an annual summary tells of."""
    if doc is None or not (doc.year or doc.time_period):
        return 2000
    year = doc.year or (doc.time_period.end[0] if doc.time_period else 2000)
    annual = doc.time_period is not None and doc.time_period.months == 12 and doc.time_period.end[0] == year
    return year + 1 if annual and "去年" in plain and "今年" not in plain else year


def _known(period: Period, docs: Sequence[DocumentInfo], named: bool) -> Period:
    """前三季度 without a year: of the last year that a document tells of just these months."""
    periods = [doc.time_period for doc in docs if doc.time_period]
    if named or period in periods or period.months in (1, 12):
        return period
    same = [own for own in periods if own.start[1] == period.start[1] and own.months == period.months]
    return max(same, key=lambda own: own.end, default=period)


@lru_cache(maxsize=1)
def _t2s() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)
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


__all__ = ["Asker", "Context", "Kind", "Thresholds", "overall", "replace"]
