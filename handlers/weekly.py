"""The delivery loop: what is due goes into the outbox, what lies in it is claimed, sent at the set pace, and settled.

All work on files is done by one thread of its own, and sending goes through a connection pool of its own, so that
people's answers wait for neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from handlers.digests.composer import Letter
from handlers.office import Admitted, Office, Reader
from handlers.pacing import Pacer
from knowledge.errors import StoreError
from knowledge.mailing import Outcome, Pace, Parcel, ParcelState, Verdict
from knowledge.schedule import Workday
from knowledge.store.people import People

logger = logging.getLogger(__name__)
T = TypeVar("T")

_LOOK_SECONDS = 2.0  # how often due subscriptions, lost claims and new revisions are looked for
_REST_AFTER_FAULT = 2.0
_IDLE = 0.2


Sender = Callable[[Parcel, Letter], Awaitable[Outcome]]  # sends one letter; every failure is an Outcome


class Courier:
    """Sends the outbox until it is stopped. One for each people file.

    Beside a bot it shares its `people`: then writers take turns by a lock and not by SQLite's waiting in steps.
    """

    def __init__(
        self,
        store: Path,
        send: Sender,
        pace: Pace,
        workday: Workday,
        clock: Callable[[], datetime] | None = None,
        admitted: Admitted = lambda chat, kind: True,
        people: People | None = None,
        reader: Reader = lambda chat, kind: "",
    ) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="courier")
        self._make_office = lambda: Office(store, pace, workday, admitted, people, reader)
        self._send = send
        self._pace = pace
        self._clock = clock or (lambda: datetime.now(UTC))
        self._pacer = Pacer(pace, time.monotonic())
        self._tasks: dict[asyncio.Task[Outcome], Parcel] = {}
        self._outcomes: list[Outcome] = []
        self._wake = asyncio.Event()
        self._look_now = False
        self._stopping = False

    def nudge(self) -> None:
        """Look at once: something was put into the outbox, subscribed or published."""
        self._look_now = True
        self._wake.set()

    def stop(self) -> None:
        """Stop claiming; what is being sent is finished and settled."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver until stopped; a busy or full disk is waited out, at the start too."""
        office: Office | None = None
        try:
            while not self._stopping:
                try:
                    office = office or await self._opened()
                    await self._round(office)
                except StoreError as error:
                    logger.warning("the outbox cannot be used at the moment: %s", error)
                    await self._rest(_REST_AFTER_FAULT)
                except Exception:
                    logger.exception("a round of deliveries failed")
                    await self._rest(_REST_AFTER_FAULT)
            if office is not None:
                await self._finish(office)
        except Exception:
            logger.exception("what was being sent could not be settled; it counts as unknown at the next start")
        finally:
            if office is not None:
                await self._do(office.close)
            self._thread.shutdown()

    async def _opened(self) -> Office:
        office = await self._do(self._make_office)
        try:
            await self._do(lambda: office.start(self._clock()))
        except BaseException:
            await self._do(office.close)
            raise
        return office

    async def drain(self, as_of: datetime | None = None) -> dict[ParcelState, int]:
        """Deliver what is due by now, or by `as_of`, until nothing is left; how many rows are in each state then."""
        office = await self._do(self._make_office)
        try:
            await self._do(lambda: office.start(self._clock()))
            if as_of is not None:
                await self._do(lambda: office.order(as_of, self._clock()))
            while not self._stopping:
                await self._round(office, ends=True)
                if not self._tasks and not await self._do(office.left):
                    break
            await self._finish(office)
            return await self._do(office.deliveries.outbox.counts)
        finally:
            await self._do(office.close)
            self._thread.shutdown()

    async def _round(self, office: Office, *, ends: bool = False) -> None:
        """Look for what is due, then send for some seconds, or only while there is something to send."""
        self._look_now = False
        await self._do(lambda: office.look(self._clock()))
        until = time.monotonic() + _LOOK_SECONDS
        while not self._stopping and not self._look_now and time.monotonic() < until:
            active = await self._step(office)
            if ends and not active:
                await self._rest(_IDLE)
                return
            await self._rest(self._pause() if active else until - time.monotonic())

    async def _step(self, office: Office) -> bool:
        """Settle, claim and begin to send as many as the pace allows; whether anything is under way."""
        now = time.monotonic()
        count = min(self._pacer.available(now), self._pace.at_once - len(self._tasks))
        if not count and not self._outcomes:
            return True
        outcomes, self._outcomes = self._outcomes, []
        busy = self._pacer.resting(now) + [parcel.chat_id for parcel in self._tasks.values()]
        claimed = await self._do(lambda: office.exchange(outcomes, self._clock(), count, busy))
        for parcel, letter in claimed:
            self._begin(parcel, letter)
        return bool(claimed or self._tasks or outcomes or not count)

    def _begin(self, parcel: Parcel, letter: Letter | Outcome) -> None:
        if isinstance(letter, Outcome):
            self._outcomes.append(letter)
            return
        self._pacer.take(parcel.chat_id, parcel.chat_kind, time.monotonic())
        task = asyncio.ensure_future(self._send(parcel, letter))
        self._tasks[task] = parcel
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Outcome]) -> None:
        parcel = self._tasks.pop(task)
        self._pacer.ended(parcel.chat_id, parcel.chat_kind, time.monotonic())
        if task.cancelled() or task.exception() is not None:
            logger.error("sending failed in an unforeseen way", exc_info=None if task.cancelled() else task.exception())
            self._outcomes.append(Outcome(parcel.parcel_id, Verdict.UNKNOWN, error="unforeseen"))
        else:
            self._note(parcel, task.result())
        self._wake.set()

    def _note(self, parcel: Parcel, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        if outcome.verdict is Verdict.SENT:
            self._pacer.accepted()
        else:
            logger.info("delivery %d: %s %s", parcel.parcel_id, outcome.verdict, outcome.error)
        if outcome.flood:
            self._pacer.refused(parcel.chat_id, outcome.wait, time.monotonic())

    def _pause(self) -> float:
        """Until a token is there, but not longer than a settled sending may wait for its row."""
        return min(max(self._pacer.wait(time.monotonic()), 0.002), 0.2)

    async def _finish(self, office: Office) -> None:
        """Wait for what is being sent, and settle it."""
        if self._tasks:
            await asyncio.wait(list(self._tasks))
            await asyncio.sleep(0)
        outcomes, self._outcomes = self._outcomes, []
        await self._do(lambda: office.exchange(outcomes, self._clock(), 0, []))

    async def _rest(self, seconds: float) -> None:
        """Wait, or until something happens."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), max(seconds, 0.0))
        self._wake.clear()

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
