"""The fuzzing targets: their seeds and every input that once crashed one; the fuzzing itself runs at night."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import TARGETS, seeds
from tests.shared import ROOT

SECONDS = 300


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_and_former_crashes_pass(target: str) -> None:
    inputs = seeds(target)
    assert len(inputs) >= 6
    for each in inputs:
        TARGETS[target](each)


@pytest.mark.nightly
@pytest.mark.timeout(SECONDS * 3)
@pytest.mark.parametrize("target", TARGETS)
def test_fuzzing_finds_nothing(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (pip install atheris)")
    command = [sys.executable, "-m", "tests.fuzz", target, "--seconds", str(SECONDS), "--corpus", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    runs = re.findall(r"number_of_executed_units:\s*(\d+)", done.stderr)
    print(target, "runs:", runs)
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(tmp_path.glob("crash-*")) == []
