"""Cutting a line into sentences."""

from __future__ import annotations

import re

from knowledge.model import Span

# Up to 。！？ with the quotes and brackets closing after it; a short bracket is passed over whole. Possessive: linear.
_SENTENCE = re.compile(
    r"(?:[^。！？\n（]++|（[^（）\n]{0,200}）|（)*+(?:[。！？]+[”’」』）】》\"*]*+|(?<=[^\n])(?=\n|\Z))"
)


def sentences(text: str, line: Span) -> tuple[Span, ...]:
    """The sentences of one line of `text`, as spans without white space at their ends.

    >>> [s.of("甲增长5%。（含乙。）丙！") for s in sentences("甲增长5%。（含乙。）丙！", Span(0, 13))]
    ['甲增长5%。', '（含乙。）丙！']
    """
    found = (_trim(text, m.start(), m.end()) for m in _SENTENCE.finditer(text, line.start, line.end))
    return tuple(span for span in found if span.end > span.start)


def _trim(text: str, start: int, end: int) -> Span:
    if start < end and not text[start].isspace() and not text[end - 1].isspace():
        return Span(start, end)
    raw = text[start:end]
    left = len(raw) - len(raw.lstrip())
    return Span(start + left, start + max(left, len(raw.rstrip())))
