"""docs/benchmarks.json, docs/benchmarks.md and the plots of growth, from what pytest-benchmark wrote: `make bench`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.report import ROOT, Row, machine, table

DOCS = ROOT / "docs"
HEADINGS = {
    "test_bench_ingest": "Reading",
    "test_bench_ask": "Asking",
    "test_bench_start": "Starting",
    "test_bench_sharing": "Several bots on one file",
    "test_bench_weekly": "Answering while digests go out",
    "test_bench_telegram": "Over Telegram",
    "test_bench_read": "Formats",
}
_INTRO = """# Benchmarks

Written by `make bench` from `docs/benchmarks.json`; do not edit. Peers ran in the same process run and in turns with
ours, so the ratios hold where the absolute numbers change with the machine. Documents are {documents};
the store of 10,000 is made of them with other places' names. What the numbers mean for a province stands in
[scaling.md](scaling.md).

Measured on {machine}.
"""


def main(results: Sequence[Path]) -> None:
    """Write everything from some results files."""
    found = kept([each for path in results for each in json.loads(path.read_text("utf-8"))["benchmarks"]])
    (DOCS / "benchmarks.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    write(found)


def kept(benchmarks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is worth keeping of pytest-benchmark's results: rows and curves, else the median and the extra numbers."""
    from bench import corpora

    real = corpora.documents()[0].is_relative_to(ROOT.parent / "shared")
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in benchmarks:
        module = Path(each["fullname"].split("::")[0]).stem
        groups.setdefault(module, []).append(_plain(each))
    documents = f"{len(corpora.documents())} {'public yearly reports' if real else 'invented summaries'}"
    return {"machine": machine(), "documents": documents, "groups": groups}


def _plain(each: dict[str, Any]) -> dict[str, Any]:
    extra = dict(each["extra_info"])
    made = {"name": each["name"], "rows": extra.pop("rows", []), "curves": extra.pop("curves", {})}
    if not made["rows"]:
        made["rows"] = [{"name": _words(each["name"]), "value": each["stats"]["median"] * 1000, "unit": "ms"}]
        made["rows"] += [
            {"name": f"{_words(each['name'])}: {name}", "value": value, "unit": ""}
            for name, value in extra.items()
            if isinstance(value, int | float)
        ]
    return made


def _words(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def write(found: dict[str, Any]) -> None:
    """The page and its plots."""
    parts = [_INTRO.format(machine=found["machine"], documents=found["documents"])]
    for module in sorted(found["groups"], key=lambda name: list(HEADINGS).index(name) if name in HEADINGS else 99):
        benches = found["groups"][module]
        rows = [Row(**row) for each in benches for row in each["rows"]]
        parts += [f"## {HEADINGS.get(module, _words(module))}", "", table(rows), ""]
        for each in benches:
            parts += [f"![{title}]({name})\n" for title, name in _plots(each["curves"])]
    (DOCS / "benchmarks.md").write_text("\n".join(parts).rstrip() + "\n", "utf-8")


def _plots(curves: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each curve as a file beside the page: its title and its name."""
    for title, lines in curves.items():
        name = "growth-" + "-".join(re.findall("[a-z0-9]+", title.lower())) + ".png"
        plot(title, lines, DOCS / name)
        yield title, name


def plot(title: str, lines: dict[str, Sequence[tuple[float, float]]], path: Path) -> None:
    """Lines over the number of documents, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    last = sorted(lines, key=lambda name: lines[name][-1][1])
    for (name, points), mark in zip(lines.items(), "os^dvx*", strict=False):
        xs, ys = zip(*points, strict=True)
        (line,) = axes.plot(xs, ys, marker=mark, label=name)
        label = f"{ys[-1]:,.0f}" if ys[-1] >= 100 else f"{ys[-1]:.3g}"
        above = 7 if last.index(name) == len(last) - 1 else -7  # so that two that end together can be read
        axes.annotate(label, (xs[-1], ys[-1]), xytext=(6, above), textcoords="offset points",
                      color=line.get_color(), va="center")  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="documents", ylabel=title.rpartition(", ")[2], title=title)
    axes.margins(x=0.16, y=0.12)
    axes.grid(alpha=0.3, which="both", linewidth=0.5)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


if __name__ == "__main__":
    main(list(map(Path, sys.argv[1:])))
