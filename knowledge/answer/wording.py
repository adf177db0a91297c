"""Figures in words: period, name, bound, value and unit as the source has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.inquiry import say_period as period
from knowledge.model import Bound, Fact, Measure, Observation

_BOUNDS = {Bound.ABOUT: "约", Bound.AT_LEAST: "超过", Bound.AT_MOST: "不超过"}
_SAID = re.compile(r"[约近超多余左右以上以内不足达突破低于]|过半|翻番|[\d%][—–~～至-]+\d")
_TENTHS = re.compile(r"[半一二两三四五六七八九]成$|翻番$|过半$")  # say their unit themselves
_FALL = "下降"
_PACE = re.compile("(?:增速|增幅|增长率|涨幅)$")
_SHARE = re.compile("(?:率|比重|占比|比例|强度|覆盖面)$")
_HOME = ZoneInfo("Asia/Shanghai")


def corrected(fact: Fact) -> str:
    """A figure with who corrected it and when; nothing for one that stands as it was read."""
    if not fact.corrected_by:
        return ""
    day = datetime.fromisoformat(fact.corrected_at).astimezone(_HOME).date().isoformat() if fact.corrected_at else ""
    return f"{statement(fact)}：{fact.corrected_by}{day}更正，与原文不同之处以此为准"


def amount(fact: Fact, *, sign: bool = False) -> str:
    """The value as written with its unit, its bound in words where the writing does not say it."""
    obs = fact.obs
    text = obs.value_text.strip()
    unit = obs.unit
    if (unit and unit in text) or _TENTHS.search(text):
        unit = ""
    if unit == "位":
        text = text if text.startswith("第") else f"第{text}"
        return text if text.endswith("位") else f"{text}位"
    if not sign:
        text = (
            text.lstrip("-－")
            if obs.measure in (Measure.GROWTH, Measure.CHANGE) and obs.bound is not Bound.MASKED
            else text
        )
    bound = "" if _SAID.search(text) else _BOUNDS.get(obs.bound, "")
    return f"{bound}{text}{unit}" if not re.search("[多余]$", text) or unit else f"{bound}{text}"


def _subject(obs: Observation) -> str:
    """The name before what is said of it: no 增速增长2.1%."""
    return _PACE.sub("", obs.name) if obs.measure is Measure.GROWTH else obs.name


def statement(fact: Fact, *, subject: bool = True) -> str:
    """A figure as a clause: 规模以上工业增加值同比增长22.6%."""
    obs = fact.obs
    who = _subject(obs) if subject else ""
    masked = obs.bound is Bound.MASKED
    if obs.measure is Measure.GROWTH:
        return f"{who}{_growth(fact, masked)}"
    if obs.measure is Measure.RANK:
        return f"{who}{_ranked_of(obs) if subject else ''}居{obs.basis or ''}{amount(fact)}"
    if obs.measure is Measure.CHANGE:
        return f"{who}{_change(fact, masked)}"
    if obs.measure is Measure.TARGET:
        return f"{who}{'的目标' if subject else '目标'}为{_course(obs)}{_aim(amount(fact))}"
    return f"{who}{_is(amount(fact))}"


def _ranked_of(obs: Observation) -> str:
    """What of a thing is ranked, where the document says so and the name does not: its 总量, its 增速."""
    found = _RANKED_OF.search(obs.name_text)
    return found[0] if found and not obs.name.endswith(found[0]) else ""


_RANKED_OF = re.compile("(?:总量|增速|增幅)$")
_SINCE = re.compile("[比较与同环]|上[年月期]|[去前]年")  # a basis that is an earlier time
_BESIDE = "(?:高于|高出|快于|好于|优于|大于|多于|超过|低于|慢于|落后于?|小于|少于)"


def _change(fact: Fact, masked: bool) -> str:
    """A difference: 比上年提高0.8个百分点; beside another thing 高于全省平均3.1个百分点, as the sentence has it."""
    obs = fact.obs
    basis, told = obs.basis or "", amount(fact)
    if masked or obs.value is None:
        return f"{basis}变化{told}"
    if basis and not _SINCE.match(basis):
        found = re.search(f"{_BESIDE}(?={re.escape(basis)})", obs.quote)
        return f"{found[0] if found else '低于' if obs.value < 0 else '高于'}{basis}{told}"
    points = "百分点" in obs.unit
    verb = ("回落" if points else "减少") if obs.value < 0 else "提高" if points else "增加"
    return f"{basis}{verb}{told}"


def _is(told: str) -> str:
    """为 before a plain amount; a bound in words stands by itself: 超过1000家, 约28%."""
    return told if told.startswith(tuple(_BOUNDS.values())) else f"为{told}"


def _course(obs: Observation) -> str:
    """增长 or 下降 before a target that is a rate of growth, as the sentence has it."""
    if obs.unit != "%" or _SHARE.search(obs.indicator):
        return ""
    found = re.search(rf"(增长|下降|降低)(?:[率约超过达到在]|速度|为)*{re.escape(obs.value_text.strip())}", obs.quote)
    return found[1] if found else ""


def _aim(told: str) -> str:
    """An amount to be reached, as plans say it: 9%以上, 3%以内."""
    for bound, after in ((Bound.AT_LEAST, "以上"), (Bound.AT_MOST, "以内")):
        if told.startswith(_BOUNDS[bound]):
            return f"{told.removeprefix(_BOUNDS[bound])}{after}"
    return told


def _growth(fact: Fact, masked: bool) -> str:
    obs = fact.obs
    basis = obs.basis if obs.basis and obs.basis not in ("全市", "全省", "全国") else "同比" if not obs.basis else ""
    if masked or obs.value is None:
        return f"{basis}增速为{amount(fact)}"
    if obs.value == 0:
        return f"{basis}持平"
    return f"{basis}{_FALL if obs.value < 0 else '增长'}{amount(fact)}"


def row(quote: str, heads: Sequence[str]) -> str:
    """A table row with its column heads, as it can be read aloud; any other quote as it is.

    >>> row("| 医化 | 71.95 | — |", ("行业", "产值（亿元）", "增长（%）"))
    '行业：医化；产值（亿元）：71.95；增长（%）：—'
    """
    cells = [cell.strip() for cell in quote.strip().strip("|").split("|")]
    if not quote.lstrip().startswith("|") or len(cells) != len(heads):
        return quote
    named = [f"{head.strip()}：{cell}" if head.strip() else cell for head, cell in zip(heads, cells, strict=True)]
    return "；".join(part for part, cell in zip(named, cells, strict=True) if cell)


def excerpt(quote: str, value_text: str, most: int = 110) -> str:
    """The part of a long sentence in which a value stands, exact, with … where it is cut."""
    quote = quote.strip()
    if len(quote) <= most:
        return quote
    at = max(quote.find(value_text), 0)
    cuts = [0, *(found.end() for found in re.finditer("[，；。：]", quote)), len(quote)]
    left = max((cut for cut in cuts if cut <= max(0, at - most * 2 // 3)), default=0)
    if at - left > most:
        left = max(cut for cut in cuts if cut <= at)
    right = max((cut for cut in cuts if at + len(value_text) <= cut <= left + most), default=0) or min(
        (c for c in cuts if c >= at + len(value_text)), default=len(quote)
    )
    return f"{'…' if left else ''}{quote[left:right].rstrip('，；：')}{'…' if right < len(quote) else ''}"


__all__ = ["amount", "excerpt", "period", "row", "statement"]
