"""PDF files with a text layer: characters and rules from PDFium, then `layout`."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from knowledge.errors import BrokenFile, LimitExceeded, LockedFile, ScannedFile
from knowledge.read.content import Content
from knowledge.read.layout import Glyph, Page, flow
from knowledge.read.limits import Limits
from knowledge.read.ruled import Edge, Point, edges_of_path

_MAX_EDGES = 20_000  # a drawing with more has no tables
_LINE_HYPHEN = 2  # what PDFium makes of a hyphen at a line's end: 1-6月 over two lines
_FONTS = Path(__file__).parent / "fonts"
_OCR = "请先做文字识别（OCR），或发送 Word 等文字版。"


def read_pdf(data: bytes, name: str, limits: Limits) -> Content:
    """A PDF's text. Raises LockedFile, ScannedFile (no text layer, or a garbled one), BrokenFile, LimitExceeded."""
    document = _open(data)
    try:
        if len(document) > limits.max_pages:
            raise LimitExceeded(f"PDF 有 {len(document)} 页，超过 {limits.max_pages} 页的限制，请拆成几份再发送。")
        pages = [_page(document[number], limits) for number in range(len(document))]
        pictured = [
            number for number, page in enumerate(pages, 1) if not page.glyphs and _has_picture(document[number - 1])
        ]
        title = document.get_metadata_value("Title") or None
    finally:
        document.close()
    _check_text(pages, pictured)
    read = flow(pages)
    missing = tuple(f"第{number}页是图片，没有读到文字。" for number in pictured)
    return Content("application/pdf", "\n".join(read.lines), (*read.notes, *missing), _own_title(title, read.lines))


@cache
def _start() -> None:
    """Give PDFium a font of boxes for Chinese text whose font is not in the file.

    With the machine's own fonts, results would differ from one to the next, and where there is none, PDFium leaves out
    pieces of text that have a single character.
    """
    paths = (ctypes.c_char_p * 2)(bytes(_FONTS), None)
    config = pdfium.FPDF_LIBRARY_CONFIG(version=2)
    config.m_pUserFontPaths = ctypes.cast(paths, type(config.m_pUserFontPaths))
    pdfium.FPDF_DestroyLibrary()
    pdfium.FPDF_InitLibraryWithConfig(config)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    _start()
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise LockedFile("这个 PDF 设了打开密码，请去掉密码后再发送。") from error
        raise BrokenFile("PDF 文件已损坏，打不开：请重新导出或另存后再发送。") from error


def _check_text(pages: list[Page], pictured: list[int]) -> None:
    """A document whose pages are mostly pictures, or whose characters have no meaning, cannot be read."""
    text = "".join(glyph.text for page in pages for glyph in page.glyphs)
    if pictured and (len(pictured) * 2 >= len(pages) or not text.strip()):
        raise ScannedFile(f"这个 PDF 是扫描件，没有文字层，读不出内容：{_OCR}")
    odd = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " " for char in text)
    if odd * 3 > len(text) > 0:
        raise ScannedFile(f"这个 PDF 的文字层是乱码（字体没有编码表），读不出内容：{_OCR}")


def _own_title(title: str | None, lines: tuple[str, ...]) -> str | None:
    """The metadata's title, but only if the text has it too: office programs put file names and old titles there."""
    head = "".join("".join(lines[:5]).split())
    return title if title and len(title) > 4 and "".join(title.split()) in head else None


def _page(page: pypdfium2.PdfPage, limits: Limits) -> Page:
    turned = page.get_rotation()
    left, bottom, right, top = page.get_mediabox()
    view = _View(left, bottom, right, top, turned)
    width, height = (right - left, top - bottom) if turned % 180 == 0 else (top - bottom, right - left)
    glyphs = list(_glyphs(page, view, limits))
    edges = list(_edges(page, view))
    page.close()
    return Page(width, height, glyphs, edges if len(edges) <= _MAX_EDGES else [])


class _View:
    """From the page's own coordinates (up, unrotated) to those of a reader (down, rotated)."""

    def __init__(self, left: float, bottom: float, right: float, top: float, turned: int) -> None:
        self._box = (left, bottom, right, top)
        self.turned = turned

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a reader sees a point."""
        left, bottom, right, top = self._box
        if self.turned == 90:
            return y - bottom, x - left
        if self.turned == 180:
            return right - x, y - bottom
        if self.turned == 270:
            return top - y, right - x
        return x - left, top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """left, top, right, bottom of a box, as a reader sees it."""
        (a, b), (c, d) = self.point(x0, y0), self.point(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)


def _glyphs(page: pypdfium2.PdfPage, view: _View, limits: Limits) -> Iterator[Glyph]:
    """Every upright character with its box; slanted ones are watermarks, generated ones PDFium's guess at spaces."""
    text = page.get_textpage()
    rect = pdfium.FS_RECTF()
    count = text.count_chars()
    if count > limits.max_characters:
        raise LimitExceeded(f"文件的文字超过 {limits.max_characters} 字，请拆成几份再发送。")
    high = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        if code in (0, 0xAD, 0xFFFE, 0xFEFF) or pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not _is_upright(pdfium.FPDFText_GetCharAngle(text, index), view.turned):
            continue
        if pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(rect)):
            char = " " if code in (9, 10, 13, 0xA0, 0x3000) else "-" if code == _LINE_HYPHEN else chr(code)
            yield Glyph(char, *view.box(rect.left, rect.bottom, rect.right, rect.top))
    text.close()


def _is_upright(angle: float, turned: int) -> bool:
    """Whether a character at an angle (radians, clockwise) stands upright on a page turned by so many degrees."""
    difference = (math.degrees(angle) + turned) % 360
    return min(difference, 360 - difference) < 8 or angle < 0


def _edges(page: pypdfium2.PdfPage, view: _View) -> Iterator[Edge]:
    """The horizontal and vertical rules among the page's paths."""
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        matrix = item.get_matrix()
        parts = [[view.point(*matrix.on_point(x, y)) for x, y in part] for part in _subpaths(item.raw)]
        yield from edges_of_path(parts)


def _subpaths(path: object) -> Iterator[list[Point]]:
    """The end points of a path's pieces; a closed piece ends where it starts."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        if not segment or not pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            continue
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        points.append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4))
