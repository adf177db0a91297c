"""Extractions that wait to be published, with the corrections made to them: nothing is answered from them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from knowledge.errors import StoreError
from knowledge.model import Difficulty, Extraction, Observation, WorkItem
from knowledge.store.codec import dumps, from_plain, pack, unpack
from knowledge.store.corrections import Edit, Hand, Item, item_of
from knowledge.store.ready import ready

T = TypeVar("T", Observation, WorkItem, Difficulty)


@dataclass(frozen=True, slots=True)
class DraftEdit:
    """One correction of a draft: what, by whom and when, and why."""

    edit: Edit
    hand: Hand
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An extraction that waits, with who sent it and when; `edits` are made in it already."""

    draft_id: int
    at: str
    who: str
    name: str  # the file's
    extraction: Extraction
    fingerprint: str  # of what was read, before the edits
    edits: tuple[DraftEdit, ...] = ()


def insert_draft(connection: sqlite3.Connection, extraction: Extraction, who: str, at: str) -> int:
    """Keep an extraction; gives its number."""
    name = extraction.document.repaired.source.name
    sql = "INSERT INTO drafts (at, who, name, body, fingerprint) VALUES (?, ?, ?, ?, ?)"
    made = connection.execute(sql, (at, who, name, pack(extraction), ready(extraction).fingerprint)).lastrowid
    assert made is not None  # noqa: S101  for the type checker
    return made


def replace_draft(connection: sqlite3.Connection, draft_id: int, extraction: Extraction) -> None:
    """Keep an edited extraction in a draft's place."""
    connection.execute("UPDATE drafts SET body = ? WHERE draft_id = ?", (pack(extraction), draft_id))


def edit_draft(connection: sqlite3.Connection, draft: Draft, made: DraftEdit) -> None:
    """Make one correction in a draft and write down who made it. Raises StoreError if the item is not there."""
    replace_draft(connection, draft.draft_id, edited(draft.extraction, made.edit))
    edit = made.edit
    row = (draft.draft_id, made.hand.at, made.hand.who, made.why, edit.kind, _plain(edit.before), _plain(edit.after))
    sql = "INSERT INTO draft_edits (draft_id, at, who, why, kind, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)"
    connection.execute(sql, row)


def edited(extraction: Extraction, edit: Edit) -> Extraction:
    """An extraction with one item replaced, added at the end or struck. Raises StoreError if it is not there."""
    item = edit.after or edit.before
    if isinstance(item, Observation):
        return replace(extraction, observations=_applied(extraction.observations, edit, Observation))
    if isinstance(item, WorkItem):
        return replace(extraction, work_items=_applied(extraction.work_items, edit, WorkItem))
    return replace(extraction, difficulties=_applied(extraction.difficulties, edit, Difficulty))


def _applied(items: Sequence[T], edit: Edit, kind: type[T]) -> tuple[T, ...]:
    made = list(items)
    if edit.before is not None and edit.before not in made:
        raise StoreError("要改的这一条已经不是原来的样子，请重新打开后再改。")
    place = made.index(edit.before) if isinstance(edit.before, kind) else len(made)
    made[place : place + 1] = [edit.after] if isinstance(edit.after, kind) else []
    return tuple(made)


def read_draft(connection: sqlite3.Connection, draft_id: int) -> Draft:
    """A draft. Raises StoreError if it is gone."""
    sql = "SELECT draft_id, at, who, name, body, fingerprint FROM drafts WHERE draft_id = ?"
    row = connection.execute(sql, (draft_id,)).fetchone()
    if row is None:
        raise StoreError("这份草稿已经发布或删除，请重新发送文件。")
    number, at, who, name, body, digest = row
    extraction: Extraction = from_plain(Extraction, unpack(body))
    edits = tuple(_edits(connection, draft_id))
    return Draft(number, at, who, name, extraction, digest or ready(extraction).fingerprint, edits)


def _edits(connection: sqlite3.Connection, draft_id: int) -> list[DraftEdit]:
    sql = "SELECT at, who, why, kind, before, after FROM draft_edits WHERE draft_id = ? ORDER BY edit_id"
    return [
        DraftEdit(Edit(_item(kind, before), _item(kind, after)), Hand(who, at), why)
        for at, who, why, kind, before, after in connection.execute(sql, (draft_id,))
    ]


def _plain(item: Item | None) -> str | None:
    return None if item is None else dumps(item)


def _item(kind: str, plain: str | None) -> Item | None:
    return None if plain is None else item_of(kind, json.loads(plain))


def list_drafts(connection: sqlite3.Connection) -> list[tuple[int, str, str, str]]:
    """Number, time, sender and file name of every draft, oldest first."""
    return connection.execute("SELECT draft_id, at, who, name FROM drafts ORDER BY draft_id").fetchall()


def delete_draft(connection: sqlite3.Connection, draft_id: int) -> None:
    """Drop a draft."""
    connection.execute("DELETE FROM draft_edits WHERE draft_id = ?", (draft_id,))
    connection.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))
