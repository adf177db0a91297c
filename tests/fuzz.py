"""Coverage-guided fuzzing with atheris: read, repair, extract and parse, from a corpus of real files and questions.

    python -m tests.fuzz read --seconds 300 [--corpus FOLDER]

Ends with 0 unless an input crashes, hangs for 20 s or takes more than 2 GB; such an input is written to the corpus
folder as crash-…, to be made a case in tests/cases/fuzz. Needs `pip install atheris` (the extra `fuzz`).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.ask import Asker

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases" / "fuzz"
NOW = datetime(2023, 11, 6, 9, 0, tzinfo=UTC)
NAMES = ("a.txt", "a.html", "a.csv", "a.docx", "a.pdf", "a.xlsx", "a.xls", "a.ofd", "a.mht", "a")
_LIMITS = {"max_pages": 20, "max_characters": 50_000, "max_unpacked": 20_000_000}


def read(data: bytes) -> None:
    """A file of any kind; its first byte says what it is called."""
    from knowledge.errors import ReadError
    from knowledge.read import Limits, read_bytes

    try:
        read_bytes(data[1:], NAMES[data[0] % len(NAMES)] if data else "a", Limits(**_LIMITS))
    except ReadError as error:
        assert str(error).endswith("。")


def repair(data: bytes) -> None:
    """Any text: the way back to its own characters never falls."""
    from knowledge.model import Source
    from knowledge.repair import repair as mended

    text = data.decode("gb18030", "replace")
    found = mended(Source("a.txt", "text/plain", text, ""))
    assert found.origin is None or len(found.origin) == len(found.text) + 1


def extract(data: bytes) -> None:
    """Any summary: every figure stands in its sentence."""
    from knowledge.extract import extract as extracted
    from knowledge.lexicon import load
    from knowledge.model import Source
    from knowledge.repair import repair as mended
    from knowledge.segment import segment

    text = data.decode("utf-8", "replace")
    found = extracted(segment(mended(Source("a.md", "text/markdown", text, ""))), load())
    assert all(obs.value_text in obs.quote for obs in found.observations)


def parse(data: bytes) -> None:
    """Any question, and another one after it."""
    from handlers.render import render_html
    from knowledge.ask import Context

    context = Context()
    for question in data.decode("utf-8", "replace").split("\0")[:2]:
        answers, context = _asker().ask(question, context, NOW)
        for answer in answers:
            assert all(fact.obs.value_text in fact.obs.quote for fact in answer.facts)
            render_html(answer)


@lru_cache(maxsize=1)
def _asker() -> Asker:
    from knowledge.ask import Asker
    from knowledge.ingest import read_document
    from knowledge.lexicon import load
    from knowledge.store import KnowledgeStore

    store = KnowledgeStore.open(Path(tempfile.mkdtemp(prefix="jianbao-fuzz-")) / "a.db")
    samples = sorted((ROOT / "knowledge" / "samples").glob("*.md"))
    store.publish([read_document(path, load()) for path in samples], who="fuzz", why="")
    return Asker(store.shelf(), load())


TARGETS: dict[str, Callable[[bytes], None]] = {"read": read, "repair": repair, "extract": extract, "parse": parse}


def seeds(target: str) -> list[bytes]:
    """What fuzzing begins with: crashes found before, and real files, summaries or questions."""
    found = [path.read_bytes() for path in sorted((CASES / target).glob("*"))] if (CASES / target).exists() else []
    samples = [path.read_text("utf-8") for path in sorted((ROOT / "knowledge" / "samples").glob("*.md"))]
    words = (ROOT / "tests" / "cases" / "fuzz_words.txt").read_text("utf-8").split()
    if target == "read":
        found += [bytes([place]) + data for place, data in enumerate(_files())]
    elif target == "repair":
        found += [text[at : at + 400].encode("gb18030") for text in samples for at in (0, 500)]
    elif target == "extract":
        found += [text[at : at + 400].encode() for text in samples for at in range(0, 2400, 400)]
    else:
        found += [f"{one}{other}多少".encode() for one, other in zip(words, words[7:], strict=False)]
    return found


def _files() -> list[bytes]:
    from tests.mutate import kinds

    blocks = [("title", "临江县水务局2023年工作总结"), ("text", "全年完成投资12.5亿元，同比增长8.1%。"),
              ("table", [["指标", "数值（亿元）"], ["水利投资", "12.5"]])]  # fmt: skip
    wanted = ("txt", "html", "csv", "docx", "pdf", "xlsx", "xls", "ofd", "mhtml", "ofd2")
    made = kinds()
    return [made[kind](blocks) for kind in wanted]


def main() -> None:
    """Fuzz one target for some time; atheris ends the process."""
    import atheris

    os.environ["PATH"] = ""  # converters of old formats are other people's to fuzz
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target", choices=TARGETS)
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--corpus", type=Path)
    given = options.parse_args()
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix="jianbao-corpus-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(given.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    with atheris.instrument_imports(include=["knowledge", "handlers"]):
        TARGETS[given.target](b"\x00" + "2023年产值1亿元".encode())
    limits = [f"-max_total_time={given.seconds}", "-timeout=20", "-rss_limit_mb=2048", "-max_len=20000"]
    quiet = ["-verbosity=1", "-print_final_stats=1", f"-artifact_prefix={corpus}/"]
    atheris.Setup([sys.argv[0], str(corpus), *limits, *quiet], TARGETS[given.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
