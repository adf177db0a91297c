"""An extraction as the rows that it will be stored in: made by whoever reads, so that the one writer only inserts."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.model import Difficulty, Document, Extraction, Leftover, Repaired, WorkItem
from knowledge.store import rows
from knowledge.store.codec import dumps, runs, to_plain
from knowledge.store.grams import grams

Row = rows.Row


@dataclass(frozen=True, slots=True)
class Ready:
    """One document ready to be stored; rows lack the numbers that only the store can give.

    `fingerprint` is a digest of all that was read, the file's name aside: equal for the same file read by the same
    program. `digest` is that of the text alone. `reader` names the program that read it, where the caller knows.
    """

    name: str
    sha256: str
    identity: str
    fingerprint: str
    digest: str
    text: Row  # of `texts`, without its number and digest
    paragraphs: tuple[Row, ...]
    tokens: tuple[str, ...]  # of each paragraph, for finding
    version: Row  # title, issuer, place, period and year
    series: tuple[tuple[str, str], ...]  # what each observation measures
    observations: tuple[Row, ...]
    items: tuple[tuple[str, tuple[Row, ...]], ...]  # table -> rows of work items, difficulties, leftovers
    reader: str | None = None

    @property
    def body(self) -> str:
        """The repaired text."""
        raw, repaired = self.text[3:5]
        return zlib.decompress(raw if repaired is None else repaired).decode()


def ready(extraction: Extraction, reader: str | None = None) -> Ready:
    """Rows of an extraction."""
    document = extraction.document
    source = document.repaired.source
    paragraphs = tuple(rows.paragraph_row(0, 0, each, document.text)[2:] for each in document.paragraphs)
    text = _text(document.repaired)
    version = (document.title, document.issuer, document.ref_area, to_plain(document.time_period), document.year)
    observations = tuple(_observations(extraction))
    series = tuple((obs.indicator, obs.activity or "") for obs in extraction.observations)
    items = tuple(_items(extraction))
    read = _digest(_uncompressed(document.repaired), text[1:3], text[6:], paragraphs)
    return Ready(
        source.name, source.sha256, identity(document), _digest(read, version, observations, series, items),
        _digest(source.name, read), text, paragraphs,
        tuple(grams(each.span.of(document.text)) for each in document.paragraphs),
        version, series, observations, items, reader,
    )  # fmt: skip


def identity(document: Document) -> str:
    """What two versions of one document have in common."""
    parts = (document.issuer, document.ref_area, document.title, document.time_period or document.year)
    return "|".join(re.sub(r"\s+", "", str(part or "")) for part in parts)


def _text(repaired: Repaired) -> Row:
    source = repaired.source
    return (
        source.name, source.media_type, source.sha256, _zip(source.text),
        None if repaired.text == source.text else _zip(repaired.text),
        None if repaired.origin is None else _zip(json.dumps(runs(repaired.origin))),
        dumps(repaired.steps), dumps(source.notes), source.title,
    )  # fmt: skip


def _uncompressed(repaired: Repaired) -> list[object]:
    """What a text's digest is of: compression may differ from machine to machine."""
    return [repaired.source.text, repaired.text, repaired.origin and runs(repaired.origin)]


def _observations(extraction: Extraction) -> Iterable[Row]:
    document = extraction.document
    paragraphs = {each.index: each for each in document.paragraphs}
    for number, obs in enumerate(extraction.observations):
        yield rows.observation_row(0, number, 0, obs, paragraphs.get(obs.paragraph), document.text)[3:]


def _items(extraction: Extraction) -> Iterable[tuple[str, tuple[Row, ...]]]:
    kinds: list[tuple[WorkItem | Difficulty | Leftover, ...]]
    kinds = [extraction.work_items, extraction.difficulties, extraction.leftovers]
    for items in kinds:
        if items:
            made = tuple(rows.item_row(0, number, each)[1:] for number, each in enumerate(items))
            yield rows.TABLES[type(items[0])], made


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _zip(text: str) -> bytes:
    return zlib.compress(text.encode())
