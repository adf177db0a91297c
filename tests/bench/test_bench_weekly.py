"""How long a person waits for an answer while digests go out: by the outbox, and by sending all at once as peers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from handlers.access import Gate, Rules
from handlers.commands.turn import Services
from handlers.library import Library
from handlers.messages import Who
from handlers.sending import sender
from handlers.talk import Talk
from handlers.weekly import Courier
from knowledge.lexicon import load
from knowledge.mailing import Due, Pace, Subscription
from knowledge.schedule import workdays
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import People, people_path
from tests.emulator import BotApi
from tests.summaries import summary

SUBSCRIBERS, QUESTIONS = 160, 60
NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "县.db"
    with KnowledgeStore.open(path) as knowledge:
        knowledge.publish([summary()], who="编辑", why="测试")
    return path


async def waits(store: Path, sending: Callable[[BotApi, Path, Bot], Awaitable[Any]]) -> list[float]:
    """How long each of many questions waits for its answer while something is sent."""
    knowledge, people = KnowledgeStore.open(store), People(people_path(store))
    talk = Talk(Services(Library(knowledge, load()), people, Gate(people.access, Rules("open"))))
    took = []
    async with BotApi() as api:
        api.fail("sendMessage", times=10**6, delay=0.03)  # as far as a server on the same continent
        chats = [api.person(f"人{number}") for number in range(SUBSCRIBERS)]
        deliveries = Deliveries(people.file)
        for chat in chats:
            deliveries.subscriptions.subscribe(Subscription(0, chat.id, chat.id), Due(NOW.date(), NOW), NOW)
        asker = api.person("提问人")
        request = HTTPXRequest(connection_pool_size=8)
        async with Bot(api.token, api.base_url, request=request) as bot:
            task = asyncio.ensure_future(sending(api, store, bot))
            await api.until(lambda: bool(api.of("sendMessage")), 10, "first message")
            for _ in range(QUESTIONS):
                start = time.perf_counter()
                reply = await asyncio.to_thread(
                    talk.say, Who("telegram", str(asker.id), str(asker.id)), "竹木行业产值增速多少", NOW
                )
                await bot.send_message(asker.id, reply.html, parse_mode="HTML")
                took.append(time.perf_counter() - start)
                await asyncio.sleep(0.02)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    people.close()
    knowledge.close()
    return sorted(took)


async def by_outbox(api: BotApi, store: Path, bot: Bot) -> None:
    pace = Pace()
    async with Bot(api.token, api.base_url, request=HTTPXRequest(connection_pool_size=pace.at_once)) as own:
        await Courier(store, sender(own, pace), pace, workdays()).run()


async def all_at_once(api: BotApi, store: Path, bot: Bot) -> None:
    while True:
        await asyncio.gather(*(bot.send_message(chat, "周报") for chat in list(api.chats) if chat > 0))


@pytest.mark.parametrize("sending", [by_outbox, all_at_once], ids=["outbox", "all at once"])
def test_waiting_for_an_answer_while_digests_go_out(benchmark: Any, store: Path, sending: Any) -> None:
    took: list[float] = benchmark.pedantic(lambda: asyncio.run(waits(store, sending)), rounds=1)
    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
    benchmark.extra_info.update(median_ms=round(half * 1000, 1), p99_ms=round(most * 1000, 1))
    print(f"{sending.__name__}: median {half * 1000:.1f} ms, p99 {most * 1000:.1f} ms")
