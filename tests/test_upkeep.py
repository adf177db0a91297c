"""Backups, restoring, integrity checks and the bot's own housekeeping: nothing lost, every fault a sentence."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import running
from bot.cli import cli
from bot.settings import BackupSettings, Settings
from bot.upkeep import Upkeep
from knowledge.errors import NotAStore, StoreBroken, StoreBusy, StoreError, StoreFull
from knowledge.mailing import ChatKind, Due, ParcelState, Subscription
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import Grant, People, Role, people_path
from knowledge.store.transfer import export_lines
from knowledge.store.upkeep import back_up, backups, check, check_store, restore, rotate, superfluous
from tests.bots import settings_for
from tests.emulator import BotApi
from tests.shared import ROOT
from tests.summaries import summary

NOW = datetime(2026, 11, 25, 3, 15, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one summary and one person."""
    path = tmp_path / "数据" / "县.db"
    path.parent.mkdir()
    with KnowledgeStore.open(path) as knowledge:
        knowledge.publish([summary()], who="编辑", why="测试")
    with People(people_path(path)) as people:
        people.access.admit("telegram", "7", "小林", Grant(Role.EDITOR), "telegram:1", NOW)
    return path


def lines(path: Path) -> list[str]:
    with KnowledgeStore.open(path, readonly=True) as knowledge:
        return list(export_lines(knowledge))


