"""Word documents (.docx), straight from their XML.

Tracked deletions, hidden text, headers, footers, contents lists and comments are left out; insertions, text boxes,
hyperlinks and content controls are kept; automatic numbers are worked out; notes stand apart.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from knowledge.read.archive import Archive, broken, parse_xml
from knowledge.read.content import Content
from knowledge.read.limits import Limits
from knowledge.read.numbering import Numbering, W, integer, is_on, value
from knowledge.read.tables import is_figure, markdown

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CONTAINERS = frozenset(
    W + name
    for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo")
)
_TOC = re.compile(r"toc\s*\d|toc heading|table of figures", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|[（(]|\d+[.、])")
_ESSAY = 300  # a cell with more characters makes the table one for layout
_DEEPEST = 40  # how deeply tables and text boxes may be nested


def read_docx(data: bytes, name: str, limits: Limits) -> Content:
    """A Word document. Raises BrokenFile, LockedFile, LimitExceeded."""
    archive = Archive(data, limits)
    package = _Package(archive)
    return _Reader(package).content()


class _Package:
    """The parts of the archive that matter, by what the relationships call them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.main = self._relations("").get("officeDocument") or "word/document.xml"
        self._parts = self._relations(self.main)

    def _relations(self, part: str) -> dict[str, str]:
        """Relation kind -> part name, of the first of each kind."""
        folder, base = posixpath.split(part)
        found = self._archive.find(posixpath.join(folder, "_rels", f"{base}.rels"))
        if found is None:
            return {}
        relations: dict[str, str] = {}
        for relation in self._archive.xml(found).iter(_RELS):
            target = relation.get("Target") or ""
            path = target if target.startswith("/") else posixpath.join(folder, target)
            relations.setdefault((relation.get("Type") or "").rsplit("/", 1)[-1], posixpath.normpath(path).lstrip("/"))
        return relations

    def document(self) -> etree._Element:
        """The main part."""
        return self._xml(self.main)

    def optional(self, kind: str) -> etree._Element | None:
        """A part such as styles, numbering, footnotes: None where it is missing."""
        name = self._archive.find(self._parts.get(kind) or f"word/{kind}.xml")
        return None if name is None else self._xml(name)

    def _xml(self, name: str) -> etree._Element:
        return parse_xml(self._archive.read(name).replace(_STRICT, _TRANSITIONAL))


