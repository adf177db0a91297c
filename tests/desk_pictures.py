"""Pictures of every page of the desk, to be looked at: python -m tests.desk_pictures FOLDER

At the width of a phone and of a desktop, light and dark. Those of docs/pictures are made of them by hand.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bots import Scene
from tests.desk_browser import DESKTOP, PHONE, chromium, desk_scene, new_page, sign_in
from tests.test_telegram_publishing import NEWER, NEXT_YEAR, sent

SIZES = {"phone": PHONE, "desktop": DESKTOP}
PAGES = {
    "home": "/",
    "draft": "{draft}",
    "doubtful": "{draft}?show=doubtful",
    "document": "/documents/2",
    "revisions": "/revisions",
    "compare": "/revisions/compare?a=1&b=2",
    "unanswered": "/unanswered",
    "subscribers": "/subscribers",
    "audit": "/audit",
}


async def prepared(s: Scene) -> str:
    """Something on every page; gives the address of a draft."""
    first = await sent(s, s.admin, "柏岭2023上.md", NEWER)
    await s.press(s.admin, first, "发布", "editMessageText")
    newer = NEXT_YEAR.replace("22.8亿元", "92.8亿元").replace("<script>alert(1)</script> & “引号”", "")
    newer += "\n全县新增厂房13.2万平方米，另有7.5万投用。\n"
    looked = await s.press(s.admin, await sent(s, s.admin, "柏岭2024上.md", newer), "细看")
    for words in ("明天会下雨吗", "每周一早上九点给我发简报"):
        await s.ask(s.admin, words)
    return found(r"next=(\S+)", looked.text)


async def pictured(page: Any, root: str, draft: str, name: str) -> None:
    """Every page as a picture, the draft also while a figure is corrected."""
    for title, path in PAGES.items():
        await page.goto(root + path.format(draft=draft))
        await page.screenshot(path=name.format(title))
        if title == "draft":
            for key in "ne":
                await page.keyboard.press(key)
            await page.screenshot(path=name.format("correcting"))


async def main(folder: Path) -> None:
    """All pages in all sizes and colours."""
    with tempfile.TemporaryDirectory() as store:
        async with desk_scene(Path(store)) as s, chromium() as browser:
            draft = await prepared(s)
            for scheme in ("light", "dark"):
                for size, viewport in SIZES.items():
                    link = found(r"http://\S+", (await s.ask(s.admin, "/desk")).text)
                    name = str(folder / f"{{}}-{size}-{scheme}.png")
                    async with new_page(browser, viewport=viewport, color_scheme=scheme) as page:
                        await page.goto(link)
                        await page.screenshot(path=name.format("signin"))
                        await sign_in(page, link)
                        await pictured(page, link.partition("/signin")[0], draft, name)


def found(pattern: str, text: str) -> str:
    """What a pattern finds in a text."""
    match = re.search(pattern, text)
    assert match, text
    return match[match.lastindex or 0]


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "1"
    made = Path(sys.argv[1])
    made.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(made))
