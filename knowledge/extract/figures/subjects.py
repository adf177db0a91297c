"""subjects: whose a figure is, by the text before it, the noun after it, or what was spoken of."""

from __future__ import annotations

import re

from knowledge.extract.figures.grammar import Grammar
from knowledge.extract.figures.groups import Group
from knowledge.extract.figures.measures import TIME, Reading
from knowledge.extract.figures.naming import Memory, Namer, Subject, clean, split
from knowledge.extract.figures.parts import Parts, work_of
from knowledge.lexicon import Lexicon
from knowledge.model import Bound, Measure

_EACH = re.compile(r"均(?<![平年人月户亩]均)(?!衡)|都(?!市)|双双|皆|同为|分别|各(?=为|达|占|增|下|排|居|列|\d)")
NOUN = re.compile(r"^[\s*]*的?[\s*]*(?=[\u4e00-\u9fffA-Za-z“])(?![年月日号])")
NO_NOUN = re.compile(
    r"^[\s*]*(?:的?[，、；。：]|和|及|与(?!会)|以上|左右|以内|增长|增加|增至|增速|同比|较|比(?!赛)|居|列(?!车)|排(?!污|涝|水)|占(?!地)|为(?!民)|达|是|下降|提高|到|至|进入"
    r"|获|荣|已|均|都(?!市)|全部|完成|其中|等|且|并|后|时|起|之|的?(?:节点|年度|全年|预期)?(?:目标|任务|速度|比例|比重)|来|通过|实现|被|列入|入选|成功|升至|跃升|由|从|上升|减少|减幅"
    r"|竣工|开工|建成|投产|扩大|或|正在|尚|用于|(?:新|大)?台阶|大?关口?(?:，|、|$)|以来|左右|不等|占地|分别|位居|排名|同期|，)"
)
_BASES = re.compile(rf"{TIME}(?:、|和){TIME}|[比较].*、")
_CLAUSES = re.compile(r"[，：]")
_ITEMS = re.compile(r"[，：:；。、）)]|依次[为是]|分别[为是]|包括|的(?=.{2})")
_PARTS = re.compile(r"[；。]")
_TITLE = re.compile(r"《([^》]{4,40})》")
_BRACKET = re.compile(r"（[^（）]{1,12}）(?=[\u4e00-\u9fff])")
_NOUN_END = re.compile(r"[，；。：！？（()）]")
_OWN = re.compile(r"[、，]|等$")
_AMONG = re.compile(r"(?<=[业目市位员县镇户人])中$")
_ITS_RATE = re.compile(r"(?:水质)?[\u4e00-\u9fff]{2}率(?:、[\u4e00-\u9fff]{2}率)*$")
_TOTAL = re.compile(r"累计|总数|总量|总计")
_RATE = re.compile(r".{0,4}率")
_JOINED_ON = re.compile(r"[和及与]$")
_WORK = re.compile(r"的([^，；。、的]{3,24}?(?:项目|工程|基地|中心|园区|产业园|生产线|大桥|医院|学校))")
_PREDICATE = re.compile(r"实现|完成|达到|建成|成环|运营|为主|通过|开展")
RANKED_OF = re.compile(r"(总量|增速|增幅)(?:均|也|已|仍|还|分别|在)?(?:位|排|列|居|名|全|第|跃|升|保|稳)")
_OF_AIM = re.compile(r"的[^，；。]{0,4}(?:目标|任务|要求|标准)")
_ADDED = re.compile(r"(新增|净增)[加了约近]*$")
_A_DIGIT = re.compile(r"\d")
_IS_RATE = re.compile(r"(?:率|比例|占比|比重)$")
_REACHED = re.compile(r"(?:达到?|增至|增加到)$")
_REACHES = re.compile(r"(?:达到?|为|也|均)[^，；]{0,3}$")
_TELLS_SHARE = re.compile(r"率|[占之]?比|度$|比例|覆盖|成$")
_ENUMERATED = re.compile("、(?![^“]*”)")
_BECAUSE = re.compile(r"(?<=...)(?:因|受)(?![益理众训害托援助子素为种灾贿奖让检公私地材时势此])[^、，]{2,}$")
_SHARE_OF = re.compile("占(.+)比重")
_TOPIC = re.compile(
    r"^(.{2,24}?)(?=因|受|由于|保持|继续|坚持|取得|再创|在(?!线)|快速|持续|呈|稳|迈|突破|站上|跨|首次|再次|跃|运行|发展|实现|平稳|逆势|表现|$)"
)
# Looked up once: Python 3.11 takes as long to find a member in its enumeration as to search a short text.
_LEVEL, _GROWTH, _CHANGE, _RANK = Measure.LEVEL, Measure.GROWTH, Measure.CHANGE, Measure.RANK
_AT_LEAST = Bound.AT_LEAST


