"""From an update to its answer over loopback, at 20 questions a second: the bot on one core, and a bare peer on it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.bots import store_in
from tests.emulator import BotApi
from tests.shared import ROOT

PER_SECOND, SECONDS, PEOPLE = 20, 30, 40
QUESTIONS = (
    "医化行业增速多少",
    "规上工业增加值是多少",
    "用电量是多少",
    "橡塑行业产值同比增长多少？",
    "哪个行业增长最快",
    "工业投资完成多少",
    "有哪些困难",
    "那机械呢",
    "医化行业产值和增速",
    "明天会下雨吗",
)
PEER = """
import sys
from telegram.ext import ApplicationBuilder, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

token, url = sys.argv[1:]
app = ApplicationBuilder().token(token).base_url(url).concurrent_updates(True).build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling()
"""


@contextlib.asynccontextmanager
async def started(command: list[str], **environment: str) -> AsyncIterator[None]:
    """A program on the first core; the emulator, and whoever asks, are on the others."""
    cores = sorted(os.sched_getaffinity(0))
    process = await asyncio.create_subprocess_exec(
        "taskset",
        "-c",
        str(cores[0]),
        sys.executable,
        *command,
        env=os.environ | environment,
        cwd=ROOT,
        stdout=-3,
        stderr=-3,
    )
    os.sched_setaffinity(0, cores[1:] or cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        process.terminate()
        await process.wait()


async def waits(api: BotApi) -> list[float]:
    """How long each of many questions, asked at random moments, waits for its answer."""
    clock = asyncio.get_running_loop().time
    people = [api.person(f"人{number}") for number in range(PEOPLE)]
    api.say(people[0], "你好")
    await api.wait("sendMessage", within=30)
    dice = random.Random(5)  # noqa: S311  only for the moments of asking
    asked: dict[int, list[float]] = {}
    begin = clock()
    pairs = itertools.islice(zip(itertools.cycle(people), itertools.cycle(QUESTIONS)), PER_SECOND * SECONDS)
    for number, (person, question) in enumerate(pairs):
        await asyncio.sleep(max(0.0, begin + (number + dice.random()) / PER_SECOND - clock()))
        asked.setdefault(person.id, []).append(clock())
        api.say(person, question)
    await api.until(lambda: len(api.of("sendMessage")) > PER_SECOND * SECONDS, 30, "all answers")
    answered: dict[int, list[float]] = {}
    for call in api.of("sendMessage")[1:]:
        answered.setdefault(call.chat or 0, []).append(call.at)
    return sorted(b - a for chat in asked for a, b in zip(asked[chat], answered[chat], strict=True))


async def by_jianbao(folder: Path) -> list[float]:
    async with BotApi() as api:
        config = folder / "bot.toml"
        config.write_text(f'[telegram]\nbase_url = "{api.base_url}"\n[access]\nmode = "open"\nper_minute = 0\n')
        run = ["-m", "bot", "run", "--config", str(config), "--store", str(store_in(folder))]
        async with started(run, JIANBAO_TOKEN=api.token):
            return await waits(api)


async def by_peer(folder: Path) -> list[float]:
    async with BotApi() as api, started(["-c", PEER, api.token, api.base_url]):
        return await waits(api)


@pytest.mark.parametrize("bot", [by_jianbao, by_peer], ids=["jianbao", "bare echo"])
def test_from_update_to_answer(benchmark: Any, tmp_path: Path, bot: Any) -> None:
    took: list[float] = benchmark.pedantic(lambda: asyncio.run(bot(tmp_path)), rounds=1)
    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
    benchmark.extra_info.update(median_ms=round(half * 1000, 1), p99_ms=round(most * 1000, 1), count=len(took))
    print(f"{bot.__name__}: median {half * 1000:.1f} ms, p99 {most * 1000:.1f} ms, most {took[-1] * 1000:.1f} ms")
