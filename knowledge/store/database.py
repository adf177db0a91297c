"""Opening a SQLite file safely, and turning SQLite's errors into ours at one place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlite_utils import Database, Migrations

from knowledge.errors import NewerStore, NotAStore, StoreBroken, StoreBusy, StoreError, StoreFull

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


def open_database(path: Path, migrations: Migrations, *, readonly: bool = False) -> Database:
    """Open (or, unless read-only, make) a file and bring its schema up to date.

    One connection; make one for each thread. Write-ahead log, foreign keys on, waits BUSY_MS for a lock.
    Raises NotAStore for a file of another program, NewerStore for one made by a newer version, other StoreErrors.
    """
    with wrapped(path), _reading(path) if readonly else nullcontext():
        mode = "?mode=ro" if readonly else ""
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}{mode}", uri=True, timeout=BUSY_MS / 1000, check_same_thread=False
        )
        try:
            database = Database(connection)
            _check_owner(database, path)
            _check_version(database, path, migrations)
            connection.execute("PRAGMA foreign_keys = ON")
            if not readonly:
                _prepare(database, migrations)
        except BaseException:
            connection.close()
            raise
    return database


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


def _check_owner(database: Database, path: Path) -> None:
    owner = database.conn.execute("PRAGMA application_id").fetchone()[0]
    empty = database.conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if owner != APPLICATION_ID and not (owner == 0 and empty):
        raise NotAStore(f"{path} 是别的程序的数据文件，简报不会改动它；请换一个文件名。")


def _check_version(database: Database, path: Path, migrations: Migrations) -> None:
    known = {migration.name for migration in migrations._migrations}
    if any(applied.name not in known for applied in migrations.applied(database)):
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
