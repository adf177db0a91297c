"""Characters that nobody sees: byte order marks, zero-width and soft hyphens, controls, private-use signs."""

from __future__ import annotations

import re

from knowledge.repair.edits import Edit, Page

_ZERO_WIDTH = frozenset("\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u061c\u180e") | frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2061, 0x206A), *range(0xFE00, 0xFE10)))
)
_CONTROL = frozenset(map(chr, (*range(0x09), 0x0E, *range(0x0F, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0))))
_BREAK = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]+")


def drop_zero_width(page: Page) -> list[Edit]:
    """Drop byte order marks, zero-width characters, soft hyphens and direction signs, which web editors leave."""
    return _drop(page, _ZERO_WIDTH)


def drop_control_characters(page: Page) -> list[Edit]:
    """Drop control characters, which no text means; line ends and tabs stay."""
    return _drop(page, _CONTROL)


def unify_line_ends(page: Page) -> list[Edit]:
    """Make every kind of line end a newline: offsets and paragraphs count on it. `\\r\\n` is one line end."""
    if page.signs.isdisjoint(_BREAK):
        return []
    return [
        Edit(m.start(), m.end(), "\n")
        for m in re.finditer("\r\n?|[\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029]", page.text)
    ]


def drop_private_use(page: Page) -> list[Edit]:
    """Drop private-use characters (bullets of symbol fonts, home-made signs), whose meaning left with the font.

    Between two digits a blank takes their place: what stood there may have kept two numbers apart.
    """
    if not any("\ue000" <= sign <= "\uf8ff" or sign >= "\U000f0000" for sign in page.signs):
        return []
    return [Edit(m.start(), m.end(), _gap(page.text, m)) for m in _PRIVATE.finditer(page.text)]


def _gap(text: str, match: re.Match[str]) -> str:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return " " if before.isdigit() and after.isdigit() else ""


def _drop(page: Page, signs: frozenset[str]) -> list[Edit]:
    found = page.signs & signs
    if not found:
        return []
    pattern = re.compile("[" + re.escape("".join(sorted(found))) + "]+")
    return [Edit(m.start(), m.end(), "") for m in pattern.finditer(page.text)]
