"""Who may import whom, read from the source: bot -> handlers -> knowledge, and the libraries with one room each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT

ROOMS = ("bot", "handlers", "knowledge")
FILES = [path.relative_to(ROOT) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
STAGES = ("read", "repair", "segment", "extract", "store", "parse", "match", "plan", "answer", "digest")
# the only files that put stages together
JOINTS = (
    "knowledge/ingest.py",
    "knowledge/uploads.py",
    "knowledge/ask.py",
    "knowledge/cluster.py",
    "knowledge/indexing.py",
)
# A library -> where it may be imported.
HOMES = {
    "telegram": ("bot/", "handlers/"),
    "sqlite3": ("knowledge/store/",),
    "sqlite_utils": ("knowledge/store/",),
    "jinja2": ("handlers/render.py", "handlers/desk/"),
    "click": ("bot/",),
    "starlette": ("bot/", "handlers/desk/"),
    "openpyxl": ("knowledge/read/", "handlers/export"),
    "pdfplumber": ("knowledge/read/",),
    "matplotlib": ("handlers/charts",),
    "distributed": ("knowledge/cluster.py",),
    "dask": ("knowledge/cluster.py",),
}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b", re.DOTALL)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, type-checking aside or not."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def stage_of(name: str) -> str | None:
    """The stage that a module `knowledge.STAGE...` belongs to, or None."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "knowledge" and parts[1] in STAGES else None


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_run_downwards(path: Path) -> None:
    above = ROOMS[: ROOMS.index(path.parts[0])]
    assert [name for name in imported(path) if name.split(".")[0] in above] == []


@pytest.mark.parametrize("path", FILES, ids=str)
def test_libraries_keep_to_their_rooms(path: Path) -> None:
    strays = [
        name
        for name in imported(path)
        if (homes := HOMES.get(name.split(".")[0])) and not path.as_posix().startswith(homes)
    ]
    assert strays == []


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] == "knowledge"], ids=str)
def test_a_stage_imports_no_other_stage(path: Path) -> None:
    own = stage_of(".".join(path.with_suffix("").parts))
    if path.as_posix() in JOINTS:
        return
    assert {stage for name in imported(path) if (stage := stage_of(name))} <= {own}


@pytest.mark.parametrize(
    "path", [path for path in FILES if not path.as_posix().startswith("knowledge/store/")], ids=str
)
def test_only_the_store_speaks_sql(path: Path) -> None:
    strings = (
        node.value for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if isinstance(node, ast.Constant)
    )
    assert [text for text in strings if isinstance(text, str) and SQL.search(text)] == []
