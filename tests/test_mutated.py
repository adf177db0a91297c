"""A thousand mutated real files of each format (see mutate.py): no crash, no hang, no memory over the limit."""

from __future__ import annotations

import json

import pytest

from tests.mutate import CONVERTERS, SECONDS, kinds, run


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", kinds())
def test_a_thousand_mutated_files(kind: str) -> None:
    count = 100 if CONVERTERS.get(kind) == "soffice" else 1000  # it takes seconds a file
    found = run(kind, count, 1)
    print(json.dumps(found, ensure_ascii=False))
    assert found["faults"] == []
    assert found["slowest_s"] < SECONDS and found["peak_mb"] < 1024
    assert found["outcomes"]["read"] > 0
