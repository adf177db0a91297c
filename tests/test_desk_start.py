"""The desk beside the bot: off by default, on loopback, its faults told at the start; the ways to it in the chat."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import running
from bot.desk import desk_url
from bot.settings import DeskSettings, Settings
from knowledge.errors import SettingsError
from tests.bots import Scene, scene, settings_for
from tests.desk_browser import desk_scene, free_port
from tests.emulator import BotApi
from tests.test_telegram_publishing import NEWER, sent


def test_the_desk_is_off_by_default_and_on_loopback() -> None:
    desk = Settings().desk
    assert (desk.enabled, desk.listen, desk.url) == (False, "127.0.0.1", "")
    assert desk_url(desk) == ""
    assert desk_url(DeskSettings(enabled=True)) == "http://127.0.0.1:8480"
    assert desk_url(DeskSettings(enabled=True, url="https://desk.example/")) == "https://desk.example"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"\[desk\] url"):
        desk_url(DeskSettings(enabled=True, url="desk.example"))


async def test_without_the_desk_nothing_listens_and_the_chat_says_so(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        assert "审校台没有开启" in (await s.ask(s.admin, "/desk")).text


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with BotApi() as api:
            desk = DeskSettings(enabled=True, port=taken.getsockname()[1])
            with pytest.raises(SettingsError, match="换一个端口或地址"):
                async with running(replace(settings_for(api, tmp_path), desk=desk)):
                    pass


async def test_the_link_of_the_chat_signs_in_once_and_the_desk_stops_with_the_bot(tmp_path: Path) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # of an address without a name
    async with desk_scene(tmp_path) as s, aiohttp.ClientSession(cookie_jar=jar) as http:
        link = found(await s.ask(s.admin, "/desk"))
        root = link.partition("/signin")[0]
        async with http.get(link) as page:
            text = await page.text()
            assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert "server" not in {name.lower() for name in page.headers}
        fields = {"csrf": hidden(text, "csrf"), "secret": hidden(text, "secret"), "next": "/"}
        async with http.post(f"{root}/signin/link", data=fields) as page:
            assert (page.status, "待发布" in await page.text()) == (200, True)
        async with http.post(f"{root}/signin/link", data=fields) as page:
            assert page.status == 403
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection(*root.removeprefix("http://").split(":"))


async def test_links_are_for_editors_in_private(tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s:
        viewer, group = s.api.person("王"), s.api.group("工作群")
        invitation = (await s.ask(s.admin, "/invite")).text.partition("start=")[2][:16]
        await s.ask(viewer, f"/start {invitation}")
        assert "没有这项权限" in (await s.ask(viewer, "/desk")).text
        assert "没有使用权限" in (await s.ask(s.api.person("生人"), "/desk")).text
        await s.ask(s.admin, "/admit", chat=group)
        assert "私聊" in (await s.ask(s.admin, "/desk", chat=group)).text
        told = [call.text for call in s.api.of("sendMessage") if "http://127" in call.text]
        assert told == []


@contextlib.asynccontextmanager
async def public_scene(folder: Path) -> AsyncIterator[Scene]:
    """A bot whose desk stands behind a proxy on the internet."""
    async with BotApi() as api:
        desk = DeskSettings(enabled=True, port=free_port(), url="https://desk.example")
        async with running(replace(settings_for(api, folder), desk=desk)) as bot:
            yield Scene(api, bot)


async def test_on_the_internet_the_ways_are_buttons(tmp_path: Path) -> None:
    async with public_scene(tmp_path) as s:
        looked = await s.press(s.admin, await sent(s, s.admin, "新总结.md", NEWER), "细看")
        inside, outside = buttons(looked, "web_app"), buttons(looked, "url")
        assert [one["web_app"]["url"] for one in inside] == ["https://desk.example/signin?next=/drafts/1"]
        assert re.fullmatch(r"https://desk\.example/signin/link/[\w-]{32}\?next=/drafts/1", outside[0]["url"])
        assert "http" not in looked.text


def buttons(call: Any, kind: str) -> list[Any]:
    """The buttons of a message that open something."""
    return [button for button in call.buttons if kind in button]


def found(call: Any) -> str:
    link = re.search(r"http://\S+", call.text)
    assert link, call.text
    return link[0]


def hidden(html: str, name: str) -> str:
    field = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert field, html
    return field[1]
