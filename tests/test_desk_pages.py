"""The desk over HTTP, with a real store and people file: who gets in, what each page shows, what each form does."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_room import Browser, Page, Room, open_room
from summaries import summary
from test_desk_signin import init_data, widget

from handlers.desk.app import ROUTES
from knowledge.model import Extraction
from knowledge.store.people import Grant, Role

LAST_YEAR = "2021-01/2021-06"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with open_room(tmp_path) as room:
        yield room


@pytest.fixture
def editor(room: Room) -> Browser:
    return room.signed_in("7")


@pytest.fixture
def admin(room: Room) -> Browser:
    return room.signed_in("1")


def published(room: Room, extraction: Extraction | None = None) -> int:
    """Publish a summary; gives its document's number."""
    room.store.publish([extraction or summary()], who="test", why="第一份")
    return room.store.shelf().documents()[-1].doc_id


def drafted(room: Room, extraction: Extraction | None = None) -> int:
    return room.store.save_draft(extraction or summary(), "telegram:7")


def change(page: Page, figure: int, **fields: str) -> dict[str, str]:
    """A filled correction form of the bamboo industry's output, with some fields typed over."""
    filled = {
        "expected": page.expected, "figure": str(figure), "indicator": "产值", "activity": "竹木行业",
        "measure": "level", "value": "12.30", "unit": "亿元",
        "time_period": "2022-01/2022-06", "why": "与统计局核对", "act": "correct",
    }  # fmt: skip
    return {**filled, **fields}


def values(room: Room, doc_id: int) -> list[str]:
    return [f"{f.obs.value_text}{f.obs.unit}" for f in room.store.shelf().document_facts(doc_id)]


def actions(room: Room) -> list[str]:
    return [entry.action for entry in room.people.audit.entries()]


# -- signing in --------------------------------------------------------------------------------------------------------


def test_a_link_signs_in_once(room: Room) -> None:
    secret, browser = room.link("7"), room.browser()
    assert browser.get(f"/signin/link/{secret}").status == 200
    assert browser.get(f"/signin/link/{secret}").status == 200  # a preview that fetches it does not use it up
    assert browser.post("/signin/link", secret=secret).to == "/"
    assert "陈编辑" in browser.get("/").text
    other = room.browser()
    other.get(f"/signin/link/{secret}")
    refused = other.post("/signin/link", secret=secret)
    assert (refused.status, "已用过或已过期" in refused.text) == (403, True)
    assert other.get("/").to == "/signin"


@pytest.mark.parametrize(("minutes", "to"), [(9.9, "/"), (10.1, "")])
def test_a_link_expires(room: Room, minutes: float, to: str) -> None:
    secret, browser = room.link("7"), room.browser()
    room.clock.move(minutes=minutes)
    browser.get(f"/signin/link/{secret}")
    assert browser.post("/signin/link", secret=secret).to == to


def test_a_newer_link_ends_the_older_one(room: Room) -> None:
    old, new, browser = room.link("7"), room.link("7"), room.browser()
    browser.get("/signin")
    assert browser.post("/signin/link", secret=old).status == 403
    assert browser.post("/signin/link", secret=new).to == "/"


@pytest.mark.parametrize("person", ["5", "99"])
def test_links_of_viewers_and_strangers_open_nothing(room: Room, person: str) -> None:
    secret, browser = room.link(person), room.browser()
    browser.get("/signin")
    refused = browser.post("/signin/link", secret=secret)
    assert (refused.status, "只对编辑和管理员开放" in refused.text) == (403, True)
    assert browser.get("/").to == "/signin"


def test_the_mini_app_signs_in_and_a_forged_one_does_not(room: Room) -> None:
    browser = room.browser()
    browser.get("/signin")
    forged = browser.post("/signin", kind="miniapp", data=init_data(when=room.clock(), token="42:OTHER"))
    assert (forged.status, browser.get("/").to) == (403, "/signin")
    assert browser.post("/signin", kind="miniapp", data=init_data(when=room.clock())).to == "/"
    assert browser.get("/").status == 200


def test_the_login_widget_signs_in_and_a_stale_or_mangled_one_does_not(room: Room) -> None:
    browser = room.browser()
    browser.get("/signin")
    good = base64.urlsafe_b64encode(json.dumps(widget(room.clock())).encode()).decode().rstrip("=")
    for bad in ("", "%%%", "W10", good[:-8], base64.urlsafe_b64encode(b'"text"').decode()):
        assert browser.post("/signin", kind="widget", data=bad).status == 403
    assert browser.post("/signin", kind="widget", data=good).to == "/"
    room.clock.move(hours=1)
    assert browser.post("/signin", kind="widget", data=good).status == 403


