"""Telegram's HTML mode: tags to entities, with the errors that the real server gives."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.calls import ApiError

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>[^\s>]*)(?P<attributes>[^>]*)(?P<close>>?)|(?P<entity>&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)"
)
_ATTRIBUTE = re.compile(r'\s*([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|\'([^\']*)\'|([^\s>]*)))?')


def utf16_length(text: str) -> int:
    """How long Telegram counts a text: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Parser:
    source: str
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    open: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        at = 0
        for token in _TOKEN.finditer(self.source):
            self.text += self.source[at : token.start()]
            at = token.end()
            if token["entity"]:
                self.text += html.unescape(token["entity"])
            elif token["end"]:
                self._close(token)
            else:
                self._open(token)
        self.text += self.source[at:]
        if self.open:
            raise _fault(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return self.text, self.entities

    def _offset(self, token: re.Match[str]) -> int:
        return len(self.source[: token.start()].encode())

    def _open(self, token: re.Match[str]) -> None:
        name = token["name"].lower()
        if name not in TAGS and name != "span":
            raise _fault(f'Unsupported start tag "{name}" at byte offset {self._offset(token)}')
        if not token["close"]:
            raise _fault(f"Unclosed start tag at byte offset {self._offset(token)}")
        entity: dict[str, Any] = {"type": TAGS.get(name, "spoiler"), "offset": utf16_length(self.text)}
        for match in _ATTRIBUTE.finditer(token["attributes"]):
            self._attribute(name, match, entity, token)
        self.open.append((name, entity))

    def _attribute(self, name: str, match: re.Match[str], entity: dict[str, Any], token: re.Match[str]) -> None:
        value = html.unescape(next((part for part in match.groups()[1:] if part is not None), ""))
        if name == "a" and match[1] == "href":
            entity["url"] = value
        elif name == "blockquote" and match[1] == "expandable":
            entity["type"] = "expandable_blockquote"
        elif name == "span" and (match[1], value) != ("class", "tg-spoiler"):
            raise _fault(f'Tag "span" must have class "tg-spoiler" at byte offset {self._offset(token)}')

    def _close(self, token: re.Match[str]) -> None:
        name = token["name"].lower()
        if not self.open:
            raise _fault(f"Unexpected end tag at byte offset {self._offset(token)}")
        expected, entity = self.open.pop()
        if name != expected:
            raise _fault(
                f'Unmatched end tag at byte offset {self._offset(token)}, expected "</{expected}>", found "</{name}>"'
            )
        entity["length"] = utf16_length(self.text) - entity["offset"]
        if entity["length"]:
            self.entities.append(entity)


def _fault(why: str) -> ApiError:
    return ApiError(400, f"Bad Request: can't parse entities: {why}")


def parse_text(source: str, mode: str | None, limit: int, *, what: str = "message") -> tuple[str, list[dict[str, Any]]]:
    """The shown text and its entities. Raises ApiError for bad markup, empty or overlong texts."""
    if not source.isprintable() and any(char in source for char in "\ud800\udfff"):
        raise ApiError(400, "Bad Request: strings must be encoded in UTF-8")
    if mode not in (None, "", "HTML"):
        raise ApiError(400, "Bad Request: unsupported parse_mode")
    text, entities = _Parser(source).parse() if mode else (source, [])
    text = text.rstrip()
    if not text.strip() and what == "message":
        raise ApiError(400, "Bad Request: message text is empty")
    if utf16_length(text) > limit:
        raise ApiError(
            400, "Bad Request: message is too long" if what == "message" else "Bad Request: message caption is too long"
        )
    if len(entities) > 100:  # the real server drops the rest silently; a test should see it
        raise ApiError(400, "Bad Request: too many entities")
    return text, entities
