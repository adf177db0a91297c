"""The whole round in headless Chromium: upload in the chat, look, correct, publish, ask, roll back, ask again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.bots import Scene
from tests.desk_browser import DESKTOP, PHONE, chromium, desk_scene, new_page, sign_in
from tests.test_telegram_publishing import NEWER, NEXT_YEAR, sent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    """One browser for all tests; each page has a profile of its own."""
    async with chromium() as made:
        yield made


ODD = NEWER + "\n另有3.7万投用，水质优良率达百分百。\n"
PAGES = ("/", "{draft}", "{draft}?show=doubtful", "/documents/2", "/revisions", "/revisions/compare?a=0&b=1",
         "/unanswered", "/subscribers", "/audit", "/nowhere")  # fmt: skip


async def link_from(s: Scene, call: Any) -> str:
    """The one-time link in a message."""
    found = re.search(r"http://\S+", call.text)
    assert found, call.text
    return found[0]


async def drafted(s: Scene, text: str = NEWER) -> str:
    """Send a summary and look closer; the one-time link to its review page."""
    report = await sent(s, s.admin, "新总结.md", text)
    return await link_from(s, await s.press(s.admin, report, "细看"))


async def value_of(page: Any, name: str) -> str:
    """What a figure's card says."""
    card = page.locator(".row", has=page.get_by_role("heading", name=name, exact=True))
    return str(await card.locator(".value").inner_text())


