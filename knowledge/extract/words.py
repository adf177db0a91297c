"""The vocabulary of sections and states (tables/sections.toml), compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.extract.alternation import union


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of one table; each entry is the alternation of its list."""

    patterns: dict[str, re.Pattern[str]]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.patterns[name]


@cache
def words(table: str) -> Words:
    """The patterns of a table of tables/sections.toml: `difficulty`, `plan`, `status`, `task`."""
    text = (files("knowledge") / "tables" / "sections.toml").read_text("utf-8")
    entries = tomllib.loads(text)[table]
    return Words({name: union(several) for name, several in entries.items()})
