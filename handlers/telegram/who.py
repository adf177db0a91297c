"""Telegram's users and chats as ours."""

from __future__ import annotations

import re

from telegram import Chat, Message, Update, User

from handlers.messages import Who

CHANNEL = "telegram"


def who_of(user: User, chat: Chat | None) -> Who:
    """A person in a chat; without a chat (inline queries) as in their private one."""
    group = chat is not None and chat.type != chat.PRIVATE
    return Who(
        channel=CHANNEL,
        chat=str(chat.id if chat else user.id),
        person=str(user.id),
        name=user.full_name[:60],
        language=user.language_code or "",
        group=group,
        title=(chat.title or "") if chat else "",
    )


def speaker(update: Update) -> Who | None:
    """Who an update comes from; None for channels, services and anonymous senders."""
    user = update.effective_user
    if user is None or (user.is_bot and update.callback_query is None):
        return None
    return who_of(user, update.effective_chat)


def addressed(message: Message, username: str, bot_id: int) -> bool:
    """Whether a message of a group is for the bot: it is mentioned, or one of its messages is answered."""
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and answered.from_user.id == bot_id:
        return True
    return re.search(_name(username), message.text or message.caption or "", re.IGNORECASE) is not None


def _name(username: str) -> str:
    """The bot's @name, ended as Telegram ends it: a Chinese character may follow at once."""
    return rf"(?<![A-Za-z0-9_])@{re.escape(username)}(?![A-Za-z0-9_])"


def without_mention(text: str, username: str) -> str:
    """A message without the bot's name."""
    return re.sub(rf"\s*{_name(username)}\s*", " ", text, flags=re.IGNORECASE).strip()


def anonymous(message: Message) -> bool:
    """Whether somebody writes in the name of the group itself, so that nobody can tell who it is."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id
