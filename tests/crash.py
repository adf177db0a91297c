"""Kills processes with SIGKILL at random moments while they change the files, and looks at what is left.

    python -m tests.crash --rounds 200 --seed 1

Each round copies a prepared folder, does one thing to it in a process that is killed at a random moment between its
start and its usual end, and checks: both files open, SQLite finds them whole, they hold what they held before or all
of the change, and doing the same thing again completes it. Prints one JSON object; `broken` lists what was found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Migrations

from bot import cli
from handlers.digests.composer import Letter
from handlers.weekly import Courier
from knowledge.indexing import catch_up
from knowledge.lexicon import load
from knowledge.mailing import ChatKind, Due, Outcome, Pace, Parcel, ParcelState, Subscription, Verdict
from knowledge.match.sheet import unpack
from knowledge.model import Extraction
from knowledge.schedule import workdays
from knowledge.store import Edit, KnowledgeStore
from knowledge.store.database import open_database
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import Grant, People, Role, people_path
from knowledge.store.people.schema import MIGRATIONS
from knowledge.store.transfer import export_lines
from knowledge.store.upkeep import back_up, backups, check, restore
from tests.summaries import summary

PACE = Pace(per_second=5000, chat_per_second=1000, at_once=8, back_off_seconds=0.01, lease_seconds=0)
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
CHATS = 40
_MOMENT = re.compile(r'"(at|corrected_at)":"[^"]*"')


def store_of(folder: Path) -> Path:
    return folder / "县.db"


def many() -> list[Extraction]:
    """Twelve summaries of twelve bureaus."""
    words = enumerate("甲乙丙丁戊己庚辛壬癸子丑", 20)
    return [summary(issuer=f"云溪县{word}局", name=f"{word}.txt", bamboo=f"{number}.5") for number, word in words]


def state(folder: Path) -> str:
    """What the knowledge file holds, the time of day aside; raises where it is not whole."""
    path = store_of(folder)
    if not path.exists():
        return ""
    with KnowledgeStore.open(path) as store:
        check(path)
        return "" if store.latest() == 0 else "\n".join(_MOMENT.sub("", line) for line in export_lines(store))


# -- what is done, and what must be so afterwards --------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """Something that changes files: how a folder is prepared for it, the deed, what else must be so after a kill."""

    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    besides: Callable[[Path], None] = lambda folder: None


def with_one(folder: Path) -> None:
    with KnowledgeStore.open(store_of(folder)) as store:
        store.publish([summary()], who="编辑", why="一")
    with People(people_path(store_of(folder))) as people:
        people.access.admit("telegram", "7", "小林", Grant(Role.EDITOR), "telegram:1", NOW)


def with_file(folder: Path) -> None:
    (folder / "总结.md").write_text(
        "# 云溪县工业局2022年上半年工作总结\n\n1—6月，竹木行业产值12.3亿元，同比增长8.1%。\n", "utf-8"
    )


def ingest(folder: Path) -> None:
    cli._run(["ingest", "--workers", "1", "--store", str(store_of(folder)), str(folder / "总结.md")])


def publish(folder: Path) -> None:
    with KnowledgeStore.open(store_of(folder)) as store:
        store.publish(many(), who="编辑", why="二")


def with_many(folder: Path) -> None:
    with KnowledgeStore.open(store_of(folder)) as store:
        store.publish(many(), who="编辑", why="一")


def index(folder: Path) -> None:
    with KnowledgeStore.open(store_of(folder)) as store:
        list(catch_up(store, load(), batch=1))


def indexed_whole(folder: Path) -> None:
    """Each index that is stored can be read, and the rest is made by the next one who tries."""
    with KnowledgeStore.open(store_of(folder)) as store:
        kept = [row[0] for row in store.connection.execute("SELECT body FROM sheets")]
        assert all(unpack(body).obs_ids for body in kept)
        assert next(catch_up(store, load())) == len(many()) - len(kept)


def correct(folder: Path) -> None:
    with KnowledgeStore.open(store_of(folder)) as store:
        facts = store.shelf().document_facts(1)
        edits = [Edit(fact.obs, None) for fact in facts[1:]]
        if edits:
            store.correct(1, edits, who="编辑", why="笔误")


def old_people(folder: Path) -> None:
    """A people file as the first version made it, with somebody in it."""
    first = Migrations("jianbao.people")
    first._migrations = MIGRATIONS._migrations[:1]
    with closing(open_database(people_path(store_of(folder)), first).conn) as connection:
        connection.execute(
            "INSERT INTO persons VALUES ('telegram', '7', '小林', NULL, 'editor', 'admitted', NULL, '2026', NULL)"
        )
        connection.commit()


def migrate(folder: Path) -> None:
    with People(people_path(store_of(folder))) as people:
        Deliveries(people.file)


def migrated_whole(folder: Path) -> None:
    """Each migration is recorded just if its tables are there."""
    with closing(sqlite3.connect(people_path(store_of(folder)))) as connection:
        done = {row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations")}
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for name, table in (("talks", "contexts"), ("review", "synonyms"), ("audit", "audit"), ("first", "outbox")):
            assert (name in done) == (table in tables), f"{name} half done"
        assert connection.execute("SELECT name FROM persons").fetchall() == [("小林",)]


def subscribed(folder: Path) -> None:
    with_one(folder)
    with People(people_path(store_of(folder))) as people:
        deliveries = Deliveries(people.file)
        due = Due(NOW.date(), datetime.now(UTC) - timedelta(minutes=1))
        for chat in range(1, CHATS + 1):
            deliveries.subscriptions.subscribe(Subscription(0, chat, chat, ChatKind.PRIVATE), due, NOW)


def send(folder: Path) -> None:
    """Deliver; a letter counts as arrived when its line is in the file."""

    async def arrive(parcel: Parcel, letter: Letter) -> Outcome:
        with (folder / "arrived").open("a") as file:
            file.write(f"{parcel.chat_id}\n")
        await asyncio.sleep(0)
        return Outcome(parcel.parcel_id, Verdict.SENT, message_id=1, revision=letter.revision)

    asyncio.run(_drained(Courier(store_of(folder), arrive, PACE, workdays())))


async def _drained(courier: Courier) -> None:
    await courier.drain()


def sent_once(folder: Path) -> None:
    """After another process went on: every letter arrived once, or its row says that nobody knows."""
    send(folder)
    arrived = Counter(map(int, (folder / "arrived").read_text().split()))
    with People(people_path(store_of(folder))) as people:
        rows = dict(people.file.read("SELECT chat_id, state FROM outbox"))  # type: ignore[arg-type]
    assert max(arrived.values()) == 1, "doubled"
    assert set(rows) == set(range(1, CHATS + 1)), "lost"
    assert set(rows.values()) <= {ParcelState.SENT, ParcelState.UNKNOWN}
    assert {chat for chat, found in rows.items() if found == ParcelState.SENT} <= set(arrived), "lost"
    assert sum(found == ParcelState.UNKNOWN for found in rows.values()) <= PACE.at_once


def copy_out(folder: Path) -> None:
    back_up(store_of(folder), folder / "backups", NOW)


def copies_whole(folder: Path) -> None:
    for each in backups(folder / "backups", store_of(folder)):
        check(each.path), check(each.people)


def with_backup(folder: Path) -> None:
    with_one(folder)
    copy_out(folder)
    publish(folder)


def put_back(folder: Path) -> None:
    restore(folder / "backups" / "县-20261125T010000Z.db", store_of(folder), NOW)


DEEDS = {
    "ingest": Deed(with_file, ingest),
    "publish": Deed(with_one, publish),
    "index": Deed(with_many, index, indexed_whole),
    "migrate": Deed(old_people, migrate, migrated_whole),
    "correct": Deed(with_one, correct),
    "send": Deed(subscribed, send, sent_once),
    "backup": Deed(with_one, copy_out, copies_whole),
    "restore": Deed(with_backup, put_back),
}


# -- killing ---------------------------------------------------------------------------------------------------------


def killed(act: Callable[[Path], None], folder: Path, after: float | None) -> tuple[bool, float]:
    """Do something in a process of its own, killed after so many seconds; whether it was, and how long it took."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
        if after is not None:
            threading.Timer(after, os.kill, (os.getpid(), signal.SIGKILL)).start()
        try:
            act(folder)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError(f"{act.__name__} failed by itself")
    return os.WIFSIGNALED(status), time.perf_counter() - start


