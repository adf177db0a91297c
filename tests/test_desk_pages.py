"""The desk over HTTP, with a real store and people file: who gets in, what each page shows, what each form does."""

from __future__ import annotations

import base64
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from desk_room import Browser, Page, Room, open_room
from openpyxl import load_workbook
from shared import ROOT
from summaries import summary
from test_desk_signin import init_data, widget

from handlers.desk.app import ROUTES
from handlers.desk.counts import subscriber_counts
from handlers.desk.views import repair_names
from handlers.desk.words import action_names
from knowledge.mailing import ChatKind, Focus, Subscription
from knowledge.model import Extraction
from knowledge.repair import RULES
from knowledge.store import Edit
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import Grant, Key, Role

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
        "expected": page.expected, "number": str(figure), "indicator": "产值", "activity": "竹木行业",
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


def test_signing_out_ends_copies_of_the_cookie_too(room: Room, editor: Browser) -> None:
    thief = room.browser()
    thief.client.cookies = dict(editor.client.cookies)
    assert thief.get("/").status == 200
    editor.get("/")
    room.clock.move(minutes=1)
    editor.post("/signout")
    assert thief.get("/").to == "/signin"
    room.clock.move(minutes=1)
    assert room.signed_in("7").get("/").status == 200


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


# -- headers and addresses ---------------------------------------------------------------------------------------------


def test_every_answer_has_the_headers(room: Room, editor: Browser) -> None:
    drafted(room)
    for path in ("/", "/drafts/1", "/nowhere", "/signin", "/audit", "/static/desk.js"):
        headers = editor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy, path
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    page = editor.get("/drafts/1").html
    assert not re.search(r"<script(?! src=)|style=|\son\w+=|javascript:", page)


def test_the_cookie_is_signed_and_closed_to_scripts(room: Room) -> None:
    browser = room.browser()
    browser.get("/signin")
    answer = browser.client.post("/signin/link", data={"csrf": browser.token, "secret": room.link("7")})
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "secure", "max-age=28800")), cookie
    value = browser.client.cookies["jianbao_desk"]
    payload, _, seal = value.partition(".")
    forged = base64.b64encode(base64.b64decode(payload).replace(b'"7"', b'"1"')).decode()
    other = room.browser()
    other.client.cookies.set("jianbao_desk", f"{forged}.{seal}")
    assert other.get("/").to == "/signin"


def test_a_session_ends_after_a_working_day(room: Room, editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + 8 * 3600 + 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert editor.get("/").to == "/signin"


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil", "javascript:alert(1)", "/a b"]
)
def test_signing_in_leads_nowhere_else(room: Room, onward: str) -> None:
    browser = room.browser()
    browser.get("/signin")
    assert browser.post("/signin/link", secret=room.link("7"), next=onward).to == "/"


def test_signing_in_leads_on_to_the_page_that_was_meant(room: Room) -> None:
    drafted(room)
    browser, secret = room.browser(), room.link("7")
    assert browser.get("/drafts/1").to == "/signin?next=%2Fdrafts%2F1"
    page = browser.get(f"/signin/link/{secret}?next=/drafts/1")
    assert page.input("next") == "/drafts/1"
    assert browser.post("/signin/link", secret=secret, next="/drafts/1").to == "/drafts/1"


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fweb.py", "/drafts/../../etc/passwd", "/drafts/x"],
)
def test_paths_lead_to_no_file(editor: Browser, path: str) -> None:
    page = editor.get(path)
    assert page.status in (303, 404) and "import" not in page.html


@pytest.mark.parametrize("size", [65 * 1024, 50 * 1024 * 1024])
def test_large_posts_are_refused_before_they_are_read(room: Room, editor: Browser, size: int) -> None:
    editor.get("/")
    for path in ("/language", "/signin", "/drafts/1/correct"):
        answer = editor.client.post(path, content=b"x" * size, headers={"content-type": "application/octet-stream"})
        assert (answer.status_code, "太大" in answer.text) == (413, True)
    files = {"file": ("../../x.docx", b"x" * size)}
    assert editor.client.post("/drafts/1/correct", files=files).status_code == 413
    chunks = (b"x" * 1024 for _ in range(100))
    assert editor.client.post("/language", content=chunks).status_code == 413


