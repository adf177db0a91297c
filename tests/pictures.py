"""The pictures of docs/pictures: real replies over the bundled summaries, drawn as a chat by Chromium.

python -m tests.pictures
"""

from __future__ import annotations

import base64
import html
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.digests import defaults, workday
from bot.settings import DigestSettings
from handlers.access import Gate, Rules
from handlers.commands.turn import Services
from handlers.digests.composer import Composer
from handlers.letters import Letters
from handlers.library import Library
from handlers.messages import Reply, Who
from handlers.subscriptions import Desk
from handlers.talk import Talk
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import Grant, People, Role, people_path
from tests.shared import ROOT

FOLDER = ROOT / "docs" / "pictures"
NOW = datetime(2023, 11, 6, 9, 0, tzinfo=UTC)
WHO = Who("telegram", "1", "1", "小林")
# Picture -> what is said in it; "> label" presses a button of the reply before, a slash begins a command.
TALKS = {
    "start": ("/start",),
    "ask": ("霁川县医化行业增速多少", "那橡塑呢", "霁川县旅游收入是多少"),
    "chart": ("霁川县医化行业产值增长多少", "> 同类对比"),
    "progress": ("霁川县5G基站完成率是多少", "霁川县有哪些困难"),
    "subscribe": ("每周一早上八点半给我推周报", "完成率低于序时进度就提醒我"),
    "digest": ("/digest",),
    "forget": ("/forget",),
    "invite": ("/invite 5次 3天 编辑",),
}
STYLE = """
body { margin: 0; background: #d6e3ec; width: 420px; font: 16px/1.5 "Noto Sans CJK SC", sans-serif }
main { padding: 14px; display: flex; flex-direction: column; gap: 8px }
.me, .bot { max-width: 340px; padding: 8px 12px; border-radius: 14px; white-space: pre-wrap; overflow-wrap: anywhere }
.me { align-self: flex-end; background: #dcf8c6 } .bot { align-self: flex-start; background: #fff }
blockquote { margin: 6px 0 0; padding: 2px 10px; border-left: 3px solid #5a9bd4; background: #f1f7fc; font-size: 14px }
.row { display: flex; gap: 4px; max-width: 364px } .row span { flex: 1; text-align: center; padding: 5px 4px }
.row span { border-radius: 8px; background: #b6ccdb; color: #123; font-size: 14px }
img { width: 320px; border-radius: 8px }
"""


def talk(folder: Path) -> Talk:
    """The conversation that the bot has, over the bundled summaries, with one admin."""
    store, words = KnowledgeStore.open(folder / "县.db"), load()
    samples = sorted((ROOT / "knowledge" / "samples").glob("霁川*.md"))
    store.publish([read_document(path, words) for path in samples], who="编辑", why="样例")
    people = People(people_path(folder / "县.db"))
    people.access.admit("telegram", "1", "小林", Grant(Role.ADMIN), "first-start", NOW)
    services = Services(Library(store, words), people, Gate(people.access, Rules()), "https://t.me/jianbao_bot?start=")
    rule = DigestSettings()
    return Talk(services, Letters(Desk(Deliveries(people.file), Composer(store), workday(rule), defaults(rule))))


def bubbles(one: Talk, said: tuple[str, ...]) -> str:
    """A conversation as HTML."""
    parts, reply = [], Reply()
    for text in said:
        if text.startswith("> "):
            button = next(each for each in reply.buttons if text[2:] in each.label)
            reply = one.press(WHO, button.raw, NOW)
        elif text.startswith("/"):
            name, _, value = text[1:].partition(" ")
            parts.append(f'<div class="me">{html.escape(text)}</div>')
            reply = one.command(WHO, name, value, NOW)
        else:
            parts.append(f'<div class="me">{html.escape(text)}</div>')
            reply = one.say(WHO, text, NOW)
        parts.append(_bubble(reply))
    return "".join(parts)


def _bubble(reply: Reply) -> str:
    picture = ""
    if reply.file and reply.file.picture:
        picture = f'<img src="data:image/png;base64,{base64.b64encode(reply.file.content).decode()}"><br>'
    rows = "".join(
        '<div class="row">' + "".join(f"<span>{html.escape(each.label)}</span>" for each in row) + "</div>"
        for row in reply.rows
    )
    return f'<div class="bot">{picture}{reply.html or html.escape(reply.alert)}</div>{rows}'


def main() -> None:
    """Draw every picture."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 420, "height": 200}, device_scale_factor=1.5)
        one = talk(Path(folder))
        for name, said in TALKS.items():
            page.set_content(f"<style>{STYLE}</style><main>{bubbles(one, said)}</main>")
            shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
            shot.quantize(64).save(FOLDER / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