class Bench:
    """A deed with its prepared folder, its usual duration, and the states before and after it."""

    def __init__(self, deed: Deed, room: Path) -> None:
        self.deed, self.room = deed, room
        self.origin = room / "origin"
        self.origin.mkdir(parents=True)
        deed.prepare(self.origin)
        self.before = state(self.origin)
        folder = self.fresh("whole")
        self.seconds = min(killed(deed.act, folder, None)[1], killed(deed.act, self.fresh("again"), None)[1])
        self.after = state(folder)

    def fresh(self, name: str) -> Path:
        """A copy of the prepared folder."""
        folder = self.room / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.origin, folder)
        return folder

    def round(self, number: int, chance: random.Random) -> str:
        """One kill; says how it ended: as before, after, or finished before the kill came."""
        folder = self.fresh(f"round{number % 2}")
        was_killed, _ = killed(self.deed.act, folder, chance.uniform(0, self.seconds))
        for path in folder.glob("*.db"):
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        left = state(folder)
        assert left in (self.before, self.after), "half a change"
        self.deed.besides(folder)
        if self.deed.act is not send:
            killed(self.deed.act, folder, None)
            assert state(folder) == self.after, "doing it again does not complete it"
        return "after" if left == self.after != self.before else "before" if was_killed else "finished"


def run(rounds: int, seed: int) -> dict[str, object]:
    """Rounds in turn over all deeds."""
    chance = random.Random(seed)  # noqa: S311
    counts: dict[str, Counter[str]] = {name: Counter() for name in DEEDS}
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="jianbao-crash-") as room:
        benches = {name: Bench(deed, Path(room) / name) for name, deed in DEEDS.items()}
        for number, name in zip(range(rounds), _turns(list(DEEDS)), strict=False):
            try:
                counts[name][benches[name].round(number, chance)] += 1
            except Exception:
                broken.append(f"round {number}, {name}: {traceback.format_exc(limit=3)[-600:]}")
    return {
        "rounds": rounds,
        "seed": seed,
        "faults": len(broken),
        "broken": broken[:10],
        "left": {name: dict(each) for name, each in counts.items()},
    }


def _turns(names: list[str]) -> Iterator[str]:
    while True:
        yield from names


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    print(json.dumps(run(given.rounds, given.seed), ensure_ascii=False))
