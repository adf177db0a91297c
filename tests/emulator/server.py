"""The HTTP side: /bot<token>/<method>, files, long polling, webhooks, and trouble on request."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web

from tests.emulator.calls import ApiError, Call
from tests.emulator.limits import Limits
from tests.emulator.methods import METHODS, SENDS
from tests.emulator.world import Chat, Json, World

TOKEN = "7000001:AAEmulatedTokenForTestsOnly_abcdefghij"


@dataclass
class _Trouble:
    """What is to go wrong with the next calls of a method."""

    method: str
    times: int
    chat: int | None = None
    error: ApiError | None = None
    drop: bool = False
    after: bool = False  # do the work first, then drop the connection: delivered, but the bot cannot know
    delay: float = 0.0
    until: asyncio.Event | None = None


class BotApi(World):
    """The emulator; see the package's docstring."""

    def __init__(self, *, token: str = TOKEN, port: int = 0) -> None:
        super().__init__()
        self.token = token
        self.calls: list[Call] = []
        self.limited = False
        self.webhook: Json = {}
        self.pollers = 0
        self._port = port
        self._limits = Limits()
        self._troubles: list[_Trouble] = []
        self._poll: asyncio.Event | None = None
        self._pushes: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> BotApi:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._poll is not None:
            self._poll.set()
        for task in list(self._pushes):
            task.cancel()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """For `[telegram] base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """For `[telegram] base_file_url`."""
        return f"{self.url}/file/bot"

    # -- for tests -------------------------------------------------------------------------------

    def fail(
        self,
        method: str,
        *,
        times: int = 1,
        chat: Chat | None = None,
        status: int | None = None,
        description: str = "Internal Server Error",
        retry_after: int | None = None,
        drop: bool = False,
        after: bool = False,
        delay: float = 0.0,
        until: asyncio.Event | None = None,
    ) -> None:
        """Let the next calls go wrong: an error status, a dropped connection, a delay in seconds or until an event."""
        error = ApiError(status, description) if status else None
        if retry_after:
            error = ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
        self._troubles.append(_Trouble(method, times, chat.id if chat else None, error, drop, after, delay, until))

    async def wait(self, method: str, *, chat: Chat | None = None, within: float = 10.0, ok: bool = True) -> Call:
        """The first call of a method (for a chat) that no wait has given yet; refused ones only with ok=False."""

        def fits(call: Call) -> bool:
            return call.method == method and not call.taken and call.ok == ok and (chat is None or call.chat == chat.id)

        await self.until(lambda: any(map(fits, self.calls)), within, f"{method} for {chat and chat.name}")
        call = next(filter(fits, self.calls))
        call.taken = True
        return call

    async def until(self, condition: Callable[[], bool], within: float = 10.0, what: str = "condition") -> None:
        """Wait until something about the server is true."""
        try:
            async with asyncio.timeout(within), self.changed:
                await self.changed.wait_for(condition)
        except TimeoutError:
            seen = [
                (call.method, call.chat, call.text[:60], call.error and call.error.description)
                for call in self.calls[-12:]
            ]
            raise AssertionError(f"no {what} within {within} s; last calls: {seen}") from None

    async def quiet(self, within: float = 10.0) -> None:
        """Wait until the bot confirmed every update and asks for more."""
        await self.until(lambda: not self.waiting(None) and self.pollers > 0, within, "confirmed updates")

    def of(self, method: str, chat: Chat | None = None) -> list[Call]:
        """Every call of a method (for a chat) so far, accepted or not."""
        return [call for call in self.calls if call.method == method and (chat is None or call.chat == chat.id)]

    def refused(self) -> list[Call]:
        """Calls of the bot that were answered with 400: there should be none."""
        return [call for call in self.calls if call.error is not None and call.error.status == 400]

    # -- HTTP ------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params, files = await _parameters(request)
        call = Call(method, params, files, at=asyncio.get_running_loop().time())
        trouble = self._trouble(call)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            await self._suffer(trouble, request)
            call.result = await self._answer(call, request)
        except ApiError as error:
            call.error = error
        if method != "getUpdates" or call.error:
            await self._record(call)
        if trouble and trouble.after:
            _drop(request)
        if call.error:
            return web.json_response(call.error.body(), status=call.error.status)
        return web.json_response({"ok": True, "result": call.result})

    async def _answer(self, call: Call, request: web.Request) -> Any:
        if call.method == "getUpdates":
            return await self._get_updates(call, request)
        if call.method in ("setWebhook", "deleteWebhook", "getWebhookInfo"):
            return self._set_webhook(call)
        if call.method not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        if self.limited and call.method in SENDS and call.chat is not None:
            self._limits.check(call.chat, asyncio.get_running_loop().time())
        return METHODS[call.method](self, call)

    async def _record(self, call: Call) -> None:
        if call.ok and call.method in SENDS:
            self.sent(call)
            call.result = dict(call.message)
        async with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def _trouble(self, call: Call) -> _Trouble | None:
        for trouble in self._troubles:
            if trouble.method == call.method and trouble.chat in (None, call.chat):
                trouble.times -= 1
                if trouble.times <= 0:
                    self._troubles.remove(trouble)
                return trouble
        return None

    async def _suffer(self, trouble: _Trouble | None, request: web.Request) -> None:
        if trouble is None:
            return
        if trouble.until is not None:
            await trouble.until.wait()
        await asyncio.sleep(trouble.delay)
        if trouble.drop:
            _drop(request)
            raise ApiError(500, "dropped")
        if trouble.error:
            raise trouble.error

    async def _get_updates(self, call: Call, request: web.Request) -> list[Json]:
        if self.webhook.get("url"):
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first",
            )
        if self._poll is not None:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        offset = int(call.params.get("offset", 0))
        self.confirmed = max(self.confirmed, offset)
        self.pollers += 1
        async with self.changed:
            self.changed.notify_all()
        try:
            return await self._next_updates(call, mine, request)
        finally:
            self.pollers -= 1
            self._poll = None if self._poll is mine else self._poll

    async def _next_updates(self, call: Call, mine: asyncio.Event, request: web.Request) -> list[Json]:
        allowed = call.params.get("allowed_updates")
        deadline = asyncio.get_running_loop().time() + float(call.params.get("timeout", 0))

        def gone() -> bool:
            return mine.is_set() or request.transport is None or request.transport.is_closing()

        while not self.waiting(allowed) and not gone():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            async with self.changed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), min(left, 0.5))
        if mine.is_set():
            raise ApiError(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        return self.waiting(allowed)[: int(call.params.get("limit", 100))]

    def _set_webhook(self, call: Call) -> Any:
        if call.method == "getWebhookInfo":
            return {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": len(self.waiting(None)),
            }
        if call.params.get("drop_pending_updates"):
            self.confirmed = self.next_update
        self.webhook = call.params if call.method == "setWebhook" else {}
        self.push = self._deliver if self.webhook.get("url") else None
        if self.push:
            for update in self.waiting(None):
                self._deliver(update)
        return True

    def _deliver(self, update: Json) -> None:
        task = asyncio.get_running_loop().create_task(self._post(update))
        self._pushes.add(task)
        task.add_done_callback(self._pushes.discard)

    async def _post(self, update: Json) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.webhook.get("secret_token", ""))}
        async with aiohttp.ClientSession() as session:
            for _ in range(50):
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.post(str(self.webhook["url"]), json=update, headers=headers) as answer:
                        if answer.status == 200:
                            break
                await asyncio.sleep(0.1)
        async with self.changed:
            self.confirmed = max(self.confirmed, update["update_id"] + 1)
            self.changed.notify_all()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["path"].removeprefix("documents/"))
        if request.match_info["token"] != self.token or content is None:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        trouble = self._trouble(Call("download", {}))
        with contextlib.suppress(ApiError):
            await self._suffer(trouble, request)
        return web.Response(body=content)


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _parameters(request: web.Request) -> tuple[Json, dict[str, tuple[str, bytes]]]:
    if request.content_type == "application/json":
        return dict(await request.json()), {}
    params: Json = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            params[name] = _decoded(name, str(value))
    return params, files


_JSON_FIELDS = {
    "reply_markup",
    "allowed_updates",
    "commands",
    "scope",
    "results",
    "reply_parameters",
    "link_preview_options",
    "button",
}


def _decoded(name: str, value: str) -> Any:
    if name in _JSON_FIELDS:
        return json.loads(value)
    return {"true": True, "false": False}.get(value, value) if name not in ("text", "caption") else value
