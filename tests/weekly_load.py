"""The weekly digest under load: the whole bot as a process, thousands of subscribers, Telegram's real limits.

    python -m tests.weekly_load             5000 people, groups, channels; a question every 0.25 s meanwhile
    python -m tests.weekly_load --faults    429, 500, dropped connections, 403, and SIGKILL three times

Each prints what was counted as one JSON object, and ends with 1 where a row was lost or doubled, a limit broken, the
pace not kept to nineteen twentieths, or an answer in a hundred later than 150 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import psutil

from bot.places import SAMPLES
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.mailing import ChatKind, Due, Focus, Pace, ParcelState, Rhythm, Subscription
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import PeopleFile, people_path
from tests.emulator import BotApi, Call, Chat

QUESTIONS = ["规上工业增加值是多少", "医化行业增速多少", "工业投资增速呢", "有哪些困难", "5G基站完成了多少"]
FOCUSES = [Focus(), Focus(topics=("投资",)), Focus(topics=("困难",)), Focus(topics=("行业",)), Focus(topics=("进度",))]
KILLS = 3
SHARE, P99 = 0.95, 150.0  # of the set pace; milliseconds


@dataclass
class Load:
    """A store with subscribers whose digest is due, the emulator, and the bot's process."""

    api: BotApi
    folder: Path
    pace: Pace = field(default_factory=Pace)
    process: asyncio.subprocess.Process | None = None

    @property
    def store(self) -> Path:
        """The knowledge file."""
        return self.folder / "县.db"

    def prepare(self, chats: Sequence[Chat]) -> None:
        """Publish the bundled summaries; each chat's digest is due, every tenth person's second one, too."""
        with KnowledgeStore.open(self.store) as store:
            lexicon = load()
            store.publish([read_document(path, lexicon) for path in sorted(SAMPLES.glob("*.md"))], who="测", why="测")
        (self.folder / "bot.toml").write_text(
            f'[telegram]\nbase_url = "{self.api.base_url}"\nbase_file_url = "{self.api.base_file_url}"\n'
            f'[access]\nmode = "open"\n[digest]\nper_second = {self.pace.per_second:.1f}\n'
            f"lease_seconds = {self.pace.lease_seconds:.1f}\nback_off_seconds = {self.pace.back_off_seconds:.1f}\n",
            "utf-8",
        )
        now = datetime.now(UTC)
        due = Due(now.date(), now - timedelta(minutes=1))
        file = PeopleFile(people_path(self.store))
        subscriptions = Deliveries(file).subscriptions
        with file.write():
            for place, chat in enumerate(chats):
                one = Subscription(0, chat.id, abs(chat.id), kind_of(chat), FOCUSES[place % len(FOCUSES)], Rhythm())
                subscriptions.subscribe(one, due, now)
                if place % 10 == 9 and chat.id > 0:
                    subscriptions.subscribe(replace(one, focus=Focus(topics=("外贸",))), due, now)
        file.close()

    async def start(self) -> None:
        """Start the bot as people do."""
        arguments = ("-m", "bot", "run", "--config", str(self.folder / "bot.toml"), "--store", str(self.store))
        environment = os.environ | {"JIANBAO_TOKEN": self.api.token}
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, env=environment, stdout=log, stderr=log
            )

    def cpu_seconds(self) -> float:
        """How long the bot has computed."""
        assert self.process is not None
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    async def kill(self) -> None:
        """End it as a power failure would."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """End it as an operator would."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    def rows(self) -> list[tuple[int, ParcelState]]:
        """Chat and state of each row of the outbox."""
        file = PeopleFile(people_path(self.store))
        found = [(row[0], ParcelState(row[1])) for row in file.read("SELECT chat_id, state FROM outbox")]
        file.close()
        return found

    async def settled(self, total: int, within: float) -> list[tuple[int, ParcelState]]:
        """Wait until no row is due or being sent."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            rows = await asyncio.to_thread(self.rows)
            if len(rows) == total and not {state for _, state in rows} & {ParcelState.DUE, ParcelState.CLAIMED}:
                return rows
            await asyncio.sleep(5.0)
        raise AssertionError(f"not settled within {within} s: {Counter(state for _, state in self.rows())}")


def kind_of(chat: Chat) -> ChatKind:
    """What a subscription of a chat is paced as."""
    return {"private": ChatKind.PRIVATE, "channel": ChatKind.CHANNEL}.get(chat.kind, ChatKind.GROUP)


def audience(api: BotApi, subscribers: int) -> list[Chat]:
    """Persons, and of every hundred two groups and a channel."""
    return [
        api.channel(f"频道{number}") if number % 100 == 50 else
        api.group(f"群{number}") if number % 100 in (20, 70) else api.person(f"人{number}")
        for number in range(subscribers)
    ]  # fmt: skip


class Asker:
    """Asks while digests go out, from several chats in turn, and keeps how long each answer took."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._people = cycle([api.person(f"提问人{number}") for number in range(40)])
        self._numbers = count()
        self.ids: set[int] = set()
        self.took: list[float] = []

    async def ask(self) -> None:
        """One question, and its answer."""
        person, seen = next(self._people), len(self._api.calls)
        self.ids.add(person.id)

        def answered() -> bool:
            nonlocal seen
            new, seen = self._api.calls[seen:], len(self._api.calls)
            return any(call.method == "sendMessage" and call.chat == person.id for call in new)

        start = time.perf_counter()
        self._api.say(person, QUESTIONS[next(self._numbers) % len(QUESTIONS)])
        await self._api.until(answered, 20, "answer")
        self.took.append(time.perf_counter() - start)

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await self.ask()
            await asyncio.sleep(0.25)


