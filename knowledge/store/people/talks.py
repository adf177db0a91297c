"""Conversations: the context of each (channel, chat, person), the keyboards shown, and each person's settings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from knowledge.store.people.file import PeopleFile

CONTEXT_LIFE = timedelta(minutes=30)
KEYBOARD_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose conversation: a person in a chat of a channel."""

    channel: str
    chat: str
    person: str

    @property
    def actor(self) -> str:
        """The person, as the audit log names them."""
        return f"{self.channel}:{self.person}"


@dataclass(frozen=True, slots=True)
class Press:
    """What pressing a button means: an action and its value; how it looks, so that it can be shown again."""

    action: str
    value: str
    label: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A keyboard as it was shown. `person` is None where everybody in the chat may press it."""

    chat: str
    person: str | None
    revision: int
    presses: tuple[Press, ...]
    pages: tuple[str, ...]


class Talks:
    """Conversations in the people file."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def context(self, key: Key, now: datetime) -> str:
        """The kept context, or an empty string if there is none or it expired."""
        rows = self._file.read(
            "SELECT context FROM contexts WHERE channel = ? AND chat = ? AND person = ? AND at > ?",
            (key.channel, key.chat, key.person, (now - CONTEXT_LIFE).timestamp()),
        )
        return str(rows[0]["context"]) if rows else ""

    def keep_context(self, key: Key, context: str, now: datetime) -> None:
        """Keep what the next question may refer to."""
        with self._file.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO contexts VALUES (?, ?, ?, ?, ?)",
                (key.channel, key.chat, key.person, context, now.timestamp()),
            )

    def show(
        self,
        key: Key,
        presses: Sequence[Press],
        now: datetime,
        *,
        revision: int,
        pages: Sequence[str] = (),
        shared: bool = False,
    ) -> str:
        """Keep a keyboard; returns its short key. With `shared` everybody in the chat may press it."""
        name = secrets.token_urlsafe(9)
        buttons = json.dumps([[one.action, one.value, one.label, one.row] for one in presses], ensure_ascii=False)
        person = None if shared else key.person
        kept = json.dumps(list(pages), ensure_ascii=False) if pages else None
        with self._file.write() as connection:
            connection.execute(
                "INSERT INTO keyboards VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (name, key.channel, key.chat, person, revision, buttons, kept, now.timestamp()),
            )
        return name

    def shown(self, channel: str, name: str, now: datetime) -> Keyboard | None:
        """The keyboard of a key, or None if there never was one or it is too old."""
        rows = self._file.read(
            "SELECT * FROM keyboards WHERE channel = ? AND key = ? AND at > ?",
            (channel, name, (now - KEYBOARD_LIFE).timestamp()),
        )
        if not rows:
            return None
        row = rows[0]
        presses = tuple(Press(*each) for each in json.loads(row["buttons"]))
        return Keyboard(row["chat"], row["person"], row["revision"], presses, tuple(json.loads(row["pages"] or "[]")))

    def settings(self, channel: str, person: str) -> dict[str, str]:
        """What a person set."""
        rows = self._file.read("SELECT name, value FROM settings WHERE channel = ? AND person = ?", (channel, person))
        return {row["name"]: row["value"] for row in rows}

    def set(self, channel: str, person: str, name: str, value: str) -> None:
        """Keep one setting of a person."""
        with self._file.write() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?, ?)", (channel, person, name, value))

    def move_chat(self, channel: str, old: str, new: str) -> None:
        """A group got another id: its conversations go with it."""
        with self._file.write() as connection:
            for table in ("contexts", "keyboards"):
                connection.execute(
                    f"UPDATE OR REPLACE {table} SET chat = ? WHERE channel = ? AND chat = ?",
                    (new, channel, old),
                )

    def forget_old(self, now: datetime) -> None:
        """Drop what has expired."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM contexts WHERE at < ?", ((now - CONTEXT_LIFE).timestamp(),))
            connection.execute("DELETE FROM keyboards WHERE at < ?", ((now - KEYBOARD_LIFE).timestamp(),))
