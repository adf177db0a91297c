"""Changes numerals, periods, plan and the outbox in small ways and sees whether the tests notice (mutmut).

    python -m tests.mutants [--sample 400 --seed 1] [numerals periods outbox plan ...]

Prints for each part how many mutants were killed and writes the survivors to mutants/survivors.txt; ends with 1 where
fewer than 85 % of all were killed. A mutant that never ends counts as killed; one that only changes the case of SQL or
of a message changes nothing, and is counted apart. A sample is drawn evenly over the files of a part: of each as large
a share as of all.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = {
    "numerals": (["knowledge/numerals.py"], ["tests/test_numerals.py"]),
    "periods": (["knowledge/periods.py"], ["tests/test_periods.py"]),
    "outbox": (["knowledge/store/deliveries/outbox.py"], ["tests/test_deliveries.py", "tests/test_outbox.py"]),
    "plan": (
        ["knowledge/plan/*.py"],
        [
            f"tests/test_{name}.py"
            for name in ("plan", "plan_figures", "plan_words", "replies", "ask_cases", "ask_parts", "places")
        ],
    ),
}
WANTED = 0.85
ENDLESS = (-24, 24, 36, 152, 255)  # how mutmut marks what took too long


def settings(sources: list[str], tests: list[str]) -> str:
    """mutmut's section of pyproject.toml."""
    copied = ["bot", "handlers", "docs", "deploy", "README.md", "README.zh-CN.md", "bot.toml", "Makefile"]
    copied = [each for each in copied if (ROOT / each).exists()]
    return (
        f'\n[tool.mutmut]\nsource_paths = ["knowledge"]\nonly_mutate = {sources}\nalso_copy = {copied}\n'
        f'pytest_add_cli_args_test_selection = {tests}\npytest_add_cli_args = ["-p", "no:cacheprovider"]\n'
    )


def mutmut(*args: str) -> str:
    """Run mutmut and give what it prints."""
    command = [str(Path(sys.executable).with_name("mutmut")), *args]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}  # mutants come first
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment).stdout


def immaterial(name: str) -> bool:
    """Whether a mutant differs in the case of letters or in the words of an error only."""
    changed = [line[1:] for line in mutmut("show", name).splitlines() if re.match(r"[+-](?![+-])", line)]
    if len(changed) != 2:
        return False
    old, new = (line.strip() for line in changed)
    return old.lower() == new.lower() or old.startswith("raise ")


def states() -> dict[str, dict[str, int | None]]:
    """Of each mutated file the exit codes of the tests for its mutants; None where they were not run."""
    files = sorted((ROOT / "mutants").rglob("*.meta"))
    return {file.name: json.loads(file.read_text("utf-8"))["exit_code_by_key"] for file in files}


def drawn(count: int, seed: int) -> list[str]:
    """The names of so many mutants, of each file as large a share as of all."""
    files, chance = states(), random.Random(seed)  # noqa: S311
    total = sum(map(len, files.values()))
    rows = (chance.sample(sorted(names), round(count * len(names) / total)) for names in files.values() if names)
    return [name for row in rows for name in row]


def mutated(sample: int, seed: int) -> dict[str, int]:
    """Mutate what the settings name and run the tests; the exit code of each mutant that was tried."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    if sample:
        mutmut("run", "none")  # there is none of that name, but all are made
    mutmut("run", *(drawn(sample, seed) if sample else ()))
    return {name: code for codes in states().values() for name, code in codes.items() if code is not None}


def run(parts: list[str], sample: int = 0, seed: int = 1) -> dict[str, Counter[str]]:
    """Mutate the parts; how many mutants of each were killed, survived, or did not matter."""
    project, found = ROOT / "pyproject.toml", {}
    before = project.read_text("utf-8")
    survivors: list[str] = []
    try:
        for part in parts:
            project.write_text(before + settings(*PARTS[part]), "utf-8")
            codes = mutated(sample, seed)
            left = [name for name, code in codes.items() if code not in (1, 3, *ENDLESS)]
            equal = [name for name in left if immaterial(name)]
            found[part] = Counter(killed=len(codes) - len(left), immaterial=len(equal), survived=len(left) - len(equal))
            survivors += [mutmut("show", name) for name in left if name not in equal]
            print(part, dict(found[part]), f"{share(found[part]):.1%}", flush=True)
    finally:
        project.write_text(before, "utf-8")
    (ROOT / "mutants" / "survivors.txt").write_text("\n".join(survivors), "utf-8")
    return found


def share(counts: Counter[str]) -> float:
    """How many of the mutants that matter were killed."""
    return counts["killed"] / max(1, counts["killed"] + counts["survived"])


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", default=list(PARTS))
    options.add_argument("--sample", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    counts = run(given.parts, given.sample, given.seed)
    sys.exit(share(sum(counts.values(), Counter())) < WANTED)
