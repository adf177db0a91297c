"""OFD, the national fixed-layout format (GB/T 33190): a zip of XML whose text objects say where each character is.

Read: all documents of the file in order, their pages, text and rules in every layer and block, templates used once.
Left out: annotations, seals and signatures (files of their own), attachments, invisible objects, slanted text
(watermarks), and the text of templates that several pages share.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from knowledge.errors import LimitExceeded, LockedFile, ReadError, ScannedFile
from knowledge.read.archive import Archive, broken
from knowledge.read.content import Content
from knowledge.read.layout import Flow, Glyph, Page, flow
from knowledge.read.limits import Limits
from knowledge.read.ruled import Edge, Point, edges_of_path

_POINTS = 72 / 25.4  # OFD measures in millimetres, `layout` was tuned in points
_PAGE = (0.0, 0.0, 210.0, 297.0)
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PATH = re.compile(rf"([A-Za-z])|({_NUMBERS.pattern})")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
_MAX_DEPTH = 30


def read_ofd(data: bytes, name: str, limits: Limits) -> Content:
    """An OFD file's text. Raises LockedFile, ScannedFile, BrokenFile, LimitExceeded."""
    archive = Archive(data, limits)
    if archive.find("Encryptions.xml") or archive.find("Encryptions/Encryptions.xml"):
        raise LockedFile("这个 OFD 文件已加密，请用 OFD 阅读器解密另存后再发送。")
    root = archive.xml("OFD.xml")
    documents = [
        _Document(archive, (place.text or "").strip(), limits)
        for body in _children(root, "DocBody")
        for place in _children(body, "DocRoot")
    ]
    flows = [flow(document.pages()) for document in documents]
    lines = [line for one in flows for line in one.lines]
    if not any(line.strip() for line in lines) and any(document.pictures for document in documents):
        raise ScannedFile("这个 OFD 是扫描件，没有文字层，读不出内容：请先做文字识别（OCR），或发送 Word 等文字版。")
    return Content("application/ofd", "\n".join(lines), _notes(flows), _title(root, lines))


def _notes(flows: list[Flow]) -> tuple[str, ...]:
    return tuple(note for one in flows for note in one.notes)


def _title(root: etree._Element, lines: list[str]) -> str | None:
    """DocInfo's title, if the text has it too: office programs put file names there."""
    found = next((title.text or "" for title in _descendants(root, "Title")), "").strip()
    head = "".join("".join(lines[:5]).split())
    return found if len(found) > 4 and "".join(found.split()) in head else None


@dataclass(frozen=True, slots=True)
class _Matrix:
    """x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> Point:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, other: _Matrix) -> _Matrix:
        """This one, then another."""
        e, f = other.at(self.e, self.f)
        return _Matrix(
            self.a * other.a + self.b * other.c,
            self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c,
            self.c * other.b + self.d * other.d,
            e,
            f,
        )

    def is_upright(self) -> bool:
        """Whether text keeps its direction: turned by less than 8 degrees, not mirrored."""
        return self.a > 0 and self.d > 0 and abs(math.degrees(math.atan2(self.b, self.a))) < 8


class _Document:
    """One document of the file: its pages, templates and the graphic units that pages refer to."""

    def __init__(self, archive: Archive, place: str, limits: Limits) -> None:
        self._archive = archive
        self._place = archive.find(place) or _missing()
        self._root = archive.xml(self._place)
        self._limits = limits
        self._units: dict[str, etree._Element] | None = None
        self.pictures = 0

    def pages(self) -> list[Page]:
        """All pages in order."""
        places = [page.get("BaseLoc") or "" for pages in _children(self._root, "Pages") for page in pages]
        if len(places) > self._limits.max_pages:
            limit = self._limits.max_pages
            raise LimitExceeded(f"OFD 有 {len(places)} 页，超过 {limit} 页的限制，请拆成几份再发送。")
        roots = [self._part(place) for place in places]
        uses = Counter(template.get("TemplateID") for root in roots for template in _children(root, "Template"))
        templates = {one.get("ID"): one.get("BaseLoc") or "" for one in _descendants(self._root, "TemplatePage")}
        return [self._page(root, uses, templates) for root in roots]

    def _part(self, place: str) -> etree._Element:
        """A part by its place: relative to the document, or absolute."""
        relative = posixpath.normpath(posixpath.join(posixpath.dirname(self._place), place.strip()))
        return self._archive.xml(self._archive.find(relative) or self._archive.find(place.strip()) or _missing())

    def _page(self, root: etree._Element, uses: Counter[str | None], templates: dict[str | None, str]) -> Page:
        box = self._box(root)
        page = Page(box[2] * _POINTS, box[3] * _POINTS)
        origin = _Matrix(_POINTS, 0, 0, _POINTS, -box[0] * _POINTS, -box[1] * _POINTS)
        for template in _children(root, "Template"):
            key = template.get("TemplateID")
            if templates.get(key):
                drawn = Page(page.width, page.height)
                self._draw(self._part(templates[key]), origin, drawn, 0)
                page.edges += drawn.edges
                page.glyphs += drawn.glyphs if uses[key] == 1 else []
        self._draw(root, origin, page, 0)
        return page

    def _box(self, root: etree._Element) -> tuple[float, float, float, float]:
        """The page's physical box, or the document's."""
        for owner in (root, self._root):
            for box in _descendants(owner, "PhysicalBox"):
                sides = _numbers(box.text)
                if len(sides) == 4 and sides[2] > 0 and sides[3] > 0:
                    return sides[0], sides[1], sides[2], sides[3]
        return _PAGE

    def _draw(self, parent: etree._Element, space: _Matrix, page: Page, depth: int) -> None:
        """Put an element's objects on the page, in whatever layers and blocks they are nested."""
        if depth > _MAX_DEPTH:
            raise broken()
        for child in parent:
            kind = _name(child)
            if child.get("Visible") == "false":
                continue
            if kind == "TextObject":
                page.glyphs += _text(child, space)
            elif kind == "PathObject":
                page.edges += _rules(child, space)
            elif kind == "ImageObject":
                self.pictures += 1
            elif kind == "CompositeObject":
                unit = self._unit(child.get("ResourceID") or "")
                if unit is not None:
                    self._draw(unit, _space(child).then(space), page, depth + 1)
            elif kind in ("Content", "Layer", "PageBlock"):
                self._draw(child, space, page, depth + 1)

    def _unit(self, key: str) -> etree._Element | None:
        """A composite graphic unit of the document's resources."""
        if self._units is None:
            self._units = {}
            for resource in (*_descendants(self._root, "DocumentRes"), *_descendants(self._root, "PublicRes")):
                for unit in _descendants(self._resource(resource.text or ""), "CompositeGraphicUnit"):
                    self._units[unit.get("ID") or ""] = unit
        return self._units.get(key)

    def _resource(self, place: str) -> etree._Element:
        try:
            return self._part(place)
        except ReadError:  # a missing resource costs pictures and seals, not text
            return etree.Element("Res")


