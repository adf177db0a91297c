"""Keeping the two files sound: checking them, copying them while they are used, putting a copy back.

A backup is a pair of files, NAME-20261125T013000Z.db and its people file, each of them whole in itself: it can be
opened like any store. The people file is copied first, so that it never speaks of a revision that its pair lacks.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge.errors import NotAStore, StoreBroken, StoreBusy, StoreError, StoreFull
from knowledge.store.database import APPLICATION_ID, BUSY_MS, wrapped
from knowledge.store.people.file import people_path

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(?P<store>.+)-(?P<stamp>\d{8}T\d{6}Z)\.db")
_QUICKLY = 256 << 20  # bytes that are looked through in about a second
_SPARE_BYTES = 1 << 20  # left free beside a copy
_LEFT_SECONDS = 3600
_PRIVATE = 0o600  # copies hold personal data
Prepare = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: when it was made and where its knowledge file stands; its people file stands beside that."""

    at: datetime
    path: Path

    @property
    def people(self) -> Path:
        """Its people file; a store that never met anybody has none."""
        return people_path(self.path)

    @property
    def size(self) -> int:
        """Bytes of both files."""
        return sum(file.stat().st_size for file in (self.path, self.people) if file.exists())


def check(path: Path, *, quick: bool = False) -> None:
    """Raise StoreBroken unless a file is whole, by SQLite's own integrity check; `quick` leaves indexes out.

    Raises NotAStore for another program's file, StoreError if there is none.
    """
    if not path.is_file():
        raise StoreError(f"没有找到数据文件 {path}，请检查路径。")
    with wrapped(path), closing(_reading(path)) as connection:
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        if owner != APPLICATION_ID and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise NotAStore(f"{path} 是别的程序的数据文件，请检查路径。")
        found = connection.execute(f"PRAGMA {'quick_check' if quick else 'integrity_check'}(1)").fetchone()[0]
        astray = None if quick else connection.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or astray is not None:
        cause = sqlite3.DatabaseError(found if astray is None else f"foreign key: {astray}")
        raise StoreBroken(f"数据文件 {path} 已损坏，请用最近的备份恢复（jianbao restore）。") from cause


def check_store(store: Path, *, quick: bool = False) -> None:
    """Check both files of a store, those that there are; `quick` also passes over files that would take minutes."""
    for path in (store, people_path(store)):
        if path.exists() and not (quick and path.stat().st_size > _QUICKLY):
            check(path, quick=quick)


def back_up(store: Path, folder: Path, now: datetime) -> Backup:
    """Copy both files into a folder while they are used by others; each copy is checked. Raises StoreErrors.

    The knowledge file gets its name last: where it stands, the backup is whole. Whatever fails, nothing stays behind.
    """
    if not store.is_file():
        raise StoreError(f"没有找到数据文件 {store}，请检查路径。")
    made = Backup(now, folder / f"{store.stem}-{now.astimezone(UTC).strftime(_STAMP)}.db")
    pairs = [(people_path(store), made.people), (store, made.path)]
    with _writable(folder), _undone([target for _, target in pairs]):
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder, now)
        _room_for(folder, sum(_size(source) for source, _ in pairs))
        for source, target in pairs:
            if source.exists():
                _copy(source, target)
    return made


def restore(backup: Path, store: Path, now: datetime, prepare: Prepare = lambda people: None) -> list[Path]:
    """Put a backup in a store's place, checked before anything is touched; gives what was moved aside.

    `prepare` may settle what must not happen twice in the new people file before it is used. Raises StoreErrors;
    StoreBusy while a bot or another program has the store open.
    """
    pairs = [(source, target) for source, target in _pairs(backup, store) if source.exists()]
    if not backup.is_file():
        raise StoreError(f"没有找到备份 {backup}，请用 jianbao backup --list 查看有哪些备份。")
    for source, _ in pairs:
        check(source)
    for _, target in pairs:
        _refuse_if_open(target)
    fresh = [target.with_name(f".{target.name}.restoring") for _, target in pairs]
    with _writable(store.parent), _undone(fresh):
        _room_for(store.parent, sum(_size(source) for source, _ in pairs))
        for (source, target), made in zip(pairs, fresh, strict=True):
            _copy(source, made, wal=True)
            if target == people_path(store):
                prepare(made)
        return [aside for (_, target), made in zip(pairs, fresh, strict=True) if (aside := _swap(made, target, now))]


def _pairs(backup: Path, store: Path) -> Iterator[tuple[Path, Path]]:
    yield people_path(backup), people_path(store)
    yield backup, store


