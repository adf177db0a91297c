"""The Telegram application: built from Settings, run until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.alerts import Alerts, alerting
from bot.desk import desk_open, desk_url
from bot.digests import defaults, delivering, rules, workday
from bot.logs import formatter, set_up
from bot.memory import steady
from bot.monitor import Metrics, Watched, monitored
from bot.places import linked
from bot.settings import Settings
from bot.updates import InboxQueue, LoggedRequest, PerChat
from bot.upkeep import Upkeep, forget, rounds
from handlers import charts, export
from handlers.access import Gate
from handlers.commands.turn import Services
from handlers.digests.composer import Composer
from handlers.letters import Letters
from handlers.library import Library
from handlers.publishing.office import Office
from handlers.subscriptions import Desk
from handlers.talk import Talk
from handlers.telegram.deliver import Deliverer
from handlers.telegram.handlers import Handlers
from handlers.telegram.menu import set_menus, set_own_menus
from handlers.telegram.who import CHANNEL
from knowledge.errors import SettingsError, StoreError
from knowledge.ingest import Reading
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import People, people_path
from knowledge.store.upkeep import check_store

logger = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
THREADS = 32
SWITCH_SECONDS = 0.0005  # threads that compute let the answering thread in often
LONGEST_BACK_OFF = 30.0
FIRST_ANSWER = 1.0  # seconds after the start in which whoever waits is answered before anything is made ready


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


App = Application[Any, Any, Any, Any, Any, Any]


def handler_table(handlers: Handlers) -> list[tuple[str, BaseHandler[Any, Any, Any]]]:
    """Every handler in the order in which updates are offered to them; the first that fits takes the update."""
    messages = filters.UpdateType.MESSAGES  # new and edited ones; channel posts are nobody's question
    return [
        # -- buttons, inline queries and membership come as updates of their own
        ("press", CallbackQueryHandler(handlers.press)),
        ("inline", InlineQueryHandler(handlers.inline)),
        ("membership", ChatMemberHandler(handlers.membership, ChatMemberHandler.MY_CHAT_MEMBER)),
        # -- service messages before content
        ("migrated", MessageHandler(messages & filters.StatusUpdate.MIGRATE, handlers.migrated)),
        ("service", MessageHandler(filters.StatusUpdate.ALL, _nothing)),
        # -- text: commands, wishes and questions are told apart in handlers/talk.py
        ("message", MessageHandler(messages & filters.TEXT, handlers.message)),
        # -- files, then whatever else a person can send
        ("document", MessageHandler(messages & filters.Document.ALL, handlers.document)),
        ("other", MessageHandler(messages, handlers.other)),
    ]


async def _nothing(update: object, context: object) -> None:
    """For updates that need no reply."""


def run(settings: Settings) -> int:
    """Run the bot until SIGTERM or SIGINT. Raises SettingsError for a missing or refused token, StoreErrors."""
    if not settings.token:
        raise SettingsError(
            "没有机器人令牌：请把 @BotFather 给的令牌放进环境变量 JIANBAO_TOKEN，"
            "或在 bot.toml 的 telegram.token_file 写明文件。"
        )
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    set_up(settings.token, settings.monitor.log)
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        if await _unless(stop, stack.enter_async_context(running(settings))):
            steady()
            print("简报已启动，按 Ctrl-C 停止。", flush=True)
            await stop.wait()
        logger.info("stopping")


async def _unless(stop: asyncio.Event, starting: Coroutine[Any, Any, object]) -> bool:
    """Whether something was done before `stop`, which cuts it off: Telegram may be out of reach for long."""
    tasks = asyncio.create_task(starting), asyncio.create_task(stop.wait())
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    done = tasks[0].done()
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return done


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that runs: for those who start it within another program."""

    app: App
    talk: Talk
    people: People


