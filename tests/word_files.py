"""Word documents from bare XML, for what python-docx cannot write: numbering, tracked changes, notes, text boxes."""
# ruff: noqa: E501 - XML reads better unbroken

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_PARTS = ("styles", "numbering", "footnotes", "endnotes", "header", "footer")


def word_file(body: str, *, namespace: str = _W, **parts: str) -> bytes:
    """A .docx with this body; `parts` holds the inner XML of styles, numbering, footnotes, endnotes."""
    buffer = io.BytesIO()
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{kind}.xml"/>'
        for n, kind in enumerate(_PARTS)
        if kind in parts
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(parts))
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{_R}/officeDocument" Target="/word/document.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{package}">{relations}</Relationships>'
        )
        document = f"<w:document {_NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"
        archive.writestr("word/document.xml", document.replace(_W, namespace))
        for kind, inner in parts.items():
            root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
            archive.writestr(f"word/{kind}.xml", f"<w:{root} {_NAMESPACES}>{inner}</w:{root}>".replace(_W, namespace))
    return buffer.getvalue()


def _content_types(parts: Iterable[str]) -> str:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{main}.{name if name != "document" else "document.main"}+xml"/>'
        for name in ("document", *parts)
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def p(text: str, *, num: tuple[int, int] | None = None, style: str = "") -> str:
    """A paragraph, numbered by (list, level) and in a style if given."""
    numbered = f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def level(at: int, form: str, pattern: str, *, start: int = 1, extra: str = "") -> str:
    """One level of a list."""
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{extra}<w:lvlText w:val="{pattern}"/></w:lvl>'


def lists(*definitions: str, nums: str | None = None) -> str:
    """numbering.xml: abstract definitions 0, 1, ... and lists 1, 2, ... of them."""
    abstracts = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{one}</w:abstractNum>' for n, one in enumerate(definitions)
    )
    plain = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(len(definitions)))
    return abstracts + (plain if nums is None else nums)
