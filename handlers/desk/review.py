"""The review page: a draft or a published document, its text beside what was read from it, and corrections."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from starlette.requests import Request
from starlette.responses import Response

from handlers.charts import period_label
from handlers.desk.pages import actor
from handlers.desk.views import (
    Changes,
    Figure,
    ReviewPage,
    changes_of,
    items_of,
    name_of,
    paragraphs_of,
    repairs_of,
    rows_of,
    shown,
)
from handlers.desk.web import Desk, Who, back_to, desk_of, form_of, need, page
from handlers.export import MEASURES
from knowledge.doubts import latest_by_key
from knowledge.errors import JianbaoError, RevisionConflict, StoreError
from knowledge.model import (
    Bound,
    Difficulty,
    Extraction,
    Fact,
    Leftover,
    Measure,
    Observation,
    ObsStatus,
    Paragraph,
    Period,
    Span,
    WorkItem,
)
from knowledge.store.corrections import Edit
from knowledge.store.people import Role

SHOW = {"all": "全部", "doubtful": "存疑", "corrected": "改过", "left": "未读出"}
Texts = Sequence[tuple[Paragraph, str]]


class InputError(JianbaoError):
    """What an editor typed does not make a figure; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a review page is made of, draft or published alike. `state` changes with every edit."""

    title: str
    issuer: str
    period: str
    repairs: str
    figures: tuple[Figure, ...]
    texts: Texts
    left: tuple[Leftover, ...]
    work_items: Sequence[WorkItem]
    difficulties: Sequence[Difficulty]
    state: str


async def draft_page(request: Request) -> Response:
    """A draft, beside what was published of the same bureau before."""
    need(request, Role.EDITOR)
    desk, draft_id = desk_of(request), request.path_params["draft_id"]
    sheet = _draft_sheet(desk, draft_id)
    known = _published(desk, sheet)
    changes = changes_of([f.obs for f in known], [f.obs for f in sheet.figures]) if known else Changes()
    return _review(request, sheet, draft_id, f"/drafts/{draft_id}/correct", known, changes)


async def document_page(request: Request) -> Response:
    """A published document; it can be corrected, too."""
    need(request, Role.EDITOR)
    desk, doc_id = desk_of(request), request.path_params["doc_id"]
    sheet = _document_sheet(desk, doc_id)
    known = [fact for fact in _published(desk, sheet) if fact.doc.doc_id != doc_id]
    return _review(request, sheet, doc_id, f"/documents/{doc_id}/correct", known, Changes())


def _review(
    request: Request, sheet: Sheet, number: int, action: str, known: Iterable[Fact], changes: Changes
) -> Response:
    show = request.query_params.get("show", "all")
    show = show if show in SHOW else "all"
    rows = rows_of(sheet.figures, latest_by_key(known), show)
    doubtful = sum(bool(row.doubts) for row in rows)
    counts = {
        "all": len(rows),
        "doubtful": doubtful,
        "corrected": sum(bool(row.corrected) for row in rows),
        "left": len(sheet.left),
    }
    view = ReviewPage(
        number,
        sheet.title,
        sheet.issuer,
        sheet.period,
        sheet.repairs,
        rows,
        paragraphs_of(sheet.texts, rows, sheet.figures, sheet.left),
        items_of(sheet.work_items),
        tuple(sheet.difficulties),
        len(sheet.left),
        doubtful,
        show,
        tuple((key, label, counts[key]) for key, label in SHOW.items()),
        action.startswith("/drafts"),
        True,
        action,
        changes,
    )
    measures = [(measure.value, label) for measure, label in MEASURES.items()]
    return page(request, "review", sheet.title, page=view, measures=measures, expected=sheet.state)


def _draft_sheet(desk: Desk, draft_id: int) -> Sheet:
    extraction = desk.store.draft(draft_id).extraction
    document = extraction.document
    figures = tuple(
        Figure(number, obs, "发布前已改" if obs.obs_status is ObsStatus.CORRECTED else "")
        for number, obs in enumerate(extraction.observations)
    )
    return Sheet(
        document.title,
        document.issuer or document.ref_area or "",
        period_label(document.time_period),
        repairs_of(document.repaired.steps),
        figures,
        [(paragraph, paragraph.span.of(document.text)) for paragraph in document.paragraphs],
        extraction.leftovers,
        extraction.work_items,
        extraction.difficulties,
        _state(extraction),
    )


def _state(extraction: Extraction) -> str:
    """A short fingerprint of a draft's figures: two editors who see different ones cannot overwrite each other."""
    return hashlib.sha256(repr(extraction.observations).encode()).hexdigest()[:16]


