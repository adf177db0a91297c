"""Reads a text of the tests into a document and its figures, as tests of reading need them."""

from __future__ import annotations

import hashlib
from functools import cache

from knowledge.extract import extract
from knowledge.lexicon import Lexicon, load
from knowledge.model import Document, Extraction, Observation, Source
from knowledge.repair import repair
from knowledge.segment import segment

TITLE = "# 岚溪县经济和信息化局2023年上半年工作总结"


@cache
def lexicon() -> Lexicon:
    """The built-in tables, loaded once for all tests."""
    return load()


def document(text: str, name: str = "summary.md") -> Document:
    """A text as the reading stages see it."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return segment(repair(Source(name, "text/markdown", text, digest)))


def read_text(text: str) -> Extraction:
    """Everything that a text states."""
    return extract(document(text), lexicon())


def read_sentence(sentence: str, section: str = "上半年工作情况") -> tuple[Observation, ...]:
    """The figures of one sentence in a half-year summary of 2023."""
    return read_text(f"{TITLE}\n\n## 一、{section}\n\n{sentence}\n").observations


def row(obs: Observation) -> str:
    """An observation as the case files write it."""
    value = "-" if obs.value is None else str(obs.value)
    period = str(obs.time_period) if obs.time_period else "-"
    parts = (obs.indicator, obs.activity or "-", obs.measure.value, value, obs.unit, obs.bound.value, period)
    return " | ".join(parts)
