"""The knowledge file: publishing extractions as revisions, reading any of them, going back."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from knowledge.errors import RevisionConflict, StoreError, StoreReadOnly
from knowledge.model import Extraction, Observation
from knowledge.store.corrections import (
    Correction,
    Edit,
    Hand,
    corrected_version,
    mark,
    next_number,
    number_of,
    numbered_items,
    read_corrections,
    record,
)
from knowledge.store.database import open_database, open_reader, wrapped
from knowledge.store.drafts import Draft, DraftEdit, delete_draft, edit_draft, insert_draft, list_drafts, read_draft
from knowledge.store.ready import Ready, ready
from knowledge.store.sheets import drop_sheets, keep_sheets
from knowledge.store.shelf import SqliteShelf
from knowledge.store.shelving import current_versions, shelve, versions_at
from knowledge.store.writing import alike, stored_text, write_version


@dataclass(frozen=True, slots=True)
class Revision:
    """One published state of the knowledge; number 0 is the empty one that every file starts with."""

    number: int
    at: str  # ISO 8601, UTC
    who: str
    why: str
    kind: str  # publish, correct, withdraw, rollback
    restores: int | None = None


NO_NUMBER = -1  # of a draft's item that is not in what was published: struck, or changed again
# By name: readers need not load what applies them.
MIGRATIONS = ("m001_tables", "m002_readers", "m003_draft_edits", "m004_draft_numbers", "m005_sheets")
EMPTY = Revision(0, "", "", "", "publish")


class KnowledgeStore:
    """One knowledge file, open. Reads are by revision: a reader sees one whole revision whatever is written."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, readonly: bool = False) -> None:
        self.connection = connection
        self.path = path
        self.readonly = readonly
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> KnowledgeStore:
        """Open a knowledge file; unless read-only, make it if it is missing. Raises StoreError."""
        if not readonly:
            from knowledge.store import migrations

            return cls(open_database(path, migrations.knowledge).conn, path)
        if not path.exists():
            raise StoreError(f"没有找到数据文件 {path}，请先用 jianbao ingest --store {path} 读入文件，或检查路径。")
        return cls(open_reader(path, "knowledge", MIGRATIONS), path, readonly=True)

    def close(self) -> None:
        """Give the file back."""
        self.connection.close()

    def __enter__(self) -> KnowledgeStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- reading -----------------------------------------------------------------------------------------------------

    def latest(self) -> int:
        """The number of the latest revision; cheap, for asking whether to read anew."""
        with self._lock, wrapped(self.path):
            return int(self.connection.execute("SELECT coalesce(max(revision), 0) FROM revisions").fetchone()[0])

    def shelf(self, revision: int | None = None, *, after: SqliteShelf | None = None) -> SqliteShelf:
        """A revision for reading, the latest unless one is named. Raises StoreError if there is none of that number.

        With `after`, a shelf of this store, only what changed since is read.
        """
        latest = self.latest()
        if after is not None and revision is None:
            return after.later(latest)
        if revision is not None and not 0 <= revision <= latest:
            raise StoreError(f"没有第 {revision} 版，现有第 1 至 {latest} 版（jianbao revisions 可查看）。")
        return SqliteShelf(self.connection, latest if revision is None else revision, self.path)

    def revisions(self) -> list[Revision]:
        """All revisions, latest first."""
        sql = "SELECT revision, at, who, why, kind, restores FROM revisions ORDER BY revision DESC"
        with wrapped(self.path):
            return [Revision(*row) for row in self.connection.execute(sql)]

    # -- writing -----------------------------------------------------------------------------------------------------

    def publish(self, extractions: Iterable[Extraction | Ready], *, who: str, why: str) -> Revision:
        """Publish documents as one new revision; those that are there already, read alike, change nothing.

        A newer version of a document takes its place. Returns the latest revision, the former one if nothing changed.
        """
        with self.writing() as connection:
            current = current_versions(connection)
            out: set[int] = set()
            into: dict[int, int] = {}
            for extraction in extractions:
                made = ready(extraction) if isinstance(extraction, Extraction) else extraction
                doc_id = _document(connection, made)
                old = into.get(doc_id, current.get(doc_id))
                if old is not None and _fingerprint_of(connection, old) == made.fingerprint:
                    _note_reader(connection, old, made.reader)
                    continue
                into[doc_id] = write_version(connection, doc_id, made)
                out |= {current[doc_id]} if doc_id in current else set()
            if not into:
                return self._revision(self.latest())
            return self._shelve(out, set(into.values()), who, why, "publish")

    def keep_sheets(self, stamp: str, made: Iterable[tuple[int, bytes]]) -> None:
        """Keep what was made of some versions for asking; what was kept of them before goes."""
        with self.writing() as connection:
            keep_sheets(connection, stamp, made)

    def drop_sheets(self) -> None:
        """Drop what is kept of versions that the latest revision does not read."""
        with self.writing() as connection:
            drop_sheets(connection)

    def read_by(self, reader: str) -> frozenset[str]:
        """SHA-256 of every file whose document the latest revision reads just as this program would read it."""
        sql = (
            "SELECT t.sha256 FROM shelved h JOIN versions v USING (version_id) JOIN texts t USING (text_id) "
            "WHERE h.until IS NULL AND v.reader = ?"
        )
        with wrapped(self.path):
            return frozenset(row[0] for row in self.connection.execute(sql, (reader,)))

    def rollback(self, number: int, *, who: str, why: str, expected_revision: int | None = None) -> Revision:
        """Make a new revision that reads just what revision `number` read. Raises StoreError, RevisionConflict."""
        with self.writing(expected_revision) as connection:
            self.shelf(number)  # there is one
            target, current = versions_at(connection, number), versions_at(connection, self.latest())
            return self._shelve(current - target, target - current, who, why, "rollback", number)

    def withdraw(self, doc_id: int, *, who: str, why: str, expected_revision: int | None = None) -> Revision:
        """Make a new revision without a document. Raises StoreError, RevisionConflict."""
        with self.writing(expected_revision):
            return self._shelve({self._current(doc_id)}, set(), who, why, "withdraw")

    def correct(
        self, doc_id: int, edits: Sequence[Edit], *, who: str, why: str, expected_revision: int | None = None
    ) -> Revision:
        """Make a new revision in which a document's items are replaced, added or struck by hand.

        Replaced and added figures bear who and when. Raises StoreError, RevisionConflict.
        """
        with self.writing(expected_revision) as connection:
            version = self._current(doc_id)
            numbered = self._numbered(version, edits)
            hand = Hand(who, _now())
            made = corrected_version(connection, version, numbered, hand)
            revision = self._shelve({version}, {made}, who, why, "correct")
            record(connection, revision.number, doc_id, numbered)
            return revision

    def corrections(self, after_revision: int = 0) -> list[Correction]:
        """What was changed by hand after a revision, in its order, undone or not."""
        with wrapped(self.path):
            return read_corrections(self.connection, after_revision)

    def _current(self, doc_id: int) -> int:
        version = current_versions(self.connection).get(doc_id)
        if version is None:
            raise StoreError(f"现行版本里没有编号为 {doc_id} 的文件。")
        return version

    def _numbered(self, version: int, edits: Sequence[Edit]) -> list[tuple[int, Edit]]:
        """Each edit with the number of its item, new numbers for those that are added."""
        items = {kind: numbered_items(self.connection, version, kind) for kind in {edit.kind for edit in edits}}
        new = {kind: next_number(self.connection, version, kind) for kind in items}
        numbered = []
        for edit in edits:
            if edit.before is None:
                numbered.append((new[edit.kind], edit))
                new[edit.kind] += 1
            else:
                numbered.append((number_of(items[edit.kind], edit.before), edit))
        return numbered

    # -- drafts ------------------------------------------------------------------------------------------------------

    def save_draft(self, extraction: Extraction, who: str) -> int:
        """Keep an extraction until somebody publishes or discards it; gives the draft's number."""
        with self.writing() as connection:
            return insert_draft(connection, extraction, who, _now())

    def draft(self, draft_id: int) -> Draft:
        """A draft. Raises StoreError if it is gone."""
        with wrapped(self.path):
            return read_draft(self.connection, draft_id)

    def drafts(self) -> list[tuple[int, str, str, str]]:
        """Number, time, sender and file name of every draft, oldest first."""
        with wrapped(self.path):
            return list_drafts(self.connection)

    def edit_draft(self, draft_id: int, edit: Edit, *, who: str, why: str) -> None:
        """Correct a draft by hand, before it is published. Raises StoreError if draft or item is gone."""
        with self.writing() as connection:
            edit_draft(connection, read_draft(connection, draft_id), DraftEdit(edit, Hand(who, _now()), why))

    def discard(self, draft_id: int) -> None:
        """Drop a draft; one that is gone already stays gone."""
        with self.writing() as connection:
            delete_draft(connection, draft_id)

    def publish_draft(
        self, draft_id: int, *, who: str, why: str = "", expected_revision: int | None = None
    ) -> Revision:
        """Publish a draft and drop it, in one transaction. Raises StoreError, RevisionConflict."""
        with self.writing(expected_revision) as connection:
            draft = read_draft(connection, draft_id)
            delete_draft(connection, draft_id)
            if not draft.edits:
                return self.publish([draft.extraction], who=who, why=why or draft.name)
            return self._publish_edited(draft, who, why or draft.name)

    def _publish_edited(self, draft: Draft, who: str, why: str) -> Revision:
        """A draft as it was corrected: its figures bear the correctors' names, the record says what they changed."""
        made = replace(ready(draft.extraction), fingerprint=draft.fingerprint)
        doc_id = _document(self.connection, made)
        current = current_versions(self.connection).get(doc_id)
        version = write_version(self.connection, doc_id, made)
        revision = self._shelve(set() if current is None else {current}, {version}, who, why, "publish")
        figures = draft.extraction.observations
        for each in draft.edits:
            item = each.edit.after
            number = figures.index(item) if isinstance(item, Observation) and item in figures else NO_NUMBER
            if number != NO_NUMBER:
                mark(self.connection, version, number, each.hand)
            record(self.connection, revision.number, doc_id, [(number, each.edit)], each.hand, each.why)
        return revision

    # -- transactions ------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, expected_revision: int | None = None) -> Iterator[sqlite3.Connection]:
        """One transaction, whole or not at all. RevisionConflict if the latest revision is not the expected one."""
        if self.readonly:
            raise StoreReadOnly("总结由另一边统一发布，这里只能查阅：请把文件或更正交给负责发布的人。")
        with self._lock, wrapped(self.path):
            if self.connection.in_transaction:  # a method called by another one that writes
                self._expect(expected_revision)
                yield self.connection
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._expect(expected_revision)
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _expect(self, revision: int | None) -> None:
        latest = self.latest()
        if revision is not None and revision != latest:
            last = self._revision(latest)
            raise RevisionConflict(f"{last.who} 已发布第 {latest} 版，您看到的是第 {revision} 版；请重新打开后再改。")

    def _shelve(
        self, out: set[int], into: Sequence[int] | set[int], who: str, why: str, kind: str, restores: int | None = None
    ) -> Revision:
        """A new revision in which some versions leave and some come."""
        revision = self.latest() + 1
        self._record(revision, who, why, kind, restores)
        shelve(self.connection, revision, out, into)
        return self._revision(revision)

    def _record(self, revision: int, who: str, why: str, kind: str, restores: int | None = None) -> None:
        sql = "INSERT INTO revisions (revision, at, who, why, kind, restores) VALUES (?, ?, ?, ?, ?, ?)"
        self.connection.execute(sql, (revision, _now(), who, why, kind, restores))

    def _revision(self, number: int) -> Revision:
        sql = "SELECT revision, at, who, why, kind, restores FROM revisions WHERE revision = ?"
        row = self.connection.execute(sql, (number,)).fetchone()
        return Revision(*row) if row else EMPTY


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _fingerprint_of(connection: sqlite3.Connection, version_id: int) -> str:
    return str(connection.execute("SELECT fingerprint FROM versions WHERE version_id = ?", (version_id,)).fetchone()[0])


