"""What a review page is made of, a draft or a published document alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handlers.charts import period_label
from handlers.clock import shown_time
from handlers.desk.views import Changes, Figure, Made, changes_of, repairs_of, told
from knowledge.errors import StoreError
from knowledge.model import (
    Difficulty,
    Document,
    DocumentInfo,
    Extraction,
    Fact,
    Leftover,
    Observation,
    ObsStatus,
    Paragraph,
    Period,
    Shelf,
    Span,
    WorkItem,
)
from knowledge.store import Correction, Draft, Edit, KnowledgeStore


@dataclass(frozen=True, slots=True)
class Sheet:
    """One summary on the desk. `state` changes with every edit; `raw_span` leads to the source's own characters."""

    title: str
    issuer: str | None
    ref_area: str | None
    time_period: Period | None
    repairs: str
    figures: tuple[Figure, ...]
    texts: Sequence[tuple[Paragraph, str]]
    left: Sequence[Leftover]
    work_items: Sequence[WorkItem]
    difficulties: Sequence[Difficulty]
    state: str
    raw_span: Callable[[Span], Span]
    history: tuple[Made, ...] = ()


def draft_sheet(draft: Draft) -> Sheet:
    """A draft's sheet."""
    document = draft.extraction.document
    marks = {each.edit.after: f"{each.hand.who} {shown_time(each.hand.at)} 改：{each.why}" for each in draft.edits}
    return Sheet(
        document.title,
        document.issuer,
        document.ref_area,
        document.time_period,
        repairs_of(document.repaired.steps),
        tuple(Figure(n, obs, marks.get(obs, "")) for n, obs in enumerate(draft.extraction.observations)),
        [(paragraph, paragraph.span.of(document.text)) for paragraph in document.paragraphs],
        _unread(draft.extraction.leftovers, draft.extraction.observations),
        draft.extraction.work_items,
        draft.extraction.difficulties,
        state_of(draft.extraction),
        document.repaired.raw_span,
        tuple(_made(each.edit, each.hand.who, each.hand.at, each.why) for each in draft.edits),
    )


def _unread(left: Sequence[Leftover], figures: Sequence[Observation]) -> list[Leftover]:
    """The numbers that ended in no figure, those aside that an editor made one of since."""
    return [
        one
        for one in left
        if not any(
            obs.paragraph == one.paragraph and one.span.start <= obs.span.start < one.span.end for obs in figures
        )
    ]


def _made(edit: Edit, who: str, at: str, why: str) -> Made:
    return Made(who, shown_time(at), why, told(edit.before), told(edit.after))


def state_of(extraction: Extraction) -> str:
    """A short fingerprint of a draft: two editors who see different ones cannot overwrite each other."""
    read = (extraction.observations, extraction.work_items, extraction.difficulties)
    return hashlib.sha256(repr(read).encode()).hexdigest()[:16]


def document_sheet(store: KnowledgeStore, doc_id: int) -> Sheet:
    """A published document's sheet. Raises StoreError if the latest revision does not hold it."""
    shelf = store.shelf()
    info = next((doc for doc in shelf.documents() if doc.doc_id == doc_id), None)
    if info is None:
        raise StoreError("这份总结不在现行版本里，可能已撤下；请回到首页查看。")
    made = [each for each in store.corrections() if each.doc_id == doc_id]
    facts = shelf.document_facts(doc_id)
    return Sheet(
        info.title,
        info.issuer,
        info.ref_area,
        info.time_period,
        "",
        tuple(Figure(n, fact.obs, _corrected(fact, made)) for n, fact in enumerate(facts)),
        [(passage.paragraph, passage.text) for passage in shelf.passages(doc_id)],
        _unread(shelf.leftovers(doc_id), [fact.obs for fact in facts]),
        shelf.work_items(doc_id),
        shelf.difficulties(doc_id),
        str(shelf.revision),
        lambda span: span,
        tuple(_made(each.edit, each.who, each.at, each.why) for each in made),
    )


def _corrected(fact: Fact, made: Sequence[Correction]) -> str:
    """Who corrected a figure, when and, where it is on record, why."""
    if not fact.corrected_by:
        return "发布前已改" if fact.obs.obs_status is ObsStatus.CORRECTED else ""
    why = next((each.why for each in reversed(made) if _gave(each.edit, fact.obs)), "")
    return f"{fact.corrected_by} {shown_time(fact.corrected_at)} 改{f'：{why}' if why else ''}"


def _gave(edit: Edit, obs: Observation) -> bool:
    """Whether a figure came of an edit; the store itself sets its status and confidence."""
    after = edit.after
    if not isinstance(after, Observation):
        return False
    return replace(after, obs_status=obs.obs_status, confidence=obs.confidence) == obs


def published(shelf: Shelf, of: Sheet | Document) -> list[DocumentInfo]:
    """The documents of the same bureau (or place, where no bureau is named) that are published, latest period last."""
    wanted = of.issuer or of.ref_area
    return [doc for doc in shelf.documents() if (doc.issuer or doc.ref_area) == wanted]


def changes_since(shelf: Shelf, document: Document, observations: Sequence[Observation]) -> Changes:
    """How a draft differs from its bureau's last published summary: that of its own period, else the one before."""
    last = _last(published(shelf, document), document.time_period)
    if last is None:
        return Changes()
    before = [fact.obs for fact in shelf.document_facts(last.doc_id)]
    found = changes_of(before, observations, periods=(last.time_period, document.time_period))
    return replace(found, against=f"{last.title}（{period_label(last.time_period)}）")


def _last(docs: Sequence[DocumentInfo], period: Period | None) -> DocumentInfo | None:
    if period is None:
        return docs[-1] if docs else None
    same = [doc for doc in docs if doc.time_period == period]
    earlier = [doc for doc in docs if doc.time_period and doc.time_period.end <= period.end]
    return next(reversed(same or earlier), None)
