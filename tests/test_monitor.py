"""Logs, alerts, metrics and /healthz: they tell how the bot does, and neither the token nor what people wrote."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import alerts as alerts_module
from bot.alerts import Alerts, wording
from bot.app import running
from bot.logs import Redacting, Structured, private
from bot.settings import MonitorSettings
from knowledge.errors import SettingsError
from tests.bots import ADMIN, settings_for, store_in
from tests.emulator import BotApi
from tests.shared import ROOT

NAME, QUESTION = "欧阳某某", "医化行业产值增速是多少呀请告诉我"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


# -- logs ----------------------------------------------------------------------------------------------------------


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("handlers.talk", logging.ERROR, "", 0, message, args, None)
    vars(made).update(extra)
    return made


def test_a_record_as_json() -> None:
    line = Structured("123:SECRET", "SECRET").format(record("update %d: bot123:SECRET", 7, parcel=3, url="x/SECRET"))
    fields = json.loads(line)
    assert fields.pop("time").endswith("+00:00")
    assert fields == {"level": "error", "logger": "handlers.talk", "message": "update 7: bot***", "parcel": 3,
                      "url": "x/***"}  # fmt: skip


@pytest.mark.parametrize("kind", [Redacting, Structured])
def test_private_words_are_struck_out_of_messages_and_tracebacks(kind: type[Redacting]) -> None:
    with private([NAME, QUESTION, None, "a", "x" * 100]):
        try:
            raise KeyError(f"{NAME} asked {QUESTION!r} {'x' * 60}")
        except KeyError:
            made = record("no answer for %r", QUESTION)
            made.exc_info = sys.exc_info()
        line = kind().format(made)
    assert NAME not in line and QUESTION not in line and "x" * 41 not in line
    assert "KeyError" in line and "test_monitor.py" in line, "where it happened stays"


@asynccontextmanager
async def process(api: BotApi, folder: Path, more: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    """`jianbao run` itself, everybody admitted."""
    config = folder / "bot.toml"
    telegram = f'[telegram]\nbase_url = "{api.base_url}"\nbase_file_url = "{api.base_file_url}"\n'
    config.write_text(f'{telegram}[access]\nmode = "open"\n{more}')
    command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--store", str(store_in(folder))]
    environment = os.environ | {"JIANBAO_TOKEN": api.token, "PYTHONUNBUFFERED": "1"}
    started = await asyncio.create_subprocess_exec(*command, env=environment, stdout=-1, stderr=-2, cwd=ROOT)
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


@pytest.mark.parametrize("style", ["text", "json"])
async def test_a_day_of_faults_logs_neither_token_nor_people(tmp_path: Path, style: str) -> None:
    """The whole program with every fault that it logs: the person's name, words and the token appear nowhere."""
    async with BotApi() as api:
        person = api.person(NAME, username="ouyang_moumou")
        async with process(api, tmp_path, f'[monitor]\nlog = "{style}"\n') as started:
            api.fail("sendMessage", status=502)
            api.fail("sendMessage", status=400)
            api.fail("getUpdates", drop=True)
            for text in (QUESTION, "/feedback", "李四说的话不许写进日志", "给我推周报吧每周三下午三点"):
                api.say(person, text)
            api.document(person, "机密的总结.docx", b"PK")
            await api.wait("sendMessage", within=30)
            await api.quiet()
            started.send_signal(signal.SIGTERM)
            output = (await asyncio.wait_for(started.communicate(), 20))[0].decode()
    assert started.returncode == 0
    assert "502" in output
    secret = [
        NAME,
        "ouyang_moumou",
        QUESTION,
        "李四说的话",
        "推周报",
        "机密的总结",
        api.token,
        api.token.partition(":")[2],
    ]
    assert [word for word in secret if word in output] == []
    if style == "json":
        assert all(json.loads(line) for line in output.splitlines() if line.startswith("{"))


