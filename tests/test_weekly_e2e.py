"""Delivering over HTTP against the Bot API emulator: limits kept, faults and kills survived, none lost or doubled."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import running
from bot.settings import AccessSettings, Settings, StoreSettings, TelegramSettings
from knowledge.mailing import ChatKind, Due, Pace, ParcelState, Rhythm, Subscription
from knowledge.schedule import next_due, workdays
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import People, PeopleFile, people_path
from tests.emulator import BotApi, Chat
from tests.summaries import summary
from tests.weekly_load import KILLS, faulty_run, most_within, plain_run

FAST = Pace(per_second=3000, at_once=40, back_off_seconds=0.2, lease_seconds=2)
NOW = datetime.now(UTC)
DUE = Due(NOW.date(), NOW - timedelta(minutes=1))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "县.db"
    with KnowledgeStore.open(path) as knowledge:
        knowledge.publish([summary()], who="编辑", why="测试")
    return path


def subscribed(store: Path, chats: Iterable[Chat], kind: ChatKind = ChatKind.PRIVATE) -> None:
    """Each chat has a subscription whose occasion has just come; one row each lies in the outbox."""
    file = PeopleFile(people_path(store))
    deliveries = Deliveries(file)
    for chat in chats:
        deliveries.subscriptions.subscribe(Subscription(0, chat.id, abs(chat.id), kind), DUE, NOW)
    file.close()


def states(store: Path) -> dict[int, ParcelState]:
    file = PeopleFile(people_path(store))
    found = {row[0]: ParcelState(row[1]) for row in file.read("SELECT chat_id, state FROM outbox")}
    file.close()
    return found


def delivered(api: BotApi) -> Counter[int]:
    return Counter(call.chat for call in api.of("sendMessage") if call.ok and call.chat is not None)


async def started(
    api: BotApi, store: Path, pace: Pace, way: str = "run", stderr: int | None = None
) -> asyncio.subprocess.Process:
    arguments = (str(store), api.base_url, api.token, json.dumps(asdict(pace)), way)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.courier_process", *arguments, stderr=stderr
    )


async def drained(api: BotApi, store: Path, pace: Pace, within: float = 60.0) -> dict[int, ParcelState]:
    """Let a process deliver until nothing is left, and say what became of each chat's row."""
    process = await started(api, store, pace, "drain")
    assert await asyncio.wait_for(process.wait(), within) == 0
    return states(store)


async def test_everybody_gets_it_once_at_the_set_pace(store: Path) -> None:
    """Everybody gets it once, and no limit of Telegram's is touched."""
    pace, count = Pace(), 40
    async with BotApi() as api:
        api.limited = True
        chats = [api.person(f"人{number}") for number in range(count)]
        subscribed(store, chats)
        found = await drained(api, store, pace, 500)
        assert Counter(found.values()) == {ParcelState.SENT: count}
        assert delivered(api) == {chat.id: 1 for chat in chats}
        calls = api.of("sendMessage")
        assert all(call.ok for call in calls)
        assert most_within(calls, 1.0) <= 1.25 * pace.per_second + 1  # as they arrive
        assert "云溪县工业发展局" in calls[0].text


@pytest.mark.nightly
@pytest.mark.timeout(900)
async def test_five_thousand_while_people_ask(tmp_path: Path) -> None:
    """The whole bot as a process; how fast it was is printed, see docs/digest.md."""
    found = await plain_run(tmp_path, 5000)
    print(found)
    assert (found["lost"], found["doubled"], found["limits_broken"]) == (0, 0, 0)
    assert found["states"] == {"sent": found["rows"]}


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_five_thousand_with_faults_and_kills(tmp_path: Path) -> None:
    """What is neither sent nor refused is `unknown`: dropped connections, and what each kill cut off."""
    found = await faulty_run(tmp_path, 5000, 11)
    print(found)
    assert (found["lost"], found["doubled"], found["failed_unblocked"]) == (0, 0, 0)
    assert set(found["states"]) <= {"sent", "unknown", "failed"}
    dropped = found["faults"]["dropped before"] + found["faults"]["dropped after"]
    assert (
        found["states"]["unknown"] <= dropped + KILLS * 2 * Pace().at_once
    )  # on their way, or sent and not settled yet


async def test_a_start_without_a_file_is_made_up_for(store: Path) -> None:
    """While the file cannot be written, nothing goes out and nothing ends; afterwards everybody gets theirs."""
    async with BotApi() as api:
        chats = [api.person(f"人{number}") for number in range(3)]
        subscribed(store, chats)
        hidden = store.with_suffix(".away")
        await asyncio.to_thread(store.rename, hidden)
        process = await started(api, store, FAST, stderr=asyncio.subprocess.PIPE)
        assert process.stderr is not None
        while b"the outbox cannot be used" not in (line := await asyncio.wait_for(process.stderr.readline(), 30)):
            assert line
        await asyncio.to_thread(hidden.rename, store)
        await api.until(lambda: len(api.of("sendMessage")) == 3, 30, "digests")
        process.terminate()
        assert await process.wait() == 0
        assert set(states(store).values()) == {ParcelState.SENT}


