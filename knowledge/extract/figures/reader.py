"""Reads the figures of a document: paragraph by paragraph, sentence by sentence, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from knowledge import periods
from knowledge.extract.figures import tables
from knowledge.extract.figures.context import (
    Times,
    carries,
    is_plan,
    plan_period,
    resolve,
    sections_ahead,
    sections_behind,
    times_in,
)
from knowledge.extract.figures.grammar import Grammar, compile_grammar
from knowledge.extract.figures.measures import TIME, Reading, measure
from knowledge.extract.figures.naming import Memory, Namer, Subject, clean
from knowledge.extract.figures.scan import Figure, scan
from knowledge.lexicon import Lexicon
from knowledge.model import (
    Bound,
    Document,
    Leftover,
    Measure,
    Observation,
    ObsStatus,
    Paragraph,
    ParagraphKind,
    Period,
    Span,
)
from knowledge.periods import Found

_STOP = re.compile(r"[，,；;。：:！？]")
_JOIN = re.compile(r"^(?:个|户|家|以上|左右|多|、|和|及|与|以及|至|约|近|超过?|突破|负|增长|逾|达|\s|\*)*$")
_JOINED = re.compile(r"[、，和与及]")
_EACH = re.compile(r"(?<![平年人月户亩])均(?!衡)|都(?!市)|双双|皆|同为|分别|各(?=为|达|占|增|下|排|居|列|\d)")
_SHORT_TIME = re.compile(
    r"(?:连续|历时|为期|提前|延长|缩短|推迟|压缩|近|第|每|用时|仅用|约|工期|限期|只需|过去|未来|今后|不到|超过?|满|的|减至|压减至)$"
)
_TIME_UNITS = ("个月", "天", "小时", "分钟", "岁", "学时", "课时")
_NOUN = re.compile(r"^[\s*]*的?[\s*]*(?=[\u4e00-\u9fffA-Za-z“])(?![年月日号])")
_NO_NOUN = re.compile(
    r"^[\s*]*(?:的?[，、；。：]|和|及|与(?!会)|以上|左右|以内|增长|增加|增至|增速|同比|较|比(?!赛)|居|列(?!车)|排(?!污|涝|水)|占(?!地)|为(?!民)|达|是|下降|提高|到|至|进入"
    r"|获|荣|已|均|都(?!市)|全部|完成|其中|等|且|并|后|时|起|之|的?(?:节点|年度|全年|预期)?(?:目标|任务|速度|比例|比重)|来|通过|实现|被|列入|入选|成功|升至|跃升|由|从|上升|减少|减幅"
    r"|竣工|开工|建成|投产|扩大|或|正在|尚|用于|(?:新|大)?台阶|大?关口?(?:，|、|$)|以来|左右|不等|占地|分别|位居|排名|同期|，)"
)
_BASES = re.compile(rf"{TIME}(?:、|和){TIME}|[比较].*、")
_MASKED_TIME = re.compile(r"[xX]{1,4}(?:[-—－][xX]{1,4})?(?:年度?|月份?|日)[底末]?(?!度)")
_AFTER_TIME = re.compile(rf"{TIME}(?:末|底|前(?![移进列三茅])|之前|内|间|期间|以来|来|初|份|时)")
_RUN = re.compile(f"{TIME}+")
_CLAUSES = re.compile(r"[，：]")
_PARTS = re.compile(r"[；。]")
_RANK_JOIN = re.compile(r"[、和，及与]\s*第?")
_PROVISIONAL = re.compile(r"初步核算|预计|快报")
_TITLE = re.compile(r"《([^》]{4,40})》")
_BRACKET = re.compile(r"（[^（）]{1,12}）(?=[\u4e00-\u9fff])")
_NOUN_END = re.compile(r"[，；。：！？（(]")
_OWN = re.compile(r"[、，]|等$")
_AMONG = re.compile(r"(?<=[业目市位员县镇户人])中$")
_ITS_RATE = re.compile(r"(?:水质)?[\u4e00-\u9fff]{2}率(?:、[\u4e00-\u9fff]{2}率)*$")
_TOTAL = re.compile(r"累计|总数|总量|总计")
_RATE = re.compile(r".{0,4}率")
_SHORTLY = re.compile(r"内|以来|前|后|之内|左右")
_COUNTED = re.compile(r"[共计有达]$")
_POLICY = re.compile(r"^(?:等|政策|措施|意见|举措|新政|具体|任务)")
_AFTER_THRESHOLD = re.compile(r"^[\s*]*的?(?:[\u4e00-\u9fffA-Za-z“])")
_KIND_NOUN = re.compile(
    r"^[\s*]*(?:级|元?俱乐部|企业|项目|产业|行业|集群|产业集群|镇|强镇|村|大项目|的(?:企业|新增|有|达|项目|单位|镇|村|大户|行业|产业)|园区|规模的|规模以上|的?(?:重大|大型|工业|制造业|产业|企业|项目|龙头|单体|制造|服务业|外资))"
)
_TOPIC = re.compile(
    r"^(.{2,24}?)(?=因|受|由于|保持|继续|坚持|在(?!线)|快速|持续|呈|稳|运行|发展|实现|平稳|逆势|表现|$)"
)


@dataclass(slots=True)
class _Scope:
    """What a paragraph has set so far."""

    period: Found | None = None
    default: Period | None = None
    plan: bool = False
    memory: Memory = field(default_factory=Memory)
    move_from: Reading | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Figures in a row, parted by 、 or 和 only; `left` is the text before, up to the clause's or last figure's end."""

    figures: tuple[Figure, ...]
    left: str
    right: str
    start: int  # where `left` begins in the sentence
    first_in_clause: bool


