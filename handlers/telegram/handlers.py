"""What is done with each kind of update. Thinking happens in threads, so that nobody waits for anybody else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from telegram import (
    CallbackQuery,
    Document,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from handlers.commands.table import commands
from handlers.messages import Reply, Who, plain, split_html
from handlers.render import render_page
from handlers.talk import Talk
from handlers.telegram.deliver import Deliverer, move_chat, topic
from handlers.telegram.fetch import fetched
from handlers.telegram.menu import set_menu
from handlers.telegram.who import addressed, anonymous, speaker, who_of, without_mention
from knowledge.errors import LimitExceeded

logger = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
INLINE_SECONDS = 5  # how long Telegram may keep the answer to an inline query
READERS = 2  # files that are read at the same time
SLOW_THREADS = 4
STATUS_SECONDS = 1.0  # work that takes longer shows a moving status
_DOTS = ("◐", "◓", "◑", "◒")


class Handlers:
    """The bot's side of every update; `now` can be another clock in tests."""

    def __init__(self, talk: Talk, deliver: Deliverer, now: Callable[[], datetime]) -> None:
        self._talk = talk
        self._deliver = deliver
        self._now = now
        self._readers = asyncio.Semaphore(READERS)
        self._slow = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="slow")  # so that questions never queue here

    async def message(self, update: Update, context: Context) -> None:
        """Text: a command, a question or a wish. Edited messages are answered as new ones."""
        message, who = update.effective_message, speaker(update)
        if message is None or not message.text:
            return
        username = str(context.bot.username)
        text = message.text
        command = _command(text, username)
        if message.chat.type != message.chat.PRIVATE and not _meant(message, command, username, context.bot.id):
            return
        if who is None:
            if anonymous(message):
                html = render_page("say", name="anonymous")
                await self._deliver.send(message.chat.id, Reply(html), to=message)
            return
        if command is not None:
            reply = await asyncio.to_thread(self._talk.command, who, *command, self._now())
        else:
            reply = await self._said(who, message, without_mention(text, username))
        await self._reply(who, message, reply)

    async def _said(self, who: Who, message: Message, text: str) -> Reply:
        """The reply to a message; a pasted summary takes a moment."""
        working = await asyncio.to_thread(self._talk.reading, who, text, self._now())
        async with self._status(message, working) if working else contextlib.nullcontext():
            return await asyncio.to_thread(self._talk.say, who, text, self._now())

    async def press(self, update: Update, context: Context) -> None:
        """A button. The query is answered first of all, unless there is something to say in it."""
        query = update.callback_query
        if query is None:
            return
        message = query.message
        who = who_of(query.from_user, message.chat if message else None)
        data = query.data or ""
        working = await asyncio.to_thread(self._talk.working, who, data, self._now())
        if working and isinstance(message, Message):
            await self._deliver.alert(query.id)
            async with self._status(message, working):
                reply = await asyncio.get_running_loop().run_in_executor(
                    self._slow, self._talk.press, who, data, self._now()
                )
        else:
            reply = await asyncio.to_thread(self._talk.press, who, data, self._now())
            await self._deliver.alert(query.id, reply.alert)
        await self._pressed(who, query, reply)

    async def _pressed(self, who: Who, query: CallbackQuery, reply: Reply) -> None:
        message = query.message
        if not (reply.html or reply.file):
            return
        if isinstance(message, Message) and reply.edit and reply.file is None:
            await self._deliver.edit(message, reply)
            await self._after(who, reply)
        else:
            await self._reply(who, message if isinstance(message, Message) else None, reply)

    @contextlib.asynccontextmanager
    async def _status(self, message: Message, what: str) -> AsyncIterator[None]:
        """While work goes on: the chat action at once, and after a second a moving message, gone at the end."""
        task = asyncio.ensure_future(self._show_status(message, what))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _show_status(self, message: Message, what: str) -> None:
        with contextlib.suppress(TelegramError):
            thread = topic(message)
            await message.chat.send_action(ChatAction.UPLOAD_DOCUMENT, message_thread_id=thread)
            await asyncio.sleep(STATUS_SECONDS)
            status = await message.chat.send_message(f"{_DOTS[0]} {what}……", message_thread_id=thread)
            try:
                for step in range(1, 600):
                    await asyncio.sleep(STATUS_SECONDS)
                    await status.edit_text(f"{_DOTS[step % 4]} {what}……已用 {step + 1} 秒")
            finally:
                await asyncio.shield(status.delete())

    async def document(self, update: Update, context: Context) -> None:
        """A file: only for whom it concerns."""
        message, who = update.effective_message, speaker(update)
        if message is None or who is None or message.document is None:
            return
        if who.group and not addressed(message, str(context.bot.username), context.bot.id):
            return
        name = message.document.file_name or "文件"
        most = await asyncio.to_thread(self._talk.takes_files, who, self._now())
        if not most:
            reply = await asyncio.to_thread(self._talk.document, who, name, self._now())
        else:
            async with self._status(message, f"正在读《{name[:40]}》"), self._readers:
                reply = await self._read(who, message.document, most)
        await self._reply(who, message, reply)

    async def _read(self, who: Who, document: Document, most: int) -> Reply:
        """An editor's file, fetched and read in a process of its own."""
        try:
            data = await fetched(document, most)
        except LimitExceeded as error:
            return self._talk.notice(who, "unread", self._now(), why=str(error))
        return await asyncio.to_thread(self._talk.upload, who, document.file_name or "文件", data, self._now())

    async def other(self, update: Update, context: Context) -> None:
        """Pictures, voices, stickers and the like, in private chats."""
        message, who = update.effective_message, speaker(update)
        if message is None or who is None or who.group:
            return
        reply = await asyncio.to_thread(self._talk.notice, who, "not_text", self._now())
        await self._reply(who, message, reply)

    async def inline(self, update: Update, context: Context) -> None:
        """A figure to be quoted in another chat; somebody who is not admitted gets a way in, no figure."""
        query = update.inline_query
        if query is None:
            return
        who = who_of(query.from_user, None)
        quotes = await asyncio.to_thread(self._talk.quotes, who, query.query, self._now())
        results = [_article(place, title, reply) for place, (title, reply) in enumerate(quotes)]
        button = None if results else InlineQueryResultsButton("到私聊里提问", start_parameter="inline")
        try:
            await query.answer(results, cache_time=INLINE_SECONDS, is_personal=True, button=button)
        except BadRequest as error:  # typed on meanwhile
            logger.info("inline query %s not answered: %s", query.id, error)

    async def membership(self, update: Update, context: Context) -> None:
        """The bot was added to a group: it says how to go on. In a channel it asks who added it, in private."""
        change, who = update.my_chat_member, speaker(update)
        if change is None or who is None or not who.group:
            return
        if change.chat.type == change.chat.CHANNEL:
            reply = await asyncio.to_thread(self._talk.channel, who, self._now())
            if reply is not None and change.new_chat_member.status == "administrator":
                with contextlib.suppress(TelegramError):
                    await self._deliver.send(int(who.person), reply)
        elif change.new_chat_member.status in ("member", "administrator") and change.old_chat_member.status in (
            "left",
            "kicked",
        ):
            admitted = self._talk.services.gate.role(who) is not None
            reply = await asyncio.to_thread(self._talk.notice, who, "group_hello", self._now(), admitted=admitted)
            await self._deliver.send(change.chat.id, reply)

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup with another id."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        await asyncio.to_thread(move_chat, self._talk.services.people, old, new)

    async def error(self, update: object, context: Context) -> None:
        """A fault: in the log with the update's id; the person hears that there was one, never what."""
        number = update.update_id if isinstance(update, Update) else None
        logger.error("update %s failed", number, exc_info=context.error)
        if not isinstance(update, Update) or update.effective_chat is None or isinstance(context.error, TelegramError):
            return
        who = speaker(update)
        if who is None or (who.group and update.callback_query is None):
            return
        with contextlib.suppress(TelegramError):
            await self._deliver.send(update.effective_chat.id, Reply(render_page("say", name="fault")))

    async def _reply(self, who: Who, message: Message | None, reply: Reply) -> None:
        if reply.html or reply.file:
            await self._deliver.send(int(who.chat), reply, to=message if who.group else None)
        await self._after(who, reply)

    async def _after(self, who: Who, reply: Reply) -> None:
        """What a reply brings about for others, and new menus."""
        for person, notice in reply.notices:
            with contextlib.suppress(TelegramError):
                await self._deliver.send(int(person), notice)
                if notice.refresh:
                    await set_menu(self._deliver.bot, self._talk, person)
        if reply.refresh:
            with contextlib.suppress(TelegramError):
                await set_menu(self._deliver.bot, self._talk, who.person, who.language)


def _meant(message: Message, command: tuple[str, str] | None, username: str, bot_id: int) -> bool:
    """Whether a text of a group is for this bot: addressed to it, or one of its commands; others have /commands too."""
    if command is not None:
        return command[0] in commands() or "@" in (message.text or "").split()[0]
    return addressed(message, username, bot_id) and not (message.text or "").startswith("/")


def _command(text: str, username: str) -> tuple[str, str] | None:
    """(name, argument) of /name@bot argument; None for other text and other bots' commands."""
    if not text.startswith("/"):
        return None
    head, _, value = text[1:].partition(" ")
    head, _, first_line = head.partition("\n")
    name, _, bot = head.partition("@")
    if bot and bot.lower() != username.lower():
        return None
    return (name.lower(), f"{first_line} {value}".strip()) if name else None


def _article(place: int, title: str, reply: Reply) -> InlineQueryResultArticle:
    content = InputTextMessageContent(split_html(reply.html)[0], parse_mode=ParseMode.HTML)
    return InlineQueryResultArticle(str(place), title[:64], content, description=plain(reply.html)[:120])
