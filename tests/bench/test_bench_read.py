"""How fast each format is read, against the same text as a plain file."""

from __future__ import annotations

from collections.abc import Callable

import documents
import ofd_files
import pytest

from knowledge.read import read_bytes
from knowledge.read.sandbox import read_bytes_sandboxed

_PARAGRAPH = "全县完成水利投资12.36亿元，同比增长15.2%，居全市第3位；新开工项目17个，较上年同期多4个。"
_BLOCKS: list[documents.Block] = [("title", "临江县水务局2023年工作总结"), *[("text", _PARAGRAPH)] * 200]
_MAKERS: dict[str, Callable[[list[documents.Block]], bytes]] = {
    "text in GB18030": lambda blocks: documents.text_file(blocks, "gb18030"),
    "html": documents.html_file,
    "docx": documents.docx_file,
    "pdf": documents.pdf_file,
    "ofd": ofd_files.lines_file,
}


@pytest.mark.parametrize("made", _MAKERS)
def test_reading(benchmark: Callable[..., object], made: str) -> None:
    benchmark(read_bytes, _MAKERS[made](_BLOCKS), "a")


def test_reading_in_a_process_of_its_own(benchmark: Callable[..., object]) -> None:
    benchmark(read_bytes_sandboxed, _MAKERS["docx"](_BLOCKS), "a")