async def faulty_delivery(store: Path, count: int, seed: int, within: float) -> Counter[ParcelState]:
    """A tenth refused with 429, others with 500, dropped before or after, blocked; the process killed three times."""
    chance = random.Random(seed)  # noqa: S311
    async with BotApi() as api:
        chats = [api.person(f"人{number}") for number in range(count)]
        blocked = _troubled(api, chats, chance)
        subscribed(store, chats)
        for _ in range(3):
            process = await started(api, store, FAST)
            goal = len(api.calls) + count // 5 + chance.randrange(count // 10)
            await api.until(lambda goal=goal: len(api.calls) >= goal, 30, "messages")  # type: ignore[misc]
            process.kill()
            await process.wait()
        found = await drained(api, store, FAST, within)
        got = delivered(api)
        assert max(got.values()) == 1, "nothing doubled"
        missing = {chat.id for chat in chats} - set(got)
        assert all(found[chat] is ParcelState.UNKNOWN or chat in blocked for chat in missing), "nothing lost"
        assert {chat for chat, state in found.items() if state is ParcelState.FAILED} <= blocked
        assert all(got[chat] == 1 for chat, state in found.items() if state is ParcelState.SENT)
        return Counter(found.values())


def _troubled(api: BotApi, chats: list[Chat], chance: random.Random) -> set[int]:
    blocked = set()
    for chat in chats:
        dice = chance.random()
        if dice < 0.10:
            api.fail("sendMessage", chat=chat, retry_after=1)
        elif dice < 0.15:
            api.fail("sendMessage", chat=chat, status=500)
        elif dice < 0.175:
            api.fail("sendMessage", chat=chat, drop=True)
        elif dice < 0.20:
            api.fail("sendMessage", chat=chat, after=True)
        elif dice < 0.22:
            api.block(chat)
            blocked.add(chat.id)
    return blocked


async def test_faults_and_kills_lose_and_double_nothing(store: Path) -> None:
    count = 300
    counts = await faulty_delivery(store, count, 7, 60)
    assert set(counts) <= {ParcelState.SENT, ParcelState.UNKNOWN, ParcelState.FAILED}
    in_flight = 3 * FAST.at_once  # at most what each kill cut off, and the dropped connections
    assert counts[ParcelState.UNKNOWN] <= in_flight + 0.08 * count


