"""The digest's words (knowledge/tables/digest.toml) as frozen values."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be subscribed to: found by `words` in a sentence, by `names` in the summary."""

    key: str
    words: tuple[str, ...]
    names: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The whole table."""

    headline: tuple[str, ...]
    progress: tuple[str, ...]
    annual: tuple[str, ...]
    annual_proof: tuple[str, ...]
    basis: tuple[tuple[str, tuple[str, ...]], ...]
    topics: tuple[Topic, ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    idle: tuple[str, ...]
    smooth: tuple[tuple[re.Pattern[str], str], ...]

    def topic(self, key: str) -> Topic | None:
        """The topic of a key, if the table has it."""
        return next((topic for topic in self.topics if topic.key == key), None)


@cache
def words() -> Words:
    """Read the table once."""
    table = tomllib.loads(files("knowledge.tables").joinpath("digest.toml").read_text(encoding="utf-8"))
    topics = (
        Topic(row["key"], tuple(row["words"]), tuple(row.get("names", ())), row.get("part", ""))
        for row in table["topic"]
    )
    return Words(
        tuple(table["headline"]),
        tuple(table["progress"]),
        tuple(table["annual"]),
        tuple(table["annual_proof"]),
        tuple((name, tuple(found)) for name, found in table["basis"].items()),
        tuple(topics),
        tuple(table["heads"]),
        tuple(table["tails"]),
        tuple(table["idle"]),
        tuple((re.compile(pattern), said) for pattern, said in table["smooth"]),
    )