def damage(path: Path) -> None:
    """Overwrite pages in the middle of a file, its log gone."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\x5a" * 20_000)


# -- backing up and putting back -----------------------------------------------------------------------------------


def test_a_backup_is_a_store_as_it_was_and_private(store: Path, tmp_path: Path) -> None:
    with KnowledgeStore.open(store) as knowledge:  # in use, something still in its log
        knowledge.publish([summary("2022年全年工作总结", period="2022", name="年.txt")], who="编辑", why="测试")
        made = back_up(store, tmp_path / "备份", NOW)
    assert made.path.name == "县-20261125T031500Z.db"
    assert sorted(file.name for file in (tmp_path / "备份").iterdir()) == [made.path.name, made.people.name]
    assert {oct(file.stat().st_mode & 0o777) for file in (made.path, made.people)} == {"0o600"}
    assert lines(made.path) == lines(store)
    with People(made.people) as people:
        assert people.access.find("telegram", "7") is not None


def test_restoring_gives_back_just_what_was_and_keeps_what_is(store: Path, tmp_path: Path) -> None:
    before = lines(store)
    made = back_up(store, tmp_path / "备份", NOW)
    with KnowledgeStore.open(store) as knowledge:
        knowledge.publish([summary(bamboo="99")], who="编辑", why="写错了")
    wrong = lines(store)
    aside = restore(made.path, store, NOW)
    assert lines(store) == before
    assert [file.name for file in aside] == ["县.people.before-20261125T031500Z.db", "县.before-20261125T031500Z.db"]
    assert lines(aside[1]) == wrong
    with People(people_path(store)) as people:
        people.access.admit("telegram", "8", "小王", Grant(Role.VIEWER), "telegram:1", NOW)  # can be written
        assert people.audit.broken_at() is None


def test_a_broken_store_can_be_restored(store: Path, tmp_path: Path) -> None:
    before = lines(store)
    made = back_up(store, tmp_path, NOW)
    damage(store)
    with pytest.raises(StoreBroken, match="jianbao restore"):
        check(store)
    restore(made.path, store, NOW)
    assert lines(store) == before


def test_a_broken_backup_changes_nothing(store: Path, tmp_path: Path) -> None:
    before = lines(store)
    made = back_up(store, tmp_path, NOW)
    damage(made.people)
    with pytest.raises(StoreBroken):
        restore(made.path, store, NOW)
    made.people.unlink()
    made.path.write_bytes(b"SQLite format 3\0 is not enough" * 100)
    with pytest.raises(NotAStore):
        restore(made.path, store, NOW)
    with pytest.raises(StoreError, match="backup --list"):
        restore(tmp_path / "无.db", store, NOW)
    assert lines(store) == before
    assert sorted(file.name for file in store.parent.iterdir() if file.suffix == ".db") == ["县.db", "县.people.db"]


def test_a_store_in_use_is_not_replaced(store: Path, tmp_path: Path) -> None:
    made = back_up(store, tmp_path, NOW)
    for use in (lambda: KnowledgeStore.open(store), lambda: People(people_path(store))):
        with use() as open_file:
            getattr(open_file, "latest", lambda: 0)()
            with pytest.raises(StoreBusy, match="停止机器人"):
                restore(made.path, store, NOW)
    restore(made.path, store, NOW)


def test_what_came_due_since_the_backup_is_never_sent_again(store: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with People(people_path(store)) as people:
        deliveries = Deliveries(people.file)
        due = Due((now - timedelta(hours=1)).date(), now - timedelta(hours=1))
        deliveries.subscriptions.subscribe(Subscription(0, 7, 7, ChatKind.PRIVATE), due, now)
    made = back_up(store, tmp_path, now)
    result = CliRunner().invoke(cli, ["restore", str(made.path), "--store", str(store)])
    assert result.exit_code == 0, result.output
    with People(people_path(store)) as people:
        deliveries = Deliveries(people.file)
        assert deliveries.outbox.counts() == {ParcelState.UNKNOWN: 1}
        (subscription,) = deliveries.subscriptions.of_chat(7)
        assert subscription.next_at is not None and subscription.next_at > now
        assert deliveries.outbox.last_unsure(subscription.sub_id), "the next digest says that one may be missing"


@pytest.mark.parametrize("room", ["none", "read-only"])
def test_no_room_is_a_sentence_and_leaves_nothing(
    store: Path, tmp_path: Path, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if room == "none":
        monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 1000))
        folder = tmp_path / "满"
    else:
        (tmp_path / "文件").write_text("no folder")
        folder = tmp_path / "文件" / "夹"
    with pytest.raises(StoreFull, match=r"腾出空间|可写"):
        back_up(store, folder, NOW)
    assert not folder.exists() or not list(folder.iterdir())


def limited(store: Path, bytes_: int, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may write files of so many bytes only, as on a full disk."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_}, {bytes_}))\n"
        "from bot import cli\n"
        "sys.exit(cli._run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, *args, "--store", str(store)]
    alone = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}  # it writes files, too
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=alone)


def test_a_disk_that_fills_up_meanwhile(store: Path, tmp_path: Path) -> None:
    before = lines(store)
    for command in (["backup", "--to", str(tmp_path / "备份")], ["restore", str(back_up(store, tmp_path, NOW).path)]):
        done = limited(store, 50_000, *command)
        assert done.returncode == 2 and "Traceback" not in done.stderr and "磁盘空间" in done.stderr, done.stderr
    assert not list((tmp_path / "备份").iterdir())
    assert lines(store) == before and check_store(store) is None


def test_commands_in_a_read_only_folder_are_refused_in_words(store: Path) -> None:
    plain = [sys.executable, "-m", "bot"]
    if os.geteuid() == 0:  # root without the right to write everywhere
        if not shutil.which("setpriv"):
            pytest.skip("needs setpriv, or another user than root")
        plain = ["setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search", *plain]
    sample = ROOT / "knowledge/samples/县经信局-上半年工作总结.md"
    store.parent.chmod(0o555)
    try:
        for args in (["ingest", str(sample), "--workers", "1"], ["backup"]):
            command = [*plain, *args, "--store", str(store)]
            done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
            assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
            assert "可写" in done.stderr
    finally:
        store.parent.chmod(0o755)
    check_store(store)


# -- which are kept ------------------------------------------------------------------------------------------------


def test_rotation_keeps_days_and_weeks_and_other_stores(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "备份"
    made = back_up(store, folder, NOW)
    for day in range(1, 40):
        at = NOW - timedelta(days=day)
        for file in (made.path, made.people):
            shutil.copy(file, folder / file.name.replace("20261125T031500Z", at.strftime("%Y%m%dT%H%M%SZ")))
    shutil.copy(made.path, folder / "别的-20200101T000000Z.db")
    gone = rotate(folder, store, days=7, weeks=4)
    kept = [each.at for each in backups(folder, store)]
    assert (len(gone), len(kept)) == (31, 9)
    assert kept[:7] == [NOW - timedelta(days=day) for day in range(7)]
    assert [at.strftime("%m-%d") for at in kept[7:]] == ["11-15", "11-08"], "Sundays of two weeks more"
    assert all(each.people.exists() for each in backups(folder, store))
    assert (folder / "别的-20200101T000000Z.db").exists()
    assert len(list(folder.iterdir())) == 19


def test_a_clock_that_was_ahead_throws_nothing_away() -> None:
    ahead = [NOW + timedelta(days=3650), *(NOW - timedelta(days=day) for day in range(3))]
    assert superfluous(ahead, 14, 8) == []


# -- what the bot does by itself -----------------------------------------------------------------------------------


class Clock:
    """Time that a test turns."""

    def __init__(self) -> None:
        self.now, self.seconds = NOW, 0.0

    def forward(self, **span: float) -> None:
        """Time goes by."""
        self.now += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def looking_after(store: Path, people: People, clock: Clock, **rule: object) -> Upkeep:
    settings = Settings(backup=BackupSettings(**rule))  # type: ignore[arg-type]
    return Upkeep(settings, store, people, lambda: clock.now, lambda: clock.seconds)


def test_the_bot_backs_up_once_a_day_and_rotates(store: Path, clock: Clock) -> None:
    with People(people_path(store)) as people:
        upkeep = looking_after(store, people, clock, keep_days=3, keep_weeks=1)
        for _ in range(6 * 24):
            upkeep.look()
            clock.forward(hours=1)
    found = backups(store.parent / "backups", store)
    assert [each.at.astimezone().strftime("%H") for each in found] == [found[0].at.astimezone().strftime("%H")] * 3
    assert {(one.at - two.at) for one, two in pairwise(found)} == {timedelta(days=1)}


def test_a_failing_backup_is_told_and_tried_again_an_hour_later(
    store: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (store.parent / "backups").write_text("in the way")
    with People(people_path(store)) as people:
        upkeep = looking_after(store, people, clock)
        for _ in range(30):
            upkeep.look()
            clock.forward(minutes=1)
        told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert len(told) == 1 and "可写" in told[0]
        (store.parent / "backups").unlink()
        clock.forward(hours=1)
        upkeep.look()
    assert len(backups(store.parent / "backups", store)) == 1


def test_a_jump_of_the_clock_is_told_and_nothing_is_thrown_away_for_an_hour(
    store: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with People(people_path(store)) as people:
        key = _key()
        people.review.keep(key, "去年旅游收入多少", "not_found", clock.now)
        upkeep = looking_after(store, people, clock)
        upkeep.look()
        clock.forward(hours=2)
        clock.now += timedelta(days=365)  # set ahead
        upkeep.look()
        assert any("时钟跳了" in record.getMessage() for record in caplog.records)
        assert len(people.review.open()) == 1
        clock.now -= timedelta(days=365)  # and put right
        clock.forward(hours=2)
        upkeep.look()
        assert len(people.review.open()) == 1
        clock.forward(days=200)
        upkeep.look()
        assert people.review.open() == [], "kept for [privacy] question_days only"


def _key() -> object:
    from knowledge.store.people import Key

    return Key("telegram", "7", "7")


def test_a_full_disk_is_told(
    store: Path, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 10**6))
    with People(people_path(store)) as people:
        looking_after(store, people, clock).look()
    told = [record.getMessage() for record in caplog.records]
    assert any("只剩 1 MB" in text for text in told) and any("磁盘放不下" in text for text in told)


# -- what is wrong with a store ------------------------------------------------------------------------------------


async def test_the_bot_does_not_start_on_a_broken_store(tmp_path: Path) -> None:
    async with BotApi() as api:
        settings = settings_for(api, tmp_path)
        assert settings.store.path is not None
        damage(settings.store.path)
        with pytest.raises(StoreBroken, match="已损坏，请用最近的备份恢复"):
            async with running(settings):
                pass
    assert not api.of("sendMessage")


def test_a_wrong_index_is_found(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(identity)', '(identity || 1)')"
            " WHERE name = 'documents_identity'"
        )
        connection.commit()
    with pytest.raises(StoreBroken):
        check(store)


def test_a_store_that_is_locked_says_so(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.store.database.BUSY_MS", 10)
    with closing(sqlite3.connect(store)) as other, KnowledgeStore.open(store) as knowledge:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="稍后再试"):
            knowledge.publish([summary(bamboo="13")], who="编辑", why="测试")
        other.rollback()
        knowledge.publish([summary(bamboo="13")], who="编辑", why="测试")
        assert knowledge.latest() == 2
