"""Reading against jieba's segmentation of the same text, on one core, in turns; on two cores; into a store."""

from __future__ import annotations

import logging
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
from bench.report import Row, at_least, at_most, cpu, wall

from knowledge.ingest import Reading, read_document, read_documents
from knowledge.lexicon import load

_SAMPLE, _ROUNDS = 12, 3


def against_jieba(paths: Sequence[Path]) -> Iterator[Row]:
    """MB of text a second, read to figures and cut into words, file by file in turns."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    lexicon = load()
    sample = random.Random(7).sample(list(paths), min(_SAMPLE, len(paths)))  # noqa: S311 - the same files each time
    texts = {path: path.read_text() for path in sample}
    read_document(sample[0], lexicon), jieba.lcut(texts[sample[0]])  # both warm
    size = sum(path.stat().st_size for path in sample) / 1e6
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        pairs = [
            (cpu(lambda p=path: read_document(p, lexicon)), cpu(lambda p=path: jieba.lcut(texts[p]))) for path in sample
        ]
        ours.append(size / sum(one for one, _ in pairs))
        theirs.append(size / sum(two for _, two in pairs))
    yield Row("reading to figures", statistics.median(ours), "MB/s of core time")
    yield Row("jieba.lcut of the same text", statistics.median(theirs), "MB/s of core time")
    yield at_least("reading against jieba", statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), "x", 2)


def on_two_cores(paths: Sequence[Path]) -> Iterator[Row]:
    """How much sooner two processes read than one, starting them included, in turns."""
    ratios = []
    for _ in range(2):
        one = wall(lambda: _all_read(paths, 1))
        two = wall(lambda: _all_read(paths, 2))
        ratios.append(one / two)
    yield Row("two processes against one", max(ratios), "x", ">= 1.8", max(ratios) >= 1.8)


def _all_read(paths: Sequence[Path], workers: int) -> None:
    for outcome in read_documents(paths, Reading(workers=workers)):
        assert outcome.extraction is not None, outcome.error


def into_a_store(paths: Sequence[Path], jianbao: Sequence[str], store: Path) -> Iterator[Row]:
    """`jianbao ingest` of all files: time, and the memory of all its processes together."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        command = [*jianbao, "ingest", "--store", str(store), *map(str, paths)]
        running = subprocess.Popen(command, stdout=out)
        peak = _peak(psutil.Process(running.pid), running)
        seconds = time.perf_counter() - start
    assert running.returncode == 0
    yield at_most(f"{len(paths)} reports into a store", seconds, "s", 60)
    yield at_most("peak memory of all its processes", peak / 2**20, "MB", 400)
    yield Row("store", store.stat().st_size / 2**20, "MB")


def _peak(process: psutil.Process, running: subprocess.Popen[bytes]) -> int:
    """The most memory that a process and its children held of their own (what they share is counted once)."""
    peak = 0
    while running.poll() is None:
        peak = max(peak, _held(process))
        time.sleep(0.1)
    return peak


def _held(process: psutil.Process) -> int:
    try:
        family = [process, *process.children(recursive=True)]
        return sum(int(each.memory_full_info().pss) for each in family)
    except psutil.Error:
        return 0


def memory_of_size(paths: Sequence[Path], jianbao: Sequence[str], folder: Path) -> Iterator[Row]:
    """Peak memory of reading one document and one of many times its size."""
    text = paths[0].read_text()
    peaks = []
    for times in (1, 8):
        path = folder / f"times-{times}.md"
        path.write_text(text * times)
        running = subprocess.Popen([*jianbao, "extract", str(path), "--json"], stdout=subprocess.DEVNULL)
        peaks.append(_peak(psutil.Process(running.pid), running) / 2**20)
    size = len(text.encode()) / 2**20
    yield Row("memory to read one report", peaks[0], "MB")
    yield Row("memory for each further MB of one document", (peaks[1] - peaks[0]) / (7 * size), "MB")
