"""Plain text and Markdown."""

from __future__ import annotations

import csv
import io
import re

from knowledge.read.content import Content
from knowledge.read.encoding import decode
from knowledge.read.tables import blocks_of, cell, markdown

_FRONT = re.compile(r"\A---\n(?P<head>(?:[\w-]+:.*\n)+)---\n")
_TITLE = re.compile(r"^title:\s*(?P<title>.+?)\s*$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(?P<text>.*?)(?:\s+#+)?\s*$")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?:https?:|mailto:|\.?/|#)[^)\n]*\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<text>[^\n]*?\w[^\n]*?)(?<=\S)\1")  # a word in it: 产值**.**亿元 is masked
_BULLET = re.compile(r"^\s*[-*+]\s+(?=\S)")
_BULLETS = frozenset("-*+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")
_MARKED = re.compile(r"[*_\[\\]")  # what any of these begins with
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_QUOTE = re.compile(r"^\s{0,3}>\s?")


def read_text(data: bytes, name: str) -> Content:
    """A text file as it is, line ends apart; Markdown marks go where the name or a front matter says so."""
    text = decode(data)
    if name.lower().endswith((".md", ".markdown")) or _FRONT.match(text):
        return read_markdown(text)
    return Content("text/plain", text)


def read_markdown(text: str) -> Content:
    """Markdown without marks of headings, emphasis, bullets, links and pictures; the front matter gives the title."""
    front = _FRONT.match(text)
    found = _TITLE.search(front["head"]) if front else None
    title = found["title"].strip("\"'") if found else None
    body = text[front.end() :] if front else text
    lines: list[str] = []
    for line in _COMMENT.sub("", body).split("\n"):
        if not line:
            lines.append(line)
            continue
        heading = _HEADING.match(line) if "#" in line else None
        if heading and title is None and line.lstrip().startswith("# "):
            title = _inline(heading["text"])
        lines.append(_inline(heading["text"]) if heading else _unmarked(line))
    return Content("text/markdown", "\n".join(lines), title=title)


def _unmarked(line: str) -> str:
    if line.lstrip().startswith("|"):
        return _inline(_BREAK.sub("", line)).rstrip()
    if ">" in line:
        line = _QUOTE.sub("", line)
    if line.lstrip()[:1] in _BULLETS:
        line = _BULLET.sub("", line)
    return _inline(_BREAK.sub("\n", line) if "<" in line else line)


def _inline(text: str) -> str:
    if not _MARKED.search(text):
        return text
    text = _LINK.sub(r"\g<text>", _IMAGE.sub("", text))
    return _ESCAPE.sub(r"\1", _BOLD.sub(r"\g<text>", text))


def read_csv(data: bytes, name: str) -> Content:
    """Comma, semicolon or tab separated values as one table."""
    text = decode(data)
    sample = text[:4096]
    delimiter = max(",\t;，", key=sample.count)
    rows = [[cell(one) for one in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    lines = [line for block in blocks_of(rows) for line in markdown(block)]
    return Content("text/csv", "\n".join(lines))
