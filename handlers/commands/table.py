"""The commands' data (tables/commands.toml): roles, descriptions in three languages, words that mean a command."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.store.people import Role

_TABLE = Path(__file__).parents[1] / "tables" / "commands.toml"
_ENDS = " \t\n。！!，,~～"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `role` None: for everybody."""

    name: str
    role: Role | None
    descriptions: Mapping[str, str]  # zh, zh_hant, en
    words: tuple[re.Pattern[str], ...]
    groups: bool  # shown in the menu of groups
    private: bool  # only in private chats
    group_only: bool
    own: bool  # about oneself: also for who is not admitted


@lru_cache(maxsize=1)
def commands() -> Mapping[str, Command]:
    """All commands, in the menu's order."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    return {name: _command(name, row) for name, row in table.items()}


def _command(name: str, row: Mapping[str, object]) -> Command:
    words = row.get("words", [])
    assert isinstance(words, list)  # noqa: S101  our own table
    return Command(
        name=name,
        role=Role(str(row["role"])) if row["role"] else None,
        descriptions={language: str(row[language]) for language in ("zh", "zh_hant", "en")},
        words=tuple(re.compile(word, re.IGNORECASE) for word in words),
        groups=bool(row.get("groups")),
        private=bool(row.get("private")),
        group_only=bool(row.get("group_only")),
        own=bool(row.get("own")),
    )


def meant(text: str) -> tuple[str, str] | None:
    """(command, argument) that plain words mean, or None.

    >>> meant("有哪些困难？"), meant("医化行业增速多少")
    (('difficulties', ''), None)
    """
    plain = text.strip(_ENDS)
    plain = plain.rstrip("？?") or plain
    for command in commands().values():
        for pattern in command.words:
            if found := pattern.fullmatch(plain):
                return command.name, (found.groupdict().get("args") or "").strip()
    return None


def menu(role: Role | None, language: str, *, group: bool = False) -> Iterator[tuple[str, str]]:
    """(name, description) of the commands that a role has in a chat."""
    for command in commands().values():
        allowed = command.role is None or (role is not None and role.rank >= command.role.rank)
        if allowed and (command.groups or command.group_only if group else not command.group_only):
            yield command.name, command.descriptions[language]
