"""Cutting a line into sentences."""

from __future__ import annotations

import re

from knowledge.model import Span

# Up to 。！？ with the quotes and brackets closing after it; a short bracket is passed over whole. Possessive: linear.
_SENTENCE = re.compile(
    r"(?:[^。！？\n（]++|（[^（）\n]{0,200}）|（)*+(?:[。！？]+[”’」』）】》\"*]*+|(?<=[^\n])(?=\n|\Z))"
)
_ends = re.Match.span


def sentences(text: str, line: Span) -> tuple[Span, ...]:
    """The sentences of one line of `text`, as spans without white space at their ends.

    >>> [s.of("甲增长5%。（含乙。）丙！") for s in sentences("甲增长5%。（含乙。）丙！", Span(0, 13))]
    ['甲增长5%。', '（含乙。）丙！']
    """
    found = []
    for start, end in map(_ends, _SENTENCE.finditer(text, line.start, line.end)):
        if start < end and (text[start].isspace() or text[end - 1].isspace()):
            start, end = _trimmed(text, start, end)
        if start < end:
            found.append(Span(start, end))
    return tuple(found)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    raw = text[start:end]
    return end - len(raw.lstrip()), start + len(raw.rstrip())