def _document_sheet(desk: Desk, doc_id: int) -> Sheet:
    shelf = desk.store.shelf()
    info = next((doc for doc in shelf.documents() if doc.doc_id == doc_id), None)
    if info is None:
        raise StoreError("这份总结不在现行版本里，可能已撤下；请回到首页查看。")
    passages = shelf.passages(doc_id)
    figures = tuple(
        Figure(number, fact.obs, f"{fact.corrected_by} 于 {fact.corrected_at} 更正" if fact.corrected_by else "")
        for number, fact in enumerate(shelf.document_facts(doc_id))
    )
    return Sheet(
        info.title,
        info.issuer or info.ref_area or "",
        period_label(info.time_period),
        "",
        figures,
        [(passage.paragraph, passage.text) for passage in passages],
        (),
        shelf.work_items(doc_id),
        shelf.difficulties(doc_id),
        str(shelf.revision),
    )


def _published(desk: Desk, sheet: Sheet) -> list[Fact]:
    """All figures published of the bureau, or place, that the sheet is of."""
    shelf = desk.store.shelf()
    docs = [doc for doc in shelf.documents() if (doc.issuer or doc.ref_area or "") == sheet.issuer]
    return [fact for doc in docs for fact in shelf.document_facts(doc.doc_id)]


async def correct_draft(request: Request) -> Response:
    """Change, add or strike one figure of a draft; who, when and why go into the audit log."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    extraction = desk.store.draft(draft_id).extraction
    if form.get("expected") != _state(extraction):
        raise RevisionConflict("这份草稿刚被别人改过，您的修改没有保存；请刷新后再改。")
    sheet = _draft_sheet(desk, draft_id)
    edit = _edit(form, sheet)
    desk.store.revise_draft(draft_id, replace(extraction, observations=_applied(extraction.observations, edit)))
    _note(desk, who, f"draft:{draft_id}", form, edit)
    return back_to(request, f"/drafts/{draft_id}", _done(edit))


async def correct_document(request: Request) -> Response:
    """Change, add or strike one figure of a published document: a new revision."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    doc_id = request.path_params["doc_id"]
    sheet = _document_sheet(desk, doc_id)
    if form.get("expected") != sheet.state:
        raise RevisionConflict("已有人发布了新版本，您的修改没有保存；请刷新后再改。")
    edit = _edit(form, sheet)
    desk.store.correct(doc_id, [edit], who=actor(who), why=_why(form), expected_revision=int(sheet.state))
    _note(desk, who, f"document:{doc_id}", form, edit)
    return back_to(request, f"/documents/{doc_id}", _done(edit))


async def publish(request: Request) -> Response:
    """Publish a draft as the next revision, just as the editor saw it."""
    who, form, desk = need(request, Role.EDITOR), await form_of(request), desk_of(request)
    draft_id = request.path_params["draft_id"]
    draft = desk.store.draft(draft_id)
    if form.get("expected") != _state(draft.extraction):
        raise RevisionConflict("这份草稿刚被别人改过，请刷新看过后再发布。")
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


def _why(form: Mapping[str, str]) -> str:
    why = form.get("why", "").strip()
    if not why:
        raise InputError("请写明修改的理由。")
    return why


def _edit(form: Mapping[str, str], sheet: Sheet) -> Edit:
    """The change that a form asks for. Raises InputError."""
    _why(form)
    act, number = form.get("act", ""), form.get("figure", "")
    if act == "add":
        return Edit(None, _typed(form, _blank(form, sheet)))
    if not number.isascii() or not number.isdigit() or int(number) >= len(sheet.figures):
        raise InputError("没有找到要改的这个数，请刷新后再试。")
    before = sheet.figures[int(number)].obs
    return Edit(before, None if act == "strike" else _typed(form, before))