# -- the review page ---------------------------------------------------------------------------------------------------


def test_a_draft_shows_its_text_its_figures_and_what_changed(room: Room, editor: Browser) -> None:
    published(room)
    drafted(room, summary(bamboo="49.20"))
    page = editor.get("/drafts/1")
    for words in (
        "草稿 · 云溪县工业发展局 · 2022年上半年 · 指标 5 · 工作事项 1 · 困难 1 · 未读出 1",
        "修复 去掉看不见的字符 1 处",
        "改变 1，新增 0，消失 0",
        "竹木行业·产值 数值 （2022年上半年） 12.30亿元 49.20亿元".replace("数值 （", "数值（"),
        "⚠ 与上次的12.30亿元相差很大",
        "水晶行业·产值 数值 xx.xx亿元（原文遮盖）",
        "小微园建设 滞后 · 10月",
        "两成 没有认出指标",
    ):
        assert words in page.text, (words, page.text)
    marks = re.findall(r'<mark tabindex="0" role="button"( class="\w+")? data-cards="([\w ]+)"', page.html)
    assert {card for _, cards in marks for card in cards.split()} == {"f0", "f1", "f2", "f3", "f4", "l0"}
    assert (' class="doubt"', "f0") in marks
    cards = set(re.findall(r'data-card="(\w+)"', page.html))
    assert cards == {"f0", "f1", "f2", "f3", "f4", "l0", "w0", "d0"}


@pytest.mark.parametrize(
    ("show", "cards"),
    [
        ("doubtful", {"f0", "l0"}),
        ("left", {"l0"}),
        ("corrected", set()),
        ("nonsense", {"f0", "f1", "f2", "f3", "f4", "l0", "w0", "d0"}),
    ],
)  # fmt: skip
def test_filters(room: Room, editor: Browser, show: str, cards: set[str]) -> None:
    published(room)
    drafted(room, summary(bamboo="49.20"))
    page = editor.get(f"/drafts/1?show={show}")
    assert set(re.findall(r'data-card="(\w+)"', page.html)) == cards
    assert "存疑 2" in page.text


