"""Mutates real files of each format by the thousand and reads them: no crash, no hang, no memory over the limit.

    python -m tests.mutate --count 1000 --seed 1 [--kind docx]

The files are reports of the corpus beside the repository (the bundled samples where it is missing), written by real
producers. Each is damaged and read in a process that may use 1 GB; a file may take 20 s of processor time. Old formats
go through the converter that is named; LibreOffice takes seconds a file. Prints one JSON object a kind.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from knowledge.errors import ReadError
from knowledge.extract import extract
from knowledge.lexicon import load
from knowledge.read import Limits, read_bytes
from knowledge.repair import repair
from knowledge.segment import segment
from tests.documents import Block, converted, docx_file, html_file, office, pdf_file, text_file
from tests.mangle import mutated, repacked
from tests.ofd_files import lines_file, pieces_file
from tests.shared import ROOT, SHARED

LIMITS = Limits(max_pages=100, max_characters=500_000)
SECONDS = 20
MEMORY = 1 << 30
CONVERTERS = {"doc": "antiword", "doc by LibreOffice": "soffice", "rtf": "soffice", "odt": "soffice"}
_TABLE = [["指标", "数值（亿元）", "增速（%）"], ["水利投资", "12.5", "8.1"], ["供水产值", "3.2", "-1.5"]]


class Hang(BaseException):
    """A file took longer than it may."""


def blocks(path: Path) -> list[Block]:
    """A report as blocks for the producers: its first hundred lines, and a table."""
    lines = [line.strip("# ") for line in path.read_text("utf-8").splitlines() if line.strip()][:100]
    return [("title", lines[0]), *(("text", line) for line in lines[1:]), ("table", _TABLE)]


def reports() -> list[list[Block]]:
    """Three real reports."""
    corpus = sorted(each for each in (SHARED / "corpus").glob("*.md") if each.name != "README.md")
    return [blocks(each) for each in corpus[::120] or sorted((ROOT / "knowledge" / "samples").glob("*.md"))][:3]


def kinds() -> dict[str, Callable[[list[Block]], bytes]]:
    """Each kind of file and what writes it."""
    made: dict[str, Callable[[list[Block]], bytes]] = {
        "txt": lambda given: text_file(given, "gb18030"),
        "md": lambda given: text_file(given),
        "html": html_file,
        "docx": docx_file,
        "pdf": pdf_file,
        "ofd": lines_file,
        "ofd2": pieces_file,
        "csv": lambda given: "\n".join(",".join(row) for row in _TABLE * 20).encode("gb18030"),
        "xlsx": _xlsx,
        "xls": _xls,
        "mhtml": _mhtml,
    }
    if office():
        made |= {
            "docx of LibreOffice": lambda given: converted(docx_file(given), ".docx", "docx"),
            "pdf of LibreOffice": lambda given: converted(docx_file(given), ".docx", "pdf"),
        } | {
            name: partial(_old, kind=name.partition(" ")[0])
            for name, program in CONVERTERS.items()
            if shutil.which(program)
        }
    return made


def _old(given: list[Block], kind: str) -> bytes:
    return converted(docx_file(given), ".docx", kind)


def _sheet_rows(given: list[Block]) -> list[list[str]]:
    return [*([words] for kind, words in given if kind != "table"), *_TABLE]


def _xlsx(given: list[Block]) -> bytes:
    import io

    import openpyxl

    workbook, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in _sheet_rows(given):
        workbook.active.append(row)
    workbook.save(buffer)
    return buffer.getvalue()


def _xls(given: list[Block]) -> bytes:
    import io

    import xlwt

    workbook, buffer = xlwt.Workbook(), io.BytesIO()
    sheet = workbook.add_sheet("总结")
    for y, row in enumerate(_sheet_rows(given)):
        for x, text in enumerate(row):
            sheet.write(y, x, text)
    workbook.save(buffer)
    return buffer.getvalue()


def _mhtml(given: list[Block]) -> bytes:
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    message = MIMEMultipart("related", type="text/html")
    message["Subject"] = "总结"
    message.attach(MIMEText(html_file(given).decode(), "html", "utf-8"))
    return message.as_bytes()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file with bytes changed; an archive half the time inside one of its parts, its checksums right."""
    if data.startswith(b"PK") and chance.random() < 0.5:
        return repacked(data, chance)
    return mutated(data, chance)


def outcome(data: bytes, name: str) -> str:
    """What comes of a file: the text is also repaired, segmented and extracted, as a publication would."""
    try:
        source = read_bytes(data, name, LIMITS)
    except ReadError as error:
        assert str(error).endswith("。")
        return type(error).__name__
    extract(segment(repair(source)), load())
    return "read"


def _work(kind: str, files: list[bytes], count: int, seed: int, answer: Connection) -> None:
    """In a process of its own: read mutated files under the limits and send what was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.environ["PATH"] = _path(CONVERTERS.get(kind))
    signal.signal(signal.SIGPROF, _hang)
    chance = random.Random(f"{kind} {seed}")  # noqa: S311
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    for number in range(count):
        data = damaged(files[number % len(files)], chance)
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            outcomes[outcome(data, f"总结.{kind.split()[0][:5]}")] += 1
        except BaseException as error:
            faults.append(f"{number}: {type(error).__name__} {error} {traceback.format_exc(limit=-3)}"[:600])
        signal.setitimer(signal.ITIMER_PROF, 0)
        slowest = max(slowest, time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send({"outcomes": dict(outcomes), "faults": faults, "slowest_s": round(slowest, 2), "peak_mb": round(peak)})


def _path(converter: str | None) -> str:
    """Where programs are looked for: no converter but the kind's own."""
    found = shutil.which(converter) if converter else None
    if found is None or converter == "soffice":  # which is a script that needs others
        return os.environ["PATH"] if found else ""
    folder = Path(tempfile.mkdtemp(prefix="jianbao-path-"))
    (folder / Path(found).name).symlink_to(found)
    return str(folder)


def _hang(number: int, frame: FrameType | None) -> None:
    raise Hang


def run(kind: str, count: int, seed: int) -> dict[str, Any]:
    """Mutate and read so many files of a kind; a process that dies is a fault."""
    files = [kinds()[kind](report) for report in reports()]
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(kind, files, count, seed, there))
    process.start()
    there.close()
    try:
        found: dict[str, Any] = here.recv()
    except EOFError:
        found = {"outcomes": {}, "faults": ["the process died"]}
    process.join()
    return {"kind": kind, "count": count, "seed": seed, **found}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kind", choices=sorted(kinds()))
    given = options.parse_args()
    for each in [given.kind] if given.kind else kinds():
        print(json.dumps(run(each, given.count, given.seed), ensure_ascii=False), flush=True)
