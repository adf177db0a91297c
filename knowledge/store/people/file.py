"""One SQLite file used from many threads: a connection for each thread, writers one after another."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from knowledge.store.database import open_database, wrapped
from knowledge.store.people.schema import MIGRATIONS


def people_path(store: Path) -> Path:
    """Where the people file of a knowledge file stands: NAME.db -> NAME.people.db."""
    return store.with_name(f"{store.stem}.people.db")


class PeopleFile:
    """The people file, opened (and made, if missing) at once; each thread gets its own connection.

    Raises StoreErrors. Rows are sqlite3.Row.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.RLock()  # SQLite's own waiting is in steps of up to 100 ms; a lock is fair and quick
        self._connections: list[sqlite3.Connection] = []
        self._connect()

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with wrapped(self.path):
            return self._connection().execute(sql, parameters).fetchall()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction, rolled back on an exception; inside another one on the same thread it joins that.

        Without `durable` a power failure (not a crash of the program) may lose the last moments.
        """
        connection = self._connection()
        with self._lock, wrapped(self.path):
            if connection.in_transaction:
                yield connection
                return
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        return connection or self._connect()

    def _connect(self) -> sqlite3.Connection:
        with self._lock:
            connection = open_database(self.path, MIGRATIONS).conn
            connection.isolation_level = None  # transactions are begun by `write`
            connection.row_factory = sqlite3.Row
            self._connections.append(connection)
        self._local.connection = connection
        return connection
