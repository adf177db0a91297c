"""Reading one revision of the knowledge file: knowledge/model.py's Shelf on SQLite."""

from __future__ import annotations

import json
import sqlite3
from bisect import insort
from collections.abc import Sequence
from functools import cached_property
from heapq import nsmallest
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from knowledge.model import Difficulty, DocumentInfo, Fact, Leftover, Mention, Passage, Series, WorkItem
from knowledge.store import rows
from knowledge.store.codec import period
from knowledge.store.database import wrapped
from knowledge.store.grams import longest_of, most_of
from knowledge.store.sheets import Sheets
from knowledge.store.shelving import IN_LIST

Item = TypeVar("Item", WorkItem, Difficulty, Leftover)

_OPEN = "first <= :revision AND (until IS NULL OR :revision < until)"


class SqliteShelf:
    """One revision, whole, whatever is published meanwhile: nothing that it reads is ever overwritten.

    Documents and series are loaded once, when first asked for; figures are fetched by index.
    """

    def __init__(self, connection: sqlite3.Connection, revision: int, path: Path) -> None:
        self._connection = connection
        self._revision = revision
        self._path = path
        self._sheets = Sheets(connection, path)

    def later(self, revision: int) -> SqliteShelf:
        """A later revision, of which only what changed since this one is read: documents that stayed are the same."""
        if revision == self._revision:
            return self
        made = SqliteShelf(self._connection, revision, self._path)
        if "_versions" in self.__dict__ and revision > self._revision:
            made.__dict__["_versions"], made.__dict__["_texts"] = self._changed(revision)
        return made

    def _changed(self, revision: int) -> tuple[dict[int, DocumentInfo], dict[int, int]]:
        """The versions of a later revision and their texts."""
        change = {"old": self._revision, "new": revision}
        gone = {row[0] for row in self._query(_GONE, **change)}
        pairs = [pair for pair in self._versions.items() if pair[0] not in gone]
        texts = {version: text for version, text in self._texts.items() if version not in gone}
        for text, *row in self._query(_COME, **change):
            insort(pairs, (row[0], _info(tuple(row))), key=lambda pair: _age(pair[1]))
            texts[row[0]] = text
        return dict(pairs), texts

    @property
    def revision(self) -> int:
        """The revision that is read."""
        return self._revision

    def documents(self) -> Sequence[DocumentInfo]:
        """Every document of the revision, latest period last."""
        return self._documents

    def series(self) -> Sequence[Series]:
        """Every distinct (indicator, activity) of the revision."""
        return self._series

    def facts(self, series_ids: Sequence[int], doc_ids: Sequence[int] | None = None) -> Sequence[Fact]:
        """The figures of some series, in all or some documents, in the order of the documents."""
        where, values = "o.series_id IN (SELECT value FROM json_each(?))", [json.dumps(list(series_ids))]
        if doc_ids is not None:
            where += " AND o.version_id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(self._versions_of(doc_ids)))
        found = self._query(f"{rows.FACTS} WHERE {where} ORDER BY o.version_id, o.number", *values)
        return self._facts(found)

    def document_facts(self, doc_id: int) -> Sequence[Fact]:
        """All figures of one document, in its order."""
        sql = f"{rows.FACTS} WHERE o.version_id = ? ORDER BY o.number"
        return [each for version in self._versions_of([doc_id]) for each in self._facts(self._query(sql, version))]

    def mentions(self, doc_id: int) -> Sequence[Mention]:
        """What each figure of one document is found by, in the order of `document_facts`."""
        return [rows.mention(row) for version in self._versions_of([doc_id]) for row in self._query(_MENTIONS, version)]

    def some_facts(self, doc: DocumentInfo, obs_ids: Sequence[int]) -> Sequence[Fact]:
        """A few figures of one document, in its order."""
        sql = f"{rows.FACTS} WHERE o.obs_id IN (SELECT value FROM json_each(?)) ORDER BY o.number"
        return [rows.fact(row, doc) for row in self._query(sql, _ids(obs_ids))]

    def fact(self, obs_id: int) -> Fact | None:
        """One figure by its number, also one that a later revision replaced; None if there is none."""
        row = next(iter(self._query(f"{rows.FACTS} WHERE o.obs_id = ?", obs_id)), None)
        return None if row is None else rows.fact(row, self._version_info(row[1]))

    def work_items(self, doc_id: int) -> Sequence[WorkItem]:
        """All work items of one document."""
        return self._items(WorkItem, doc_id)

    def difficulties(self, doc_id: int) -> Sequence[Difficulty]:
        """All difficulties of one document."""
        return self._items(Difficulty, doc_id)

    def leftovers(self, doc_id: int) -> Sequence[Leftover]:
        """The numbers of one document that ended in no observation."""
        return self._items(Leftover, doc_id)

    def passages(self, doc_id: int) -> Sequence[Passage]:
        """All paragraphs of one document."""
        sql = f"SELECT text_id, {rows.PARAGRAPH_COLUMNS} FROM paragraphs WHERE text_id = ? ORDER BY paragraph"
        texts = [self._texts[version] for version in self._versions_of([doc_id])]
        infos = self._text_infos
        return [
            Passage(infos[text], rows.paragraph(row[1:]), row[4]) for text in texts for row in self._query(sql, text)
        ]

    def some_passages(self, doc: DocumentInfo, paragraphs: Sequence[int]) -> Sequence[Passage]:
        """A few paragraphs of one document, in its order."""
        text = self._texts[self._by_document[doc.doc_id]]
        sql = (
            f"SELECT {rows.PARAGRAPH_COLUMNS} FROM paragraphs "
            f"WHERE text_id = ? AND paragraph {IN_LIST} ORDER BY paragraph"
        )
        return [Passage(doc, rows.paragraph(row), row[3]) for row in self._query(sql, text, _ids(paragraphs))]

    def sheet(self, doc_id: int, stamp: str) -> bytes | None:
        """What was kept of one document for asking under a stamp; None if nothing was."""
        version = self._by_document.get(doc_id)
        return None if version is None else self._sheets.read(version, stamp)

    def unprepared(self, stamp: str) -> list[tuple[int, DocumentInfo]]:
        """The documents of which nothing is kept under a stamp, each with its version, the latest first."""
        kept = self._sheets.kept(stamp)
        return [(version, doc) for version, doc in reversed(self._versions.items()) if version not in kept]

    def bodies(self, doc_id: int) -> Sequence[str]:
        """The characters of all paragraphs of one document."""
        sql = "SELECT body FROM paragraphs WHERE text_id = ? ORDER BY paragraph"
        texts = [self._texts[version] for version in self._versions_of([doc_id])]
        return [row[0] for text in texts for row in self._query(sql, text)]

    def search(self, terms: Sequence[str], doc_ids: Sequence[int] | None = None, limit: int = 50) -> Sequence[Passage]:
        """Paragraphs that hold most of the terms (each at least two characters), best first."""
        versions = self._versions.keys() if doc_ids is None else self._versions_of(doc_ids)
        texts = _ids([self._texts[version] for version in versions])
        if len(versions) <= _SCANNED:
            return self._scanned(terms, texts, limit)
        found: dict[int, Passage] = {}
        for query in most_of(terms):
            for paragraph_id, *row in self._query(_SEARCH, query, texts, limit):
                found.setdefault(paragraph_id, self._passage(tuple(row)))
            if len(found) >= limit:
                break
        return list(found.values())[:limit]

    def holding(
        self, terms: Sequence[str], texts: Sequence[tuple[DocumentInfo, str]], limit: int
    ) -> Sequence[DocumentInfo]:
        """Of each of the paragraphs that `search` would find in these documents, its document, best first.

        The documents come with their texts in small letters, a paragraph a line: who has them need not read them again.
        """
        wanted = longest_of(terms)
        fewest, found = (len(wanted) + 1) // 2, []
        for doc, text in texts:
            if sum(term in text for term in wanted) < max(fewest, 1):
                continue
            number = self._texts[self._by_document[doc.doc_id]]
            for line, body in enumerate(text.split("\n")):
                if (held := sum([term in body for term in wanted])) >= fewest:
                    found.append((-held, len(body), number, line, doc))
        return [row[-1] for row in nsmallest(limit, found, key=itemgetter(0, 1, 2, 3))]

    def _scanned(self, terms: Sequence[str], texts: str, limit: int) -> list[Passage]:
        """The same in few documents by looking through them: an index over all would weigh every hit in all others."""
        wanted = longest_of(terms)
        if not wanted:
            return []
        held = " + ".join(["(instr(lower(p.body), ?) > 0)"] * len(wanted))
        sql = (
            f"SELECT {held} AS held, p.text_id, {rows.PARAGRAPH_COLUMNS} FROM paragraphs p "
            "WHERE p.text_id IN (SELECT value FROM json_each(?)) AND held >= ? "
            "ORDER BY held DESC, length(p.body), p.paragraph_id LIMIT ?"
        )
        found = self._query(sql, *wanted, texts, (len(wanted) + 1) // 2, limit)
        return [self._passage(tuple(row[1:])) for row in found]

    # -- what is loaded once -----------------------------------------------------------------------------------------

    @cached_property
    def _versions(self) -> dict[int, DocumentInfo]:
        """The documents by the version that this revision reads, latest period last."""
        found = self._query(f"{_INFO} JOIN shelved h USING (version_id) WHERE {_OPEN}", revision=self._revision)
        infos = sorted(((row[0], _info(row)) for row in found), key=lambda pair: _age(pair[1]))
        return dict(infos)

    @cached_property
    def _texts(self) -> dict[int, int]:
        """The text of each version."""
        found = self._query(
            f"SELECT version_id, text_id FROM versions JOIN shelved USING (version_id) WHERE {_OPEN}",
            revision=self._revision,
        )
        return dict(found)

    @cached_property
    def _text_infos(self) -> dict[int, DocumentInfo]:
        return {self._texts[version]: info for version, info in self._versions.items()}

    @cached_property
    def _documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(self._versions.values())

    @cached_property
    def _by_document(self) -> dict[int, int]:
        return {info.doc_id: version for version, info in self._versions.items()}

    @cached_property
    def _series(self) -> tuple[Series, ...]:
        found = self._query(
            "SELECT series_id, indicator, activity FROM series JOIN shelved_series USING (series_id) "
            f"WHERE {_OPEN} ORDER BY indicator, activity",
            revision=self._revision,
        )
        return tuple(Series(number, indicator, activity or None) for number, indicator, activity in found)

    # -- how it is fetched -------------------------------------------------------------------------------------------

    def _versions_of(self, doc_ids: Sequence[int]) -> list[int]:
        return [self._by_document[each] for each in doc_ids if each in self._by_document]

    def _facts(self, found: Sequence[rows.Row]) -> list[Fact]:
        """Facts of this revision's versions, in the order of its documents."""
        by_version: dict[int, list[rows.Row]] = {}
        for row in found:
            by_version.setdefault(row[1], []).append(row)
        if len(by_version) < len(self._versions) // 8:
            known = sorted((v for v in by_version if v in self._versions), key=lambda v: _age(self._versions[v]))
        else:
            known = [v for v in self._versions if v in by_version]
        return [rows.fact(row, self._versions[version]) for version in known for row in by_version[version]]

    def _items(self, kind: type[Item], doc_id: int) -> list[Item]:
        columns = ", ".join(rows.COLUMNS[kind])
        sql = f"SELECT {columns}, extra FROM {rows.TABLES[kind]} WHERE version_id = ? ORDER BY number"
        return [rows.item(kind, row) for version in self._versions_of([doc_id]) for row in self._query(sql, version)]

    def _passage(self, row: rows.Row) -> Passage:
        """A passage of a text's number and the columns of a paragraph."""
        return Passage(self._text_infos[row[0]], rows.paragraph(row[1:]), row[4])

    def _version_info(self, version_id: int) -> DocumentInfo:
        """The document of any version, of this revision or not."""
        if version_id in self._versions:
            return self._versions[version_id]
        found = self._query(f"{_INFO} JOIN shelved h USING (version_id) WHERE v.version_id = ?", version_id)
        return _info(found[0])

    def _query(self, sql: str, *values: Any, **named: Any) -> list[rows.Row]:
        with wrapped(self._path):
            return self._connection.execute(sql, named or values).fetchall()


_MENTIONS = """
SELECT o.obs_id, s.indicator, s.activity, o.name_text, o.section, o.paragraph, o.start, length(o.value_text)
FROM observations o JOIN series s USING (series_id) WHERE o.version_id = ? ORDER BY o.number
"""
_INFO = """
SELECT v.version_id, v.doc_id, t.name, v.title, v.issuer, v.ref_area, v.time_period, v.year, h.first
FROM versions v JOIN texts t USING (text_id)
"""
_GONE = "SELECT version_id FROM shelved WHERE first <= :old AND until > :old AND until <= :new"
_COME = """
SELECT v.text_id, v.version_id, v.doc_id, t.name, v.title, v.issuer, v.ref_area, v.time_period, v.year, h.first
FROM versions v JOIN texts t USING (text_id) JOIN shelved h USING (version_id)
WHERE h.first > :old AND h.first <= :new AND (h.until IS NULL OR h.until > :new)
"""
_SCANNED = 100  # documents that are looked through sooner than an index over all is asked
_SEARCH = f"""
SELECT p.paragraph_id, p.text_id, {rows.PARAGRAPH_COLUMNS} FROM grams JOIN paragraphs p ON p.paragraph_id = grams.rowid
WHERE grams MATCH ? AND p.text_id IN (SELECT value FROM json_each(?)) ORDER BY grams.rank, p.paragraph_id LIMIT ?
"""


def _info(row: rows.Row) -> DocumentInfo:
    _, doc_id, name, title, issuer, ref_area, time_period, year, first = row
    reported = None if time_period is None else period(time_period)
    return DocumentInfo(doc_id, name, title, issuer, ref_area, reported, year, first)


def _age(info: DocumentInfo) -> tuple[Any, ...]:
    """What documents are ordered by: the end of what they report on, the longer last; names decide ties."""
    end = info.time_period.end if info.time_period else (info.year or 0, 0)
    months = info.time_period.months if info.time_period else 0
    return (end, months, info.title, info.name, info.doc_id)


def _ids(numbers: Sequence[int]) -> str:
    return json.dumps(list(numbers))
