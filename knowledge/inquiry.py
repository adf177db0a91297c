"""The values that pass between the stages of asking: Query, Hit, Plan, Context and their parts."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any

from knowledge.frozen import quick
from knowledge.model import Citation, Difficulty, DocumentInfo, Fact, Measure, Option, Passage, Period, Status, WorkItem


class Kind(StrEnum):
    """What kind of answer a question asks for."""

    FIGURE = "figure"
    GROWTH = "growth"
    RANK = "rank"
    RATE = "rate"
    TARGET = "target"
    GAP = "gap"
    COMPARE = "compare"
    EXTREME = "extreme"
    TREND = "trend"
    SUM = "sum"
    SHARE = "share"
    DIFFERENCE = "difference"
    LIST = "list"
    PROGRESS = "progress"
    DIFFICULTY = "difficulty"
    WHY = "why"
    OVERVIEW = "overview"
    CHANGES = "changes"
    SOURCE = "source"
    TALK = "talk"
    NOUN = "noun"  # nothing but a name


ONE_FIGURE = frozenset({Kind.FIGURE, Kind.GROWTH, Kind.RANK, Kind.RATE, Kind.TARGET, Kind.NOUN})
MANY_FIGURES = frozenset({Kind.COMPARE, Kind.SUM, Kind.SHARE, Kind.DIFFERENCE})
IN_WORDS = frozenset({Kind.LIST, Kind.PROGRESS, Kind.DIFFICULTY, Kind.WHY, Kind.OVERVIEW})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure an answer must be; chosen from the curve that `make eval` prints. Shares between 0 and 1."""

    answer: float = 0.64  # least coverage of the question's content by a figure that is answered
    ask: float = 0.58  # least coverage at which the reply asks back instead of giving up
    quote: float = 0.56  # least coverage of the question's content by a sentence that is quoted
    margin: float = 0.035  # the best must lead another figure by so much
    minutes: int = 30  # how long a conversation leans on what was said before

    def __post_init__(self) -> None:
        """Raises ValueError where a share is none, or less is asked of an answer than of asking back."""
        if not all(0 <= share <= 1 for share in (self.answer, self.ask, self.quote, self.margin)):
            raise ValueError("answer、ask、quote、margin 都应在 0 和 1 之间")
        if self.ask > self.answer:
            raise ValueError("ask 不能大于 answer")
        if self.minutes < 0:
            raise ValueError("minutes 不能是负数")


@quick
@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood. `content` is what is looked up, in pieces; `soft` pieces weigh little."""

    text: str  # as asked
    plain: str  # simplified, half-width, mended
    kind: Kind = Kind.NOUN
    measures: tuple[Measure, ...] = ()
    content: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()  # the things that are compared or summed, in order
    shared: tuple[str, ...] = ()  # what the parts have in common
    periods: tuple[Period, ...] = ()
    period_text: str = ""
    year_named: bool = False
    minus: bool = False  # 全年减前三季度
    until: bool = False  # 到去年: what there is at the end of it
    loose_period: bool = False  # only leaned on 目前, 现在
    source: Period | None = None  # 前三季度总结里: the period of the summary meant
    settled: bool = False  # a document tells of just the time asked for
    near: tuple[int, int, int] | None = None  # document, paragraph and place of what was said before
    place: str | None = None  # a place that the question names, as written
    docs: tuple[int, ...] = ()  # the documents that it may be answered from; empty for all
    whole: bool = False  # answers only if nearly all of it is covered
    unit: str | None = None  # the class of units that it counts
    lowest: bool = False  # asks for the smallest
    top: int = 1
    basis: str | None = None  # 环比, 年均
    leaning: bool = False  # leans on the question before
    both: bool = False  # 这两个
    ordinal: int | None = None
    talk: str | None = None
    traditional: bool = False
    notes: tuple[str, ...] = ()  # what was mended or read as something else
    cues: tuple[str, ...] = ()

    @property
    def bare(self) -> bool:
        """Whether nothing is left to look up."""
        return not self.content and not self.parts


@quick
@dataclass(frozen=True, slots=True)
class Hit:
    """A fact and how well it fits a question."""

    fact: Fact
    score: float
    recall: float  # how much of the question it covers
    precision: float  # how much of its own name the question covers
    unsaid: bool = False  # it is of an activity that the question does not name
    trust: float = 1.0  # what is left of its recall where it is to answer by itself
    why: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or a whole paragraph and how well it fits a question."""

    passage: Passage
    quote: str
    score: float
    recall: float
    section: tuple[str, ...] = ()
    whole: str = ""  # the paragraph


