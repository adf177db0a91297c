"""All values that pass between the stages, frozen. The words are SDMX's (see docs/architecture.md).

ingest:  file -> read -> Source -> repair -> Repaired -> segment -> Document -> extract -> Extraction -> store
ask:     question -> parse -> Query -> match -> Matches -> plan -> Plan -> answer -> Answer -> render
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from knowledge.frozen import quick


class Measure(StrEnum):
    """What kind of number an observation is."""

    LEVEL = "level"  # an amount or count
    GROWTH = "growth"  # a rate against an earlier period; falls are negative
    RATE = "rate"  # a level that is itself a percentage
    RANK = "rank"  # a place in an order, unit 位
    CHANGE = "change"  # a difference: percentage points, places, pieces
    TARGET = "target"  # planned or expected


class Bound(StrEnum):
    """How the written number bounds the true one."""

    EXACT = "exact"
    ABOUT = "about"  # 约, 近, 左右; the lower end of a range
    AT_LEAST = "at_least"  # 以上, 超, 多, 突破
    AT_MOST = "at_most"  # 以内, 低于, 不足
    MASKED = "masked"  # the source hides the digits: xx.xx


class ObsStatus(StrEnum):
    """SDMX CL_OBS_STATUS, and C for a figure that an editor corrected."""

    REPORTED = "A"
    SUPPRESSED = "Q"  # masked by the source
    PROVISIONAL = "P"  # 初步核算, 预计
    CORRECTED = "C"


class WorkStatus(StrEnum):
    """How far a work item is."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    PLANNED = "planned"
    BEHIND = "behind"  # its completion rate is under the share of the year gone (序时进度), or the text says 滞后
    UNKNOWN = "unknown"


class Span(NamedTuple):
    """Half-open range of characters. A tuple: thousands are made for a document."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` in this range."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader gives: one paragraph a line, headings as lines, tables as Markdown pipe tables.

    `name` is the file's name without folders; `media_type` the IANA type; `sha256` that of the file's bytes.
    Footnotes and the like stand in `notes`, apart from `text`.
    """

    name: str
    media_type: str
    text: str
    sha256: str
    notes: tuple[str, ...] = ()
    title: str | None = None  # as the file's own metadata or first heading style says, if it does


@dataclass(frozen=True, slots=True)
class RepairStep:
    """One repair rule and how often it acted."""

    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """Repaired text with its way back: `origin[i]` is where character i of `text` starts in `raw`.

    `origin` has len(text) + 1 entries and never falls. None means that nothing was repaired (the identity).
    """

    source: Source
    text: str
    steps: tuple[RepairStep, ...] = ()
    origin: Sequence[int] | None = field(default=None, compare=False, repr=False)

    def raw_span(self, span: Span) -> Span:
        """Where a span of the repaired text stands in the source's own characters."""
        if self.origin is None:
            return span
        return Span(self.origin[span.start], self.origin[span.end])


@quick
@dataclass(frozen=True, slots=True)
class Period:
    """From/to months, both included, as (year, month). `str()` gives `2021-01/2021-06`, or `2021` for a whole year.

    Where a source hides its year (一季度 of xxxx年) the year is 1: months can be told apart, `dated` is false.
    """

    start: tuple[int, int]
    end: tuple[int, int]

    @classmethod
    def parse(cls, text: str) -> Period:
        """The inverse of str(). Raises ValueError."""
        first, _, last = text.partition("/")
        if not last and "-" not in first:
            return cls((int(first), 1), (int(first), 12))
        start, end = (tuple(map(int, part.split("-"))) for part in (first, last or first))
        return cls((start[0], start[1]), (end[0], end[1]))

    def __str__(self) -> str:
        if self.start[1] == 1 and self.end == (self.start[0], 12):
            return str(self.start[0])
        return f"{self.start[0]:04d}-{self.start[1]:02d}/{self.end[0]:04d}-{self.end[1]:02d}"

    @property
    def dated(self) -> bool:
        """Whether its year is known."""
        return self.start[0] >= 1000

    @property
    def months(self) -> int:
        """How many months it covers."""
        return (self.end[0] - self.start[0]) * 12 + self.end[1] - self.start[1] + 1


