"""Walking through the lines of a text once, giving every line its kind and its section."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.model import Paragraph, ParagraphKind, Span
from knowledge.segment.headings import Heading, clean, heading, plain_heading
from knowledge.segment.outline import Outline
from knowledge.segment.sentences import sentences
from knowledge.segment.tables import Table, is_row

_LINE = re.compile(r"[^\n]+")
_INNER = re.compile(r"(?:^|[：:])\**(?=[一二三四五六七八九十]{1,2}[是要]|第[一二三四五六七八九十][，、])")
_MAY_DIVIDE = re.compile("[一二三四五六七八九十第](?:[是要]|[一二三四五六七八九十][，、])")  # _INNER has one of these
_BODY = re.compile(r"[。；！？]|^各位|^[一二三四五六七八九十]、|^[（(]一[）)]|^\||^##")
_ADDRESS = re.compile(r"^\**各位(?:代表|委员|同志)")
_UNIT_LINE = re.compile(r"^[（(]?(?:计量)?单位[：:]")
_SIGNATURE = re.compile(r"[^。；：，！？|]{2,30}|[^。；！？|]{0,24}\d{4}年\d{1,2}月(?:\d{1,2}日)?[）)]?")
_SIGNATURE_LINES = 3
_TITLE_LINES = 10
_LONGEST_TITLE_LINE = 60


def walk(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a text: its non-empty lines, in order."""
    lines = [line for line in (_stripped(text, m.start(), m.end()) for m in _LINE.finditer(text)) if line]
    top = _title_block(text, lines)
    for index, line in enumerate(lines[:top]):
        yield Paragraph(index, ParagraphKind.TITLE, line, ())
    yield from _Walk(text, lines).run(top)


def _stripped(text: str, start: int, end: int) -> Span | None:
    raw = text[start:end]
    left = len(raw) - len(raw.lstrip())
    right = len(raw.rstrip())
    return Span(start + left, start + right) if right > left else None


def _title_block(text: str, lines: list[Span]) -> int:
    """How many lines at the top are front matter, title, date and speaker."""
    top = _front_matter(text, lines)
    limit = top + _TITLE_LINES
    while top < min(len(lines), limit):
        line = lines[top].of(text)
        if not _may_be_title(line):
            break
        top += 1
    return 0 if top == len(lines) and top > 1 else top


def _front_matter(text: str, lines: list[Span]) -> int:
    if not lines or lines[0].of(text) != "---":
        return 0
    for index, line in enumerate(lines[1:12], start=1):
        if line.of(text) == "---":
            return index + 1
    return 0


def _may_be_title(line: str) -> bool:
    if len(line) > _LONGEST_TITLE_LINE or _BODY.search(clean(line)) or _BODY.search(line):
        return False
    found = heading(line)
    return found is None or found.key in ("md1", "bold", "dash")


def _signature(text: str, lines: list[Span]) -> int:
    """The number of the line where the signature and date at the end begin; len(lines) if there is none."""
    at = len(lines)
    while at > len(lines) - _SIGNATURE_LINES and at > 1 and _SIGNATURE.fullmatch(lines[at - 1].of(text)):
        at -= 1
    return at


class _Walk:
    """One pass; holds the outline, the open table and the last line's text."""

    def __init__(self, text: str, lines: list[Span]) -> None:
        self._text = text
        self._lines = lines
        self._outline = Outline()
        self._table: Table | None = None
        self._before = ""
        self._signed = _signature(text, lines)

    def run(self, first: int) -> Iterator[Paragraph]:
        for index in range(first, len(self._lines)):
            yield self._paragraph(index, self._lines[index])

    def _paragraph(self, index: int, span: Span) -> Paragraph:
        line = span.of(self._text)
        if is_row(line):
            self._table = self._table or Table(self._before, self._outline.path)
            return self._table.row(index, self._text, span)
        self._table = None
        found = heading(line) or self._plain(index, line)
        paragraph = self._headed(index, span, found) if found else self._unmarked(index, span, line)
        self._remember(line, paragraph)
        return paragraph

    def _plain(self, index: int, line: str) -> Heading | None:
        """A short line counts as a heading only where a longer text or another heading follows."""
        found = plain_heading(line)
        if found is None or index + 1 == len(self._lines):
            return None
        after = self._lines[index + 1].of(self._text)
        return found if len(after) > max(20, len(line)) or heading(after) else None

    def _headed(self, index: int, span: Span, found: Heading) -> Paragraph:
        self._outline.enter(found)
        if found.alone:
            return Paragraph(index, ParagraphKind.HEADING, span, self._outline.path)
        head = Span(span.start, span.start + found.end) if found.sentence else None
        return self._text_paragraph(index, span, head)

    def _unmarked(self, index: int, span: Span, line: str) -> Paragraph:
        self._outline.leave_passing()
        if index >= self._signed:
            return Paragraph(index, ParagraphKind.TEXT, span, (), sentences(self._text, span), sentence_sections=((),))
        if _ADDRESS.match(line):
            self._outline.leave_chapter_parts()
        return self._text_paragraph(index, span, None)

    def _text_paragraph(self, index: int, span: Span, head: Span | None) -> Paragraph:
        path = self._outline.path
        parts = sentences(self._text, span)
        return Paragraph(
            index, ParagraphKind.TEXT, span, path, parts, head, sentence_sections=self._inner(span, parts, path)
        )

    def _inner(self, line: Span, parts: tuple[Span, ...], path: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """The section of each sentence: one that begins with 一是… opens its own below the line's."""
        if not _MAY_DIVIDE.search(self._text, line.start, line.end):
            return (path,) * len(parts)
        sections, current = [], path
        for part in parts:
            sentence = part.of(self._text)
            mark = _INNER.search(sentence)
            if mark and (inner := heading(sentence[mark.end() :].lstrip("*"))):
                current = self._outline.below(inner)
            sections.append(current)
        return tuple(sections)

    def _remember(self, line: str, paragraph: Paragraph) -> None:
        """Keep what a table after this line would be captioned with; a line that only names the unit is added to it."""
        if _UNIT_LINE.match(line.lstrip("- ")):
            self._before = f"{self._before} {line}"
        elif paragraph.sentences:
            self._before = clean(paragraph.sentences[-1].of(self._text))
        else:
            self._before = clean(line)
