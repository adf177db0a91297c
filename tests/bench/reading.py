"""Reading against jieba's segmentation of the same text, on one core, in turns; on two cores; into a store."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
from bench.report import ROOT, Row, at_least, at_most, cpu, slope, wall

from knowledge.ingest import Reading, read_document, read_documents, reader_name
from knowledge.lexicon import load
from knowledge.read.limits import Limits
from knowledge.store import ready

_SAMPLE, _ROUNDS = 24, 5
_TWICE = 2  # rounds on two cores; the quietest counts, other programs only take away
JIANBAO = (sys.executable, "-m", "bot")


def against_jieba(paths: Sequence[Path]) -> Iterator[Row]:
    """MB of text a second, read to rows that can be stored and cut into words, file by file in turns."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    lexicon, reader = load(), reader_name((), Limits())
    sample = random.Random(7).sample(list(paths), min(_SAMPLE, len(paths)))  # noqa: S311 - the same files each time
    texts = {path: path.read_text() for path in sample}
    ready(read_document(sample[0], lexicon), reader), jieba.lcut(texts[sample[0]])  # both warm
    size = sum(path.stat().st_size for path in sample) / 1e6
    ours, rows, theirs = [], [], []
    for _ in range(_ROUNDS):
        turns = [_turn(path, texts[path]) for path in sample]
        spent = [sum(each) for each in zip(*turns, strict=True)]
        ours.append(size / spent[0])
        rows.append(size / (spent[0] + spent[1]))
        theirs.append(size / spent[2])
    yield Row("reading to figures", statistics.median(ours), "MB/s of one core")
    yield Row("the same with rows for the store", statistics.median(rows), "MB/s of one core")
    yield Row("jieba.lcut of the same text", statistics.median(theirs), "MB/s of one core")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    yield at_least("reading to figures against jieba", ratio, "x", 2)


def _turn(path: Path, text: str) -> tuple[float, float, float]:
    """Seconds of reading a file to figures, of making rows of them, and of cutting its text into words."""
    import jieba

    lexicon, made = load(), []
    reading = cpu(lambda: made.append(read_document(path, lexicon)))
    rows = cpu(lambda: ready(made[0]))
    return reading, rows, cpu(lambda: jieba.lcut(text))


def on_two_cores(paths: Sequence[Path]) -> Iterator[Row]:
    """How much sooner two processes read than one, starting them included; beside it what the machine gives two
    loops that share nothing, in turns: other programs take from both alike.
    """
    ratios, bounds, kept = [], [], []
    for _ in range(_TWICE):
        one, two = _all_read(paths, 1), _all_read(paths, 2)
        ratios.append(one[0] / two[0])
        kept.append(2 * one[1] / two[1])
        bounds.append(2 * wall(lambda: _burn(1)) / wall(lambda: _burn(2)))
    yield Row("two loops that share nothing, two cores against one", max(bounds), "x")
    yield at_least("two processes that read against one, by the clock", max(ratios), "x", 1.8)
    yield at_least("the same by processor time", max(kept), "x", 1.8)


def _all_read(paths: Sequence[Path], workers: int) -> tuple[float, float]:
    """Seconds on the clock and of processor time, of this process and its children from start to end."""
    start, before = time.perf_counter(), os.times()
    for outcome in read_documents(paths, Reading(workers=workers)):
        assert outcome.ready is not None, outcome.error
    after = os.times()
    return time.perf_counter() - start, sum(after[:4]) - sum(before[:4])


def _burn(count: int) -> None:
    """So many processes that count to a number at the same time."""
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=_count) for _ in range(count)]
    for each in running:
        each.start()
    for each in running:
        each.join()


def _count() -> None:
    for _ in itertools.repeat(None, 60_000_000):
        pass


def into_stores(paths: Sequence[Path], folder: Path) -> Iterator[Row]:
    """`jianbao ingest` of 1, 30 and all files on all cores: time, the memory of all its processes, and the store."""
    points = []
    for count in (1, 30, len(paths)):
        chosen = [paths[at * len(paths) // count] for at in range(count)]
        seconds, peak = ingested(chosen, folder / f"{count}.db")
        points.append((float(count), seconds))
        size = (folder / f"{count}.db").stat().st_size / 2**20
        if count < len(paths):
            yield Row(f"{count} report{'s' * (count > 1)} into a store", seconds, "s")
        else:
            yield at_most(f"{count} reports into a store", seconds, "s", 60)
            yield at_most("peak memory of all its processes", peak / 2**20, "MB", 400)
            text = sum(path.stat().st_size for path in chosen) / 2**20
            yield Row("the text that it read", text, "MB")
            yield Row("the store that it made", size, "MB")
            yield Row("the store, for each MB of text", size / text, "MB")
    yield Row("exponent of the time's growth from 30 reports on", slope(points[1:]), "")
    again, _ = ingested(paths, folder / f"{len(paths)}.db")
    yield Row("the same reports again", again, "s")


def ingested(paths: Sequence[Path], store: Path) -> tuple[float, int]:
    """Seconds and the most memory of `jianbao ingest`."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        running = subprocess.Popen(
            [*JIANBAO, "ingest", "--store", str(store), *map(str, paths)], stdout=out, cwd=ROOT, env=environment()
        )
        peak = watched(running)
        seconds = time.perf_counter() - start
    assert running.returncode == 0
    return seconds, peak


def environment() -> dict[str, str]:
    """What our processes run with."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def watched(running: subprocess.Popen[bytes]) -> int:
    """The most memory that a process and its children held of their own until its end (what they share counts once)."""
    peak, process = 0, psutil.Process(running.pid)
    while running.poll() is None:
        peak = max(peak, held(process))
        time.sleep(0.1)
    return peak


def held(process: psutil.Process) -> int:
    """Memory of a process and its children now."""
    try:
        family = [process, *process.children(recursive=True)]
        return sum(int(each.memory_full_info().pss) for each in family)
    except psutil.Error:
        return 0


def memory_of_size(paths: Sequence[Path], folder: Path) -> Iterator[Row]:
    """Peak memory of reading one document and one of many times its size."""
    text = paths[0].read_text()
    peaks = []
    for times in (1, 8):
        path = folder / f"times-{times}.md"
        path.write_text(text * times)
        done = subprocess.run(
            [sys.executable, "-c", _READ_ONE, str(path)], capture_output=True, check=True, cwd=ROOT, env=environment()
        )
        peaks.append(int(done.stdout) / 1024)
    size = len(text.encode()) / 2**20
    yield Row("memory to read one report", peaks[0], "MB")
    yield Row("memory for each further MB of one document", (peaks[1] - peaks[0]) / (7 * size), "MB")


_READ_ONE = """
import re, sys
from pathlib import Path
from knowledge.ingest import Reading, read_file

assert read_file(Path(sys.argv[1]), Reading()).ready
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""
