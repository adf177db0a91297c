"""What is kept of documents for asking: one blob a version, made after its publication, and made anew at any time.

It says nothing that the other tables do not say; a file without it answers alike, only later.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from knowledge.store.database import wrapped

_OVER = "version_id NOT IN (SELECT version_id FROM shelved WHERE until IS NULL)"


class Sheets:
    """Reading what is kept."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    @cached_property
    def _there(self) -> bool:
        """Whether the file has room for them; a reader may meet one that was made before there was any."""
        with wrapped(self._path):
            found = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sheets'").fetchone()
        return found is not None

    def read(self, version_id: int, stamp: str) -> bytes | None:
        """What is kept of a version under a stamp."""
        if not self._there:
            return None
        sql = "SELECT body FROM sheets WHERE version_id = ? AND stamp = ?"
        with wrapped(self._path):
            row = self._connection.execute(sql, (version_id, stamp)).fetchone()
        return None if row is None else bytes(row[0])

    def kept(self, stamp: str) -> frozenset[int]:
        """The versions of which something is kept under a stamp."""
        if not self._there:
            return frozenset()
        with wrapped(self._path):
            found = self._connection.execute("SELECT version_id FROM sheets WHERE stamp = ?", (stamp,))
            return frozenset(row[0] for row in found)


def keep_sheets(connection: sqlite3.Connection, stamp: str, made: Iterable[tuple[int, bytes]]) -> None:
    """Keep what was made of some versions; what was kept of them before goes."""
    sql = "INSERT OR REPLACE INTO sheets (version_id, stamp, body) VALUES (?, ?, ?)"
    connection.executemany(sql, [(version, stamp, body) for version, body in made])


def drop_sheets(connection: sqlite3.Connection) -> None:
    """Drop what is kept of versions that the latest revision does not read."""
    connection.execute(f"DELETE FROM sheets WHERE {_OVER}")
