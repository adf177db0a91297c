"""One turn of a conversation, and what commands may use to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.access import Gate
from handlers.library import Library
from handlers.messages import Button, Reply, Who
from handlers.publishing.office import Office
from handlers.render import render_page
from knowledge.store.people import People, Role


@dataclass(frozen=True, slots=True)
class Services:
    """What all turns share."""

    library: Library
    people: People
    gate: Gate
    link: str = ""  # where a deep link begins: https://t.me/name?start=
    office: Office | None = None  # where editors publish


@dataclass(frozen=True, slots=True)
class Turn:
    """Who says or presses what, when, with which role; `value` is a command's argument or a button's value."""

    who: Who
    role: Role | None
    value: str
    now: datetime
    services: Services
    settings: dict[str, str]
    question: str = ""

    @property
    def traditional(self) -> bool:
        """Whether this person reads traditional characters."""
        chosen = self.settings.get("language", "")
        return chosen == "hant" or (not chosen and self.who.language.lower() in ("zh-hant", "zh-tw", "zh-hk"))

    @property
    def bureau(self) -> str | None:
        """The bureau that the person was invited for."""
        known = self.services.people.access.find(self.who.channel, self.who.person)
        return known.bureau if known else None

    def say(self, name: str, *rows: tuple[Button, ...], **values: object) -> Reply:
        """One of the short replies of say.j2."""
        return self.page("say", *rows, name=name, **values)

    def page(self, template: str, *rows: tuple[Button, ...], **values: object) -> Reply:
        """A template as a reply."""
        html = render_page(template, traditional=self.traditional, **values)
        return Reply(html, tuple(row for row in rows if row))
