"""What a parcel says, at the moment of its sending: composed once for all who were told alike."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from handlers.digests import pages, screen
from handlers.render import render_digest
from knowledge.digest import Digest, State, state_of, tell
from knowledge.mailing import Focus, Parcel, ParcelKind, Quiet, Subscription
from knowledge.store import KnowledgeStore

_K = TypeVar("_K")
_V = TypeVar("_V")
WORD = "x"  # the button that gives all pages as a file
_STATES, _LETTERS = 3, 200  # kept: revisions, and composed texts


@dataclass(frozen=True, slots=True)
class Letter:
    """Ready for sending: Telegram HTML, and buttons as (label, callback data)."""

    html: str
    buttons: tuple[tuple[str, str], ...] = ()
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A digest in full, as plain lines: its title, and (heading, lines) of each part."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


class Composer:
    """Digests of a knowledge file. Not thread-safe: one thread owns it with its own connection."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._states: OrderedDict[int, State] = OrderedDict()
        self._texts: OrderedDict[tuple[int | None, int, Focus], tuple[Digest, str]] = OrderedDict()

    def digest(self, told: int | None, focus: Focus, revision: int | None = None) -> Digest:
        """What is new since a revision that was told, or everything for a first time."""
        return self._narrowed(told, self._store.latest() if revision is None else revision, focus)[0]

    def state(self) -> State:
        """All that is known at present."""
        return self._state(self._store.latest())

    def letter(self, parcel: Parcel, subscription: Subscription | None, *, unsure: bool = False) -> Letter | None:
        """What a parcel says; None where nothing is new and the subscriber wants no line about it."""
        if parcel.kind is not ParcelKind.DIGEST or subscription is None:
            return Letter(parcel.body)
        revision = self._store.latest()
        digest, html = self._narrowed(subscription.told_revision, revision, subscription.focus)
        if digest.quiet and subscription.quiet is Quiet.NOTHING and not unsure:
            return None
        note = "上一期可能没有送到，以下从更早一期算起。\n\n" if unsure else ""
        return Letter(note + html, buttons_of(digest, subscription), revision)

    def page(self, subscription: Subscription, key: str, told: int | None, revision: int) -> Letter:
        """The page behind a button of a digest that was sent."""
        digest = self._narrowed(told, revision, subscription.focus)[0]
        html = screen(digest, html=True) if key == pages.FIRST else pages.page(digest, key, html=True)
        return Letter(html, buttons_of(digest, subscription, key, told), revision)

    def paper(self, subscription: Subscription, told: int | None, revision: int) -> tuple[Digest, Paper]:
        """A digest that was sent, with all its pages, for a file: its parts as (heading, lines)."""
        digest = self._narrowed(told, revision, subscription.focus)[0]
        first, *rest = screen(digest).splitlines()
        parts = [
            ("概要", rest),
            *((pages.LABELS[key], pages.page(digest, key).splitlines()) for key in pages.keys(digest)),
        ]
        return digest, Paper(first, tuple((heading, tuple(filter(str.strip, lines))) for heading, lines in parts))

    def _narrowed(self, told: int | None, revision: int, focus: Focus) -> tuple[Digest, str]:
        def make() -> tuple[Digest, str]:
            digest = tell(None if told is None else self._state(told), self._state(revision), focus)
            return digest, screen(digest, html=True)

        return _kept(self._texts, (told, revision, focus), make, _LETTERS)

    def _state(self, revision: int) -> State:
        return _kept(self._states, revision, lambda: state_of(self._store.shelf(revision)), _STATES)


def _kept(cache: OrderedDict[_K, _V], key: _K, make: Callable[[], _V], most: int) -> _V:
    """The value of a key, made where it is missing; only the latest used are kept."""
    if key not in cache:
        cache[key] = make()
        while len(cache) > most:
            cache.popitem(last=False)
    cache.move_to_end(key)
    return cache[key]


def buttons_of(
    digest: Digest, subscription: Subscription, shown: str = pages.FIRST, told: int | None = None
) -> tuple[tuple[str, str], ...]:
    """Buttons of a digest's pages; their data name the subscription and the two revisions, which never change."""
    if digest.quiet:
        return ()
    before = subscription.told_revision if shown == pages.FIRST and told is None else told
    tail = f"{subscription.sub_id}:{'' if before is None else before}:{digest.revision}"
    back = [("返回", f"dg:{pages.FIRST}:{tail}")] if shown != pages.FIRST else []
    more = [(pages.LABELS[key], f"dg:{key}:{tail}") for key in pages.keys(digest) if key != shown]
    return (*back, *more, ("Word 文件", f"dg:{WORD}:{tail}"))


def missed(at: datetime, following: datetime | None) -> str:
    """What is said of a digest that could not come in time; times are local."""
    return render_digest("missed", html=True, at=moment(at), following=following and moment(following))


def moment(at: datetime) -> str:
    """11月30日（周一）08:30."""
    return f"{at.month}月{at.day}日（周{'一二三四五六日'[at.weekday()]}）{at:%H:%M}"
