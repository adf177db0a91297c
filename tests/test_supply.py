"""What the program is made of: every package locked with its hash, named in the bill of materials, and checked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


def locked(name: str) -> dict[str, str]:
    """Package -> version."""
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_with_hashes_and_no_index(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
    assert not re.search(r"--(extra-)?index-url|https?://", text)
    assert len(locked(name)) > 40


def test_both_locks_agree() -> None:
    core, dev = map(locked, LOCKS)
    assert {name: (version, dev[name]) for name, version in core.items() if dev.get(name, version) != version} == {}


def test_the_bill_of_materials_names_every_package(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "requirements", "requirements.lock"]
    command += ["--pyproject", "pyproject.toml", "--output-reproducible", "--of", "JSON", "-o"]
    assert " ".join(command[1:]) in (ROOT / "Makefile").read_text("utf-8")
    subprocess.run([*command, str(tmp_path / "sbom.json")], cwd=ROOT, check=True, capture_output=True)
    bill = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX" and bill["metadata"]["component"]["name"] == "jianbao"
    assert {each["name"]: each["version"] for each in bill["components"]} == locked("requirements.lock")


def test_ruff_looks_for_weaknesses_everywhere() -> None:
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    assert re.search(r'^select = \[.*"S"', settings, re.MULTILINE)
    command = [str(Path(sys.executable).with_name("ruff")), "check", "--select", "S", "bot", "handlers", "knowledge"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0
