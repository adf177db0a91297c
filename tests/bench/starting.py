"""How soon the program answers from cold, and how soon the bot does, and what memory it takes then."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
from bench.reading import JIANBAO, environment, held
from bench.report import ROOT, Row, at_most, wall

from knowledge.store import KnowledgeStore
from tests.emulator import BotApi, Chat

ROUNDS = 9


def cold(store: Path) -> Iterator[Row]:
    """`jianbao ask` in a process of its own, in turns with a Python that does nothing and with a plain grep's peer."""
    question = first_question(store)
    ask = [*JIANBAO, "ask", "--store", str(store), question]
    bare = [sys.executable, "-c", "pass"]
    peer = [sys.executable, "-c", f"import jieba; jieba.setLogLevel(60); jieba.lcut({question!r})"]
    for command in (ask, bare, peer):
        run(command)
    times = [tuple(wall(lambda c=command: run(c)) for command in (ask, bare, peer)) for _ in range(ROUNDS)]
    ours, floor, jieba = (statistics.median(each) for each in zip(*times, strict=True))
    yield at_most("cold `jianbao ask` on one document", ours, "s", 0.5)
    yield Row("a Python that does nothing", floor, "s")
    yield Row("a Python that cuts the question with jieba", jieba, "s")


def run(command: Sequence[str]) -> None:
    """A process to its end."""
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment(), check=False)
    assert done.returncode in (0, 1), done.stderr.decode()


def first_question(store: Path) -> str:
    """A question about the first figure of a store that has a place."""
    with KnowledgeStore.open(store, readonly=True) as knowledge:
        shelf = knowledge.shelf()
        doc = shelf.documents()[-1]
        facts = [fact.obs for fact in shelf.document_facts(doc.doc_id)]
    obs = next((obs for obs in facts if obs.value is not None and obs.activity is None), facts[0])
    return f"{doc.ref_area or ''}{doc.year or ''}年{obs.indicator}是多少"


def bot(store: Path, folder: Path) -> Iterator[Row]:
    """`jianbao run` from its start to its first answer, to a question that waits for it; memory after some answers."""
    count = documents(store)
    for number in range(3):
        seconds, memory = asyncio.run(_started(store, folder / str(number)))
        if number == 0:
            best, least = seconds, memory
        best, least = min(best, seconds), min(least, memory)
    yield at_most(f"bot's first answer after its start with {count:,} documents", best, "s", 2)
    yield Row(f"memory of the bot with {count:,} documents after ten questions", least / 2**20, "MB")


def documents(store: Path) -> int:
    """How many documents a store has."""
    with KnowledgeStore.open(store, readonly=True) as knowledge:
        return len(knowledge.shelf().documents())


async def _started(store: Path, folder: Path) -> tuple[float, int]:
    config = folder / "bot.toml"
    async with BotApi() as api:
        asker = api.person("甲")
        text = f'[store]\npath = "{folder}/own.db"\nshared = "{store}"\n[access]\nmode = "open"\nper_minute = 0\n'
        text += f'[telegram]\nbase_url = "{api.base_url}"\nbase_file_url = "{api.base_file_url}"\n'
        await asyncio.to_thread(_write, config, text + "[backup]\ndaily = false\n")
        api.say(asker, first_question(store))
        start = time.perf_counter()
        running = await asyncio.create_subprocess_exec(
            *JIANBAO, "run", "--config", str(config), cwd=ROOT, env=environment() | {"JIANBAO_TOKEN": api.token},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await api.wait("sendMessage", chat=asker, within=60)
            seconds = time.perf_counter() - start
            await _ask_more(api, asker, store)
            memory = held(psutil.Process(running.pid))
        finally:
            with contextlib.suppress(ProcessLookupError):
                running.terminate()
            await running.wait()
    return seconds, memory


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")


async def _ask_more(api: BotApi, asker: Chat, store: Path) -> None:
    for question in questions(store, 10):
        api.say(asker, question)
        await api.wait("sendMessage", chat=asker, within=60)


def questions(store: Path, count: int) -> list[str]:
    """Questions about the yearly figures that every report states, each about another place and year."""
    what = (
        "地区生产总值是多少",
        "进出口总额增长多少",
        "财政收入是多少",
        "城镇居民人均可支配收入增长多少",
        "工业增加值是多少",
    )
    with KnowledgeStore.open(store, readonly=True) as knowledge:
        docs = [doc for doc in knowledge.shelf().documents() if doc.ref_area and doc.time_period]
    chosen = [docs[at * len(docs) // count] for at in range(count)]
    return [
        f"{doc.ref_area}{doc.time_period.end[0] if doc.time_period else ''}年{what[number % len(what)]}"
        for number, doc in enumerate(chosen)
    ]
