"""Buttons as short keys: what they mean is kept in the people file, checked against person and chat when pressed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from handlers.access import Rules, reading
from handlers.messages import PAGE, Button, Reply, Who, split_html
from knowledge.store.people import Keyboard, Press, Talks


class Keyboards:
    """Gives keys to buttons, and finds what a key means."""

    def __init__(self, talks: Talks, rules: Rules) -> None:
        self._talks = talks
        self._rules = rules

    def find(self, who: Who, data: str, now: datetime) -> tuple[Keyboard | None, int]:
        """The keyboard that data of a button belongs to, and which button it is."""
        name, _, at = data.rpartition(".")
        if not name or not at.isascii() or not at.isdigit() or len(data) > 64:
            return None, 0
        return self._talks.shown(who.channel, name, now), int(at)

    def shown(self, who: Who, reply: Reply, now: datetime, data: str = "") -> Reply:
        """A reply ready to show. `data` is what was pressed, for turning pages of the same keyboard."""
        if not (reply.html or reply.file):
            return reply
        if reply.pages:
            return self.marked(who, reply)
        pages = split_html(reply.html, PAGE)
        presses = [
            Press(button.press.action, button.press.value, button.label, row)
            for row, buttons in enumerate(reply.rows)
            for button in buttons
            if button.press
        ]
        turning = [Press("page", str(page)) for page in range(len(pages))] if len(pages) > 1 else []
        if not presses and not turning:
            return self.marked(who, reply)
        key = self._talks.show(
            who.key,
            presses + turning,
            now,
            revision=reply.revision,
            pages=pages if turning else (),
            shared=reply.shared,
        )
        rows = _keyed(reply, key)
        if turning:
            rows = (_turns(key, len(presses), 0, len(pages)), *rows)
            reply = replace(reply, html=_numbered(pages, 0))
        return self.marked(who, replace(reply, rows=rows))

    def page(self, board: Keyboard, data: str, page: int) -> Reply:
        """Another page in the same message."""
        key = data.rpartition(".")[0]
        rows: defaultdict[int, list[Button]] = defaultdict(list)
        others = [press for press in board.presses if press.action != "page"]
        for at, press in enumerate(others):
            rows[press.row].append(Button(press.label, press, raw=f"{key}.{at}"))
        turns = _turns(key, len(others), page, len(board.pages))
        shown = (turns, *(tuple(rows[row]) for row in sorted(rows)))
        return Reply(_numbered(board.pages, page), shown, edit=True, pages=board.pages, figures=True)

    def marked(self, who: Who, reply: Reply) -> Reply:
        """With its reader named below, where bot.toml wants that and the reply says something of the summaries."""
        if not (self._rules.mark and reply.figures and reply.html):
            return reply
        return replace(reply, html=f"{reply.html}{reading(who.name or '读者', who.person)}")


def _keyed(reply: Reply, key: str) -> tuple[tuple[Button, ...], ...]:
    numbers = iter(range(1000))
    return tuple(
        tuple(replace(button, raw=f"{key}.{next(numbers)}") if button.press else button for button in row)
        for row in reply.rows
    )


def _turns(key: str, first: int, page: int, count: int) -> tuple[Button, ...]:
    back = Button("‹ 上一页", raw=f"{key}.{first + page - 1}")
    on = Button("下一页 ›", raw=f"{key}.{first + page + 1}")
    return tuple(button for button, there in ((back, page > 0), (on, page < count - 1)) if there)


def _numbered(pages: tuple[str, ...] | list[str], page: int) -> str:
    return f"{pages[page]}\n\n<i>第 {page + 1}/{len(pages)} 页</i>"
