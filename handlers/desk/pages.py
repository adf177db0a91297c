"""The desk's pages but for the review itself: signing in, home, revisions, the audit log, questions, subscribers."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from handlers.charts import period_label
from handlers.desk.signin import link_hash, miniapp_user, widget_user
from handlers.desk.views import changes_of
from handlers.desk.web import CHANNEL, Who, back_to, desk_of, form_of, need, page
from knowledge.errors import AccessDenied, StoreError
from knowledge.model import Observation
from knowledge.store.people import Role
from knowledge.store.people.desk import DeskKeys

KINDS = {"publish": "发布", "correct": "更正", "withdraw": "撤下", "rollback": "退回"}
ROWS = 200  # lines of a log on one page


async def sign_in_page(request: Request) -> Response:
    """Where a Mini App or a widget hands over its signed data."""
    desk = desk_of(request)
    bot_id = desk.token.partition(":")[0]
    origin = f"{request.url.scheme}://{request.url.netloc}"
    address = f"https://oauth.telegram.org/auth?bot_id={bot_id}&origin={origin}&return_to={origin}/signin"
    return page(request, "signin", "登录", widget=address if request.url.scheme == "https" else "")


async def sign_in(request: Request) -> Response:
    """Check Telegram's signature and begin a session."""
    form, desk = await form_of(request), desk_of(request)
    if form.get("kind") == "miniapp":
        person = miniapp_user(form.get("data", ""), desk.token, desk.clock())
    else:
        person = widget_user(_widget_fields(form.get("data", "")), desk.token, desk.clock())
    return _begin(request, str(person))


def _widget_fields(data: str) -> Mapping[str, str]:
    try:
        fields = json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        return {str(name): str(value) for name, value in fields.items()}
    except (binascii.Error, ValueError, AttributeError) as error:
        raise AccessDenied("登录信息不完整，请重新登录。") from error


async def link_page(request: Request) -> Response:
    """A one-time link; signing in takes a press, so that a chat's link preview does not use it up."""
    return page(request, "link", "登录", secret=request.path_params["secret"])


async def sign_in_by_link(request: Request) -> Response:
    """Use a one-time link."""
    form, desk = await form_of(request), desk_of(request)
    person = DeskKeys(desk.people.file).use(link_hash(form.get("secret", "")), desk.clock())
    if person is None:
        raise AccessDenied("这个链接已用过或已过期，请在 Telegram 里重新发送 /desk。")
    return _begin(request, person)


def _begin(request: Request, person: str) -> Response:
    """A new session (the old one's contents are dropped) for an editor or admin."""
    desk = desk_of(request)
    role = desk.role(person)
    if role is None or role.rank < Role.EDITOR.rank:
        raise AccessDenied("审校台只对编辑和管理员开放，请联系管理员。")
    request.session.clear()
    request.session["person"] = person
    desk.people.audit.record(f"{CHANNEL}:{person}", "desk.signin", "desk", desk.clock())
    return back_to(request, "/")


async def sign_out(request: Request) -> Response:
    """End the session."""
    await form_of(request)
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
            "items": len(draft.extraction.work_items),
            "difficulties": len(draft.extraction.difficulties),
            "leftovers": len(draft.extraction.leftovers),
            "when": draft.at,
        }
        for draft in (store.draft(number) for number, *_ in store.drafts())
    ]
    return page(request, "home", "待发布", drafts=drafts, documents=documents, revision=shelf.revision)


async def revisions(request: Request) -> Response:
    """Every revision, latest first."""
    who = need(request, Role.EDITOR)
    rows = [
        {"number": r.number, "when": r.at, "who": r.who, "why": r.why, "kind_label": KINDS.get(r.kind, r.kind)}
        for r in desk_of(request).store.revisions()
    ]
    return page(request, "revisions", "版本", revisions=rows, admin=who.role is Role.ADMIN)


async def compare(request: Request) -> Response:
    """What differs between two revisions."""
    need(request, Role.EDITOR)
    first, second = (_number(request.query_params.get(name, "")) for name in "ab")
    old, new = _figures(request, first), _figures(request, second)
    titles = {doc_id: title for doc_id, (title, _) in (old | new).items()}
    none: tuple[str, list[Observation]] = ("", [])
    lines = [
        (title, change)
        for doc_id, title in titles.items()
        for change in changes_of(old.get(doc_id, none)[1], new.get(doc_id, none)[1]).all
    ]
    return page(request, "compare", "比较版本", a=first, b=second, changes=lines)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise StoreError("请填写版本号。")
    return int(text)


def _figures(request: Request, revision: int) -> dict[int, tuple[str, list[Observation]]]:
    """The title and the figures of each document of a revision."""
    shelf = desk_of(request).store.shelf(revision)
    return {
        doc.doc_id: (doc.title, [fact.obs for fact in shelf.document_facts(doc.doc_id)]) for doc in shelf.documents()
    }


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
    log = desk_of(request).people.audit
    broken = log.broken_at()
    lead = {"kind": "bad", "text": f"第 {broken} 条起封印对不上，日志可能被改动过。"} if broken else None
    whole = {"kind": "good", "text": "日志完整，封印核对无误。"}
    lines = [
        (e.id, e.at, e.actor, e.action, e.subject, json.dumps(e.detail, ensure_ascii=False))
        for e in log.entries(limit=ROWS)
    ]
    return page(
        request, "table", "审计", head=("序号", "时间", "谁", "动作", "对象", "详情"), lines=lines, lead=lead or whole
    )


async def unanswered(request: Request) -> Response:
    """Questions that were not answered, or rated badly."""
    need(request, Role.EDITOR)
    rows = desk_of(request).people.review.open()
    lines = [(row.id, row.question, row.reason, row.comment or "", row.times, row.at) for row in rows]
    head = ("序号", "问题", "原因", "留言", "次数", "时间")
    lead = {"kind": "", "text": "在 Telegram 里用 /unanswered 给问题加同义词或指明所问的指标，立即生效。"}
    return page(request, "table", "未答问题", head=head, lines=lines, lead=lead)


async def subscribers(request: Request) -> Response:
    """How many subscribe to what; no names."""
    need(request, Role.EDITOR)
    lines = list(desk_of(request).subscribers().items())
    return page(request, "table", "订阅", head=("订阅", "人数"), lines=lines, lead=None)


def actor(who: Who) -> str:
    """How a revision names an editor."""
    return who.name or who.actor
