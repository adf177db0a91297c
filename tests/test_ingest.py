"""Reading many files into a store: interrupted and gone on with, with dying processes, on a cluster."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from knowledge.errors import ClusterError
from knowledge.ingest import Reading, read_documents
from knowledge.store import KnowledgeStore
from tests.invented import write_into
from tests.shared import ROOT


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_into(tmp_path_factory.mktemp("总结"), 12)


@pytest.fixture(scope="module")
def wanted(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What a store holds that was filled in one go, in one process."""
    store = tmp_path_factory.mktemp("store") / "县.db"
    assert "读了 12 份，现在是第 1 版，共 12 份" in ingest(store, files, "--workers", 1).stdout
    return stated(store)


def ingest(store: Path, files: list[Path], *more: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(store, files, *more), capture_output=True, text=True, cwd=cwd, env=environment())


def command(store: Path, files: list[Path], *more: object) -> list[str]:
    return [sys.executable, "-m", "bot", "ingest", "--store", *map(str, (store, *more, *files))]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def stated(store: Path) -> dict[str, list[str]]:
    """Every document of the latest revision, by its file's name, with all figures."""
    with KnowledgeStore.open(store, readonly=True) as knowledge:
        shelf = knowledge.shelf()
        docs = shelf.documents()
        found = {doc.name: [repr(fact.obs) for fact in shelf.document_facts(doc.doc_id)] for doc in docs}
    assert len(found) == len(docs)
    return found


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", [1, 2])
def test_stopped_half_way_nothing_is_lost_and_the_rest_is_read_later(
    tmp_path: Path, files: list[Path], wanted: dict[str, list[str]], workers: int, stop: signal.Signals
) -> None:
    """The eighth file is a pipe: reading waits there until the test has sent the signal."""
    pipe, store = tmp_path / files[7].name, tmp_path / "县.db"
    os.mkfifo(pipe)
    first = [*files[:7], pipe, *files[8:]]
    running = subprocess.Popen(
        command(store, first, "--workers", workers), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=ROOT, env=environment(),
    )  # fmt: skip
    with pipe.open("wb"):  # opens when the other side does
        running.send_signal(stop)
        if workers == 1:
            running.wait()
    _, err = running.communicate()
    assert (running.returncode, "已中断" in err, "Traceback" in err) == (130, True, False), err
    kept = stated(store)
    assert set(kept) <= set(wanted) - {pipe.name} and (workers > 1 or len(kept) == 7)
    assert [name for name, facts in kept.items() if facts != wanted[name]] == []
    again = ingest(store, files)
    assert f"读了 {12 - len(kept)} 份（另有 {len(kept)} 份先前已读过）" in again.stdout or not kept
    assert stated(store) == wanted


def test_files_are_read_again_when_the_bureaus_words_change_or_it_is_asked_for(
    tmp_path: Path, files: list[Path]
) -> None:
    (tmp_path / "words.toml").write_text('[industry]\n"企业产出" = ["产值"]\n', "utf-8")
    (tmp_path / "bot.toml").write_text('[lexicon]\nfiles = ["words.toml"]\n', "utf-8")
    own = ("--config", tmp_path / "bot.toml")
    store = tmp_path / "县.db"
    assert "读了 5 份，现在是第 1 版" in ingest(store, files[:5]).stdout
    assert "读了 5 份，现在是第 2 版" in ingest(store, files[:5], *own).stdout
    assert "读了 0 份（另有 5 份先前已读过），没有变化，仍是第 2 版" in ingest(store, files[:5], *own).stdout
    assert "读了 5 份，没有变化，仍是第 2 版" in ingest(store, files[:5], *own, "--again").stdout


def test_a_process_that_dies_loses_no_file(files: list[Path], wanted: dict[str, list[str]]) -> None:
    outcomes = read_documents(files, Reading(workers=2))
    done = [next(outcomes)]
    children = psutil.Process().children(recursive=True)
    victims = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    victims[0].kill()
    done += outcomes
    assert [outcome.path for outcome in done] == files
    assert [outcome.error for outcome in done if outcome.error] == []


def test_a_file_that_kills_whoever_reads_it_is_named_and_the_others_are_read(tmp_path: Path, files: list[Path]) -> None:
    """A pipe shows which process reads it; the test kills that one, and again when it is read alone."""
    pipe = tmp_path / "坏.md"
    os.mkfifo(pipe)
    killer = threading.Thread(target=kill_readers, args=(pipe, 2))
    killer.start()
    done = list(read_documents([*files[:3], pipe, *files[3:6]], Reading(workers=2)))
    killer.join()
    assert [(outcome.path.name, str(outcome.error)) for outcome in done if outcome.error] == [
        ("坏.md", "坏.md 没有读成：读它的进程停了，文件可能已损坏，请另存后再试。")
    ]
    assert len(done) == 7


