"""Earlier editions: 去年版本 and 第3版 answer as the knowledge was then; for admins."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from handlers.clock import HOME, local
from handlers.commands.turn import Turn
from handlers.export import figures_xlsx
from handlers.messages import Attachment, Button, Reply
from handlers.render import render_html, to_simplified
from knowledge.errors import JianbaoError
from knowledge.store.knowledge import Revision
from knowledge.store.people import Press, Role

_TABLE = Path(__file__).parents[1] / "tables" / "editions.toml"
KINDS = {"publish": "发布", "correct": "更正", "withdraw": "撤下", "rollback": "退回"}


@dataclass(frozen=True, slots=True)
class Named:
    """An edition as it was named, and the question that follows."""

    number: int | None = None
    year: int | None = None
    back: int | None = None
    question: str = ""


@lru_cache(maxsize=1)
def _names() -> Sequence[tuple[re.Pattern[str], int | None, int | None]]:
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    after = table["after"]["pattern"]
    return [
        (re.compile(f"(?:{one['pattern']}){after}(?P<question>.*)", re.DOTALL), one.get("ago"), one.get("back"))
        for one in table["names"]
    ]


def named(text: str, now: datetime) -> Named | None:
    """The edition that a message asks of, or None.

    >>> named("去年版本：医化行业增速多少", datetime(2024, 5, 1, tzinfo=HOME))
    Named(number=None, year=2023, back=None, question='医化行业增速多少')
    >>> named("去年医化行业增速多少", datetime(2024, 5, 1, tzinfo=HOME))
    """
    for pattern, ago, back in _names():
        if found := pattern.fullmatch(text.strip()):
            parts = found.groupdict()
            number, year = parts.get("number"), parts.get("year")
            of_year = int(year) if year else now.astimezone(HOME).year - ago if ago else None
            return Named(int(number) if number else None, of_year, back, parts["question"].strip())
    return None


def asked(turn: Turn) -> Reply | None:
    """The reply to a message about an earlier edition; None for other messages."""
    which = named(to_simplified(turn.value), turn.now)
    if which is None:
        return None
    if not turn.services.gate.may(turn.role, Role.ADMIN):
        return turn.say("not_allowed")
    made = _found(which, turn.services.library.revisions())
    if made is None:
        return turn.page("editions", name="none", which=which, revisions=turn.services.library.revisions())
    return _answered(turn, made, which.question) if which.question else _described(turn, made)


def _found(which: Named, revisions: Sequence[Revision]) -> Revision | None:
    """The revision that is meant, of all, latest first; revisions that end a year are told by our clock, not UTC."""
    if which.back is not None:
        return revisions[which.back] if len(revisions) > which.back else None
    for one in revisions:
        if one.number == which.number:
            return one
        if which.year is not None and local(one.at).year <= which.year:
            return one
    return None


def _answered(turn: Turn, made: Revision, question: str) -> Reply:
    answers = turn.services.library.ask_at(made.number, question, turn.now)
    note = turn.page("editions", name="note", made=made, when=local(made.at), kinds=KINDS)
    html = "\n\n".join(render_html(answer) for answer in answers)
    return replace(note, html=f"{note.html}\n{html}", rows=(_export(made),), figures=True)


def _described(turn: Turn, made: Revision) -> Reply:
    documents = turn.services.library.documents_at(made.number)
    latest = turn.services.library.revision
    return turn.page(
        "editions", _export(made), name="one", made=made, when=local(made.at), kinds=KINDS, documents=documents,
        latest=latest,
    )  # fmt: skip


def _export(made: Revision) -> tuple[Button, ...]:
    return (Button(f"导出第 {made.number} 版", Press("edition_xlsx", str(made.number))),)


def xlsx(turn: Turn) -> Reply:
    """All figures, work items and difficulties of an edition as a workbook."""
    try:
        book = figures_xlsx(*turn.services.library.contents_at(int(turn.value)))
    except JianbaoError as error:
        return turn.say("unread", why=str(error))
    subject = f"revision:{turn.value}"
    turn.services.people.audit.record(
        turn.who.actor, "knowledge.export", subject, turn.now, file=f"第{turn.value}版.xlsx"
    )
    return Reply("", file=Attachment(f"第{turn.value}版.xlsx", book), figures=True)
