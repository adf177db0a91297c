"""OFD files (GB/T 33190) as two families of generators write them, typeset by a small line breaker.

`lines`: prefix ofd:, a text object a line, DeltaX with repetition, rules as stroked lines, page numbers on the page.
`pieces`: default namespace, a text object a run of one script, a unit font size enlarged by CTM, glyph transforms,
cells as rectangles, absolute places, a template with the running head, a seal as annotation.
"""
# ruff: noqa: E501 - XML reads better unbroken

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

Block = tuple[str, Any]
_SIZE, _LEFT, _RIGHT, _TOP, _BOTTOM, _PITCH = 5.6, 28.0, 184.8, 37.0, 262.0, 9.8  # mm, 28 characters a line
_NS = "http://www.ofdspec.org/2016"


def _width(char: str, size: float) -> float:
    return size / 2 if char < "\u2000" else size


def _typeset(blocks: list[Block]) -> list[list[tuple[str, Any]]]:
    """Pages of ("line", (text, x, baseline, size)) and ("cell", (x, y, width, height, text))."""
    pages: list[list[tuple[str, Any]]] = [[]]
    y = _TOP

    def advance(height: float) -> float:
        nonlocal y
        if y + height > _BOTTOM:
            pages.append([])
            y = _TOP
        y += height
        return y

    for kind, content in blocks:
        if kind == "table":
            width = (_RIGHT - _LEFT) / len(content[0])
            for row in content:
                bottom = advance(_PITCH)
                for x, text in enumerate(row):
                    pages[-1].append(("cell", (_LEFT + x * width, bottom - _PITCH, width, _PITCH, text)))
            advance(_PITCH / 2)
            continue
        size = 7.8 if kind == "title" else _SIZE
        for text, x in _broken(content, size, kind):
            bottom = advance(size * 1.75)
            pages[-1].append(("line", (text, x, bottom - 0.3 * size, size)))
    return pages


def _broken(text: str, size: float, kind: str) -> Iterator[tuple[str, float]]:
    """The lines of a paragraph with where each starts; figures are not broken, full stops do not start a line."""
    indent = 0.0 if kind == "title" else 2 * size
    line, x, room = "", _LEFT + indent, _RIGHT - _LEFT - indent
    for token in re.findall(r"[\d.%,a-zA-Z]+[，。；：、）”]*|.[，。；：、）”]*", text):
        if sum(_width(char, size) for char in line + token.rstrip("，。；：、）”")) > room + 0.01:
            yield line, x
            line, x, room = "", _LEFT, _RIGHT - _LEFT
        line += token
    width = sum(_width(char, size) for char in line)
    yield line, (_LEFT + (_RIGHT - _LEFT - width) / 2 if kind == "title" else x)


def _deltas(text: str, size: float, *, repeated: bool) -> str:
    steps = [f"{_width(char, size):g}" for char in text[:-1]]
    if not repeated:
        return " ".join(steps)
    packed: list[tuple[str, int]] = []
    for step in steps:
        if packed and packed[-1][0] == step:
            packed[-1] = (step, packed[-1][1] + 1)
        else:
            packed.append((step, 1))
    return " ".join(" ".join([step] * count) if count < 3 else f"g {count} {step}" for step, count in packed)


