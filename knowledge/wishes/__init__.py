"""What a person writes about digests, read as a wish: subscribe, change, pause, end, show now, watch."""

from __future__ import annotations

import re
from datetime import date

from knowledge.mailing import OnHoliday, Quiet
from knowledge.wishes.times import until_of, when_of
from knowledge.wishes.values import Act, Scope, When, Wish
from knowledge.wishes.watching import watch_of
from knowledge.wishes.words import WHICH, holds, longest, masked, table, terms, which_of, without

__all__ = ["Act", "Scope", "When", "Wish", "read_wish"]

_LONG = 24  # characters; a longer message that names no digest is hardly about one
_QUESTION = re.compile("多少|哪些|哪个|怎么|什么|为何|几[家个位项]|[?？]")
_SEND = re.compile("(?:推|发)(?:送|给我|我|一下|一次)?[了吧]?$|(?:看|来|给我|推|发)(?:一次|一份|一期)[了吧]?$")
_SENT_EVERY = re.compile(r"(?:请|麻烦)?(?:每|周[一二三四五六日天]|礼拜|星期).{0,16}?(?:推|发)")


def read_wish(text: str, today: date) -> Wish | None:
    """The wish that a message states (in Simplified characters), or None where it is about something else.

    >>> wish = read_wish("每周一早上八点半给我推周报", date(2026, 11, 24))
    >>> wish.act.value, wish.when.weekdays, wish.when.at.isoformat("minutes")
    ('subscribe', (0,), '08:30')
    """
    plain = re.sub(r"\s+", "", text)
    if (watch := watch_of(plain)) is not None:
        return watch
    holiday, plain = _holiday(plain)
    quiet, plain = _quiet(plain)
    act, clear = _act(plain, manner=holiday is not None or quiet is not None)
    if act is None or (not clear and _QUESTION.search(plain)):
        return None
    if act in (Act.PAUSE, Act.RESUME):
        return _paused(act, plain, today, clear=clear)
    when, rest = when_of(WHICH.sub("", plain))
    scope = _scope(plain)
    about = terms(rest) if act in (Act.SUBSCRIBE, Act.CHANGE, Act.NOW) and scope is not Scope.ALL else ()
    if act is Act.CHANGE and not (when or about or quiet or holiday or scope is Scope.ALL):
        return None
    if act is Act.NOW and (when.every or when.weekdays):
        act = Act.SUBSCRIBE  # 每周一的周报
    return Wish(act, when, about, scope, quiet, holiday, which=which_of(plain), clear=clear)


def _paused(act: Act, text: str, today: date, *, clear: bool) -> Wish | None:
    """A pause or its end; None where something else than digests is spoken of (暂停的项目)."""
    until, rest = until_of(WHICH.sub("", text), today)
    if terms(without(rest, table()["filler"]["words"])) and not clear:
        return None
    return Wish(act, until=until if act is Act.PAUSE else None, which=which_of(text), clear=clear)


def _act(text: str, *, manner: bool) -> tuple[Act | None, bool]:
    """The act, and whether the message says so even to one who has no subscription."""
    acts, about = table()["acts"], table()["about"]
    clear = holds(text, about["digest"])
    if holds(text, acts["adjust"]) and not when_of(text)[0]:
        return Act.LIST, clear
    if name := _plain_act(text):
        return Act(name), clear or name in ("end", "list")  # 恢复 and 暂停 are also said of factories
    changed = manner or any(text.startswith(tuple(acts[name])) for name in ("move", "only", "also", "less"))
    changed = changed or holds(text, (*acts["move"], *acts["all"]))
    said, bare = when_of(text)[0], masked(text)
    if said and not changed and (_SEND.search(bare) or _SENT_EVERY.match(bare)):
        return (Act.SUBSCRIBE, True) if not _QUESTION.search(text) else (None, False)
    if clear and holds(bare, acts["subscribe"]) and not _only_now(text):
        return (Act.CHANGE if changed and holds(text, acts["move"]) else Act.SUBSCRIBE), True
    if changed and (len(text) <= _LONG or clear):
        return Act.CHANGE, clear
    if holds(text, about["asked_now"]) or (clear and holds(text, acts["now"])):
        return Act.NOW, True
    return None, False


def _plain_act(text: str) -> str | None:
    """The act whose longest word stands in a text: 先别推 pauses, 别推 ends."""
    acts = table()["acts"]
    found = {name: longest(text, acts[name]) or "" for name in ("list", "end", "pause", "resume")}
    name = max(found, key=lambda name: len(found[name]))
    return name if found[name] else None


def _only_now(text: str) -> bool:
    """周报 alone is asked for now; with a time of coming it is subscribed to."""
    return not when_of(text)[0] and not holds(text, ["推", "订", "发"])


def _scope(text: str) -> Scope:
    acts = table()["acts"]
    return next((scope for scope in (Scope.ALL, Scope.ALSO, Scope.LESS) if holds(text, acts[scope.value])), Scope.ONLY)


def _holiday(text: str) -> tuple[OnHoliday | None, str]:
    for name in ("skip", "keep", "shift"):
        if word := longest(text, table()["holiday"][name]):
            return OnHoliday(name), text.replace(word, "")
    return None, text


_SILENT = re.compile(
    r"(?:没有?|无)(?:什么)?(?:新)?(?:内容|变化|变动|东西|情况|材料|数据|消息|的)?[^，。]{0,3}?(?:就|则|时)?(?:别|不|甭)(?:用|要|必)?(?:再)?(?:发|推|打扰)了?"
)
_LINE = re.compile(
    r"(?:没有?|无)(?:什么)?(?:新)?(?:内容|变化|变动|东西|情况|材料|数据|消息|的)?[^，。]{0,3}?也(?:要|请)?[^，。]{0,2}(?:说|告诉|发|推|报)(?:一声|一下|一句)?"
)


def _quiet(text: str) -> tuple[Quiet | None, str]:
    for pattern, wanted in ((_SILENT, Quiet.NOTHING), (_LINE, Quiet.LINE)):
        if found := pattern.search(text):
            return wanted, text.replace(found[0], "")
    return None, text
