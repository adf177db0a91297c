"""The review page: a draft or a published document, its text beside what was read from it, and corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from handlers.charts import period_label
from handlers.desk.forms import edit_of, why_of
from handlers.desk.pages import actor
from handlers.desk.pieces import paragraphs_of
from handlers.desk.sheets import Sheet, changes_since, document_sheet, draft_sheet, published, state_of
from handlers.desk.views import (
    Changes,
    LeftRow,
    ReviewPage,
    Row,
    difficulties_of,
    items_of,
    marks_of,
    name_of,
    rows_of,
    shown,
)
from handlers.desk.web import Desk, Who, back_to, desk_of, form_of, need, page
from handlers.export import MEASURES, STATUSES
from knowledge.doubts import latest_by_key
from knowledge.errors import RevisionConflict
from knowledge.model import Fact, Observation, WorkItem
from knowledge.store.corrections import Edit, Item
from knowledge.store.people import Role

SHOW = {"all": "全部", "doubtful": "存疑", "corrected": "改过", "left": "未读出"}


async def draft_page(request: Request) -> Response:
    """A draft, beside what was published of the same bureau before."""
    need(request, Role.EDITOR)
    desk, draft_id = desk_of(request), request.path_params["draft_id"]
    extraction = desk.store.draft(draft_id).extraction
    sheet = draft_sheet(extraction)
    shelf = desk.store.shelf()
    known = [fact for doc in published(shelf, sheet) for fact in shelf.document_facts(doc.doc_id)]
    changes = changes_since(shelf, extraction.document, extraction.observations)
    return _review(request, sheet, f"/drafts/{draft_id}", known, changes)


async def document_page(request: Request) -> Response:
    """A published document; it can be corrected, too."""
    need(request, Role.EDITOR)
    desk, doc_id = desk_of(request), request.path_params["doc_id"]
    sheet = document_sheet(desk.store, doc_id)
    shelf = desk.store.shelf()
    others = [doc for doc in published(shelf, sheet) if doc.doc_id != doc_id]
    known = [fact for doc in others for fact in shelf.document_facts(doc.doc_id)]
    return _review(request, sheet, f"/documents/{doc_id}", known, Changes())


def _review(request: Request, sheet: Sheet, address: str, known: Iterable[Fact], changes: Changes) -> Response:
    show = request.query_params.get("show", "all")
    show = show if show in SHOW else "all"
    rows = rows_of(sheet.figures, latest_by_key(known), show)
    marks = marks_of(sheet.figures, rows, [*sheet.work_items, *sheet.difficulties], sheet.left)
    view = ReviewPage(
        int(address.rpartition("/")[2]),
        sheet.title,
        sheet.issuer or sheet.ref_area or "",
        period_label(sheet.time_period),
        sheet.repairs,
        rows,
        paragraphs_of(sheet.texts, marks),
        items_of(sheet.work_items),
        difficulties_of(sheet.difficulties),
        _left(sheet),
        sum(bool(row.doubts) for row in rows),
        show,
        tuple((key, SHOW[key], count) for key, count in _counts(sheet, rows).items()),
        address.startswith("/drafts"),
        address,
        changes,
    )
    measures = [(measure.value, label) for measure, label in MEASURES.items()]
    statuses = [(status.value, label) for status, label in STATUSES.items()]
    return page(request, "review", sheet.title, page=view, expected=sheet.state, measures=measures, statuses=statuses)


def _counts(sheet: Sheet, rows: Sequence[Row]) -> Mapping[str, int]:
    doubtful, corrected = sum(bool(row.doubts) for row in rows), sum(bool(row.corrected) for row in rows)
    return {"all": len(rows), "doubtful": doubtful, "corrected": corrected, "left": len(sheet.left)}


def _left(sheet: Sheet) -> tuple[LeftRow, ...]:
    texts = {paragraph.index: (paragraph, text) for paragraph, text in sheet.texts}
    found = []
    for number, one in enumerate(sheet.left):
        paragraph, text = texts[one.paragraph]
        place = next((s for s in paragraph.sentences if s.start <= one.span.start < s.end), paragraph.span)
        quote = text[place.start - paragraph.span.start : place.end - paragraph.span.start]
        found.append(LeftRow(f"l{number}", one.text, one.reason, quote.strip()))
    return tuple(found)


async def correct_draft(request: Request) -> Response:
    """Change, add or strike one item of a draft; who, when and why go into the audit log."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    with desk.store.writing():
        extraction = desk.store.draft(draft_id).extraction
        if form.get("expected") != state_of(extraction):
            raise RevisionConflict("这份草稿刚被别人改过，您的修改没有保存；请返回刷新后再改。")
        edit = edit_of(form, draft_sheet(extraction))
        desk.store.edit_draft(draft_id, edit, who=actor(who), why=why_of(form))
    _note(desk, who, f"draft:{draft_id}", why_of(form), edit)
    return back_to(request, f"/drafts/{draft_id}", _done(edit))


async def correct_document(request: Request) -> Response:
    """Change, add or strike one item of a published document: a new revision."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    doc_id = request.path_params["doc_id"]
    sheet = document_sheet(desk.store, doc_id)
    if form.get("expected") != sheet.state:
        raise RevisionConflict("已有人发布了新版本，您的修改没有保存；请返回刷新后再改。")
    edit = edit_of(form, sheet)
    desk.store.correct(doc_id, [edit], who=actor(who), why=why_of(form), expected_revision=int(sheet.state))
    _note(desk, who, f"document:{doc_id}", why_of(form), edit)
    return back_to(request, f"/documents/{doc_id}", _done(edit))


async def publish(request: Request) -> Response:
    """Publish a draft as the next revision, just as the editor saw it."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    with desk.store.writing():
        draft = desk.store.draft(draft_id)
        if form.get("expected") != state_of(draft.extraction):
            raise RevisionConflict("这份草稿刚被别人改过，请返回刷新看过后再发布。")
        made = desk.store.publish_draft(draft_id, who=actor(who))
    desk.people.audit.record(who.actor, "knowledge.publish", f"revision:{made.number}", desk.clock(), file=draft.name)
    return back_to(request, "/", f"已发布为第 {made.number} 版，现在起按它回答。")


async def discard(request: Request) -> Response:
    """Drop a draft."""
    who, _, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    draft = desk.store.draft(draft_id)
    desk.store.discard(draft_id)
    desk.people.audit.record(who.actor, "knowledge.discard", f"draft:{draft_id}", desk.clock(), file=draft.name)
    return back_to(request, "/", "草稿已丢弃。")


def _told(item: Item | None) -> str:
    if isinstance(item, Observation):
        return f"{name_of(item)} {MEASURES[item.measure]} {shown(item)}（{period_label(item.time_period)}）"
    if isinstance(item, WorkItem):
        return f"{item.title} {STATUSES[item.status]} {item.deadline or ''}".strip()
    return item.title if item else ""


def _note(desk: Desk, who: Who, subject: str, why: str, edit: Edit) -> None:
    detail = {"before": _told(edit.before), "after": _told(edit.after), "why": why}
    desk.people.audit.record(who.actor, "knowledge.correct", subject, desk.clock(), **detail)


def _done(edit: Edit) -> str:
    if edit.after is None:
        return f"已删去“{_told(edit.before)}”。"
    return f"已保存“{_told(edit.after)}”。"