async def test_a_channel_has_its_digest_arranged_in_private(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who makes the bot an admin of a channel is asked in private, if they are an admin; the digest goes there."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with BotApi() as api:
        chief, lin, channel = api.person("局长"), api.person("小林"), api.channel("工业运行")
        settings = Settings(
            store=StoreSettings(store),
            telegram=replace(TelegramSettings(), base_url=api.base_url, base_file_url=api.base_file_url),
            access=replace(AccessSettings(), mode="invite", admins=(chief.id,)),
            token=api.token,
        )
        async with running(settings) as bot:
            api.joined(lin, channel, new="administrator")
            api.joined(chief, channel, new="administrator")
            asked = await api.wait("sendMessage", chat=chief)
            assert asked.text.startswith("我已加入频道“工业运行”。要在频道里推周报吗？")
            api.press(chief, asked.message, "在频道里推周报")
            said = await api.wait("sendMessage", chat=chief)
            assert said.text.startswith("好的，已订周报：频道“工业运行”每周一08:30，全部内容；下一期")
            api.say(chief, "改到周五下午")
            said = await api.wait("sendMessage", chat=chief)
            assert said.text.startswith("已改好：频道“工业运行”每周五15:00，全部内容；下一期")
            make_due(bot.people)
            pushed = await api.wait("sendMessage", chat=channel)
            assert "这是第一份周报" in pushed.text
            api.press(lin, pushed.message, "困难问题")
            assert "手持订单" in (await api.wait("editMessageText", chat=channel)).text
            api.say(chief, "别推了")
            assert (await api.wait("sendMessage", chat=chief)).text.startswith("已停止推送")
        assert not api.of("sendMessage", lin)
        assert not api.refused()


async def test_a_group_that_moved_gets_the_digest_under_its_new_id(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Admission and subscription go along, whether the message about it comes first or the refused sending."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with BotApi() as api:
        chief, told, silent = api.person("局长"), api.group("甲群"), api.group("乙群")
        settings = Settings(
            store=StoreSettings(store),
            telegram=replace(TelegramSettings(), base_url=api.base_url, base_file_url=api.base_file_url),
            access=replace(AccessSettings(), mode="invite", admins=(chief.id,)),
            token=api.token,
        )
        async with running(settings) as bot:
            for group in (told, silent):
                api.say(chief, "/admit", chat=group)
                await api.wait("sendMessage", chat=group)
                api.say(chief, f"@{api.username} 每周一推周报", chat=group)
                assert (await api.wait("sendMessage", chat=group)).text.startswith("好的，已订周报")
            moved = api.migrate(told)
            await api.quiet()
            unheard = api.group("乙群")
            api.migrated[silent.id] = unheard.id
            make_due(bot.people)
            for group in (moved, unheard):
                assert "这是第一份周报" in (await api.wait("sendMessage", chat=group)).text
        found = states(store)
        assert found == {moved.id: ParcelState.SENT, unheard.id: ParcelState.SENT}


async def test_an_operator_sends_what_will_be_due(store: Path) -> None:
    """By a time to come: once, to who is admitted, and what is due before its turn is not sent again then."""
    async with BotApi() as api:
        chats = [api.person(f"人{number}") for number in range(4)]
        file = PeopleFile(people_path(store))
        deliveries = Deliveries(file)
        monday = next_due(Rhythm(), NOW, workdays())
        assert monday is not None
        for chat in chats:
            deliveries.subscriptions.subscribe(Subscription(0, chat.id, chat.id), monday, NOW)
        config = store.with_name("bot.toml")
        config.write_text(
            f'[telegram]\nbase_url = "{api.base_url}"\n[access]\nmode = "allowlist"\n'
            f"allowed = [{', '.join(str(chat.id) for chat in chats[:3])}]\n",
            "utf-8",
        )
        said = [await sent_by_hand(api, store, config, at) for at in (NOW, monday.at, monday.at)]
        assert said == ["没有到期的", *["对方不收或不在准入名单 1 条，已发 3 条"] * 2]
        assert delivered(api) == {chat.id: 1 for chat in chats[:3]}
        kept = deliveries.subscriptions.of_chat(chats[0].id)[0]
        assert kept.next_at == monday.at + timedelta(days=7)
        assert deliveries.subscriptions.of_chat(chats[3].id) == []
        file.close()


async def sent_by_hand(api: BotApi, store: Path, config: Path, at: datetime) -> str:
    """`jianbao digest send --due-at`, as an operator runs it."""
    arguments = ("digest", "send", "--store", str(store), "--config", str(config), "--due-at", at.isoformat())
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        env=os.environ | {"JIANBAO_TOKEN": api.token}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


def make_due(people: People) -> None:
    """The occasion of every subscription has come."""
    with people.file.write() as connection:
        connection.execute("UPDATE subscriptions SET next_at = ?, next_slot = '2026-11-30'", (DUE.at.timestamp(),))


async def test_from_subscribing_to_the_digest_in_the_chat(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole bot: subscribe in words, see the digest, open its pages, get it pushed, read a broadcast, leave."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with BotApi() as api:
        chief, lin = api.person("局长"), api.person("小林")
        settings = Settings(
            store=StoreSettings(store),
            telegram=replace(TelegramSettings(), base_url=api.base_url, base_file_url=api.base_file_url),
            access=replace(AccessSettings(), mode="open", admins=(chief.id,)),
            token=api.token,
        )
        async with running(settings) as bot:
            api.say(lin, "每周一早上八点半给我推周报")
            call = await api.wait("sendMessage", chat=lin)
            assert call.text.startswith("好的，已订周报：每周一08:30，全部内容")
            assert "没变化不发" in call.labels
            api.say(lin, "周报")
            call = await api.wait("sendMessage", chat=lin)
            assert "这是第一份周报" in call.text
            api.press(lin, call.message, "困难问题")
            page = await api.wait("editMessageText", chat=lin)
            assert "出口企业手持订单同比减少两成" in page.text

            make_due(bot.people)
            pushed = await api.wait("sendMessage", chat=lin)
            assert "这是第一份周报" in pushed.text
            api.press(lin, pushed.message, "出处")
            assert "竹木行业产值12.30亿元" in (await api.wait("editMessageText", chat=lin)).text

            api.say(lin, "/broadcast 开会")
            assert "发给" not in (await api.wait("sendMessage", chat=lin)).text
            api.say(chief, "/broadcast 明天<b>九点</b>系统维护")
            shown = await api.wait("sendMessage", chat=chief)
            assert "将发给1个" in shown.text
            api.press(chief, shown.message, "发给1个聊天")
            assert (await api.wait("sendMessage", chat=lin)).text == "明天<b>九点</b>系统维护"

            api.say(lin, "别推了")
            assert (await api.wait("sendMessage", chat=lin)).text.startswith("已停止推送")
        assert not api.refused()
