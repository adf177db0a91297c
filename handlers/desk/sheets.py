"""What a review page is made of, a draft or a published document alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handlers.charts import period_label
from handlers.desk.views import Changes, Figure, changes_of, repairs_of
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
from knowledge.store.knowledge import KnowledgeStore


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


def draft_sheet(extraction: Extraction) -> Sheet:
    """A draft's sheet."""
    document = extraction.document
    return Sheet(
        document.title,
        document.issuer,
        document.ref_area,
        document.time_period,
        repairs_of(document.repaired.steps),
        tuple(Figure(number, obs, _by_hand(obs)) for number, obs in enumerate(extraction.observations)),
        [(paragraph, paragraph.span.of(document.text)) for paragraph in document.paragraphs],
        extraction.leftovers,
        extraction.work_items,
        extraction.difficulties,
        state_of(extraction),
        document.repaired.raw_span,
    )


def _by_hand(obs: Observation) -> str:
    return "发布前已改" if obs.obs_status is ObsStatus.CORRECTED else ""


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
    return Sheet(
        info.title,
        info.issuer,
        info.ref_area,
        info.time_period,
        "",
        tuple(Figure(number, fact.obs, _corrected(fact)) for number, fact in enumerate(shelf.document_facts(doc_id))),
        [(passage.paragraph, passage.text) for passage in shelf.passages(doc_id)],
        shelf.leftovers(doc_id),
        shelf.work_items(doc_id),
        shelf.difficulties(doc_id),
        str(shelf.revision),
        lambda span: span,
    )


def _corrected(fact: Fact) -> str:
    if fact.corrected_by:
        return f"{fact.corrected_by} 于 {(fact.corrected_at or '')[:16].replace('T', ' ')} 更正"
    return "更正" if fact.obs.obs_status is ObsStatus.CORRECTED else ""


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
