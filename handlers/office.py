"""The files' side of delivering: what is due goes into the outbox, what is claimed is composed, what ended settled."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.digests.composer import Composer, Letter, missed
from handlers.digests.wording import alert
from handlers.telegram.deliver import move_chat
from knowledge.digest import changed_since, crossed, signs
from knowledge.mailing import ChatKind, Outcome, Pace, Parcel, ParcelKind, ParcelState, Rhythm, Verdict
from knowledge.planning import misplaced, plan
from knowledge.schedule import Workday
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import People, people_path

logger = logging.getLogger(__name__)

_ALERT_LASTS = timedelta(days=7)  # a crossing is told once, so it waits longer than a digest, which comes again

Admitted = Callable[[int, ChatKind], bool]  # whether a chat may still be told figures
Reader = Callable[[int, ChatKind], str]  # what stands below figures for a chat: who reads them
_FIGURES = (ParcelKind.DIGEST, ParcelKind.ALERT)


class Office:
    """The files' side of delivering; every method runs on the courier's own thread."""

    def __init__(
        self,
        store: Path,
        pace: Pace,
        workday: Workday,
        admitted: Admitted = lambda chat, kind: True,
        people: People | None = None,
        reader: Reader = lambda chat, kind: "",
    ) -> None:
        self._pace = pace
        self._workday = workday
        self._admitted = admitted
        self._reader = reader
        self._worker = f"{os.getpid()}:{time.time_ns()}"
        self._store = KnowledgeStore.open(store, readonly=True)
        self._shared = people is not None
        self._people = people or People(people_path(store))
        self.deliveries = Deliveries(self._people.file)
        self.composer = Composer(self._store)

    def close(self) -> None:
        """Give the files back."""
        if not self._shared:
            self._people.close()
        self._store.close()

    def start(self, now: datetime) -> None:
        """What a clock that was ahead put too far away comes back to its place."""
        subscriptions = self.deliveries.subscriptions
        self.deliveries.outbox.enqueue((), misplaced(subscriptions.active(), now, self._workday))

    def look(self, now: datetime) -> None:
        """Put what is due into the outbox; give up what expired, and what a stopped sender held."""
        outbox = self.deliveries.outbox
        if lost := outbox.recover(now, self._pace.lease_seconds):
            logger.warning("%d deliveries were cut off while being sent; it is unknown whether they arrived", lost)
        outbox.expire(now, now + self._window, self._excuse)
        self.check_watches(now)
        planned = list(plan(self.deliveries.subscriptions.due(now), now, self._workday, self._pace, missed))
        if planned:
            outbox.enqueue(
                ((one.parcel, one.expires) for one in planned), ((one.sub_id, one.following) for one in planned)
            )

    def order(self, as_of: datetime, now: datetime) -> None:
        """What an operator asks for: all that is due by `as_of`, sent now, whenever that is."""
        planned = list(plan(self.deliveries.subscriptions.due(as_of), as_of, self._workday, self._pace, missed))
        self.deliveries.outbox.enqueue(
            ((replace(one.parcel, due_at=now), now + self._window) for one in planned),
            ((one.sub_id, one.following) for one in planned),
        )

    @property
    def _window(self) -> timedelta:
        return timedelta(hours=self._pace.catch_up_hours)

    def _excuse(self, parcel: Parcel) -> str:
        """What is said in the place of a digest that could not be sent in its time."""
        one = self.deliveries.subscriptions.subscription(parcel.sub_id or 0)
        zone = ZoneInfo(one.rhythm.zone if one else Rhythm().zone)
        following = one.next_at.astimezone(zone) if one and one.next_at else None
        return missed(parcel.due_at.astimezone(zone), following)

    def check_watches(self, now: datetime) -> None:
        """After a publication: tell each watch once about what began to hold; all in one transaction."""
        watches, revision = self.deliveries.watches, self._store.latest()
        checked, active = watches.watched_revision(), list(watches.active())
        if checked == revision:
            return
        if not active:  # then nothing needs to be read
            watches.checked(revision, [], [])
            return
        state = changed_since(self.composer.state(), checked or 0)
        told, parcels = [], []
        for watch in active:
            new, subjects = crossed(signs(state, watch), watches.crossed(watch.watch_id))
            told.append((watch.watch_id, subjects))
            if new:
                key = f"alert:{watch.watch_id}:{state.revision}"
                kind = ChatKind.PRIVATE if watch.chat_id > 0 else ChatKind.GROUP
                parcels.append(
                    (
                        Parcel(0, key, watch.chat_id, ParcelKind.ALERT, now, kind, None, alert(watch, new)),
                        now + _ALERT_LASTS,
                    )
                )
        watches.checked(state.revision, told, parcels)

    def exchange(
        self, outcomes: list[Outcome], now: datetime, count: int, busy: list[int]
    ) -> list[tuple[Parcel, Letter | Outcome]]:
        """Settle what was sent and claim what comes next, composed; an Outcome where there is nothing to send."""
        outbox = self.deliveries.outbox
        for one in outcomes:
            if one.moved_to is not None:
                move_chat(self._people, outbox.chat_of(one.parcel_id), one.moved_to)
        outbox.settle(outcomes, now)
        if not count:
            return []
        return [(parcel, self._composed(parcel)) for parcel in outbox.claim(self._worker, now, count, busy)]

    def left(self) -> int:
        """How many parcels wait or are being sent."""
        counts = self.deliveries.outbox.counts()
        return counts.get(ParcelState.DUE, 0) + counts.get(ParcelState.CLAIMED, 0)

    def _composed(self, parcel: Parcel) -> Letter | Outcome:
        """A claimed parcel was not sent yet, so a fault in composing it may be tried again."""
        if not self._admitted(parcel.chat_id, parcel.chat_kind):
            return Outcome(parcel.parcel_id, Verdict.BLOCKED, error="已不在准入名单")
        try:
            letter = self._letter(parcel)
            if letter is not None and parcel.kind in _FIGURES:
                letter = replace(letter, html=letter.html + self._reader(parcel.chat_id, parcel.chat_kind))
        except Exception as error:
            logger.exception("parcel %d cannot be composed", parcel.parcel_id)
            return Outcome(parcel.parcel_id, Verdict.RETRY, wait=self._pace.back_off_most_seconds, error=repr(error))
        return letter or Outcome(parcel.parcel_id, Verdict.SKIPPED)

    def _letter(self, parcel: Parcel) -> Letter | None:
        if parcel.kind is not ParcelKind.DIGEST or parcel.sub_id is None:
            return self.composer.letter(parcel, None)
        subscription = self.deliveries.subscriptions.subscription(parcel.sub_id)
        return self.composer.letter(parcel, subscription, unsure=self.deliveries.outbox.last_unsure(parcel.sub_id))
