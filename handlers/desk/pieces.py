"""The text beside the cards: each paragraph cut into pieces that know their cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.model import Paragraph, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text that belongs to a card: a figure, a number left over, a work item or a difficulty."""

    card: str
    span: Span
    paragraph: int
    kind: str  # figure, left, task
    label: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: plain, a figure, a number that was left over, or part of a task's sentence."""

    text: str
    kind: str = "plain"
    cards: tuple[str, ...] = ()
    label: str = ""
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph in pieces that joined give its text."""

    kind: str
    pieces: tuple[Piece, ...]


def paragraphs_of(texts: Iterable[tuple[Paragraph, str]], marks: Iterable[Mark]) -> tuple[ParagraphView, ...]:
    """The text in pieces. Figures whose values stand in the same characters share a piece."""
    by_paragraph: dict[int, list[Mark]] = {}
    for mark in marks:
        by_paragraph.setdefault(mark.paragraph, []).append(mark)
    return tuple(
        ParagraphView(paragraph.kind.value, tuple(_pieces(paragraph, text, by_paragraph.get(paragraph.index, ()))))
        for paragraph, text in texts
    )


def _pieces(paragraph: Paragraph, text: str, marks: Sequence[Mark]) -> Iterator[Piece]:
    base, at = paragraph.span.start, 0
    tasks = [replace(mark, span=_moved(mark.span, -base)) for mark in marks if mark.kind == "task"]
    for span, piece in _figures(marks, base, len(text)):
        if span.start < at:
            continue  # lies in an earlier mark: its card is still beside the text
        yield from _plain(text, Span(at, span.start), tasks)
        yield replace(piece, text=span.of(text))
        at = span.end
    yield from _plain(text, Span(at, len(text)), tasks)


def _figures(marks: Iterable[Mark], base: int, length: int) -> list[tuple[Span, Piece]]:
    """Where figures and leftovers stand in a paragraph, first come first, a longer one before a shorter."""
    places: dict[Span, list[Mark]] = {}
    for mark in marks:
        span = _moved(mark.span, -base)
        if mark.kind != "task" and 0 <= span.start < span.end <= length:
            places.setdefault(span, []).append(mark)
    return [(span, _joined(places[span])) for span in sorted(places, key=lambda one: (one.start, -one.end))]


def _joined(marks: Sequence[Mark]) -> Piece:
    kind = "figure" if any(mark.kind == "figure" for mark in marks) else "left"
    cards = tuple(mark.card for mark in marks)
    return Piece("", kind, cards, "；".join(mark.label for mark in marks), any(mark.doubt for mark in marks))


def _plain(text: str, span: Span, tasks: Sequence[Mark]) -> Iterator[Piece]:
    """The characters between figures, cut where the sentences of tasks begin and end."""
    edges = {span.start, span.end}
    for task in tasks:
        edges |= {edge for edge in (task.span.start, task.span.end) if span.start < edge < span.end}
    places = sorted(edges)
    for start, end in pairwise(places):
        cards = tuple(task.card for task in tasks if task.span.start <= start and end <= task.span.end)
        yield Piece(text[start:end], "task" if cards else "plain", cards)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
