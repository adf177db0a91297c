"""How long answers take while an editor publishes to the file that is read, and how long a revision's taking over."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import corpora
from bench.reading import JIANBAO, environment
from bench.report import ROOT, Row, at, timed
from bench.starting import questions

from handlers.library import Library
from knowledge.ask import Context
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore
from tests import invented
from tests.summaries import summary

Measured = Callable[..., Any]
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def copied(count: int, folder: Path) -> Path:
    """A store of so many documents that may be written to."""
    path = folder / "县.db"
    with KnowledgeStore.open(corpora.store(count)) as store:
        store.connection.execute("VACUUM INTO ?", (str(path),))
    return path


def test_answers_while_an_editor_publishes(measured: Measured, tmp_path: Path) -> None:
    store = copied(290, tmp_path)
    files = invented.write_into(tmp_path / "总结", 128)

    def work() -> Iterator[Row]:
        with KnowledgeStore.open(store, readonly=True) as knowledge:
            library = Library(knowledge, load())
            asked = questions(store, 40)
            _asked(library, asked)
            alone, beside = _asked(library, asked), []
            command = [*JIANBAO, "ingest", "--workers", "1", "--store", str(store), *map(str, files)]
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment())
            while running.poll() is None:
                beside += _asked(library, asked)
            yield Row("answer alone, median", at(alone, 0.5), "ms")
            yield Row("answer while an editor publishes, median", at(beside, 0.5), "ms")
            yield Row("answer while an editor publishes, 99th percentile", at(beside, 0.99), "ms")
            yield Row("answer while an editor publishes, the longest", max(beside), "ms")

    measured(work)


def _asked(library: Library, asked: list[str]) -> list[float]:
    times: list[float] = []
    for question in asked:
        with timed(times):
            library.ask(question, Context(), NOW)
    return times


def test_a_new_revision_is_taken_over(measured: Measured, tmp_path: Path) -> None:
    def work() -> Iterator[Row]:
        for count in corpora.SIZES:
            path = corpora.store(count)
            with KnowledgeStore.open(path, readonly=True) as knowledge, KnowledgeStore.open(path) as editor:
                library = Library(knowledge, load())
                first: list[float] = []
                with timed(first):
                    library.ask(questions(path, 1)[0], Context(), NOW)
                before = editor.latest()
                editor.publish([summary()], who="测速", why="")
                times: list[float] = []
                with timed(times):
                    assert library.revision > before
                editor.rollback(before, who="测速", why="")
                yield Row(f"taking over a new revision, {count:,} documents", times[0], "ms")
                yield Row(f"opening from nothing and the first answer, {count:,} documents", first[0], "ms")

    measured(work)
