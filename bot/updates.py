"""Updates on their way in: remembered before they are confirmed, in order within a chat, chats side by side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor
from telegram.request import HTTPXRequest, RequestData

from bot.logs import private
from handlers.telegram.who import CHANNEL
from knowledge.store.people import Inbox

logger = logging.getLogger(__name__)
AT_ONCE = 10_000  # most of them only wait for their chat's turn; those of one chat must not keep others out
Lane = tuple[int, str]  # a chat, and the kind of update that is dealt with in order there


class InboxQueue(asyncio.Queue[object]):
    """The application's queue: an update is in the people file before Telegram hears that it came, and comes once."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__()
        self._inbox = inbox

    async def put(self, item: object) -> None:
        """Take an update, unless it was taken before."""
        if isinstance(item, Update) and not await asyncio.to_thread(self._taken, item):
            logger.info("update %d came again and is left out", item.update_id)
            return
        await super().put(item)

    def _taken(self, update: Update) -> bool:
        """Remember an update; one that cannot be remembered is answered all the same: whatever is wrong with the
        file, a fault here must not end the polling."""
        try:
            return self._inbox.take(CHANNEL, update.update_id, _payload(update), datetime.now(UTC))
        except Exception:
            logger.exception("update %d cannot be remembered", update.update_id)
            return True

    async def restore(self, bot: Bot) -> None:
        """Queue what was taken but not dealt with before the last stop."""
        for payload in await asyncio.to_thread(self._inbox.left, CHANNEL):
            update = Update.de_json(json.loads(payload), bot)
            logger.info("update %d was left over from before", update.update_id)
            await super().put(update)


class PerChat(BaseUpdateProcessor):
    """One update after the other within a chat, up to AT_ONCE chats at the same time.

    Files go by themselves: who sent one that takes long to read is answered meanwhile.
    """

    __slots__ = ("_inbox", "_locks", "_timed", "_waiting")

    def __init__(
        self, inbox: Inbox, timed: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext
    ) -> None:
        super().__init__(AT_ONCE)
        self._inbox = inbox
        self._timed = timed
        self._locks: dict[Lane, asyncio.Lock] = {}
        self._waiting: dict[Lane, int] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then deal with the update and note that."""
        chat = _chat(update)
        lock = self._locks.setdefault(chat, asyncio.Lock())
        self._waiting[chat] = self._waiting.get(chat, 0) + 1
        try:
            async with lock:
                with private(_words(update)), self._timed():
                    await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._locks[chat]
        if isinstance(update, Update):
            await asyncio.to_thread(self._done, update.update_id)

    def _done(self, number: int) -> None:
        try:
            self._inbox.done(CHANNEL, number)
        except Exception:
            logger.exception("update %d was answered, which cannot be noted", number)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def _words(update: object) -> Iterator[str | None]:
    """What of an update is personal: the names in it and what was written."""
    if not isinstance(update, Update):
        return
    message, user, chat = update.effective_message, update.effective_user, update.effective_chat
    if user:
        yield from (user.first_name, user.last_name, user.username)
    if chat:
        yield chat.title
    if message:
        yield from (message.text, message.caption, message.document.file_name if message.document else None)
    if update.inline_query:
        yield update.inline_query.query


def _payload(update: Update) -> str:
    """As JSON; an update that has none (of a kind not known yet) is not worth restoring."""
    try:
        return update.to_json()
    except (TypeError, ValueError):
        return json.dumps({"update_id": update.update_id})


def _chat(update: object) -> Lane:
    if not isinstance(update, Update):
        return 0, ""
    chat, user, message = update.effective_chat, update.effective_user, update.message
    lane = "files" if message and message.document else ""
    return (chat.id if chat else user.id if user else 0), lane


class LoggedRequest(HTTPXRequest):
    """HTTP with one line in the log for each fault of the connection or of Telegram's side."""

    def __init__(self, heard: Callable[[], None] = lambda: None, **options: Any) -> None:
        super().__init__(**options)
        self._heard = heard

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """One request."""
        call = url.rpartition("/")[2]
        try:
            status, body = await super().do_request(url, method, request_data, *args, **kwargs)
        except TelegramError as error:
            logger.warning("%s: no connection to Telegram: %s", call, error)
            raise
        self._heard()
        if status == 409:
            logger.error(
                "%s：另一个程序正在用同一个令牌（409）。若不是您开的，令牌已泄露，请向 @BotFather 换新的。", call
            )
        elif status == 429 or status >= 500:
            logger.warning("%s: Telegram answers %d", call, status)
        return status, body
