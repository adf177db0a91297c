"""The knowledge as talking needs it: always the latest revision, from any thread."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from datetime import datetime

from handlers import render
from knowledge.ask import Asker, Context, Thresholds
from knowledge.digest import year_share
from knowledge.digest.table import words
from knowledge.errors import StoreError
from knowledge.indexing import catch_up
from knowledge.lexicon import Lexicon
from knowledge.model import Answer, Difficulty, DocumentInfo, Fact, Measure, Shelf, WorkItem
from knowledge.store import KnowledgeStore, Revision, SqliteShelf

logger = logging.getLogger(__name__)
Contents = tuple[list[Fact], list[tuple[DocumentInfo, WorkItem]], list[tuple[DocumentInfo, Difficulty]]]

_RUNNING = (Measure.LEVEL, Measure.RATE)  # these add up over the months of a year
_LOOK = 1.0  # seconds between two looks for a new revision
_BREATH = 0.01  # seconds between two documents, in which questions that wait are answered


class Library:
    """Answers and figures of the latest published revision; one caller at a time, the others wait for milliseconds."""

    def __init__(self, store: KnowledgeStore, lexicon: Lexicon, thresholds: Thresholds | None = None) -> None:
        self._store = store
        self._lexicon = lexicon
        self._thresholds = thresholds or Thresholds()
        self._lock = threading.RLock()
        self._shelf: SqliteShelf | None = None
        self._asker: Asker | None = None
        self._old: tuple[int, Asker] | None = None  # an earlier revision that was asked last

    @property
    def shelf(self) -> Shelf:
        """The latest revision."""
        return self._latest()[0]

    @property
    def revision(self) -> int:
        """The number of the latest revision."""
        return self._latest()[0].revision

    def ask(self, question: str, context: Context, now: datetime) -> tuple[tuple[Answer, ...], Context]:
        """The answers to one message, and what the conversation remembers afterwards."""
        with self._lock:
            return self._latest()[1].ask(question, context, now)

    def ask_at(self, revision: int, question: str, now: datetime) -> tuple[Answer, ...]:
        """The answers that an earlier revision gave. Raises StoreError if there is none of that number."""
        with self._lock:
            if self._old is None or self._old[0] != revision:
                asker = Asker(self._store.shelf(revision), self._lexicon, self._thresholds)
                self._old = (revision, asker)
            return self._old[1].ask(question, Context(), now)[0]

    def revisions(self) -> Sequence[Revision]:
        """All revisions, latest first."""
        with self._lock:
            return self._store.revisions()

    def documents_at(self, revision: int) -> Sequence[DocumentInfo]:
        """The summaries of a revision. Raises StoreError if there is none of that number."""
        with self._lock:
            return self._store.shelf(revision).documents()

    def contents_at(self, revision: int) -> Contents:
        """All figures, work items and difficulties of a revision. Raises StoreError if there is none of that number."""
        with self._lock:
            shelf = self._store.shelf(revision)
            docs = shelf.documents()
            return (
                [fact for doc in docs for fact in shelf.document_facts(doc.doc_id)],
                [(doc, item) for doc in docs for item in shelf.work_items(doc.doc_id)],
                [(doc, one) for doc in docs for one in shelf.difficulties(doc.doc_id)],
            )

    def attend(self, stopped: threading.Event) -> None:
        """Take over each new revision soon after it is published and prepare it, until stopped."""
        prepared = None
        while not stopped.is_set():
            try:
                if (revision := self.revision) != prepared:
                    self.prepare(stopped)
                    prepared = revision
                    render.ahead()
            except StoreError as error:  # the file is busy: asking does without, and it is tried again
                logger.warning("indexes wait: %s", error)
            stopped.wait(_LOOK)

    def prepare(self, stopped: threading.Event) -> None:
        """Make what asking needs to know of each document, where it was not stored yet, and load that of the latest.

        One by one, questions first.
        """
        revision = self.revision
        if not self._store.readonly:
            self._catch_up(stopped, revision)
        steps = self._latest()[1].ahead()
        while not stopped.wait(_BREATH) and self.revision == revision:
            with self._lock:
                if next(steps, steps) is steps:
                    return

    def _catch_up(self, stopped: threading.Event, revision: int) -> None:
        made = catch_up(self._store, self._lexicon, batch=1)
        while not stopped.wait(_BREATH) and self.revision == revision:
            with self._lock:
                if not next(made, 0):
                    return

    def documents(self) -> Sequence[DocumentInfo]:
        """Every summary, the latest period last."""
        with self._lock:
            return self.shelf.documents()

    def latest(self, bureau: str | None = None) -> DocumentInfo | None:
        """The latest summary, of a bureau if it has one."""
        documents = self.documents()
        own = [doc for doc in documents if bureau and doc.issuer == bureau]
        kept = own or list(documents)
        return kept[-1] if kept else None

    def figures(self, doc: DocumentInfo) -> Sequence[Fact]:
        """All figures of one summary, in its order."""
        with self._lock:
            return self._latest()[1].matcher.index(doc).facts

    def fact(self, doc_id: int, obs_id: int) -> Fact | None:
        """One figure by its number, in a document of this revision."""
        doc = next((one for one in self.documents() if one.doc_id == doc_id), None)
        return next((fact for fact in self.figures(doc) if fact.obs_id == obs_id), None) if doc else None

    def same_series(self, fact: Fact) -> list[Fact]:
        """The same thing in the other periods of the same place, oldest first.

        An amount is only set beside amounts of the same months: half a year's and a year's are no trend.
        """
        docs = [doc for doc in self.documents() if doc.ref_area == fact.doc.ref_area]
        found = {
            str(one.obs.time_period): one
            for doc in docs
            for one in self.figures(doc)
            if _thing(one) == _thing(fact) and one.obs.time_period
        }
        if fact.obs.measure in _RUNNING:
            found = {key: one for key, one in found.items() if _months(one) == _months(fact)}
        return sorted(found.values(), key=lambda one: one.obs.time_period.end if one.obs.time_period else (0, 0))

    def same_kind(self, fact: Fact) -> list[Fact]:
        """The same indicator of every activity, in the same summary and period."""
        obs = fact.obs
        alike: dict[str, Fact] = {}
        for one in self.figures(fact.doc):
            other = one.obs
            same = (other.indicator, other.measure, other.unit) == (obs.indicator, obs.measure, obs.unit)
            if same and other.activity and other.time_period == obs.time_period:
                alike.setdefault(other.activity, one)
        return list(alike.values())

    def annual_rates(self, doc: DocumentInfo) -> list[Fact]:
        """How much of the year's tasks was done by the end of a summary's own period, the least first.

        Other shares (of a total, of firms at a loss) say nothing about being on schedule.
        """
        rates = [fact for fact in self.figures(doc) if fact.obs.measure is Measure.RATE]
        told = [fact for fact in rates if _of_the_year(fact) and _until_now(fact, doc)]
        return sorted(told, key=lambda fact: (fact.obs.value is None, fact.obs.value or 0))

    def _latest(self) -> tuple[Shelf, Asker]:
        with self._lock:
            if self._shelf is None or self._asker is None or self._shelf.revision != self._store.latest():
                self._shelf = self._store.shelf(after=self._shelf)
                before = self._asker
                self._asker = (
                    before.over(self._shelf) if before else Asker(self._shelf, self._lexicon, self._thresholds)
                )
            return self._shelf, self._asker


def _of_the_year(fact: Fact) -> bool:
    """Whether a rate is one of a year's task, by its name or by what stands before it: 为年度计划24亿元的73.0%."""
    proof = "|".join(map(re.escape, words().annual_proof))
    before = rf"(?:{proof})[^，,。；;]{{0,20}}{re.escape(fact.obs.value_text)}"
    return year_share(fact) is not None or re.search(before, fact.obs.quote) is not None


def _until_now(fact: Fact, doc: DocumentInfo) -> bool:
    """Whether a rate is as of the summary's time; one of 年度计划 may carry the year itself as its period."""
    period, now = fact.obs.time_period, doc.time_period
    return period is not None and now is not None and period.end in (now.end, (now.end[0], 12))


def _months(fact: Fact) -> tuple[int, int] | None:
    period = fact.obs.time_period
    return (period.start[1], period.months) if period else None


def _thing(fact: Fact) -> tuple[object, ...]:
    obs = fact.obs
    return (obs.indicator, obs.activity, obs.measure, obs.unit, obs.basis if obs.measure == "change" else None)