# -- objects -----------------------------------------------------------------------------------------------------------


def _space(item: etree._Element) -> _Matrix:
    """From an object's own coordinates to those of what holds it: its CTM, then its boundary's corner."""
    matrix = _numbers(item.get("CTM"))
    own = _Matrix(*matrix) if len(matrix) == 6 else _Matrix()
    corner = [*_numbers(item.get("Boundary")), 0.0, 0.0]
    return own.then(_Matrix(e=corner[0], f=corner[1]))


def _text(item: etree._Element, space: _Matrix) -> Iterator[Glyph]:
    """The characters of a text object. A TextCode without X or Y goes on from the one before it."""
    matrix = _space(item).then(space)
    if (
        not matrix.is_upright()
        or item.get("ReadDirection") not in (None, "0")
        or item.get("CharDirection") not in (None, "0")
    ):
        return
    size = float((_numbers(item.get("Size")) or [0.0])[0])
    stretch = (_numbers(item.get("HScale")) or [1.0])[0] or 1.0
    x = y = 0.0
    for code in _descendants(item, "TextCode"):
        x, y = (_numbers(code.get("X")) or [x])[0], (_numbers(code.get("Y")) or [y])[0]
        text = code.text or ""
        text = text.strip() if "\n" in text else text  # an indented file's white space is not the author's
        right, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
        for index, char in enumerate(text):
            width = _width(char) * size * stretch
            yield _glyph(char, matrix, x, y, width, size)
            x += right[index] if index < len(right) else (0.0 if index < len(down) else width)
            y += down[index] if index < len(down) else 0.0


def _glyph(char: str, matrix: _Matrix, x: float, y: float, width: float, size: float) -> Glyph:
    left, top = matrix.at(x, y - 0.86 * size)
    right, bottom = matrix.at(x + width, y + 0.14 * size)
    char = " " if char.isspace() else char
    return Glyph(char, min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def _width(char: str) -> float:
    """About how wide a character is, in ems: the font itself is not read."""
    return 0.5 if char < "\u2000" else 1.0


def _steps(text: str | None) -> list[float]:
    """Distances between characters; `g 3 5.5` stands for three times 5.5.

    >>> _steps("5 g 3 2.5 4")
    [5.0, 2.5, 2.5, 2.5, 4.0]
    """
    words = (text or "").replace(",", " ").split()
    steps: list[float] = []
    while words:
        word = words.pop(0)
        if word == "g" and len(words) >= 2:
            count = int((_numbers(words.pop(0)) or [0])[0])
            steps += (_numbers(words.pop(0)) or [0.0]) * min(max(count, 0), 100_000)
        else:
            steps += _numbers(word)[:1]
    return steps


def _rules(item: etree._Element, space: _Matrix) -> Iterator[Edge]:
    """The horizontal and vertical rules of a path object."""
    matrix = _space(item).then(space)
    for data in _children(item, "AbbreviatedData"):
        yield from edges_of_path([[matrix.at(x, y) for x, y in part] for part in _subpaths(data.text or "")])


def _subpaths(data: str) -> Iterator[list[Point]]:
    """The end points of a path's pieces: `M 0 0 L 10 0` is one of two points."""
    points: list[Point] = []
    command, operands = "", list[float]()
    for letter, number in _PATH.findall(data):
        if letter:
            command, operands = letter.upper(), []
            if command == "C" and points:
                points.append(points[0])
            continue
        operands.append(float(number))
        if len(operands) == _OPERANDS.get(command, 2):
            if command in ("M", "S") and points:
                yield points
                points = []
            points.append((operands[-2], operands[-1]))
            operands = []
    if points:
        yield points


# -- XML ---------------------------------------------------------------------------------------------------------------


def _name(element: etree._Element) -> str:
    """The local name: makers use the prefix ofd:, a default namespace, or none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in parent if _name(child) == name)


def _descendants(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in parent.iter() if _name(child) == name)


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in _NUMBERS.findall(text or "")]


def _missing() -> str:
    raise broken()
