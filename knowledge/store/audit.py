"""The audit log: who did what to whom and when; append-only, each entry sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.store.people.file import PeopleFile


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `actor` is channel:person or the name of a program; `action` a dotted word such as access.approve."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: dict[str, object]
    hash: str


class Audit:
    """The log in the people file."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def record(self, actor: str, action: str, subject: str, now: datetime, **detail: object) -> None:
        """Add an entry; inside an open write it is kept or dropped together with what it tells of."""
        with self._file.write(durable=True) as connection:
            last = connection.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
            previous = str(last[0]) if last else ""
            row = (now.isoformat(timespec="seconds"), actor, action, subject, _canonical(detail))
            connection.execute(
                "INSERT INTO audit (at, actor, action, subject, detail, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, previous, _seal(previous, row)),
            )

    def entries(self, *, limit: int = 50, before: int | None = None) -> list[Entry]:
        """The latest entries first; `before` pages on from an id."""
        rows = self._file.read(
            "SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
            (before if before is not None else 1 << 62, limit),
        )
        return [_entry(row) for row in rows]

    def count(self) -> int:
        """How many entries there are."""
        return int(self._file.read("SELECT count(*) FROM audit")[0][0])

    def holds(self, hash: str) -> bool:
        """Whether an entry with this seal is in the log."""
        return bool(self._file.read("SELECT 1 FROM audit WHERE hash = ?", (hash,)))

    def broken_at(self) -> int | None:
        """The first entry whose seal does not fit, or None for an untouched log."""
        previous = ""
        for row in self._file.read("SELECT * FROM audit ORDER BY id"):
            sealed = _seal(previous, (row["at"], row["actor"], row["action"], row["subject"], row["detail"]))
            if row["previous"] != previous or row["hash"] != sealed:
                return int(row["id"])
            previous = sealed
        return None


def _canonical(detail: Mapping[str, object]) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)


def _seal(previous: str, row: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps([previous, *row], ensure_ascii=False).encode()).hexdigest()


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["id"], row["at"], row["actor"], row["action"], row["subject"], json.loads(row["detail"]), row["hash"]
    )
