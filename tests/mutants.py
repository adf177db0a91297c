"""Changes numerals, periods, plan and the outbox in small ways and sees whether the tests notice (mutmut).

    python -m tests.mutants [numerals periods outbox plan ...]

Prints for each part how many mutants were killed and writes the survivors to mutants/survivors.txt; ends with 1 where
fewer than 85 % of all were killed. A mutant that only changes the case of SQL or of a message changes nothing, and is
counted apart.
"""

from __future__ import annotations

import os
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
    "plan": (["knowledge/plan/*.py"], ["tests/test_ask_cases.py"]),
}
WANTED = 0.85
_RESULT = re.compile(r"^\s*(\S+): (survived|no tests|timeout|suspicious|killed|segfault)$", re.MULTILINE)


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


def run(parts: list[str]) -> dict[str, Counter[str]]:
    """Mutate the parts; how many mutants of each were killed, survived, or did not matter."""
    project, found = ROOT / "pyproject.toml", {}
    before = project.read_text("utf-8")
    survivors: list[str] = []
    try:
        for part in parts:
            project.write_text(before + settings(*PARTS[part]), "utf-8")
            shutil.rmtree(ROOT / "mutants", ignore_errors=True)
            total = int(re.findall(r"\d+/(\d+)", mutmut("run"))[-1])
            left = [name for name, state in _RESULT.findall(mutmut("results")) if state != "killed"]
            equal = [name for name in left if immaterial(name)]
            found[part] = Counter(killed=total - len(left), immaterial=len(equal), survived=len(left) - len(equal))
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
    counts = run(sys.argv[1:] or list(PARTS))
    sys.exit(share(sum(counts.values(), Counter())) < WANTED)
