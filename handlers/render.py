"""Answer -> text: plain for terminals and programs, HTML for Telegram. The only place that knows templates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from knowledge.model import Answer

_FOLDER = Path(__file__).with_name("templates")


@lru_cache(maxsize=8)
def _environment(html: bool, folder: str = "answers") -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / folder),
        autoescape=html,  # noqa: S701 - plain text goes to the terminal, where nothing is markup
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # templates are part of the program
    )


@lru_cache(maxsize=1)
def _traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


@lru_cache(maxsize=1)
def _simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def ahead() -> None:
    """Load what only some replies need, before anybody waits for it."""
    _ = _traditional(), _simplified()


def render_text(answer: Answer) -> str:
    """The reply as plain text."""
    return _render(answer, "text")


def render_html(answer: Answer) -> str:
    """The reply in Telegram's HTML, source sentences in expandable quotations."""
    return _render(answer, "html")


def _render(answer: Answer, channel: str) -> str:
    template = _environment(channel == "html").get_template(f"{answer.template}.j2")
    text = template.render(answer=answer, channel=channel, **({"notes": []} | answer.slots)).strip()
    return _traditional().convert(text) if answer.traditional else text


def render_digest(template: str, *, html: bool, **values: object) -> str:
    """A template of templates/digest, in Telegram's HTML or as plain text."""
    return _environment(html, "digest").get_template(f"{template}.j2").render(html=html, **values).strip()


def render_page(template: str, *, traditional: bool = False, **values: object) -> str:
    """A template of templates/telegram in Telegram's HTML, in traditional characters if wanted."""
    html = _environment(True, "telegram").get_template(f"{template}.j2").render(**values).strip()
    return to_traditional(html) if traditional else html


def to_traditional(text: str) -> str:
    """Simplified characters as traditional ones."""
    return str(_traditional().convert(text))


def to_simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_simplified().convert(text))
    return text
