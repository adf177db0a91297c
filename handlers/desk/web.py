"""What every page of the desk shares: who asks, forms' tokens, headers, Simplified or Traditional characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.clock import shown_time
from handlers.desk.signin import new_csrf, same
from knowledge.errors import AccessDenied
from knowledge.store.knowledge import KnowledgeStore
from knowledge.store.people import People, Role, State
from knowledge.store.people.desk import NAME

TEMPLATES = Path(__file__).parents[1] / "templates"
MAX_BODY = 64 * 1024  # forms only; files come through the chat
CHANNEL = "telegram"
ENDED = "desk_ended"  # the setting that says when a person signed out last: no session from before is good any more
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGES = (
    ("/", "待发布", Role.EDITOR),
    ("/revisions", "版本", Role.EDITOR),
    ("/unanswered", "未答问题", Role.EDITOR),
    ("/subscribers", "订阅", Role.EDITOR),
    ("/audit", "审计", Role.ADMIN),
)


@dataclass(frozen=True)
class Desk:
    """What the pages work with; `clock` gives the time, so that tests can move it.

    `store` is the desk's own: it is read and written on the desk's thread alone. `gate` tells a person's role where
    the people file alone does not say it (admins of bot.toml).
    """

    store: KnowledgeStore
    people: People
    token: str
    clock: Callable[[], datetime]
    gate: Callable[[str], Role | None] | None = None
    subscribers: Callable[[], Mapping[str, int]] = dict
    url: str = ""  # where browsers find the desk

    def role(self, person: str) -> Role | None:
        """What a person may do at this very moment."""
        if self.gate is not None:
            return self.gate(person)
        admission = self.people.access.find(CHANNEL, person)
        return admission.role if admission and admission.state is State.ADMITTED else None

    def name(self, person: str) -> str:
        """What a person is called, their number if nothing else is known."""
        admission = self.people.access.find(CHANNEL, person)
        known = admission.name if admission else self.people.talks.settings(CHANNEL, person).get(NAME)
        return known or person


class Who(NamedTuple):
    """Who is signed in, with the role of this very moment."""

    person: str
    name: str
    role: Role

    @property
    def actor(self) -> str:
        """As the audit log names a person."""
        return f"{CHANNEL}:{self.person}"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def traditional(text: object) -> str:
    """Shown text in Traditional characters; what is typed into fields is never converted."""
    return str(_converter().convert(str(text)))


def desk_of(request: Request) -> Desk:
    """The desk that a request is for."""
    desk: Desk = request.app.state.desk
    return desk


def signed_in(request: Request) -> Who | None:
    """Who asks, if they still may: role and sign-out are looked up anew on every request."""
    person, desk = str(request.session.get("person") or ""), desk_of(request)
    role = desk.role(person) if person else None
    ended = float(desk.people.talks.settings(CHANNEL, person).get(ENDED) or 0) if role else 0.0
    if role is None or float(request.session.get("since") or 0) <= ended:
        return None
    return Who(person, desk.name(person), role)


def need(request: Request, role: Role) -> Who:
    """Who asks. Raises AccessDenied for a stranger (then the session is emptied) or too low a role."""
    who = signed_in(request)
    if who is None:
        request.session.pop("person", None)
        raise AccessDenied("请先登录。")
    if who.role.rank < role.rank:
        raise AccessDenied("您没有这项权限，请联系管理员。")
    return who


async def form_of(request: Request) -> Mapping[str, str]:
    """A posted form's text fields. Raises AccessDenied when its token is not the session's."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    if not same(form.get("csrf", ""), str(request.session.get("csrf") or new_csrf())):
        raise AccessDenied("页面已过期，请返回刷新后再试。")
    return form


def page(request: Request, template: str, title: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A rendered page."""
    session = request.session
    token = session.setdefault("csrf", new_csrf())
    who = signed_in(request)
    change: Callable[[object], str] = traditional if session.get("traditional") else str
    text = _templates().get_template(f"desk/{template}.html.j2").render(
        title=title,
        t=change,
        traditional=bool(session.get("traditional")),
        csrf=lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(token),
        who=who,
        pages=[(address, label) for address, label, role in PAGES if who and who.role.rank >= role.rank],
        here=request.url.path,
        path=request.url.path,
        note=session.pop("note", None),
        when=shown_time,
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


def back_to(request: Request, address: str, text: str = "", kind: str = "good") -> Response:
    """A redirect after a posted form, with a line to show there; only to pages of this desk."""
    if text:
        request.session["note"] = {"text": text, "kind": kind}
    return RedirectResponse(own_address(address), status_code=303)


def own_address(address: str) -> str:
    """An address if it is one of this desk's, else that of its first page.

    >>> own_address("/drafts/3?show=left#f1"), own_address("//elsewhere"), own_address("https://elsewhere/")
    ('/drafts/3?show=left#f1', '/', '/')
    """
    parts = urlsplit(address)
    odd = any(char <= " " or char in '\\\x7f"<>' for char in address)
    own = address.startswith("/") and not address.startswith("//") and not parts.netloc and not odd
    return address if own else "/"


class Guard:
    """ASGI middleware: refuses large bodies before they are read, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        length = dict(scope["headers"]).get(b"content-length", b"0")
        too_much = not length.isdigit() or int(length) > MAX_BODY
        chunked = b"transfer-encoding" in dict(scope["headers"])
        if too_much or chunked:
            await PlainTextResponse("提交的内容太大。", status_code=413)(scope, receive, sealed)
            return
        await self.app(scope, receive, sealed)
