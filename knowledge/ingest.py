"""Strings the reading stages together: file -> read -> repair -> segment -> extract; many files on all cores."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from knowledge.errors import BrokenFile, JianbaoError
from knowledge.extract import extract
from knowledge.lexicon import Lexicon, load
from knowledge.model import Extraction
from knowledge.read import Limits, read
from knowledge.repair import repair
from knowledge.segment import segment

_FEW = 4  # files that are read sooner here than in processes that must first start
_AHEAD = 4  # files handed to each process at a time, so that memory does not grow with the number of files


def read_document(path: Path, lexicon: Lexicon, limits: Limits | None = None) -> Extraction:
    """Everything that one file states. Raises ReadError."""
    return extract(segment(repair(read(path, limits or Limits()))), lexicon)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: an extraction, or the error that says why not."""

    path: Path
    extraction: Extraction | None
    error: JianbaoError | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: the bureau's vocabulary, the limits and how many processes."""

    lexicon_files: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    workers: int = 1


def read_documents(paths: Sequence[Path], reading: Reading) -> Iterator[Outcome]:
    """Each file's outcome, in the order of the files; a bad file does not stop the rest. Raises SettingsError."""
    _lexicon(reading.lexicon_files)  # a faulty file of words is told at once, not by every process
    if reading.workers < 2 or len(paths) < _FEW:
        yield from (_outcome(path, reading) for path in paths)
        return
    context = multiprocessing.get_context("spawn")
    ignore = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes
    with ProcessPoolExecutor(reading.workers, context, signal.signal, ignore) as pool:
        try:
            yield from _spread(pool, paths, reading)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _spread(pool: ProcessPoolExecutor, paths: Sequence[Path], reading: Reading) -> Iterator[Outcome]:
    running: deque[tuple[Path, Future[Outcome]]] = deque()
    for path in paths:
        running.append((path, pool.submit(_outcome, path, reading)))
        if len(running) >= reading.workers * _AHEAD:
            yield _result(*running.popleft())
    while running:
        yield _result(*running.popleft())


def _result(path: Path, future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool as error:
        return _fault(path, f"{path.name} 没有读成：读文件的进程停了，请单独读这一份看看。", error)


def _outcome(path: Path, reading: Reading) -> Outcome:
    try:
        return Outcome(path, read_document(path, _lexicon(reading.lexicon_files), reading.limits))
    except JianbaoError as error:
        return Outcome(path, None, error)
    except Exception as error:  # a fault of ours in one file must not lose the others
        text = f"{path.name} 读取时出错（{type(error).__name__}：{error}），请把这份文件发给维护人员。"
        return _fault(path, text, error)


def _fault(path: Path, text: str, cause: Exception) -> Outcome:
    fault = BrokenFile(text)
    fault.__cause__ = cause
    return Outcome(path, None, fault)


@cache
def _lexicon(files: tuple[Path, ...]) -> Lexicon:
    """The vocabulary, loaded once in each process."""
    return load(files)
