"""Reads every figure, work item and difficulty of a document."""

from __future__ import annotations

from knowledge.extract import figures
from knowledge.extract.difficulty import difficulties
from knowledge.extract.work import work_items
from knowledge.lexicon import Lexicon
from knowledge.model import Document, Extraction


def extract(document: Document, lexicon: Lexicon) -> Extraction:
    """Everything that a document states."""
    observations, leftovers = figures.read(document, lexicon)
    problems = difficulties(document)
    return Extraction(document, observations, work_items(document, observations, problems), problems, leftovers)
