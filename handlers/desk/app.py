"""The desk as an ASGI application: routes, sessions, headers, and errors as pages."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.desk import pages, review
from handlers.desk.web import Desk, Guard, page, signed_in
from knowledge.errors import AccessDenied, JianbaoError, RevisionConflict
from knowledge.store.people.desk import DeskKeys

SESSION_S = 8 * 3600  # a working day
STATIC = pages.__file__.rsplit("/", 1)[0] + "/static"
log = logging.getLogger(__name__)

ROUTES = [
    Route("/", pages.home),
    Route("/signin", pages.sign_in_page),
    Route("/signin", pages.sign_in, methods=["POST"]),
    Route("/signin/link/{secret}", pages.link_page),
    Route("/signin/link", pages.sign_in_by_link, methods=["POST"]),
    Route("/signout", pages.sign_out, methods=["POST"]),
    Route("/language", pages.language, methods=["POST"]),
    Route("/drafts/{draft_id:int}", review.draft_page),
    Route("/drafts/{draft_id:int}/correct", review.correct_draft, methods=["POST"]),
    Route("/drafts/{draft_id:int}/publish", review.publish, methods=["POST"]),
    Route("/drafts/{draft_id:int}/discard", review.discard, methods=["POST"]),
    Route("/documents/{doc_id:int}", review.document_page),
    Route("/documents/{doc_id:int}/correct", review.correct_document, methods=["POST"]),
    Route("/revisions", pages.revisions),
    Route("/revisions/compare", pages.compare),
    Route("/revisions/{number:int}/figures.xlsx", pages.figures),
    Route("/revisions/rollback", pages.rollback, methods=["POST"]),
    Route("/unanswered", pages.unanswered),
    Route("/subscribers", pages.subscribers),
    Route("/audit", pages.audit),
]


def build_desk(desk: Desk, *, secure: bool) -> Starlette:
    """The application. `secure` sends the session's cookie over HTTPS only."""
    sessions = Middleware(
        SessionMiddleware,
        secret_key=DeskKeys(desk.people.file).key(),
        session_cookie="jianbao_desk",
        max_age=SESSION_S,
        same_site="lax",
        https_only=secure,
    )
    static = Mount("/static", StaticFiles(directory=STATIC))
    app = Starlette(
        routes=[*ROUTES, static],
        middleware=[Middleware(Guard), sessions, Middleware(Net)],
        exception_handlers={JianbaoError: _told, HTTPException: _http},
    )
    app.state.desk = desk
    return app


class Net:
    """ASGI middleware: a fault of ours is logged with its cause and told without it, under the same headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            request = Request(scope)
            log.error("desk: %s %s", request.method, _logged(request), exc_info=error)
            told = "审校台出了故障，已记入日志；请稍后再试。"
            await page(request, "error", "出错了", status=500, message=told, back="/")(scope, receive, send)


async def _told(request: Request, error: Exception) -> Response:
    """A purposeful error: its sentence, with the status that fits."""
    if isinstance(error, AccessDenied) and signed_in(request) is None and request.method == "GET":
        onward = "" if request.url.path == "/" else f"?{urlencode({'next': request.url.path})}"
        return RedirectResponse(f"/signin{onward}", status_code=303)
    status = 403 if isinstance(error, AccessDenied) else 409 if isinstance(error, RevisionConflict) else 422
    log.info("desk: %s %s: %s", request.method, _logged(request), type(error).__name__)
    return page(request, "error", "没有成功", status=status, message=str(error), back=_before(request.url.path))


async def _http(request: Request, error: Exception) -> Response:
    """A page that is not there, or a method it does not take."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return page(request, "error", "没有这个页面", status=status, message="地址不对，或这一页已不在了。", back="/")


def _logged(request: Request) -> str:
    """An address as the log gets it: without the secret of a one-time link."""
    return "/".join(request.url.path.split("/")[:3])


def _before(path: str) -> str:
    """The page that a form stood on."""
    parts = path.split("/")
    return "/".join(parts[:3]) if parts[1] in ("drafts", "documents") and len(parts) > 3 else "/"
