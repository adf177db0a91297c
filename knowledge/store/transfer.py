"""A whole knowledge file as plain rows and back, exactly: every row of every table, one object each.

As JSON Lines each object is a line; handlers/export_store.py writes the same objects as a workbook.
"""

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
    "observations", "work_items", "difficulties", "leftovers", "corrections", "drafts", "draft_edits",
)  # fmt: skip
NOT_OURS = "这不是 jianbao export 写出的文件，请检查文件名。"
Row = dict[str, Any]

# What had been written when revision :number was the latest; drafts are no part of any revision.
_KEPT = "(SELECT version_id FROM shelved WHERE first <= :number)"
_STRETCH = "first, CASE WHEN until <= :number THEN until END AS until"
_UP_TO = {
    "revisions": "SELECT * FROM revisions WHERE revision <= :number",
    "documents": f"SELECT * FROM documents WHERE doc_id IN (SELECT doc_id FROM versions WHERE version_id IN {_KEPT})",
    "texts": f"SELECT * FROM texts WHERE text_id IN (SELECT text_id FROM versions WHERE version_id IN {_KEPT})",
    "paragraphs": "SELECT * FROM paragraphs WHERE text_id IN "
    f"(SELECT text_id FROM versions WHERE version_id IN {_KEPT})",
    "shelved": f"SELECT version_id, {_STRETCH} FROM shelved WHERE first <= :number",
    "series": "SELECT * FROM series WHERE series_id IN (SELECT series_id FROM shelved_series WHERE first <= :number)",
    "shelved_series": f"SELECT series_id, {_STRETCH} FROM shelved_series WHERE first <= :number",
    "corrections": "SELECT * FROM corrections WHERE revision <= :number",
    "drafts": "SELECT * FROM drafts WHERE 0",
    "draft_edits": "SELECT * FROM draft_edits WHERE 0",
}
_OF_VERSION = "SELECT * FROM {table} WHERE version_id IN " + _KEPT


def export_rows(store: KnowledgeStore, revision: int | None = None) -> Iterator[Row]:
    """All rows of a store, first a heading; the same store gives the same rows.

    With `revision` the store as it was when that one was the latest, without drafts. Raises StoreError for none such.
    """
    number = store.shelf(revision).revision
    connection = store.connection
    connection.execute("BEGIN")  # one state of the file, whatever is published meanwhile
    try:
        yield {"jianbao": FORMAT, "revision": number}
        for table in TABLES:
            cursor = connection.execute(_select(table, whole=revision is None), {"number": number})
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield {"table": table} | dict(zip(names, map(_plain, row), strict=True))
    finally:
        connection.execute("ROLLBACK")


def _select(table: str, *, whole: bool) -> str:
    chosen = f"SELECT * FROM {table}" if whole else _UP_TO.get(table, _OF_VERSION.format(table=table))
    return f"{chosen} ORDER BY rowid"


def export_lines(store: KnowledgeStore, revision: int | None = None) -> Iterator[str]:
    """The rows of export_rows, a JSON object a line."""
    return (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in export_rows(store, revision))


def import_lines(path: Path, lines: Iterable[str]) -> KnowledgeStore:
    """A new knowledge file of exported lines, whole or not at all. Raises StoreError."""
    return import_rows(path, map(_object, lines))


def import_rows(path: Path, made: Iterable[Row]) -> KnowledgeStore:
    """A new knowledge file of exported rows, whole or not at all. Raises StoreError."""
    if path.exists():
        raise StoreError(f"{path} 已经存在，请换一个文件名，导入不会覆盖原有数据。")
    making = path.with_name(f".{path.name}.importing")
    making.unlink(missing_ok=True)
    try:
        with KnowledgeStore.open(making) as store, store.writing() as connection:
            _fill(connection, made)
        making.replace(path)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    return KnowledgeStore.open(path)


def _fill(connection: sqlite3.Connection, made: Iterable[Row]) -> None:
    rest = iter(made)
    if next(rest, {}).get("jianbao") != FORMAT:
        raise StoreError(NOT_OURS)
    for each in rest:
        row = dict(each)
        table = row.pop("table", None)
        if table not in TABLES or not all(name.isidentifier() for name in row):
            raise StoreError(NOT_OURS)
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        try:
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [*map(_cell, row.values())])
        except sqlite3.Error as error:
            raise StoreError(f"导出的文件内容有误（{table}：{error}），请重新导出。") from error
    found = connection.execute("SELECT paragraph_id, body FROM paragraphs").fetchall()
    connection.executemany("INSERT INTO grams (rowid, tokens) VALUES (?, ?)", [(i, grams(body)) for i, body in found])


def _object(line: str) -> Row:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise StoreError(NOT_OURS) from error
    if not isinstance(value, dict):
        raise StoreError(NOT_OURS)
    return value


def _plain(cell: Any) -> Any:
    return {"base64": base64.b64encode(cell).decode()} if isinstance(cell, bytes) else cell


def _cell(plain: Any) -> Any:
    """A cell of a plain value. Raises StoreError for what is no cell."""
    if not isinstance(plain, dict | list):
        return plain
    try:
        return base64.b64decode(plain["base64"], validate=True)  # type: ignore[call-overload]
    except (TypeError, KeyError, ValueError) as error:
        raise StoreError(NOT_OURS) from error
