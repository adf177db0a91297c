"""Shelves of own summaries for tests of asking, and the questions that are asked of them, kept as data in cases/."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from handlers.render import render_text
from knowledge.ask import Asker, Context
from knowledge.ingest import read_document
from knowledge.lexicon import Lexicon, load
from knowledge.model import Answer, Extraction
from knowledge.store import KnowledgeStore

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_MASKED = "县经信局-上半年工作总结.md"
_HALF, _LATER = "霁川县经信局-2023年上半年工作总结.md", "霁川县经信局-2023年前三季度工作总结.md"
_HEALTH = "云岭县卫健局-2023年上半年.md", "云岭县卫健局-2023年.md"
_FARM = "云岭县农业农村局-2023年.md", "松河市农业农村局-2023年.md"
_TRADE, _SCHOOL, _ROAD = "云岭县商务局-2023年前三季度.md", "松河市教育局-2023年.md", "松河市交通运输局-2024年上半年.md"
SHELVES: dict[str, tuple[str, ...]] = {
    "masked": (_MASKED,),
    "half": (_HALF,),
    "both": (_HALF, _LATER),
    "health": _HEALTH,
    "farm": _FARM,
    "trade": (_TRADE,),
    "school": (_SCHOOL,),
    "road": (_ROAD,),
    "aims": ("芦江市海洋渔业局-2023年上半年.md", "芦江市海洋渔业局-2023年.md"),
    "market": ("芦江市市场监管局-2024年.md",),
    "build": ("芦江市住建局-2024年上半年.md",),
    "county": ("白岩县人民政府-2024年.md",),
    "fish": ("松河市海洋渔业局-2023年上半年.md",),
    "tour": ("岚桥县文广旅体局-2024年.md",),
    "traffic": ("白岩县交通运输局-2024年.md",),
    "districts": ("白岩县交通运输局-2024年.md", "石埠区交通运输局-2024年.md"),
    "all": (_HALF, _LATER, *_HEALTH, *_FARM, _TRADE, _SCHOOL, _ROAD),
}


@cache
def lexicon() -> Lexicon:
    """The built-in vocabulary."""
    return load()


@cache
def extraction(name: str) -> Extraction:
    """One of the own summaries, read."""
    bundled = Path(str(files("knowledge") / "samples" / name))
    return read_document(bundled if bundled.exists() else CASES / "summaries" / name, lexicon())


@cache
def asker(shelf: str) -> Asker:
    """An asker over one of the shelves."""
    return asker_of(SHELVES[shelf])


def asker_of(names: Sequence[str]) -> Asker:
    """An asker over some of the summaries, ingested in this order."""
    folder = tempfile.TemporaryDirectory()
    store = KnowledgeStore.open(Path(folder.name) / "k.db")
    store.publish([extraction(name) for name in names], who="试", why="试")
    made = Asker(store.shelf(), lexicon())
    _KEPT.append((folder, store))
    return made


_KEPT: list[object] = []  # files stay until the tests end


def said(
    shelf: str, question: str, context: Context | None = None, *, by: Asker | None = None
) -> tuple[tuple[Answer, ...], str, Context]:
    """The answers to a message, the reply as it is shown, and what the conversation remembers."""
    answers, after = (by or asker(shelf)).ask(question, context or Context(), NOW)
    return answers, "\n\n".join(map(render_text, answers)), after


def table(name: str) -> dict[str, Any]:
    """A file of cases."""
    return tomllib.loads((CASES / name).read_text("utf-8"))


def rows(name: str, kind: str = "group") -> Iterator[tuple[str, list[str]]]:
    """(shelf, row) of every case in a file."""
    for group in table(name).get(kind, []):
        for row in group["rows"] if "rows" in group else ([each] for each in group["ask"]):
            yield group["docs"], row
