"""Asking against what people would use instead: SQLite's FTS5 with trigrams, a scan of all sentences by rapidfuzz."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from bench import corpora
from bench.reading import environment
from bench.report import ROOT, Row, at, at_least, at_most, slope, timed
from bench.starting import documents, questions

NOW = datetime(2026, 11, 25, tzinfo=UTC)
_ASKED = 120
_FEW = 8  # questions that FTS5 gets among the most documents: seconds each
_NAMED = 40  # questions that rapidfuzz gets with all names
_SCANNED = 6  # questions that rapidfuzz gets: it reads every sentence for each
_NAMES = "SELECT s.activity, s.indicator FROM series s JOIN shelved_series h USING (series_id) WHERE h.until IS NULL"
_SENTENCE = re.compile(r"[^。；;!?！？\n]+")


def sentences(store: Path) -> Iterator[tuple[str, str]]:
    """(place and year, sentence) of every document."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
        sql = (
            "SELECT v.ref_area || v.year, p.body FROM paragraphs p JOIN versions v USING (text_id) "
            "JOIN shelved h USING (version_id) WHERE h.until IS NULL"
        )
        for name, body in connection.execute(sql):
            yield from ((name or "", part) for part in _SENTENCE.findall(body) if len(part) > 3)


def trigram_file(store: Path) -> Path:
    """All sentences in an FTS5 table with the trigram tokenizer, made once."""
    path = store.with_suffix(".trigrams")
    if not path.exists():
        making = store.with_suffix(".making")
        making.unlink(missing_ok=True)
        with sqlite3.connect(making) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE VIRTUAL TABLE s USING fts5 (name, body, tokenize='trigram')")
            connection.executemany("INSERT INTO s VALUES (?, ?)", sentences(store))
        making.replace(path)
    return path


