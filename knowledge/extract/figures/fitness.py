"""fitness: whether a number with a unit is a figure at all, or a threshold, a duration, a policy's articles."""

from __future__ import annotations

import re

from knowledge.extract.figures.grammar import Grammar
from knowledge.extract.figures.scan import Figure
from knowledge.model import Bound

_SHORT_TIME = re.compile(
    r"(?:连续|历时|为期|提前|延长|缩短|推迟|压缩|近|第|每|用时|仅用|约|工期|限期|只需|过去|未来|今后|不到|超过?|满|(?<![初年期])的)$"
)
_TIME_UNITS = ("个月", "天", "小时", "分钟", "岁", "学时", "课时", "个工作日", "工作日")
# A time is a figure where it is named as one (住院日6.9天, 办理时限压缩到3天) or compared with another time.
_TIME_NAME = re.compile(
    r"(?:[天日]数?|时间|时限|时长|期限?|周期|寿命|年龄|工时|工期|学时|课时|均|历|龄|岁|时|缺口)(?:[^，；。、\d]|\d{4}年){0,8}(?:\d[\d.]*(?:个工作日|工作日|个月|天|小时|分钟|岁)，?[^，；。、\d]{0,6}(?:\d{4}年的?)?)?$"
)
_CUT_TO = re.compile(r"(?:压缩|压减|缩短|控制|减少?|降)[至到在]$")  # 审批时间压缩到1个工作日以内
_LISTED = re.compile(r"(?:\d[\d.]*个?[、和])+$")
_COMPARED_TIME = re.compile(r"(?:同比|[比较][^，；。]{2,8})(?:平均)?(?:缩短|减少|延长|增加|提高|压缩|多|少)(?:了)?$")
_PAIRS = re.compile(r"[，。；、）\s]|夫妻|新人|情侣|$")
_COUNTED_BY = re.compile(r"的[^，；。、的\d]{2,12}\d")  # 收入超15万元的行政村达138个
_IN_SCOPE = re.compile(r"在全?[国省市县区]?$")
_AREAS = ("在", "全", "国", "省", "市", "县", "区")
_FIRST_OF = ("名", "家", "位", "大", "强")  # 对前20名企业
_BY_THEN = frozenset("年月日底末初会节学目此之以提")  # 年底前14家, 学前20名
_ORDERED = ("次", "届")
# Looked up once: Python 3.11 takes as long to find a member in its enumeration as to search a short text.
_EXACT = Bound.EXACT
_RANKED = re.compile(r"[^，；。]{2,24}(?:中|排|列|居|位)")
_SHORTLY = re.compile(r"内|以来|前|后|之内|左右")
_COUNTED = re.compile(r"[共计有达]$")
_POLICY = re.compile(r"^(?:等|政策|措施|意见|举措|新政|具体|任务)")
_AFTER_THRESHOLD = re.compile(r"^[\s*]*的?(?![和及与])(?:\d|[\u4e00-\u9fffA-Za-z“])")
_KIND_NOUN = re.compile(
    r"^[\s*]*(?:级|元?俱乐部|企业|项目|产业|行业|集群|产业集群|镇|强镇|村|大项目|的(?:企业|新增|有|达|项目|单位|镇|村|大户|行业|产业)|园区|规模的|规模以上|的?(?:重大|大型|工业|制造业|产业|企业|项目|龙头|单体|制造|服务业|外资))"
)


def _lasts(before: str, after: str) -> bool:
    """Whether a time tells how long something took, and is not a figure of its own."""
    before = _LISTED.sub("", before)
    within = _SHORTLY.match(after) and not _CUT_TO.search(before)
    lasting = within or _SHORT_TIME.search(before) or not _TIME_NAME.search(before)
    return bool(lasting) and not _COMPARED_TIME.search(before)


def unfit(text: str, figure: Figure, grammar: Grammar) -> str:
    """Why a figure is none: a threshold, a duration, a policy's articles."""
    before, after = text[: figure.start], text[figure.right :]
    if figure.bound is not _EXACT and _is_threshold(text, figure, after, grammar):
        return "门槛"
    if figure.kind == "money" and _KIND_NOUN.match(after):
        return "门槛"
    unit = figure.unit[-1:]
    if unit == "对" and not _PAIRS.match(after):
        return "介词"
    if figure.unit in _TIME_UNITS and _lasts(before, after):
        return "时长"
    if figure.kind == "count" and before.endswith(_AREAS) and _IN_SCOPE.search(before) and _RANKED.match(after):
        return "范围"
    if unit == "条" and (_POLICY.match(after) or after.startswith("等")) and not _COUNTED.search(before):
        return "政策条文"
    if before.endswith("前") and figure.kind == "share":
        return "名次的百分比"
    if figure.kind == "count" and before.endswith("前") and figure.unit in _FIRST_OF and before[-2:-1] not in _BY_THEN:
        return "范围"
    if figure.kind == "rank" and after.startswith(("的目标", "的任务", "的要求")):
        return "范围"
    if unit in _ORDERED and before.endswith("第"):
        return "序数"
    return ""


def _is_threshold(text: str, figure: Figure, after: str, grammar: Grammar) -> bool:
    """Whether a bound says which things are meant, not how much: 500万元以上的项目, 收入超15万元的行政村达138个."""
    if figure.kind == "money" and figure.bound in (Bound.AT_LEAST, Bound.AT_MOST) and _COUNTED_BY.match(after):
        return True
    return (
        figure.kind in ("money", "physical", "count")
        and text.endswith(("以上", "以下", "以内"), 0, figure.right)
        and _AFTER_THRESHOLD.match(after) is not None
        and not grammar.growth_after.match(after)
    )
