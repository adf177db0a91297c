"""Replies -> messages of Telegram, within its limits, surviving its moods."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    WebAppInfo,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from handlers.messages import Attachment, Button, Reply, plain, split_html
from handlers.telegram.who import CHANNEL
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import People

logger = logging.getLogger(__name__)
T = TypeVar("T")

TRIES = 12  # over three minutes and a half without a connection
LONGEST_PAUSE = 30.0
LONGEST_WAIT = 60.0  # a longer flood wait is not waited out for one reply
CAPTION = 1024
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Deliverer:
    """Sends replies through one bot."""

    def __init__(self, bot: Bot, people: People, *, protect: bool = False) -> None:
        self.bot = bot
        self._people = people
        self._protect = protect

    async def send(self, chat: int, reply: Reply, *, to: Message | None = None) -> Message | None:
        """Send a reply to a chat, as the answer to a message if one is named; the last message that came of it."""
        place = _Place(topic(to), to.message_id if to else None)
        if reply.file is not None:
            return await self._send_file(chat, reply, reply.file, place)
        message = None
        parts = split_html(reply.html)
        for number, part in enumerate(parts, 1):
            message = await self._send_text(chat, part, reply, keyboard(reply) if number == len(parts) else None, place)
            place = _Place(place.thread)
        return message

    async def edit(self, message: Message, reply: Reply) -> None:
        """Put a reply in the place of a message of ours; what does not fit or cannot be edited is sent anew."""
        try:
            await self._try(
                lambda: self.bot.edit_message_text(
                    split_html(reply.html)[0],
                    message.chat.id,
                    message.message_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard(reply),
                    link_preview_options=_NO_PREVIEW,
                )
            )
        except BadRequest as error:
            if "not modified" not in str(error).lower():
                await self.send(message.chat.id, reply)

    async def alert(self, query_id: str, text: str = "") -> None:
        """Answer a callback query, at most 200 characters; one that is too old by now is let go."""
        try:
            await self._try(lambda: self.bot.answer_callback_query(query_id, text[:200] or None, show_alert=bool(text)))
        except BadRequest as error:
            logger.info("callback query %s not answered: %s", query_id, error)

    async def _send_text(
        self, chat: int, html: str, reply: Reply, markup: InlineKeyboardMarkup | None, place: _Place
    ) -> Message | None:
        return await self._to(
            chat,
            lambda to: self.bot.send_message(
                to,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                reply_parameters=place.answering,
                message_thread_id=place.thread,
                link_preview_options=_NO_PREVIEW,
                protect_content=self._protect and reply.figures,
            ),
        )

    async def _send_file(self, chat: int, reply: Reply, file: Attachment, place: _Place) -> Message | None:
        """Send by Telegram's own id where the same file was sent before; if it knows that no more, upload it again."""
        print_ = file.fingerprint
        known = await asyncio.to_thread(self._people.sent.find, CHANNEL, print_)
        if known:
            try:
                return await self._to(chat, lambda to: self._upload(to, reply, file, known, place))
            except BadRequest as error:
                logger.warning("the file kept as %s is uploaded again: %s", known, error)
                await asyncio.to_thread(self._people.sent.forget, CHANNEL, print_)
        content = await asyncio.to_thread(file.made)
        message = await self._to(chat, lambda to: self._upload(to, reply, file, content, place))
        if message is not None:
            sent = message.photo[-1].file_id if message.photo else message.document and message.document.file_id
            if sent:
                await asyncio.to_thread(self._people.sent.keep, CHANNEL, print_, sent, datetime.now(UTC))
        return message

    async def _upload(self, chat: int, reply: Reply, file: Attachment, content: str | bytes, place: _Place) -> Message:
        send = self.bot.send_photo if file.picture else self.bot.send_document
        return await send(
            chat,
            content,
            caption=split_html(reply.html, CAPTION)[0] if plain(reply.html).strip() else None,
            parse_mode=ParseMode.HTML,
            filename=file.name,
            reply_markup=keyboard(reply),
            reply_parameters=place.answering,
            message_thread_id=place.thread,
            protect_content=self._protect and reply.figures,
        )

    async def _to(self, chat: int, send: Callable[[int], Awaitable[Message]]) -> Message | None:
        """Send to a chat, following it to a new id; None where nobody can be reached."""
        try:
            return await self._try(lambda: send(chat))
        except ChatMigrated as moved:
            new = moved.new_chat_id
            await asyncio.to_thread(move_chat, self._people, chat, new)
            return await self._try(lambda: send(new))
        except Forbidden as error:
            logger.info("chat %s cannot be written to: %s", chat, error)
            return None

    async def _try(self, call: Callable[[], Awaitable[T]]) -> T:
        """Repeat what may yet succeed, with one line in the log each time. A refused call is not repeated."""
        wait = 0.5
        for attempt in range(1, TRIES + 1):
            try:
                return await call()
            except RetryAfter as error:
                pause = _seconds(error.retry_after)
                if attempt == TRIES or pause > LONGEST_WAIT:
                    raise
                logger.warning("Telegram asks to wait %.0f s (attempt %d)", pause, attempt)
            except (BadRequest, InvalidToken):
                raise
            except NetworkError as error:
                if attempt == TRIES or (isinstance(error, TimedOut) and attempt > 1):
                    raise
                pause, wait = wait, min(wait * 2, LONGEST_PAUSE)
                logger.warning("Telegram cannot be reached, trying again in %.1f s: %s", pause, error)
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """A reply's buttons; at most 8 a row and 100 in all."""
    rows = [[_button(button) for button in row[:8]] for row in reply.rows if row]
    return InlineKeyboardMarkup(rows[:30]) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    label = button.label.strip() or "…"
    if button.copy:
        return InlineKeyboardButton(label, copy_text=CopyTextButton(button.copy[:256]))
    if button.url:
        return InlineKeyboardButton(label, url=button.url)
    if button.app:
        return InlineKeyboardButton(label, web_app=WebAppInfo(button.app))
    return InlineKeyboardButton(label, callback_data=button.raw)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a chat: the topic of a forum, and the message that is answered."""

    thread: int | None = None
    answered: int | None = None

    @property
    def answering(self) -> ReplyParameters | None:
        return ReplyParameters(self.answered, allow_sending_without_reply=True) if self.answered else None


def topic(message: Message | None) -> int | None:
    """The topic of a forum that a message stands in."""
    return message.message_thread_id if message is not None and message.is_topic_message else None


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def move_chat(people: People, old: int, new: int) -> None:
    """A group became a supergroup: admission, conversations and subscriptions go with it."""
    people.access.move_group(CHANNEL, str(old), str(new), datetime.now(UTC))
    people.talks.move_chat(CHANNEL, str(old), str(new))
    Deliveries(people.file).move_chat(old, new)
