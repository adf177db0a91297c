"""What editors look at: questions that went unanswered or were rated badly, and the synonyms that they taught."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from knowledge.store.audit import Audit
from knowledge.store.people.file import PeopleFile
from knowledge.store.people.talks import Key


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question for editors; `reason` is not_found, ambiguous or bad (rated so by the person)."""

    id: int
    question: str
    reason: str
    comment: str | None
    person: str
    at: str
    times: int


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that people use and what they mean, in words that the bot knows."""

    id: int
    phrase: str
    meaning: str
    by: str
    at: str


class Review:
    """Unanswered questions and synonyms in the people file."""

    def __init__(self, file: PeopleFile, audit: Audit) -> None:
        self._file = file
        self._audit = audit

    def keep(self, key: Key, question: str, reason: str, now: datetime, comment: str | None = None) -> int:
        """Keep a question; the same one, still open, is counted instead."""
        with self._file.write() as connection:
            known = connection.execute(
                "SELECT id FROM unanswered WHERE question = ? AND reason = ? AND state = 'open'", (question, reason)
            ).fetchone()
            if known is not None:
                connection.execute(
                    "UPDATE unanswered SET times = times + 1, at = ?, comment = coalesce(?, comment) WHERE id = ?",
                    (now.isoformat(timespec="seconds"), comment, known["id"]),
                )
                return int(known["id"])
            cursor = connection.execute(
                "INSERT INTO unanswered (channel, chat, person, question, reason, comment, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key.channel, key.chat, key.person, question, reason, comment, now.isoformat(timespec="seconds")),
            )
            return int(cursor.lastrowid or 0)

    def open(self, limit: int = 200) -> list[Unanswered]:
        """Questions still to be looked at, the most asked first."""
        rows = self._file.read(
            "SELECT * FROM unanswered WHERE state = 'open' ORDER BY times DESC, at DESC LIMIT ?", (limit,)
        )
        return [_unanswered(row) for row in rows]

    def find(self, id: int) -> Unanswered | None:
        """One question."""
        rows = self._file.read("SELECT * FROM unanswered WHERE id = ?", (id,))
        return _unanswered(rows[0]) if rows else None

    def dismiss(self, id: int, by: str, now: datetime) -> None:
        """Close a question without teaching anything."""
        with self._file.write(durable=True) as connection:
            connection.execute("UPDATE unanswered SET state = 'dismissed' WHERE id = ?", (id,))
            self._audit.record(by, "review.dismiss", f"unanswered:{id}", now)

    def teach(self, phrase: str, meaning: str, by: str, now: datetime, *, unanswered: int | None = None) -> Synonym:
        """Add a synonym; the question that it came from is closed."""
        at = now.isoformat(timespec="seconds")
        with self._file.write(durable=True) as connection:
            connection.execute(
                "UPDATE synonyms SET undone_by = ?, undone_at = ? WHERE phrase = ? AND undone_at IS NULL",
                (by, at, phrase),
            )
            cursor = connection.execute(
                "INSERT INTO synonyms (phrase, meaning, by, at, unanswered) VALUES (?, ?, ?, ?, ?)",
                (phrase, meaning, by, at, unanswered),
            )
            connection.execute("UPDATE unanswered SET state = 'taught' WHERE id = ?", (unanswered,))
            synonym = Synonym(int(cursor.lastrowid or 0), phrase, meaning, by, at)
            self._audit.record(by, "review.teach", f"synonym:{synonym.id}", now, phrase=phrase, meaning=meaning)
        return synonym

    def unteach(self, id: int, by: str, now: datetime) -> bool:
        """Undo a synonym, and open its question again; False if it was undone before."""
        with self._file.write(durable=True) as connection:
            row = connection.execute("SELECT * FROM synonyms WHERE id = ? AND undone_at IS NULL", (id,)).fetchone()
            if row is None:
                return False
            at = now.isoformat(timespec="seconds")
            connection.execute("UPDATE synonyms SET undone_by = ?, undone_at = ? WHERE id = ?", (by, at, id))
            connection.execute("UPDATE unanswered SET state = 'open' WHERE id = ?", (row["unanswered"],))
            self._audit.record(by, "review.unteach", f"synonym:{id}", now, phrase=row["phrase"])
        return True

    def forget_old(self, before: datetime) -> None:
        """Drop questions and comments that are older; what they taught stays."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM unanswered WHERE at < ?", (before.isoformat(timespec="seconds"),))

    def synonyms(self) -> list[Synonym]:
        """Synonyms in force, the latest first."""
        rows = self._file.read("SELECT * FROM synonyms WHERE undone_at IS NULL ORDER BY id DESC")
        return [Synonym(row["id"], row["phrase"], row["meaning"], row["by"], row["at"]) for row in rows]


def _unanswered(row: sqlite3.Row) -> Unanswered:
    return Unanswered(row["id"], row["question"], row["reason"], row["comment"], row["person"], row["at"], row["times"])