def backups(folder: Path, store: Path) -> list[Backup]:
    """The backups of a store in a folder, latest first."""
    found = []
    for path in folder.glob("*.db"):
        name = _NAME.fullmatch(path.name)
        if name and name["store"] == store.stem:
            at = datetime.strptime(name["stamp"], _STAMP).replace(tzinfo=UTC)
            found.append(Backup(at, path))
    return sorted(found, key=lambda each: each.at, reverse=True)


def superfluous(times: Sequence[datetime], days: int, weeks: int) -> list[datetime]:
    """Which backups are no longer kept: beside the latest of each of the last `days` days that have any, the latest
    of each of the last `weeks` weeks that have any. Only what there is counts, not the clock: whoever sets that ahead
    loses nothing.

    >>> from datetime import timedelta
    >>> daily = [datetime(2026, 11, 30, 3) - timedelta(days=each) for each in range(14)]
    >>> [each.day for each in superfluous(daily, 3, 2)]
    [27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17]
    """
    kept: set[datetime] = set()
    for count, key in ((days, lambda at: at.date()), (weeks, lambda at: tuple(at.isocalendar())[:2])):
        latest: dict[object, datetime] = {}
        for at in sorted(times, reverse=True):
            latest.setdefault(key(at), at)
        kept |= set(list(latest.values())[:count])
    return [at for at in sorted(times, reverse=True) if at not in kept]


def rotate(folder: Path, store: Path, days: int, weeks: int) -> list[Path]:
    """Remove the backups that are no longer kept; gives their knowledge files."""
    found = {each.at: each for each in backups(folder, store)}
    gone = [found[at] for at in superfluous(list(found), max(days, 1), weeks)]
    with _writable(folder):
        for each in gone:
            each.path.unlink(missing_ok=True)  # first: without it the people file is no backup
            each.people.unlink(missing_ok=True)
    return [each.path for each in gone]


# -- one file ------------------------------------------------------------------------------------------------------


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)


def _copy(source: Path, target: Path, *, wal: bool = False) -> None:
    """A checked copy under a temporary name, then under its own; one state of the source, whoever writes meanwhile."""
    making = target.with_name(f".{target.name}.making")
    try:
        with wrapped(source), closing(_reading(source)) as old:
            making.unlink(missing_ok=True)
            making.touch(mode=_PRIVATE)
            with wrapped(making), closing(sqlite3.connect(making)) as new:
                old.backup(new)
                new.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
        check(making)
        _synced(making)
        making.replace(target)
        _synced(target.parent)
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            making.with_name(making.name + end).unlink(missing_ok=True)


def _synced(path: Path) -> None:
    """On the disk, not only in its cache."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path, now: datetime) -> None:
    """Remove what a killed copying left half done, long enough ago that nobody is at it any more."""
    for file in folder.glob(".*.making*"):
        if file.stat().st_mtime < now.timestamp() - _LEFT_SECONDS:
            file.unlink(missing_ok=True)


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())


def _room_for(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE_BYTES:
        need = f"约需 {size / 1e6:.0f} MB，只剩 {free / 1e6:.0f} MB"
        raise StoreFull(f"{folder} 所在的磁盘放不下（{need}）：请腾出空间或换一个文件夹。")


def _refuse_if_open(path: Path) -> None:
    """Raise StoreBusy if another program has the file open; what its log holds goes into the file before it moves."""
    if not path.exists():
        return
    busy = StoreBusy(f"数据文件 {path} 正在使用：请先停止机器人（systemctl stop jianbao）再恢复。")
    try:
        with closing(sqlite3.connect(path, timeout=0.2)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise busy from error
    except sqlite3.DatabaseError:  # broken: that is why it is replaced
        return


def _swap(made: Path, target: Path, now: datetime) -> Path | None:
    """Put a new file in a target's place; gives where the old one is now."""
    if not target.exists():
        made.replace(target)
        return None
    aside = target.with_name(f"{target.stem}.before-{now.astimezone(UTC).strftime(_STAMP)}{target.suffix}")
    log = target.with_name(f"{target.name}-wal")
    if log.exists():  # it would be played into the new file
        log.replace(aside.with_name(f"{aside.name}-wal"))
    target.with_name(f"{target.name}-shm").unlink(missing_ok=True)
    try:
        os.link(target, aside)  # so that at every moment there is a file of that name
    except OSError:  # a file system without links
        target.replace(aside)
    made.replace(target)
    _synced(target.parent)
    return aside


@contextmanager
def _undone(files: Sequence[Path]) -> Iterator[None]:
    """On a fault none of the files stays."""
    try:
        yield
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreFull(f"写不进 {folder}：请检查磁盘空间是否已满、文件夹是否存在且可写。") from error
