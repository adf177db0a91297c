"""Writing one document as a new version: its text once, its facts with it."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterable, Sequence

from knowledge.model import Difficulty, Leftover, Observation, WorkItem
from knowledge.store import rows
from knowledge.store.ready import Ready

_NEXT_PARAGRAPH = "SELECT coalesce(max(paragraph_id), 0) + 1 FROM paragraphs"
_SAME_SHARE = 0.5  # of the shorter text's sentences, for two files of one name or title to be one document


def alike(one: str, other: str) -> bool:
    """Are two texts versions of one document? At least half of the shorter one's sentences stand in both."""
    ours, theirs = _sentences(one), _sentences(other)
    return len(ours & theirs) >= _SAME_SHARE * max(1, min(len(ours), len(theirs)))


def _sentences(text: str) -> set[str]:
    return {part.strip() for part in re.split(r"[。；;\n]", text) if part.strip()}


def stored_text(connection: sqlite3.Connection, text_id: int) -> str:
    """The repaired text."""
    blob = connection.execute("SELECT coalesce(repaired, raw) FROM texts WHERE text_id = ?", (text_id,)).fetchone()[0]
    return zlib.decompress(blob).decode()


def write_text(connection: sqlite3.Connection, made: Ready) -> int:
    """The number of the document's text, written if it is new."""
    known = connection.execute("SELECT text_id FROM texts WHERE digest = ?", (made.digest,)).fetchone()
    return int(known[0]) if known else _insert_text(connection, made)


def _insert_text(connection: sqlite3.Connection, made: Ready) -> int:
    text_id = connection.execute(_INSERT_TEXT, (made.digest, *made.text)).lastrowid
    assert text_id is not None  # noqa: S101  for the type checker
    first = connection.execute(_NEXT_PARAGRAPH).fetchone()[0]
    paragraphs = [(number, text_id, *row) for number, row in enumerate(made.paragraphs, first)]
    _insert(connection, "paragraphs", f"paragraph_id, text_id, {rows.PARAGRAPH_COLUMNS}", paragraphs)
    _insert(connection, "grams", "rowid, tokens", list(enumerate(made.tokens, first)))
    return text_id


def write_version(connection: sqlite3.Connection, doc_id: int, made: Ready) -> int:
    """The number of a new version of a document with everything that it states."""
    row = (doc_id, write_text(connection, made), made.fingerprint, *made.version, made.reader)
    version_id = connection.execute(_INSERT_VERSION, row).lastrowid
    assert version_id is not None  # noqa: S101  for the type checker
    series = _series_ids(connection, made.series)
    insert_observations(connection, [
        (version_id, number, series[name], *row)
        for number, (name, row) in enumerate(zip(made.series, made.observations, strict=True))
    ])  # fmt: skip
    for table, items in made.items:
        _insert(connection, table, f"version_id, {rows.all_columns(table)}", [(version_id, *item) for item in items])
    return version_id


def insert_observations(connection: sqlite3.Connection, made: Sequence[rows.Row]) -> None:
    """Write rows of observations."""
    _insert(connection, "observations", rows.OBSERVATION_COLUMNS, made)


def insert_items(
    connection: sqlite3.Connection, version_id: int, items: Sequence[tuple[int, WorkItem | Difficulty | Leftover]]
) -> None:
    """Write numbered work items, difficulties or leftovers of one kind."""
    if items:
        table = rows.TABLES[type(items[0][1])]
        made = [rows.item_row(version_id, *pair) for pair in items]
        _insert(connection, table, f"version_id, {rows.all_columns(table)}", made)


def series_ids(
    connection: sqlite3.Connection, observations: Iterable[Observation]
) -> dict[tuple[str, str | None], int]:
    """The numbers of what some observations measure, new ones given where needed."""
    found = _series_ids(connection, [(obs.indicator, obs.activity or "") for obs in observations])
    return {(indicator, activity or None): number for (indicator, activity), number in found.items()}


def _series_ids(connection: sqlite3.Connection, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    pairs = list(dict.fromkeys(names))
    connection.executemany("INSERT OR IGNORE INTO series (indicator, activity) VALUES (?, ?)", pairs)
    select = "SELECT series_id FROM series WHERE indicator = ? AND activity = ?"
    return {pair: connection.execute(select, pair).fetchone()[0] for pair in pairs}


def _insert(connection: sqlite3.Connection, table: str, columns: str, made: Sequence[rows.Row]) -> None:
    if made:
        marks = ", ".join("?" * len(made[0]))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", made)


_INSERT_TEXT = """
INSERT INTO texts (digest, name, media_type, sha256, raw, repaired, origin, repairs, notes, own_title)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_VERSION = """
INSERT INTO versions (doc_id, text_id, fingerprint, title, issuer, ref_area, time_period, year, reader)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