def fts5(path: Path) -> Callable[[str], object]:
    """The best ten sentences by bm25 for the question's trigrams."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def ask(question: str) -> object:
        grams = {question[i : i + 3] for i in range(len(question) - 2)}
        query = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        return connection.execute("SELECT body FROM s WHERE s MATCH ? ORDER BY rank LIMIT 10", (query,)).fetchall()

    return ask


def rapidfuzz(store: Path) -> Callable[[str], object]:
    """The best ten sentences by partial ratio."""
    from rapidfuzz import fuzz, process

    lines = [name + body for name, body in sentences(store)]
    return lambda question: process.extract(question, lines, scorer=fuzz.partial_ratio, limit=10)


def nearest_name(store: Path) -> Callable[[str], object]:
    """The name of a figure that is most like the question, by rapidfuzz."""
    from rapidfuzz import process

    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
        names = [activity + indicator for activity, indicator in connection.execute(_NAMES)]
    return lambda question: process.extractOne(question, names)


def jianbao(store: Path) -> Callable[[str], object]:
    """Our answer, as rendered for a person."""
    from bot.memory import steady
    from handlers.render import render_text
    from knowledge.ask import Asker, Context
    from knowledge.lexicon import load
    from knowledge.store import KnowledgeStore

    steady()
    asker = Asker(KnowledgeStore.open(store, readonly=True).shelf(), load())

    def ask(question: str) -> object:
        answers, _ = asker.ask(question, Context(), NOW)
        return "\n".join(map(render_text, answers))

    return ask


def in_turns(asks: Sequence[Callable[[str], object]], counts: Sequence[int], asked: Sequence[str]) -> list[list[float]]:
    """Milliseconds of each question to each, question by question in turns; some get only some of them."""
    times: list[list[float]] = [[] for _ in asks]
    for number, question in enumerate(asked):
        for ask, count, taken in zip(asks, counts, times, strict=True):
            if count and number % max(1, len(asked) // count) == 0 and len(taken) < count:
                with timed(taken):
                    ask(question)
    return times


def at_sizes(curves: dict[str, dict[str, list[tuple[float, float]]]]) -> Iterator[Row]:
    """Every size: our median and 99th percentile, FTS5's and rapidfuzz's medians, and how they grow."""
    median = curves["time to answer, ms (median)"] = {"Jianbao": [], "FTS5 trigram": [], "rapidfuzz scan": []}
    for count in corpora.SIZES:
        store = corpora.store(count)
        asks = [jianbao(store), fts5(trigram_file(store)), rapidfuzz(store)]
        asked = questions(store, min(_ASKED, 4 * count + 16))
        for ask in asks:
            ask(asked[-1])  # tables of words are loaded, files opened; documents are not
        first, _, _ = in_turns(asks, (len(asked), 0, 0), asked)
        times = len(asked), len(asked) if count < 1000 else _FEW, _SCANNED if count < 1000 else 2
        ours, theirs, scan = in_turns(asks, times, asked)
        yield Row(f"Jianbao, {_count(count)}, median of first looks into documents", statistics.median(first), "ms")
        for (name, line), taken in zip_longest(median.items(), (ours, theirs, scan)):
            if taken:
                line.append((count, statistics.median(taken)))
                yield Row(f"{name}, {_count(count)}, median", statistics.median(taken), "ms")
        yield from _bars(count, ours, theirs)
        if count == 290:
            ours, named = in_turns([asks[0], nearest_name(store)], (len(asked), _NAMED), asked)
            ratio = statistics.median(named) / statistics.median(ours)
            yield at_least("rapidfuzz.extractOne over all names against Jianbao, 290 documents", ratio, "x", 20)
    grown = slope(median["Jianbao"][1:])
    yield Row("exponent of our median's growth from 30 to 10,000 documents", grown, "", "< 1", grown < 1)
    yield Row("that of FTS5's", slope(median["FTS5 trigram"][1:]), "")


def _count(documents: int) -> str:
    return f"{documents:,} document{'s' * (documents > 1)}"


def _bars(count: int, ours: Sequence[float], theirs: Sequence[float]) -> Iterator[Row]:
    ratio = statistics.median(ours) / statistics.median(theirs)
    wanted = {290: (1.0, 20.0), 10_000: (0.2, 40.0)}.get(count)
    if count == 1:
        yield at_most("Jianbao, 1 document, median and its bar", statistics.median(ours), "ms", 2)
        yield at_most("Jianbao, 1 document, 99th percentile and its bar", at(ours, 0.99), "ms", 10)
    name = f"Jianbao's median against FTS5's, {_count(count)}"
    yield at_most(name, ratio, "x", wanted[0]) if wanted else Row(name, ratio, "x")
    name = f"Jianbao, {_count(count)}, 99th percentile"
    yield at_most(name, at(ours, 0.99), "ms", wanted[1]) if wanted else Row(name, at(ours, 0.99), "ms")


def memory(curves: dict[str, dict[str, list[tuple[float, float]]]]) -> Iterator[Row]:
    """The most memory of a process that answers so many questions, at every size."""
    line = curves.setdefault("memory of a process that answers, MB", {"Jianbao": []})["Jianbao"]
    sizes = curves.setdefault("size of the store, MB", {"Jianbao": [], "FTS5 trigram table": []})
    for count in corpora.SIZES:
        store = corpora.store(count)
        done = subprocess.run(
            [sys.executable, "-m", "bench.asking", str(store)], capture_output=True, check=True,
            cwd=ROOT / "tests", env=environment() | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        )  # fmt: skip
        used = json.loads(done.stdout)
        line.append((count, used["mb"]))
        name = f"memory after {used['asked']} questions, {_count(count)}"
        yield at_most(name, used["mb"], "MB", 2048) if count == 10_000 else Row(name, used["mb"], "MB")
        sizes["Jianbao"].append((count, store.stat().st_size / 2**20))
        sizes["FTS5 trigram table"].append((count, trigram_file(store).stat().st_size / 2**20))
        yield Row(f"store of {_count(count)}", store.stat().st_size / 2**20, "MB")


def main(store: Path) -> None:
    """Ask many questions and print the most memory that it took."""
    ask, asked = jianbao(store), questions(store, min(_ASKED * 3, 4 * documents(store) + 16))
    for question in asked:
        ask(question)
    most = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"mb": int(most.split()[1]) / 1024, "asked": len(asked)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
