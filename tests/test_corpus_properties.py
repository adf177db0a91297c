"""What must hold for every document of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from figures import lexicon
from shared import SHARED, shared
from unread import number_with_unit, unread

from knowledge.ingest import read_document
from knowledge.model import Bound, Extraction

PATTERN = number_with_unit(lexicon())
PATHS = sorted(path for path in (SHARED / "corpus").glob("*.md") if path.name != "README.md")


def check(extraction: Extraction) -> None:
    document = extraction.document
    for obs in extraction.observations:
        assert obs.quote in document.text
        assert obs.value_text in obs.quote, obs
        assert document.text[obs.span.start : obs.span.end] in obs.quote
        raw = obs.raw_span.of(document.repaired.source.text)
        assert obs.value_text.lstrip("-")[:1] in raw or obs.obs_status != "A", (obs, raw)
        assert obs.indicator.strip() == obs.indicator != ""
        assert (obs.value is None) is (obs.bound is Bound.MASKED)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_document(path: Path) -> None:
    extraction = read_document(path, lexicon())
    check(extraction)
    counted = unread(extraction, lexicon(), PATTERN)
    print(f"numbers with a unit {counted.numbers}, not read {len(counted.missed)}")
    assert len(counted.missed) <= max(6, 0.25 * counted.numbers), counted.missed


def test_few_numbers_with_a_unit_are_not_read() -> None:
    shared("corpus")
    counted = [unread(read_document(path, lexicon()), lexicon(), PATTERN) for path in PATHS[5::24]]
    numbers, missed = sum(c.numbers for c in counted), sum(len(c.missed) for c in counted)
    print(f"numbers with a unit {numbers}, in no observation {missed / numbers:.1%}")
    assert numbers > 1000
    assert missed / numbers < 0.1


def test_reading_again_gives_the_same() -> None:
    path = shared("eval", "docs", "qx-2021h1.md")
    assert read_document(path, lexicon()).observations == read_document(path, lexicon()).observations
