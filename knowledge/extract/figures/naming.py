"""Names: the text before (or after) a figure -> indicator and activity, by the lexicon and what was spoken of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from knowledge.extract.alternation import first_characters
from knowledge.extract.figures.grammar import Grammar
from knowledge.lexicon import Lexicon

_AND = re.compile(r"、|以及|和(?!谐|平|睦)|与(?!试验|会)|及(?!其|以上|时)|，|(?<=”)(?=“)")
_MARKS = re.compile(r"[\s*#\x01]+|\[\d+\]|（[^）]*）$|^\d+[.、．]")
_LIST_SUFFIX = re.compile(
    r"(?:[\u4e00-\u9fff]{2}率|增加值|总产值|产值|余额|主营业务收入|营业收入|收入|投资|支出|(?:销售|零售|营业|交易|成交|进出口|出口|进口|税)额|总额"
    r"|(?<=.)(?:进出口|出口|进口)|用电量|发电量|产量|销量|吞吐量|运输量|业务量|面积|利润|税收|比重|占比|贷款|存款|人数|起数|件数|户数|家数|人次|里程|损失|费用|(?:事故|案件|企业|项目)数|(?:审批|办理|办结)?时[限间]|周期)$"
)
_KIND_WORDS = (
    r"占?(?:全年|年度|全部|省定|市定|年初)?(?:目标|计划|任务)(?:数|的)?$|(?:其|且|仍|并)*(?:增速|增幅|涨幅|降幅|跌幅|增长率|增长速度|位次|排名|名次)(?!.*(?:率|值|额|量))"
    r"|(?:年度|全年|节点|任务|目标|计划|指标|预期|任务数|目标任务|进度|[一二两三四五六七八九十]+批|数量|一个|和|与|及|，|实际|名义|可比|数|折合?|约?合)$"
    r"|(?:年度|全年|节点|任务|目标|计划|指标|预期|进度|[一二两三四五六七八九十]+批|和|与|及|，)+$"
)
_KIND_ONLY = re.compile(rf"{_KIND_WORDS}|[^\W\d_]$")
_KIND_BEGINS = first_characters(_KIND_WORDS)
_SCOPE_ONLY = re.compile(
    r"[A-Z\d]+类|[^，]{0,10}(?:以上|以下|级)|其他|城镇|农村|乡村|男性|女性|城市|本地|外地|省级|市级|国家级"
)
_LAST_AND = re.compile(r"(?:以及|和|与|及)(?!.*(?:以及|和|与|及))")
_KIND = re.compile(r"(?:企业|行业|产业|居民|学校|医院|项目|单位|人群|家庭|农户|园区)$")
_TELLS = re.compile(r"(?:率|比例|比重|占比|数|量|额)$")
_IS_RATE = re.compile(r"(?:率|比例|占比|比重)$")
_AGES = re.compile(r"中?\d{1,3}岁以[上下]的?|(?:平均)?年龄$|占比$")
_RATE_OF = re.compile(r".{1,3}率|占.{0,6}|.{0,2}(?:完成|开工|竣工|整改|办结|达标|合格|投产)率")
_ONE = re.compile("[\u4e00-\u9fff]")
_NUMBER = re.compile("第?[一二三四五六]")
_NUMBERED = re.compile("第?[一二三四五六](产业?|类|级|季度)(?=.|$)")
_COUNT_WORDS = re.compile(r"(?<=..)([两二三四五六]|[2-6])(?:个|家|大|镇|县|区|乡|市|类|条|项)[^、，]{0,6}$")
_DIGITS = {char: value for value, char in enumerate("二三四五六", 2)} | {"两": 2} | {str(n): n for n in range(2, 7)}
_TRAILING = 9  # characters at a name's end that are looked at in one go
_WHOLE = ("在册", "财政", "全社会", "地方", "省", "市", "县", "区", "全部", "县域", "全域", "境内")
_ADDED = ("新增", "新认定", "累计", "净增", "新建", "新建成", "新开工", "完成", "新培育", "新引进")
_ENDED = ("注销", "吊销", "退出")


class Subject(NamedTuple):
    """What a figure is of. `written` is the name as the document has it."""

    indicator: str
    activity: str | None
    written: str
    base: tuple[str, str | None, str] | None = None  # what it is the completion rate of
    of: str = ""  # of what a deed is told: 问题 in 问题整改

    @property
    def noun(self) -> str:
        """The thing itself, deeds before it taken off: 收集问题 -> 问题."""
        return (
            re.sub(
                r"^(?:累计|新增|收集|排查|检查|走访|完成|办理|处置|建成|开展|实施|新认定|认定|整改|受理)+",
                "",
                self.written,
            )
            or self.written
        )


@dataclass(slots=True)
class Memory:
    """What has been spoken of: within a sentence, a paragraph and the document."""

    subjects: list[Subject] = field(default_factory=list)  # of the last figure or list of figures
    recent: list[Subject] = field(default_factory=list)  # since the last semicolon, in order, each once
    full: dict[str, str] = field(default_factory=dict)  # bare name -> the last longer indicator that ends so

    def remember(self, subjects: list[Subject]) -> None:
        """These are spoken of now."""
        self.subjects = subjects
        self.recent += [subject for subject in subjects if subject not in self.recent]


@lru_cache(1024)
def clean(text: str, grammar: Grammar) -> str:
    """A name without marks and light words around it; empty if it only says what kind of number follows."""
    if not text.isalnum():  # as most names are: letters, Chinese ones among them, and digits, so no marks
        text = _MARKS.sub("", text)
    if _is_kind(text):
        return ""
    marked = text
    before = None
    while before != text:
        before = text
        may = text[-1:] in grammar.trail_ends or grammar.trail_open.search(text)
        if may and (light := grammar.trail.search(text, max(0, len(text) - _TRAILING))):
            text = text[: light.start()]
        if light := grammar.lead.match(text):
            text = text[light.end() :]
    if text.count("“") != text.count("”"):
        text = text.strip("“”") if text.count("“") + text.count("”") == 1 else text
    return "" if text != marked and _is_kind(text) else text


def _is_kind(text: str) -> bool:
    """Whether a name only says what kind of number follows: 增速, 全年目标, 亿."""
    return (text[:1] in _KIND_BEGINS or len(text) == 1) and _KIND_ONLY.match(text) is not None


@lru_cache(8)
def _bare_names(lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """The names that lean on a longer one, each with its canonical name."""
    return tuple((bare, lexicon.canonical(bare)) for bare in lexicon.bare)


@lru_cache(8)
def _last_two(lexicon: Lexicon) -> frozenset[str]:
    """The last two characters of every name that the lexicon may know."""
    return frozenset(name[-2:] for name in (*lexicon.names, *lexicon.bare, *lexicon.parts))


def split(text: str) -> list[str]:
    """The items of a list of names; quoted or bracketed marks do not part them.

    >>> split("电子信息、医药化工和汽车行业")
    ['电子信息', '医药化工', '汽车行业']
    """
    guarded = re.sub(
        r"“[^”]*”|（[^）]*）|《[^》]*》", lambda found: found.group().replace("、", "\x02").replace("和", "\x03"), text
    )
    return [item.replace("\x02", "、").replace("\x03", "和") for item in _AND.split(guarded) if item.strip()]


class Namer:
    """Makes subjects of texts, with a lexicon and what was spoken of before."""

    def __init__(self, lexicon: Lexicon, grammar: Grammar, memory: Memory) -> None:
        self._lexicon, self._grammar, self._memory = lexicon, grammar, memory

    def one(self, text: str, tail: str = "", context: Subject | None = None) -> Subject:
        """The subject that a cleaned, non-empty text names; short and leaning names take the context."""
        if tail:
            return self._tailed(text, tail, context)
        lexicon = self._lexicon
        if text in lexicon.bare:
            return self._bare(text, None, context)
        if lexicon.knows(text):
            return self._known(lexicon.canonical(text), None, text)
        leaning = self._leaning(text, context)
        if leaning:
            return leaning
        prefix, suffix = self._suffix(text)
        if suffix:
            return self._prefixed(prefix, suffix, text, context)
        return Subject(text, None, text)

    def _known(self, indicator: str, activity: str | None, written: str) -> Subject:
        full = self._memory.full
        for bare, plain in _bare_names(self._lexicon):
            if indicator == plain != bare:
                full[bare] = indicator
            elif bare in full and full[bare] == plain != bare:
                continue
            elif bare not in (indicator, written) and (indicator.endswith(bare) or written.endswith(bare)):
                full[bare] = indicator
        return Subject(indicator, activity, written)

    def _bare(self, text: str, activity: str | None, context: Subject | None) -> Subject:
        """产值 after 规模以上工业总产值 means that; with a sector that was spoken of, it is the sector's."""
        full = self._memory.full.get(text) or self._sibling(text, context) or self._lexicon.canonical(text)
        if activity is None and context is not None:
            activity = context.activity or (
                context.written if self._grammar.scope_end.search(context.written) else None
            )
        return Subject(full, activity, text)

    def _sibling(self, text: str, context: Subject | None) -> str | None:
        """增加值 after 规模以上工业总产值 is 规模以上工业增加值."""
        ends = sorted((bare for bare in self._lexicon.bare if context and context.indicator.endswith(bare)), key=len)
        name = context.indicator.removesuffix(ends[-1]) + text if context and ends else ""
        return name if name != text and name in self._lexicon.names else None

    def _leaning(self, text: str, context: Subject | None) -> Subject | None:
        """Names that say something of what was spoken of before: 总投资, A类, 整改, 已解决."""
        if context is None:
            return None
        if text in self._grammar.relational or _RATE_OF.fullmatch(text):
            if context.indicator.endswith(text):
                return context
            of_rate = _IS_RATE.search(context.indicator) or context.indicator in self._grammar.relational
            return Subject(text, context.activity if of_rate else context.of or self._thing(context), text)
        if len(text) <= 6 and self._grammar.deed.fullmatch(text):
            noun, activity = self._done_to(context)
            return Subject(noun + text, activity, noun + text, of=noun)
        if _SCOPE_ONLY.fullmatch(text):
            if "岁" in text:
                return Subject(_AGES.sub("", context.indicator) or context.indicator, text, text)
            return Subject(context.indicator, text, text)
        return None

    @staticmethod
    def _done_to(context: Subject) -> tuple[str, str | None]:
        """What a deed is done to: not to a rate, nor to another deed."""
        if context.of:
            return context.of, context.activity
        if _IS_RATE.search(context.indicator) and (context.base or context.activity):
            return (context.base[2], context.base[1]) if context.base else (context.activity or "", None)
        return context.noun, context.activity

    def in_all(self, subject: Subject) -> Subject:
        """The running total of what was added: 新增上云企业 320 家，累计 1450 家."""
        bare = re.sub(r"^(?:全年)?(?:新增|净增|新设)", "", subject.written)
        if bare != subject.written and self._lexicon.knows(bare):
            return Subject(self._lexicon.canonical(bare), subject.activity, subject.written)
        name = re.sub(r"^(?:新增|新认定|新建|净增|全年新增|新发展|新培育|新设|新纳统)", "累计", subject.indicator)
        return Subject(name, subject.activity, subject.written) if name != subject.indicator else subject

    @staticmethod
    def _thing(context: Subject) -> str:
        """What the context speaks of, as a scope."""
        if context.activity and _SCOPE_ONLY.fullmatch(context.activity):
            return context.indicator
        if context.indicator in context.written or context.activity is None:
            return context.written
        return context.activity

    def _suffix(self, text: str) -> tuple[str, str]:
        """The longest known indicator that the text ends with, and what stands before it."""
        names, bare, expand = self._lexicon.names, self._lexicon.bare, self._lexicon.expand
        if text[-2:] not in _last_two(self._lexicon):
            return text, ""
        short = expand(text) != text
        for start in range(1, len(text) - 1):
            rest = text[start:]
            named = rest in names or rest in bare or (short and expand(rest) in names)
            if named and (len(rest) > 2 or self._grammar.scope_end.search(text[:start])):
                return text[:start], rest
        return text, ""

    def ends_known(self, text: str) -> bool:
        """Whether a text ends with a name that the lexicon knows."""
        return bool(self._suffix(text)[1])

    def _prefixed(self, prefix: str, suffix: str, text: str, context: Subject | None) -> Subject:
        if prefix in _ENDED:
            return Subject(text, None, text)
        if prefix in _ADDED:
            return Subject(prefix + self._lexicon.canonical(suffix), None, text)
        scope = clean(prefix, self._grammar)
        if scope == "每":
            return Subject(text, None, text)
        if not scope or scope in _WHOLE:
            return self.one(suffix, context=context)
        if scope in _ADDED:
            return Subject(scope + self._lexicon.canonical(suffix), None, text)
        if suffix in self._lexicon.bare:
            if not self._grammar.scope_end.search(scope) and suffix != "产值":
                return Subject(text, None, text)
            return self._bare(suffix, scope, None)
        return Subject(self._lexicon.canonical(suffix), scope, text)

    def _tailed(self, text: str, tail: str, context: Subject | None) -> Subject:
        """A name that the measure lengthens: 完成率, 占规上工业总产值比重."""
        base = self.one(text, context=context) if text else context
        if base is None:
            return Subject(tail, None, tail)
        if base.indicator.endswith(tail):
            return base
        name = base.indicator.removeprefix("完成") if tail == "完成率" else base.indicator
        return Subject(name + tail, base.activity, base.written + tail, (*base[:3],))

    def many(self, text: str, count: int, tail: str = "", context: Subject | None = None) -> list[Subject]:
        """The subjects of a list, one for each of `count` figures (any number if 0); empty if it is no such list."""
        items = self.items(text, count)
        if len(items) < 2 or (count and len(items) != count):
            return []
        if shared := self._shared_end(items):
            return [self.one(item, tail, context) for item in shared]
        last = items[-1]
        prefix, suffix = self._suffix(last)
        if not suffix and (found := _LIST_SUFFIX.search(last)):
            suffix = found.group()
        if suffix and self._lexicon.knows(last) and not self._grammar.scope_end.search(prefix):
            suffix = "" if all(self._independent(item) for item in items[:-1]) else suffix
        if not suffix and (found := re.search(r"(?:行业|产业|企业|居民)$", last)):
            full = [item if item.endswith(found.group()) else item + found.group() for item in items]
            return [self.one(item, tail, context) for item in full]
        return [self.one(item, tail, context) for item in self._completed(items, suffix)]

    def items(self, text: str, count: int) -> list[str]:
        """The names of a list; where they are more than the figures, 和 inside of names does not part them."""
        text = (self._uncounted(text, count) if count > 1 else text).replace("存、贷", "存款、贷")
        parts = self._ordinals(split(text.strip("\x01 ，、：").removeprefix("其中")))
        if count and len(parts) > count:
            parts = [part for part in text.split("、") if part.strip()]
            if len(parts) == count - 1 and len(last := _LAST_AND.split(parts[-1])) == 2:
                parts[-1:] = last
        items = self._unfold([item for item in (self._item(part) for part in parts) if item], count)
        done = self._grammar.deed.match(items[-1]) if len(items) > 1 else None
        if done and done.end() < len(items[-1]) and all(self._grammar.deed.fullmatch(item) for item in items[:-1]):
            return [item + items[-1][done.end() :] for item in items[:-1]] + items[-1:]  # 新建、改造管网
        return items

    def _item(self, part: str) -> str:
        """One name of a list; a single character may be one there: 肉、蛋、奶产量."""
        light = self._grammar.lead.match(part)
        bare = part[light.end() :] if light else part
        return bare if _ONE.fullmatch(bare) else clean(part, self._grammar)

    @staticmethod
    def _ordinals(parts: list[str]) -> list[str]:
        """一、二、三产新设企业: each of the numbers goes with what follows the last."""
        *before, last = parts or [""]
        found = _NUMBERED.match(last) if before and all(_NUMBER.fullmatch(part) for part in before) else None
        if found is None:
            return parts
        rest = last[found.start(1) :]
        first = "第" if before[0].startswith("第") or rest.startswith("产业") else ""
        return [f"{first}{part.removeprefix('第')}{rest}" for part in before] + [first + last.removeprefix("第")]

    def _uncounted(self, text: str, count: int) -> str:
        """春节、国庆两个假期: the words that count the list off its end."""
        found = _COUNT_WORDS.search(text)
        if found is None or _DIGITS.get(found[1], 0) != count or self._independent(text):
            return text
        return text[: found.start()]

    @staticmethod
    def _shared_end(items: list[str]) -> list[str]:
        """规上企业和高新企业建立研发机构的比例: what the last name says of its kind is said of the others', too."""
        kind = _KIND.search(items[0])
        if kind is None or not all(item.endswith(kind.group()) for item in items[:-1]):
            return []
        _, found, end = items[-1].partition(kind.group())
        if not found or not _TELLS.search(end):
            return []
        return [item + end for item in items[:-1]] + items[-1:]

    def _independent(self, item: str) -> bool:
        return self._lexicon.knows(item) or bool(_LIST_SUFFIX.search(item)) or bool(self._suffix(item)[1])

    def _completed(self, items: list[str], suffix: str) -> list[str]:
        """Items that say only of whom, each with what the next full name measures."""
        full: list[str] = []
        last = items[-1]
        for item in reversed(items):
            if self._independent(item):
                found = _LIST_SUFFIX.search(item)
                last, suffix = item, (self._suffix(item)[1] or (found.group() if found else suffix)) if full else suffix
            full.append(item if not suffix or self._independent(item) else self._joined(item, last, suffix))
        return full[::-1]

    def _joined(self, item: str, last: str, suffix: str) -> str:
        if item.endswith(suffix):
            return item
        found = re.search(r"(?:行业|产业|企业|居民|领域|(?:患者|人群|学生)[^、]{0,4})$", last[: -len(suffix)])
        scope = found.group() if found and not item.endswith(found.group()) else ""
        return item + scope + suffix

    def _unfold(self, items: list[str], count: int) -> list[str]:
        """城乡居民 and 存贷款 are two in one word."""
        if len(items) != 1 or count != 2:
            return items
        for both, halves in (("城乡", ("城镇", "农村")), ("存贷款", ("存款", "贷款")), ("进出口", ("进口", "出口"))):
            if both in items[0]:
                return [items[0].replace(both, half) for half in halves]
        return items
