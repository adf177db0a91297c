"""The vocabulary of sections and states (tables/sections.toml), compiled once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from knowledge.extract.alternation import union


@cache
def words(table: str) -> Mapping[str, re.Pattern[str]]:
    """The patterns of a table of tables/sections.toml, `difficulty`, `plan` or `status`: each entry's alternation."""
    text = (files("knowledge") / "tables" / "sections.toml").read_text("utf-8")
    entries = tomllib.loads(text)[table]
    return {name: union(several) for name, several in entries.items()}
