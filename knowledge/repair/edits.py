"""Edits with their way back: what a repair rule returns, and how edits of many rules add up to one map."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_PROSE = re.compile("[\u4e00-\u9fff，。、]+")


class Edit(NamedTuple):
    """Put `text` in place of the characters [start, end)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Page:
    """The text that a rule looks at, with its set of signs, by which most rules see that nothing is to be done."""

    text: str

    @cached_property
    def signs(self) -> frozenset[str]:
        """Every character that occurs but Han and ，。、 which fill nine tenths of a text and would cost most of it."""
        return frozenset(_PROSE.sub("", self.text))

    def holds(self, characters: re.Pattern[str]) -> bool:
        """Whether one of some characters occurs: for those that `signs` leaves out."""
        return characters.search(self.text) is not None


def identity(length: int) -> array[int]:
    """The map of a text of this length onto itself: length + 1 entries."""
    return array("I", range(length + 1))


def apply_edits(text: str, edits: Iterable[Edit], origin: Sequence[int]) -> tuple[str, array[int]]:
    """The edited text and the map from it to where `origin` led; edits must not overlap (ValueError)."""
    pieces: list[str] = []
    back: array[int] = array("I")
    place = 0
    for edit in sorted(edits):
        if edit.start < place:
            raise ValueError(f"edits overlap at {edit.start}")
        pieces += (text[place : edit.start], edit.text)
        back.extend(origin[place : edit.start])
        back.extend(_inherited(edit, origin))
        place = edit.end
    pieces.append(text[place:])
    back.extend(origin[place:])
    return "".join(pieces), back


def _inherited(edit: Edit, origin: Sequence[int]) -> list[int]:
    """New characters stand where the old ones stood, one for one while those last."""
    last = max(edit.start, edit.end - 1)
    return [origin[min(edit.start + index, last)] for index in range(len(edit.text))]
