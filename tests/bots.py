"""A running bot for tests: the real application on a store of its own, talking HTTP to the emulator."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.app import Running, running, utc_now
from bot.settings import AccessSettings, Settings, StoreSettings, TelegramSettings
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore
from tests.emulator import BotApi, Chat

ADMIN = 77
STATUS = ("◐", "◓", "◑", "◒")

SUMMARY = """# 柏岭县经济和信息化局{year}年上半年工作总结

## 一、主要指标

1—6月，规模以上工业增加值{added}亿元，同比增长{growth}%，增速居全市第{rank}位。工业投资完成18.6亿元，同比下降2.3%。
医化行业产值31.2亿元，同比增长9.4%。橡塑行业产值22.8亿元，同比增长4.1%。机械行业产值15.5亿元，同比下降1.7%。
1—6月，全县用电量xx.xx亿千瓦时，同比增长x.x%。

## 二、重点工作

一是推进小微企业园建设。全年计划完成投资5亿元，已完成年度计划的38.5%，预计9月底主体完工。
二是推进数字化改造。已完成30家企业数字化改造，完成年度计划的60%。

## 三、存在困难

一是招工难。企业普遍反映技术工人短缺，缺口约1200人。
二是成本上升。原材料价格同比上涨12%，企业利润空间收窄。<script>alert(1)</script> & “引号”
"""


@lru_cache(maxsize=1)
def _published() -> Path:
    """A store with two summaries of an invented county, made once."""
    folder = Path(tempfile.mkdtemp(prefix="jianbao-tests-"))
    lexicon = load()
    texts = {
        "柏岭2022上.md": SUMMARY.format(year=2022, added="40.1", growth="6.2", rank="4"),
        "柏岭2023上.md": SUMMARY.format(year=2023, added="43.7", growth="7.5", rank="2"),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    with KnowledgeStore.open(folder / "县.db") as store:
        store.publish([read_document(folder / name, lexicon) for name in texts], who="测试", why="样例")
    return folder / "县.db"


def store_in(folder: Path) -> Path:
    """A fresh copy of that store."""
    path = folder / "县.db"
    if not path.exists():
        shutil.copy(_published(), path)
    return path


def publish(folder: Path, name: str, text: str) -> None:
    """Publish one more summary in that store."""
    (folder / name).write_text(text, "utf-8")
    with KnowledgeStore.open(store_in(folder)) as store:
        store.publish([read_document(folder / name, load())], who="测试", why="样例")


def settings_for(api: BotApi, folder: Path, **access: Any) -> Settings:
    """Settings of a bot on the emulator; by default the person ADMIN is its admin."""
    telegram = TelegramSettings(base_url=api.base_url, base_file_url=api.base_file_url)
    access = {"admins": (ADMIN,), "per_minute": 0} | access
    return Settings(
        store=StoreSettings(store_in(folder)), telegram=telegram, access=AccessSettings(**access), token=api.token
    )


class Scene:
    """An emulator with a bot on it, its admin, and short ways to talk."""

    def __init__(self, api: BotApi, bot: Running) -> None:
        self.api = api
        self.bot = bot
        self.admin = api.person("管理员甲", id=ADMIN)

    async def ask(self, person: Chat, text: str, **more: Any) -> Any:
        """Say something and wait for the reply."""
        self.api.say(person, text, **more)
        return await self.heard("sendMessage", more.get("chat") or person)

    async def press(self, person: Chat, call: Any, label: str, method: str = "sendMessage") -> Any:
        """Press a button and wait for what comes of it."""
        self.api.press(person, call.message, label)
        return await self.heard(method, person)

    async def heard(self, method: str, chat: Chat) -> Any:
        """The next such call for a chat that is no moving status (on a busy computer those come now and then)."""
        while (call := await self.api.wait(method, chat=chat)).text[:1] in STATUS:
            pass
        return call


@contextlib.asynccontextmanager
async def scene(folder: Path, *, now: Callable[[], datetime] = utc_now, **access: Any) -> AsyncIterator[Scene]:
    """A running bot; at the end no call may have been refused as malformed."""
    os.environ["PTB_TIMEDELTA"] = "1"
    async with BotApi() as api:
        async with running(settings_for(api, folder, **access), now) as bot:
            yield Scene(api, bot)
        # (the menu of an admin of bot.toml who has never written has no chat yet)
        refused = [call for call in api.refused() if call.method != "setMyCommands"]
        assert not refused, [(call.method, call.error, call.html[:200]) for call in refused]


def with_webhook(settings: Settings, url: str, port: int) -> Settings:
    """The same bot by webhook."""
    return replace(settings, telegram=replace(settings.telegram, webhook_url=url, webhook_port=port))
