"""Chinese words by how rare they are: `tables/frequencies.txt`, from jieba's dictionary (MIT licence)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def by_rarity() -> Iterator[tuple[int, list[str]]]:
    """(n, the words whose frequency is about 2^(-n/2)), the most frequent first.

    >>> next(by_rarity())
    (12, ['了', '是'])
    """
    for line in files("knowledge.tables").joinpath("frequencies.txt").read_text("utf-8").splitlines():
        rarity, _, words = line.partition("\t")
        if words:
            yield int(rarity), words.split(" ")