def test_a_draft_is_corrected_with_who_when_and_why(room: Room, editor: Browser) -> None:
    drafted(room)
    done = editor.post("/drafts/1/correct", **change(editor.get("/drafts/1"), 0, value="12.80", show="doubtful"))
    assert done.to == "/drafts/1?show=doubtful#f0"
    page = editor.get("/drafts/1")
    assert "已保存“竹木行业·产值 数值 12.80亿元（2022年上半年）”" in page.text
    assert re.search(r"✎ 陈编辑 \d{4}-\d\d-\d\d \d\d:\d\d 改：与统计局核对", page.text)
    assert "改动记录 1" in page.text and "改过 1" in page.text
    (made,) = room.store.draft(1).edits
    assert (made.hand.who, made.why) == ("陈编辑", "与统计局核对")
    entry = room.people.audit.entries(limit=1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("telegram:7", "knowledge.correct", "draft:1")
    assert entry.detail["before"] == "竹木行业·产值 数值 12.30亿元（2022年上半年）"


def test_a_draft_is_published_as_it_was_corrected(room: Room, editor: Browser) -> None:
    drafted(room)
    editor.post("/drafts/1/correct", **change(editor.get("/drafts/1"), 0, value="12.80"))
    page = editor.get("/drafts/1")
    assert editor.post("/drafts/1/publish", seen=page.input("seen")).to == "/"
    assert "已发布为第 1 版" in editor.get("/").text
    fact = room.store.shelf().document_facts(1)[0]
    assert (fact.obs.value_text, fact.corrected_by) == ("12.80", "陈编辑")
    assert re.search("✎ 陈编辑 .{16} 改：与统计局核对", editor.get("/documents/1").text)
    assert actions(room)[:2] == ["knowledge.publish", "knowledge.correct"]


def test_a_published_figure_is_corrected_as_a_new_revision(room: Room, editor: Browser) -> None:
    doc_id = published(room)
    page = editor.get(f"/documents/{doc_id}")
    editor.post(f"/documents/{doc_id}/correct", **change(page, 1, measure="growth", value="-8.6", unit="%"))
    assert values(room, doc_id)[:2] == ["12.30亿元", "8.6%"]
    assert room.store.shelf().document_facts(doc_id)[1].obs.value == Decimal("-8.6")
    (made,) = room.store.corrections()
    assert (made.revision, made.who, made.why) == (2, "陈编辑", "与统计局核对")


EDITS = [
    ({"kind": "figure", "number": "1", "act": "strike"}, "已删去“竹木行业·产值 增速 8.1%（2022年上半年）”"),
    (
        {"kind": "item", "number": "0", "act": "correct", "title": "小微园建设", "status": "done"},
        "已保存“小微园建设 已完成”",
    ),
    ({"kind": "item", "number": "0", "act": "strike"}, "已删去“小微园建设 滞后 10月”"),
    ({"kind": "difficulty", "number": "0", "act": "correct", "title": "订单减少"}, "已保存“订单减少”"),
    (
        {"kind": "figure", "act": "add", "indicator": "手持订单", "measure": "growth", "value": "-20", "unit": "%",
         "quote": "出口企业手持订单同比减少两成。", "time_period": "2022-01/2022-06"},
        "已保存“手持订单 增速 −20%（2022年上半年）”",
    ),
    (
        {"kind": "item", "act": "add", "title": "园区竣工", "status": "planned", "quote": "预计10月竣工"},
        "已保存“园区竣工 计划中”",
    ),
    ({"kind": "difficulty", "act": "add", "title": "出口下滑", "quote": "出口企业手持订单"}, "已保存“出口下滑”"),
]  # fmt: skip


@pytest.mark.parametrize("place", ["draft", "document"])
@pytest.mark.parametrize(("fields", "said"), EDITS)
def test_names_values_states_are_corrected_added_and_struck(
    room: Room, editor: Browser, place: str, fields: dict[str, str], said: str
) -> None:
    path = f"/drafts/{drafted(room)}" if place == "draft" else f"/documents/{published(room)}"
    editor.post(f"{path}/correct", expected=editor.get(path).expected, why="核对", **fields)
    page = editor.get(path)
    assert said in page.text and "改动记录 1" in page.text


def test_a_leftover_that_was_made_a_figure_is_no_leftover(room: Room, editor: Browser) -> None:
    drafted(room)
    fields = {**EDITS[4][0], "value": "两成", "unit": "成"}
    refused = editor.post("/drafts/1/correct", expected=editor.get("/drafts/1").expected, why="核对", **fields)
    assert (refused.status, "数值请只填数字" in refused.text) == (422, True)
    room.store.edit_draft(
        1,
        Edit(
            None, replace(room.store.draft(1).extraction.observations[1], span=summary().leftovers[0].span, paragraph=6)
        ),
        who="陈编辑",
        why="核对",
    )
    assert "未读出 0" in editor.get("/drafts/1").text


FAULTS = [
    ({"why": " "}, "请写明修改的理由"),
    ({"value": "十二"}, "数值请只填数字"),
    ({"value": "1e99"}, "数值请只填数字"),
    ({"value": "nan"}, "数值请只填数字"),
    ({"indicator": " "}, "请填写指标名称"),
    ({"time_period": "去年"}, "期间请写成 2021-01/2021-06"),
    ({"time_period": "2021-13"}, "期间请写成"),
    ({"time_period": "2021-06/2021-01"}, "期间请写成"),
    ({"measure": "x"}, "请从列表里选择类别"),
    ({"number": "77"}, "没有找到要改的这一条"),
    ({"number": "-1"}, "没有找到要改的这一条"),
    ({"number": "²"}, "没有找到要改的这一条"),
    ({"act": "drop"}, "不知道要做什么"),
    ({"act": "add", "quote": "原文没有的话"}, "原文里没有找到您引的这句话"),
]


@pytest.mark.parametrize(("fields", "said"), FAULTS)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    room: Room, editor: Browser, fields: dict[str, str], said: str
) -> None:
    drafted(room)
    before = room.store.draft(1)
    refused = editor.post("/drafts/1/correct", **change(editor.get("/drafts/1"), 0, **fields))
    assert (refused.status, said in refused.text) == (422, True), refused.text
    assert 'href="/drafts/1"' in refused.html
    assert room.store.draft(1) == before


