"""Extractions that wait to be published: nothing is answered from them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from knowledge.errors import StoreError
from knowledge.model import Extraction
from knowledge.store.codec import from_plain, pack, unpack


@dataclass(frozen=True, slots=True)
class Draft:
    """An extraction that waits, with who sent it and when."""

    draft_id: int
    at: str
    who: str
    name: str  # the file's
    extraction: Extraction


def insert_draft(connection: sqlite3.Connection, extraction: Extraction, who: str, at: str) -> int:
    """Keep an extraction; gives its number."""
    name = extraction.document.repaired.source.name
    sql = "INSERT INTO drafts (at, who, name, body) VALUES (?, ?, ?, ?)"
    made = connection.execute(sql, (at, who, name, pack(extraction))).lastrowid
    assert made is not None  # noqa: S101  for the type checker
    return made


def replace_draft(connection: sqlite3.Connection, draft_id: int, extraction: Extraction) -> None:
    """Keep an edited extraction in a draft's place."""
    connection.execute("UPDATE drafts SET body = ? WHERE draft_id = ?", (pack(extraction), draft_id))


def read_draft(connection: sqlite3.Connection, draft_id: int) -> Draft:
    """A draft. Raises StoreError if it is gone."""
    sql = "SELECT draft_id, at, who, name, body FROM drafts WHERE draft_id = ?"
    row = connection.execute(sql, (draft_id,)).fetchone()
    if row is None:
        raise StoreError("这份草稿已经发布或删除，请重新发送文件。")
    return Draft(row[0], row[1], row[2], row[3], from_plain(Extraction, unpack(row[4])))


def list_drafts(connection: sqlite3.Connection) -> list[tuple[int, str, str, str]]:
    """Number, time, sender and file name of every draft, oldest first."""
    return connection.execute("SELECT draft_id, at, who, name FROM drafts ORDER BY draft_id").fetchall()


def delete_draft(connection: sqlite3.Connection, draft_id: int) -> None:
    """Drop a draft."""
    connection.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))
