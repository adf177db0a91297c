"""The desk's pages but for the review itself: signing in, home, revisions, the audit log, questions, subscribers."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from handlers.charts import period_label
from handlers.clock import shown_time
from handlers.desk.compare import between
from handlers.desk.signin import link_hash, miniapp_user, widget_user
from handlers.desk.views import told
from handlers.desk.web import CHANNEL, ENDED, Desk, Who, back_to, desk_of, form_of, need, own_address, page
from handlers.desk.words import action_names, detail_names, subject_names
from handlers.export import figures_xlsx
from knowledge.errors import AccessDenied, StoreError
from knowledge.store.audit import Entry
from knowledge.store.people import Role
from knowledge.store.people.desk import DeskKeys

KINDS = {"publish": "发布", "correct": "更正", "withdraw": "撤下", "rollback": "退回"}
REASONS = {"not_found": "总结中没有找到", "bad": "提问的人说没答对", "feedback": "意见"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 200  # lines of a log on one page
DETAIL = 60  # characters of one detail


async def sign_in_page(request: Request) -> Response:
    """Where a Mini App or a widget hands over its signed data."""
    desk = desk_of(request)
    bot_id = desk.token.partition(":")[0]
    back = urlencode({"bot_id": bot_id, "origin": desk.url, "return_to": f"{desk.url}/signin"})
    widget = f"https://oauth.telegram.org/auth?{back}" if desk.url.startswith("https://") else ""
    onward = own_address(request.query_params.get("next", "/"))
    return page(request, "signin", "登录", widget=widget, onward=onward)


async def sign_in(request: Request) -> Response:
    """Check Telegram's signature and begin a session."""
    form, desk = await form_of(request), desk_of(request)
    if form.get("kind") == "miniapp":
        person = miniapp_user(form.get("data", ""), desk.token, desk.clock())
    else:
        person = widget_user(_widget_fields(form.get("data", "")), desk.token, desk.clock())
    return _begin(request, str(person), form.get("next", "/"))


def _widget_fields(data: str) -> Mapping[str, str]:
    try:
        fields = json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        return {str(name): str(value) for name, value in fields.items()}
    except (binascii.Error, ValueError, AttributeError) as error:
        raise AccessDenied("登录信息不完整，请重新登录。") from error


async def link_page(request: Request) -> Response:
    """A one-time link; signing in takes a press, so that a chat's link preview does not use it up."""
    onward = own_address(request.query_params.get("next", "/"))
    return page(request, "link", "登录", secret=request.path_params["secret"], onward=onward)


async def sign_in_by_link(request: Request) -> Response:
    """Use a one-time link."""
    form, desk = await form_of(request), desk_of(request)
    person = DeskKeys(desk.people.file).use(link_hash(form.get("secret", "")), desk.clock())
    if person is None:
        raise AccessDenied("这个链接已用过或已过期，请在 Telegram 里重新发送 /desk。")
    return _begin(request, person, form.get("next", "/"))


def _begin(request: Request, person: str, onward: str) -> Response:
    """A new session (the old one's contents are dropped) for an editor or admin."""
    desk = desk_of(request)
    role = desk.role(person)
    if role is None or role.rank < Role.EDITOR.rank:
        raise AccessDenied("审校台只对编辑和管理员开放，请联系管理员。")
    request.session.clear()
    request.session["person"] = person
    request.session["since"] = desk.clock().timestamp()
    request.session["traditional"] = desk.people.talks.settings(CHANNEL, person).get("language") == "hant"
    desk.people.audit.record(f"{CHANNEL}:{person}", "desk.signin", "desk", desk.clock())
    return back_to(request, onward)


async def sign_out(request: Request) -> Response:
    """End the session, and all others of the same person, copies of their cookies included."""
    await form_of(request)
    desk, person = desk_of(request), str(request.session.get("person") or "")
    if person:
        desk.people.talks.set(CHANNEL, person, ENDED, str(desk.clock().timestamp()))
    request.session.clear()
    return back_to(request, "/signin")


async def language(request: Request) -> Response:
    """Switch between Simplified and Traditional characters."""
    form = await form_of(request)
    request.session["traditional"] = not request.session.get("traditional")
    return back_to(request, form.get("back", "/"))


async def home(request: Request) -> Response:
    """Drafts that wait, and what is published."""
    need(request, Role.EDITOR)
    store = desk_of(request).store
    shelf = store.shelf()
    documents = [
        {"doc_id": doc.doc_id, "title": doc.title, "period": period_label(doc.time_period)} for doc in shelf.documents()
    ]
    drafts = [
        {
            "id": draft.draft_id,
            "title": draft.extraction.document.title,
            "period": period_label(draft.extraction.document.time_period),
            "figures": len(draft.extraction.observations),
            "work": len(draft.extraction.work_items),
            "difficulties": len(draft.extraction.difficulties),
            "leftovers": len(draft.extraction.leftovers),
            "when": shown_time(draft.at),
            "who": draft.who,
            "file": draft.name,
        }
        for draft in (store.draft(number) for number, *_ in store.drafts())
    ]
    return page(request, "home", "待发布", drafts=drafts, documents=documents, revision=shelf.revision)