class Subjects:
    """The subjects of one sentence's figures. `done` and `last_unit` tell of the figures that were read."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar, memory: Memory, parts: Parts, blank: str) -> None:
        self.lexicon, self.grammar, self.memory, self.blanked = lexicon, grammar, memory, blank
        self.namer = Namer(lexicon, grammar, memory)
        self.done = 0  # where the last figure that was read ends
        self.last_unit = ""
        self.parts = parts
        self.moving = False  # whether a from-to pair is open

    def of(self, group: Group, reading: Reading) -> list[Subject]:
        """Whose figures these are: of the text before, of the noun after, or of what was spoken of."""
        count, memory = len(group.figures), self.memory
        text = clean(reading.subject, self.grammar)
        text = _BECAUSE.sub("", text) if "因" in text or "受" in text else text
        context = memory.subjects[-1] if memory.subjects else None
        if reading.ends_move and self.moving and memory.subjects and not text:
            return memory.subjects
        if reading.measure is _RANK and (ranked := self._ranked(group, text)):
            return ranked
        if named := self._named_after(group, text):
            return [Subject(text, named, text)]
        if count == 1 and (part := self.parts.in_state(group, text)):
            return [part]
        noun = self._noun(group, text, reading)
        if noun:
            return [self.namer.one(noun, reading.name_tail, context)]
        if count > 1 and (wholes := self._wholes(reading.name_tail, count)):
            base = self.namer.one(text, "", context) if text else context
            return [self.namer.one("", whole, base) for whole in wholes]
        if text:
            listed = self._list(group, reading, count, context)
            if listed:
                return listed
            if each := self._of_each(group, text, reading):
                return each
            if count > 1 and "、" in text and "分别" in group.left:
                return []  # a list of names that does not fit the figures: none of them is told to which
            return self._one(group, self._with_shared_start(group, text), reading, context)
        return self._carried(group, reading, count)

    def _ranked(self, group: Group, text: str) -> list[Subject]:
        """总量居第3位、增速居第5位: both are ranks of one thing."""
        found = RANKED_OF.search(group.left)
        if found is None:
            return []
        name = text.removesuffix(found[1])
        if name:
            named = [self.namer.one(name)]
        else:
            named = [Subject(*subject.base) if subject.base else subject for subject in self.memory.subjects]
        return named if len(named) == len(group.figures) == 1 else []

    def _named_after(self, group: Group, text: str) -> str:
        """The work that follows its cost: 计划投资2.1亿元的中学迁建工程已完成投资1.3亿元."""
        if text not in self.grammar.relational or group.figures[0].kind != "money" or not group.first_in_clause:
            return ""
        found = _WORK.match(group.right)
        return found[1] if found else ""

    def _of_each(self, group: Group, text: str, reading: Reading) -> list[Subject]:
        """小学41所、初中18所，在校生分别为2.5万人、1.2万人: the new name is of each thing that was just listed."""
        count, listed = len(group.figures), self.memory.recent[-len(group.figures) :]
        if count < 2 or len(listed) < count or "分别" not in group.left or "、" in text or _BASES.search(group.left):
            return []
        if any(self.lexicon.knows(name) for name in (text, *(subject.indicator for subject in listed))):
            return []
        return [Subject(text + reading.name_tail, subject.written, text + reading.name_tail) for subject in listed]

    @staticmethod
    def _wholes(tail: str, count: int) -> list[str]:
        """占甲和乙比重 with two figures: the share of each."""
        found = _SHARE_OF.fullmatch(tail)
        parts = split(found[1]) if found else []
        return [f"占{part}比重" for part in parts] if len(parts) == count else []

    def _with_shared_start(self, group: Group, text: str) -> str:
        """公路客运量362万人次、货运量4823万吨: the second name begins as the first."""
        before = self.memory.subjects[-1].written if self.memory.subjects else ""
        start = before[: -len(text)]
        alike = before[-1:] == text[-1] and 1 < len(start) <= 4 and len(text) == 3 and before[-3:] != text
        return start + text if alike and group.left.startswith("、") and not self.lexicon.knows(text) else text

    def _one(self, group: Group, text: str, reading: Reading, context: Subject | None) -> list[Subject]:
        """A single name; a leaning one takes what the clauses before it speak of."""
        topics = self._topics(group) if self._leans(text) else []
        if topics:
            return [
                topic if topic.indicator.endswith(text) else self.namer.one(text, reading.name_tail, topic)
                for topic in topics
            ]
        figure = group.figures[0]
        if group.left.startswith("其中") and (figure.kind == "count" or figure.unit.endswith("人次")):
            apart = group.start == 0 or self.blanked[group.start - 1] in "；。"
            if parent := self.parts.whole(group, apart):
                return [Subject(parent.of or parent.indicator, text, text)]
            return [self.namer.one(text, reading.name_tail)]
        if text in self.grammar.relational and (work := self.parts.of_money(group)):
            return [Subject(text, work, text)]
        if self._is_rate_of(group, text, reading, context) and context is not None:
            return [Subject(context.indicator, text, text)]
        new = group.left.startswith("、")  # 幼儿园58所、小学41所: a thing of its own
        if len(text) <= 2 and context and self._like_last(group) and not self._leans(text) and not new:
            return [Subject(context.indicator, text, text)]
        item = self._last_item(text)
        if item != text and group.first_in_clause:
            context = self.namer.one(clean(text[: -len(item)], self.grammar))
        return [self.namer.one(item, reading.name_tail, context)]

    def _is_rate_of(self, group: Group, text: str, reading: Reading, context: Subject | None) -> bool:
        """阳光厨房建成率92.4%，学校食堂达到100%: a thing alone, whose rate is the one told before."""
        if context is None or reading.measure is not Measure.RATE or reading.name_tail or len(text) > 8:
            return False
        told = self.last_unit == "%" and context.indicator.endswith("率") and bool(_REACHES.search(group.left))
        return told and not _TELLS_SHARE.search(text) and not self._is_topic(text)

    def _like_last(self, group: Group) -> bool:
        """Whether the last figure of the same sentence part has the same unit: 上涨的城市20个，持平的2个."""
        return bool(self.memory.recent) and self.last_unit == group.figures[0].unit

    @staticmethod
    def _last_item(text: str) -> str:
        """A name without the predicate before it: 线路实现运营、总里程 -> 总里程."""
        *before, last = _ENUMERATED.split(text) if "、" in text else (text,)
        return last if before and len(last) > 1 and _PREDICATE.search(before[-1]) else text

    def _leans(self, text: str) -> bool:
        return (
            text in self.grammar.relational
            or text in self.lexicon.bare
            or bool(_RATE.fullmatch(text))
            or bool(self.grammar.deed.fullmatch(text) and len(text) <= 6)
        )

    def _list(self, group: Group, reading: Reading, count: int, context: Subject | None) -> list[Subject]:
        """A list of names for a list of figures, or for one that all share (均, 都)."""
        raw = reading.subject.replace(TIME, "")
        if count > 1 and (each := self._deed_of_each(raw, count)):
            return each
        if count > 1:
            return self.namer.many(raw, count, reading.name_tail, context)
        if _EACH.search(group.left):
            return self.namer.many(raw, 0, reading.name_tail, context)
        return self._shared(group, reading, raw, context)

    def _deed_of_each(self, raw: str, count: int) -> list[Subject]:
        """甲院、乙院分别托管卫生院10家和7家: one deed, told of each."""
        whose, _, deed = raw.partition("分别")
        name = clean(deed, self.grammar)
        if len(name) < 3 or self.namer.ends_known(name) or self.lexicon.knows(name):
            return []
        items = self.namer.items(whose, count)
        return [Subject(name, item, name) for item in items] if len(items) == count else []

    def _shared(self, group: Group, reading: Reading, raw: str, context: Subject | None) -> list[Subject]:
        """One bound that several places or sectors passed alike: 甲镇、乙镇生产总值超过500亿元."""
        figure = group.figures[0]
        fits = reading.measure is _GROWTH or (reading.measure is _LEVEL and figure.kind == "money")
        if figure.bound is not _AT_LEAST or not fits or "、" not in raw or "等" in raw:
            return []
        listed = self.namer.many(raw, 0, reading.name_tail, context)
        return listed if reading.measure is _GROWTH or len({s.indicator for s in listed}) == 1 else []

    def _carried(self, group: Group, reading: Reading, count: int) -> list[Subject]:
        """No name before the figure: the subjects of the last figures, or what the clause before speaks of."""
        memory = self.memory
        if count == 1 and (planned := self.parts.planned(group) or self._of_next_part(group)):
            return [planned]
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
        if reading.measure is _GROWTH:
            subjects = [Subject(*subject.base) if subject.base else subject for subject in subjects]
        if reading.name_tail:
            return [self.namer.one("", reading.name_tail, subject) for subject in subjects]
        if reading.measure is _LEVEL:
            subjects = self._amounts(group, subjects)
        if count == 1 and len(subjects) > 1 and not _EACH.search(group.left):
            return subjects[-1:]
        return subjects

    def _of_next_part(self, group: Group) -> Subject | None:
        """外资达到8亿美元，其中直接投资5亿美元；今年又达到9亿美元: after ； the whole goes on, not its part."""
        _, stop, between = self.blanked[self.done : group.start].rpartition("；")
        if not stop or not self.done or _A_DIGIT.search(between):
            return None
        return None if self._topics(group) else self.parts.outer()

    def _amounts(self, group: Group, subjects: list[Subject]) -> list[Subject]:
        """What an amount without a name is of: not of a rate, and what was done is not what was planned."""
        if group.figures[0].kind in ("count", "money", "physical"):
            subjects = [self._unrated(subject) for subject in subjects]
        if _TOTAL.search(group.left) or (TIME in group.left and _REACHED.search(group.left)):
            return [self.namer.in_all(subject) for subject in subjects]
        if (added := _ADDED.search(group.left)) and added[1] not in subjects[0].written:
            return [subject._replace(indicator=added[1] + subject.indicator) for subject in subjects]
        if "完成" in group.left and group.figures[0].kind == "money":
            works = [work_of(subject) for subject in subjects]
            return [
                Subject("完成投资", work, "完成投资") if work else s for s, work in zip(subjects, works, strict=True)
            ]
        return subjects

    @staticmethod
    def _unrated(subject: Subject) -> Subject:
        """What a rate is told of, for an amount that follows it."""
        if subject.base:
            return Subject(*subject.base)
        rate = subject.activity and _IS_RATE.search(subject.indicator)
        return Subject(subject.activity, None, subject.activity) if rate and subject.activity else subject

    def _topics(self, group: Group) -> list[Subject]:
        """What the figureless clauses right before speak of: a sector, an indicator, a list of such."""
        head = _PARTS.split(self.blanked[self.done : group.start])[-1]
        clauses = _CLAUSES.split(head)
        if self.done and "；" not in self.blanked[self.done : group.start]:
            clauses = clauses[1:]  # the rest of the clause that the last figure stands in
        if head.endswith(("（", "(")):
            return self._before_bracket(head[:-1])
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
        names = [_BECAUSE.sub("", clean(clause, self.grammar)) for clause in clauses] if not self.done else []
        return next(([self.namer.one(name)] for name in names if 3 < len(name) <= 20), [])

    def _before_bracket(self, head: str) -> list[Subject]:
        """The thing that a bracket tells of: 云岭电站（总投资7.5亿元）, 网络购物（占34.2%）."""
        clause = _ITEMS.split(head)[-1]
        name = clean(clause, self.grammar)
        return [self.namer.one(name)] if 1 < len(name) <= 24 else []

    def _is_topic(self, name: str) -> bool:
        return bool(self.grammar.scope_end.search(name)) or self.lexicon.knows(name) or self.namer.ends_known(name)

    def _noun(self, group: Group, text: str, reading: Reading) -> str:
        """The name right after a count: 36个重点项目; or after a share: 53%的企业表示利润收窄."""
        figure = group.figures[-1]
        right = group.right
        share = reading.noun_right and figure.kind == "share" and (not text or not right.lstrip().startswith("的"))
        counted = figure.kind in ("count", "") and (reading.measure is _LEVEL or reading.measure is _CHANGE)
        bulk = figure.kind in ("physical", "money") and (len(text) <= 2 or text.endswith(("扩建", "新建", "改建")))
        if not (share or counted or bulk) or not NOUN.match(right) or NO_NOUN.match(right):
            return ""
        if share and _OF_AIM.match(right):
            return ""
        right = _BRACKET.sub("", right) if "（" in right else right
        noun = _NOUN_END.split(right, 1)[0].strip()
        ended = len(noun) < len(right.strip())
        noun = noun.split("、")[0] if not ended else noun
        if not ended or len(noun) > 10:
            cut = self.grammar.cut.search(noun, 2)
            noun = noun[: cut.start()] if cut else noun
        noun = noun if ended else _ITS_RATE.sub("", noun)
        noun = _JOINED_ON.sub("", noun)
        noun = _AMONG.sub("", clean(noun.removeprefix("的"), self.grammar)[:24])
        if not noun or (len(noun) < 2 and text):
            return ""
        own = _OWN.split(text)[-1] if "、" not in text else ""
        told = self.memory.subjects[-1].written if self.memory.subjects else ""
        own = "" if own and told.endswith(_JOINED_ON.sub("", own)) and not group.first_in_clause else own
        own = "" if len(own) > 10 or own in ("组织", "帮助", "引导", "推动", "对", "为", "与") else own
        tail = "占比" if share and not text else ""
        return own + noun + tail
