"""`jianbao doctor`: each fault is found and comes with a remedy; a sound set-up has none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.doctor import Finding, Level, examine
from bot.settings import load_settings
from knowledge.store.people import People, people_path
from tests.bots import store_in
from tests.emulator import BotApi
from tests.shared import ROOT

TOKEN = "7000001:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-a0"


def found(tmp_path: Path, text: str = "", store: str | Path | None = "县.db", **environment: str) -> list[Finding]:
    """What an offline examination of this bot.toml finds."""
    (tmp_path / "bot.toml").write_text(text, "utf-8")
    settings = load_settings(tmp_path / "bot.toml", {"JIANBAO_TOKEN": TOKEN} | environment)
    path = store_in(tmp_path) if store == "县.db" else tmp_path / str(store) if store else None
    return list(examine(settings, path, online=False))


def faults(findings: list[Finding], level: Level = Level.BAD) -> dict[str, str]:
    assert [each for each in findings if (each.level is Level.GOOD) == bool(each.remedy)] == [], (
        "a remedy for each fault"
    )
    return {each.subject: each.text + each.remedy for each in findings if each.level is level}


def test_a_sound_set_up_has_no_faults(tmp_path: Path) -> None:
    with People(people_path(store_in(tmp_path))):
        pass
    findings = found(tmp_path)
    assert faults(findings) == {}
    assert {each.subject for each in findings} >= {
        "程序",
        "配置",
        "令牌",
        "数据",
        "审计",
        "磁盘",
        "备份",
        "字体",
        "时钟",
    }


@pytest.mark.parametrize(
    ("text", "subject", "remedy"),
    [
        ('[digest]\nat = "八点"', "配置", "08:30"),
        ('[digest]\ntimezone = "Mars/Base"', "配置", "Asia/Shanghai"),
        ('[backup]\nat = "25:00"', "配置", "03:15"),
        ('[lexicon]\nfiles = ["无.toml"]', "配置", "无.toml"),
    ],
)
def test_wrong_settings(tmp_path: Path, text: str, subject: str, remedy: str) -> None:
    assert remedy in faults(found(tmp_path, text))[subject]


def test_an_open_door_is_pointed_out(tmp_path: Path) -> None:
    assert "invite" in faults(found(tmp_path, '[access]\nmode = "open"'), Level.WARN)["准入"]
    assert "admins" in faults(found(tmp_path, '[access]\nmode = "allowlist"'), Level.WARN)["准入"]


def test_a_desk_that_is_open_to_others_without_encryption_is_told(tmp_path: Path) -> None:
    wide = '[desk]\nenabled = true\nlisten = "0.0.0.0"'
    assert "https" in faults(found(tmp_path, wide), Level.WARN)["审校台"]
    for fine in (f'{wide}\nurl = "https://desk.example"', "[desk]\nenabled = true", '[desk]\nlisten = "0.0.0.0"'):
        assert "审校台" not in faults(found(tmp_path, fine), Level.WARN)
    assert "[desk] url" in faults(found(tmp_path, '[desk]\nenabled = true\nurl = "desk"'), Level.BAD)["配置"]


def test_tokens(tmp_path: Path) -> None:
    assert "@BotFather" in faults(found(tmp_path, JIANBAO_TOKEN=""))["令牌"]
    assert "样子不对" in faults(found(tmp_path, JIANBAO_TOKEN="hello"))["令牌"]
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o644)
    text = '[telegram]\ntoken_file = "token"'
    assert "chmod 600" in faults(found(tmp_path, text, JIANBAO_TOKEN=""), Level.WARN)["令牌"]
    (tmp_path / "token").chmod(0o600)
    assert "令牌" not in faults(found(tmp_path, text, JIANBAO_TOKEN=""), Level.WARN)


def test_stores(tmp_path: Path) -> None:
    assert "jianbao ingest" in faults(found(tmp_path, store=None))["数据"]
    assert "无.db" in faults(found(tmp_path, store="无.db"))["数据"]
    (tmp_path / "坏.db").write_bytes(store_in(tmp_path).read_bytes()[:20_000] + b"\x55" * 60_000)
    assert "jianbao restore" in faults(found(tmp_path, store="坏.db"))["数据"]
    (tmp_path / "文.db").write_text("这是一份文本" * 100)
    assert "不是简报的数据文件" in faults(found(tmp_path, store="文.db"))["数据"]


def test_a_changed_audit_log(tmp_path: Path) -> None:
    with People(people_path(store_in(tmp_path))) as people:
        from datetime import UTC, datetime

        people.audit.record("telegram:1", "access.admit", "telegram:7", datetime.now(UTC))
        with people.file.write() as connection:
            connection.execute("DROP TRIGGER audit_no_update")
            connection.execute("UPDATE audit SET actor = 'telegram:2'")
    assert "第 1 条起" in faults(found(tmp_path))["审计"]


def test_no_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    warnings = [each for each in found(tmp_path) if each.subject == "可选" and each.level is Level.WARN]
    assert "antiword" in warnings[0].remedy


async def test_the_command_reaches_telegram(tmp_path: Path) -> None:
    async with BotApi() as api:
        code, lines = await doctor(api, tmp_path, f'[telegram]\nbase_url = "{api.base_url}"\n', api.token)
        assert any(line["subject"] == "网络" and "@jianbao_test_bot" in line["text"] for line in lines)
        code, lines = await doctor(api, tmp_path, f'[telegram]\nbase_url = "{api.base_url}"\n', "7000001:" + "x" * 35)
        assert code == 2 and any("不认这个令牌" in line["text"] for line in lines)
        code, lines = await doctor(api, tmp_path, '[telegram]\nbase_url = "http://127.0.0.1:9/bot"\n', api.token)
        assert code == 2 and any(line["subject"] == "网络" and "proxy" in line["remedy"] for line in lines)
    assert api.token not in json.dumps(lines)


async def doctor(api: BotApi, folder: Path, text: str, token: str) -> tuple[int | None, list[dict[str, str]]]:
    import asyncio

    (folder / "bot.toml").write_text(text, "utf-8")
    command = [sys.executable, "-m", "bot", "doctor", "--json", "--config", str(folder / "bot.toml")]
    started = await asyncio.create_subprocess_exec(
        *command, "--store", str(store_in(folder)), stdout=-1, cwd=ROOT, env=os.environ | {"JIANBAO_TOKEN": token}
    )
    output, _ = await started.communicate()
    return started.returncode, [json.loads(line) for line in output.decode().splitlines()]


def test_a_broken_bot_toml_is_told_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text("[access\nmode = open", "utf-8")
    for name in ("doctor", "run", "backup", "revisions"):
        command = [sys.executable, "-m", "bot", name, "--config", str(tmp_path / "bot.toml")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "写法有误" in done.stdout + done.stderr
