"""Running: faults of the network, restarts, slow work, tokens, webhooks, and whatever else arrives."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import run, running
from bot.logs import Redacting
from handlers.telegram import deliver
from knowledge.errors import SettingsError
from knowledge.store.people import People, people_path
from tests.bots import ADMIN, scene, settings_for, store_in, with_webhook
from tests.emulator import BotApi

QUESTION, ANSWER = "医化行业增速多少", "9.4%"


@pytest.fixture(autouse=True)
def _time_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def test_faults_of_telegram_are_survived_with_a_line_each(tmp_path: Path, caplog: Any) -> None:
    async with scene(tmp_path) as s:
        for trouble in ({"status": 502}, {"drop": True}, {"retry_after": 1}):
            caplog.clear()
            s.api.fail("sendMessage", **trouble)
            assert ANSWER in (await s.ask(s.admin, QUESTION)).text
            assert 1 <= len([one for one in caplog.records if one.levelno >= logging.WARNING]) <= 2
        caplog.clear()
        s.api.fail("getUpdates", status=500, times=2)
        s.api.fail("getUpdates", drop=True)
        s.api.say(s.admin, QUESTION)
        assert ANSWER in (await s.api.wait("sendMessage")).text
        assert ANSWER in (await s.ask(s.admin, QUESTION)).text


async def test_an_answer_outlives_a_network_that_is_gone_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "LONGEST_PAUSE", 0.05)  # seconds in the place of half minutes
    async with scene(tmp_path) as s:
        s.api.fail("sendMessage", drop=True, times=deliver.TRIES - 1)
        assert ANSWER in (await s.ask(s.admin, QUESTION)).text
        assert len([call for call in s.api.of("sendMessage") if call.ok]) == 1


async def test_a_second_poller_is_outlived(tmp_path: Path, caplog: Any) -> None:
    async with scene(tmp_path) as s:
        await s.api.quiet()
        async with aiohttp.ClientSession() as session:
            url = f"{s.api.base_url}{s.api.token}/getUpdates"
            async with session.post(url, json={"timeout": 0}) as answer:
                assert answer.status == 200
        assert ANSWER in (await s.ask(s.admin, QUESTION)).text
        assert sum("409" in one.getMessage() for one in caplog.records) == 1


async def test_a_blocked_person_does_not_matter_to_others(tmp_path: Path) -> None:
    async with scene(tmp_path, mode="open") as s:
        gone, other = s.api.person("走"), s.api.person("留")
        s.api.block(gone)
        s.api.say(gone, QUESTION)
        assert ANSWER in (await s.ask(other, QUESTION)).text


async def test_thirty_people_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    asked = {"医化行业增速多少": "9.4%", "橡塑行业增速多少": "4.1%", "规上工业增加值是多少": "43.7亿元"}
    async with scene(tmp_path, mode="open") as s:
        people = [s.api.person(f"人{number}") for number in range(30)]
        wanted = dict(zip(people, list(asked.items()) * 10, strict=True))
        for person, (question, _) in wanted.items():
            s.api.say(person, question)
        for person, (_, answer) in wanted.items():
            assert answer in (await s.api.wait("sendMessage", chat=person)).text
        assert len(s.api.of("sendMessage")) == 30


async def test_messages_of_one_chat_are_answered_in_order(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        s.api.fail("sendMessage", delay=0.2)
        for question in ("医化行业增速多少", "那橡塑呢", "那医化呢"):
            s.api.say(s.admin, question)
        said = [(await s.api.wait("sendMessage")).text for _ in range(3)]
        assert [one in text for one, text in zip(("9.4%", "4.1%", "9.4%"), said, strict=True)] == [True] * 3


async def test_slow_drawing_shows_a_moving_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from handlers.commands import figures
    from handlers.telegram import handlers

    monkeypatch.setattr(handlers, "STATUS_SECONDS", 0.01)
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业产值增速多少")
        with figures._DRAWING:  # somebody else is drawing
            s.api.press(s.admin, answer.message, "走势图")
            await s.api.wait("sendChatAction")
            assert "正在画走势图" in (await s.api.wait("sendMessage")).text
            assert "已用" in (await s.api.wait("editMessageText")).text
        await s.api.wait("sendPhoto")
        await s.api.wait("deleteMessage")


async def test_an_update_that_was_taken_but_not_answered_is_answered_after_a_restart(tmp_path: Path) -> None:
    """A bot killed between taking and answering: its successor answers once; what was answered is not repeated."""
    async with BotApi() as api:
        admin = api.person("甲", id=ADMIN)
        answered = api.say(admin, QUESTION)
        update = {"update_id": 900, "message": api.written(admin, admin, text="橡塑行业增速多少")}
        with People(people_path(store_in(tmp_path))) as people:
            people.inbox.take("telegram", 900, json.dumps(update), datetime.now(UTC))
        async with running(settings_for(api, tmp_path)):
            texts = {(await api.wait("sendMessage")).text.partition("，")[2][:12] for _ in range(2)}
            assert any("4.1" in text for text in texts) or len(texts) == 2
        api.confirmed = 0  # Telegram did not hear the confirmation and delivers everything again
        api.inject(update)
        async with running(settings_for(api, tmp_path)):
            api.say(admin, "用电量是多少")
            assert "xx.xx" in (await api.wait("sendMessage")).text
        assert len(api.of("sendMessage")) == 3 and answered


async def test_conversations_and_buttons_outlive_a_restart(tmp_path: Path) -> None:
    async with BotApi() as api:
        admin = api.person("甲", id=ADMIN)
        async with running(settings_for(api, tmp_path)):
            api.say(admin, QUESTION)
            first = await api.wait("sendMessage")
        async with running(settings_for(api, tmp_path)):
            api.say(admin, "那橡塑呢")
            assert "4.1%" in (await api.wait("sendMessage")).text
            api.press(admin, first.message, "出处")
            assert "主要指标" in (await api.wait("sendMessage")).text


async def test_what_was_taken_is_answered_before_stopping(tmp_path: Path) -> None:
    async with BotApi() as api:
        person = api.person("甲")
        async with running(settings_for(api, tmp_path, mode="open")) as bot:
            await api.quiet()
            api.fail("sendMessage", delay=0.3)
            api.say(person, QUESTION)
            await api.until(lambda: bot.app.update_processor.current_concurrent_updates > 0 or bool(api.pollers == 0))
            await api.quiet()
        assert ANSWER in api.of("sendMessage", person)[0].text


async def test_webhook_takes_only_what_telegram_signed(tmp_path: Path) -> None:
    port = free_port()
    async with BotApi() as api:
        admin = api.person("甲", id=ADMIN)
        url = f"http://127.0.0.1:{port}/hook"
        async with running(with_webhook(settings_for(api, tmp_path), url, port)):
            api.say(admin, QUESTION)
            assert ANSWER in (await api.wait("sendMessage")).text
            forged = {"update_id": 1, "message": api.written(admin, admin, text=QUESTION)}
            async with aiohttp.ClientSession() as session:
                for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
                    async with session.post(url, json=forged, headers=headers) as answer:
                        assert answer.status == 403
            assert len(api.of("sendMessage")) == 1


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


ODD: list[dict[str, Any]] = [
    {"purchased_paid_media": {"from": {"id": 5, "is_bot": False, "first_name": "x"}, "paid_media_payload": "x"}},
    {"something_new_in_bot_api_99": {"a": [1, 2, {"b": None}]}},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": True,
              "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}},
]  # fmt: skip


async def test_odd_updates_do_no_harm(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        for update in ODD:
            s.api.inject(dict(update))
        channel = s.api.channel()
        s.api.post(channel, QUESTION)
        message = s.api.written(s.admin, s.admin, sticker={"file_id": "s", "file_unique_id": "u", "type": "regular",
                                "width": 1, "height": 1, "is_animated": False, "is_video": False})  # fmt: skip
        s.api.inject({"message": message})
        assert "看得懂文字" in (await s.api.wait("sendMessage")).text
        service = s.api.written(s.admin, s.api.group(), new_chat_title="新群名")
        s.api.inject({"message": service})
        assert ANSWER in (await s.ask(s.admin, QUESTION)).text
        assert not s.api.of("sendMessage", channel)


async def test_a_document_with_a_hostile_name(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        s.api.document(s.admin, "../../etc/<b><script>&'x.docx", b"PK")
        told = await s.heard("sendMessage", s.admin)
        assert "<b><script>&'x.docx" in told.text and "etc" not in told.text


async def test_a_fault_is_told_without_its_traceback(tmp_path: Path, caplog: Any) -> None:
    async with scene(tmp_path) as s:
        s.bot.talk.services.people.file.write = _broken  # type: ignore[method-assign]
        reply = await s.ask(s.admin, QUESTION)
        assert "出了点问题" in reply.text and "sabotage" not in reply.text
        assert any(one.exc_info and "update" in one.getMessage() for one in caplog.records)


def _broken(**_: object) -> Any:
    raise RuntimeError("sabotage")


def test_a_missing_token_says_what_to_do(tmp_path: Path) -> None:
    from bot.settings import Settings

    with pytest.raises(SettingsError, match="JIANBAO_TOKEN"):
        run(Settings())


async def test_a_refused_token_says_what_to_do(tmp_path: Path) -> None:
    async with BotApi() as api:
        settings = replace(settings_for(api, tmp_path), token="7000001:wrong")
        with pytest.raises(SettingsError, match="BotFather"):
            async with running(settings):
                pass


def test_the_log_never_shows_the_token() -> None:
    formatter = Redacting("123:SECRET", "SECRET")
    try:
        raise ValueError("https://api.telegram.org/bot123:SECRET/getMe")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "url %s", ("bot123:SECRET",), sys.exc_info())
    assert "SECRET" not in formatter.format(record)


@asynccontextmanager
async def process(api: BotApi, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`jianbao run` itself, as a process."""
    config = folder / "bot.toml"
    config.write_text(
        f'[telegram]\nbase_url = "{api.base_url}"\nbase_file_url = "{api.base_file_url}"\n[access]\nmode = "open"\n'
    )
    environment = os.environ | {"JIANBAO_TOKEN": api.token}
    command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--store", str(store_in(folder))]
    started = await asyncio.create_subprocess_exec(*command, env=environment, stdout=-1, stderr=-2)
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def test_stopping_under_load_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """Twenty people ask while one program stops and the next starts: each is answered exactly once."""
    async with BotApi() as api:
        first, people = api.person("先"), [api.person(f"人{number}") for number in range(20)]
        async with process(api, tmp_path) as started:
            api.say(first, QUESTION)
            await api.wait("sendMessage", chat=first, within=30)
            for person in people[:10]:
                api.say(person, QUESTION)
            started.send_signal(signal.SIGTERM)
            for person in people[10:]:
                api.say(person, QUESTION)
            assert await asyncio.wait_for(started.wait(), 20) == 0
        async with process(api, tmp_path):
            for person in people:
                assert ANSWER in (await api.wait("sendMessage", chat=person, within=30)).text
            api.say(first, "橡塑行业增速多少")
            await api.wait("sendMessage", chat=first, within=30)
        assert len(api.of("sendMessage")) == len(people) + 2