class ParagraphKind(StrEnum):
    """What a paragraph of a document is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    TABLE_ROW = "table_row"


@quick
@dataclass(frozen=True, slots=True)
class Paragraph:
    """One non-empty line of the repaired text. `section` is the path of headings above it, run-in heads included.

    `sentences` are spans in the document's text. `head` is the run-in head's span (一是…。/（一）…。) if it has one.
    For a table row, `header` holds the column heads, `cells` the spans of its cells; `caption` says what it is of.
    """

    index: int
    kind: ParagraphKind
    span: Span
    section: tuple[str, ...]
    sentences: tuple[Span, ...] = ()
    head: Span | None = None
    header: tuple[str, ...] = ()
    cells: tuple[Span, ...] = ()
    caption: str = ""
    sentence_sections: tuple[
        tuple[str, ...], ...
    ] = ()  # the section of each sentence, where 一是…二是… divide one line


@dataclass(frozen=True, slots=True)
class Document:
    """A segmented document. `text` is the repaired text that all spans refer to."""

    repaired: Repaired
    title: str
    issuer: str | None  # 青溪县经济和信息化局
    ref_area: str | None  # 青溪县
    time_period: Period | None  # what the document reports on
    year: int | None  # the year that 今年 means in it
    paragraphs: tuple[Paragraph, ...]
    months: tuple[int, int] | None = None  # first and last month that it reports on, where the year may be unknown

    @property
    def text(self) -> str:
        """The repaired text."""
        return self.repaired.text


@quick
@dataclass(frozen=True, slots=True)
class Observation:
    """One figure that a document states.

    `value` is signed and None where masked; `value_text` is as written, without unit. `basis` is what a growth,
    change or rank compares with, as written: 同比, 环比, 年均, 全市, 全省, 序时进度. `quote` is the exact sentence of
    the repaired text, `span` where the value stands in the repaired text, `raw_span` in the source's own characters.
    `time_period` is None where it cannot be worked out. `place` in `order` tells the order in the document.
    """

    indicator: str  # canonical name
    activity: str | None  # sector or sub-scope
    ref_area: str | None
    measure: Measure
    value: Decimal | None
    value_text: str
    unit: str
    bound: Bound
    time_period: Period | None
    quote: str
    section: tuple[str, ...]
    span: Span
    raw_span: Span
    paragraph: int
    basis: str | None = None
    obs_status: ObsStatus = ObsStatus.REPORTED
    name_text: str = ""  # the indicator as the document writes it
    high: Decimal | None = None  # the upper end of a range
    confidence: float = 1.0  # 0..1; under 0.7 an editor should look

    @property
    def name(self) -> str:
        """What it is of, the activity first where the indicator does not begin with it: 渔业农林牧渔业总产值."""
        activity = self.activity or ""
        return self.indicator if self.indicator.startswith(activity) else f"{activity}{self.indicator}"


@quick
@dataclass(frozen=True, slots=True)
class WorkItem:
    """A task and how far it is. `text` is the exact sentence(s) about it; `deadline` as written (8月底)."""

    title: str
    section: tuple[str, ...]
    status: WorkStatus
    text: str
    paragraph: int
    span: Span
    deadline: str | None = None
    subject: str | None = None  # what is worked on: 小微园, 青云药业原料药搬迁项目
    rate: Decimal | None = None  # completion rate in per cent, where stated


@quick
@dataclass(frozen=True, slots=True)
class Difficulty:
    """A problem that the document states, with its causes and figures in `text`."""

    title: str
    text: str
    section: tuple[str, ...]
    paragraph: int
    span: Span


@quick
@dataclass(frozen=True, slots=True)
class Leftover:
    """A number with a unit that ended in no observation, and why."""

    text: str
    span: Span
    paragraph: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one document states."""

    document: Document
    observations: tuple[Observation, ...]
    work_items: tuple[WorkItem, ...]
    difficulties: tuple[Difficulty, ...]
    leftovers: tuple[Leftover, ...] = ()


# -- asking ------------------------------------------------------------------------------------------------------------


