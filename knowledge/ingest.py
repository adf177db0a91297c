"""Strings the reading stages together: file -> read -> repair -> segment -> extract -> rows; many files on all cores.

    paths -> (known already?) -> crowd of workers, each file -> Ready rows -> outcomes in the order of the files

The crowd is processes of this machine (here) or a cluster (knowledge/cluster.py); one writer takes the outcomes.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from knowledge.errors import BrokenFile, JianbaoError
from knowledge.extract import extract
from knowledge.lexicon import Lexicon, load
from knowledge.model import Extraction, Source
from knowledge.read import Limits, read, read_bytes
from knowledge.repair import repair
from knowledge.segment import segment
from knowledge.store.ready import Ready, ready

_FEW = 4  # files that are read sooner here than in processes that must first start
AHEAD = 4  # files handed to each process at a time, so that memory does not grow with the number of files
_HERE = Path(__file__).resolve().parent
# What decides how a file is read; the digest of these files names the program that read it.
_PARTS = ("read", "repair", "segment", "extract", "store", "tables")
_MODULES = ("model.py", "frozen.py", "numerals.py", "periods.py", "lexicon.py", "ingest.py")


def read_document(path: Path, lexicon: Lexicon, limits: Limits | None = None) -> Extraction:
    """Everything that one file states. Raises ReadError."""
    return extract(segment(repair(read(path, limits or Limits()))), lexicon)


def finished(source: Source, lexicon_files: tuple[Path, ...]) -> Extraction:
    """Everything that a text states which was read already."""
    return extract(segment(repair(source)), _lexicon(lexicon_files))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: rows to store, or the error that says why not, or neither where it was known already."""

    path: Path
    ready: Ready | None = None
    error: JianbaoError | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: the bureau's vocabulary, the limits and how many processes."""

    lexicon_files: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    workers: int = 1


class Crowd(Protocol):
    """Workers that read files side by side."""

    def room(self) -> int:
        """How many files they are handed at a time."""
        ...

    def submit(self, path: Path, reading: Reading) -> Any:
        """Hand over a file; gives a claim on its outcome."""
        ...

    def result(self, path: Path, reading: Reading, claim: Any) -> Outcome:
        """The outcome, waited for."""
        ...


def read_documents(
    paths: Sequence[Path], reading: Reading, known: frozenset[str] = frozenset(), crowd: Crowd | None = None
) -> Iterator[Outcome]:
    """Each file's outcome, in the order of the files; a bad file does not stop the rest. Raises SettingsError.

    Files whose SHA-256 is `known` are passed over.
    """
    _lexicon(reading.lexicon_files)  # a faulty file of words is told at once, not by every process
    if crowd is not None:
        yield from _spread(crowd, paths, reading, known)
    elif reading.workers < 2 or len(paths) < _FEW:
        yield from (Outcome(path) if _is_known(path, known) else read_file(path, reading) for path in paths)
    else:
        with processes(reading.workers) as own:
            yield from _spread(own, paths, reading, known)


def _spread(crowd: Crowd, paths: Sequence[Path], reading: Reading, known: frozenset[str]) -> Iterator[Outcome]:
    running: deque[tuple[Path, Any]] = deque()
    for path in paths:
        running.append((path, None if _is_known(path, known) else crowd.submit(path, reading)))
        while running and (running[0][1] is None or len(running) >= crowd.room()):
            yield _outcome(crowd, reading, *running.popleft())
    while running:
        yield _outcome(crowd, reading, *running.popleft())


def _outcome(crowd: Crowd, reading: Reading, path: Path, claim: Any) -> Outcome:
    return Outcome(path) if claim is None else crowd.result(path, reading, claim)


def _is_known(path: Path, known: frozenset[str]) -> bool:
    try:
        return bool(known) and hashlib.sha256(path.read_bytes()).hexdigest() in known
    except OSError:
        return False  # reading it will say what is wrong


# -- one file, in whichever process ------------------------------------------------------------------------------------


def read_file(path: Path, reading: Reading) -> Outcome:
    """Read one file of this machine."""
    try:
        return Outcome(path, _made(read_document(path, _lexicon(reading.lexicon_files), reading.limits), reading))
    except Exception as error:  # a fault of ours in one file must not lose the others
        return _failed(path, error)


def read_sent(data: bytes, path: Path, reading: Reading) -> Outcome:
    """Read a file's bytes, sent from another machine."""
    try:
        source = read_bytes(data, path.name, reading.limits)
        return Outcome(path, _made(extract(segment(repair(source)), _lexicon(reading.lexicon_files)), reading))
    except Exception as error:
        return _failed(path, error)


def _made(extraction: Extraction, reading: Reading) -> Ready:
    return ready(extraction, reader_name(reading.lexicon_files, reading.limits))


def _failed(path: Path, error: Exception) -> Outcome:
    if isinstance(error, JianbaoError):
        return Outcome(path, None, error)
    text = f"{path.name} 读取时出错（{type(error).__name__}：{error}），请把这份文件发给维护人员。"
    return fault(path, text, error)


def fault(path: Path, text: str, cause: BaseException) -> Outcome:
    """A file that could not be read through no error of the reading stages."""
    broken = BrokenFile(text)
    broken.__cause__ = cause
    return Outcome(path, None, broken)


@cache
def _lexicon(files: tuple[Path, ...]) -> Lexicon:
    """The vocabulary, loaded once in each process."""
    return load(files)


@cache
def reader_name(lexicon_files: tuple[Path, ...], limits: Limits) -> str:
    """A name for the program as it reads: equal names read a file alike, on any machine."""
    own = [path for part in _PARTS for path in (_HERE / part).rglob("*") if path.suffix in (".py", ".toml", ".txt")]
    digest = hashlib.sha256(repr(limits).encode())
    for path in (*sorted([*own, *(_HERE / name for name in _MODULES)]), *lexicon_files):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


# -- processes of this machine -----------------------------------------------------------------------------------------


@contextmanager
def processes(count: int) -> Iterator[Crowd]:
    """Processes that read; when interrupted, what was not begun is dropped."""
    crowd = _Processes(count)
    try:
        yield crowd
    except BaseException:
        crowd.pool.shutdown(wait=False, cancel_futures=True)
        raise
    crowd.pool.shutdown()


class _Processes:
    """A process pool that outlives the death of a process."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.pool = _pool(count)

    def room(self) -> int:
        return self._count * AHEAD

    def submit(self, path: Path, reading: Reading) -> Future[Outcome]:
        try:
            return self.pool.submit(read_file, path, reading)
        except BrokenProcessPool:
            self.pool = _pool(self._count)
            return self.pool.submit(read_file, path, reading)

    def result(self, path: Path, reading: Reading, claim: Future[Outcome]) -> Outcome:
        try:
            return claim.result()
        except BrokenProcessPool:  # by this file or by another one that was read beside it
            return _alone(path, reading)


def _alone(path: Path, reading: Reading) -> Outcome:
    with _pool(1) as pool:
        try:
            return pool.submit(read_file, path, reading).result()
        except BrokenProcessPool as error:
            return fault(path, f"{path.name} 没有读成：读它的进程停了，文件可能已损坏，请另存后再试。", error)


def _pool(count: int) -> ProcessPoolExecutor:
    ignore = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), signal.signal, ignore)