async def test_a_killed_program_answers_what_it_had_taken_when_it_starts_again(tmp_path: Path) -> None:
    """SIGKILL while the connection hangs in the middle of answering."""
    async with BotApi() as api:
        first, person = api.person("先"), api.person("甲")
        async with process(api, tmp_path) as started:
            api.say(first, QUESTION)
            await api.wait("sendMessage", chat=first, within=30)
            reached = asyncio.Event()
            api.fail("sendMessage", chat=person, until=reached, drop=True)
            api.say(person, QUESTION)
            await api.until(lambda: not api.waiting(None), within=30)  # taken and confirmed, not answered
            started.kill()
            await started.wait()
            reached.set()
        async with process(api, tmp_path):
            assert ANSWER in (await api.wait("sendMessage", chat=person, within=30)).text
            api.say(person, "橡塑行业增速多少")
            assert "4.1%" in (await api.wait("sendMessage", chat=person, within=30)).text
        assert len([call for call in api.of("sendMessage", person) if call.ok]) == 2


async def test_a_network_that_comes_late_is_waited_for(tmp_path: Path, caplog: Any) -> None:
    async with BotApi() as api:
        api.fail("getMe", drop=True)
        api.fail("getMe", status=502)
        person = api.person("甲")
        api.say(person, QUESTION)
        async with running(settings_for(api, tmp_path, mode="open")):
            assert ANSWER in (await api.wait("sendMessage", chat=person)).text
        lines = [one.getMessage() for one in caplog.records if "cannot be reached" in one.getMessage()]
        assert len(lines) == 2 and all("trying again in" in line for line in lines)