def test_two_editors_get_a_conflict_not_a_lost_change(room: Room, editor: Browser) -> None:
    drafted(room)
    other = room.signed_in("8")
    ours, theirs = editor.get("/drafts/1"), other.get("/drafts/1")
    editor.post("/drafts/1/correct", **change(ours, 0, value="12.80"))
    late = other.post("/drafts/1/correct", **change(theirs, 0, value="99"))
    assert (late.status, "您的修改没有保存" in late.text) == (409, True)
    assert other.post("/drafts/1/publish", seen=theirs.input("seen")).status == 409
    doc_id = published(room, summary("2021年工作总结", name="b.txt", period="2021"))
    stale = editor.post("/drafts/1/publish", seen=ours.input("seen"))
    assert stale.status == 409
    now = editor.get("/drafts/1")
    room.store.withdraw(doc_id, who="林编辑", why="")
    beside = editor.post("/drafts/1/publish", seen=now.input("seen"))
    assert (beside.status, "刚有人发布了第 2 版" in beside.text) == (409, True)
    assert editor.post("/drafts/1/publish", seen=editor.get("/drafts/1").input("seen")).to == "/"


def test_two_editors_of_a_document_get_a_conflict(room: Room, editor: Browser) -> None:
    doc_id = published(room)
    other = room.signed_in("8")
    ours, theirs = editor.get(f"/documents/{doc_id}"), other.get(f"/documents/{doc_id}")
    editor.post(f"/documents/{doc_id}/correct", **change(ours, 0, value="12.80"))
    late = other.post(f"/documents/{doc_id}/correct", **change(theirs, 0, value="99"))
    assert (late.status, "您的修改没有保存" in late.text) == (409, True)
    assert values(room, doc_id)[0] == "12.80亿元"


def test_discarding_drops_a_draft(room: Room, editor: Browser) -> None:
    drafted(room)
    editor.get("/")
    assert editor.post("/drafts/1/discard").to == "/"
    assert "草稿已丢弃" in editor.get("/").text
    assert room.store.drafts() == [] and actions(room)[0] == "knowledge.discard"
    assert editor.post("/drafts/1/publish", seen="").status == 422


def test_script_in_text_title_and_name_stays_text(room: Room, editor: Browser, admin: Browser) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    drafted(room, summary(evil, name=f"{evil}.txt", issuer=f"{evil}局"))
    editor.post("/drafts/1/correct", **change(editor.get("/drafts/1"), 0, indicator=evil, why=evil, unit=evil))
    pages = [editor.get("/"), editor.get("/drafts/1")]
    editor.post("/drafts/1/publish", seen=pages[1].input("seen"))
    pages += [editor.get(path) for path in ("/", "/documents/1", "/revisions", "/revisions/compare?a=0&b=1")]
    pages.append(admin.get("/audit"))
    for page in pages:
        assert "<script>alert" not in page.html and "<img" not in page.html and "alert(1)" in page.text


# -- the other pages ---------------------------------------------------------------------------------------------------


