"""A whole knowledge file as JSON Lines and back, exactly: every row of every table, one object a line."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from knowledge.errors import StoreError
from knowledge.store.grams import grams
from knowledge.store.knowledge import KnowledgeStore

FORMAT = 1
# In an order in which each refers only to those before it.
TABLES = (
    "revisions", "documents", "texts", "paragraphs", "versions", "shelved", "series", "shelved_series",
    "observations", "work_items", "difficulties", "leftovers", "corrections", "drafts",
)  # fmt: skip
_NOT_OURS = "这不是 jianbao export 写出的文件，请检查文件名。"


def export_lines(store: KnowledgeStore) -> Iterator[str]:
    """All revisions of a store, a JSON object a line; the same store gives the same lines."""
    connection = store.connection
    connection.execute("BEGIN")  # one state of the file, whatever is published meanwhile
    try:
        yield _line({"jianbao": FORMAT, "revision": store.latest()})
        for table in TABLES:
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield _line({"table": table} | dict(zip(names, map(_plain, row), strict=True)))
    finally:
        connection.execute("ROLLBACK")


def import_lines(path: Path, lines: Iterable[str]) -> KnowledgeStore:
    """A new knowledge file of exported lines, whole or not at all. Raises StoreError."""
    if path.exists():
        raise StoreError(f"{path} 已经存在，请换一个文件名，导入不会覆盖原有数据。")
    making = path.with_name(f".{path.name}.importing")
    making.unlink(missing_ok=True)
    try:
        with KnowledgeStore.open(making) as store, store.writing() as connection:
            _fill(connection, lines)
        making.replace(path)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    return KnowledgeStore.open(path)


def _fill(connection: sqlite3.Connection, lines: Iterable[str]) -> None:
    rest = iter(lines)
    if _object(next(rest, "")).get("jianbao") != FORMAT:
        raise StoreError(_NOT_OURS)
    for line in rest:
        row = _object(line)
        table = row.pop("table", None)
        if table not in TABLES:
            raise StoreError(_NOT_OURS)
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        try:
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [*map(_cell, row.values())])
        except sqlite3.DatabaseError as error:
            raise StoreError(f"导出的文件内容有误（{table}：{error}），请重新导出。") from error
    found = connection.execute("SELECT paragraph_id, body FROM paragraphs").fetchall()
    connection.executemany("INSERT INTO grams (rowid, tokens) VALUES (?, ?)", [(i, grams(body)) for i, body in found])


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise StoreError(_NOT_OURS) from error
    if not isinstance(value, dict) or not all(name.isidentifier() for name in value):
        raise StoreError(_NOT_OURS)
    return value


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(cell: Any) -> Any:
    return {"base64": base64.b64encode(cell).decode()} if isinstance(cell, bytes) else cell


def _cell(plain: Any) -> Any:
    return base64.b64decode(plain["base64"]) if isinstance(plain, dict) else plain