@quick
@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be said: the outcome before it is put in words."""

    status: Status
    kind: Kind
    query: Query
    hits: tuple[Hit, ...] = ()  # the figures that answer
    beside: tuple[Fact, ...] = ()  # what belongs to the first one: growth, rank
    lines: tuple[Line, ...] = ()
    difficulties: tuple[tuple[DocumentInfo, Difficulty], ...] = ()
    work_items: tuple[tuple[DocumentInfo, WorkItem], ...] = ()
    result: Decimal | None = None  # of a calculation
    unit: str = ""
    reason: str = ""  # why nothing can be said, or what must be known about it
    options: tuple[Option, ...] = ()
    near: tuple[Hit, ...] = ()  # the nearest things known
    near_lines: tuple[Line, ...] = ()
    citations: tuple[Citation, ...] = ()
    changes: tuple[tuple[Fact, Fact], ...] = ()  # earlier, later
    trace: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation remembers; a plain value that `dump` and `load` carry over restarts."""

    content: tuple[str, ...] = ()
    kind: str = ""
    measures: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    period_text: str = ""
    docs: tuple[int, ...] = ()  # of the place that was named
    unit: str | None = None
    activity: str | None = None
    indicator: str | None = None
    entities: tuple[str, ...] = ()  # what was answered last, oldest first: 汽车零部件行业
    doc: int | None = None  # the document and paragraph answered from
    paragraph: int | None = None
    start: int = 0  # where the figure answered last stands in its document
    answered: str = ""  # the period of the figure answered last
    counted: str = ""  # its unit
    items: tuple[str, ...] = ()  # the list shown last
    options: tuple[tuple[str, str], ...] = ()
    at: str = ""

    def dump(self) -> str:
        """As JSON."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Context:
        """The inverse of `dump`; what cannot be read starts afresh."""
        try:
            raw = json.loads(text or "{}")
            known = cls.__dataclass_fields__
            values = {name: _frozen(value) for name, value in dict(raw).items() if name in known}
            if any(not isinstance(value, _plain(known[name].default)) for name, value in values.items()):
                return cls()
            datetime.fromisoformat(values.get("at") or "2000-01-01")
        except (ValueError, TypeError):
            return cls()
        return cls(**values)

    def fresh(self, now: datetime, minutes: int) -> Context:
        """Itself, or nothing if it is too old."""
        if not self.at:
            return self
        age = now - datetime.fromisoformat(self.at)
        return self if age.total_seconds() <= minutes * 60 else Context()


STRONG = re.compile(
    "目标|任务|力争|确保|定在|定[的了]|要(?:达|完成|实现|提高到|提升到|降到)"
)  # asks for what is aimed at


def touches(said: str, told: str) -> bool:
    """Whether a text holds any two neighbouring characters of what is said.

    >>> touches("特困", "低保标准"), touches("城市低保", "低保标准")
    (False, True)
    """
    return any(said[at : at + 2] in told for at in range(len(said) - 1))


def say_period(value: Period | None) -> str:
    """A period as officials write it.

    >>> say_period(Period.parse("2021-01/2021-06"))
    '2021年1—6月'
    """
    if value is None or not value.dated:
        return ""
    (year, first), (last_year, last) = value.start, value.end
    if year != last_year:
        return f"{year}—{last_year}年" if (first, last) == (1, 12) else f"{year}年{first}月至{last_year}年{last}月"
    if (first, last) == (1, 12):
        return f"{year}年"
    return f"{year}年{first}月" if first == last else f"{year}年{first}—{last}月"


def _plain(default: object) -> tuple[type, ...]:
    """What a remembered value may be, by the default of its field."""
    return (str, int, type(None)) if default is None else (type(default),)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def amend(query: Query, **changes: Any) -> Query:
    """A copy of a query with some fields changed; as dataclasses.replace, in a third of its time."""
    return Query(**dict(zip(_FIELDS, _VALUES(query), strict=True)) | changes)


_FIELDS = tuple(each.name for each in fields(Query))
_VALUES = attrgetter(*_FIELDS)


__all__ = [
    "IN_WORDS",
    "MANY_FIGURES",
    "ONE_FIGURE",
    "Context",
    "Hit",
    "Kind",
    "Line",
    "Plan",
    "Query",
    "Thresholds",
    "amend",
    "field",
]
