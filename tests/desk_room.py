"""A desk over a real store and people file, and a browser's share of HTTP: what the desk's tests have in common."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from starlette.applications import Starlette

from handlers.desk.app import build_desk
from handlers.desk.signin import new_link
from handlers.desk.web import Desk
from knowledge.store import KnowledgeStore
from knowledge.store.people import Grant, People, Role, people_path
from knowledge.store.people.desk import DeskKeys

with warnings.catch_warnings():  # it works with httpx as with its successor
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

TOKEN = "42:TEST"
HOST = "https://desk.example"
PERSONS = {
    "7": ("陈编辑", Role.EDITOR),
    "8": ("林编辑", Role.EDITOR),
    "1": ("周管理", Role.ADMIN),
    "5": ("吴查阅", Role.VIEWER),
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 6, 8, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Room:
    """A desk with its files and its people."""

    store: KnowledgeStore
    people: People
    clock: Clock = field(default_factory=Clock)
    subscribers: dict[str, int] = field(default_factory=lambda: {"周报": 3})

    def app(self, *, secure: bool = True) -> Starlette:
        desk = Desk(self.store, self.people, TOKEN, self.clock, subscribers=lambda: self.subscribers)
        return build_desk(desk, secure=secure)

    def browser(self) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(TestClient(self.app(), base_url=HOST, raise_server_exceptions=False, follow_redirects=False))

    def link(self, person: str) -> str:
        """A one-time secret for a person, as the chat would send it."""
        secret, kept = new_link()
        DeskKeys(self.people.file).offer(kept, person, self.clock())
        return secret

    def signed_in(self, person: str) -> Browser:
        """A browser in which a person is signed in."""
        browser = self.browser()
        browser.get(f"/signin/link/{(secret := self.link(person))}")
        browser.post("/signin/link", secret=secret)
        return browser


@dataclass
class Browser:
    """HTTP with a cookie jar and the token of the last page that was got."""

    client: TestClient
    token: str = ""

    def get(self, address: str) -> Page:
        page = Page(self.client.get(address))
        self.token = page.token or self.token
        return page

    def post(self, address: str, **fields: str) -> Page:
        return Page(self.client.post(address, data={"csrf": self.token, **fields}))


class Page:
    """An answer, with what a person would see of it."""

    def __init__(self, response: object) -> None:
        self.response = response
        self.status = response.status_code  # type: ignore[attr-defined]
        self.html = response.text  # type: ignore[attr-defined]
        self.headers = response.headers  # type: ignore[attr-defined]

    @property
    def to(self) -> str:
        """Where a redirect leads."""
        return str(self.headers.get("location", ""))

    @property
    def token(self) -> str:
        return self.input("csrf")

    @property
    def expected(self) -> str:
        """The state that the page's forms build upon."""
        return self.input("expected")

    def input(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    @property
    def text(self) -> str:
        """The page's text without its tags."""
        body = re.sub(r"<(script|style|head)\b.*?</\1>", "", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


@contextmanager
def open_room(folder: Path) -> Iterator[Room]:
    """A desk in an empty folder; its people are PERSONS."""
    path = folder / "县.db"
    with KnowledgeStore.open(path) as store, People(people_path(path)) as people:
        room = Room(store, people)
        for person, (name, role) in PERSONS.items():
            people.access.admit("telegram", person, name, Grant(role), "test", room.clock())
        yield room
