"""What is said to a person in any channel: values without a channel's types, and cutting long texts safely."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from knowledge.store.people import Key, Press

PAGE = 1500  # shown characters (UTF-16 units) of one page
_TAG = re.compile(r"<[^>]*>")
_PIECE = re.compile(r"<[^>]*>|&(?:[a-z]+|#\d+|#x[0-9a-fA-F]+);|[^<&]|[<&]")


@dataclass(frozen=True, slots=True)
class Who:
    """Who speaks, and where: ids as the channel gives them, as text. `group` means that others read along."""

    channel: str
    chat: str
    person: str
    name: str = ""
    language: str = ""
    group: bool = False
    title: str = ""  # the group's

    @property
    def key(self) -> Key:
        """Whose conversation it is."""
        return Key(self.channel, self.chat, self.person)

    @property
    def actor(self) -> str:
        """The person, as the audit log names them."""
        return f"{self.channel}:{self.person}"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: it does `press`, sends `raw` to its maker, copies `copy`, opens `url` or the Mini App at `app`."""

    label: str
    press: Press | None = None
    raw: str = ""
    copy: str = ""
    url: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a document.

    With a `key` that says all that it shows, `content` may be left out where the channel holds it already; `make`
    makes it if the channel has lost it.
    """

    name: str
    content: bytes = field(default=b"", repr=False)
    picture: bool = False
    key: str = ""
    make: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """The same for the same content under the same name."""
        return hashlib.sha256(self.name.encode() + b"\0" + (self.key.encode() or self.content)).hexdigest()

    def made(self) -> bytes:
        """The content, made if it was left out."""
        return self.content or (self.make() if self.make else b"")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: Telegram-like HTML, buttons in rows, perhaps a file.

    `edit`: replaces the message whose button was pressed. `alert`: shown over the chat instead of a message.
    `notices` go to other persons. `shared`: everybody in the chat may press the buttons.
    """

    html: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    file: Attachment | None = None
    edit: bool = False
    alert: str = ""
    notices: tuple[tuple[str, Reply], ...] = ()
    pages: tuple[str, ...] = ()
    revision: int = 0
    shared: bool = False
    figures: bool = False  # says something from the summaries, so marks and protection apply
    refresh: bool = False  # the person's command menu has changed

    @property
    def text(self) -> str:
        """The reply for a channel without formatting."""
        return plain(self.html)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, in reading order."""
        return tuple(button for row in self.rows for button in row)

    def with_rows(self, *rows: tuple[Button, ...]) -> Reply:
        """The same with more buttons below."""
        return replace(self, rows=(*self.rows, *(row for row in rows if row)))


def plain(text: str) -> str:
    """HTML as plain text; a quotation stands on its own.

    >>> plain("<b>1 &lt; 2</b><blockquote expandable>原文</blockquote>")
    '1 < 2“原文”'
    """
    text = re.sub(r"<blockquote[^>]*>", "“", text).replace("</blockquote>", "”")
    return html.unescape(_TAG.sub("", text))


def shown_length(text: str) -> int:
    """How long HTML is as Telegram counts it: UTF-16 units after the tags are gone."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le", "surrogatepass")) // 2


def split_html(text: str, limit: int = 4096) -> list[str]:
    """HTML in parts of at most `limit` shown characters, cut at lines or sentences if possible; tags stay whole.

    >>> split_html("<b>一二。三四</b>", 3)
    ['<b>一二。</b>', '<b>三四</b>']
    """
    if shown_length(text) <= limit:
        return [text]
    parts = []
    while shown_length(text) > limit:
        head, text = _cut(text, limit)
        parts.append(head)
    return [part for part in (*parts, text) if plain(part).strip()]


def _cut(text: str, limit: int) -> tuple[str, str]:
    """The longest good beginning within the limit, its tags closed, and the rest with them opened again."""
    open_tags: list[str] = []
    best: tuple[int, int, list[str]] = (0, -1, [])
    shown = 0
    for piece, end in _pieces(text):
        if piece.startswith("<") and len(piece) > 1:
            open_tags = open_tags[:-1] if piece.startswith("</") else [*open_tags, piece]
            continue
        shown += shown_length(piece)
        if shown > limit:
            break
        rank = _rank(text, piece, end) if shown > limit // 2 else 0
        if rank >= best[1] or shown <= limit // 2:
            best = (end, rank, list(open_tags))
    end, _, tags = best
    closing = "".join(f"</{tag[1:-1].split()[0]}>" for tag in reversed(tags))
    return (text[:end].rstrip() if not tags else text[:end]) + closing, "".join(tags) + text[end:].lstrip("\n")


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    return ((found[0], found.end()) for found in _PIECE.finditer(text))


def _rank(text: str, piece: str, end: int) -> int:
    """How good it is to cut after a character; a sentence stays with the line above it that it is quoted for."""
    if piece == "\n" and text.startswith("<blockquote", end):
        return 0
    if piece == "\n":
        return 4 if text[end : end + 1] == "\n" else 3
    return 2 if piece in "。！？；" else 1 if piece in "，、 " else 0