def _typed(form: Mapping[str, str], base: Observation) -> Observation:
    """The figure as typed over the one that was read. Raises InputError."""
    indicator = form.get("indicator", "").strip()
    if not indicator:
        raise InputError("请填写指标名称。")
    value = _value(form.get("value", ""))
    same_value = value == base.value
    return replace(
        base,
        indicator=indicator,
        activity=form.get("activity", "").strip() or None,
        measure=_measure(form.get("measure", "")),
        value=value,
        value_text=base.value_text if same_value else f"{abs(value):f}" if value is not None else base.value_text,
        unit=form.get("unit", "").strip(),
        bound=base.bound if same_value else Bound.EXACT if value is not None else Bound.MASKED,
        time_period=_period(form.get("time_period", "")),
        obs_status=ObsStatus.CORRECTED,
        confidence=1.0,
    )


def _value(text: str) -> Decimal | None:
    plain = text.strip().replace(",", "").replace("，", "").replace("−", "-")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise InputError("数值请只填数字，如 12.3 或 -4.5；原文遮盖的就留空。") from error
    if not value.is_finite() or len(plain) > 30:
        raise InputError("数值请只填数字，如 12.3 或 -4.5。")
    return value


def _measure(text: str) -> Measure:
    try:
        return Measure(text)
    except ValueError as error:
        raise InputError("请从列表里选择类别。") from error


def _period(text: str) -> Period | None:
    if not text.strip():
        return None
    try:
        period = Period.parse(text.strip())
        valid = all(1900 <= year <= 2200 and 1 <= month <= 12 for year, month in (period.start, period.end))
    except (ValueError, IndexError) as error:
        raise InputError("期间请写成 2021-01/2021-06 或 2021。") from error
    if not valid or period.months < 1:
        raise InputError("期间请写成 2021-01/2021-06 或 2021。")
    return period


def _blank(form: Mapping[str, str], sheet: Sheet) -> Observation:
    """A new figure in the sentence that the editor quotes; it must stand in the text. Raises InputError."""
    quote = form.get("quote", "").strip()
    for paragraph, text in sheet.texts:
        at = text.find(quote) if quote else -1
        if at >= 0:
            sentence = next(
                (s.of_text(text, paragraph) for s in map(_Place, paragraph.sentences) if s.holds(paragraph, at)), quote
            )
            start = paragraph.span.start + at
            span = Span(start, start + len(quote))
            value_text = form.get("value", "").strip().lstrip("-−")
            return Observation(
                "",
                None,
                None,
                Measure.LEVEL,
                None,
                value_text,
                "",
                Bound.EXACT,
                None,
                sentence,
                paragraph.section,
                span,
                span,
                paragraph.index,
            )
    raise InputError("原文里没有找到您引的这句话，请从左边的原文里复制。")


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence's span, relative to its paragraph's text."""

    span: Span

    def holds(self, paragraph: Paragraph, at: int) -> bool:
        return self.span.start <= paragraph.span.start + at < self.span.end

    def of_text(self, text: str, paragraph: Paragraph) -> str:
        return text[self.span.start - paragraph.span.start : self.span.end - paragraph.span.start]


def _applied(observations: Sequence[Observation], edit: Edit) -> tuple[Observation, ...]:
    if edit.before is None:
        assert isinstance(edit.after, Observation)  # noqa: S101  for the type checker
        return (*observations, edit.after)
    place = list(observations).index(edit.before)  # type: ignore[arg-type]
    after = (edit.after,) if isinstance(edit.after, Observation) else ()
    return (*observations[:place], *after, *observations[place + 1 :])


def _told(item: object) -> str:
    return f"{name_of(item)} {shown(item)}" if isinstance(item, Observation) else ""


def _note(desk: Desk, who: Who, subject: str, form: Mapping[str, str], edit: Edit) -> None:
    detail = {"before": _told(edit.before), "after": _told(edit.after), "why": _why(form)}
    desk.people.audit.record(who.actor, "knowledge.correct", subject, desk.clock(), **detail)


def _done(edit: Edit) -> str:
    if edit.after is None:
        return f"已删去“{_told(edit.before)}”。"
    return f"已保存“{_told(edit.after)}”。"
