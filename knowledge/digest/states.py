"""Reading a shelf into a State, and choosing the documents that two states differ in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property

from knowledge.digest.values import Known, State
from knowledge.model import Difficulty, DocumentInfo, Fact, Shelf, WorkItem

_PERIOD_WORDS = re.compile(r"[0-9〇零一二三四]|年度?|季度|半|上|下|前|月份?")


class Shelved:
    """A document on a shelf, read when it is asked for; the shelf must be open as long."""

    def __init__(self, shelf: Shelf, doc: DocumentInfo) -> None:
        self._shelf = shelf
        self.doc = doc

    @property
    def version(self) -> object:
        """The revision that brought this version of the document."""
        return (self.doc.doc_id, self.doc.revision)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Its figures."""
        return tuple(self._shelf.document_facts(self.doc.doc_id))

    @cached_property
    def work_items(self) -> tuple[WorkItem, ...]:
        """Its work items."""
        return tuple(self._shelf.work_items(self.doc.doc_id))

    @cached_property
    def difficulties(self) -> tuple[Difficulty, ...]:
        """Its difficulties."""
        return tuple(self._shelf.difficulties(self.doc.doc_id))

    @cached_property
    def heads(self) -> Mapping[int, tuple[str, ...]]:
        """The column heads of the table rows that its figures stand in."""
        rows = {fact.obs.paragraph for fact in self.facts if fact.obs.quote.lstrip().startswith("|")}
        paragraphs = (one.paragraph for one in self._shelf.passages(self.doc.doc_id)) if rows else ()
        return {one.index: one.header for one in paragraphs if one.index in rows}


def state_of(shelf: Shelf) -> State:
    """Everything that a shelf knows; a document is read when it is first asked for."""
    return State(shelf.revision, tuple(Shelved(shelf, doc) for doc in sorted(shelf.documents(), key=age)))


def at_places(state: State, places: Collection[str]) -> State:
    """Only the documents of some places, or the whole state where none is named."""
    if not places:
        return state
    return State(state.revision, tuple(known for known in state.known if is_of(known.doc, places)))


def is_of(doc: DocumentInfo, places: Collection[str]) -> bool:
    """Whether a document is of one of some places or bureaus."""
    said = f"{doc.ref_area or ''} {doc.issuer or ''} {doc.title}"
    return any(place in said for place in places)


def newest_bureaus(state: State, most: int) -> State:
    """Only the bureaus with the newest documents, whole."""
    names = list(dict.fromkeys(bureau(known.doc) for known in reversed(state.known)))
    return _of_bureaus(state, frozenset(names[:most]))


def changed_since(state: State, revision: int) -> State:
    """Only the bureaus of which something was published after a revision, whole."""
    return _of_bureaus(state, frozenset(bureau(known.doc) for known in state.known if known.doc.revision > revision))


def _of_bureaus(state: State, names: frozenset[tuple[str, str]]) -> State:
    return State(state.revision, tuple(known for known in state.known if bureau(known.doc) in names))


def up_to(state: State, doc_id: int) -> State:
    """What was known when the document was the newest: it and all that report on earlier periods."""
    last = next(age(known.doc) for known in state.known if known.doc.doc_id == doc_id)
    return State(state.revision, tuple(known for known in state.known if age(known.doc) <= last))


def age(doc: DocumentInfo) -> tuple[tuple[int, int], int, int]:
    """Sorts documents by the end of what they report on; of two with one end the longer is the newer."""
    if doc.time_period is None:
        return ((doc.year or 0, 0), 0, doc.doc_id)
    return (doc.time_period.end, doc.time_period.months, doc.doc_id)


def bureau(doc: DocumentInfo) -> tuple[str, str]:
    """Whose report it is: only one bureau's are compared. Without an issuer the title has to do, less the time."""
    return (doc.issuer or _PERIOD_WORDS.sub("", doc.title), doc.ref_area or "")


def by_bureau(state: State) -> dict[tuple[str, str], list[Known]]:
    """The documents of each bureau, newest last."""
    groups: dict[tuple[str, str], list[Known]] = {}
    for known in sorted(state.known, key=lambda known: age(known.doc)):
        groups.setdefault(bureau(known.doc), []).append(known)
    return groups