def _note_reader(connection: sqlite3.Connection, version_id: int, reader: str | None) -> None:
    """This program, too, reads the version's file as it stands."""
    if reader is not None:
        connection.execute("UPDATE versions SET reader = ?2 WHERE version_id = ?1", (version_id, reader))


def _document(connection: sqlite3.Connection, made: Ready) -> int:
    """The document that an extraction is a version of, a new one if there is none.

    The same file is the same document. Otherwise it has the same issuer, place, title and period, or the same file
    name, and shares at least half of its sentences; so two bureaus' 总结.docx never take each other's place.
    """
    for doc_id, sha256, text_id in connection.execute(_CANDIDATES, (made.sha256, made.name, made.identity)).fetchall():
        if sha256 == made.sha256 or alike(stored_text(connection, text_id), made.body):
            return int(doc_id)
    doc_id = connection.execute("INSERT INTO documents (identity) VALUES (?)", (made.identity,)).lastrowid
    assert doc_id is not None  # noqa: S101  for the type checker
    return int(doc_id)


_CANDIDATES = """
SELECT v.doc_id, t.sha256, v.text_id FROM versions v JOIN texts t USING (text_id) JOIN documents d USING (doc_id)
WHERE v.version_id IN (
    SELECT version_id FROM texts JOIN versions USING (text_id) WHERE sha256 = ?1
    UNION ALL SELECT version_id FROM texts JOIN versions USING (text_id) WHERE name = ?2
    UNION ALL SELECT version_id FROM documents JOIN versions USING (doc_id) WHERE identity = ?3
)
ORDER BY t.sha256 = ?1 DESC, d.identity = ?3 DESC, v.version_id DESC
"""
