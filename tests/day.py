"""A day of the bot's life, sped up: people ask all day long while things happen; nothing is lost, nothing doubled.

    python -m tests.day --people 200 --questions 5000

The program itself runs as a process against the emulated Telegram: two publications, a rollback, the weekly digest, two
restarts in the midst of questions, and a network that is lost for a while. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from knowledge.store.people import PeopleFile, people_path
from tests.bots import SUMMARY, store_in
from tests.emulator import BotApi, Chat
from tests.shared import ROOT

ASKED = (
    *("医化行业产值增速多少", "橡塑行业产值是多少", "规上工业增加值增速排第几", "用电量是多少", "机械行业增速"),
    *("小微企业园完成率是多少", "有哪些困难", "旅游收入是多少", "工业投资增长多少", "总体情况", "各行业产值和增速"),
    "医化和橡塑哪个增长快",
)
AT_ONCE = 60
WARM = 600  # questions before memory is measured


@dataclass
class Day:
    """The people, what each was owed and what came."""

    api: BotApi
    folder: Path
    chance: random.Random
    people: list[Chat]
    owed: Counter[int] = field(default_factory=Counter)
    wanted: list[tuple[Chat, str]] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    lives: list[dict[str, float]] = field(default_factory=list)
    asked: int = 0
    seconds: float = 0.0

    @property
    def store(self) -> Path:
        return self.folder / "县.db"

    def got(self) -> Counter[int]:
        """How many messages each chat received."""
        return Counter(call.chat for call in self.api.of("sendMessage") if call.ok and call.chat is not None)

    # -- the bot's process -------------------------------------------------------------------------------------------

    async def start(self) -> None:
        config = self.folder / "bot.toml"
        config.write_text(
            f'[telegram]\nbase_url = "{self.api.base_url}"\nbase_file_url = "{self.api.base_file_url}"\n'
            '[access]\nmode = "open"\nper_minute = 0\n[backup]\ndaily = false\n'
        )
        command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--store", str(self.store)]
        environment = os.environ | {"JIANBAO_TOKEN": self.api.token, "PYTHONPATH": str(ROOT)}
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
        self.lives.append({"questions": 0, "warm_mb": 0.0, "end_mb": 0.0})

    async def stop(self) -> None:
        assert self.process is not None
        self.lives[-1]["end_mb"] = self.memory()
        self.process.send_signal(signal.SIGTERM)
        assert await self.process.wait() == 0

    def memory(self) -> float:
        """Megabytes that are the process's own (what it shares with others left out)."""
        assert self.process is not None
        return round(psutil.Process(self.process.pid).memory_full_info().uss / 1e6, 1)

    # -- what people do ----------------------------------------------------------------------------------------------

    async def ask(self, count: int, wait: bool = True) -> None:
        """Some people ask something, many at once."""
        start = time.perf_counter()
        for _ in range(count):
            person, question = self.chance.choice(self.people), self.chance.choice(ASKED)
            self.say(person, question)
            self.asked += 1
            self.lives[-1]["questions"] += 1
            if self.process and self.process.returncode is None:
                await self.behind(AT_ONCE)
            if self.lives[-1]["questions"] == WARM:
                await self.behind(0)
                self.lives[-1]["warm_mb"] = self.memory()
        if wait:
            await self.behind(0)
        self.seconds += time.perf_counter() - start

    def say(self, person: Chat, text: str) -> None:
        self.api.say(person, text)
        self.owed[person.id] += 1

    async def behind(self, most: int) -> None:
        """Wait until no more than so many answers are owed."""
        owed = sum(self.owed.values())
        try:
            await self.api.until(lambda: self.received() >= owed - most, 120, "answers")
        except AssertionError as error:
            log = (self.folder / "log").read_text("utf-8", "replace")
            missing = owed - self.received()
            raise AssertionError(f"{missing} answers did not come; the log ends with: {log[-2000:]}") from error

    def received(self) -> int:
        """How many messages came, counted on from the last time."""
        fresh = self.api.calls[self._seen :]
        self._seen = len(self.api.calls)
        self._count += sum(call.ok and call.method == "sendMessage" for call in fresh)
        return self._count

    _seen: int = 0
    _count: int = 0

    # -- what happens ------------------------------------------------------------------------------------------------

    async def publish(self, year: int, growth: str) -> None:
        """Another process reads a new summary into the store while people ask."""
        file = self.folder / f"柏岭{year}上.md"
        file.write_text(SUMMARY.format(year=year, added="50.2", growth=growth, rank="1"), "utf-8")
        await self.command("ingest", str(file))

    async def command(self, *args: str) -> None:
        code = [sys.executable, "-m", "bot", *args, "--store", str(self.store)]
        process = await asyncio.create_subprocess_exec(*code, cwd=ROOT, stdout=-3)
        assert await process.wait() == 0, args

    async def digest(self, subscribers: list[Chat]) -> None:
        """The hour of the digest comes for everybody who subscribed."""
        file = PeopleFile(people_path(self.store))
        with file.write(durable=True) as connection:
            connection.execute(
                "UPDATE subscriptions SET next_at = ?, next_slot = '2026-11-30'", (datetime.now(UTC).timestamp() - 60,)
            )
        file.close()
        for person in subscribers:
            self.owed[person.id] += 1

    async def lose_network(self) -> None:
        """Connections break: polls and messages do not arrive for a while."""
        for method, times in (("getUpdates", 5), ("sendMessage", 25)):
            self.api.fail(method, drop=True, times=times)


