"""Reading a shelf into a State, and choosing the documents that two states differ in."""

from __future__ import annotations

import re
from collections.abc import Collection

from knowledge.digest.values import Known, State
from knowledge.model import DocumentInfo, Shelf

_PERIOD_WORDS = re.compile(r"[0-9〇零一二三四]|年度?|季度|半|上|下|前|月份?")


def state_of(shelf: Shelf, doc_ids: Collection[int] | None = None) -> State:
    """Everything that a shelf knows, or only what some of its documents state."""
    documents = [doc for doc in shelf.documents() if doc_ids is None or doc.doc_id in doc_ids]
    return State(shelf.revision, tuple(_known(shelf, doc) for doc in sorted(documents, key=age)))


def _known(shelf: Shelf, doc: DocumentInfo) -> Known:
    facts = tuple(shelf.document_facts(doc.doc_id))
    rows = {fact.obs.paragraph for fact in facts if fact.obs.quote.lstrip().startswith("|")}
    return Known(
        doc,
        facts,
        tuple(shelf.work_items(doc.doc_id)),
        tuple(shelf.difficulties(doc.doc_id)),
        {one.paragraph.index: one.paragraph.header for one in shelf.passages(doc.doc_id) if one.paragraph.index in rows}
        if rows
        else {},
    )


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