@quick
@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What the store tells of a document without loading it. `doc_id` is stable over revisions of the same document."""

    doc_id: int
    name: str
    title: str
    issuer: str | None
    ref_area: str | None
    time_period: Period | None
    year: int | None
    revision: int


@quick
@dataclass(frozen=True, slots=True)
class Fact:
    """A stored observation with its document; `obs_id` is stable within a revision."""

    obs_id: int
    doc: DocumentInfo
    obs: Observation
    corrected_by: str | None = None
    corrected_at: str | None = None


class Mention(NamedTuple):
    """What a figure is found by: what it is called and where it stands. Read for all figures of a document at once."""

    obs_id: int
    indicator: str
    activity: str | None
    name_text: str
    section: tuple[str, ...] | None  # None: as its paragraph
    paragraph: int
    start: int
    length: int  # of the value as written


class Status(StrEnum):
    """How a question was answered."""

    ANSWERED = "answered"
    MASKED = "masked"  # found, but the source masks the figure
    AMBIGUOUS = "ambiguous"  # asks back, with options
    NOT_FOUND = "not_found"  # the summary does not state that


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen: `label` is shown, `question` is what choosing it asks."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote of the repaired text and its place; `shown` is how it reads aloud (a table row with its heads)."""

    doc: DocumentInfo
    quote: str
    section: tuple[str, ...] = ()
    shown: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a person, before it is rendered for a channel.

    `template` names the reply template and `slots` fills it (plain values only, so that an answer can be logged and
    compared). `facts[0]` is the figure that answers the question. `options` are the choices of an ambiguous answer;
    `suggestions` are questions that make sense next, or the nearest things known when nothing was found.
    """

    status: Status
    template: str
    slots: dict[str, object] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    work_items: tuple[tuple[DocumentInfo, WorkItem], ...] = ()
    difficulties: tuple[tuple[DocumentInfo, Difficulty], ...] = ()
    citations: tuple[Citation, ...] = ()
    options: tuple[Option, ...] = ()
    suggestions: tuple[Option, ...] = ()
    traditional: bool = False  # asked in Traditional characters, so answered in them
    explanation: tuple[str, ...] = ()  # the parse, the candidates with scores, and why one won


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that is measured, over all documents of a revision: what a question's words are matched against."""

    series_id: int
    indicator: str
    activity: str | None


@quick
@dataclass(frozen=True, slots=True)
class Passage:
    """A stored paragraph, for quoting sentences where no figure answers."""

    doc: DocumentInfo
    paragraph: Paragraph
    text: str  # the paragraph's characters; its spans refer to the document, so subtract paragraph.span.start


class Shelf(Protocol):
    """One published revision of the knowledge, read-only. The store implements it; asking reads through it."""

    @property
    def revision(self) -> int:
        """The revision that is read."""
        ...

    def documents(self) -> Sequence[DocumentInfo]:
        """Every document of the revision, latest period last."""
        ...

    def series(self) -> Sequence[Series]:
        """Every distinct (indicator, activity) of the revision."""
        ...

    def facts(self, series_ids: Sequence[int], doc_ids: Sequence[int] | None = None) -> Sequence[Fact]:
        """The figures of some series, in all or some documents, in the order of the documents."""
        ...

    def document_facts(self, doc_id: int) -> Sequence[Fact]:
        """All figures of one document, in its order."""
        ...

    def mentions(self, doc_id: int) -> Sequence[Mention]:
        """What each figure of one document is found by, in the order of `document_facts`."""
        ...

    def some_facts(self, doc: DocumentInfo, obs_ids: Sequence[int]) -> Sequence[Fact]:
        """A few figures of one document, in its order."""
        ...

    def work_items(self, doc_id: int) -> Sequence[WorkItem]:
        """All work items of one document."""
        ...

    def difficulties(self, doc_id: int) -> Sequence[Difficulty]:
        """All difficulties of one document."""
        ...

    def passages(self, doc_id: int) -> Sequence[Passage]:
        """All paragraphs of one document."""
        ...

    def some_passages(self, doc: DocumentInfo, paragraphs: Sequence[int]) -> Sequence[Passage]:
        """A few paragraphs of one document, in its order."""
        ...

    def sheet(self, doc_id: int, stamp: str) -> bytes | None:
        """What was kept of one document for asking under a stamp; None if nothing was."""
        ...

    def bodies(self, doc_id: int) -> Sequence[str]:
        """The characters of all paragraphs of one document."""
        ...

    def holding(
        self, terms: Sequence[str], texts: Sequence[tuple[DocumentInfo, str]], limit: int
    ) -> Sequence[DocumentInfo]:
        """Of each of the paragraphs that `search` would find in these documents, its document, best first.

        The documents come with their texts in small letters, a paragraph a line.
        """
        ...

    def search(self, terms: Sequence[str], doc_ids: Sequence[int] | None = None, limit: int = 50) -> Sequence[Passage]:
        """Paragraphs that hold most of the terms (each at least two characters), best first."""
        ...
