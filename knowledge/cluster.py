"""Reading on other machines: a Dask cluster as the crowd that knowledge/ingest.py hands its files to.

Files travel as bytes, so that workers need no shared disk; each gives back rows, and the one writer stays here. What a
lost worker had in hand is read by another one (Dask sees to that); each file has one claim, so none is stored twice.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.errors import ClusterError, ReadError
from knowledge.ingest import AHEAD, Outcome, Reading, fault, read_sent, reader_name
from knowledge.read import load

_WAIT = 30  # seconds for the scheduler and its first worker
_LARGE = "1GB"  # Dask warns of tasks over 10 MB: ours are files


@contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """The workers of a scheduler, such as tcp://10.0.0.5:8786. Raises ClusterError."""
    try:
        import dask
        import distributed
    except ImportError as error:
        raise ClusterError("用集群读要先安装：pip install 'jianbao[cluster]'。") from error
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": _LARGE}):
        client = _connected(distributed, address)
        try:
            yield Cluster(client)
        finally:
            client.close()


def _connected(distributed: Any, address: str) -> Any:
    client = None
    try:
        client = distributed.Client(address, timeout=_WAIT, set_as_default=False)
        client.wait_for_workers(1, timeout=_WAIT)
    except (OSError, ValueError) as error:
        if client is not None:
            client.close()
            raise ClusterError(f"调度器 {address} 上没有工作进程，请先启动 dask worker。") from error
        raise ClusterError(f"连不上调度器 {address}，请检查地址，并确认 dask scheduler 已启动。") from error
    return client


class Cluster:
    """A crowd of Dask workers."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def room(self) -> int:
        """Some files for each thread of the workers that are there now."""
        return max(1, sum(map(int, self._client.nthreads().values()))) * AHEAD

    def submit(self, path: Path, reading: Reading) -> Any:
        """Send a file's bytes."""
        try:
            data = load(path, reading.limits)
        except ReadError as error:
            bad: Future[Outcome] = Future()
            bad.set_result(Outcome(path, None, error))
            return bad
        return self._client.submit(_read, data, path, reading, _words(reading.lexicon_files), pure=False)

    def result(self, path: Path, reading: Reading, claim: Any) -> Outcome:
        """The outcome. Raises ClusterError where the cluster itself is at fault."""
        from distributed import KilledWorker

        try:
            outcome: Outcome = claim.result()
        except KilledWorker as error:
            return fault(path, f"{path.name} 没有读成：读它的工作进程接连停了，请单独读这一份看看。", error)
        except Exception as error:
            raise ClusterError(
                f"集群读 {path.name} 时出错（{error}），已读完的不会丢，修好后再执行一次即可。"
            ) from error
        own = reader_name(reading.lexicon_files, reading.limits)
        if outcome.ready is not None and outcome.ready.reader != own:
            raise ClusterError("工作进程上的简报与本机的版本不同，读出来会不一样；请把各台机器更新到同一版本。")
        return outcome


@cache
def _words(files: tuple[Path, ...]) -> tuple[str, ...]:
    """The bureau's own vocabulary, to be sent along."""
    return tuple(path.read_text("utf-8") for path in files)


def _read(data: bytes, path: Path, reading: Reading, words: tuple[str, ...]) -> Outcome:
    """What a worker does."""
    return read_sent(data, path, replace(reading, lexicon_files=_unpacked(words)))


@cache
def _unpacked(words: tuple[str, ...]) -> tuple[Path, ...]:
    """The vocabulary as files of the worker's own, written once."""
    if not words:
        return ()
    folder = Path(tempfile.mkdtemp(prefix="jianbao-words-"))
    paths = tuple(folder / f"{number}.toml" for number in range(len(words)))
    for path, text in zip(paths, words, strict=True):
        path.write_text(text, "utf-8")
    return paths