@contextlib.asynccontextmanager
async def running(settings: Settings, now: Callable[[], datetime] = utc_now) -> AsyncIterator[Running]:
    """The bot, answering while the context is open; at its end everything taken is dealt with. `now`: another clock."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="talk"))
    sys.setswitchinterval(SWITCH_SECONDS)
    path, metrics = _store_path(settings), Metrics()
    await asyncio.to_thread(check_store, path, quick=True)
    async with contextlib.AsyncExitStack() as stack:
        people = stack.enter_context(People(people_path(path)))
        upkeep = Upkeep(settings, path, people)
        readonly = settings.store.shared is not None
        talk_store = stack.enter_context(KnowledgeStore.open(path, readonly=readonly))
        digest_store = stack.enter_context(KnowledgeStore.open(path, readonly=True))
        queue = InboxQueue(people.inbox)
        app = _application(settings, queue, people, metrics)
        await _initialized(app)
        stack.push_async_callback(app.shutdown)
        gate = Gate(people.access, rules(settings))
        office = _office(settings, stack.enter_context(KnowledgeStore.open(path, readonly=readonly)), people)
        services = Services(_library(settings, talk_store), people, gate, _link(app), office)
        talk = Talk(services, _letters(settings, digest_store, people))
        stack.push_async_callback(_stopped, app)
        await _start(app, talk, settings, now)
        await asyncio.to_thread(_warm)
        await queue.restore(app.bot)
        stack.push_async_callback(_deaf, app)
        await _listen(app, settings)
        await stack.enter_async_context(_in_background(partial(set_own_menus, app.bot, talk)))
        await stack.enter_async_context(_preparing(services.library))
        delivery = await stack.enter_async_context(_digests(settings, path, people))
        await stack.enter_async_context(_alerts(settings, app, services.gate))
        await stack.enter_async_context(_in_background(partial(rounds, upkeep)))
        loop = asyncio.get_running_loop()
        watched = Watched(settings, path, people, metrics, loop, lambda: not delivery.done())
        await stack.enter_async_context(monitored(watched))
        await stack.enter_async_context(desk_open(settings, path, people, gate))
        _offer_first_admin(talk)
        yield Running(app, talk, people)


def _office(settings: Settings, store: KnowledgeStore, people: People) -> Office:
    return Office(store, people, Reading(settings.lexicon.files, settings.read), desk_url(settings.desk))


def _store_path(settings: Settings) -> Path:
    if settings.store.path is None:
        raise SettingsError("请用 --store 指定数据文件，或在 bot.toml 的 [store] path 里写明。")
    return linked(settings.store.path, settings)


def _application(settings: Settings, queue: InboxQueue, people: People, metrics: Metrics) -> App:
    telegram = settings.telegram
    proxy = telegram.proxy or None
    heard = metrics.heard
    return (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(telegram.base_url)
        .base_file_url(telegram.base_file_url)
        .request(LoggedRequest(heard, connection_pool_size=256, proxy=proxy, read_timeout=20, media_write_timeout=60))
        .get_updates_request(LoggedRequest(heard, connection_pool_size=1, proxy=proxy, read_timeout=10))
        .update_queue(queue)
        .concurrent_updates(PerChat(people.inbox, metrics.update))
        .job_queue(None)
        .build()
    )


async def _initialized(app: App) -> None:
    """Reach Telegram, however long it takes. Raises SettingsError for a refused token."""
    wait = 1.0
    while True:
        try:
            await app.initialize()
            return
        except InvalidToken as error:
            await app.shutdown()
            raise SettingsError(
                "Telegram 不认这个令牌：请向 @BotFather 核对，并更新环境变量 JIANBAO_TOKEN（或令牌文件）。"
            ) from error
        except TelegramError as error:
            logger.warning("Telegram cannot be reached, trying again in %.0f s: %s", wait, error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_BACK_OFF)


def _library(settings: Settings, store: KnowledgeStore) -> Library:
    library = Library(store, load(settings.lexicon.files), settings.asking)
    library.ask(
        "你好", _no_context(), datetime.now(UTC)
    )  # indexes and templates are made now, not for the first person
    return library


@contextlib.asynccontextmanager
async def _preparing(library: Library) -> AsyncIterator[None]:
    """Make indexes of each new revision in a thread beside answering, until the context ends."""
    stopped = threading.Event()

    def attend() -> None:
        if not stopped.wait(FIRST_ANSWER):
            library.attend(stopped)

    task = asyncio.create_task(asyncio.to_thread(attend))
    try:
        yield
    finally:
        stopped.set()
        with contextlib.suppress(StoreError):
            await task


def _no_context() -> Any:
    from knowledge.ask import Context

    return Context()


def _link(app: App) -> str:
    return f"https://t.me/{app.bot.username}?start="


def _letters(settings: Settings, store: KnowledgeStore, people: People) -> Letters:
    def title(chat: int) -> str:
        return dict(people.access.groups(CHANNEL)).get(str(chat), str(chat))

    rule = settings.digest
    return Letters(Desk(Deliveries(people.file), Composer(store), workday(rule), defaults(rule), title))


async def _start(app: App, talk: Talk, settings: Settings, now: Callable[[], datetime]) -> None:
    handlers = Handlers(talk, Deliverer(app.bot, talk.services.people, protect=settings.access.protect), now)
    for _, handler in handler_table(handlers):
        app.add_handler(handler)
    app.add_error_handler(handlers.error)
    await asyncio.to_thread(forget, talk.services.people, settings, datetime.now(UTC))
    with contextlib.suppress(TelegramError):
        await set_menus(app.bot, talk)
    await app.start()


async def _listen(app: App, settings: Settings) -> None:
    assert app.updater is not None  # noqa: S101  built with one
    telegram = settings.telegram
    if not telegram.webhook_url:
        await app.updater.start_polling(
            timeout=30, bootstrap_retries=-1, allowed_updates=ALLOWED, error_callback=lambda error: None
        )
        return
    await app.updater.start_webhook(
        listen=telegram.webhook_listen,
        port=telegram.webhook_port,
        url_path=telegram.webhook_url.partition("://")[2].partition("/")[2],
        webhook_url=telegram.webhook_url,
        secret_token=secrets.token_urlsafe(32),
        bootstrap_retries=-1,
        allowed_updates=ALLOWED,
    )


async def _deaf(app: App) -> None:
    """Hear nothing more, also where listening was cut off as it began."""
    if app.updater is not None and app.updater.running:
        await app.updater.stop()


async def _stopped(app: App) -> None:
    """Deal with what was taken, also where starting was cut off."""
    if app.running:
        await app.stop()


@contextlib.asynccontextmanager
async def _digests(settings: Settings, path: Path, people: People) -> AsyncIterator[asyncio.Task[None]]:
    """Deliver digests beside answering; gives the task that does."""
    async with delivering(settings, path, people) as courier:
        task = asyncio.create_task(courier.run())
        try:
            yield task
        finally:
            courier.stop()
            await task


def _alerts(settings: Settings, app: App, gate: Gate) -> contextlib.AbstractAsyncContextManager[None]:
    """Faults are told to the chats of bot.toml, else to the admins."""
    rule = settings.monitor
    alerts = Alerts(rule.alerts_per_hour, formatter("text", settings.token))

    async def send(chat: int, text: str) -> object:
        return await app.bot.send_message(chat, text, parse_mode="HTML")

    return alerting(alerts, lambda: rule.alert_chats or map(int, gate.admins(CHANNEL)), send)


def _warm() -> None:
    """Load what pictures and files need, so that the first of them holds nobody up."""
    export.warm()
    with contextlib.suppress(ImportError):  # pictures need not be installed
        charts.warm()


@contextlib.asynccontextmanager
async def _in_background(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Something that goes on beside the bot as long as the context is open; begun in its own task, or not at all."""
    task = asyncio.create_task(_quietly(work))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except TelegramError as error:
        logger.warning("the command menus were not set: %s", error)


def _offer_first_admin(talk: Talk) -> None:
    """Without any admin, print the one-time code that makes one."""
    gate, access = talk.services.gate, talk.services.people.access
    if gate.rules.mode != "invite" or gate.admins(CHANNEL):
        return
    code = access.first_admin_code(datetime.now(UTC))
    print(f"还没有管理员。第一位管理员请在 Telegram 里打开 {talk.services.link}{code}", flush=True)
    print(f"或向机器人发送：/start {code}（七天内有效，只能用一次）", flush=True)