def kill_readers(pipe: Path, times: int) -> None:
    for _ in range(times):
        with pipe.open("wb"):  # opens when somebody reads
            while not (readers := readers_of(pipe)):  # whose own opening may end a little later
                continue
            for child in readers:
                child.kill()
                with suppress(ChildProcessError):  # gone, but left for its pool to notice
                    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)


def readers_of(pipe: Path) -> list[psutil.Process]:
    def opened(child: psutil.Process) -> set[str]:
        with suppress(OSError):
            return {os.path.realpath(link) for link in Path(f"/proc/{child.pid}/fd").iterdir()}
        return set()

    return [child for child in psutil.Process().children(recursive=True) if str(pipe) in opened(child)]


def test_bad_files_are_listed_at_the_end(tmp_path: Path, files: list[Path]) -> None:
    bad = [tmp_path / "空.txt", tmp_path / "图.png", tmp_path / "没有.docx"]
    bad[0].write_bytes(b"")
    bad[1].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    done = ingest(tmp_path / "县.db", [bad[0], *files[:4], bad[1], *files[4:6], bad[2]])
    lines = done.stderr.splitlines()
    assert (done.returncode, lines[0]) == (2, "有 3 份没有读进：")
    assert [line.strip().partition("：")[0] for line in lines[1:]] == list(map(str, bad))
    assert "读了 6 份" in done.stdout


def test_a_terminal_shows_rate_and_time_left(tmp_path: Path, files: list[Path]) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(tmp_path / "县.db", files), stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT,
        env=environment() | {"COLUMNS": "100", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = "".join(_said(ours))
    assert running.wait() == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search(r"读入 [━╸╺ ]+ +\d+/12 +[\d.]+ 份/秒 还需 [\d:-]+", plain), plain[-400:]


def _said(terminal: int) -> Iterator[str]:
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            return
        if not data:
            return
        yield data.decode(errors="replace")


# -- a cluster ---------------------------------------------------------------------------------------------------------

quiet = pytest.mark.filterwarnings("ignore")  # Dask's own, when a worker is killed


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two workers in processes of their own."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made


@quiet
def test_a_cluster_reads_and_a_killed_worker_loses_and_doubles_nothing(
    tmp_path: Path, files: list[Path], wanted: dict[str, list[str]], dask: Any
) -> None:
    from knowledge.cluster import cluster

    store = tmp_path / "县.db"
    with cluster(dask.scheduler_address) as crowd, KnowledgeStore.open(store) as knowledge:
        outcomes = read_documents(files, Reading(), crowd=crowd)
        done = [next(outcomes)]
        workers = crowd._client.run(os.getpid)
        assert len(set(workers.values()) - {os.getpid()}) == 2
        os.kill(next(iter(workers.values())), signal.SIGKILL)
        done += outcomes
        assert [outcome.path for outcome in done] == files
        knowledge.publish([outcome.ready for outcome in done if outcome.ready], who="测试", why="集群")
    assert stated(store) == wanted


@quiet
def test_the_command_reads_on_a_cluster_with_the_bureaus_words(tmp_path: Path, files: list[Path], dask: Any) -> None:
    (tmp_path / "words.toml").write_text('[industry]\n"企业产出" = ["产值"]\n', "utf-8")
    (tmp_path / "bot.toml").write_text('[lexicon]\nfiles = ["words.toml"]\n', "utf-8")
    own = ("--config", tmp_path / "bot.toml")
    here, there = tmp_path / "本机.db", tmp_path / "集群.db"
    bad = tmp_path / "空.txt"
    bad.write_bytes(b"")
    done = ingest(there, [*files[:6], bad], *own, "--dask", dask.scheduler_address)
    assert (done.returncode, "读了 6 份，现在是第 1 版，共 6 份" in done.stdout) == (2, True), done.stderr
    assert f"{bad}：空.txt 是空文件" in done.stderr
    ingest(here, files[:6], *own)
    assert stated(here) == stated(there)
    assert "企业产出" in str(stated(there))
    known = ingest(there, files[:6], *own, "--dask", dask.scheduler_address)
    assert "读了 0 份（另有 6 份先前已读过）" in known.stdout


@quiet
def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge import cluster

    monkeypatch.setattr(cluster, "_WAIT", 1)
    with pytest.raises(ClusterError, match=r"连不上调度器 tcp://127.0.0.1:9"), cluster.cluster("tcp://127.0.0.1:9"):
        pass
