"""The audit log's words in Chinese (tables/audit.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parents[1] / "tables" / "audit.toml"


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


def action_names() -> Mapping[str, str]:
    """Each kind of entry by its dotted word."""
    return _table()["actions"]


def detail_names() -> Mapping[str, str]:
    """What an entry tells, by its key."""
    return _table()["details"]


def subject_names() -> Mapping[str, str]:
    """What an entry is about, by its kind."""
    return _table()["subjects"]
