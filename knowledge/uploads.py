"""A stranger's file read to the end in a process of its own: no file can take the bot down or hold it up.

Run with -m this is the child: a file on standard input, the extraction in lines of JSON on standard output.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from knowledge.errors import BrokenFile, JianbaoError
from knowledge.ingest import Reading, finished
from knowledge.model import Extraction
from knowledge.read import Limits, read_bytes
from knowledge.read.answers import told
from knowledge.read.sandbox import answer_of
from knowledge.read.worker import answered, restrict
from knowledge.store.codec import from_plain, to_plain

LONGEST = 80  # characters of a file's name
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_upload(data: bytes, name: str, reading: Reading) -> Extraction:
    """Everything that an uploaded file states. Raises ReadError."""
    words = json.dumps([str(file) for file in reading.lexicon_files])
    answer = answer_of(__name__, data, safe_name(name), reading.limits, words)
    return from_plain(Extraction, answer["extraction"])


def safe_name(name: str) -> str:
    """A sender's file name without folders and without characters that steer a terminal or the direction of writing.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\x\\\\总结.docx"), safe_name("..")
    ('passwd', '总结.docx', '文件')
    """
    last = re.split(r"[/\\]", _UNFIT.sub("", name))[-1].strip(" .-")
    stem, dot, suffix = last.rpartition(".")
    short = f"{stem[: LONGEST - len(suffix) - 1]}{dot}{suffix}" if stem and len(suffix) < 10 else last[:LONGEST]
    return short or "文件"


def main(name: str, limits: Limits, lexicon_files: tuple[Path, ...]) -> dict[str, object]:
    """The answer for the parent: the extraction, or the error's class and sentence."""

    def extraction() -> dict[str, object]:
        source = read_bytes(sys.stdin.buffer.read(), name, limits)
        try:
            return {"extraction": to_plain(finished(source, lexicon_files))}
        except JianbaoError as error:
            raise BrokenFile(str(error)) from error
        except Exception as error:  # a fault of ours in one file is told as such, not as a limit that was exceeded
            raise BrokenFile(f"{name} 读到一半出错，已记入日志；请把这份文件交给维护人员。") from error

    return answered(extraction, name)


if __name__ == "__main__":
    given = Limits(**json.loads(sys.argv[2]))
    restrict(given)
    made = main(sys.argv[1], given, tuple(map(Path, json.loads(sys.argv[3]))))
    sys.stdout.writelines(f"{line}\n" for line in told(made))