def milliseconds(took: list[float]) -> dict[str, float]:
    """Median, p99 and most."""
    ordered = sorted(took)
    return {
        "questions": len(ordered),
        "median": round(ordered[len(ordered) // 2] * 1000, 1),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
        "most": round(ordered[-1] * 1000, 1),
    }


def most_within(calls: Sequence[Call], seconds: float) -> int:
    """The most messages that came in within so many seconds."""
    times = [call.at for call in calls]
    return max((bisect_left(times, at + seconds) - place for place, at in enumerate(times)), default=0)


def account(rows: list[tuple[int, ParcelState]], api: BotApi, skip: set[int]) -> dict[str, Any]:
    """Every row held against what the chat got: lost where fewer came than were sent, doubled where more did."""
    got = Counter(call.chat for call in api.of("sendMessage") if call.ok and call.chat not in skip)
    sent = Counter(chat for chat, state in rows if state is ParcelState.SENT)
    unknown = Counter(chat for chat, state in rows if state is ParcelState.UNKNOWN)
    chats = {chat for chat, _ in rows}
    return {
        "rows": len(rows),
        "states": {str(state): number for state, number in Counter(state for _, state in rows).items()},
        "lost": sum(max(0, sent[chat] - got[chat]) for chat in chats),
        "doubled": sum(max(0, got[chat] - sent[chat] - unknown[chat]) for chat in got),
        "unknown_arrived": sum(min(unknown[chat], got[chat] - sent[chat]) for chat in unknown),
    }


async def plain_run(folder: Path, subscribers: int, pace: Pace | None = None) -> dict[str, Any]:
    """Everybody gets theirs; people ask meanwhile; the server keeps Telegram's limits."""
    async with BotApi() as api:
        api.limited = True
        here = Load(api, folder, pace or Pace())
        chats = audience(api, subscribers)
        here.prepare(chats)
        asker = Asker(api)
        await here.start()
        try:
            await api.until(lambda: bool(api.of("sendMessage")), 60, "first digest")
            asking = asyncio.create_task(asker.run())
            total = len(chats) + sum(1 for place, chat in enumerate(chats) if place % 10 == 9 and chat.id > 0)
            rows = await here.settled(total, 120 + 2 * total / here.pace.per_second)
            busy = here.cpu_seconds()
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking
        finally:
            await here.stop()
        calls = api.of("sendMessage")
        digests = [call for call in calls if call.chat not in asker.ids]
        seconds = digests[-1].at - digests[0].at
        return account(rows, api, asker.ids) | {
            "limits_broken": sum(1 for call in calls if not call.ok),
            "most_in_a_second": most_within(calls, 1.0),
            "seconds": round(seconds, 1),
            "rate": round((len(digests) - 1) / seconds, 2),
            "share_of_pace": round((len(digests) - 1) / seconds / here.pace.per_second, 4),
            "bot_cpu_share": round(busy / seconds, 3),
            "load_average": round(os.getloadavg()[1], 1),
            "answers_ms": milliseconds(asker.took),
        }


def troubled(api: BotApi, chats: Sequence[Chat], chance: random.Random) -> Counter[str]:
    """A tenth of the chats get 429, a twentieth 500, a twentieth a dropped connection, a fiftieth 403."""
    made: Counter[str] = Counter()
    for chat in chats:
        dice = chance.random()
        if dice < 0.10:
            api.fail("sendMessage", chat=chat, retry_after=1 + int(dice * 30))
            made["429"] += 1
        elif dice < 0.15:
            api.fail("sendMessage", chat=chat, status=500)
            made["500"] += 1
        elif dice < 0.175:
            api.fail("sendMessage", chat=chat, drop=True)
            made["dropped before"] += 1
        elif dice < 0.20:
            api.fail("sendMessage", chat=chat, after=True)
            made["dropped after"] += 1
        elif dice < 0.22:
            api.block(chat)
            made["403"] += 1
    return made


async def faulty_run(folder: Path, subscribers: int, seed: int, pace: Pace | None = None) -> dict[str, Any]:
    """The same with faults, the process killed at random points; nothing may be lost or doubled but `unknown` rows."""
    chance = random.Random(seed)  # noqa: S311
    async with BotApi() as api:
        api.limited = True
        here = Load(api, folder, pace or Pace())
        chats = audience(api, subscribers)
        made = troubled(api, chats, chance)
        here.prepare(chats)
        total = len(chats) + sum(1 for place, chat in enumerate(chats) if place % 10 == 9 and chat.id > 0)
        points = sorted(chance.sample(range(total // 20, total * 9 // 10), KILLS))
        try:
            for point in points:
                await here.start()
                await api.until(lambda point=point: len(api.of("sendMessage")) >= point, 600, "kill")  # type: ignore[misc]
                await here.kill()
            await here.start()
            rows = await here.settled(total, 300 + 2 * total / here.pace.per_second)
        finally:
            await here.stop()
        refused = Counter(call.error.status for call in api.of("sendMessage") if call.error)
        failed = {chat for chat, state in rows if state is ParcelState.FAILED}
        return account(rows, api, set()) | {
            "killed_after": points,
            "faults": dict(made),
            "refused_by_status": {str(status): number for status, number in refused.items()},
            "most_in_a_second": most_within([call for call in api.of("sendMessage") if call.ok], 1.0),
            "failed_unblocked": len(failed - api.blocked),
        }


def main() -> int:
    """Run one of the two and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=5000)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--per-second", type=float, default=Pace().per_second)
    chosen = parser.parse_args()
    pace = Pace(per_second=chosen.per_second)
    with tempfile.TemporaryDirectory() as folder:
        run = faulty_run(Path(folder), chosen.subscribers, chosen.seed, pace) if chosen.faults else plain_run(
            Path(folder), chosen.subscribers, pace
        )  # fmt: skip
        found = asyncio.run(run)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    wrong = [found["lost"], found["doubled"], found.get("limits_broken"), found.get("failed_unblocked")]
    slow = not chosen.faults and (found["share_of_pace"] < SHARE or found["answers_ms"]["p99"] > P99)
    return int(any(wrong) or slow)


if __name__ == "__main__":
    sys.exit(main())
