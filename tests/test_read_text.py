"""Encodings, plain text, Markdown and separated values."""

import hashlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UnknownFormat
from knowledge.model import Source
from knowledge.read import read, read_bytes

_CASES = tomllib.loads((Path(__file__).parent / "cases" / "encodings.toml").read_text("utf-8"))["case"]
_ENCODED = [(case["label"], encoding, case["text"]) for case in _CASES for encoding in case["encodings"]]


@pytest.mark.parametrize(("label", "encoding", "text"), _ENCODED, ids=[f"{a} in {b}" for a, b, _ in _ENCODED])
def test_text_comes_back_whole_from_every_encoding(label: str, encoding: str, text: str) -> None:
    assert read_bytes(text.encode(encoding), "总结.txt").text == text


_PROSE = st.text(alphabet="全县工业增加值同比长投资完成亿元今年以来，。0123456789.%", min_size=8, max_size=60)


@settings(max_examples=150, deadline=None)
@given(
    prose=_PROSE.filter(lambda text: sum(char > "\x7f" for char in text) > 4),
    encoding=st.sampled_from(["gb18030", "utf-8", "utf-16"]),
)
def test_office_prose_survives_any_encoding(prose: str, encoding: str) -> None:
    assert read_bytes(prose.encode(encoding), "总结.txt").text == prose


def test_line_ends_of_all_systems_are_one() -> None:
    assert read_bytes("一\r\n二\r三\n四".encode(), "a.txt").text == "一\n二\n三\n四"


def test_a_few_damaged_bytes_do_not_cost_the_rest() -> None:
    whole = "全县完成投资12.5亿元，同比增长8%。" * 40
    damaged = bytearray(whole.encode("gb18030"))
    damaged[600:602] = b"\xff\xff"
    text = read_bytes(bytes(damaged), "a.txt").text
    assert text[:300] == whole[:300]
    assert text.endswith("同比增长8%。")


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x00\x01\x02\x03" * 500, b"\xc3\x28\xa0\xa1" * 300])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownFormat, match=r"请发送|请另存"):
        read_bytes(data, "总结.txt")


def test_text_file_stays_as_it_is() -> None:
    text = "  # 不是标题\n\n**亿元** 与 *号、[1] 和 - 都在\n"
    source = read_bytes(text.encode(), "总结.txt")
    assert (source.text, source.media_type, source.title, source.notes) == (text, "text/plain", None, ())


def test_markdown_loses_its_marks_but_no_words() -> None:
    text = """---
source: https://example.org/1.html
title: 临江县水务局2023年工作总结
---

# 临江县水务局2023年工作总结

**一、主要工作**。投资**12.5亿元**，见[附件](https://example.org/a.pdf)。
![](./a.png)
- 新增水库2座
1. 建成泵站3座

| 指标 | 数值<br>（亿元） |
| --- | --- |
| 水利\\*投资 | 12.5 |
"""
    source = read_bytes(text.encode(), "a.md")
    assert source.title == "临江县水务局2023年工作总结"
    assert [line for line in source.text.split("\n") if line] == [
        "临江县水务局2023年工作总结",
        "一、主要工作。投资12.5亿元，见附件。",
        "新增水库2座",
        "1. 建成泵站3座",
        "| 指标 | 数值（亿元） |",
        "| --- | --- |",
        "| 水利*投资 | 12.5 |",
    ]


def test_masked_figures_in_markdown_keep_their_stars() -> None:
    assert read_bytes("产值**.**亿元".encode(), "a.md").text == "产值**.**亿元"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_separated_values_become_a_table(delimiter: str) -> None:
    rows = [
        ["2023年主要指标"],
        ["单位：亿元"],
        ["指标", "上半年", "增速"],
        ["水利投资", "12.5", "8.1%"],
        ["注：快报数"],
    ]
    data = "\n".join(delimiter.join(row) for row in rows).encode("gbk")
    assert read_bytes(data, "指标.csv").text.split("\n") == [
        "2023年主要指标",
        "单位：亿元",
        "| 指标 | 上半年 | 增速 |",
        "| --- | --- | --- |",
        "| 水利投资 | 12.5 | 8.1% |",
        "注：快报数",
    ]


def test_source_knows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "总结.txt"
    data = "全年完成投资5亿元。".encode("gbk")
    path.write_bytes(data)
    assert read(path) == Source("总结.txt", "text/plain", "全年完成投资5亿元。", hashlib.sha256(data).hexdigest())
