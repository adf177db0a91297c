"""What kind of file some bytes are, by their content; the name only decides between kinds of plain text."""

from __future__ import annotations

import re
from enum import StrEnum

from knowledge.errors import LockedFile, UnknownFormat


class Kind(StrEnum):
    """A kind of file that has a reader."""

    TEXT = "text"
    CSV = "csv"
    HTML = "html"
    MHTML = "mhtml"
    DOCX = "docx"
    XLSX = "xlsx"
    XLS = "xls"
    PDF = "pdf"
    OFD = "ofd"
    LEGACY = "legacy"  # .doc, .wps, .rtf, .odt, .ods: through another program


_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"SQLite format 3")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p|h[1-6]|title|span|br)[\s>/]", re.IGNORECASE)
_MHTML = re.compile(rb"^MIME-Version:.*?^Content-Type:\s*multipart/related", re.IGNORECASE | re.DOTALL | re.MULTILINE)


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of a file.

    Raises UnknownFormat for pictures, archives, slides and programs, LockedFile for encrypted Office files.
    """
    if data.lstrip()[:5] == b"%PDF-" or b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(data)
    if data.startswith((b"{\\rtf", b"\xdb\xa5-\0")):
        return Kind.LEGACY
    _refuse_foreign(data)
    return _textual(data, name)


def _zipped(data: bytes) -> Kind:
    for mark, kind in ((b"word/document", Kind.DOCX), (b"OFD.xml", Kind.OFD), (b"xl/workbook", Kind.XLSX)):
        if mark in data:
            return kind
    if b"mimetypeapplication/vnd.oasis.opendocument" in data[:200]:
        return Kind.LEGACY
    if b"ppt/presentation" in data:
        raise UnknownFormat("这是演示文稿（PPT），简报只读文字材料：请发送 Word、PDF 或文本格式的工作总结。")
    raise UnknownFormat("这是压缩包，请解压后把里面的文档（Word、PDF、OFD、Excel 等）逐个发送。")


def _compound(data: bytes) -> Kind:
    """A Microsoft compound file, by the names of its streams (UTF-16)."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") + b"\0\0" in data

    if has("EncryptedPackage"):
        raise LockedFile("这个文件设了打开密码，请去掉密码（文件→信息→保护文档）另存后再发送。")
    if has("Workbook") or has("Book"):
        return Kind.XLS
    if has("PowerPoint Document"):
        raise UnknownFormat("这是演示文稿（PPT），简报只读文字材料：请发送 Word、PDF 或文本格式的工作总结。")
    return Kind.LEGACY


def _refuse_foreign(data: bytes) -> None:
    if data.startswith(_IMAGES) or data[8:12] == b"WEBP" or data[4:12] in (b"ftypheic", b"ftypmif1"):
        raise UnknownFormat("这是图片，简报不识别图片里的文字：请发送 Word、PDF 等文字版，或先做文字识别（OCR）。")
    if data.startswith(_ARCHIVES):
        raise UnknownFormat("这是压缩包，请解压后把里面的文档（Word、PDF、OFD、Excel 等）逐个发送。")
    if data.startswith(_PROGRAMS):
        raise UnknownFormat("这个文件是程序或数据，不是文档，请发送 Word、PDF、网页或文本格式的工作总结。")


def _textual(data: bytes, name: str) -> Kind:
    head = data[:4096].replace(b"\0", b"")
    if _MHTML.search(head):
        return Kind.MHTML
    if b'progid="Word.Document"' in head:
        return Kind.LEGACY
    opening = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if opening.startswith(b"<") and _HTML.search(head):
        return Kind.HTML
    lower = name.lower()
    if lower.endswith((".htm", ".html", ".xhtml")) and _HTML.search(data.replace(b"\0", b"")):
        return Kind.HTML
    return Kind.CSV if lower.endswith((".csv", ".tsv")) else Kind.TEXT
