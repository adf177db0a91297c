"""Word's automatic numbers (一、 （一） 1.), worked out from numbering.xml and styles.xml as Word shows them.

A paragraph names a list (numId) and a level; the list names an abstract definition, whose levels give start, format and
pattern. Lists of one abstract definition go on counting together unless they override the start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from knowledge.read.ordinals import ordinal

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute of the word-processing namespace, None without the element."""
    return None if element is None else element.get(W + name)


def integer(text: str | None, default: int = 0) -> int:
    """A small number, or the default for none or nonsense."""
    try:
        return min(int(text or ""), 1_000_000)
    except ValueError:
        return default


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: first number, format, pattern (`（%1）`), the style bound to it, and when it restarts."""

    start: int
    format: str
    pattern: str
    style: str | None
    restart: int | None
    legal: bool  # shows all numbers as 1, 2, 3

    @classmethod
    def of(cls, element: etree._Element) -> Level:
        """From a `w:lvl`."""
        restart = value(element.find(f"{W}lvlRestart"))
        formats = list(element.iter(f"{W}numFmt"))
        return cls(
            start=integer(value(element.find(f"{W}start")), 1),
            format=(value(formats[-1]) if formats else None) or "decimal",
            pattern=value(element.find(f"{W}lvlText")) or "",
            style=value(element.find(f"{W}pStyle")),
            restart=None if restart is None else integer(restart),
            legal=is_on(element.find(f"{W}isLgl")),
        )


@dataclass(slots=True)
class Definition:
    """One list (`w:num`): its abstract definition's key, its levels with overrides, and the starts it overrides."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


def is_on(element: etree._Element | None) -> bool:
    """Whether a toggle such as `w:vanish` is there and not switched off."""
    return element is not None and (value(element) or "1") not in ("0", "false", "off", "none")


class Numbering:
    """The lists of one document and how far each has counted; ask `label` once for each paragraph, in order."""

    def __init__(self, numbering: etree._Element | None, style_numbers: dict[str, tuple[str, int | None]]) -> None:
        self._styles = style_numbers
        self._lists = {} if numbering is None else _definitions(numbering, style_numbers)
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, properties: etree._Element | None, style: str | None) -> str:
        """The number that Word shows before a paragraph, `""` for none; counts on."""
        number, level = self._place(properties, style)
        definition = self._lists.get(number or "")
        if definition is None or level not in definition.levels:
            return ""
        counts = self._counts.setdefault(definition.abstract, {})
        if number not in self._begun:
            self._begun.add(number or "")
            for at, start in definition.starts.items():
                counts[at] = start - 1
        self._count(definition, counts, level)
        return _shown(definition, counts, level)

    def _place(self, properties: etree._Element | None, style: str | None) -> tuple[str | None, int]:
        """(numId, level) of a paragraph: its own, or its style's."""
        own = None if properties is None else properties.find(f"{W}numPr")
        number, level = self._styles.get(style or "", (None, None))
        if own is not None:
            number = value(own.find(f"{W}numId")) or number
            written = value(own.find(f"{W}ilvl"))
            level = integer(written) if written is not None else level
        if level is None and number in self._lists:
            levels = self._lists[number].levels
            level = next((at for at, one in levels.items() if style and one.style == style), 0)
        return number, level or 0

    @staticmethod
    def _count(definition: Definition, counts: dict[int, int], level: int) -> None:
        counts[level] = counts.get(level, definition.levels[level].start - 1) + 1
        for deeper in range(level + 1, _LEVELS):
            restart = definition.levels[deeper].restart if deeper in definition.levels else None
            if restart is None or level < restart:
                counts.pop(deeper, None)


def _shown(definition: Definition, counts: dict[int, int], level: int) -> str:
    this = definition.levels[level]
    if this.format in ("bullet", "none"):
        return "" if this.format == "bullet" else _PLACE.sub("", this.pattern).strip()

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        one = definition.levels.get(at, this)
        if at not in counts:
            counts[at] = one.start
        return ordinal(counts[at], "decimal" if this.legal else one.format)

    label = _PLACE.sub(number, this.pattern).strip()
    return f"{label} " if label and label[-1].isalnum() else label


def _definitions(numbering: etree._Element, style_numbers: dict[str, tuple[str, int | None]]) -> dict[str, Definition]:
    abstracts = {value(one, "abstractNumId") or "": one for one in numbering.findall(f"{W}abstractNum")}
    lists = {}
    for number in numbering.findall(f"{W}num"):
        key = value(number.find(f"{W}abstractNumId")) or ""
        if key in abstracts:
            lists[value(number, "numId") or ""] = _definition(number, key, abstracts)
    for key, one in lists.items():  # a list that only links to a list style
        link = value(abstracts[one.abstract].find(f"{W}numStyleLink"))
        target = style_numbers.get(link or "", (None, None))[0]
        if target in lists and target != key and not one.levels:
            one.abstract, one.levels = lists[target].abstract, lists[target].levels
    return lists


def _definition(number: etree._Element, key: str, abstracts: dict[str, etree._Element]) -> Definition:
    levels = {integer(value(one, "ilvl")): Level.of(one) for one in abstracts[key].findall(f"{W}lvl")}
    starts = {}
    for override in number.findall(f"{W}lvlOverride"):
        at = integer(value(override, "ilvl"))
        replaced, start = override.find(f"{W}lvl"), override.find(f"{W}startOverride")
        if replaced is not None:
            levels[at] = Level.of(replaced)
        if start is not None:
            starts[at] = integer(value(start), 1)
    return Definition(key, levels, starts)