def _zip(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')
    return buffer.getvalue()


# -- a text object a line ----------------------------------------------------------------------------------------------


def lines_file(blocks: list[Block], documents: int = 1) -> bytes:
    """The family that writes whole lines; `documents` repeats the body as further documents of the same file."""
    parts: dict[str, str] = {}
    bodies = ""
    for number in range(documents):
        bodies += (
            f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>{number:032d}</ofd:DocID><ofd:Title>新建文档</ofd:Title>"
            "<ofd:Creator>test</ofd:Creator></ofd:DocInfo>"
            f"<ofd:DocRoot>Doc_{number}/Document.xml</ofd:DocRoot></ofd:DocBody>"
        )
        parts |= _lines_document(blocks, f"Doc_{number}")
    root = f'<ofd:OFD xmlns:ofd="{_NS}" Version="1.0" DocType="OFD">{bodies}</ofd:OFD>'
    return _zip({"OFD.xml": root} | parts)


def _lines_document(blocks: list[Block], folder: str) -> dict[str, str]:
    pages = _typeset(blocks)
    parts = {}
    listed = ""
    for number, page in enumerate(pages):
        listed += f'<ofd:Page ID="{number + 1}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        footer = ("line", (f"— {number + 1} —", 100.0, 285.0, 4.2))
        objects = "".join(_lines_object(kind, what) for kind, what in [*page, footer])
        parts[f"{folder}/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page xmlns:ofd="{_NS}"><ofd:Content><ofd:Layer Type="Body" ID="9">{objects}</ofd:Layer>'
            "</ofd:Content></ofd:Page>"
        )
    parts[f"{folder}/Document.xml"] = (
        f'<ofd:Document xmlns:ofd="{_NS}"><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea>'
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    return parts


def _lines_object(kind: str, what: Any) -> str:
    if kind == "line":
        text, x, y, size = what
        return (
            f'<ofd:TextObject ID="11" Boundary="{x:g} {y - size:g} 170 {size * 1.3:g}" Font="3" Size="{size:g}">'
            f'<ofd:TextCode X="0" Y="{size:g}" DeltaX="{_deltas(text, size, repeated=True)}">{escape(text)}</ofd:TextCode>'
            "</ofd:TextObject>"
        )
    x, y, width, height, text = what
    rules = "".join(
        f'<ofd:PathObject ID="12" Boundary="{x:g} {y:g} {width:g} {height:g}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>"
        for path in (
            f"M 0 0 L {width:g} 0",
            f"M 0 {height:g} L {width:g} {height:g}",
            f"M 0 0 L 0 {height:g}",
            f"M {width:g} 0 L {width:g} {height:g}",
        )
    )
    return rules + _lines_object("line", (text, x + 1, y + 6, 4.2))


# -- a text object a piece ---------------------------------------------------------------------------------------------


def pieces_file(blocks: list[Block]) -> bytes:
    """The family that writes runs of one script, positioned by transformation."""
    pages = _typeset(blocks)
    listed = "".join(f'<Page ID="{n}" BaseLoc="/Doc/P{n}/Content.xml"/>' for n in range(len(pages)))
    parts = {
        "OFD.xml": f'<OFD xmlns="{_NS}" Version="1.1" DocType="OFD"><DocBody><DocInfo><DocID>1</DocID></DocInfo>'
        "<DocRoot>/Doc/Document.xml</DocRoot><Signatures>/Doc/Signs/Signatures.xml</Signatures></DocBody></OFD>",
        "Doc/Document.xml": f'<Document xmlns="{_NS}"><CommonData>'
        '<TemplatePage ID="77" BaseLoc="Tpls/T.xml" ZOrder="Background"/>'
        "<PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea></CommonData>"
        f"<Pages>{listed}</Pages><Annotations>Annots/Annotations.xml</Annotations></Document>",
        "Doc/Tpls/T.xml": _pieces_page([("line", ("某某县文件资料", 28.0, 15.0, 4.0)), _mark()], template=False),
        "Doc/Annots/Annotations.xml": f'<Annotations xmlns="{_NS}"><Page PageID="0"><FileLoc>A.xml</FileLoc></Page>'
        "</Annotations>",
        "Doc/Annots/A.xml": f'<PageAnnot xmlns="{_NS}"><Annot Type="Stamp"><Appearance>'
        f"{_piece('某某县水务局公章9999亿元', 120, 200, 5)}</Appearance></Annot></PageAnnot>",
        "Doc/Signs/Signatures.xml": f'<Signatures xmlns="{_NS}"/>',
    }
    for number, page in enumerate(pages):
        parts[f"Doc/P{number}/Content.xml"] = _pieces_page(page, template=True)
    return _zip(parts)


def _mark() -> tuple[str, Any]:
    return "mark", ("内部资料88亿元", 60.0, 150.0, 12.0)


def _pieces_page(page: list[tuple[str, Any]], *, template: bool) -> str:
    used = '<Template TemplateID="77" ZOrder="Background"/>' if template else ""
    objects = "".join(_pieces_object(kind, what) for kind, what in page)
    block = f'<PageBlock ID="6">{objects}</PageBlock>'
    return f'<Page xmlns="{_NS}">{used}<Content><Layer ID="5">{block}</Layer></Content></Page>'


def _pieces_object(kind: str, what: Any) -> str:
    if kind == "mark":  # a slanted watermark
        text, x, y, size = what
        return _piece(text, x, y, size).replace(
            f'CTM="{size:g} 0 0 {size:g} 0 0"', f'CTM="{size * 0.7} {-size * 0.7} {size * 0.7} {size * 0.7} 0 0"'
        )
    if kind == "cell":
        x, y, width, height, text = what
        frame = (
            f'<PathObject ID="8" Boundary="{x:g} {y:g} {width:g} {height:g}" Stroke="true" Fill="false">'
            f"<AbbreviatedData>M 0 0 L {width:g} 0 L {width:g} {height:g} L 0 {height:g} C</AbbreviatedData></PathObject>"
        )
        return frame + _pieces_object("line", (text, x + 1, y + 6, 4.2))
    text, x, y, size = what
    pieces = ""
    for run in re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", text):
        pieces += _piece(run, x, y, size)
        x += sum(_width(char, size) for char in run)
    return pieces


def _piece(run: str, x: float, y: float, size: float) -> str:
    glyphs = " ".join(str(100 + number) for number in range(len(run)))
    return (
        f'<TextObject ID="7" Boundary="{x:g} {y - size:g} 90 {size * 1.2:g}" Font="4" Size="1" '
        f'CTM="{size:g} 0 0 {size:g} 0 0"><FillColor Value="0 0 0"/>'
        f'<CGTransform CodePosition="0" CodeCount="{len(run)}" GlyphCount="{len(run)}">'
        f"<Glyphs>{glyphs}</Glyphs></CGTransform>"
        f'<TextCode X="0" Y="1" DeltaX="{_deltas(run, 1, repeated=False)}">{escape(run)}</TextCode></TextObject>'
    )
