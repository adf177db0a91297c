"""Runs the graders over every gold set and prints a table: `make eval`.

Every third paragraph of the gold is held back from those who work on reading; it is graded apart.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from curve import curves  # noqa: E402
from unread import number_with_unit, reasons, unread  # noqa: E402

from knowledge.ingest import read_document  # noqa: E402
from knowledge.lexicon import load  # noqa: E402

SETS = ("genre", "real", "seed")
WANTED = {"genre": (0.95, 0.97), "real": (0.90, 0.95), "seed": (0.95, 0.97)}
_STRICT = re.compile(r"strict F1 ([\d.]+) \(recall ([\d.]+), precision ([\d.]+)\)")
_LENIENT = re.compile(r"lenient recall [\d.]+ precision [\d.]+ F1 ([\d.]+)")


def main() -> None:
    """Grade reading (all, kept, held back), asking, and count what no observation covers in the corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--cli", default=f"{sys.executable} -m bot")
    parser.add_argument("--only", choices=("reading", "asking", "corpus"))
    args = parser.parse_args()
    args.shared = args.shared.resolve()
    if not (args.shared / "eval").is_dir():
        sys.exit(f"没有找到 {args.shared}/eval，无法评测")
    if args.only in (None, "reading"):
        reading(args.shared / "eval", args.cli)
    if args.only in (None, "asking"):
        asking(args.shared / "eval", args.cli)
    if args.only in (None, "corpus"):
        corpus(args.shared / "corpus")


def reading(folder: Path, cli: str) -> None:
    """Strict and lenient F1 of every set: the whole, two thirds, and the third that is held back."""
    print(f"{'reading':8} {'part':5} {'strict':>7} {'recall':>7} {'prec.':>7} {'lenient':>8}   wanted")
    for name in SETS:
        for part in ("all", "kept", "held"):
            with tempfile.TemporaryDirectory() as scratch:
                gold, paras = _part(folder, name, part, Path(scratch))
                options = ["--gold", str(gold), *(["--paras", str(paras)] if paras else [])]
                out = _run(folder / "grade_extract.py", cli, folder / "docs", options)
            strict, lenient = _STRICT.search(out), _LENIENT.search(out)
            if not strict or not lenient:
                print(f"{name:8} {part:5} {out.strip()[-200:]}")
                continue
            wanted = " / ".join(f"{value:.2f}" for value in WANTED[name]) if part == "all" else ""
            print(
                f"{name:8} {part:5} {strict[1]:>7} {strict[2]:>7} {strict[3]:>7} {lenient[1]:>8}   {wanted}", flush=True
            )


def asking(folder: Path, cli: str) -> None:
    """Accuracy and wrong answers of every question set, by noise too; then what other thresholds would give."""
    for name in SETS:
        out = _run(folder / "grade_qa.py", cli, folder / "docs", ["--gold", str(folder / "gold" / f"{name}.qa.jsonl")])
        for line in out.splitlines():
            if line.startswith("noise"):
                print(f"asking {name:8} {line}")
        print(f"asking {name:8} {out.strip().splitlines()[-1] if out.strip() else 'no result'}", flush=True)
    curves(folder, SETS)


def corpus(folder: Path) -> None:
    """The share of numbers with a unit that end in no observation, over all documents of the corpus."""
    lexicon = load()
    pattern = number_with_unit(lexicon)
    extractions = [read_document(path, lexicon) for path in sorted(folder.glob("*.md")) if path.name != "README.md"]
    counted = [unread(extraction, lexicon, pattern) for extraction in extractions]
    numbers, missed = sum(c.numbers for c in counted), sum(len(c.missed) for c in counted)
    observations = sum(len(extraction.observations) for extraction in extractions)
    print(f"corpus: {len(extractions)} documents, {observations} observations")
    share = missed / max(numbers, 1)
    print(f"numbers with a unit {numbers}, in no observation {missed} = {share:.1%} (wanted: under 10 %)")
    print("left over, by reason:", dict(reasons(extractions).most_common()))


def _part(folder: Path, name: str, part: str, scratch: Path) -> tuple[Path, Path | None]:
    """The gold rows and the annotated paragraphs of a part, as files for the grader."""
    gold, listed = folder / "gold" / f"{name}.obs.jsonl", folder / "gold" / f"{name}.paras.jsonl"
    if part == "all":
        return gold, listed if listed.exists() else None
    rows = _rows(gold)
    paras = _rows(listed) if listed.exists() else _all_paragraphs(folder / "docs", {str(row["doc"]) for row in rows})
    held = part == "held"
    paths = scratch / "obs.jsonl", scratch / "paras.jsonl"
    for path, lines in zip(paths, (rows, paras), strict=True):
        kept = [json.dumps(row, ensure_ascii=False) for row in lines if (int(str(row["para"])) % 3 == 2) is held]
        path.write_text("\n".join(kept) + "\n", "utf-8")
    return paths


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _all_paragraphs(docs: Path, names: Iterable[str]) -> list[dict[str, object]]:
    return [{"doc": name, "para": i} for name in sorted(names) for i in range(sum(1 for _ in _lines(docs, name)))]


def _lines(docs: Path, name: str) -> Iterator[str]:
    paths = (docs / f"{name}{ending}" for ending in (".restored.txt", ".md", ".txt"))
    path = next(path for path in paths if path.exists())
    return (line for line in path.read_text("utf-8").splitlines() if line.strip())


def _run(grader: Path, cli: str, docs: Path, options: list[str]) -> str:
    command = [sys.executable, str(grader), "--cli", cli, "--docs", str(docs), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False, cwd=ROOT)
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
