"""Writing one document's extraction as a new version: its text once, its facts with it."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Sequence

from knowledge.model import Difficulty, Document, Extraction, Leftover, Observation, WorkItem
from knowledge.store import rows
from knowledge.store.codec import dumps, runs, to_plain
from knowledge.store.grams import grams

_NEXT_PARAGRAPH = "SELECT coalesce(max(paragraph_id), 0) + 1 FROM paragraphs"
_SAME_SHARE = 0.5  # of the shorter text's sentences, for two files of one name or title to be one document


def fingerprint(extraction: Extraction) -> str:
    """A digest of all that was read, the file's name aside: equal for the same file read by the same program."""
    plain = to_plain(extraction)
    plain["document"]["repaired"]["source"].pop("name")
    return hashlib.sha256(rows.dumps_plain(plain).encode()).hexdigest()


def identity(document: Document) -> str:
    """What two versions of one document have in common."""
    parts = (document.issuer, document.ref_area, document.title, document.time_period or document.year)
    return "|".join(re.sub(r"\s+", "", str(part or "")) for part in parts)


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


def write_text(connection: sqlite3.Connection, document: Document) -> int:
    """The number of the document's text, written if it is new."""
    digest = hashlib.sha256(dumps([document.repaired, document.paragraphs]).encode()).hexdigest()
    known = connection.execute("SELECT text_id FROM texts WHERE digest = ?", (digest,)).fetchone()
    return int(known[0]) if known else _insert_text(connection, document, digest)


def _insert_text(connection: sqlite3.Connection, document: Document, digest: str) -> int:
    repaired = document.repaired
    source = repaired.source
    row = (
        digest, source.name, source.media_type, source.sha256, _zip(source.text),
        None if repaired.text == source.text else _zip(repaired.text),
        None if repaired.origin is None else _zip(json.dumps(runs(repaired.origin))),
        dumps(repaired.steps), dumps(source.notes), source.title,
    )  # fmt: skip
    text_id = connection.execute(_INSERT_TEXT, row).lastrowid
    assert text_id is not None  # noqa: S101  for the type checker
    _insert_paragraphs(connection, text_id, document)
    return text_id


def _insert_paragraphs(connection: sqlite3.Connection, text_id: int, document: Document) -> None:
    first = connection.execute(_NEXT_PARAGRAPH).fetchone()[0]
    numbered = list(enumerate(document.paragraphs, first))
    _insert(connection, "paragraphs", f"paragraph_id, text_id, {rows.PARAGRAPH_COLUMNS}",
            [rows.paragraph_row(number, text_id, each, document.text) for number, each in numbered])  # fmt: skip
    tokens = [(number, grams(each.span.of(document.text))) for number, each in numbered]
    _insert(connection, "grams", "rowid, tokens", tokens)


def write_version(connection: sqlite3.Connection, doc_id: int, extraction: Extraction, digest: str) -> int:
    """The number of a new version of a document with everything that it states."""
    document = extraction.document
    text_id = write_text(connection, document)
    row = (doc_id, text_id, digest, document.title, document.issuer, document.ref_area,
           to_plain(document.time_period), document.year)  # fmt: skip
    version_id = connection.execute(_INSERT_VERSION, row).lastrowid
    assert version_id is not None  # noqa: S101  for the type checker
    _insert_observations(connection, version_id, extraction)
    for items in (extraction.work_items, extraction.difficulties, extraction.leftovers):
        insert_items(connection, version_id, list(enumerate(items)))
    return version_id


def _insert_observations(connection: sqlite3.Connection, version_id: int, extraction: Extraction) -> None:
    document = extraction.document
    paragraphs = {each.index: each for each in document.paragraphs}
    series = series_ids(connection, extraction.observations)
    insert_observations(connection, [
        rows.observation_row(version_id, number, series[obs.indicator, obs.activity], obs,
                             paragraphs.get(obs.paragraph), document.text)
        for number, obs in enumerate(extraction.observations)
    ])  # fmt: skip


def insert_observations(connection: sqlite3.Connection, made: Sequence[rows.Row]) -> None:
    """Write rows of observations."""
    _insert(connection, "observations", rows.OBSERVATION_COLUMNS, made)


def insert_items(
    connection: sqlite3.Connection, version_id: int, items: Sequence[tuple[int, WorkItem | Difficulty | Leftover]]
) -> None:
    """Write numbered work items, difficulties or leftovers of one kind."""
    if items:
        kind = type(items[0][1])
        columns = ", ".join(("version_id", "number", *rows.COLUMNS[kind], "extra"))
        _insert(connection, rows.TABLES[kind], columns, [rows.item_row(version_id, *pair) for pair in items])


def series_ids(
    connection: sqlite3.Connection, observations: Iterable[Observation]
) -> dict[tuple[str, str | None], int]:
    """The numbers of what some observations measure, new ones given where needed."""
    names = list(dict.fromkeys((obs.indicator, obs.activity) for obs in observations))
    pairs = [(indicator, activity or "") for indicator, activity in names]
    connection.executemany("INSERT OR IGNORE INTO series (indicator, activity) VALUES (?, ?)", pairs)
    select = "SELECT series_id FROM series WHERE indicator = ? AND activity = ?"
    return {name: connection.execute(select, pair).fetchone()[0] for name, pair in zip(names, pairs, strict=True)}


def _insert(connection: sqlite3.Connection, table: str, columns: str, made: Sequence[rows.Row]) -> None:
    if made:
        marks = ", ".join("?" * len(made[0]))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", made)


def _zip(text: str) -> bytes:
    return zlib.compress(text.encode())


_INSERT_TEXT = """
INSERT INTO texts (digest, name, media_type, sha256, raw, repaired, origin, repairs, notes, own_title)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_VERSION = """
INSERT INTO versions (doc_id, text_id, fingerprint, title, issuer, ref_area, time_period, year)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