async def test_one_person_who_floods_keeps_nobody_out(tmp_path: Path) -> None:
    """Hundreds of messages of one chat wait behind one that cannot be sent; somebody else is answered meanwhile."""
    async with scene(tmp_path, mode="open") as s:
        flooder, other = s.api.person("急"), s.api.person("别人")
        held = asyncio.Event()
        s.api.fail("sendMessage", chat=flooder, until=held)
        for _ in range(260):
            s.api.say(flooder, QUESTION)
        assert ANSWER in (await s.ask(other, QUESTION)).text
        assert not s.api.of("sendMessage", flooder)
        held.set()
        await s.api.until(lambda: len(s.api.of("sendMessage", flooder)) == 260, within=60)


async def test_many_pictures_at_once_keep_no_question_waiting(tmp_path: Path) -> None:
    """Forty people want pictures while drawing is held up: a question is answered before any of them."""
    from handlers.commands import figures

    async with scene(tmp_path, mode="open") as s:
        people = [s.api.person(f"人{number}") for number in range(40)]
        answers = [await s.ask(person, "医化行业产值增速多少") for person in people]
        with figures._DRAWING:
            for person, answer in zip(people, answers, strict=True):
                s.api.press(person, answer.message, "走势图")
            assert ANSWER in (await s.ask(s.admin, QUESTION)).text
            assert not s.api.of("sendPhoto")
        for person in people:
            await s.api.wait("sendPhoto", chat=person, within=30)


async def test_the_program_answers_stops_on_sigterm_and_hides_its_token(tmp_path: Path) -> None:
    async with BotApi() as api:
        person = api.person("甲")
        async with process(api, tmp_path) as started:
            api.say(person, QUESTION)
            assert ANSWER in (await api.wait("sendMessage", within=30)).text
            started.send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(started.communicate(), 15)
        assert started.returncode == 0
        assert api.token.partition(":")[2].encode() not in output
        api.say(person, "橡塑行业增速多少")
        async with process(api, tmp_path):
            assert "4.1%" in (await api.wait("sendMessage", within=30)).text
        assert len(api.of("sendMessage")) == 2 and threading.active_count() >= 1


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_sigterm_is_heard_while_telegram_is_out_of_reach(tmp_path: Path, method: str) -> None:
    """At the start, and as listening begins: it waits without end for Telegram, but not for its own stop."""
    async with BotApi() as api:
        api.fail(method, drop=True, times=1_000)
        async with process(api, tmp_path) as started:
            await api.until(lambda: len(api.of(method)) >= 2, 30, method)
            started.send_signal(signal.SIGTERM)
            output, _ = await started.communicate()
        assert started.returncode == 0, output.decode()
        assert b"Traceback" not in output
