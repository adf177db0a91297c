"""The review page: a draft or a published document, its text beside what was read from it, and corrections."""

from __future__ import annotations

import re
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
    rows_of,
    told,
)
from handlers.desk.web import Desk, Who, back_to, desk_of, form_of, need, page
from handlers.export import MEASURES, STATUSES
from knowledge.doubts import latest_by_key
from knowledge.errors import RevisionConflict
from knowledge.model import Fact
from knowledge.store.corrections import Edit
from knowledge.store.people import Role

SHOW = {"all": "全部", "doubtful": "存疑", "corrected": "改过", "left": "未读出"}


async def draft_page(request: Request) -> Response:
    """A draft, beside what was published of the same bureau before."""
    need(request, Role.EDITOR)
    desk, draft_id = desk_of(request), request.path_params["draft_id"]
    draft = desk.store.draft(draft_id)
    sheet = draft_sheet(draft)
    shelf = desk.store.shelf()
    known = [fact for doc in published(shelf, sheet) for fact in shelf.document_facts(doc.doc_id)]
    changes = changes_since(shelf, draft.extraction.document, draft.extraction.observations)
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
        sheet.title,
        sheet.issuer or sheet.ref_area or "",
        period_label(sheet.time_period),
        str(sheet.time_period or ""),
        sheet.repairs,
        rows,
        paragraphs_of(sheet.texts, marks),
        items_of(sheet.work_items),
        difficulties_of(sheet.difficulties),
        _left(sheet),
        show,
        tuple((key, SHOW[key], count) for key, count in _counts(sheet, rows).items()),
        address.startswith("/drafts"),
        address,
        changes,
        sheet.history,
    )
    revision = desk_of(request).store.latest()
    measures = [(measure.value, label) for measure, label in MEASURES.items()]
    statuses = [(status.value, label) for status, label in STATUSES.items()]
    return page(
        request, "review", sheet.title, page=view, expected=sheet.state, seen=f"{sheet.state}@{revision}",
        measures=measures, statuses=statuses,
    )  # fmt: skip


def _counts(sheet: Sheet, rows: Sequence[Row]) -> Mapping[str, int]:
    doubtful, corrected = sum(bool(row.doubts) for row in rows), sum(bool(row.corrected) for row in rows)
    return {"all": len(rows), "doubtful": doubtful + len(sheet.left), "corrected": corrected, "left": len(sheet.left)}


def _left(sheet: Sheet) -> tuple[LeftRow, ...]:
    texts = {paragraph.index: (paragraph, text) for paragraph, text in sheet.texts}
    found = []
    for number, one in enumerate(sheet.left):
        paragraph, text = texts[one.paragraph]
        place = next((s for s in paragraph.sentences if s.start <= one.span.start < s.end), paragraph.span)
        quote = text[place.start - paragraph.span.start : place.end - paragraph.span.start]
        digits = re.search(r"-?\d+(?:\.\d+)?", one.text)
        found.append(LeftRow(f"l{number}", one.text, one.reason, quote.strip(), digits[0] if digits else ""))
    return tuple(found)


async def correct_draft(request: Request) -> Response:
    """Change, add or strike one item of a draft; who, when and why are kept with it."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    with desk.store.writing():
        draft = desk.store.draft(draft_id)
        if form.get("expected") != state_of(draft.extraction):
            raise RevisionConflict("这份草稿刚被别人改过，您的修改没有保存；请返回刷新后再改。")
        edit = edit_of(form, draft_sheet(draft))
        desk.store.edit_draft(draft_id, edit, who=actor(who), why=why_of(form))
    _note(desk, who, f"draft:{draft_id}", why_of(form), edit)
    return back_to(request, f"/drafts/{draft_id}{_place(form)}", _done(edit))


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
    return back_to(request, f"/documents/{doc_id}{_place(form)}", _done(edit))


def _place(form: Mapping[str, str]) -> str:
    """Where on the page an editor was: the same filter, and the card that was changed."""
    show = form.get("show", "")
    letter = {"figure": "f", "item": "w", "difficulty": "d"}.get(form.get("kind", "figure"), "f")
    number = form.get("number", "")
    card = f"#{letter}{number}" if number.isascii() and number.isdigit() else ""
    return (f"?show={show}" if show in SHOW and show != "all" else "") + card


async def publish(request: Request) -> Response:
    """Publish a draft as the next revision, just as the editor saw it beside the revision that they saw."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    state, _, revision = form.get("seen", "").partition("@")
    with desk.store.writing():
        draft = desk.store.draft(draft_id)
        latest = desk.store.latest()
        if state != state_of(draft.extraction):
            raise RevisionConflict("这份草稿刚被别人改过，请返回刷新看过后再发布。")
        if revision != str(latest):
            raise RevisionConflict(f"刚有人发布了第 {latest} 版，请返回刷新看过变化后再发布。")
        made = desk.store.publish_draft(draft_id, who=actor(who))
    desk.people.audit.record(who.actor, "knowledge.publish", f"revision:{made.number}", desk.clock(), file=draft.name)
    if made.number == latest:
        return back_to(request, "/", f"没有变化，现行的仍是第 {latest} 版。")
    return back_to(request, "/", f"已发布为第 {made.number} 版，现在起按它回答。")


async def discard(request: Request) -> Response:
    """Drop a draft."""
    who, _, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    draft = desk.store.draft(draft_id)
    desk.store.discard(draft_id)
    desk.people.audit.record(who.actor, "knowledge.discard", f"draft:{draft_id}", desk.clock(), file=draft.name)
    return back_to(request, "/", "草稿已丢弃。")


def _note(desk: Desk, who: Who, subject: str, why: str, edit: Edit) -> None:
    detail = {"before": told(edit.before), "after": told(edit.after), "why": why}
    desk.people.audit.record(who.actor, "knowledge.correct", subject, desk.clock(), **detail)


def _done(edit: Edit) -> str:
    if edit.after is None:
        return f"已删去“{told(edit.before)}”。"
    return f"已保存“{told(edit.after)}”。"
