"""Strings the reading stages together: file -> read -> repair -> segment -> extract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.extract import extract
from knowledge.read import read
from knowledge.repair import repair
from knowledge.segment import segment

if TYPE_CHECKING:
    from knowledge.lexicon import Lexicon
    from knowledge.model import Extraction
    from knowledge.read import Limits


def read_document(path: Path, lexicon: Lexicon, limits: Limits | None = None) -> Extraction:
    """Everything that one file states. Raises ReadError."""
    source = read(path, limits) if limits else read(path)
    return extract(segment(repair(source)), lexicon)
