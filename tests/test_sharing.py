"""Several bots on one knowledge file: each a process of its own with its own people, while an editor publishes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.places import store_path
from bot.settings import Settings, StoreSettings
from handlers.library import Library
from handlers.render import render_text
from knowledge.ask import Context
from knowledge.errors import SettingsError, StoreError, StoreReadOnly
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore
from knowledge.store.people import People, people_path
from tests import invented
from tests.emulator import BotApi, Chat
from tests.shared import ROOT
from tests.summaries import summary

TEXT = """# {place}{bureau}2023年上半年工作总结

## 一、主要指标

1—6月，{what}{value}亿元，同比增长7.5%，增速居全市第2位。
医化行业产值31.2亿元，同比增长9.4%。

## 二、存在困难

一是招工难。企业普遍反映技术人工短缺，缺口约1200人。
"""


@dataclass(frozen=True)
class Bureau:
    """A bureau with a bot of its own, and what its people ask."""

    place: str
    name: str
    what: str
    admin: int

    def text(self, value: str) -> str:
        return TEXT.format(place=self.place, bureau=self.name, what=self.what, value=value)

    @property
    def question(self) -> str:
        return f"{self.place}{self.what}是多少"


BUREAUS = (
    Bureau("柏岭县", "经济和信息化局", "规模以上工业增加值", 77),
    Bureau("松溪县", "水务局", "水利投资", 78),
    Bureau("桐川县", "商务局", "社会消费品零售总额", 79),
)
OLD, NEW = "43.7", "45.2"


def published(path: Path, value: str) -> Path:
    """The three summaries in a knowledge file."""
    lexicon = load()
    files = write(path.parent, value)
    with KnowledgeStore.open(path) as store:
        store.publish([read_document(file, lexicon) for file in files], who="编辑", why="上半年")
    return path


def write(folder: Path, value: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for bureau in BUREAUS:
        files.append(folder / f"{bureau.place}{bureau.name}.md")
        files[-1].write_text(bureau.text(value), "utf-8")
    return files


def environment(token: str = "") -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_TOKEN": token}


def configure(folder: Path, shared: Path, bureau: Bureau, api: BotApi) -> None:
    folder.mkdir()
    (folder / "bot.toml").write_text(
        f'[store]\npath = "县.db"\nshared = "{shared}"\n[access]\nadmins = [{bureau.admin}]\nper_minute = 0\n'
        f'[telegram]\nbase_url = "{api.base_url}"\nbase_file_url = "{api.base_file_url}"\n'
        "[backup]\ndaily = false\n",
        "utf-8",
    )


@contextlib.asynccontextmanager
async def bot(folder: Path, shared: Path, bureau: Bureau) -> AsyncIterator[tuple[BotApi, Chat]]:
    """A bureau's bot as a process, its people beside a link in its own folder, and its admin."""
    async with BotApi(token=f"{bureau.admin}00001:token-of-{bureau.admin}-for-tests-only-abcdefg") as api:
        configure(folder, shared, bureau, api)
        command = [sys.executable, "-m", "bot", "run", "--config", str(folder / "bot.toml")]
        running = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment(api.token), stdout=asyncio.subprocess.DEVNULL
        )
        try:
            yield api, api.person("管理员", id=bureau.admin)
        finally:
            running.terminate()
            assert await running.wait() == 0
        assert not api.refused()


async def asked(api: BotApi, person: Chat, question: str) -> str:
    api.say(person, question)
    return (await api.wait("sendMessage", chat=person, within=30)).text


async def test_three_bots_answer_from_one_file_while_an_editor_publishes(tmp_path: Path) -> None:
    """Every answer is whole, from the old revision or from the new one; afterwards all from the new one."""
    shared = published(tmp_path / "全县" / "县.db", OLD)
    more = invented.write_into(tmp_path / "更多", 40)
    async with contextlib.AsyncExitStack() as stack:
        bots = [
            (bureau, *await stack.enter_async_context(bot(tmp_path / bureau.place, shared, bureau)))
            for bureau in BUREAUS
        ]
        for bureau, api, admin in bots:
            assert f"{OLD}亿元" in await asked(api, admin, bureau.question)
        files = [*write(tmp_path / "新", NEW), *more]
        command = [sys.executable, "-m", "bot", "ingest", "--store", str(shared), *map(str, files)]
        publishing = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment(), stdout=asyncio.subprocess.DEVNULL
        )
        ended = asyncio.ensure_future(publishing.wait())
        rounds = 0
        while not ended.done():
            rounds += 1
            for (bureau, _, _), said in zip(bots, await all_asked(bots), strict=True):
                assert f"{OLD}亿元" in said or f"{NEW}亿元" in said, (bureau, said)
        assert (await ended, rounds > 1) == (0, True)
        for (bureau, _, _), said in zip(bots, await all_asked(bots), strict=True):
            assert f"{NEW}亿元" in said and bureau.what in said
        for _, api, admin in bots[:1]:
            assert "每周一" in await asked(api, admin, "每周一早上八点半发周报")
    for bureau in BUREAUS:
        with People(people_path(tmp_path / bureau.place / "县.db")) as people:
            rows = people.file.read("SELECT DISTINCT chat FROM contexts")
            assert [row["chat"] for row in rows] == [str(bureau.admin)]
            subscribed = people.file.read("SELECT count(*) AS n FROM subscriptions")[0]["n"]
            assert subscribed == (1 if bureau is BUREAUS[0] else 0)
    assert not people_path(shared).exists()