class _Styles:
    """What matters of styles.xml: names, hidden character styles, and numbering inherited along basedOn."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else root.findall(f"{W}style")
        self._by_id = {value(style, "styleId") or "": style for style in styles}
        self.names = {key: (value(style.find(f"{W}name")) or key).lower() for key, style in self._by_id.items()}
        self.default = next(
            (k for k, s in self._by_id.items() if value(s, "type") == "paragraph" and value(s, "default") == "1"), None
        )
        self.hidden = {key for key in self._by_id if self._inherited(key, "rPr", "vanish")}
        self.numbers = {key: found for key in self._by_id if (found := self._number(key))}

    def _chain(self, key: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while key in self._by_id and key not in seen:
            seen.add(key)
            yield self._by_id[key]
            key = value(self._by_id[key].find(f"{W}basedOn")) or ""

    def _inherited(self, key: str, properties: str, name: str) -> bool:
        for style in self._chain(key):
            found = style.find(f"{W}{properties}/{W}{name}")
            if found is not None:
                return is_on(found)
        return False

    def _number(self, key: str) -> tuple[str, int | None] | None:
        for style in self._chain(key):
            found = style.find(f"{W}pPr/{W}numPr")
            number = None if found is None else value(found.find(f"{W}numId"))
            if found is not None and number is not None:
                level = value(found.find(f"{W}ilvl"))
                return number, None if level is None else integer(level)
        return None


class _Reader:
    """One pass over one document; holds the counters of its lists."""

    def __init__(self, package: _Package) -> None:
        self._package = package
        self._styles = _Styles(package.optional("styles"))
        self._numbering = Numbering(package.optional("numbering"), self._styles.numbers)
        self._title: str | None = None
        self._notes: list[tuple[str, str]] = []  # (kind, id) in the order of their marks
        self._carried = ""  # text of a paragraph whose end is deleted: it goes on in the next one
        self._depth = 0
        self._cells = 0  # how many table cells the reader is in

    def content(self) -> Content:
        """The whole document."""
        body = self._package.document().find(f"{W}body")
        if body is None:
            raise broken()
        lines = self._blocks(body)
        if self._carried:
            lines.append(self._carried)
        text = "\n".join(lines)
        media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return Content(media, text, tuple(self._note_texts()), self._title)

    def _blocks(self, parent: etree._Element) -> list[str]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise broken()
        lines: list[str] = []
        for child in _visible_children(parent):
            if child.tag == f"{W}p":
                lines += self._paragraph(child)
            elif child.tag == f"{W}tbl":
                lines += self._table(child)
            elif child.tag in _CONTAINERS and not _is_contents_list(child):
                lines += self._blocks(child)
        self._depth -= 1
        return lines

    # -- paragraphs ----------------------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: etree._Element) -> list[str]:
        properties = paragraph.find(f"{W}pPr")
        style = (None if properties is None else value(properties.find(f"{W}pStyle"))) or self._styles.default
        name = self._styles.names.get(style or "", "")
        if _TOC.match(name):
            return []
        boxes: list[etree._Element] = []
        raw = self._inline(paragraph, boxes)
        label = self._numbering.label(properties, style)  # empty paragraphs count, but show their number in tables only
        text = self._carried + (label + raw.strip(" \t\u3000") if raw.strip() or self._cells else "")
        self._carried = ""
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._carried, text = text, ""
        lines = [tidy for line in text.split("\n") if (tidy := line.strip(" \t\u3000\xa0"))]
        self._note_title(name, lines)
        return lines + [line for box in boxes for line in self._blocks(box)]

    def _note_title(self, style: str, lines: list[str]) -> None:
        if (
            self._title is None
            and lines
            and (style == "title" or style == "heading 1")
            and not _NUMBERED.match(lines[0])
        ):
            self._title = "".join(lines)

    def _inline(self, parent: etree._Element, boxes: list[etree._Element]) -> str:
        """The characters of a paragraph, in order; text boxes that hang on it are collected in `boxes`."""
        parts: list[str] = []
        for child in _visible_children(parent):
            if child.tag == f"{W}r":
                parts.append(self._run(child, boxes))
            elif child.tag in _CONTAINERS:
                parts.append(self._inline(child, boxes))
            elif child.tag in (f"{_M}oMath", f"{_M}oMathPara"):
                parts += [text.text or "" for text in child.iter(f"{_M}t")]
        return "".join(parts)

    def _run(self, run: etree._Element, boxes: list[etree._Element]) -> str:
        properties = run.find(f"{W}rPr")
        if properties is not None:
            vanish = properties.find(f"{W}vanish")
            if is_on(vanish) or (vanish is None and value(properties.find(f"{W}rStyle")) in self._styles.hidden):
                return ""
        return "".join(self._piece(child, boxes) for child in _visible_children(run))

    def _piece(self, piece: etree._Element, boxes: list[etree._Element]) -> str:
        name = etree.QName(piece).localname
        if name == "t":
            return piece.text or ""
        if name in ("tab", "ptab"):
            return "\t"
        if name in ("br", "cr"):
            return "\n" if value(piece, "type") in (None, "textWrapping") else ""
        if name == "noBreakHyphen":
            return "-"
        if name == "ruby":
            base = piece.find(f"{W}rubyBase")
            return "" if base is None else self._inline(base, boxes)
        if name in ("footnoteReference", "endnoteReference"):
            self._notes.append((name.removesuffix("Reference") + "s", value(piece, "id") or ""))
        elif name in ("drawing", "pict", "object"):
            boxes += _text_boxes(piece)
        return ""

    # -- tables --------------------------------------------------------------------------------------------------------

    def _table(self, table: etree._Element) -> list[str]:
        rows = [row for row in _rows(table) if row.find(f"{W}trPr/{W}del") is None]
        cells = [_cells(row) for row in rows]
        if max(map(len, cells), default=0) < 2 or table.find(f".//{W}tc//{W}tbl") is not None or self._is_layout(cells):
            return [line for row in cells for cell in row for line in self._blocks(cell)]
        grid: list[list[str]] = []
        for row, tcs in zip(rows, cells, strict=True):
            grid.append(self._row(row, tcs, grid[-1] if grid else []))
        return markdown(grid, _repeated_rows(rows))

    @staticmethod
    def _is_layout(cells: list[list[etree._Element]]) -> bool:
        return any(sum(len(t.text or "") for t in cell.iter(f"{W}t")) > _ESSAY for row in cells for cell in row)

    def _row(self, row: etree._Element, cells: list[etree._Element], above: list[str]) -> list[str]:
        """A row's texts; a cell merged to the left or from above repeats what it is merged with."""
        texts = [""] * min(integer(value(row.find(f"{W}trPr/{W}gridBefore"))), 100)
        for cell in cells:
            properties = cell.find(f"{W}tcPr")
            merged = None if properties is None else properties.find(f"{W}vMerge")
            beside = None if properties is None else properties.find(f"{W}hMerge")
            span = 1 if properties is None else integer(value(properties.find(f"{W}gridSpan")), 1)
            self._cells += 1
            text = " ".join(self._blocks(cell))
            self._cells -= 1
            if merged is not None and value(merged) != "restart" and len(above) > len(texts):
                text = "" if is_figure(above[len(texts)]) else above[len(texts)]
            elif beside is not None and value(beside) != "restart" and texts:
                text = "" if is_figure(texts[-1]) else texts[-1]
            texts += [text] + ["" if is_figure(text) else text] * (min(max(span, 1), 100) - 1)
        return texts

    # -- notes ---------------------------------------------------------------------------------------------------------

    def _note_texts(self) -> Iterator[str]:
        """Footnotes, then endnotes, each in the order of their marks."""
        for kind in ("footnotes", "endnotes"):
            root = self._package.optional(kind)
            if root is None:
                continue
            notes = {value(note, "id"): note for note in root}
            for mark, key in list(self._notes):
                if mark == kind and key in notes and (text := "\n".join(self._blocks(notes[key])).strip()):
                    yield text


