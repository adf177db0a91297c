"""One summary written as many kinds of file, with real producers, for the tests of reading.

A summary is a list of blocks: `("title" | "heading" | "text", words)` and `("table", rows)`.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

Block = tuple[str, Any]


def text_file(blocks: list[Block], encoding: str = "utf-8") -> bytes:
    """Plain text, a paragraph a line."""
    return "\n".join(expected(blocks)).encode(encoding)


def expected(blocks: list[Block]) -> list[str]:
    """The lines that every format should give back."""
    lines: list[str] = []
    for kind, content in blocks:
        if kind == "table":
            rows = [f"| {' | '.join(row)} |" for row in content]
            lines += [rows[0], f"| {' | '.join(['---'] * len(content[0]))} |", *rows[1:]]
        else:
            lines.append(content)
    return lines


def html_file(blocks: list[Block], encoding: str = "utf-8") -> bytes:
    """A page as a government site's content system makes it: menus before, a footer after."""
    parts = [
        f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>工作总结-某某县人民政府</title>'
        "<style>.a{color:red}</style><script>var n = '产值99亿元';</script></head><body>"
        '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/xxgk">信息公开</a></li></ul></div>'
        '<div class="TRS_Editor">'
    ]
    for kind, content in blocks:
        if kind == "table":
            rows = ("".join(f"<td><p>{cell}</p></td>" for cell in row) for row in content)
            parts.append(f"<table border=1><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>")
        elif kind == "title":
            parts.append(f"<h1>{content}</h1>")
        else:
            parts.append(f'<p style="text-indent:2em">&nbsp;&nbsp;&nbsp;&nbsp;<span>{content}</span></p>\n')
    parts.append('</div><div class="footer">版权所有：某某县人民政府  备案号12345678号</div></body></html>')
    return "".join(parts).encode(encoding)


def docx_file(blocks: list[Block], size: float = 16, indent: float = 32) -> bytes:
    """A Word document in the usual form of an office: centred title, indented paragraphs, page numbers at the foot."""
    document = docx.Document()
    _song(document, size)
    for kind, content in blocks:
        if kind == "title":
            heading = document.add_paragraph(style="Title")
            heading.alignment = 1
            run = heading.add_run(content)
            run.font.size = Pt(22)
        elif kind == "table":
            _table(document, content)
        else:
            paragraph = document.add_paragraph(content)
            paragraph.paragraph_format.first_line_indent = Pt(indent)
    _page_numbers(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _song(document: Any, size: float) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "WenQuanYi Micro Hei")


def _table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    table.style = "Table Grid"
    for y, row in enumerate(rows):
        for x, words in enumerate(row):
            table.cell(y, x).text = words


def _page_numbers(document: Any) -> None:
    """— N — at the foot of every page."""
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = 1
    foot.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    foot.add_run(" —")


def office() -> str | None:
    """LibreOffice, where it is installed."""
    return shutil.which("soffice")


def converted(data: bytes, suffix: str, kind: str) -> bytes:
    """A file turned into another kind by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"in{suffix}")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        command = [office() or "", "--headless", f"-env:UserInstallation={profile}", "--convert-to", kind]
        subprocess.run([*command, "--outdir", folder, str(source)], check=True, capture_output=True, timeout=110)
        return source.with_suffix(f".{kind.partition(':')[0]}").read_bytes()


def pdf_file(blocks: list[Block]) -> bytes:
    """A PDF from reportlab: A4, justified paragraphs, ruled tables, a running head and page numbers."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    body = ParagraphStyle("body", fontName="STSong-Light", fontSize=15, leading=26, firstLineIndent=30, wordWrap="CJK")
    title = ParagraphStyle("title", fontName="STSong-Light", fontSize=22, leading=34, alignment=1, wordWrap="CJK")
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light", 12)]
    story = [
        Table(content, style=grid, repeatRows=1)
        if kind == "table"
        else Paragraph(content, title if kind == "title" else body)
        for kind, content in blocks
    ]

    def margins(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(72, 800, "某某县政府文件")
        canvas.drawCentredString(A4[0] / 2, 40, f"- {document.page} -")

    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4).build(story, onFirstPage=margins, onLaterPages=margins)
    return buffer.getvalue()
