"""The reading grammar: the words of the tables, compiled to patterns once for a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.extract.alternation import beginning, last_characters
from knowledge.lexicon import Lexicon
from knowledge.numerals import ARABIC, CHINESE

HIDDEN = "xXｘＸ×＊"  # what sources write for digits that they hide
MASK = rf"[{HIDDEN}]+(?:[.．][{HIDDEN}]+)?"
_CHINESE_DIGITS = CHINESE.strip("[]+")
_SPACE = r"[ \u00a0\u3000*]*"
PLACE = r"(?:全(?:市|省|县|区|国|州|球)|[我本]?[市省县区](?=平均|下达|定|均)|省内|国内|世界|浙江省|地级市)"


def alternatives(words: Iterable[str]) -> str:
    """Words as one group, longest first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def named(**groups: list[str]) -> str:
    """Groups of words, each by its name; at a character that begins none of them nothing is tried."""
    words = [word for group in groups.values() for word in group]
    return f"{beginning(words)}(?:{'|'.join(f'(?P<{name}>{alternatives(group)})' for name, group in groups.items())})"


def literal(words: Iterable[str]) -> str:
    """Like `alternatives`, for words that are no regular expressions."""
    return alternatives(map(re.escape, words))


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Patterns of the reading grammar. Those named *_end are anchored at the end of the text left of a figure."""

    figure: re.Pattern[str]
    rank: re.Pattern[str]
    doubling: re.Pattern[str]
    has_figure: re.Pattern[str]  # what any figure has, in few characters: no sentence end is among them
    bound_before: re.Pattern[str]
    per_before: re.Pattern[str]  # 每立方米30微克
    bound_after: re.Pattern[str]
    growth_end: re.Pattern[str]
    growth_name_end: re.Pattern[str]
    growth_after: re.Pattern[str]
    difference_end: re.Pattern[str]
    moved_end: re.Pattern[str]
    rank_end: re.Pattern[str]
    share_end: re.Pattern[str]
    completion_end: re.Pattern[str]
    basis: re.Pattern[str]
    lead: re.Pattern[str]
    trail: re.Pattern[str]
    trail_ends: frozenset[str]  # the characters that those end with whose last one is plain to see
    trail_open: re.Pattern[str]  # the others
    cut: re.Pattern[str]
    plan: re.Pattern[str]
    plan_after: re.Pattern[str]
    plan_strong: re.Pattern[str]
    plan_opening: re.Pattern[str]
    plan_heading: re.Pattern[str]
    past_heading: re.Pattern[str]
    done: re.Pattern[str]
    deed: re.Pattern[str]
    scope_end: re.Pattern[str]
    relational: frozenset[str]
    generic: frozenset[str]


@lru_cache(8)
def compile_grammar(lexicon: Lexicon) -> Grammar:
    """The patterns for a lexicon, made once for each."""
    words = lexicon.words
    growth, names, bounds, ranks, plan = (words[key] for key in ("growth", "names", "bounds", "ranks", "plan"))
    adverbs = _adverbs(bounds)
    return Grammar(
        **_scanners(lexicon),
        bound_before=re.compile(
            named(most=bounds["at_most_before"], least=bounds["at_least_before"], about=bounds["about_before"])
            + "[了到]?(?:全年|今年)?$"
        ),
        per_before=re.compile(
            rf"(?:每人|每户)?每(?P<per>{alternatives(names['per'])})(?:{alternatives(bounds['about_before'])})?$"
        ),
        bound_after=re.compile(
            rf"\s*(?:(?P<least>{alternatives(bounds['at_least_after'])})|(?P<most>{alternatives(bounds['at_most_after'])})"
            rf"|(?P<about>{alternatives(bounds['about_after'])}))"
        ),
        growth_end=re.compile(
            named(down=growth["down"], up=growth["up"]) + rf"(?:了|幅度)?(?P<to>到|至|为|达到|达(?!\d))?{adverbs}$"
        ),
        growth_name_end=re.compile(
            named(down=growth["names_down"], up=growth["names_up"])
            + r"(?:(?P<narrowed>收窄|扩大|缩小)|回升|提高|放缓|回落|提升|加快|上升|下降|恢复|分别|约|预计|由)*"
            + rf"(?:到|至)?{adverbs}$"
        ),
        growth_after=re.compile(
            rf"\s*(?:{alternatives(bounds['at_least_after'] + bounds['at_most_after'] + bounds['about_after'])})?"
            r"的?(?:年均|平均)?(?:增长|增速|增幅|速度|涨幅)(?!点|极)"
        ),
        difference_end=re.compile(
            named(down=growth["down"], up=growth["up"], pull=[f"{word}[^，；]{{0,14}}" for word in growth["pull"]])
            + rf"(?:了)?{adverbs}$"
        ),
        moved_end=re.compile(named(down=ranks["backward"], up=ranks["forward"]) + rf"(?:了)?{adverbs}$"),
        rank_end=re.compile(rf"(?:{alternatives(ranks['verbs'])}|{literal(ranks['scopes'])})[^，；。]{{0,14}}$"),
        share_end=re.compile(
            rf"(?P<name>占(?!比|地)(?P<of>[^，；、]{{0,30}}?)(?P<share>的?比重|的?比例|的份额)?)(?:的|为|达到?|保持|稳定|维持|在|由|从|提高到|提升到|上升到|下降到|升至|降至|提升至|提高至|下降至)*{adverbs}$"
        ),
        completion_end=re.compile(
            r"(?:(?P<verb>(?:超额)?(?:完成|实现|达到?|为|占|到位|达成)(?:了)?)[^，；、\d完]{0,12}?"
            r"|(?:年度|全年|总|序时|年初|预期|既定|计划|\x01)[^，；、\d]{0,6}?)"
            r"(?P<plan>任务|目标|计划|预算|进度|总量|指标|工程量|投资)[^，；、]{0,14}?的(?:比例)?" + adverbs + "$"
        ),
        basis=re.compile(
            r"(?:，|,)?(?:分别)?(?:同比|环比|(?<![占对等之相入])(?:比|较|与)(?=[\x01上去前往历初基同]|年初|全[市省国县]|计划|序时|预期|目标|今年|当年"
            r"|[“\"]?[一二三四五六七八九十]|\d|省|市|x|全)"
            r"|(?:高于|低于|快于|慢于|高出|落后|超(?!额)|领先|好于)(?=全[市省国县]|序时|[全平]|计划|预期|目标|上年|去年|GDP|生产总值|[省市]平均|预算)|年均|两年平均|月均(?=增)|(?<!可)比(?![例重率较])[^，；\x01比]{1,6}\x01).*$"
        ),
        lead=re.compile(rf"^{_leading(names['lead'])}(?:{alternatives(names['lead'])}|[\s，、：:*）()—\-–的”])+"),
        trail=re.compile(rf"{_trailing(names['trail'])}(?:{alternatives(names['trail'])}|[\s，、：:*—\-–])+$"),
        trail_ends=_endings(names["trail"]),
        trail_open=_open_ended(names["trail"]),
        cut=re.compile(alternatives(names["cuts"])),
        plan=re.compile(alternatives(plan["words"])),
        plan_after=re.compile(r"[^，；。]{0,4}?的?(?:节点|年度|全年|预期|既定)?(?:目标(?!责任)|任务)"),
        plan_strong=re.compile(
            r"力争|(?<!成功)争取(?!到|了|[^，；。、]{0,16}(?:资金|债|补助|政策|试点|贷款|拨款|预算|以工代赈))|确保(?!了)|力保|预期目标|主要目标|目标[为是：:]"
        ),
        plan_opening=re.compile(r"(?:预期|主要|发展|奋斗|总体|工作)目标(?:是|为|：|[^，。；]{0,8}[：:])"),
        plan_heading=re.compile(alternatives(plan["headings"])),
        past_heading=re.compile(alternatives(plan["past_headings"])),
        done=re.compile(alternatives(plan["done"])),
        deed=re.compile(rf"(?:已|已经|累计|全部|现|正在|完成)?(?:{alternatives(names['deeds'])})"),
        scope_end=re.compile(rf"{literal(names['scope_ends'])}$"),
        relational=frozenset(names["relational"]),
        generic=frozenset(names["generic"]),
    )


def _trailing(words: list[str]) -> str:
    """A lookahead for what light words after a name, or marks, begin with."""
    return beginning([*words, "[\n\t \u00a0\u3000，、：:*—–]", "-"])


def _leading(words: list[str]) -> str:
    """A lookahead for what light words before a name, or marks, begin with."""
    return beginning([*words, "[\n\t \u00a0\u3000，、：:*）()—–”]", "-"])


def _endings(words: list[str]) -> frozenset[str]:
    """What light words after a name, or marks, end with where that is plain to see."""
    return frozenset("\n\t \u00a0\u3000，、：:*—-–").union(*map(last_characters, words))


def _open_ended(words: list[str]) -> re.Pattern[str]:
    """The other light words after a name."""
    return re.compile("|".join(word for word in words if not last_characters(word)) or "(?!)")


def _adverbs(bounds: dict[str, list[str]]) -> str:
    """What may stand between a measure word and its figure."""
    words = bounds["at_least_before"] + bounds["at_most_before"] + bounds["about_before"]
    light = (
        "|分别|均|都|各|仅|只|又|再|累计|平均|将|继续|为|达到?|高达|实现|了|已|也|还|就|共|计"
        "|在|约为|可|：|:|\x01|到|至"
    )
    return rf"(?:{alternatives(words)}{light}|[\s*])*"


def _scanners(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    """The patterns that find figures: numbers with their units, ranks, doublings."""
    names = {*lexicon.bases, *lexicon.factors}
    units = f"(?:{beginning(map(re.escape, names))}{literal(names)})"
    longest = 2 + max(map(len, names))  # of a unit with its magnitude
    dash = "—–~～\\-－−‐至到"  # what ranges are written with; where none follows soon, no unit is tried before it
    magnitude = "(?:万亿|千亿|百亿|千万|百万|亿|万|千(?![克瓦米伏])|百(?![日年]))"
    number = rf"(?:{ARABIC})|{MASK}|{CHINESE}"
    more = "(?:多|余|几|来)?"
    figure = (
        rf"(?=[-−－\d{HIDDEN}{_CHINESE_DIGITS}])(?<![\d.A-Za-z第×])(?P<sign>[-−－](?=[\d{HIDDEN}]))?(?P<number>{number})(?![\d])"
        rf"(?P<high>(?=[^{dash}]{{0,{longest}}}+\s*[{dash}])"
        rf"(?P<unit1>(?:{magnitude})?(?:{units})?)\s*(?:[—–~～]{{1,2}}|[-－−‐]|至|到)\s*(?P<upper>{number}))?"
        rf"{_SPACE}(?P<more>{more})(?P<magnitude>{magnitude}?)(?P<more2>{more}){_SPACE}"
        rf"(?:(?P<unit>{units})|(?P<bare>(?<=[万亿])(?![元度]))|(?=[、和及与，]\s*[-−－]?[\dxX]++(?:\.[\dxX]++)?+[^年月日号路线]))"
    )
    rank = (
        rf"(?=[第前首榜])(?:第{_SPACE}(?P<number>\d{{1,3}}|[{HIDDEN}]+|[一二三四五六七八九十]{{1,3}})"
        rf"(?:{_SPACE}(?P<unit>[位名])(?![师优校医])|(?=[\s*。，；、：）)和与及的并且同跃升增较比]|$)"
        r"(?![、和与及]第[一二三四五六七八九十\d]{1,3}[^\s\d位名。，；、：）)和与及的]))"
        rf"|前(?P<top>\d{{1,4}}|[三四五六七八九十]{{1,2}}|[{HIDDEN}]+)(?P<topunit>[位名强])|(?P<first>首位(?!度)|榜首|第一位))"
    )
    doubling = r"翻了?(?P<times>[一两二三四])?(?:番|倍)|实现翻番"
    return {
        "figure": re.compile(figure),
        "rank": re.compile(rank),
        "doubling": re.compile(doubling),
        "has_figure": re.compile(  # one class first, which the module skips to, then what that character has to be
            rf"[\d{HIDDEN}翻一二两三四五六七八九十百千万亿半首榜第](?:(?<=[\d{HIDDEN}翻])|(?<=[一二两三四五六七八九十百千万亿半])成|(?<=百)分之"
            r"|(?<=首)位|(?<=榜)首|(?<=第)[一二三四五六七八九十]|(?<=[一二两三四五六七八九十百千])[百千万亿])"
        ),
    }
