"""Words and buttons about digests -> changed subscriptions and watches, and what is said about it. Any channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.digests import pages, screen
from handlers.digests.composer import WORD, Composer, Letter, Paper, buttons_of
from handlers.digests.wording import described, paused_words, sign_words, watch_words
from handlers.render import render_digest
from knowledge.digest import Digest, crossed, focus_of, named, signs
from knowledge.mailing import ChatKind, Every, Focus, OnHoliday, Quiet, Rhythm, Subscription, Watch
from knowledge.schedule import Workday, next_due
from knowledge.store.deliveries import Deliveries
from knowledge.wishes import Act, Scope, When, Wish, read_wish

MOST = 10  # subscriptions of one chat
_TIMES = (
    ("周一 8:30", "0830.0"),
    ("周三 9:00", "0900.2"),
    ("周五 15:00", "1500.4"),
    ("每天 8:30", "0830.d"),
    ("每月1日", "0830.m"),
)
_TOPICS = ("投资", "工业", "项目", "行业", "排名", "进度", "滞后", "困难", "外贸", "消费", "财政", "农业")


@dataclass(frozen=True, slots=True)
class Where:
    """The chat that a wish comes from, and who wished."""

    chat_id: int
    user_id: int
    kind: ChatKind = ChatKind.PRIVATE


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a subscription is where nothing else is said."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    quiet: Quiet = Quiet.LINE


class Desk:
    """Takes wishes. Not thread-safe: call it from one thread, or under a lock."""

    def __init__(
        self,
        deliveries: Deliveries,
        composer: Composer,
        workday: Workday,
        defaults: Defaults | None = None,
        title: Callable[[int], str] = str,
    ) -> None:
        self._subscriptions = deliveries.subscriptions
        self._watches = deliveries.watches
        self._composer = composer
        self._workday = workday
        self._defaults = defaults or Defaults()
        self._title = title

    def take(self, where: Where, text: str, now: datetime) -> Letter | None:
        """The reply to a message (in Simplified characters) about digests, the wish done; None for other messages."""
        wish = read_wish(text, self._today(now))
        if wish is None:
            return None
        mine = self._mine(where)
        if not wish.clear and not mine and not (wish.act is Act.RESUME and self._subscriptions.ended(where.chat_id)):
            return None
        return self._acts()[wish.act](where, wish, mine, now)

    def channel(self, where: Where, now: datetime) -> Letter:
        """A channel's digest, made in the chat of whoever wants it there."""
        mine = self._subscriptions.of_chat(where.chat_id)
        return self._subscribe(where, Wish(Act.SUBSCRIBE), mine, now)

    def show(self, where: Where, now: datetime) -> Letter:
        """/subscribe and /settings: the subscriptions of a chat."""
        return self._list(where, Wish(Act.LIST), self._mine(where), now)

    def digest(self, where: Where, now: datetime, terms: tuple[str, ...] = ()) -> Letter:
        """/digest: the next digest now; nothing counts as told by it."""
        return self._now(where, Wish(Act.NOW, terms=terms), self._mine(where), now)

    def press(self, where: Where, data: str, now: datetime) -> Letter:
        """The reply to a button of ours (data begins with su: or dg:); a forged or outdated one explains itself."""
        try:
            kind, key, *rest = data.split(":")
            return self._page(where, key, rest) if kind == "dg" else self._button(where, key, rest, now)
        except (ValueError, KeyError, IndexError):
            return self._say("old")

    def _mine(self, where: Where) -> list[Subscription]:
        """The subscriptions that can be changed in a chat: its own, and in a private one those made for channels."""
        own = self._subscriptions.of_chat(where.chat_id)
        return own + self._subscriptions.channels_of(where.user_id) if where.kind is ChatKind.PRIVATE else own

    def _told(self, one: Subscription) -> dict[str, str]:
        """A subscription for the reply templates; a channel's with its name."""
        channel = self._title(one.chat_id) if one.kind is ChatKind.CHANNEL else ""
        return described(one) | {"channel": channel}

    def _acts(self) -> dict[Act, Callable[[Where, Wish, list[Subscription], datetime], Letter]]:
        return {
            Act.SUBSCRIBE: self._subscribe,
            Act.CHANGE: self._change,
            Act.PAUSE: self._pause,
            Act.RESUME: self._resume,
            Act.END: self._end,
            Act.LIST: self._list,
            Act.NOW: self._now,
            Act.WATCH: self._watch,
            Act.WATCHES: self._list_watches,
            Act.UNWATCH: self._unwatch,
        }

    # -- subscriptions -----------------------------------------------------------------------------------------------

    def _subscribe(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        focus, unknown = self._focus(wish.terms)
        same = next((one for one in mine if one.focus == focus and one.chat_id == where.chat_id), None)
        base = same or Subscription(
            0, where.chat_id, where.user_id, where.kind, focus, self._defaults.rhythm, self._defaults.quiet
        )
        if same is None and len(mine) >= MOST:
            return self._say("many", most=MOST)
        return self._kept(self._with(base, wish, now), now, "changed" if same else "subscribed", unknown)

    def _change(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        one = self._meant(wish, mine)
        if one is None:
            return self._say("which", all=[self._told(each) for each in mine]) if mine else self._say("none")
        focus, unknown = self._focus(wish.terms)
        if wish.terms:
            one = replace(one, focus=_scoped(one.focus, focus, wish.scope))
        return self._kept(self._with(one, wish, now), now, "changed", unknown)

    def _with(self, one: Subscription, wish: Wish, now: datetime) -> Subscription:
        rhythm = wish.when.onto(one.rhythm, self._today(now)) if wish.when else one.rhythm
        rhythm = replace(rhythm, on_holiday=wish.on_holiday or rhythm.on_holiday)
        return replace(one, rhythm=rhythm, quiet=wish.quiet or one.quiet)

    def _kept(self, one: Subscription, now: datetime, name: str, unknown: str = "") -> Letter:
        due = next_due(one.rhythm, now, self._workday, one.paused_until)
        kept = self._subscriptions.change(one, due) if one.sub_id else self._subscriptions.subscribe(one, due, now)
        return self._say(name, _buttons(kept), one=self._told(kept), unknown=unknown)

    def _pause(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        chosen = _chosen(where, wish, mine)
        for one in chosen:
            self._kept(replace(one, paused_until=wish.until), now, "changed")
        if not chosen:
            return self._say("none")
        until = paused_words(replace(chosen[0], paused_until=wish.until))
        return self._say("paused", (("恢复", f"su:r:{chosen[0].sub_id}"),), until=f"，{until}")

    def _resume(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        ended = self._subscriptions.ended(where.chat_id)
        if ended is not None and not _own(where, mine):
            return self._kept(replace(ended, sub_id=0, paused_until=None), now, "resumed")
        letters = [self._kept(replace(one, paused_until=None), now, "resumed") for one in _chosen(where, wish, mine)]
        return letters[0] if letters else self._say("none")

    def _end(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        chosen = _chosen(where, wish, mine)
        for one in chosen:
            self._subscriptions.end(one.sub_id, "本人退订")
        return self._say("ended", count=len(chosen)) if chosen else self._say("none")

    def _list(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        if len(mine) == 1:
            return self._say("list", _buttons(mine[0]), all=[self._told(mine[0])])
        new = () if mine else (("订周报（每周一8:30）", "su:n:0"),)
        return self._say("list", new, all=[self._told(one) for one in mine])

    def _now(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        """What the next digest would be; where nothing is new, the present state after a word about that."""
        focus, _ = self._focus(wish.terms)
        own = _own(where, mine)
        one = own[0] if own and not wish.terms else Subscription(0, where.chat_id, where.user_id, focus=focus)
        digest = self._composer.digest(one.told_revision, one.focus)
        html = screen(digest, html=True)
        if digest.quiet and one.told_revision is not None:
            one = replace(one, told_revision=None)
            digest = self._composer.digest(None, one.focus)
            html += "\n\n" + screen(replace(digest, first=False), html=True)
        buttons = () if one.focus and not one.sub_id else buttons_of(digest, one)
        return Letter(html, buttons, digest.revision)

    def _focus(self, terms: tuple[str, ...]) -> tuple[Focus, str]:
        """The focus that words mean, and those of them that no summary speaks of."""
        if not terms:
            return Focus(), ""
        focus = focus_of(terms, named(self._composer.state()))
        unknown = [word for word in focus.words if self._composer.digest(None, Focus(words=(word,))).quiet]
        return focus, "、".join(f"“{word}”" for word in unknown)

    @staticmethod
    def _meant(wish: Wish, mine: list[Subscription]) -> Subscription | None:
        if wish.which is not None:
            return mine[wish.which - 1] if 0 < wish.which <= len(mine) else None
        return mine[0] if len(mine) == 1 else None

    # -- watches -----------------------------------------------------------------------------------------------------

    def _watch(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        assert wish.watch is not None  # noqa: S101  Act.WATCH has one
        focus, unknown = self._focus(wish.terms)
        watch = self._watches.add(Watch(0, where.chat_id, where.user_id, wish.watch, focus, wish.limit), now)
        state = self._composer.state()
        new, told = crossed(signs(state, watch), frozenset())
        self._watches.told(watch.watch_id, told, state.revision)
        return self._say(
            "watching", what=watch_words(watch), now=[sign_words(sign)[0] for sign in new], unknown=unknown
        )

    def _list_watches(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        return self._say("watches", all=[watch_words(watch) for watch in self._watches.active(where.chat_id)])

    def _unwatch(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        watches = self._watches.active(where.chat_id)
        chosen = [watch for place, watch in enumerate(watches, 1) if wish.which in (None, place)]
        for watch in chosen:
            self._watches.end(watch.watch_id)
        return self._say("unwatched", count=len(chosen)) if chosen else self._say("watches", all=[])

    # -- buttons -----------------------------------------------------------------------------------------------------

    def paper(self, where: Where, data: str) -> tuple[Digest, Paper] | None:
        """The digest behind the button that asks for it as a file; None for another button, or a forged one."""
        try:
            kind, key, *rest = data.split(":")
            meant = self._meant_digest(where, rest) if (kind, key) == ("dg", WORD) else None
        except (ValueError, IndexError):
            return None
        return self._composer.paper(*meant) if meant else None

    def _page(self, where: Where, key: str, rest: list[str]) -> Letter:
        meant = self._meant_digest(where, rest) if key == pages.FIRST or key in pages.LABELS else None
        if meant is None:
            return self._say("old")
        one, told, revision = meant
        return self._composer.page(one, key, told, revision)

    def _meant_digest(self, where: Where, rest: list[str]) -> tuple[Subscription, int | None, int] | None:
        """Which digest a button belongs to; None if it is not this chat's, or there never was such a one."""
        sub_id, told, revision = int(rest[0]), int(rest[1]) if rest[1] else None, int(rest[2])
        one = Subscription(0, where.chat_id, where.user_id) if sub_id == 0 else self._subscriptions.subscription(sub_id)
        if one is None or one.chat_id != where.chat_id:
            return None
        return (one, told, revision) if 0 <= (told or 0) <= revision <= self._composer.state().revision else None

    def _button(self, where: Where, key: str, rest: list[str], now: datetime) -> Letter:
        mine = self._mine(where)
        if key == "n":
            return self._subscribe(where, Wish(Act.SUBSCRIBE), mine, now)
        one = next(each for each in mine if each.sub_id == int(rest[0])) if _is_mine(mine, rest[0]) else None
        if one is None:
            return self._say("old")
        place = mine.index(one) + 1
        match key:
            case "t":
                return self._say("time", tuple((label, f"su:w:{one.sub_id}:{code}") for label, code in _TIMES))
            case "f":
                return self._say("topics", tuple((topic, f"su:k:{one.sub_id}:{topic}") for topic in _TOPICS))
            case "w":
                return self._kept(
                    replace(one, rhythm=_coded(rest[1]).onto(one.rhythm, self._today(now))), now, "changed"
                )
            case "k":
                return self._change(where, Wish(Act.CHANGE, terms=(rest[1],), which=place), mine, now)
            case "q":
                other = Quiet.NOTHING if one.quiet is Quiet.LINE else Quiet.LINE
                return self._kept(replace(one, quiet=other), now, "changed")
            case "h":
                shift = OnHoliday.KEEP if one.rhythm.on_holiday is OnHoliday.SHIFT else OnHoliday.SHIFT
                return self._kept(replace(one, rhythm=replace(one.rhythm, on_holiday=shift)), now, "changed")
            case "p":
                until = self._today(now) + timedelta(days=14)
                return self._pause(where, Wish(Act.PAUSE, until=until, which=place), mine, now)
            case "r":
                return self._resume(where, Wish(Act.RESUME, which=place), mine, now)
            case "e":
                return self._end(where, Wish(Act.END, which=place), mine, now)
        return self._say("old")

    def _say(self, name: str, buttons: tuple[tuple[str, str], ...] = (), **values: object) -> Letter:
        return Letter(render_digest("reply", html=True, name=name, **({"unknown": ""} | values)), buttons)

    def _today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self._defaults.rhythm.zone)).date()


def _scoped(old: Focus, new: Focus, scope: Scope) -> Focus:
    if scope is Scope.ONLY:
        return new
    names = ("topics", "activities", "sections", "places", "words")
    if scope is Scope.ALSO:
        return Focus(**{name: tuple(dict.fromkeys((*getattr(old, name), *getattr(new, name)))) for name in names})
    return Focus(**{name: tuple(one for one in getattr(old, name) if one not in getattr(new, name)) for name in names})


def _chosen(where: Where, wish: Wish, mine: list[Subscription]) -> list[Subscription]:
    """The numbered one; without a number all of the chat itself, or all of the channels where it has none."""
    if wish.which is not None:
        return mine[wish.which - 1 : wish.which] if wish.which > 0 else []
    return _own(where, mine) or mine


def _own(where: Where, mine: list[Subscription]) -> list[Subscription]:
    return [one for one in mine if one.chat_id == where.chat_id]


def _is_mine(mine: list[Subscription], sub_id: str) -> bool:
    return any(each.sub_id == int(sub_id) for each in mine)


def _coded(code: str) -> When:
    """0830.0: half past eight on Mondays; d is every day, m the first of a month."""
    clock, day = code.split(".")
    at = time(int(clock[:2]), int(clock[2:]))
    if day == "d":
        return When(Every.DAY, at=at)
    return When(Every.MONTH, month_days=(1,), at=at) if day == "m" else When(Every.WEEK, (int(day),), at=at)


def _buttons(one: Subscription) -> tuple[tuple[str, str], ...]:
    number = one.sub_id
    return (
        ("改时间", f"su:t:{number}"),
        ("只看部分", f"su:f:{number}"),
        ("没变化不发" if one.quiet is Quiet.LINE else "没变化也说一声", f"su:q:{number}"),
        ("节假日照常" if one.rhythm.on_holiday is OnHoliday.SHIFT else "节假日顺延", f"su:h:{number}"),
        ("恢复" if one.paused_until else "暂停两周", f"su:{'r' if one.paused_until else 'p'}:{number}"),
        ("退订", f"su:e:{number}"),
    )
