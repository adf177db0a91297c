"""The precision and coverage of asking at every threshold, over the gold questions: bot.toml's [asking] comes from it.

A threshold is the least share of a question that a figure (`answer`) or a sentence (`quote`) must cover. Coverage is
the share of the questions that are answered, precision the share of those answers that are right.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from handlers.jsonl import answers_json
from handlers.render import render_text
from knowledge.ask import Asker, Context, Thresholds
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore

STEPS = (0.40, 0.52, 0.58, 0.64, 0.72, 0.80, 0.90)
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ANSWERED = ("answered", "masked")


def curves(folder: Path, names: tuple[str, ...]) -> None:
    """Print the curve of each threshold over all sets together."""
    grader = _grader(folder / "grade_qa.py")
    with tempfile.TemporaryDirectory() as scratch:
        shelves = [row for name in names for row in _shelves(folder, name, Path(scratch))]
        for key in ("answer", "quote"):
            print(f"threshold {key} (now {getattr(Thresholds(), key)})")
            for step in STEPS:
                changes = {key: step, "ask": min(step, Thresholds().ask)} if key == "answer" else {key: step}
                tally = _tally(grader, shelves, replace(Thresholds(), **changes))
                answered, total = tally["answered"], tally["all"]
                print(
                    f"  {step:.2f}  coverage {answered / total:.3f}  precision {tally['right'] / max(answered, 1):.3f}"
                    f"  accuracy {tally['good'] / total:.3f}  wrong {tally['wrong'] / total:.3f}",
                    flush=True,
                )


def _grader(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("grade_qa", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _shelves(folder: Path, name: str, scratch: Path) -> Iterator[tuple[KnowledgeStore, list[dict[str, Any]]]]:
    """A store for each group of documents, with the questions asked of it."""
    lexicon = load()
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for line in (folder / "gold" / f"{name}.qa.jsonl").read_text("utf-8").splitlines():
        if line.strip() and (row := json.loads(line))["kind"] != "digest":
            groups[tuple(sorted(row["docs"]))].append(row)
    for number, (docs, rows) in enumerate(groups.items()):
        store = KnowledgeStore.open(scratch / f"{name}-{number}.db")
        paths = (folder / "docs" / f"{doc}{ending}" for doc in docs for ending in (".md", ".txt"))
        store.publish([read_document(path, lexicon) for path in paths if path.exists()], who="eval", why="eval")
        yield store, rows


def _tally(
    grader: ModuleType, shelves: list[tuple[KnowledgeStore, list[dict[str, Any]]]], limits: Thresholds
) -> Counter[str]:
    lexicon, tally = load(), Counter[str]()
    for store, rows in shelves:
        asker, talks = Asker(store.shelf(), lexicon, limits), dict[str, Context]()
        for row in rows:
            talk = str(row.get("session") or row["id"])
            answers, talks[talk] = asker.ask(str(row["question"]), talks.get(talk, Context()), _NOW)
            told = answers_json(answers, "\n\n".join(map(render_text, answers)))
            grade = grader.grade(row, told)
            answered = told["status"] in _ANSWERED
            tally["all"] += 1
            tally["answered"] += answered
            tally["right"] += answered and grade == "right"
            tally["good"] += grade == "right"
            tally["wrong"] += grade == "wrong"
    return tally