async def test_the_whole_round(browser: Any, tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s, new_page(browser) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await sign_in(page, await drafted(s))
        assert await page.get_by_role("heading", level=1).inner_text() == "柏岭县经济和信息化局2023年上半年工作总结"
        assert await value_of(page, "医化行业·产值 数值") == "98.6亿元 2023年上半年"

        card = page.locator(".row", has=page.get_by_role("heading", name="医化行业·产值 数值", exact=True))
        await card.get_by_text("修改").click()
        await card.get_by_role("textbox", name="数值").fill("33.15")
        await card.get_by_label("理由", exact=True).fill("与统计局核对")
        await card.get_by_role("button", name="保存").click()
        assert "已保存" in await page.get_by_role("status").inner_text()
        assert await value_of(page, "医化行业·产值 数值") == "33.15亿元 2023年上半年"
        assert "管理员甲" in await card.locator(".was", has_text="✎").inner_text()
        assert "31.2亿元" in (await s.ask(s.admin, "医化行业产值是多少")).text  # not published yet

        await page.get_by_role("button", name="发布").click()
        assert "已发布为第 2 版" in await page.get_by_role("status").inner_text()
        answer = (await s.ask(s.admin, "医化行业产值是多少")).text
        assert "医化行业产值为33.15亿元" in answer
        assert re.search(r"管理员甲\d{4}-\d\d-\d\d更正，与原文不同之处以此为准", answer), answer

        await page.get_by_role("link", name="版本").click()
        await page.get_by_role("button", name="退回到这一版").click()
        assert "记为第 3 版" in await page.get_by_role("status").inner_text()
        again = (await s.ask(s.admin, "医化行业产值是多少")).text
        assert "医化行业产值为31.2亿元" in again and "更正" not in again
        assert "33.15亿元" in (await s.ask(s.admin, "第2版：医化行业产值是多少")).text


async def test_text_and_cards_lead_to_each_other(browser: Any, tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s, new_page(browser) as page:
        await sign_in(page, await drafted(s))
        mark, card = page.locator("mark", has_text="9.4"), page.locator(".row.on")
        await mark.hover()
        assert await card.get_by_role("heading").inner_text() == "医化行业·产值 增速"
        await (
            page.locator(".row", has_text="机械行业").first.or_(page.locator(".row", has_text="竹木行业").first).hover()
        )
        assert await page.locator("mark.on").inner_text() == "8.8"
        await page.locator("mark", has_text="4.1").click()
        assert await card.get_by_role("heading").inner_text() == "橡塑行业·产值 增速"
        assert await card.evaluate(
            "node => { const r = node.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
        )


async def test_a_tap_leads_to_the_card_below_the_text_on_a_phone(browser: Any, tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s, new_page(browser, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        await sign_in(page, await drafted(s))
        await page.locator("mark", has_text="4.1").tap()
        inside = """() => {
                const card = document.querySelector(".row.on").getBoundingClientRect();
                const text = document.querySelector(".text").getBoundingClientRect();
                return card.top >= text.bottom - 1 && card.top < innerHeight;
            }"""
        assert await page.evaluate(inside)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_keyboard_is_enough(browser: Any, tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s, new_page(browser) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await sign_in(page, await drafted(s, ODD))
        await page.keyboard.press("n")
        assert await page.locator(".row.on h3").inner_text() == "医化行业·产值 数值"
        await page.keyboard.press("e")
        await page.keyboard.type("33.2")
        for _ in range(3):  # unit, period, reason
            await page.keyboard.press("Tab")
        await page.keyboard.type("核对")
        await page.keyboard.press("Enter")
        await page.get_by_role("status").wait_for()
        assert await value_of(page, "医化行业·产值 数值") == "33.2亿元 2023年上半年"
        await page.wait_for_load_state()  # keys are heard once the page's script has run
        await page.keyboard.press("j")
        assert await page.locator(".row.on h3").inner_text() == "医化行业·产值 增速"
        await page.keyboard.press("k")
        await page.keyboard.press("d")
        await page.wait_for_url("**?show=doubtful")
        shown = await page.locator(".row.doubtful").count()
        assert shown >= 1
        await page.keyboard.press("n")
        await page.keyboard.press("x")
        await page.keyboard.type("不是指标")
        await page.keyboard.press("Enter")
        await page.get_by_role("status", name="").wait_for()
        await page.wait_for_url("**?show=doubtful#*")
        assert await page.locator(".row.doubtful").count() == shown - 1
        await page.keyboard.press("Shift+P")
        await page.wait_for_url("**/")
        assert "已发布为第 2 版" in await page.get_by_role("status").inner_text()


async def test_two_editors_at_one_draft_get_a_conflict(browser: Any, tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s, new_page(browser) as one:
        await sign_in(one, await drafted(s))
        address = one.url
        second = await one.context.new_page()
        await second.goto(address)
        for page, value in ((one, "33.1"), (second, "33.2")):
            card = page.locator(".row", has=page.get_by_role("heading", name="医化行业·产值 数值", exact=True))
            await card.get_by_text("修改").click()
            await card.get_by_role("textbox", name="数值").fill(value)
            await card.get_by_label("理由", exact=True).fill("核对")
            await card.get_by_role("button", name="保存").click()
            await page.wait_for_load_state()
        assert "刚被别人改过，您的修改没有保存" in await second.get_by_role("alert").inner_text()
        await second.get_by_role("link", name="返回").click()
        assert await value_of(second, "医化行业·产值 数值") == "33.1亿元 2023年上半年"


async def test_no_script_of_a_document_runs(browser: Any, tmp_path: Path) -> None:
    evil = NEWER.replace(
        "# 柏岭县", "# <img src=x onerror=document.title='x'><script>document.title='x'</script>柏岭县"
    )
    async with desk_scene(tmp_path) as s, new_page(browser) as page:
        await sign_in(page, await drafted(s, evil))
        assert "<script>" in await page.locator("h1").inner_text()
        assert "<script>alert(1)</script>" in await page.locator(".text").inner_text()
        assert (await page.locator("main script, main img").count(), "审校台" in await page.title()) == (0, True)
        await page.goto(page.url.partition("/drafts")[0] + "/")
        assert (await page.locator("main script, main img").count(), "待发布" in await page.title()) == (0, True)


SIGHTS = [
    pytest.param(PHONE, "light", id="phone-light"),
    pytest.param(DESKTOP, "dark", id="desktop-dark", marks=pytest.mark.nightly),
    pytest.param(PHONE, "dark", id="phone-dark", marks=pytest.mark.nightly),
    pytest.param(DESKTOP, "light", id="desktop-light", marks=pytest.mark.nightly),
]


@pytest.mark.parametrize(("size", "scheme"), SIGHTS)
async def test_pages_have_no_serious_accessibility_fault(browser: Any, tmp_path: Path, size: Any, scheme: str) -> None:
    async with desk_scene(tmp_path) as s:
        from axe_playwright_python.async_playwright import Axe

        link = await drafted(s, ODD)
        root, _, draft = link.partition("/signin/link/")
        draft = draft.partition("next=")[2]
        await s.ask(s.admin, "明天会下雨吗")
        context = await browser.new_context(viewport=size, color_scheme=scheme, locale="zh-CN")
        page, found = await context.new_page(), []
        for address in (root + "/signin", link):
            await page.goto(address)
            found += await serious(Axe(), page)
        await sign_in(page, link)
        for path in PAGES:
            await page.goto(root + path.format(draft=draft))
            for details in await page.locator("details").all():
                await details.evaluate("node => { node.open = true }")
            found += await serious(Axe(), page)
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, wide)
        await context.close()
        assert found == []


async def serious(axe: Any, page: Any) -> list[tuple[str, str, str]]:
    """What axe finds serious or critical on a page."""
    result = await axe.run(page)
    return [
        (page.url.rpartition("/")[2], fault["id"], fault["nodes"][0]["html"][:120])
        for fault in result.response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


async def test_everything_in_traditional_characters(browser: Any, tmp_path: Path) -> None:
    async with desk_scene(tmp_path) as s, new_page(browser) as page:
        await sign_in(page, await drafted(s))
        await page.get_by_role("button", name="繁體").click()
        assert await page.get_by_role("heading", level=1).inner_text() == "柏嶺縣經濟和信息化局2023年上半年工作總結"
        assert "規模以上工業增加值" in await page.locator(".text").inner_text()
        assert await page.locator("html").get_attribute("lang") == "zh-Hant"
        field = page.locator("form.fields input[name=indicator]").first
        assert await field.input_value() == "规模以上工业增加值"  # what is typed is never converted
        await page.get_by_role("button", name="简体").click()
        assert "规模以上工业增加值" in await page.locator(".text").inner_text()


async def test_the_mini_app_signs_in_by_itself(browser: Any, tmp_path: Path) -> None:
    from datetime import UTC, datetime
    from urllib.parse import quote

    from tests.test_desk_signin import init_data

    async with desk_scene(tmp_path) as s, new_page(browser) as page:
        link = await drafted(s)
        root, draft = link.partition("/signin")[0], link.partition("next=")[2]
        data = init_data(user={"id": s.admin.id}, when=datetime.now(UTC), token=s.api.token)
        await page.goto(f"{root}/signin?next={draft}#tgWebAppData={quote(data)}&tgWebAppVersion=8.0")
        await page.wait_for_url(f"**{draft}")
        assert NEXT_YEAR[:10] not in page.url
        assert await page.get_by_role("heading", level=1).inner_text() == "柏岭县经济和信息化局2023年上半年工作总结"