def _visible_children(parent: etree._Element) -> Iterator[etree._Element]:
    """Children, of alternatives the first that is offered, without what is tracked as deleted or moved away."""
    for child in parent:
        if child.tag == f"{_MC}AlternateContent":
            chosen = child.find(f"{_MC}Choice")
            chosen = child.find(f"{_MC}Fallback") if chosen is None or not len(chosen) else chosen
            if chosen is not None:
                yield from _visible_children(chosen)
        elif isinstance(child.tag, str) and child.tag not in (f"{W}del", f"{W}moveFrom"):
            yield child


def _is_contents_list(control: etree._Element) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return value(gallery) == "Table of Contents"


def _text_boxes(drawing: etree._Element) -> list[etree._Element]:
    """The outermost text boxes of a drawing, of one alternative only."""
    boxes: list[etree._Element] = []
    waiting = list(_visible_children(drawing))
    while waiting:
        element = waiting.pop(0)
        if element.tag == f"{W}txbxContent":
            boxes.append(element)
        else:
            waiting[:0] = _visible_children(element)
    return boxes


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in _visible_children(table):
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in _CONTAINERS:
            yield from _rows(child)


def _cells(row: etree._Element) -> list[etree._Element]:
    cells: list[etree._Element] = []
    for child in _visible_children(row):
        if child.tag == f"{W}tc":
            cells.append(child)
        elif child.tag in _CONTAINERS:
            cells += _cells(child)
    return cells


def _repeated_rows(rows: list[etree._Element]) -> int | None:
    """How many rows at the top repeat on each page: the header, if its maker said so."""
    height = 0
    while height < len(rows) and is_on(rows[height].find(f"{W}trPr/{W}tblHeader")):
        height += 1
    return height or None
