"""What differs between two revisions: figures, work items and difficulties, document by document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from handlers.desk.views import Change, changes_of
from handlers.export import STATUSES
from knowledge.model import Difficulty, Observation, WorkItem
from knowledge.store import SqliteShelf


class _Contents(NamedTuple):
    title: str
    figures: Sequence[Observation]
    items: Sequence[WorkItem]
    difficulties: Sequence[Difficulty]


_NOTHING = _Contents("", (), (), ())


def between(old: SqliteShelf, new: SqliteShelf) -> Iterator[tuple[str, Change]]:
    """Each difference with the title of its document."""
    before, after = _contents(old), _contents(new)
    for doc_id in before | after:
        one, other = before.get(doc_id, _NOTHING), after.get(doc_id, _NOTHING)
        for change in (*changes_of(one.figures, other.figures).all, *_others(one, other)):
            yield other.title or one.title, change


def _contents(shelf: SqliteShelf) -> dict[int, _Contents]:
    return {
        doc.doc_id: _Contents(
            doc.title,
            [fact.obs for fact in shelf.document_facts(doc.doc_id)],
            shelf.work_items(doc.doc_id),
            shelf.difficulties(doc.doc_id),
        )
        for doc in shelf.documents()
    }


def _others(one: _Contents, other: _Contents) -> Iterator[Change]:
    yield from _differing("工作", _work(one.items), _work(other.items))
    yield from _differing(
        "困难", {d.title: d.text for d in one.difficulties}, {d.title: d.text for d in other.difficulties}
    )


def _work(items: Iterable[WorkItem]) -> dict[str, str]:
    return {item.title: f"{STATUSES[item.status]} {item.deadline or ''}".strip() for item in items}


def _differing(kind: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    for title in old | new:
        if old.get(title) != new.get(title):
            yield Change(f"{kind}：{title}", old.get(title, ""), new.get(title, ""))