async def revisions(request: Request) -> Response:
    """Every revision, latest first."""
    who = need(request, Role.EDITOR)
    return page(request, "revisions", "版本", revisions=desk_of(request).store.revisions()[:ROWS],
                kinds=KINDS, admin=who.role is Role.ADMIN)  # fmt: skip


async def compare(request: Request) -> Response:
    """What differs between two revisions."""
    need(request, Role.EDITOR)
    store = desk_of(request).store
    first, second = (_number(request.query_params.get(name, "")) for name in "ab")
    made = [each for each in store.corrections(min(first, second)) if each.revision <= max(first, second)]
    return page(
        request, "compare", "比较版本", a=first, b=second,
        changes=list(between(store.shelf(first), store.shelf(second))),
        corrections=[(each, told(each.edit.before), told(each.edit.after)) for each in made],
    )  # fmt: skip


async def figures(request: Request) -> Response:
    """All that a revision knows, as a workbook."""
    who, desk = need(request, Role.ADMIN), desk_of(request)
    number = request.path_params["number"]
    shelf = desk.store.shelf(number)
    docs = shelf.documents()
    book = figures_xlsx(
        [fact for doc in docs for fact in shelf.document_facts(doc.doc_id)],
        [(doc, item) for doc in docs for item in shelf.work_items(doc.doc_id)],
        [(doc, one) for doc in docs for one in shelf.difficulties(doc.doc_id)],
    )
    desk.people.audit.record(who.actor, "knowledge.export", f"revision:{number}", desk.clock())
    headers = {"Content-Disposition": f'attachment; filename="revision-{number}.xlsx"'}
    return Response(book, media_type=XLSX, headers=headers)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise StoreError("请填写版本号。")
    return int(text)


async def rollback(request: Request) -> Response:
    """Go back to an earlier revision, as a new one."""
    who, form, desk = need(request, Role.ADMIN), await form_of(request), desk_of(request)
    number = _number(form.get("number", ""))
    expected = _number(form.get("expected", ""))
    made = desk.store.rollback(number, who=who.name, why=f"退回到第 {number} 版", expected_revision=expected)
    desk.people.audit.record(who.actor, "knowledge.rollback", f"revision:{made.number}", desk.clock(), restores=number)
    return back_to(request, "/revisions", f"已退回到第 {number} 版的内容，记为第 {made.number} 版。")


async def audit(request: Request) -> Response:
    """The audit log, and whether its seals are whole."""
    need(request, Role.ADMIN)
    desk = desk_of(request)
    before = request.query_params.get("before", "")
    entries = desk.people.audit.entries(limit=ROWS, before=_number(before) if before else None)
    broken = desk.people.audit.broken_at()
    lead = {"kind": "bad", "text": f"第 {broken} 条起封印对不上，日志可能被改动过。"} if broken else None
    whole = {"kind": "good", "text": "日志完整，封印核对无误。"}
    lines = [_entry(desk, entry) for entry in entries]
    older = f"/audit?before={entries[-1].id}" if len(entries) == ROWS else ""
    head = ("序号", "时间", "谁", "动作", "对象", "详情")
    return page(request, "table", "审计", head=head, lines=lines, lead=lead or whole, older=older)


def _entry(desk: Desk, entry: Entry) -> tuple[object, ...]:
    """A line of the log in words."""
    told = (f"{detail_names().get(key, key)} {str(value)[:DETAIL]}" for key, value in entry.detail.items() if value)
    action = action_names().get(entry.action, entry.action)
    subject = "" if entry.subject in ("desk", entry.actor) else _named(desk, entry.subject)
    return (entry.id, shown_time(entry.at), _named(desk, entry.actor), action, subject, "；".join(told))


def _named(desk: Desk, who: str) -> str:
    """A person of the log by name, with the number that is sealed there; other things by their kind."""
    kind, _, number = who.partition(":")
    if kind == CHANNEL:
        name = desk.name(number)
        return f"{name}（{number}）" if name != number else number
    return f"{subject_names()[kind]} {number}" if kind in subject_names() else who


async def unanswered(request: Request) -> Response:
    """Questions that were not answered, or rated badly."""
    need(request, Role.EDITOR)
    rows = desk_of(request).people.review.open()
    lines = [
        (row.question, REASONS.get(row.reason, row.reason), row.comment or "", row.times, shown_time(row.at))
        for row in rows
    ]
    head = ("问题", "原因", "留言", "次数", "最近一次")
    lead = {"kind": "", "text": "在 Telegram 里用 /unanswered 给问题加同义词或指明所问的指标，立即生效。"}
    return page(request, "table", "未答问题", head=head, lines=lines, lead=lead, older="")


async def subscribers(request: Request) -> Response:
    """How many subscribe to what; no names."""
    need(request, Role.EDITOR)
    lines = list(desk_of(request).subscribers().items())
    return page(request, "table", "订阅", head=("订阅", "数目"), lines=lines, lead=None, older="")


def actor(who: Who) -> str:
    """How a revision names an editor."""
    return who.name or who.actor
