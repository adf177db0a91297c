"""Traditional characters to Simplified ones."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from knowledge.repair.edits import Edit, Page
from knowledge.repair.tables import characters

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_PAGE_SHARE = 0.05  # of the Chinese characters; ordinary Traditional text has 15 to 30 %, a Simplified page a few names
_LINE_SHARE = 0.15
_LINE_COUNT = 6


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _traditional_signs() -> re.Pattern[str]:
    """The commonest Traditional characters: a page without any of them is Simplified."""
    return re.compile(f"[{re.escape(''.join(sorted(characters('traditional', 'signs'))))}]")


def simplified(text: str) -> str:
    """The text in Simplified characters, one for one."""
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_one(character) for character in text)


@cache
def _one(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


def is_traditional(character: str) -> bool:
    """Whether this character is written otherwise in Simplified text."""
    return _one(character) != character


def is_traditional_page(page: Page) -> bool:
    """Whether the page is written in Traditional characters, not only sprinkled with a few in names."""
    if not page.holds(_traditional_signs()):
        return False
    count = sum(a != b for a, b in zip(page.text, simplified(page.text), strict=True))
    return count >= _PAGE_SHARE * len(_HAN.findall(page.text))


def write_simplified(page: Page) -> list[Edit]:
    """Write Traditional characters as Simplified ones: names, units and question words are matched in Simplified.

    A Traditional page is changed as a whole, a Simplified page only in lines that are Traditional; a few such
    characters in names stay. 著 becomes 着 where it is that word.
    """
    if not page.holds(_traditional_signs()):
        return []
    whole = is_traditional_page(page)
    edits: list[Edit] = []
    for line in re.finditer("[^\n]+", page.text):
        changed = _changes(line[0])
        if whole or (len(changed) >= _LINE_COUNT and len(changed) >= _LINE_SHARE * len(_HAN.findall(line[0]))):
            edits += [Edit(line.start() + i, line.start() + i + 1, new) for i, new in changed]
    return edits


def _changes(line: str) -> list[tuple[int, str]]:
    new = _with_zhe(simplified(line))
    return [(i, b) for i, (a, b) in enumerate(zip(line, new, strict=True)) if a != b]


def _with_zhe(line: str) -> str:
    return _zhe().sub("着", line) if "著" in line else line


@cache
def _zhe() -> re.Pattern[str]:
    before, after, but = ("".join(sorted(characters("traditional", f"zhe_{k}"))) for k in ("before", "after", "except"))
    return re.compile(f"著(?=[{before}])|(?<=[{after}])著(?![{but}])")