async def all_asked(bots: list[tuple[Bureau, BotApi, Chat]]) -> list[str]:
    return await asyncio.gather(*(asked(api, admin, bureau.question) for bureau, api, admin in bots))


def test_a_bot_of_a_shared_file_cannot_write_it(tmp_path: Path) -> None:
    shared = published(tmp_path / "全县" / "县.db", OLD)
    settings = Settings(store=StoreSettings(tmp_path / "水务局" / "县.db", shared))
    path = store_path(None, settings, {})
    assert (path, path.is_symlink(), path.resolve()) == (tmp_path / "水务局" / "县.db", True, shared.resolve())
    assert people_path(path) == tmp_path / "水务局" / "县.people.db"
    with KnowledgeStore.open(path, readonly=True) as store:
        with pytest.raises(StoreReadOnly, match="总结由另一边统一发布"):
            store.publish([summary()], who="编辑", why="")
        assert store.latest() == 1


def test_a_file_of_ones_own_is_not_taken_for_the_shared_one(tmp_path: Path) -> None:
    shared, own = published(tmp_path / "全县" / "县.db", OLD), published(tmp_path / "自己" / "县.db", NEW)
    with pytest.raises(SettingsError, match="已是另一份数据文件"):
        store_path(None, Settings(store=StoreSettings(own, shared)), {})


def test_what_was_made_for_a_document_serves_the_next_revision_unless_the_document_changed(tmp_path: Path) -> None:
    path = published(tmp_path / "全县" / "县.db", OLD)
    with KnowledgeStore.open(path, readonly=True) as store:
        library = Library(store, load())
        for bureau in BUREAUS:
            assert f"{OLD}亿元" in answer(library, bureau.question)
        before = {doc.ref_area: library._latest()[1].matcher.index(doc) for doc in library.documents()}
        changed = tmp_path / "新" / "柏岭县经济和信息化局.md"
        changed.parent.mkdir()
        changed.write_text(BUREAUS[0].text(NEW), "utf-8")
        with KnowledgeStore.open(path) as editor:
            editor.publish([read_document(changed, load())], who="编辑", why="更正")
        assert [f"{NEW}亿元" in answer(library, bureau.question) for bureau in BUREAUS] == [True, False, False]
        after = {doc.ref_area: library._latest()[1].matcher.index(doc) for doc in library.documents()}
        assert [after[bureau.place] is before[bureau.place] for bureau in BUREAUS] == [False, True, True]


def test_indexes_are_made_ahead_for_as_many_documents_as_there_is_room_for(tmp_path: Path) -> None:
    path = published(tmp_path / "全县" / "县.db", OLD)
    with KnowledgeStore.open(path, readonly=True) as store:
        library = Library(store, load())
        library.prepare(threading.Event())
        made = library._latest()[1].matcher._indexes
        assert {doc.ref_area for doc in made} == {bureau.place for bureau in BUREAUS}
        assert all("standing" in index.sheet.__dict__ for index in made.values())
        stopped = threading.Event()
        stopped.set()
        fresh = Library(store, load())
        fresh.prepare(stopped)
        assert not fresh._latest()[1].matcher._indexes


def answer(library: Library, question: str) -> str:
    answers, _ = library.ask(question, Context(), datetime.now(UTC))
    return render_text(answers[0])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without rights")
def test_who_may_only_read_reads_while_the_publisher_has_the_file_open(tmp_path: Path) -> None:
    path = published(tmp_path / "全县" / "县.db", OLD)
    for folder in path.parents:
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(0o755)
    with KnowledgeStore.open(path) as publisher:
        publisher.latest()
        assert as_nobody(path) == "1"
    assert "没有别的程序开着它时" in as_nobody(path)


def as_nobody(path: Path) -> str:
    """What a reader without any rights to write finds: the number of the latest revision, or the error."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            with KnowledgeStore.open(path, readonly=True) as store:
                os.write(theirs, str(store.latest()).encode())
        except StoreError as error:
            os.write(theirs, str(error).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as said:
        return said.read().decode()
