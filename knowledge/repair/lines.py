"""Lines and paragraphs: text wrapped at a fixed width, and items of a list run together."""

from __future__ import annotations

import re
from itertools import pairwise

from knowledge.repair.edits import Edit, Page

_LINE = re.compile("[^\n]+")
_NARROWEST, _WIDEST = 20, 160  # columns of wrapped text; a Chinese character fills two
_RAGGED = 5  # a full line may fall this much short of the width, where a figure or a sign did not fit
_FULL_LINES = 3
_FULL_SHARE = 0.3
_ENDS = re.compile(r"[。！？；：…!?;:|][”’」』）)]?\s*$")
_STARTS = re.compile(
    r"\s{2}|\u3000|[#|>*\-•]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十0-9]{1,3}[）)]"
    r"|第[一二三四五六七八九十]{1,3}[章节部篇条]|[0-9]{1,2}[、.．](?![0-9])"
)


def join_wrapped_lines(page: Page) -> list[Edit]:
    """Join lines that were broken at a fixed width, as mail and printed text have them: a sentence must not end there.

    Only where a good part of the lines fill the same width and stop in mid-sentence there, and only such lines are
    joined with the next, if that does not start like a paragraph (indent, heading, list mark, table).
    """
    lines = list(_LINE.finditer(page.text))
    if len(lines) <= _FULL_LINES:
        return []
    width = _wrapped_width([m[0] for m in lines])
    if not width:
        return []
    return [_join(page.text, a, b) for a, b in pairwise(lines) if _runs_on(a, b, width)]


def _wrapped_width(lines: list[str]) -> int:
    """The width that the text was wrapped at, or 0."""
    if max(map(len, lines)) > _WIDEST:
        return 0
    widths = [columns(line) for line in lines]
    width = max(widths)
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    full = sum(width - w <= _RAGGED and not _ENDS.search(line) for w, line in zip(widths, lines, strict=True))
    return width if full >= _FULL_LINES and full >= _FULL_SHARE * len(lines) else 0


def _runs_on(line: re.Match[str], following: re.Match[str], width: int) -> bool:
    return (
        following.start() - line.end() == 1
        and width - columns(line[0]) <= _RAGGED
        and not _ENDS.search(line[0])
        and not line[0].lstrip().startswith(("#", "|"))
        and not _STARTS.match(following[0])
    )


def _join(text: str, line: re.Match[str], following: re.Match[str]) -> Edit:
    """Take out the line end with the blanks around it; two Latin words keep one blank between them."""
    end = line.start() + len(line[0].rstrip())
    start = following.end() - len(following[0].lstrip())
    latin = re.match("[A-Za-z]{2}", text[end - 1 : end] + text[start : start + 1])
    return Edit(end, start, " " if latin else "")


def columns(line: str) -> int:
    """How wide a line is printed: two columns for everything beyond Latin letters."""
    return len(line) + sum(character > "\u2e7f" for character in line)


_NUMBERS = "一二三四五六七八九十"
_ITEM = re.compile(rf"[^\S\n]*([{_NUMBERS}])是")


def split_glued_items(page: Page) -> list[Edit]:
    """Start a new line at 六是 when the line opens with 五是 and the item before, 四是, has a line of its own.

    A list written one item a line lost a line end there. Lists that run on in one paragraph stay as they are.
    """
    if "。" not in page.text or "是" not in page.text:
        return []
    edits: list[Edit] = []
    heads: list[int] = []  # numbers of the items that opened the lines above
    for line in _LINE.finditer(page.text):
        head = _ITEM.match(line[0])
        if not head:
            continue
        number = _NUMBERS.index(head[1])
        if number and number - 1 in heads[-1:]:
            while number + 1 < len(_NUMBERS) and (place := line[0].find(f"。{_NUMBERS[number + 1]}是")) >= 0:
                edits.append(Edit(line.start() + place + 1, line.start() + place + 1, "\n"))
                number += 1
        heads.append(number)
    return edits
