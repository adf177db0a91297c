"""The people file beside the knowledge: who may ask, what was talked of, what editors have to look at, what was sent.

    with People(people_path(store)) as people:
        people.access, people.personal, people.talks, people.review, people.inbox, people.sent, people.audit

All of them share one `PeopleFile`; other modules put their own tables into the same file (see schema.py) and take
`people.file`. No clock is read here: every call that needs the time gets it.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from knowledge.store.audit import Audit
from knowledge.store.people.access import Access, Admission, Grant, Invitation, Role, State
from knowledge.store.people.file import PeopleFile, people_path
from knowledge.store.people.inbox import Inbox
from knowledge.store.people.personal import Personal
from knowledge.store.people.review import Review, Synonym, Unanswered
from knowledge.store.people.sent import SentFiles
from knowledge.store.people.talks import Key, Keyboard, Press, Talks

__all__ = [
    "Access",
    "Admission",
    "Audit",
    "Grant",
    "Inbox",
    "Invitation",
    "Key",
    "Keyboard",
    "People",
    "PeopleFile",
    "Personal",
    "Press",
    "Review",
    "Role",
    "SentFiles",
    "State",
    "Synonym",
    "Talks",
    "Unanswered",
    "people_path",
]


class People:
    """Every subject of the people file, opened together."""

    def __init__(self, path: Path) -> None:
        self.file = PeopleFile(path)
        self.audit = Audit(self.file)
        self.access = Access(self.file, self.audit)
        self.personal = Personal(self.file, self.audit)
        self.talks = Talks(self.file)
        self.review = Review(self.file, self.audit)
        self.inbox = Inbox(self.file)
        self.sent = SentFiles(self.file)

    def __enter__(self) -> People:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self.file.close()