def test_signing_out_and_losing_the_role_end_the_session(room: Room, editor: Browser) -> None:
    assert editor.get("/").status == 200
    room.people.access.admit("telegram", "7", "陈编辑", Grant(Role.VIEWER), "test", room.clock())
    assert editor.get("/").status == 403
    room.people.access.admit("telegram", "7", "陈编辑", Grant(Role.EDITOR), "test", room.clock())
    editor.get("/")
    assert editor.post("/signout").to == "/signin"
    assert editor.get("/").to == "/signin"
    room.people.access.shut_out("telegram", "8", "test", room.clock())


def test_a_removed_editor_is_out_at_once(room: Room, editor: Browser) -> None:
    room.people.access.shut_out("telegram", "7", "test", room.clock())
    assert editor.get("/").to == "/signin"


def test_a_session_is_not_another_desks(room: Room, editor: Browser, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with open_room(tmp_path / "other") as other:
        browser = other.browser()
        browser.client.cookies = editor.client.cookies
        assert browser.get("/").to == "/signin"


# -- who may do what ---------------------------------------------------------------------------------------------------

OPEN = {"/signin", "/signin/link/{secret}", "/signin/link", "/signout", "/language"}
GETS = [r.path for r in ROUTES if "POST" not in r.methods and r.path not in OPEN]
POSTS = [r.path for r in ROUTES if "POST" in r.methods and r.path not in OPEN]
ADMINS = {"/audit", "/revisions/rollback", "/revisions/{number:int}/figures.xlsx"}


def filled(path: str) -> str:
    path = path.replace("{number:int}", "1")
    return path.replace("{draft_id:int}", "1").replace("{doc_id:int}", "1").replace("compare", "compare?a=0&b=1")


def test_the_table_of_routes_is_whole() -> None:
    assert len(GETS) >= 8 and len(POSTS) >= 5


@pytest.mark.parametrize("who", ["nobody", "viewer", "demoted"])
def test_every_route_refuses_who_may_not(room: Room, who: str) -> None:
    published(room)
    drafted(room)
    browser = room.browser() if who != "demoted" else room.signed_in("8")
    if who == "demoted":
        room.people.access.admit("telegram", "8", "林", Grant(Role.VIEWER), "test", room.clock())
    if who == "viewer":
        browser.get("/signin")
        browser.post("/signin/link", secret=room.link("5"))
    before = (room.store.latest(), len(room.store.drafts()))
    browser.get("/signin")
    for path in GETS:
        page = browser.get(filled(path))
        assert (page.status, page.to.partition("?")[0]) in [(303, "/signin"), (403, "")], path
        assert "竹木" not in page.html
    for path in POSTS:
        page = browser.post(filled(path), expected="1", number="1", figure="0", why="x", act="strike")
        assert page.status == 403, path
    assert (room.store.latest(), len(room.store.drafts())) == before


def test_editors_do_not_do_what_admins_do(room: Room, editor: Browser, admin: Browser) -> None:
    published(room)
    assert len(ADMINS & set(GETS)) == 2
    for path in sorted(ADMINS & set(GETS)):
        assert (editor.get(filled(path)).status, admin.get(filled(path)).status) == (403, 200)
    editor.get("/")
    assert editor.post("/revisions/rollback", number="1", expected="1").status == 403
    assert "审计" not in editor.get("/").text
    assert "审计" in admin.get("/").text


@pytest.mark.parametrize("token", ["", "forged", "令牌", None])
def test_every_form_needs_its_token(room: Room, admin: Browser, token: str | None) -> None:
    published(room)
    drafted(room)
    before = (room.store.latest(), len(room.store.drafts()))
    admin.get("/")
    fields = {} if token is None else {"csrf": token}
    for route in (r for r in ROUTES if "POST" in r.methods):
        answer = admin.client.post(filled(route.path), data={**fields, "expected": "1", "number": "0", "act": "strike"})
        assert (answer.status_code, "页面已过期" in answer.text) == (403, True), route.path
    assert (room.store.latest(), len(room.store.drafts())) == before
    assert admin.get("/").status == 200


def test_a_token_of_another_session_is_refused(room: Room, editor: Browser) -> None:
    editor.get("/")
    stranger = room.browser()
    stranger.get("/signin")
    editor.token = stranger.token
    assert editor.post("/language").status == 403
