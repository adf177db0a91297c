"""Words and buttons about digests -> changed subscriptions and watches, and what is said about it. Any channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.choices import (
    Buttons,
    Defaults,
    Where,
    coded,
    each_button,
    manner_buttons,
    scoped,
    time_buttons,
    topic_buttons,
)
from handlers.digests import pages, screen
from handlers.digests.composer import WORD, Composer, Letter, Paper, buttons_of
from handlers.digests.wording import described, paused_words
from handlers.render import render_digest
from handlers.watching import WatchDesk
from knowledge.digest import Digest, focus_of, named
from knowledge.mailing import ChatKind, Focus, OnHoliday, Quiet, Subscription
from knowledge.schedule import Workday, next_due
from knowledge.store.deliveries import Deliveries
from knowledge.wishes import Act, Scope, Wish, read_wish

__all__ = ["MOST", "Defaults", "Desk", "Where"]

MOST = 10  # subscriptions of one chat
_PAUSE = timedelta(days=14)  # of the button


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
        self._composer = composer
        self._workday = workday
        self._defaults = defaults or Defaults()
        self._title = title
        self._watching = WatchDesk(deliveries.watches, composer, self._say)

    def take(self, where: Where, text: str, now: datetime) -> Letter | None:
        """The reply to a message (in Simplified characters) about digests, the wish done; None for other messages."""
        wish = read_wish(text, self._today(now))
        if wish is None:
            return None
        mine = self._mine(where, now)
        if not wish.clear and not mine and not (wish.act is Act.RESUME and self._subscriptions.ended(where.chat_id)):
            return None
        return self._acts()[wish.act](where, wish, mine, now)

    def channel(self, where: Where, now: datetime) -> Letter:
        """A channel's digest, made in the chat of whoever wants it there."""
        mine = self._subscriptions.of_chat(where.chat_id)
        return self._subscribe(where, Wish(Act.SUBSCRIBE), mine, now)

    def show(self, where: Where, now: datetime) -> Letter:
        """/subscribe and /settings: the subscriptions of a chat."""
        return self._list(where, Wish(Act.LIST), self._mine(where, now), now)

    def digest(self, where: Where, now: datetime, terms: tuple[str, ...] = ()) -> Letter:
        """/digest: the next digest now; nothing counts as told by it."""
        return self._now(where, Wish(Act.NOW, terms=terms), self._mine(where, now), now)

    def press(self, where: Where, data: str, now: datetime) -> Letter:
        """The reply to a button of ours (data begins with su: or dg:); a forged or outdated one explains itself."""
        try:
            kind, key, *rest = data.split(":")
            return self._page(where, key, rest) if kind == "dg" else self._button(where, key, rest, now)
        except (ValueError, KeyError, IndexError):
            return self._say("old")

    def _mine(self, where: Where, now: datetime) -> list[Subscription]:
        """The subscriptions that can be changed in a chat: its own, and in a private one those made for channels."""
        found = self._subscriptions.of_chat(where.chat_id)
        if where.kind is ChatKind.PRIVATE:
            found += self._subscriptions.channels_of(where.user_id)
        today = self._today(now)
        return [replace(one, paused_until=None) if _over(one, today) else one for one in found]

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
        one = self._meant(where, wish, mine)
        if one is None:
            return (
                self._say("which", each_button(mine), all=[self._told(each) for each in mine])
                if mine
                else self._say("none")
            )
        focus, unknown = self._focus(wish.terms)
        if wish.terms or wish.scope is Scope.ALL:
            more = wish.scope is Scope.ALSO
            kept = wish.scope in (Scope.ONLY, Scope.ALL)
            one = replace(one, focus=focus if kept else scoped(one.focus, focus, more=more))
        return self._kept(self._with(one, wish, now), now, "changed", unknown)

    def _with(self, one: Subscription, wish: Wish, now: datetime) -> Subscription:
        rhythm = wish.when.onto(one.rhythm, self._today(now)) if wish.when else one.rhythm
        rhythm = replace(rhythm, on_holiday=wish.on_holiday or rhythm.on_holiday)
        return replace(one, rhythm=rhythm, quiet=wish.quiet or one.quiet)

    def _kept(self, one: Subscription, now: datetime, name: str, unknown: str = "") -> Letter:
        due = next_due(one.rhythm, now, self._workday, one.paused_until)
        kept = self._subscriptions.change(one, due) if one.sub_id else self._subscriptions.subscribe(one, due, now)
        return self._say(name, manner_buttons(kept), one=self._told(kept), unknown=unknown)

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
            return self._say("list", manner_buttons(mine[0]), all=[self._told(mine[0])])
        buttons: Buttons = each_button(mine) if mine else (("订周报（每周一8:30）", "su:n:0"),)
        return self._say("list", buttons, all=[self._told(one) for one in mine])

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
    def _meant(where: Where, wish: Wish, mine: list[Subscription]) -> Subscription | None:
        chosen = _chosen(where, wish, mine)
        return chosen[0] if len(chosen) == 1 else None

    # -- watches -----------------------------------------------------------------------------------------------------

    def _watch(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        return self._watching.watch(where, wish, *self._focus(wish.terms), now)

    def _list_watches(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        return self._watching.show(where)

    def _unwatch(self, where: Where, wish: Wish, mine: list[Subscription], now: datetime) -> Letter:
        return self._watching.end(where, wish.which)

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
        mine = self._mine(where, now)
        if key == "n":
            return self._subscribe(where, Wish(Act.SUBSCRIBE), mine, now)
        if key in ("x", "y"):
            return self._watching.press(where, key, rest[0])
        one = {each.sub_id: each for each in mine}[int(rest[0])]
        if key in ("k", "a", "f"):
            return self._topics(one, rest[1] if key == "k" else None, now, everything=key == "a")
        return self._pressed(where, one, key, rest, mine, now)

    def _pressed(
        self, where: Where, one: Subscription, key: str, rest: list[str], mine: list[Subscription], now: datetime
    ) -> Letter:
        place = mine.index(one) + 1
        match key:
            case "l":
                return self._say("list", manner_buttons(one), all=[self._told(one)])
            case "t":
                return self._say("time", time_buttons(one))
            case "w":
                one = replace(one, rhythm=coded(rest[1]).onto(one.rhythm, self._today(now)))
            case "q":
                one = replace(one, quiet=Quiet.NOTHING if one.quiet is Quiet.LINE else Quiet.LINE)
            case "h":
                shift = OnHoliday.KEEP if one.rhythm.on_holiday is OnHoliday.SHIFT else OnHoliday.SHIFT
                one = replace(one, rhythm=replace(one.rhythm, on_holiday=shift))
            case "p":
                return self._pause(where, Wish(Act.PAUSE, until=self._today(now) + _PAUSE, which=place), mine, now)
            case "r":
                return self._resume(where, Wish(Act.RESUME, which=place), mine, now)
            case "e":
                return self._end(where, Wish(Act.END, which=place), mine, now)
            case _:
                return self._say("old")
        return self._kept(one, now, "changed")

    def _topics(self, one: Subscription, term: str | None, now: datetime, *, everything: bool) -> Letter:
        """The topics to choose from, after one was ticked or unticked, or all were left."""
        names = named(self._composer.state())
        if everything:
            one = replace(one, focus=Focus())
        elif term is not None:
            asked = focus_of((term,), names)
            chosen = scoped(one.focus, asked, more=False) != one.focus
            one = replace(one, focus=scoped(one.focus, asked, more=not chosen))
        if everything or term is not None:
            self._kept(one, now, "changed")
        return self._say("topics", topic_buttons(one, names), one=self._told(one))

    def _say(self, name: str, buttons: tuple[tuple[str, str], ...] = (), **values: object) -> Letter:
        return Letter(render_digest("reply", html=True, name=name, **({"unknown": ""} | values)), buttons)

    def _today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self._defaults.rhythm.zone)).date()


def _chosen(where: Where, wish: Wish, mine: list[Subscription]) -> list[Subscription]:
    """The numbered one; without a number all of the chat itself, or all of the channels where it has none."""
    if wish.which is not None:
        return mine[wish.which - 1 : wish.which] if wish.which > 0 else []
    return _own(where, mine) or mine


def _own(where: Where, mine: list[Subscription]) -> list[Subscription]:
    return [one for one in mine if one.chat_id == where.chat_id]


def _over(one: Subscription, today: date) -> bool:
    return one.paused_until is not None and one.paused_until <= today
