"""What a person wants to be told of when it begins to be so: 增速转负时告诉我."""

from __future__ import annotations

import re

from knowledge.mailing import WatchKind
from knowledge.numerals import parse as number
from knowledge.wishes.values import Act, Wish
from knowledge.wishes.words import WHICH, holds, longest, table, terms, which_of, without

_LIMIT = re.compile(r"(?:百分之)?(-?\d+(?:\.\d+)?|[一二两三四五六七八九十百]+)(个百分点|%|％|万亿|亿|万)?[元人家]?")


_QUESTION = re.compile("哪些|哪个|哪几|多少")
_ASKED_LAST = re.compile(r"(?:提醒|告诉|通知|预警|报警|叫|跟我说|说)(?:我|一下|一声)*[吧啊。！!]?$")


def watch_of(text: str) -> Wish | None:
    """The wish to be told of something, to see what one is told of, or to end it; None for other messages."""
    known = table()["watch"]
    if holds(text, known["list"]):
        return Wish(Act.WATCHES)
    if holds(WHICH.sub("", text), known["end"]):
        return Wish(Act.UNWATCH, which=which_of(text))
    asked = holds(text, known["ask"]) and (holds(text, known["when"]) or _ASKED_LAST.search(text))
    if not asked or _QUESTION.search(text):
        return None
    return _condition(text)


def _condition(text: str) -> Wish | None:
    known = table()["watch"]
    for kind in (WatchKind.BEHIND, WatchKind.NEGATIVE, WatchKind.POSITIVE):
        if word := longest(text, known[kind.value]):
            return Wish(Act.WATCH, terms=_watched(text, word), watch=kind)
    for kind in (WatchKind.BELOW, WatchKind.ABOVE):
        word = longest(text, known[kind.value])
        found = _LIMIT.match(text, text.index(word) + len(word)) if word else None
        if found:
            about = _watched(text, (word or "") + found[0])
            return Wish(Act.WATCH, terms=about, watch=kind, limit=_limit(text, found))
    if word := longest(text, known["changed"]):
        return Wish(Act.WATCH, terms=_watched(text, word), watch=WatchKind.CHANGED)
    return None


def _limit(text: str, found: re.Match[str]) -> str:
    """A limit with its measure and unit: growth:5%, 100亿."""
    digits = found[1] if found[1].lstrip("-")[0].isdigit() else str(number(found[1]))
    percent = found[2] in ("%", "％", "个百分点") or found[0].startswith("百分之")
    measure = "growth:" if re.search("增速|增幅|增长", text) else "rate:" if re.search("率|占比|比重", text) else ""
    return f"{measure}{digits}{'%' if percent or measure else found[2] or ''}"


def _watched(text: str, word: str) -> tuple[str, ...]:
    """What is watched: the words before the condition, without 完成率 or 增速 alone, which mean all of them."""
    text = without(
        text.replace(word, "|"),
        [*table()["watch"]["ask"], "如果", "要是", "一旦", "增速", "增幅", "完成率", "低", "时"],
    )
    return tuple(term for term in terms(text.replace("|", "、")) if term not in ("我", "了"))
