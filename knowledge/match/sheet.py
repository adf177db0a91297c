"""What asking needs to know of one document, as strings and arrays: small in memory, quick to store and to load.

Positions are in the folded text, in the passages as they are written, or numbers of clauses, sentences and figures.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate, islice
from typing import Any

from knowledge.match.page import places

LEVELS = (1.0, 0.97, 0.92, 0.9, 0.88, 0.65, 0.62, 0.6)  # how closely a text may belong to a figure or a sentence
_CODES = {level: code for code, level in enumerate(LEVELS)}
_QUICK = 1  # zlib's level: half the size for half a millisecond of unpacking


def small(numbers: Iterable[int]) -> array[int]:
    """Numbers in as little room as they need."""
    found = array("i", numbers)
    return array("H", found) if found and min(found) >= 0 and max(found) < 1 << 16 else found


class BadSheet(ValueError):
    """Bytes that are no sheet."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Short texts, each once, with the things that each belongs to and how closely."""

    joined: str  # the texts, one a line
    starts: array[int]  # of each text
    offsets: array[int]  # where the owners of each text begin
    numbers: array[int]
    levels: array[int]  # as places in LEVELS

    def holding(self, key: str) -> Iterator[tuple[int, float]]:
        """The owners of each text that holds a key, with their levels."""
        last = -1
        for at in places(self.joined, key):
            text = bisect_right(self.starts, at) - 1
            if text != last:
                last = text
                for owner in range(self.offsets[text], self.offsets[text + 1]):
                    yield self.numbers[owner], LEVELS[self.levels[owner]]


class Fields:
    """Collects short texts that belong to things: names, headings."""

    def __init__(self) -> None:
        self._owners: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)

    def add(self, text: str, owner: int, level: float) -> None:
        """A text that belongs to a thing."""
        if text:
            self._owners[text].append((owner, _CODES[level]))

    def add_all(self, texts: Sequence[str], owner: int, level: float) -> None:
        """Texts that belong to a thing, none of them empty."""
        own, owners = (owner, _CODES[level]), self._owners
        for text in texts:
            owners[text].append(own)

    def owners(self) -> Owners:
        """The texts and what they belong to."""
        texts, lists = list(self._owners), list(self._owners.values())
        return Owners(
            "\n".join(texts),
            small([0, *accumulate(len(text) + 1 for text in texts)]),
            small([0, *accumulate(map(len, lists))]),
            small(number for owners in lists for number, _ in owners),
            array("b", [code for owners in lists for _, code in owners]),
        )

    def texts(self) -> str:
        """The texts alone, one a line."""
        return "\n".join(self._owners)


@dataclass(frozen=True)
class Sheet:
    """One document, ready for asking."""

    text: str  # its paragraphs, folded, one a line
    ends: array[int]  # where each clause but the last ends in it
    segments: array[int]  # the segment of each clause
    clause_sentences: array[int]  # the sentence of each clause
    passages: array[int]  # of each sentence
    starts: array[int]  # of each sentence in its passage
    stops: array[int]
    told: array[int]  # whether each sentence is told in the text, not a heading
    paragraphs: array[int]  # of each passage, its number in the document
    obs_ids: array[int]  # of each figure
    calls: array[int]  # equal for figures of one name and activity
    figure_paragraphs: array[int]
    figure_passages: array[int]  # -1 where it stands in none
    figure_offsets: array[int]  # where it stands there
    figure_clauses: array[int]  # the first clause of each figure
    figure_ends: array[int]  # and its last
    own: str  # the figures' names and activities as they are written, one a line
    fields: Owners  # all that belongs to figures beside the text that they stand in
    headed: Owners  # headings and run-in heads with the sentences under them

    def clauses(self, key: str) -> list[int]:
        """The clauses that hold a key, each once."""
        found = dict.fromkeys(bisect_right(self.ends, at) for at in places(self.text, key))
        return list(found)

    def told_in(self, passage: int) -> list[int]:
        """The sentences that a passage tells."""
        first, last = bisect_left(self.passages, passage), bisect_right(self.passages, passage)
        return [number for number in range(first, last) if self.told[number]]

    @cached_property
    def standing(self) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, list[int]]]:
        """The figures that stand in each clause, segment and sentence."""
        clauses: dict[int, list[int]] = defaultdict(list)
        segments: dict[int, list[int]] = defaultdict(list)
        sentences: dict[int, list[int]] = defaultdict(list)
        for number, (first, last) in enumerate(zip(self.figure_clauses, self.figure_ends, strict=True)):
            if first < 0:
                continue
            for clause in range(first, last + 1):
                clauses[clause].append(number)
            segments[self.segments[first]].append(number)
            sentences[self.clause_sentences[first]].append(number)
        return clauses, segments, sentences


# -- as bytes: each part's kind, its length and itself -----------------------------------------------------------------


def pack(sheet: Sheet) -> bytes:
    """A sheet as bytes, the same on every machine."""
    return zlib.compress(b"".join(_packed(part) for part in _parts(sheet)), _QUICK)


def unpack(blob: bytes) -> Sheet:
    """The inverse of pack. Raises BadSheet."""
    try:
        data = memoryview(zlib.decompress(blob))
        parts: Any = _unpacked(data)
        return Sheet(**{each.name: _read(each.type, parts) for each in fields(Sheet)})
    except (zlib.error, ValueError, TypeError, UnicodeError) as error:
        raise BadSheet(str(error)) from error


def _read(kind: object, parts: Iterator[Any]) -> Any:
    return Owners(*islice(parts, len(fields(Owners)))) if kind == "Owners" else next(parts, None)


def _parts(sheet: Sheet) -> Iterator[Any]:
    for each in fields(sheet):
        value = getattr(sheet, each.name)
        yield from (getattr(value, own.name) for own in fields(value)) if isinstance(value, Owners) else (value,)


def _packed(part: str | array[int]) -> bytes:
    if isinstance(part, str):
        kind, data = b"u", part.encode("utf-16-le", "surrogatepass")
    else:
        kind, data = part.typecode.encode(), _little(part).tobytes()
    return kind + len(data).to_bytes(4, "little") + data


def _unpacked(data: memoryview) -> Iterator[str | array[int]]:
    at = 0
    while at < len(data):
        kind, size = chr(data[at]), int.from_bytes(data[at + 1 : at + 5], "little")
        part = data[at + 5 : at + 5 + size]
        if len(part) != size:
            raise BadSheet("cut short")
        at += 5 + size
        yield str(part, "utf-16-le", "surrogatepass") if kind == "u" else _little(array(kind, bytes(part)))


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return numbers
    swapped = array(numbers.typecode, numbers)
    swapped.byteswap()
    return swapped
