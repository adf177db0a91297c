"""The review desk beside the bot: a web server in a thread of its own, so that its pages hold up no answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import DeskSettings, Settings
from handlers.access import Gate
from handlers.telegram.who import CHANNEL
from knowledge.errors import SettingsError
from knowledge.store import KnowledgeStore
from knowledge.store.people import People

if TYPE_CHECKING:
    from uvicorn import Server

STOP_SECONDS = 10.0


def desk_url(settings: DeskSettings) -> str:
    """Where editors find the desk; empty if it is off. Raises SettingsError."""
    if not settings.enabled:
        return ""
    if settings.url and not settings.url.startswith(("https://", "http://")):
        raise SettingsError("bot.toml 的 [desk] url 要写成 https://… 这样的网址。")
    return settings.url.rstrip("/") or f"http://{settings.listen}:{settings.port}"


@contextlib.asynccontextmanager
async def desk_open(settings: Settings, path: Path, people: People, gate: Gate) -> AsyncIterator[None]:
    """The desk, if it is on, while the context is open. Raises SettingsError."""
    if not settings.desk.enabled:
        yield
        return
    readonly = settings.store.shared is not None
    with KnowledgeStore.open(path, readonly=readonly) as store, _listening(settings.desk) as listener:
        server = _server(settings, store, people, gate)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="desk")
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            await asyncio.to_thread(thread.join, STOP_SECONDS)


def _server(settings: Settings, store: KnowledgeStore, people: People, gate: Gate) -> Server:
    try:
        import uvicorn

        from handlers.desk.app import build_desk
        from handlers.desk.counts import subscriber_counts
        from handlers.desk.web import Desk
    except ImportError as error:
        raise SettingsError("审校台没有安装，请维护人员安装 jianbao[desk]，或在 bot.toml 的 [desk] 里关闭。") from error
    url = desk_url(settings.desk)
    desk = Desk(
        store,
        people,
        settings.token,
        lambda: datetime.now(UTC),
        gate=lambda person: gate.own_role(CHANNEL, person),
        subscribers=lambda: subscriber_counts(people.file),
        url=url,
    )
    config = uvicorn.Config(
        build_desk(desk, secure=url.startswith("https://")),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=64,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def _listening(settings: DeskSettings) -> socket.socket:
    """The socket of the desk. Raises SettingsError."""
    try:
        return socket.create_server((settings.listen, settings.port))
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"审校台听不了 {settings.listen}:{settings.port}（{error}）：请在 bot.toml 的 [desk] 里换一个端口或地址。"
        ) from error
