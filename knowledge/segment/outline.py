"""The stack of headings that a line stands under."""

from __future__ import annotations

from knowledge.segment.headings import PASSING, RANKS, Heading

_CHAPTER = RANKS["cn"]


class Outline:
    """Keeps the headings above the current line while a document is walked through once."""

    def __init__(self) -> None:
        self._stack: list[Heading] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The labels of the headings above the current line, outermost first."""
        return tuple(entry.label for entry in self._stack if entry.label)

    def enter(self, heading: Heading) -> None:
        """Put a heading in its place: beside the last one of its kind, else below everything of higher rank.

        Where a numbering starts anew (（一） below 1.), it opens a level below the heading it stands under.
        """
        keys = [entry.key for entry in self._stack]
        if heading.key in keys:
            del self._stack[keys.index(heading.key) :]
        elif not self._opens_below(heading):
            while self._stack and self._stack[-1].rank >= heading.rank:
                self._stack.pop()
        self._stack.append(heading)

    def leave_passing(self) -> None:
        """Drop run-in heads that hold for their own line only (一是…, ——…)."""
        while self._stack and self._stack[-1].key in PASSING and not self._stack[-1].alone:
            self._stack.pop()

    def leave_chapter_parts(self) -> None:
        """Drop everything below the chapter (an address to the assembly closes what was said before)."""
        while self._stack and self._stack[-1].rank > _CHAPTER:
            self._stack.pop()

    def below(self, heading: Heading) -> tuple[str, ...]:
        """The path that a heading inside the current line would have, without entering it."""
        kept = [entry.label for entry in self._stack if entry.rank < heading.rank and entry.label]
        return (*kept, heading.label) if heading.label else tuple(kept)

    def _opens_below(self, heading: Heading) -> bool:
        return bool(heading.first and self._stack and self._stack[-1].rank in (30, 40) and heading.rank in (20, 30))
