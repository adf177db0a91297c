"""sentence: one sentence's figures on their way to observations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from knowledge import periods
from knowledge.extract.figures.context import LONG, Times, resolve
from knowledge.extract.figures.grammar import Grammar
from knowledge.extract.figures.groups import OTHER_WAY, RUN, Group, blanked, bracket, groups
from knowledge.extract.figures.measures import TIME, Reading, measure
from knowledge.extract.figures.naming import Memory, Subject, clean
from knowledge.extract.figures.parts import Parts
from knowledge.extract.figures.scan import Figure
from knowledge.extract.figures.subjects import NO_NOUN, NOUN, RANKED_OF, Subjects
from knowledge.lexicon import Lexicon
from knowledge.model import Bound, Document, Measure, Observation, ObsStatus, Paragraph, Period, Span
from knowledge.periods import Found

_PROVISIONAL = re.compile(r"初步核算|预计|快报")
_STOPPED = re.compile("[，；]")
_EVENT = re.compile(
    "(?:份|底|初|中旬|上旬|下旬)?(?:前|起)?(?:已|可|将|正式|顺利|全面|全部|可以)?"
    "(?:开工|竣工|投产|投用|投运|建成|完工|通车|开园|上线|启动|获批|结顶|开业|开港|揭牌|交付|验收|通过|运营|开馆|合龙|开放|开街|封顶|复工|成立)"
)
_AIMS = re.compile("[争保标]")  # 力争, 确保, 目标: what strong words of plans have
_REACHED = (Measure.LEVEL, Measure.GROWTH, Measure.RATE)
_NAMED_TASK = re.compile(r"[^，；。的\s]{2,4}任务")  # 完成2.1万户改厕任务: what was done, not what was set
_ACHIEVED = re.compile("完成(?!率)|实现|超额")
_MOVED = re.compile(r"\d[^；。]*?[到至]")
_NO_YEAR = 1800  # relative times of a document whose year is not known come out far before
_DEED = re.compile(rf"^[，；、 {TIME}]*(?:新增|累计|建成|新建|引进|完成|投入|发放|净增|培育|处置|竣工|投用)")
_OF_PLAN = re.compile(
    rf"(?:占|完成|达到?|为|相当于)了?(?:{TIME}|全年|年度|年|年初|既定)*的?(?:目标|计划|任务)数?$|(?:更新|改造|建设|新建|实施|整治)计划$"
)
_LISTED = re.compile(r"\s*(?:、|和|及|与|，)\s*")
_LAST_YEAR = re.compile(r"[，；（(]?[比较]?(?:去年|上年|上一年)(?:同期|同月)?(?:数|值|水平)?[为是仅只有达的]*")
_SINCE_THEN = re.compile(r"(?:净?增加|增长|提高|上升|多|(?P<down>减少|下降|降低|少))了?")
_HOPED = re.compile(r"(?:争取|预计|力争|计划|有望|确保|拟)(?:于|在|到)?$")
_LOOKS_BACK = re.compile(r"圆满|完成了|回顾")
# Looked up once: Python 3.11 takes as long to find a member in its enumeration as to search a short text.
_LEVEL, _GROWTH, _RATE = Measure.LEVEL, Measure.GROWTH, Measure.RATE
_CHANGE, _RANK = Measure.CHANGE, Measure.RANK
_MASKED = Bound.MASKED
_REPORTED = ObsStatus.REPORTED


@dataclass(slots=True)
class Scope:
    """What a paragraph has set so far."""

    period: Found | None = None
    default: Period | None = None
    plan: bool = False
    memory: Memory = field(default_factory=Memory)
    parts: Parts = field(default_factory=Parts)
    move_from: Reading | None = None


class Place(NamedTuple):
    """Where a sentence stands."""

    document: Document
    paragraph: Paragraph
    span: Span
    section: tuple[str, ...]


def opens_plan(text: str, grammar: Grammar) -> bool:
    """Whether a sentence says that goals follow."""
    return "目标" in text and bool(grammar.plan_opening.search(text)) and not _LOOKS_BACK.search(text[:20])


class Sentence:
    """One sentence on its way to observations; `leave` is told of figures that cannot be read."""

    def __init__(
        self,
        place: Place,
        times: Times,
        scope: Scope,
        lexicon: Lexicon,
        grammar: Grammar,
        leave: Callable[[Place, Figure, str], None],
    ) -> None:
        self.place, self.times, self.scope, self.grammar, self.leave = place, times, scope, grammar, leave
        self.text = place.span.of(place.document.text)
        self.memory = scope.memory
        self.memory.recent = []
        scope.parts.where += 1
        self.blanked = blanked(self.text, times)
        self.subjects = Subjects(lexicon, grammar, self.memory, scope.parts, self.blanked)
        self.subjects.moving = scope.move_from is not None
        self.last: Reading | None = None
        self.last_plan = False
        self.looks_back = "去年" in self.text or "上年" in self.text or "上一年" in self.text
        self.based = False  # the last figure is last year's: 比去年同期的3913人增加213人
        self.strong = False  # 力争, 确保: holds for the rest of the sentence part
        self.outside: list[Subject] | None = None  # what was spoken of before the brackets that are open
        self.bracketed = "（" in self.text or "(" in self.text
        self.aims = _AIMS.search(self.text) is not None
        provisional = _PROVISIONAL.search(self.text)
        self.provisional_from = provisional.end() if provisional else len(self.text)
        if opens_plan(self.text, grammar):
            scope.plan = True

    def read(self, figures: list[Figure]) -> Iterator[Observation]:
        """The observations of the sentence's figures."""
        for group in groups(self.text, self.blanked, figures):
            yield from self._group(group)

    def _group(self, group: Group) -> Iterator[Observation]:
        previous = self.text[: group.start]
        if previous.endswith(("；", "。", ";")):
            self.memory.recent = []
            self.scope.parts.where += 1
            self.strong = False
        if self.bracketed:
            self._step_outside(group)
        if self.aims and not self.strong:
            self.strong = bool(self.grammar.plan_strong.search(group.left))
        readings = [self._reading(group, index) for index in range(len(group.figures))]
        subjects = self.subjects.of(group, readings[0])
        if not subjects:
            for figure in group.figures:
                self.leave(self.place, figure, "名称与数字对不上" if len(group.figures) > 1 else "找不到指标")
            return
        pairs = self._pairs(group, readings, subjects)
        each = self._time_of_each(group, subjects)
        for i, (figure, reading, subject) in enumerate(pairs):
            seen = self._observation(group, figure, reading, subject)
            yield replace(seen, time_period=each[i].period) if each else seen
        self.last = readings[-1]
        self.based = self._is_base(group.start, group.figures[-1])
        self.subjects.done, self.subjects.last_unit = group.figures[-1].right, group.figures[-1].unit
        self.scope.parts.tell(group, [subject for _, _, subject in pairs])
        self.memory.remember(list(dict.fromkeys(subject for _, _, subject in pairs)) if len(subjects) > 1 else subjects)
        if readings[0].starts_move or readings[0].ends_move:
            self.scope.move_from = readings[0] if readings[0].starts_move else None
            self.subjects.moving = readings[0].starts_move

    def _step_outside(self, group: Group) -> None:
        """What stood in brackets is not what is spoken of after them: 出口12亿元（其中竹器3亿元），增长5%."""
        inside = bool(bracket(self.text, group.figures[0].start))
        if inside and self.outside is None:
            self.outside = self.memory.subjects
        elif not inside and self.outside is not None:
            self.memory.subjects = self.outside or self.memory.subjects
            self.outside = None

    def _time_of_each(self, group: Group, subjects: list[Subject]) -> list[Found]:
        """一季度、上半年、前三季度增速分别为6.2%、3.9%、4.5%: the times of a row of one thing's figures, one each."""
        count = len(group.figures)
        if count < 2 or len(subjects) != 1 or "分别" not in group.left:
            return []
        listed = [found for found in self.times.own if group.start <= found.span.start < group.figures[0].start]
        gaps = (self.text[a.span.end : b.span.start] for a, b in pairwise(listed))
        return listed if len(listed) == count and all(_LISTED.fullmatch(gap) for gap in gaps) else []

    def _reading(self, group: Group, index: int) -> Reading:
        left = self._own_left(group, index) if index else group.left
        reading = measure(left, group.figures[index], group.right, self.grammar)
        if reading.measure is _LEVEL and self.based and (since := _SINCE_THEN.fullmatch(group.left)):
            value = reading.value
            return reading._replace(measure=_CHANGE, subject="", value=-value if value and since["down"] else value)
        return self._continued(group, reading)

    def _own_left(self, group: Group, index: int) -> str:
        """What a later figure of a row follows: its own word in 分别增长3.6%和下降1.2%, else the row's."""
        own = OTHER_WAY.fullmatch(self.text, group.figures[index - 1].right, group.figures[index].start)
        return own["word"] if own else group.left

    def _continued(self, group: Group, reading: Reading) -> Reading:
        """A percentage without a word of its own goes on with the last one's measure: 上半年-0.4%、前三季度1.7%."""
        if reading.measure is not _RATE:
            return reading
        grows = self.last is not None and self.last.measure is _GROWTH
        moved = self.scope.move_from is not None and self.scope.move_from.measure is _GROWTH
        if not reading.name_tail and not clean(reading.subject, self.grammar):
            plain = NO_NOUN.match(group.right) or not NOUN.match(group.right)
            if plain and "恢复" not in group.left and (grows or (moved and reading.ends_move)):
                return reading._replace(measure=_GROWTH, noun_right=False)
        if self.last_plan and group.left.strip() == "的":
            return reading._replace(subject="", name_tail="完成率", noun_right=False)
        return reading

    def _basis(self, group: Group, figure: Figure, basis: str | None) -> str | None:
        """The words of comparison as written, the time expressions in them put back: 较一季度."""
        if not basis:
            return None
        written = [self.text[m.start() : m.end()] for m in RUN.finditer(self.blanked, group.start, figure.left)]
        at = group.left.find(basis)
        times = iter(written[group.left[: max(at, 0)].count(TIME) :])
        filled = "".join(next(times, "") if char == TIME else char for char in basis)
        return filled.replace("分别", "").strip("，, 、") or None

    def _pairs(
        self, group: Group, readings: list[Reading], subjects: list[Subject]
    ) -> list[tuple[Figure, Reading, Subject]]:
        figures = group.figures
        if len(figures) == 1:
            return [(figures[0], readings[0], subject) for subject in subjects]
        if len(figures) == len(subjects):
            return list(zip(figures, readings, subjects, strict=True))
        return [(figure, reading, subjects[0]) for figure, reading in zip(figures, readings, strict=True)]

    def _known(self, subject: Subject) -> tuple[str, str | None]:
        """Indicator and activity; 总产值 of 规上工业企业 is an indicator of its own."""
        lexicon, joined = self.subjects.lexicon, f"{subject.activity or ''}{subject.indicator}"
        if subject.activity and lexicon.knows(joined):
            return lexicon.canonical(joined), None
        return lexicon.canonical(subject.indicator), subject.activity

    def _observation(self, group: Group, figure: Figure, reading: Reading, subject: Subject) -> Observation:
        indicator, activity = self._known(subject)
        plan = self._is_plan(group, figure, reading, subject)
        self.last_plan = plan
        kind = Measure.TARGET if plan and reading.measure is not _CHANGE else reading.measure
        period = self._period(group, figure, reading, subject, plan)
        if kind in _REACHED and self._ahead(period):
            kind = Measure.TARGET
        span = Span(self.place.span.start + figure.start, self.place.span.start + figure.end)
        return Observation(
            indicator=indicator,
            activity=activity,
            ref_area=self.place.document.ref_area,
            measure=kind,
            value=reading.value,
            value_text=figure.text,
            unit=figure.unit,
            bound=figure.bound,
            time_period=period if period and period.start[0] > _NO_YEAR else None,
            quote=self.text,
            section=self.place.section,
            span=span,
            raw_span=self.place.document.repaired.raw_span(span),
            paragraph=self.place.paragraph.index,
            basis=self._basis(group, figure, reading.basis),
            obs_status=self._status(figure),
            name_text=self._written(group, reading, subject),
            high=figure.high,
        )

    def _ahead(self, period: Period | None) -> bool:
        """Whether a time is of years after what is reported on, so that nothing can have been reached in it yet."""
        reported = self.place.document.time_period
        return period is not None and reported is not None and period.start[0] > reported.end[0]

    @staticmethod
    def _written(group: Group, reading: Reading, subject: Subject) -> str:
        """The name as written; of a rank with what it ranks: 总量 or 增速."""
        if reading.measure is not _RANK:
            return subject.written
        found = RANKED_OF.search(group.left)
        ranked = found[1] if found else ""
        return subject.written if subject.written.endswith(ranked) else subject.written + ranked

    def _status(self, figure: Figure) -> ObsStatus:
        if figure.bound is _MASKED:
            return ObsStatus.SUPPRESSED
        return ObsStatus.PROVISIONAL if self.provisional_from <= figure.start else _REPORTED

    def _is_plan(self, group: Group, figure: Figure, reading: Reading, subject: Subject) -> bool:
        left = group.left
        if reading.measure is _RANK or reading.measure is _CHANGE:
            return False
        if _OF_PLAN.search(left):
            return True
        if self.scope.plan:
            return not self.grammar.done.search(left)
        ahead = self.grammar.plan_after.match(group.right)
        if ahead and _NAMED_TASK.match(group.right) and _ACHIEVED.search(left):
            ahead = None
        if ahead or (self.strong and not self.grammar.done.search(left)):
            return True
        found = self.grammar.plan.search(left)
        if found and not reading.name_tail and not self.grammar.completion_end.search(left):
            return not self.grammar.done.search(left[found.end() :])
        return False

    def _period(self, group: Group, figure: Figure, reading: Reading, subject: Subject, plan: bool) -> Period | None:
        found = self._time_before(figure.start, reading.starts_move) or self.scope.period
        if reading.starts_move:
            here = self.times.before(figure.start, group.start)
            if here is None and found is not None and found.kind in ("span", "plan", "years"):
                return periods.whole(found.period.start[0] - 1)
            if here is None:
                base = resolve(found, self.scope.default, reading.measure, subject.written, plan)
                return periods.shift(base, -1) if base else None
        if plan and not self.scope.plan:
            own = self.times.before(figure.start, group.start)
            year = self.place.document.year
            if own is None:
                return periods.whole(year) if year else None
            return resolve(own, None, reading.measure, subject.written, plan)
        if not plan and self._is_base(group.start, figure):
            return self._year_before(found)
        done = self.scope.plan and not plan
        default = self.place.document.time_period if done else self.scope.default
        name = subject.written
        if found is not None and found.kind in LONG and _DEED.match(group.left):
            name = group.left.lstrip("，；、 " + TIME)
        return resolve(found, default, reading.measure, name, plan)

    def _is_base(self, start: int, figure: Figure) -> bool:
        """Whether a figure is the last year's: 比去年同期的3913人增加213人, （去年同期为43.2亿元）."""
        return self.looks_back and _LAST_YEAR.fullmatch(self.text, start, figure.start) is not None

    def _year_before(self, found: Found | None) -> Period | None:
        """（去年同期为43.2亿元）: what the same months of the last year had."""
        base = found.period if found is not None else self.place.document.time_period
        return periods.shift(base, -1) if base else None

    def _time_before(self, position: int, moved: bool) -> Found | None:
        """The last time before a place; a month's end holds up to the next semicolon, an event's date to the comma."""
        if not self.times.own:
            return None
        earlier = (found for found in reversed(self.times.own) if found.span.start < position)
        earlier = (found for found in earlier if moved or not self._rises_from(found, position))
        return next((time for time in earlier if not self._over(time, self.text[time.span.end : position])), None)

    def _rises_from(self, time: Found, position: int) -> bool:
        """Whether a time is only of what a thing rose from: 由2020年的41%提高到68%."""
        from_it = self.text.endswith(("从", "由"), 0, time.span.start)
        return from_it and _MOVED.search(self.text, time.span.end, position) is not None

    def _over(self, time: Found, between: str) -> bool:
        """Whether a time says nothing of what follows: an event's date, a month's end, the time that is hoped for."""
        if "；" in between and (time.kind == "end" or self._is_hoped(time)):
            return True
        return time.kind in ("month", "end") and bool(_STOPPED.search(between)) and bool(_EVENT.match(between))

    def _is_hoped(self, time: Found) -> bool:
        """Whether a time is still to come: 争取2023年上半年核准."""
        reported = self.place.document.time_period
        later = reported is not None and time.period.start > reported.end
        return later and bool(_HOPED.search(self.text, 0, time.span.start))