# -- alerts --------------------------------------------------------------------------------------------------------


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_kind_of_fault_is_told_once_an_hour_with_its_count() -> None:
    seconds = Seconds()
    alerts = Alerts(6, Redacting("SECRET"), seconds)
    for number in range(5):
        alerts.emit(record("backup %d failed: SECRET", number))
    assert [wording(fault) for fault in alerts.due()] == [
        "⚠️ 简报出了故障（5 次）：\nbackup 4 failed: ***\n请看服务器上的日志，或运行 jianbao doctor。"
    ]
    alerts.emit(record("backup %d failed: SECRET", 5))
    assert alerts.due() == []
    seconds.now = 3601
    assert [fault.times for fault in alerts.due()] == [1]


def test_never_more_than_so_many_an_hour() -> None:
    seconds = Seconds()
    alerts = Alerts(3, Redacting(), seconds)
    for number in range(500):
        alerts.emit(record(f"fault {number} <b>"))
    assert len(alerts.due()) == 3 and alerts.due() == []
    seconds.now = 3601
    told = alerts.due()
    assert len(told) == 3 and "&lt;b&gt;" in wording(told[0])
    quiet = Alerts(0, Redacting(), seconds)
    quiet.emit(record("fault"))
    assert quiet.due() == []


async def test_admins_hear_of_a_fault_and_of_a_second_user_of_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    monkeypatch.setattr(alerts_module, "LOOK_SECONDS", 0.05)
    async with BotApi() as api:
        admin, other = api.person("甲", id=ADMIN), api.person("乙")
        async with running(settings_for(api, tmp_path)):
            await api.quiet()
            api.fail("getUpdates", status=409)
            api.say(other, "你好")
            await api.wait("sendMessage", chat=other)
            call = await api.wait("sendMessage", chat=admin)
            assert "同一个令牌" in call.text and "换新的" in call.text
            assert len(api.of("sendMessage", other)) == 1


# -- metrics and health --------------------------------------------------------------------------------------------


async def test_metrics_and_health_of_a_running_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with BotApi() as api:
        admin = api.person(NAME, id=ADMIN)
        port = free_port()
        settings = replace(settings_for(api, tmp_path), monitor=MonitorSettings(port=port))
        async with running(settings) as bot:
            for _ in range(3):
                api.say(admin, QUESTION)
                await api.wait("sendMessage")
            await api.quiet()
            logging.getLogger("bot").error("a fault")
            status, text = await asyncio.to_thread(get, port, "/metrics")
            families = text_string_to_metric_families(text)
            shown = ({}, {"outcome": "done"}, {"level": "error"})
            samples = {each.name: each for family in families for each in family.samples if each.labels in shown}
            assert status == 200
            assert samples["jianbao_update_seconds_count"].value == 3
            assert samples["jianbao_logged_total"].value == 1
            assert samples["jianbao_revision"].value == 1
            assert samples["jianbao_store_bytes"].value == settings.store.path.stat().st_size  # type: ignore[union-attr]
            assert samples["process_resident_memory_bytes"].value > 10**7
            assert 0 <= samples["jianbao_telegram_silent_seconds"].value < 60
            assert NAME not in text and "医化" not in text and not re.search(rf"(?<![\d.]){ADMIN}(?![\d.])", text)
            assert await asyncio.to_thread(get, port, "/healthz") == (200, '{"ok": true, "ailments": []}')
            assert (await asyncio.to_thread(get, port, "/etc/passwd"))[0] == 404
            bot.people.file.path.rename(tmp_path / "weg.db")
            settings.store.path.rename(tmp_path / "auch weg.db")  # type: ignore[union-attr]
            status, text = await asyncio.to_thread(get, port, "/healthz")
            assert status == 503 and "没有找到数据文件" in text
            (tmp_path / "auch weg.db").rename(settings.store.path)  # type: ignore[arg-type]
            (tmp_path / "weg.db").rename(bot.people.file.path)


async def test_a_port_that_is_taken_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with BotApi() as api:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            rule = MonitorSettings(port=int(taken.getsockname()[1]))
            with pytest.raises(SettingsError, match="monitor"):
                async with running(replace(settings_for(api, tmp_path), monitor=rule)):
                    pass