async def live(people: int, questions: int, seed: int) -> dict[str, Any]:
    """The day; what was owed, what came, and how memory went."""
    os.environ["PTB_TIMEDELTA"] = "1"
    with tempfile.TemporaryDirectory(prefix="jianbao-day-") as room:
        store_in(Path(room))
        async with BotApi() as api:
            chance = random.Random(seed)  # noqa: S311
            day = Day(api, Path(room), chance, [api.person(f"人{number}") for number in range(people)])
            try:
                await _hours(day, questions)
            finally:
                if day.process and day.process.returncode is None:
                    with suppress(ProcessLookupError):
                        day.process.kill()
                        await day.process.wait()
            return _account(day)


async def _hours(day: Day, questions: int) -> None:
    part = questions // 10
    subscribers = day.people[::2]
    await day.start()
    for person in subscribers:
        day.say(person, "每周一早上八点半给我推周报")
    await day.behind(0)
    await day.ask(2 * part)
    await asyncio.gather(day.publish(2024, "8.1"), day.ask(part))
    await day.ask(part // 2, wait=False)
    await day.stop()  # a restart while questions come in
    await day.ask(AT_ONCE // 2, wait=False)
    await day.start()
    await day.ask(2 * part)
    await day.lose_network()
    await day.ask(part)
    await asyncio.gather(day.publish(2025, "3.3"), day.ask(part))
    await day.command("rollback", "2", "--why", "数字有误")
    await day.ask(part // 2)
    await day.digest(subscribers)
    await day.ask(part // 2, wait=False)
    await day.stop()  # the second restart, while digests go out
    await day.start()
    await day.ask(questions - day.asked)
    await day.behind(0)
    await day.api.quiet()
    await day.stop()


def _account(day: Day) -> dict[str, Any]:
    got = day.got()
    texts = Counter(call.text[:2] for call in day.api.of("sendMessage"))
    lost = sum((day.owed - got).values())
    doubled = sum((got - day.owed).values())
    grown = [round(each["end_mb"] / each["warm_mb"] - 1, 4) for each in day.lives if each["warm_mb"]]
    log = (day.folder / "log").read_text("utf-8", "replace")
    return {
        "people": len(day.people),
        "questions": day.asked,
        "messages": sum(day.owed.values()),
        "received": sum(got.values()),
        "lost": lost,
        "doubled": doubled,
        "refused": len(day.api.refused()),
        "tracebacks": log.count("Traceback"),
        "warnings": log.count(" WARNING "),
        "lives": day.lives,
        "memory_growth": grown,
        "per_second": round(day.asked / day.seconds, 1),
        "kinds": len(texts),
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=200)
    options.add_argument("--questions", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    print(json.dumps(asyncio.run(live(given.people, given.questions, given.seed)), ensure_ascii=False))