def read(document: Document, lexicon: Lexicon) -> tuple[tuple[Observation, ...], tuple[Leftover, ...]]:
    """Every figure of a document, in its order, and the numbers with units that could not be read."""
    reader = Reader(document, lexicon)
    observations: list[Observation] = []
    for paragraph in document.paragraphs:
        observations += reader.paragraph(paragraph)
    return tuple(observations), tuple(reader.leftovers)


_EVENT = re.compile(
    "(?:份|底|初|中旬|上旬|下旬)?(?:前|起)?(?:已|可|将|正式|顺利|全面|全部|可以)?"
    "(?:开工|竣工|投产|投用|投运|建成|完工|通车|开园|上线|启动|获批|结顶|开业|开港|揭牌|交付|验收|通过|运营|开馆|合龙)"
)


class Reader:
    """Reads one document; what was spoken of is carried from clause to clause."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self.document, self.lexicon = document, lexicon
        self.grammar: Grammar = compile_grammar(lexicon)
        self.leftovers: list[Leftover] = []
        self._full: dict[str, str] = {}
        self._sections: dict[tuple[str, ...], tuple[bool, Period | None]] = {}
        self._ahead = sections_ahead(document, self.grammar)
        self._behind = sections_behind(document, self.grammar)
        self._long: Found | None = None  # 五年来: holds for the paragraphs that follow in the same section
        self._long_section: tuple[str, ...] = ()

    def paragraph(self, paragraph: Paragraph) -> Iterator[Observation]:
        """The figures of one paragraph."""
        if paragraph.kind is ParagraphKind.TABLE_ROW:
            yield from tables.rows(self.document, paragraph, self.lexicon)
            return
        if (
            paragraph.kind in (ParagraphKind.TITLE, ParagraphKind.HEADING)
            and len(paragraph.span.of(self.document.text)) < 40
        ):
            self._long = None
            return
        scope = self._scope(paragraph, paragraph.section)
        sections = paragraph.sentence_sections or (paragraph.section,) * len(paragraph.sentences)
        spans = paragraph.sentences or (paragraph.span,)
        section = paragraph.section
        for i, span in enumerate(spans):
            if i < len(sections) and sections[i] != section:
                section = sections[i]
                scope.plan, scope.default = self._plans(section)
            yield from self._sentence(paragraph, span, section, scope)

    def _plans(self, section: tuple[str, ...]) -> tuple[bool, Period | None]:
        """Whether a section speaks of plans, and the period that its figures are of unless they say otherwise."""
        if section not in self._sections:
            top = section[0] if section else ""
            rest = section[1:] if top in self._behind else section
            plan = top in self._ahead or is_plan(rest, self.document, self.grammar)
            period = plan_period(section, self.document) if plan else self.document.time_period
            self._sections[section] = (plan, period)
        return self._sections[section]

    def _scope(self, paragraph: Paragraph, section: tuple[str, ...]) -> _Scope:
        plan, default = self._plans(section)
        scope = _Scope(None, default, plan, Memory(full=self._full))
        if plan:
            return scope
        start = paragraph.span.start
        times = times_in(self.document.text[start : min(start + 40, paragraph.span.end)], self.document)
        first = times.own[0] if times.own else None
        if first is not None and first.kind in ("span", "plan", "years"):
            self._long, self._long_section = first, section
        elif first is not None and first.kind in ("year", "now") and first.span.start < 6:
            self._long = None
        same = section == self._long_section or (bool(section) and section[-1].startswith(("—", "－")))
        if self._long is not None and same:
            scope.period = self._long
        return scope

    def _sentence(
        self, paragraph: Paragraph, span: Span, section: tuple[str, ...], scope: _Scope
    ) -> Iterator[Observation]:
        text = span.of(self.document.text)
        if not self.grammar.has_figure.search(text):
            return
        times = times_in(text, self.document, scope.default if scope.plan else None)
        figures = scan(text, self.grammar, self.lexicon, [(t.span.start, t.span.end) for t in times.all])
        usable = []
        for figure in figures:
            reason = figure.skip or self._unfit(text, figure)
            if reason:
                if reason != "没有单位":
                    self._leave(paragraph, span, figure, reason)
            else:
                usable.append(figure)
        reader = _Sentence(self, paragraph, span, text, section, scope, times)
        yield from reader.read(usable)
        if times.own and carries(times.own[-1]) and not scope.plan:
            scope.period = times.own[-1]

    def _unfit(self, text: str, figure: Figure) -> str:
        """Why a figure is none: a threshold, a duration, a policy's articles."""
        before, after = text[: figure.start], text[figure.right :]
        bounded = text[figure.end : figure.right].endswith(("以上", "以下", "以内"))
        amount = figure.kind in ("money", "physical", "count")
        if amount and bounded and _AFTER_THRESHOLD.match(after) and not self.grammar.growth_after.match(after):
            return "门槛"
        if figure.kind == "money" and _KIND_NOUN.match(after):
            return "门槛"
        if figure.unit in _TIME_UNITS and (_SHORT_TIME.search(before) or _SHORTLY.match(after)):
            return "时长"
        if (
            figure.unit.endswith("条")
            and (_POLICY.match(after) or after.startswith("等"))
            and not _COUNTED.search(before)
        ):
            return "政策条文"
        if figure.kind == "share" and before.endswith(("前", "排名前")):
            return "名次的百分比"
        if figure.unit.endswith(("次", "届")) and before.endswith("第"):
            return "序数"
        return ""

    def _leave(self, paragraph: Paragraph, span: Span, figure: Figure, reason: str) -> None:
        place = Span(span.start + figure.start, span.start + figure.end)
        self.leftovers.append(Leftover(figure.text + figure.unit, place, paragraph.index, reason))


