"""What the review desk keeps: one-time sign-in links, as hashes, and the key that seals its sessions."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from knowledge.store.people.file import PeopleFile

LINK_AGE = timedelta(minutes=10)
NAME = "name"  # the setting that keeps what a person was called when a link was sent to them


class DeskKeys:
    """One-time links and the sessions' key, in the people file."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def offer(self, link_hash: str, person: str, now: datetime) -> None:
        """Keep a link that signs a person in once within LINK_AGE; a person's older links end with it."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM desk_links WHERE person = ? OR expires < ?", (person, now.timestamp()))
            connection.execute(
                "INSERT INTO desk_links (link_hash, person, expires) VALUES (?, ?, ?)",
                (link_hash, person, (now + LINK_AGE).timestamp()),
            )

    def use(self, link_hash: str, now: datetime) -> str | None:
        """Whom a link signs in, once; None if there is no such link, it was used, or is too old."""
        with self._file.write(durable=True) as connection:
            row = connection.execute(
                "DELETE FROM desk_links WHERE link_hash = ? RETURNING person, expires", (link_hash,)
            ).fetchone()
        return str(row["person"]) if row and row["expires"] >= now.timestamp() else None

    def key(self) -> str:
        """The key that seals sessions, made at the first call; whoever has it could sign sessions."""
        with self._file.write(durable=True) as connection:
            fresh = secrets.token_urlsafe(32)
            connection.execute("INSERT OR IGNORE INTO desk_keys (id, key) VALUES (1, ?)", (fresh,))
            return str(connection.execute("SELECT key FROM desk_keys WHERE id = 1").fetchone()["key"])
