"""Stores of 1, 30, 290 and 10,000 documents, made once and kept in .bench/: real reports where they are beside the
repository, invented summaries elsewhere; the largest is the corpus again and again with other places' names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import invented
from bench.report import ROOT, corpus

from knowledge.indexing import catch_up
from knowledge.ingest import Outcome, Reading, read_documents
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore, Ready
from knowledge.store.grams import grams

KEPT = ROOT / ".bench"
SIZES = (1, 30, 290, 10_000)
_SENTENCES = 420  # of an invented summary as long as a real report
_FIRST = "柏松桐杉榆槐枫桂梅兰竹荷莲菊芦苇蓉蔷薇棠杏桃李梨"
_SECOND = "岭溪川湖河泽山原坪港洲浦塘峪湾涧崖坡渡桥沙滩台屏"
_PLACE = re.compile(r"^([一-鿿]{2})[市县]-")


def documents() -> list[Path]:
    """The reports beside the repository, or as many invented summaries."""
    return corpus() or _invented()


def _invented() -> list[Path]:
    folder = KEPT / "summaries"
    if not folder.is_dir():
        making = folder.with_name("making")
        making.mkdir(parents=True, exist_ok=True)
        for name, text in invented.summaries(290, _SENTENCES):
            (making / name).write_text(text, "utf-8")
        making.replace(folder)
    return sorted(folder.glob("*.md"))


def spread(paths: Sequence[Path], count: int) -> list[Path]:
    """So many files, evenly from all over the list."""
    return [paths[at * len(paths) // count] for at in range(min(count, len(paths)))]


def store(count: int) -> Path:
    """A knowledge file of so many documents; made when it is missing (anew: rm -r .bench)."""
    path = KEPT / f"{count}.db"
    mark = path.with_suffix(".made")
    made = f"of {len(documents())}"
    if not (path.exists() and mark.exists() and mark.read_text() == made):
        KEPT.mkdir(exist_ok=True)
        for old in KEPT.glob(f"{count}.*"):
            old.unlink()
        _fill(path, count)
        mark.write_text(made)
    with KnowledgeStore.open(path) as knowledge:  # brings an older schema up to date, and what is stored for asking
        deque(catch_up(knowledge, load()), maxlen=0)
    return path


def _fill(path: Path, count: int) -> None:
    paths = documents()
    with KnowledgeStore.open(path) as knowledge:
        knowledge.connection.execute("PRAGMA synchronous = OFF")  # a bench store may be made again
        rows = _read(spread(paths, count) if count < len(paths) else paths)
        for batch in _batches(islice(_multiplied(list(rows)), count), 256):
            knowledge.publish(batch, who="测速", why=f"{count} 份")
        knowledge.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _read(paths: Sequence[Path]) -> Iterator[Ready]:
    for outcome in read_documents(paths, Reading(workers=os.cpu_count() or 1)):
        yield _ready(outcome)


def _ready(outcome: Outcome) -> Ready:
    assert outcome.ready is not None, outcome.error
    return outcome.ready


def _batches(rows: Iterable[Ready], size: int) -> Iterator[list[Ready]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _multiplied(rows: Sequence[Ready]) -> Iterator[Ready]:
    """The rows, then the same with other places' names, without end."""
    yield from rows
    places = sorted({_place(each) for each in rows})
    others = iter([one + two for one in _FIRST for two in _SECOND if one + two not in places])
    while True:
        renamed = {place: next(others) for place in places}
        yield from (_renamed(each, _place(each), renamed[_place(each)]) for each in rows)


def _place(made: Ready) -> str:
    """The two characters of the place, as files are named."""
    found = _PLACE.match(made.name)
    assert found, made.name
    return found[1]


def _renamed(made: Ready, old: str, new: str) -> Ready:
    """A document about another place whose name is as long, so that every span stays true."""
    swapped: Ready = _swapped(made, old, new)  # type: ignore[assignment]
    bodies = [row[3] for row in made.paragraphs]
    tokens = tuple(
        grams(body.replace(old, new)) if old in body else token for body, token in zip(bodies, made.tokens, strict=True)
    )
    own = {name: _other(getattr(made, name), new) for name in ("sha256", "fingerprint", "digest")}
    text = list(swapped.text)
    text[2] = own["sha256"]
    return replace(swapped, tokens=tokens, text=tuple(text), identity=f"{swapped.identity}|{new}", **own)


def _swapped(value: object, old: str, new: str) -> object:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, bytes):
        text = zlib.decompress(value)
        return zlib.compress(text.replace(old.encode(), new.encode()), 1)
    if isinstance(value, tuple):
        return tuple(_swapped(each, old, new) for each in value)
    if isinstance(value, Ready):
        parts = ("name", "identity", "text", "paragraphs", "version", "series", "observations", "items")
        return replace(value, **{part: _swapped(getattr(value, part), old, new) for part in parts})
    return value


def _other(digest: str, new: str) -> str:
    return hashlib.sha256((digest + new).encode()).hexdigest()


def places(path: Path) -> list[str]:
    """The places that a store's documents are about, in the order of the alphabet."""
    with KnowledgeStore.open(path, readonly=True) as knowledge:
        return sorted({doc.ref_area for doc in knowledge.shelf().documents() if doc.ref_area})


def discard() -> None:
    """Throw the kept stores away."""
    shutil.rmtree(KEPT, ignore_errors=True)


if __name__ == "__main__":
    for size in SIZES:
        print(json.dumps({"documents": size, "store": str(store(size)), "bytes": store(size).stat().st_size}))
