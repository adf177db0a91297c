"""Opening a SQLite file safely, and turning SQLite's errors into ours at one place."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import NewerStore, NotAStore, StoreBroken, StoreBusy, StoreError, StoreFull

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x4A42414F  # "JBAO": SQLite's application_id of all our files
BUSY_MS = 5_000

_FULL = ("disk is full", "readonly", "read-only", "unable to open", "disk I/O error")


@contextmanager
def wrapped(path: Path | str) -> Iterator[None]:
    """Turn SQLite's errors into StoreErrors that name the file, cause chained."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _operational(error, path) from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise NotAStore(
                f"{path} 不是简报的数据文件，请换一个文件名，或检查 --store 和 bot.toml 里的路径。"
            ) from error
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise StoreBroken(f"数据文件 {path} 已损坏，请用最近的备份恢复（jianbao restore）。") from error


def _operational(error: sqlite3.OperationalError, path: Path | str) -> StoreError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreBusy(f"数据文件 {path} 正被另一个程序占用，请稍后再试。")
    if any(word in text for word in _FULL):
        return StoreFull(f"写不进数据文件 {path}：请检查磁盘空间是否已满、文件夹是否存在且可写。")
    return StoreError(f"数据文件 {path} 用不了：{text}。")


def open_database(path: Path, migrations: Migrations) -> Database:
    """Open (or make) a file and bring its schema up to date.

    One connection; make one for each thread. Write-ahead log, foreign keys on, waits BUSY_MS for a lock.
    Raises NotAStore for a file of another program, NewerStore for one made by a newer version, other StoreErrors.
    """
    from sqlite_utils import Database

    with wrapped(path):
        connection = _connected(path, "")
        try:
            _check(connection, path, migrations.name, {migration.name for migration in migrations._migrations})
            connection.execute("PRAGMA foreign_keys = ON")
            database = Database(connection)
            _prepare(database, migrations)
        except BaseException:
            connection.close()
            raise
    return database


def open_reader(path: Path, name: str, known: Collection[str]) -> sqlite3.Connection:
    """Open a file for reading only; `known` are the migrations of that name that this program knows.

    Nothing that changes a schema is loaded: a single question must be quick. Raises as open_database does.
    """
    with wrapped(path), _reading(path):
        connection = _connected(path, "?mode=ro")
        try:
            _check(connection, path, name, known)
        except BaseException:
            connection.close()
            raise
    return connection


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}{mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say what a reader lacks: SQLite must make its -shm file where no other program has the file open."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if not any(word in str(error) for word in ("unable to open", "readonly")):
            raise
        raise StoreError(
            f"读不了数据文件 {path}：请检查读取权限；没有别的程序开着它时，文件夹还要可写（SQLite 要放 -shm 文件）。"
        ) from error


def _check(connection: sqlite3.Connection, path: Path, name: str, known: Collection[str]) -> None:
    """Raise unless the file is one of ours and not newer than this program."""
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if owner != APPLICATION_ID and not (owner == 0 and not tables):
        raise NotAStore(f"{path} 是别的程序的数据文件，简报不会改动它；请换一个文件名。")
    if "_sqlite_migrations" in tables:
        applied = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (name,))
        if any(row[0] not in known for row in applied):
            raise NewerStore(f"{path} 是由更新版本的简报建立的，请升级简报后再打开。")


def _prepare(database: Database, migrations: Migrations) -> None:
    """Claim a new file and apply pending migrations; nothing is written when there is nothing to do."""
    connection = database.conn
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA synchronous = FULL")
    if migrations.pending(database):
        migrations.apply(database)