class _Sentence:
    """One sentence on its way to observations."""

    def __init__(
        self,
        reader: Reader,
        paragraph: Paragraph,
        span: Span,
        text: str,
        section: tuple[str, ...],
        scope: _Scope,
        times: Times,
    ) -> None:
        self.reader, self.paragraph, self.span, self.text = reader, paragraph, span, text
        self.section, self.scope, self.times = section, scope, times
        self.grammar, self.memory = reader.grammar, scope.memory
        self.memory.recent = []
        self.namer = Namer(reader.lexicon, self.grammar, self.memory)
        self.blanked = self._blank()
        self.last: Reading | None = None
        self.last_unit = ""
        self.last_plan = False
        self.done = 0  # where the last figure that was read ends
        self.strong = False  # 力争, 确保: holds for the rest of the sentence part
        if self.grammar.plan_opening.search(text) and not re.search(r"圆满|完成了|回顾", text[:20]):
            scope.plan = True

    def _blank(self) -> str:
        """The sentence with each time expression replaced by marks of the same length."""
        text = _MASKED_TIME.sub(lambda found: TIME * len(found.group()), self.text)
        for found in self.times.all:
            text = text[: found.span.start] + TIME * (found.span.end - found.span.start) + text[found.span.end :]
        text = _AFTER_TIME.sub(lambda found: TIME * len(found.group()), text)
        return text.replace("*", " ")

    def read(self, figures: list[Figure]) -> Iterator[Observation]:
        """The observations of the sentence's figures."""
        for group in self._groups(figures):
            yield from self._group(group)

    def _groups(self, figures: list[Figure]) -> Iterator[Group]:
        i = 0
        while i < len(figures):
            j = i + 1
            while j < len(figures) and self._together(figures[j - 1], figures[j]):
                j += 1
            previous = figures[i - 1].right if i else 0
            start, first = self._left_start(previous, figures[i].start)
            left = _RUN.sub(TIME, self.blanked[start : figures[i].left])
            following = figures[j].start if j < len(figures) else len(self.text)
            right = _RUN.sub(TIME, self.blanked[figures[j - 1].right : following])
            yield Group(tuple(figures[i:j]), left, right, start, first)
            i = j

    def _together(self, one: Figure, other: Figure) -> bool:
        gap = self.text[one.right : other.start]
        same = one.kind == other.kind and one.unit.lstrip("万亿千") == other.unit.lstrip("万亿千")
        if one.kind == "rank":
            return bool(_RANK_JOIN.fullmatch(gap)) and same
        return same and bool(_JOIN.match(gap)) and bool(_JOINED.search(gap)) and "增" not in gap

    def _left_start(self, previous: int, start: int) -> tuple[int, bool]:
        """Where the clause of a figure begins, or the last figure ended in it."""
        stops = [found.end() for found in _STOP.finditer(self.text, previous, start) if not self._inside(found.start())]
        if stops:
            return stops[-1], True
        return previous, previous == 0

    def _inside(self, position: int) -> bool:
        """Whether a place stands in brackets or quotation marks."""
        head = self.text[:position]
        return head.count("（") > head.count("）") or head.count("“") > head.count("”")

    # -- one group of figures

    def _group(self, group: Group) -> Iterator[Observation]:
        previous = self.text[: group.start]
        if previous.endswith(("；", "。", ";")):
            self.memory.recent = []
            self.strong = False
        self.strong = self.strong or bool(self.grammar.plan_strong.search(group.left))
        readings = [measure(group.left, figure, group.right, self.grammar) for figure in group.figures]
        readings = [self._continued(group, reading) for reading in readings]
        subjects = self._subjects(group, readings[0])
        if not subjects:
            for figure in group.figures:
                self.reader._leave(self.paragraph, self.span, figure, "找不到指标")
            return
        pairs = self._pairs(group, readings, subjects)
        for figure, reading, subject in pairs:
            yield self._observation(group, figure, reading, subject)
        self.done = group.figures[-1].right
        self.last, self.last_unit = readings[-1], group.figures[-1].unit
        self.memory.remember(list(dict.fromkeys(subject for _, _, subject in pairs)) if len(subjects) > 1 else subjects)
        if readings[0].starts_move or readings[0].ends_move:
            self.scope.move_from = readings[0] if readings[0].starts_move else None

    def _continued(self, group: Group, reading: Reading) -> Reading:
        """A percentage without a word of its own goes on with the last one's measure: 上半年-0.4%、前三季度1.7%."""
        grows = self.last is not None and self.last.measure is Measure.GROWTH
        moved = self.scope.move_from is not None and self.scope.move_from.measure is Measure.GROWTH
        if reading.measure is Measure.RATE and not reading.name_tail and not clean(reading.subject, self.grammar):
            plain = _NO_NOUN.match(group.right) or not _NOUN.match(group.right)
            if plain and (grows or (moved and reading.ends_move)):
                return replace(reading, measure=Measure.GROWTH, noun_right=False)
        if self.last_plan and group.left.strip() == "的" and reading.measure is Measure.RATE:
            return replace(reading, name_tail="完成率", noun_right=False)
        return reading

    def _basis(self, group: Group, figure: Figure, basis: str | None) -> str | None:
        """The words of comparison as written, the time expressions in them put back: 较一季度."""
        if not basis:
            return None
        written = [self.text[m.start() : m.end()] for m in _RUN.finditer(self.blanked, group.start, figure.left)]
        at = group.left.find(basis)
        times = iter(written[group.left[: max(at, 0)].count(TIME) :])
        filled = "".join(next(times, "") if char == TIME else char for char in basis)
        return filled.replace("分别", "").strip("，, 、") or None

    def _pairs(
        self, group: Group, readings: list[Reading], subjects: list[Subject]
    ) -> list[tuple[Figure, Reading, Subject]]:
        figures = group.figures
        if len(figures) == len(subjects):
            return list(zip(figures, readings, subjects, strict=True))
        if len(figures) == 1:
            return [(figures[0], readings[0], subject) for subject in subjects]
        return [(figure, reading, subjects[0]) for figure, reading in zip(figures, readings, strict=True)]

    def _subjects(self, group: Group, reading: Reading) -> list[Subject]:
        """Whose figures these are: of the text before, of the noun after, or of what was spoken of."""
        count, memory = len(group.figures), self.memory
        text = clean(reading.subject, self.grammar)
        context = memory.subjects[-1] if memory.subjects else None
        if reading.ends_move and self.scope.move_from and memory.subjects and not text:
            return memory.subjects
        noun = self._noun(group, text, reading)
        if noun:
            return [self.namer.one(noun, reading.name_tail, context)]
        if text:
            listed = self._list(group, reading, count, context)
            if listed:
                return listed
            return self._one(group, text, reading, context)
        return self._carried(group, reading, count)

    def _one(self, group: Group, text: str, reading: Reading, context: Subject | None) -> list[Subject]:
        """A single name; a leaning one takes what the clauses before it speak of."""
        topics = self._topics(group) if self._leans(text) else []
        if topics:
            return [self.namer.one(text, reading.name_tail, topic) for topic in topics]
        parent = self.memory.subjects[0] if self.memory.subjects else None
        if group.left.lstrip("，；").startswith("其中") and group.figures[0].kind == "count" and parent is not None:
            return [Subject(parent.indicator, text, text)]
        if len(text) <= 2 and context is not None and self._like_last(group) and not self._leans(text):
            return [Subject(context.indicator, text, text)]
        item = self._last_item(text)
        if item != text and group.first_in_clause:
            context = self.namer.one(clean(text[: -len(item)], self.grammar))
        return [self.namer.one(item, reading.name_tail, context)]

    def _like_last(self, group: Group) -> bool:
        """Whether the last figure of the same sentence part has the same unit: 上涨的城市20个，持平的2个."""
        return bool(self.memory.recent) and self.last_unit == group.figures[0].unit

    @staticmethod
    def _last_item(text: str) -> str:
        """A name without the predicate before it: 线路实现运营、总里程 -> 总里程."""
        parts = re.split(r"、", text)
        if (
            len(parts) > 1
            and re.search(r"实现|完成|达到|建成|成环|运营|为主|通过|开展", parts[-2])
            and len(parts[-1]) > 1
        ):
            return parts[-1]
        return text

    def _leans(self, text: str) -> bool:
        return (
            text in self.grammar.relational
            or text in self.reader.lexicon.bare
            or bool(_RATE.fullmatch(text))
            or bool(self.grammar.deed.fullmatch(text) and len(text) <= 6)
        )

    def _list(self, group: Group, reading: Reading, count: int, context: Subject | None) -> list[Subject]:
        """A list of names for a list of figures, or for one that all share (均, 都)."""
        raw = reading.subject.replace(TIME, "")
        if count > 1:
            return self.namer.many(raw, count, reading.name_tail, context)
        if _EACH.search(group.left):
            return self.namer.many(raw, 0, reading.name_tail, context)
        return self._shared(group, reading, raw, context)

    def _shared(self, group: Group, reading: Reading, raw: str, context: Subject | None) -> list[Subject]:
        """One bound that several places or sectors passed alike: 甲镇、乙镇生产总值超过500亿元."""
        figure = group.figures[0]
        fits = reading.measure is Measure.GROWTH or (reading.measure is Measure.LEVEL and figure.kind == "money")
        if figure.bound is not Bound.AT_LEAST or not fits or "、" not in raw or "等" in raw:
            return []
        listed = self.namer.many(raw, 0, reading.name_tail, context)
        return listed if reading.measure is Measure.GROWTH or len({s.indicator for s in listed}) == 1 else []

    def _carried(self, group: Group, reading: Reading, count: int) -> list[Subject]:
        """No name before the figure: the subjects of the last figures, or what the clause before speaks of."""
        memory = self.memory
        topics = self._topics(group)
        if topics and (count == len(topics) or count == 1):
            subjects = topics
        elif (
            count > 1
            and len(memory.subjects) != count
            and len(memory.recent) >= count
            and not _BASES.search(group.left)
        ):
            subjects = memory.recent[-count:]
        elif count == 1 and _EACH.search(group.left) and len(memory.recent) > 1:
            subjects = list(memory.recent)
        else:
            subjects = memory.subjects
        if not subjects:
            return []
        if reading.name_tail:
            return [self.namer.one("", reading.name_tail, subject) for subject in subjects]
        if reading.measure is Measure.LEVEL and _TOTAL.search(group.left):
            subjects = [self.namer.in_all(subject) for subject in subjects]
        if count == 1 and len(subjects) > 1 and not _EACH.search(group.left):
            return subjects[-1:]
        return subjects

    def _topics(self, group: Group) -> list[Subject]:
        """What the figureless clauses right before speak of: a sector, an indicator, a list of such."""
        head = _PARTS.split(self.blanked[self.done : group.start])[-1]
        clauses = _CLAUSES.split(head)
        if self.done and "；" not in self.blanked[self.done : group.start]:
            clauses = clauses[1:]  # the rest of the clause that the last figure stands in
        clauses = [c for c in clauses if c.strip()]
        if not head.endswith(("，", ",")):
            return []
        for clause in reversed(clauses):
            if quoted := _TITLE.search(clause):
                return [Subject(quoted[1], None, quoted[1])]
            found = _TOPIC.match(clause.strip(TIME + " "))
            name = clean(found.group(1) if found else clause, self.grammar)
            if not 1 < len(name) <= 24:
                continue
            listed = self.namer.many(name, 0)
            if listed and self._is_topic(listed[-1].written):
                return listed
            if self._is_topic(name):
                return [self.namer.one(name)]
        names = [clean(clause, self.grammar) for clause in clauses] if not self.done else []
        return next(([self.namer.one(name)] for name in names if 3 < len(name) <= 20), [])

    def _is_topic(self, name: str) -> bool:
        return bool(self.grammar.scope_end.search(name)) or self.reader.lexicon.knows(name)

    def _noun(self, group: Group, text: str, reading: Reading) -> str:
        """The name right after a count: 36个重点项目; or after a share: 53%的企业表示利润收窄."""
        figure = group.figures[-1]
        right = group.right
        share = reading.noun_right and figure.kind == "share" and (not text or not right.lstrip().startswith("的"))
        counted = figure.kind in ("count", "") and reading.measure in (Measure.LEVEL, Measure.CHANGE)
        bulk = figure.kind in ("physical", "money") and len(text) <= 2
        if not (share or counted or bulk) or not _NOUN.match(right) or _NO_NOUN.match(right):
            return ""
        right = _BRACKET.sub("", right)
        noun = _NOUN_END.split(right)[0].strip()
        ended = len(noun) < len(right.strip())
        noun = noun.split("、")[0] if not ended else noun
        if not ended or len(noun) > 10:
            cut = self.grammar.cut.search(noun, 2)
            noun = noun[: cut.start()] if cut else noun
        noun = noun if ended else _ITS_RATE.sub("", noun)
        noun = _AMONG.sub("", clean(noun.removeprefix("的"), self.grammar)[:24])
        if not noun or (len(noun) < 2 and text):
            return ""
        own = _OWN.split(text)[-1] if "、" not in text else ""
        own = "" if len(own) > 10 or own in ("组织", "帮助", "引导", "推动", "对", "为", "与") else own
        tail = "占比" if share and not text else ""
        return own + noun + tail

    def _observation(self, group: Group, figure: Figure, reading: Reading, subject: Subject) -> Observation:
        plan = self._is_plan(group, figure, reading, subject)
        self.last_plan = plan
        kind = Measure.TARGET if plan and reading.measure is not Measure.CHANGE else reading.measure
        period = self._period(group, figure, reading, subject, plan)
        span = Span(self.span.start + figure.start, self.span.start + figure.end)
        masked = figure.bound.value == "masked"
        status = ObsStatus.SUPPRESSED if masked else ObsStatus.REPORTED
        if status is ObsStatus.REPORTED and _PROVISIONAL.search(self.text[: figure.start]):
            status = ObsStatus.PROVISIONAL
        return Observation(
            indicator=self.reader.lexicon.canonical(subject.indicator),
            activity=subject.activity,
            ref_area=self.reader.document.ref_area,
            measure=kind,
            value=reading.value,
            value_text=figure.text,
            unit=figure.unit,
            bound=figure.bound,
            time_period=period,
            quote=self.text,
            section=self.section,
            span=span,
            raw_span=self.reader.document.repaired.raw_span(span),
            paragraph=self.paragraph.index,
            basis=self._basis(group, figure, reading.basis),
            obs_status=status,
            name_text=subject.written,
            high=figure.high,
        )

    def _is_plan(self, group: Group, figure: Figure, reading: Reading, subject: Subject) -> bool:
        left = group.left
        if reading.measure in (Measure.RANK, Measure.CHANGE):
            return False
        if self.scope.plan:
            return not self.grammar.done.search(left)
        if self.grammar.plan_after.match(group.right) or (self.strong and not self.grammar.done.search(left)):
            return True
        found = self.grammar.plan.search(left)
        if found and not reading.name_tail and not self.grammar.completion_end.search(left):
            return not self.grammar.done.search(left[found.end() :])
        return False

    def _period(self, group: Group, figure: Figure, reading: Reading, subject: Subject, plan: bool) -> Period | None:
        found = self._time_before(figure.start) or self.scope.period
        if reading.starts_move:
            here = self.times.before(figure.start, group.start)
            if here is None and found is not None and found.kind in ("span", "plan", "years"):
                return periods.whole(found.period.start[0] - 1)
            if here is None:
                base = resolve(found, self.scope.default, reading.measure, subject.written, plan)
                return periods.shift(base, -1) if base else None
        if plan and not self.scope.plan:
            own = self.times.before(figure.start, group.start)
            year = self.reader.document.year
            if own is None:
                return periods.whole(year) if year else None
            return resolve(own, None, reading.measure, subject.written, plan)
        done = self.scope.plan and not plan
        default = self.reader.document.time_period if done else self.scope.default
        return resolve(found, default, reading.measure, subject.written, plan)

    def _time_before(self, position: int) -> Found | None:
        """The last time before a place; a month's end holds up to the next semicolon, an event's date to the comma."""
        earlier = (found for found in reversed(self.times.own) if found.span.start < position)
        return next((time for time in earlier if not self._over(time, self.text[time.span.end : position])), None)

    @staticmethod
    def _over(time: Found, between: str) -> bool:
        if time.kind == "end" and "；" in between:
            return True
        return time.kind in ("month", "end") and bool(re.search("[，；]", between)) and bool(_EVENT.match(between))


def without_doubles(observations: list[Observation]) -> list[Observation]:
    """The observations, each figure of each subject once."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for obs in observations:
        key = (obs.span, obs.indicator, obs.activity, obs.measure)
        if key not in seen:
            seen.add(key)
            kept.append(obs)
    return kept


__all__ = ["Reader", "read", "replace", "without_doubles"]
