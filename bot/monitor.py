"""/metrics for Prometheus and /healthz, on loopback: how the bot does, never who asked what."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.places import backup_folder
from bot.settings import Settings
from knowledge.errors import SettingsError, StoreError
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import People
from knowledge.store.upkeep import backups

SILENT_SECONDS = 120.0  # long polling answers every half minute
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_LOOP_SECONDS = 2.0


class Metrics(logging.Handler):
    """The counters of one bot; as a logging handler it counts what is logged at each level."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._updates = Histogram(
            "jianbao_update_seconds", "From taking an update to the end of its answer", ("outcome",),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._logged = Counter("jianbao_logged", "Warnings and errors in the log", ("level",), registry=self.registry)
        self._heard_at: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        self._logged.labels(record.levelname.lower()).inc()

    def heard(self) -> None:
        """Telegram answered something."""
        self._heard_at = time.monotonic()

    def silent_for(self) -> float | None:
        """Seconds since Telegram was heard last; None: never yet."""
        return None if self._heard_at is None else time.monotonic() - self._heard_at

    @contextlib.contextmanager
    def update(self) -> Iterator[None]:
        """Time an update."""
        start, outcome = time.perf_counter(), "fault"
        try:
            yield
            outcome = "done"
        finally:
            self._updates.labels(outcome).observe(time.perf_counter() - start)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look at the bot needs."""

    settings: Settings
    store: Path
    people: People
    metrics: Metrics
    loop: asyncio.AbstractEventLoop
    delivering: Callable[[], bool]


class Gauges:
    """Numbers that are read from the files when they are asked for."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """One family after the other; a file that cannot be read just now leaves its numbers out."""
        with contextlib.suppress(StoreError, OSError):
            yield from self._knowledge()
        with contextlib.suppress(StoreError, OSError):
            yield self._outbox()
            yield self._backup()
        silent = self._watched.metrics.silent_for()
        if silent is not None:
            yield _gauge("jianbao_telegram_silent_seconds", "Since Telegram answered last", silent)

    def _knowledge(self) -> Iterator[Metric]:
        path = self._watched.store
        with KnowledgeStore.open(path, readonly=True) as knowledge:
            yield _gauge("jianbao_revision", "The published revision", knowledge.latest())
        yield _gauge("jianbao_store_bytes", "Size of the knowledge file", path.stat().st_size)

    def _outbox(self) -> Metric:
        family = GaugeMetricFamily("jianbao_outbox", "Rows of the outbox", labels=["state"])
        for state, count in Deliveries(self._watched.people.file).outbox.counts().items():
            family.add_metric([state], count)
        return family

    def _backup(self) -> Metric:
        folder = backup_folder(self._watched.settings, self._watched.store)
        latest = next(iter(backups(folder, self._watched.store)), None) if folder.exists() else None
        at = latest.at.timestamp() if latest else 0
        return _gauge("jianbao_backup_timestamp_seconds", "When the latest backup was made", at)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def ailments(watched: Watched) -> list[str]:
    """What keeps the bot from working, in words; nothing while it is well."""
    found = []
    silent = watched.metrics.silent_for()
    if not watched.settings.telegram.webhook_url and (silent is None or silent > SILENT_SECONDS):
        found.append("Telegram 没有回音")
    if not watched.delivering():
        found.append("周报发送停了")
    if not _loop_turns(watched.loop):
        found.append("主循环没有反应")
    try:
        watched.people.inbox.left("")
        with KnowledgeStore.open(watched.store, readonly=True) as knowledge:
            knowledge.latest()
    except StoreError as error:
        found.append(str(error))
    return found


def _loop_turns(loop: asyncio.AbstractEventLoop) -> bool:
    turned = threading.Event()
    try:
        loop.call_soon_threadsafe(turned.set)
    except RuntimeError:  # closed
        return False
    return turned.wait(_LOOP_SECONDS)


@contextlib.asynccontextmanager
async def monitored(watched: Watched) -> AsyncIterator[int | None]:
    """Serve [monitor] port while the context is open; gives the port, None where it is off. Raises SettingsError."""
    rule = watched.settings.monitor
    logging.getLogger().addHandler(watched.metrics)
    server = None
    try:
        if rule.port:
            watched.metrics.registry.register(Gauges(watched))
            server = _server(watched, rule.listen, rule.port)
            threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
        yield server.server_address[1] if server else None
    finally:
        logging.getLogger().removeHandler(watched.metrics)
        if server:
            await asyncio.to_thread(server.shutdown)
            server.server_close()


def _server(watched: Watched, listen: str, port: int) -> ThreadingHTTPServer:
    class Page(BaseHTTPRequestHandler):
        """GET /metrics and /healthz."""

        def do_GET(self) -> None:
            """Answer."""
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(watched.metrics.registry))
            elif self.path == "/healthz":
                found = ailments(watched)
                body = json.dumps({"ok": not found, "ailments": found}, ensure_ascii=False).encode()
                self._answer(503 if found else 200, "application/json; charset=utf-8", body)
            else:
                self._answer(404, "text/plain; charset=utf-8", b"/metrics /healthz\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """A look at the bot is not worth a line."""

    try:
        return ThreadingHTTPServer((listen, port), Page)
    except (OSError, OverflowError) as error:
        raise SettingsError(f"端口 {listen}:{port} 用不了（{error}），请改 bot.toml 的 [monitor] port。") from error
