"""Correcting a document by hand: a new version of it that differs in some items, and a record of who changed what."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.errors import StoreError
from knowledge.model import Difficulty, Observation, ObsStatus, WorkItem
from knowledge.store import rows
from knowledge.store.codec import dumps, from_plain
from knowledge.store.writing import insert_items, insert_observations, series_ids

Item = Observation | WorkItem | Difficulty
KINDS: dict[type, str] = {Observation: "observation", WorkItem: "work_item", Difficulty: "difficulty"}
TABLES = {"observation": "observations", "work_item": rows.TABLES[WorkItem], "difficulty": rows.TABLES[Difficulty]}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a document: `before` None adds, `after` None strikes, both replace.

    `before` is the item as the editor saw it; that it is still so guards against changing another one.
    """

    before: Item | None
    after: Item | None

    @property
    def kind(self) -> str:
        """observation, work_item or difficulty."""
        return KINDS[type(self.before or self.after)]


@dataclass(frozen=True, slots=True)
class Correction:
    """A change that was made; `before` and `after` are plain values as in JSON, None where added or struck."""

    revision: int
    at: str
    who: str
    why: str
    doc_id: int
    kind: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def edit(self) -> Edit:
        """The change as values."""
        return Edit(item_of(self.kind, self.before), item_of(self.kind, self.after))


def item_of(kind: str, plain: dict[str, Any] | None) -> Item | None:
    """An item of its plain value."""
    model: Any = next(model for model, name in KINDS.items() if name == kind)
    item: Item | None = None if plain is None else from_plain(model, plain)
    return item


@dataclass(frozen=True, slots=True)
class Hand:
    """Who corrects, and when (ISO 8601)."""

    who: str
    at: str


def corrected_version(
    connection: sqlite3.Connection, version_id: int, numbered: Sequence[tuple[int, Edit]], hand: Hand
) -> int:
    """A new version that is the old one but for the edits; items keep their numbers."""
    made = connection.execute(_COPY_VERSION, (version_id,)).lastrowid
    assert made is not None  # noqa: S101  for the type checker
    for kind, table in TABLES.items():
        gone = [number for number, edit in numbered if edit.kind == kind and edit.before is not None]
        _copy(connection, table, version_id, made, gone)
    _copy(connection, "leftovers", version_id, made, [])
    for number, edit in numbered:
        if edit.after is not None:
            _insert(connection, made, number, edit.after, hand)
    return made


def record(
    connection: sqlite3.Connection, revision: int, doc_id: int, numbered: Sequence[tuple[int, Edit]],
    hand: Hand | None = None, why: str | None = None,
) -> None:  # fmt: skip
    """Write down what was changed; without `hand` by whoever made the revision."""
    own = (hand.who, hand.at, why) if hand else (None, None, None)
    made = [
        (
            revision,
            doc_id,
            edit.kind,
            number,
            edit.before and dumps(edit.before),
            edit.after and dumps(edit.after),
            *own,
        )
        for number, edit in numbered
    ]
    columns = "revision, doc_id, kind, number, before, after, who, at, why"
    connection.executemany(f"INSERT INTO corrections ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", made)


def mark(connection: sqlite3.Connection, version_id: int, number: int, hand: Hand) -> None:
    """Let a figure of a new version bear who corrected it, and when."""
    sql = "UPDATE observations SET corrected_by = ?, corrected_at = ? WHERE version_id = ? AND number = ?"
    connection.execute(sql, (hand.who, hand.at, version_id, number))


def read_corrections(connection: sqlite3.Connection, after_revision: int) -> list[Correction]:
    """The changes made by hand after a revision, in their order."""
    sql = (
        "SELECT revision, coalesce(c.at, r.at), coalesce(c.who, r.who), coalesce(c.why, r.why), doc_id, c.kind, "
        "before, after FROM corrections c JOIN revisions r USING (revision) WHERE revision > ? ORDER BY correction_id"
    )
    return [
        Correction(*row[:6], *(None if each is None else json.loads(each) for each in row[6:]))
        for row in connection.execute(sql, (after_revision,))
    ]


def next_number(connection: sqlite3.Connection, version_id: int, kind: str) -> int:
    """A number that no item of the kind had in any version of this lineage."""
    sql = f"SELECT coalesce(max(number), -1) + 1 FROM {TABLES[kind]} WHERE version_id = ?"
    return int(connection.execute(sql, (version_id,)).fetchone()[0])


def numbered_items(connection: sqlite3.Connection, version_id: int, kind: str) -> list[tuple[int, Item]]:
    """The items of one kind in a version, each with its number."""
    if kind == "observation":
        found = connection.execute(f"{rows.FACTS} WHERE o.version_id = ?", (version_id,))
        return [(row[-1], rows.observation(row)) for row in found]
    model: type[WorkItem] | type[Difficulty] = WorkItem if kind == "work_item" else Difficulty
    sql = f"SELECT number, {', '.join(rows.COLUMNS[model])}, extra FROM {TABLES[kind]} WHERE version_id = ?"
    return [(row[0], rows.item(model, row[1:])) for row in connection.execute(sql, (version_id,))]  # type: ignore[type-var]


def number_of(items: Sequence[tuple[int, Item]], wanted: Item) -> int:
    """The number of an item that an editor saw. Raises StoreError if it is no longer so."""
    for number, item in items:
        if item == wanted:
            return number
    raise StoreError("要改的这一条已经不是原来的样子，请重新打开后再改。")


def _insert(connection: sqlite3.Connection, version_id: int, number: int, item: Item, hand: Hand) -> None:
    if not isinstance(item, Observation):
        insert_items(connection, version_id, [(number, item)])
        return
    obs = replace(item, obs_status=ObsStatus.CORRECTED, confidence=1.0)
    series = series_ids(connection, [obs])[obs.indicator, obs.activity]
    row = rows.observation_row(version_id, number, series, obs, None, "", (hand.who, hand.at))
    insert_observations(connection, [row])


def _copy(connection: sqlite3.Connection, table: str, old: int, new: int, gone: Sequence[int]) -> None:
    columns = rows.all_columns(table)
    sql = (
        f"INSERT INTO {table} (version_id, {columns}) SELECT ?, {columns} FROM {table} "
        "WHERE version_id = ? AND number NOT IN (SELECT value FROM json_each(?))"
    )
    connection.execute(sql, (new, old, json.dumps(list(gone))))


_COPY_VERSION = """
INSERT INTO versions (doc_id, text_id, fingerprint, corrects, title, issuer, ref_area, time_period, year, reader)
SELECT doc_id, text_id, fingerprint, version_id, title, issuer, ref_area, time_period, year, reader
FROM versions WHERE version_id = ?
"""
