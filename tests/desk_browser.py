"""A bot with its review desk, and headless Chromium to look at it: what the desk's end-to-end tests have in common."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.app import running
from bot.settings import DeskSettings
from tests.bots import Scene, settings_for
from tests.emulator import BotApi

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def chromium_path() -> str | None:
    """Where Debian's chromium (or another) is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.asynccontextmanager
async def desk_scene(folder: Path) -> AsyncIterator[Scene]:
    """A running bot whose desk is on."""
    async with BotApi() as api:
        settings = settings_for(api, folder)
        settings = replace(settings, desk=DeskSettings(enabled=True, port=free_port()))
        async with running(settings) as bot:
            yield Scene(api, bot)
        refused = [call for call in api.refused() if call.method != "setMyCommands"]
        assert not refused, [(call.method, call.error, call.html[:200]) for call in refused]


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Headless Chromium; skips the test where it is not installed."""
    path = chromium_path()
    if path is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def new_page(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A page in a profile of its own; no fault of a script and no refused load may happen in it."""
    context = await browser.new_context(
        **{"viewport": DESKTOP, "locale": "zh-CN", "reduced_motion": "reduce"} | options
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    try:
        yield page
        assert faults == []
    finally:
        await context.close()


async def sign_in(page: Page, link: str) -> None:
    """Open a one-time link and press its button."""
    await page.goto(link)
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_load_state()
