"""The publishing office: reads what editors send into drafts, and publishes or discards them.

Nothing here waits for a network; reading happens in a process of its own (knowledge/uploads.py).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from handlers.desk.sheets import changes_since, draft_sheet, published, state_of
from handlers.desk.signin import new_link
from handlers.desk.views import Changes, Row, rows_of
from handlers.messages import Who
from knowledge.doubts import latest_by_key
from knowledge.errors import RevisionConflict
from knowledge.ingest import Reading
from knowledge.model import Extraction
from knowledge.store import KnowledgeStore
from knowledge.store.drafts import Draft
from knowledge.store.knowledge import Revision
from knowledge.store.people import People
from knowledge.store.people.desk import NAME, DeskKeys
from knowledge.uploads import read_upload, safe_name


@dataclass(frozen=True, slots=True)
class Report:
    """What an editor is told of a draft. `seen` names the draft's state and the revision that it is compared with."""

    draft: Draft
    changes: Changes
    rows: tuple[Row, ...]  # every figure, with what is doubtful about it
    seen: str

    @property
    def extraction(self) -> Extraction:
        """What was read."""
        return self.draft.extraction

    @property
    def doubtful(self) -> tuple[Row, ...]:
        """The figures to look at."""
        return tuple(row for row in self.rows if row.doubts)


@dataclass(frozen=True)
class Office:
    """Drafts in one knowledge file. `store` is the office's own; `desk_url` is where the desk is, if it is on."""

    store: KnowledgeStore
    people: People
    reading: Reading
    desk_url: str = ""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def receive(self, who: Who, name: str, data: bytes, now: datetime) -> Report:
        """Read a file into a draft. Raises ReadError, StoreError."""
        name = safe_name(name)
        extraction = read_upload(data, name, self.reading)
        with self._lock:
            draft_id = self.store.save_draft(extraction, who.name or who.actor)
            sha256 = extraction.document.repaired.source.sha256
            detail = {"file": name, "bytes": len(data), "sha256": sha256}
            self.people.audit.record(who.actor, "knowledge.upload", f"draft:{draft_id}", now, **detail)
            return self.report(draft_id)

    def drafts(self) -> list[tuple[int, str, str, str]]:
        """Number, time, sender and file name of every draft, oldest first."""
        with self._lock:
            return self.store.drafts()

    def report(self, draft_id: int) -> Report:
        """What is to be told of a draft, as it stands now. Raises StoreError if it is gone."""
        with self._lock:
            draft, shelf = self.store.draft(draft_id), self.store.shelf()
            document, sheet = draft.extraction.document, draft_sheet(draft)
            known = [fact for doc in published(shelf, document) for fact in shelf.document_facts(doc.doc_id)]
            rows = rows_of(sheet.figures, latest_by_key(known))
            changes = changes_since(shelf, document, draft.extraction.observations)
            return Report(draft, changes, rows, f"{state_of(draft.extraction)}@{shelf.revision}")

    def publish(self, who: Who, draft_id: int, seen: str, now: datetime) -> Revision:
        """Publish a draft just as it was reported. Raises RevisionConflict if it or the knowledge changed since."""
        state, _, revision = seen.partition("@")
        with self._lock, self.store.writing():
            draft = self.store.draft(draft_id)
            if state_of(draft.extraction) != state:
                raise RevisionConflict("这份草稿刚被改过，请看过现在的样子再发布。")
            made = self.store.publish_draft(draft_id, who=who.name or who.actor, expected_revision=int(revision))
        subject = f"revision:{made.number}"
        self.people.audit.record(who.actor, "knowledge.publish", subject, now, file=draft.name, draft=draft_id)
        return made

    def discard(self, who: Who, draft_id: int, now: datetime) -> str:
        """Drop a draft; gives its file's name. Raises StoreError if it is gone."""
        with self._lock:
            name = self.store.draft(draft_id).name
            self.store.discard(draft_id)
        self.people.audit.record(who.actor, "knowledge.discard", f"draft:{draft_id}", now, file=name)
        return name

    def link(self, who: Who, now: datetime, page: str = "/") -> str:
        """A one-time address that signs a person in at the desk and leads to a page; empty where the desk is off."""
        if not self.desk_url:
            return ""
        self.people.talks.set(who.channel, who.person, NAME, who.name)  # admins of bot.toml are nowhere else by name
        secret, kept = new_link()
        DeskKeys(self.people.file).offer(kept, who.person, now)
        return f"{self.desk_url}/signin/link/{secret}?next={page}"
