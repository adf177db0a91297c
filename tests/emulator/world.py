"""What the emulated Telegram knows: chats, messages, files, the queue of updates, and how people act."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.calls import Call

Json = dict[str, Any]
_COMMAND = re.compile(r"/[a-zA-Z0-9_]+(@\w+)?")


@dataclass(frozen=True)
class Chat:
    """A person's private chat, a group or a channel; ids of groups and channels are negative."""

    id: int
    kind: str  # private, group, supergroup, channel
    name: str
    language: str | None = None
    username: str | None = None

    def as_chat(self) -> Json:
        """The Chat object of the Bot API."""
        names = {"first_name": self.name} if self.kind == "private" else {"title": self.name}
        return {"id": self.id, "type": self.kind, **names} | ({"username": self.username} if self.username else {})

    def as_user(self) -> Json:
        """The User object of a person."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        return user | {
            key: value for key, value in (("language_code", self.language), ("username", self.username)) if value
        }


@dataclass
class World:
    """State and the people's side; the server adds the bot's side. `changed` is notified at every change."""

    username: str = "jianbao_test_bot"
    bot_id: int = 7_000_001
    privacy: bool = True
    updates: list[Json] = field(default_factory=list)
    confirmed: int = 0  # update ids below were confirmed by an offset
    next_update: int = 500
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    queries: set[str] = field(default_factory=set)  # callback queries not yet answered
    blocked: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)
    push: Callable[[Json], object] | None = None  # set by a webhook
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _clock: Iterator[int] = field(default_factory=lambda: itertools.count(1_700_000_000))

    # -- who is there ----------------------------------------------------------------------------

    def person(
        self, name: str = "明", *, language: str | None = "zh-hans", username: str | None = None, id: int | None = None
    ) -> Chat:
        """A new person, and the private chat with them."""
        return self._chat(Chat(id or next(self._ids), "private", name, language, username))

    def group(self, name: str = "工作群", *, kind: str = "supergroup") -> Chat:
        """A new group."""
        return self._chat(Chat(-1_000_000 - next(self._ids), kind, name))

    def channel(self, name: str = "频道") -> Chat:
        """A new channel."""
        return self._chat(Chat(-1_000_000 - next(self._ids), "channel", name))

    def _chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    @property
    def me(self) -> Json:
        """The bot as a User."""
        name = {"id": self.bot_id, "is_bot": True, "first_name": "简报", "username": self.username}
        return name | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": True,
        }

    # -- what people do --------------------------------------------------------------------------

    def inject(self, update: Json) -> int:
        """Queue a raw update; its id is added unless it brings one."""
        update = {"update_id": self.next_update} | update
        self.next_update = max(self.next_update, update["update_id"]) + 1
        self.updates.append(update)
        self._wake()
        if self.push is not None:
            self.push(update)
        return int(update["update_id"])

    def say(
        self, person: Chat, text: str, *, chat: Chat | None = None, reply_to: Json | None = None, **more: Any
    ) -> Json:
        """A person writes; returns the message. In a group with privacy mode the bot may not get to see it."""
        message = self.written(person, chat or person, text=text, **more)
        message["entities"] = _entities(text)
        if reply_to is not None:
            message["reply_to_message"] = reply_to
        if (chat or person).kind == "private" or not self.privacy or self._meant(message):
            self.inject({"message": message})
        return message

    def written(self, person: Chat | None, chat: Chat, **content: Any) -> Json:
        """A message in a chat that is not (yet) given to the bot."""
        message: Json = {
            "message_id": next(self._message_ids),
            "date": next(self._clock),
            "chat": chat.as_chat(),
            **content,
        }
        if person is not None:
            message["from"] = person.as_user()
        self.messages[chat.id, message["message_id"]] = message
        return message

    def _meant(self, message: Json) -> bool:
        text = str(message.get("text", ""))
        to_bot = message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot_id
        return text.startswith("/") or f"@{self.username}" in text or bool(to_bot)

    def edit(self, message: Json, text: str) -> int:
        """The author changes a message."""
        message.update(text=text, edit_date=next(self._clock), entities=_entities(text))
        return self.inject({"edited_message": message})

    def post(self, channel: Chat, text: str) -> int:
        """A channel post that the bot sees."""
        return self.inject({"channel_post": self.written(None, channel, text=text, sender_chat=channel.as_chat())})

    def press(self, person: Chat, message: Json, label: str | None = None, *, data: str | None = None) -> str:
        """Press an inline button by its label, or send any data; returns the callback query's id."""
        if data is None:
            rows = message["reply_markup"]["inline_keyboard"]
            found = [button for row in rows for button in row if button["text"] == label]
            assert found, (label, rows)
            data = found[0]["callback_data"]
        query = f"q{self.next_update}"
        self.queries.add(query)
        self.inject(
            {
                "callback_query": {
                    "id": query,
                    "from": person.as_user(),
                    "chat_instance": "1",
                    "message": message,
                    "data": data,
                }
            }
        )
        return query

    def query(self, person: Chat, text: str) -> str:
        """An inline query; returns its id."""
        query = f"i{self.next_update}"
        self.queries.add(query)
        self.inject(
            {"inline_query": {"id": query, "from": person.as_user(), "query": text, "offset": "", "chat_type": "group"}}
        )
        return query

    def document(
        self,
        person: Chat,
        name: str,
        content: bytes,
        *,
        chat: Chat | None = None,
        mime: str = "text/plain",
        **more: Any,
    ) -> Json:
        """A person sends a file."""
        file_id = self.store(content)
        document = {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_name": name,
            "mime_type": mime,
            "file_size": len(content),
        }
        message = self.written(person, chat or person, document=document, **more)
        self.inject({"message": message})
        return message

    def joined(self, person: Chat, chat: Chat, *, old: str = "left", new: str = "member") -> int:
        """The bot is added to (or removed from, or blocked in) a chat by a person."""
        change = {"chat": chat.as_chat(), "from": person.as_user(), "date": next(self._clock)}
        members = {
            "old_chat_member": {"user": self.me, "status": old} | ({"until_date": 0} if old == "kicked" else {}),
            "new_chat_member": {"user": self.me, "status": new} | ({"until_date": 0} if new == "kicked" else {}),
        }
        for member in members.values():
            member.update(_ADMIN_RIGHTS if member["status"] == "administrator" else {})
        return self.inject({"my_chat_member": change | members})

    def block(self, person: Chat) -> None:
        """A person blocks the bot: sending to them gets 403."""
        self.blocked.add(person.id)

    def migrate(self, group: Chat) -> Chat:
        """A group becomes a supergroup with another id; sending to the old one gets 400 with the new id."""
        new = self.group(group.name)
        self.migrated[group.id] = new.id
        self.inject({"message": self.written(None, group, migrate_to_chat_id=new.id)})
        self.inject({"message": self.written(None, new, migrate_from_chat_id=group.id)})
        return new

    def store(self, content: bytes) -> str:
        """Keep a file; returns its id."""
        file_id = f"file{len(self.files) + 1}"
        self.files[file_id] = content
        return file_id

    def _wake(self) -> None:
        async def notify() -> None:
            async with self.changed:
                self.changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._tasks = {*getattr(self, "_tasks", set()), task}
        task.add_done_callback(lambda done: self._tasks.discard(done))

    def waiting(self, allowed: list[str] | None) -> list[Json]:
        """Updates not confirmed yet, of the allowed kinds."""
        pending = [update for update in self.updates if update["update_id"] >= self.confirmed]
        return [update for update in pending if not allowed or any(kind in update for kind in allowed)]

    def sent(self, call: Call) -> None:
        """Let a message of the bot stand in its chat."""
        self.messages[call.message["chat"]["id"], call.message["message_id"]] = call.message

    def next_message_id(self) -> int:
        """An id for a message of the bot."""
        return next(self._message_ids)

    def now(self) -> int:
        """The emulated clock: a second goes by at each look."""
        return next(self._clock)


_ADMIN_RIGHTS = dict.fromkeys(
    ["can_be_edited", "is_anonymous", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
     "can_edit_stories", "can_delete_stories", "can_restrict_members", "can_delete_messages", "can_manage_video_chats"],
    False,
) | {"can_manage_chat": True, "can_post_messages": True}  # fmt: skip


def _entities(text: str) -> list[Json]:
    command = _COMMAND.match(text)
    found: list[Json] = []
    if command:
        found.append({"type": "bot_command", "offset": 0, "length": command.end()})

    for mention in re.finditer(r"@\w{5,32}", text):
        offset = len(text[: mention.start()].encode("utf-16-le", "surrogatepass")) // 2
        found.append({"type": "mention", "offset": offset, "length": len(mention[0])})
    return found
