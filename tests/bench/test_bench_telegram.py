"""From an update to its answer over loopback, at 20 questions a second: the bot on one core, and a bare peer on it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import sys
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest

from tests.bots import SUMMARY, store_in
from tests.emulator import BotApi, Call, Chat
from tests.shared import ROOT

PER_SECOND, SECONDS, PEOPLE, EDITOR = 20, 15, 40, 5
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
async def started(command: list[str], *, alone: bool = True, **environment: str) -> AsyncIterator[None]:
    """A program on the first core, with the emulator and whoever asks on the others; or all on all of them."""
    cores = sorted(os.sched_getaffinity(0))
    mine, others = (cores[:1], cores[1:] or cores) if alone else (cores, cores)
    command = ["taskset", "-c", ",".join(map(str, mine)), sys.executable, *command]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    process = await asyncio.create_subprocess_exec(*command, env=surroundings, cwd=ROOT, stdout=-3, stderr=-3)
    os.sched_setaffinity(0, others)
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
    await api.wait("sendMessage", within=60)
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


@contextlib.asynccontextmanager
async def jianbao(folder: Path, *, alone: bool = True) -> AsyncIterator[BotApi]:
    """The bot as a program, open to everybody, with one editor."""
    async with BotApi() as api:
        config = folder / "bot.toml"
        access = f'[access]\nmode = "open"\nper_minute = 0\nadmins = [{EDITOR}]\n'
        config.write_text(f'[telegram]\nbase_url = "{api.base_url}"\nbase_file_url = "{api.base_file_url}"\n{access}')
        run = ["-m", "bot", "run", "--config", str(config), "--store", str(store_in(folder))]
        async with started(run, alone=alone, JIANBAO_TOKEN=api.token):
            yield api


async def by_jianbao(folder: Path) -> list[float]:
    async with jianbao(folder) as api:
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


async def answered(api: BotApi, person: Chat) -> float:
    """How long one question waits."""
    start = asyncio.get_running_loop().time()
    api.say(person, QUESTIONS[0])
    return (await api.wait("sendMessage", chat=person)).at - start


async def beside(api: BotApi, person: Chat, work: Awaitable[Any]) -> list[float]:
    """How long questions of somebody else wait while some work goes on."""
    going, took = asyncio.ensure_future(work), [await answered(api, person)]
    while not going.done():
        took.append(await answered(api, person))
    return sorted(took)


async def slow_work(api: BotApi) -> AsyncIterator[tuple[str, Awaitable[Any]]]:
    """What takes long: a first picture, pictures, workbooks, Word files, a long message, a big file to be read."""
    editor = api.person("编辑", id=EDITOR)
    api.say(editor, QUESTIONS[0])
    answer = await api.wait("sendMessage", chat=editor, within=30)
    for label, method in (("走势图", "sendPhoto"), ("同类对比", "sendPhoto"), ("导出表格", "sendDocument")):
        api.press(editor, answer.message, label)
        yield label, api.wait(method, chat=editor, within=60)
    api.say(editor, "/digest")
    digest = await found(api, editor, "Word 文件")
    api.press(editor, digest.message, "Word 文件")
    yield "Word 文件", api.wait("sendDocument", chat=editor, within=60)
    api.say(editor, QUESTIONS[0] * 500)
    yield "long message", found(api, editor, "没答对")
    text = (
        SUMMARY.format(year=2024, added="45.2", growth="6.9", rank="3")
        + "\n各项工作扎实推进，取得积极成效。" * 2_000  # twice as long as long reports are
    )
    api.document(editor, "总结.md", text.encode())
    yield "big file", found(api, editor, "发布")


async def found(api: BotApi, person: Chat, label: str) -> Call:
    """The next message with a button; moving statuses have none."""
    while True:
        call = await api.wait("sendMessage", chat=person, within=60)
        if any(label in one for one in call.labels):
            return call


async def delays(folder: Path) -> dict[str, list[float]]:
    async with jianbao(folder, alone=False) as api:
        person = api.person("别人")
        api.say(person, "你好")
        await api.wait("sendMessage", within=60)
        took = {"alone": sorted([await answered(api, person) for _ in range(100)])}
        async for label, work in slow_work(api):
            took[label] = await beside(api, person, work)
        return took


def test_waiting_beside_slow_work(benchmark: Any, tmp_path: Path) -> None:
    """What somebody else's slow work costs a question, on all cores."""
    took: dict[str, list[float]] = benchmark.pedantic(lambda: asyncio.run(delays(tmp_path)), rounds=1)
    usual = took["alone"][50]
    for label, each in took.items():
        half, most = (each[len(each) // 2] - usual) * 1000, (each[-1] - usual) * 1000
        benchmark.extra_info[label] = {"median_delay_ms": round(half, 1), "most_delay_ms": round(most, 1)}
        print(f"{label}: {len(each)} questions, delayed by {half:.1f} ms (median), {most:.1f} ms (most)")
