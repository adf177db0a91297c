"""Killed at any moment, the files open, are whole, and hold all of a change or nothing of it (see crash.py)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.crash import DEEDS
from tests.shared import ROOT


def rounds(count: int, seed: int) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.crash", "--rounds", str(count), "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = json.loads(done.stdout)
    print(json.dumps(report["left"], ensure_ascii=False))
    return report


def test_twenty_kills_break_nothing() -> None:
    report = rounds(20, 5)
    assert report["broken"] == []
    assert set(report["left"]) == set(DEEDS)  # type: ignore[call-overload]


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_two_hundred_kills_of_each_kind_break_nothing() -> None:
    report = rounds(200 * len(DEEDS), 11)
    assert report["broken"] == []
