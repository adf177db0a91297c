"""Wishes to be told when something begins to be so -> watches, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from handlers.choices import Buttons, Where
from handlers.digests.composer import Composer, Letter
from handlers.digests.wording import sign_words, watch_words
from knowledge.digest import crossed, signs
from knowledge.mailing import Focus, Watch
from knowledge.store.deliveries import Watches
from knowledge.wishes import Wish

MOST = 20  # watches of one chat
Say = Callable[..., Letter]


class WatchDesk:
    """Takes wishes for watches."""

    def __init__(self, watches: Watches, composer: Composer, say: Say) -> None:
        self._watches = watches
        self._composer = composer
        self._say = say

    def watch(self, where: Where, wish: Wish, focus: Focus, unknown: str, now: datetime) -> Letter:
        """A new watch, and for what it holds already; the same one again is no second one."""
        assert wish.watch is not None  # noqa: S101  Act.WATCH has one
        mine = self._watches.active(where.chat_id)
        wanted = Watch(0, where.chat_id, where.user_id, wish.watch, focus, wish.limit)
        same = next((one for one in mine if replace(one, watch_id=0, user_id=where.user_id) == wanted), None)
        if same is None and len(mine) >= MOST:
            return self._say("many_watches", most=MOST)
        watch = same or self._watches.add(wanted, now)
        state = self._composer.state()
        new, told = crossed(signs(state, watch), frozenset())
        self._watches.told(watch.watch_id, told, state.revision)
        holding = [sign_words(sign)[0] for sign in new]
        return self._say("watching", (("我的提醒", "su:y:0"),), what=watch_words(watch), now=holding, unknown=unknown)

    def show(self, where: Where) -> Letter:
        """The watches of a chat, each with a button to end it."""
        watches = self._watches.active(where.chat_id)
        ends: Buttons = tuple((f"取消第{place}个", f"su:x:{one.watch_id}") for place, one in enumerate(watches, 1))
        return self._say("watches", ends, all=[watch_words(watch) for watch in watches])

    def end(self, where: Where, which: int | None) -> Letter:
        """End the numbered watch, or all of a chat."""
        watches = self._watches.active(where.chat_id)
        chosen = [watch for place, watch in enumerate(watches, 1) if which in (None, place)]
        for watch in chosen:
            self._watches.end(watch.watch_id)
        return self._say("unwatched", count=len(chosen)) if chosen else self._say("watches", all=[])

    def press(self, where: Where, key: str, number: str) -> Letter:
        """A button: the list, or the end of one; of another chat's nothing. Raises ValueError, KeyError."""
        if key == "y":
            return self.show(where)
        places = {one.watch_id: place for place, one in enumerate(self._watches.active(where.chat_id), 1)}
        return self.end(where, places[int(number)])
