"""The repair rules' word lists, read once, when a rule first needs them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def words(section: str) -> dict[str, str]:
    """A section of tables/repair.toml: name to text."""
    table = tomllib.loads(files("knowledge.tables").joinpath("repair.toml").read_text("utf-8"))
    found: dict[str, str] = table[section]
    return found


@cache
def characters(section: str, name: str) -> frozenset[str]:
    """A text of that table as a set of characters."""
    return frozenset(words(section)[name]) - {"\n", " "}