def test_revisions_are_compared_and_gone_back_to(room: Room, editor: Browser, admin: Browser) -> None:
    doc_id = published(room)
    editor.post(f"/documents/{doc_id}/correct", **change(editor.get(f"/documents/{doc_id}"), 0, value="12.80"))
    fields = {"kind": "item", "number": "0", "act": "correct", "title": "小微园建设", "status": "done"}
    editor.post(f"/documents/{doc_id}/correct", expected="2", why="已竣工", **fields)
    listed = editor.get("/revisions").text
    assert "3 当前" in listed and "更正 与统计局核对" in listed and "退回到这一版" not in listed
    compared = editor.get("/revisions/compare?a=1&b=3").text
    assert "竹木行业·产值 数值（2022年上半年） 12.30亿元 12.80亿元" in compared
    assert "工作：小微园建设 滞后 10月 已完成" in compared
    assert "其间的更正" in compared and "已竣工" in compared
    assert "两版内容相同" in editor.get("/revisions/compare?a=3&b=3").text
    for bad in ("a=x&b=1", "a=1&b=99", "a=1", ""):
        assert editor.get(f"/revisions/compare?{bad}").status == 422
    assert "退回到这一版" in admin.get("/revisions").text
    assert admin.post("/revisions/rollback", number="1", expected="2").status == 409
    assert admin.post("/revisions/rollback", number="1", expected="3").to == "/revisions"
    assert values(room, doc_id)[0] == "12.30亿元"
    assert "已退回到第 1 版的内容，记为第 4 版" in admin.get("/revisions").text


def test_an_old_revision_is_exported(room: Room, admin: Browser) -> None:
    doc_id = published(room)
    room.store.withdraw(doc_id, who="林编辑", why="")
    answer = admin.get("/revisions/1/figures.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="revision-1.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.response.content))["指标"]  # type: ignore[attr-defined]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)][:1] == ["产值"]
    assert actions(room)[0] == "knowledge.export"
    assert admin.get("/revisions/9/figures.xlsx").status == 422


def test_the_audit_log_is_in_words_and_shows_its_seals(room: Room, admin: Browser) -> None:
    page = admin.get("/audit").text
    assert "日志完整，封印核对无误" in page and "周管理（1） 登录审校台" in page and "准入或改权限" in page
    for number in range(200):
        room.people.audit.record("telegram:7", "knowledge.discard", "draft:1", room.clock(), file=f"第{number}份")
    assert "更早的" in admin.get("/audit").text
    assert "准入或改权限" in admin.get("/audit?before=20").text
    assert admin.get("/audit?before=x").status == 422
    with room.people.file.write() as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'telegram:9' WHERE id = 3")
    assert "第 3 条起封印对不上" in admin.get("/audit").text


def test_unanswered_questions_and_subscribers(room: Room, editor: Browser) -> None:
    room.people.review.keep(Key("telegram", "5", "5"), "明天下雨吗", "not_found", room.clock())
    page = editor.get("/unanswered").text
    assert "明天下雨吗" in page and "总结中没有找到" in page and "吴查阅" not in page
    assert "周报 3" in editor.get("/subscribers").text


def test_subscribers_are_counted_without_names(room: Room) -> None:
    subscriptions = Deliveries(room.people.file).subscriptions
    for chat, kind, topics in (
        (5, ChatKind.PRIVATE, ("工业",)),
        (-9, ChatKind.GROUP, ("工业", "投资")),
        (6, ChatKind.PRIVATE, ()),
    ):
        subscriptions.subscribe(Subscription(0, chat, 5, kind, Focus(topics=topics)), None, room.clock())
    assert dict(subscriber_counts(room.people.file)) == {
        "订阅": 3, "其中暂停的": 0, "盯着的指标": 0, "聊天：私聊": 2, "聊天：群": 1,
        "内容：工业": 2, "内容：投资": 1, "内容：全部": 1,
    }  # fmt: skip


def test_a_fault_of_ours_is_logged_and_told_without_its_cause(
    room: Room, editor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    drafted(room)
    with room.store.writing() as connection:
        connection.execute("UPDATE drafts SET body = x'00'")
    page = editor.get("/drafts/1")
    assert (page.status, "已记入日志" in page.text, "zlib" in page.html) == (500, True, False)
    assert "zlib.error" in caplog.text and "content-security-policy" in page.headers


def test_every_word_of_the_audit_log_has_a_name() -> None:
    used = set()
    for folder in ("bot", "handlers", "knowledge"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in re.findall(r"audit\.record\(.{0,80}", path.read_text("utf-8"), re.DOTALL):
                used |= set(re.findall(r'"([a-z]+\.[a-z_]+)"', call))
    assert used and used <= set(action_names())


def test_every_repair_has_a_name() -> None:
    assert {rule.__name__ for rule in RULES} == set(repair_names())
