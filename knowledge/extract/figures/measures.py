"""measure: the text left and right of a figure -> what kind of number it is, its sign, and where its subject ends."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from knowledge.extract.figures.grammar import Grammar
from knowledge.extract.figures.scan import Figure
from knowledge.model import Measure

TIME = "\x01"  # stands for a time expression that was taken out
_FROM = re.compile(
    rf"(?:从|由)(?:去年|上年|年初|原来|过去|原先|之前|每[年月]|{TIME}|的|约|末|底|为|平均|负?增长|下降|不足|近|同期|时)*$"
)
_MOVE_TO = re.compile(rf"^[\s，、]*(?:再|又|并)?(?:到|至)(?:{TIME}|约|近|超|的|负?增长|现在|目前|当前)*$")
_GROWTH_NAME = re.compile(
    r"(?:增速|增幅|涨幅|增长率|增长|降幅|跌幅|升幅|增长速度)(?:的?水平)?(?:也|均|都|分别|仍|已)?$"
)
_FALL_NAME = re.compile(r"降幅|跌幅|减幅")
_RANK_ADVERBS = r"(?:(?:连续\x01?\d{0,2}年?|均|都|仍|继续|分别|稳定?|并|且|也|始终|首次|双双|再次|已|由|从|\x01)*)"
_RANK_VERBS = (
    r"(?:位居|跃居|稳居|高居|居于|居|位列|名列|并列|列居|列(?!车|入)|排名|排在|排位|排(?!污|水|涝)|位于|位次|跻身"
    r"|跃升|上升|升至|升|进入|保持|蝉联|重回|重返|名次|取得|夺得|荣获|获得|夺取)"
)
_RANK_CUT = re.compile(
    rf"(?:{_RANK_ADVERBS}(?:在?全[市省国区县球][^，；居列排]{{0,6}}?)?{_RANK_VERBS}(?!.*{_RANK_VERBS})"
    rf"|{_RANK_ADVERBS}(?:全[市省国区县球]|省内|世界|地级市|副省级|第|前))[^，；]*$"
)
_JUDGED = re.compile(
    r"^[，、\x01\s]*在(?P<basis>全[市省国区县])?(?P<what>[^，；在]{2,20}(?:评价|考核|测评|考评|评估|评比|监测))(?:结果|成绩|得分|排名)?中?"
    r"(?:分别)?(?:位|排|列|居|名|获)[^，；]{0,8}$"
)
_OF_PLAN = re.compile(r"占(?:全年|年度|年|年初|既定|\x01)*(?:目标|任务|计划)(?:数|的)*$")
_NET = re.compile(r"(?:净增|多增|少增|净减|多|少)(?:加|长)?(?:了|约|近|超|达)*$")
_COMPARED = re.compile(
    r"(?:高于|低于|高出|落后于?|快于|慢于|领先于?|超(?:过|出)?|好于|优于|少于|多于)(?P<basis>[^，；]{2,18})$"
)
_PLACE_NAME = re.compile(r"的?(?:排名|位次|名次|排位|位列|列|居)[^，；]{0,6}$")
_MOVED_TO = re.compile(
    r"^[，、\s]*(?:跃升|提升|上升|前移|晋升|升|下降|后移|下滑|退|降|滑落)(?:到|至|为)[^，；\d]{0,6}$"
)
_BEYOND_PLAN = re.compile(r"超(?:出|过|额)?(?:年度|全年|年初|既定)(?:任务|目标|计划)数?$")
_LOWER = re.compile(r"低于|落后|慢于|少于")
_PLACES = ("位", "名", "个位次", "个位")
# Looked up once: Python 3.11 takes as long to find a member in its enumeration as to search a short text.
_LEVEL, _GROWTH, _RATE, _CHANGE, _RANK = Measure.LEVEL, Measure.GROWTH, Measure.RATE, Measure.CHANGE, Measure.RANK


class Reading(NamedTuple):
    """What a figure measures. `subject` is the text before it that names what is measured, measure words taken off."""

    measure: Measure
    subject: str
    value: Decimal | None
    basis: str | None = None
    name_tail: str = ""  # what the measure adds to the name: 完成率, 占规上工业总产值比重
    starts_move: bool = False  # 从A: the first figure of a from-to pair
    ends_move: bool = False  # 提高到B
    noun_right: bool = False  # the name follows the figure: 53%的企业表示利润收窄
    unit: str | None = None


def measure(left: str, figure: Figure, right: str, grammar: Grammar) -> Reading:
    """The kind of number a figure is, by the words around it."""
    if figure.kind == "rank":
        return _rank(left, figure)
    if figure.kind == "doubling":
        return _cut(_GROWTH, left, figure.value, grammar)
    if figure.unit in _PLACES and (place := _moved_place(left, figure)):
        return place
    if ("从" in left or "由" in left) and (found := _FROM.search(left)):
        return _from(left[: found.start()], figure, found.group(), grammar)
    if figure.unit.endswith("百分点") or figure.unit == "pct":
        return _points(left, figure, grammar)
    if figure.kind == "share" and figure.unit != ":1":
        return _share(left, figure, right, grammar)
    return _amount(left, figure, grammar)


def _moved_place(left: str, figure: Figure) -> Reading | None:
    """Places without 第: 排名由41位下降至77位."""
    if (found := _FROM.search(left)) and _PLACE_NAME.search(left[: found.start()]):
        subject = _PLACE_NAME.sub("", left[: found.start()])
        return Reading(_RANK, subject, figure.value, starts_move=True)
    if _MOVED_TO.search(left):
        return Reading(_RANK, "", figure.value, ends_move=True)
    return None


def _signed(value: Decimal | None, down: bool) -> Decimal | None:
    return -value if down and value is not None and value > 0 else value


def _cut(kind: Measure, text: str, value: Decimal | None, grammar: Grammar, **more: object) -> Reading:
    """Take the basis of comparison off the subject."""
    found = grammar.basis.search(text)
    basis = found.group() if found else None
    subject = text[: found.start()] if found else text
    return Reading(kind, subject, value, basis=basis or None, **more)  # type: ignore[arg-type]


def _rank(left: str, figure: Figure) -> Reading:
    moved = (
        bool(re.search(r"(?:升|到|至|进|降)(?:至|到|为)?(?:全[市省国])?\w{0,4}$", left))
        and "由" not in left
        and len(left) < 10
    )
    starts = re.search(r"(?:从|由)(?:\x01)?[^，；第]{0,8}$", left)
    if judged := _JUDGED.search(left):
        return Reading(Measure.RANK, judged["what"], figure.value, basis=judged["basis"])
    found = _RANK_CUT.search(left)
    subject = left[: (starts or found).start()] if (starts or found) else left  # type: ignore[union-attr]
    basis = re.search(r"全[市省国区县球][^第]{0,6}|省内|国内|世界", left)
    return Reading(
        _RANK,
        subject,
        figure.value,
        basis=basis.group() if basis else None,
        starts_move=bool(starts),
        ends_move=moved,
    )


def _from(left: str, figure: Figure, word: str, grammar: Grammar) -> Reading:
    """The first figure of 从A提高到B."""
    if figure.kind == "share" and _GROWTH_NAME.search(left.rstrip(TIME)):
        found = grammar.growth_name_end.search(left)
        down = bool(_FALL_NAME.search(left))
        subject = left[: found.start()] if found else left
        return _cut(_GROWTH, subject, _signed(figure.value, down), grammar, starts_move=True)
    kind = _RATE if figure.kind == "share" and figure.unit in ("%", "‰") else _LEVEL
    if found := grammar.share_end.search(left):
        return Reading(kind, left[: found.start()], figure.value, name_tail=_share_name(found), starts_move=True)
    return Reading(kind, left, figure.value, starts_move=True)


def _points(left: str, figure: Figure, grammar: Grammar) -> Reading:
    found = grammar.difference_end.search(left)
    if not found and (compared := _COMPARED.search(left)):
        down = bool(_LOWER.match(compared.group()))
        return Reading(_CHANGE, left[: compared.start()], _signed(figure.value, down), basis=compared["basis"])
    if not found:
        return _cut(_CHANGE, left, figure.value, grammar)
    down = bool(found["down"]) or "向下" in left or bool(re.search(r"低于|落后|慢于|下拉|相差", found.group()))
    subject = left[: found.start()]
    return _cut(_CHANGE, subject, _signed(figure.value, down), grammar, name_tail=_pull(found))


def _pull(found: re.Match[str]) -> str:
    return re.sub(r"[\x01\s]|约|近|超", "", found["pull"]) if found["pull"] else ""


def _share(left: str, figure: Figure, right: str, grammar: Grammar) -> Reading:
    """A percentage, a multiple or tenths."""
    if figure.unit in ("%", "‰"):
        if found := grammar.completion_end.search(left):
            tail = "" if re.search(r"率[为达]?$", left[: found.start()]) else "完成率"
            if not (found["verb"] or "").startswith("占") or _OF_PLAN.search(left):
                return Reading(_RATE, left[: found.start()], figure.value, name_tail=tail or "完成率")
        if found := grammar.share_end.search(left):
            return Reading(_RATE, left[: found.start()], figure.value, name_tail=_share_name(found))
    if found := grammar.growth_name_end.search(left):
        down = bool(found["down"])
        price = found["up"] if found["up"] in ("涨幅", "升幅") and len(left[: found.start()]) > 3 else ""
        if not (found["up"] == "增长" and re.search(r"[到至]", found.group())):
            value = _signed(figure.value, down)
            return _cut(_GROWTH, left[: found.start()], value, grammar, name_tail=price or "")
    if found := grammar.growth_end.search(left):
        word = found["up"] or found["down"]
        weak = word in (
            "高",
            "快",
            "超",
            "多",
            "长",
            "超过",
            "领先",
            "超出",
            "低于",
            "低",
            "少",
            "差",
            "高于",
            "慢",
            "亏",
            "翻",
            "升",
        )
        if found["to"] and found["to"] != "为":
            kind = _GROWTH if re.search(r"增速|增幅|涨幅|降幅", left) else _RATE
            return _cut(kind, left[: found.start()], figure.value, grammar, ends_move=True)
        if not weak or grammar.basis.search(left[: found.end("up") if found["up"] else found.end("down")]):
            return _cut(_GROWTH, left[: found.start()], _signed(figure.value, bool(found["down"])), grammar)
    if grammar.growth_after.match(right):
        return _cut(_GROWTH, left, figure.value, grammar)
    if figure.unit in ("倍", "番"):
        return Reading(_LEVEL, left, figure.value)
    if _MOVE_TO.search(left):
        return Reading(_RATE, "", figure.value, ends_move=True)
    return Reading(_RATE, left, figure.value, noun_right=True)


def _share_name(found: re.Match[str]) -> str:
    whole = re.sub(r"[\x01\s]", "", found["of"])
    return f"占{whole}比重" if whole else "占比"


def _amount(left: str, figure: Figure, grammar: Grammar) -> Reading:
    """An amount, a count or a difference of either."""
    if beyond := _BEYOND_PLAN.search(left):
        return Reading(_CHANGE, left[: beyond.start()], figure.value, basis=beyond.group())
    if figure.unit in _PLACES and (found := grammar.moved_end.search(left)):
        return _cut(_CHANGE, left[: found.start()], _signed(figure.value, bool(found["down"])), grammar)
    found = grammar.growth_end.search(left)
    if not found:
        return Reading(_LEVEL, left, figure.value)
    if found["to"]:
        return _cut(_LEVEL, left[: found.start()], figure.value, grammar, ends_move=True)
    based = grammar.basis.search(left[: found.start() + 1])
    net = _NET.search(left) and re.search(r"净|多增|少增", left)
    counted = figure.kind == "count" and found["down"] in ("降低", "缩小", "回落", "下滑")  # …排放降低3项进度滞后
    falls = not counted and found["down"] in ("减少", "下降", "降低", "缩减", "减", "缩小", "回落", "下滑")
    if based or net or falls:
        return _cut(_CHANGE, left[: found.start()], _signed(figure.value, bool(found["down"])), grammar)
    return Reading(_LEVEL, left, figure.value)
