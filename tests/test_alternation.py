"""Alternations that fail fast find what plain ones find."""

from __future__ import annotations

import re
import tomllib
from itertools import product

import pytest
from shared import SHARED

from knowledge.extract.alternation import first_characters, union
from knowledge.lexicon import TABLES

_SECTIONS = tomllib.loads((TABLES / "sections.toml").read_text("utf-8"))
_LISTS = [(table, name) for table, entries in _SECTIONS.items() for name in entries]
_TEXTS = [
    clause
    for path in sorted((SHARED / "corpus").glob("*-2019.md"))[:2]
    for clause in re.split("[，。；\n]", path.read_text("utf-8"))
]
_OWN = [
    "尚未开工",
    "完成年度任务的62.3%",
    "预计8月竣工",
    "主要存在以下困难：一是",
    "相对滞后",
    "不停工",
    "",
    "12号线",
    "1",
]


@pytest.mark.parametrize(("table", "name"), _LISTS, ids=[f"{table} {name}" for table, name in _LISTS])
def test_tables_find_the_same(table: str, name: str) -> None:
    alternatives = _SECTIONS[table][name]
    plain = re.compile("|".join(f"(?:{one})" for one in alternatives))
    fast = union(alternatives)
    for text in _OWN + _TEXTS:
        one, other = plain.search(text), fast.search(text)
        assert (one and one.span()) == (other and other.span()), text


@pytest.mark.parametrize(
    ("alternatives", "spelled_out"),
    [
        (["(?<!不)停工"], "(?:停(?<!不停)工)"),
        (["(?:尚|还)未"], "(?:尚未)|(?:还未)"),
        (["[尚还]?未动"], "(?:尚未动)|(?:还未动)|(?:未动)"),  # greedy: the longer first
        (["(?<!不)(?:停|开)工", "搁置"], "(?:停(?<!不停)工)|(?:开(?<!不开)工)|(?:搁置)"),
        (["(?:(?:已|已经)全部|基本)完成"], "(?:已全部完成)|(?:已经全部完成)|(?:基本完成)"),
        (["停工|[复开]工"], "(?:停工)|(?:复工)|(?:开工)"),
        (["(?:快|慢)+进"], "(?=[快慢])(?:(?:(?:快|慢)+进))"),  # no end of spelling out
        (["(?:快|慢)??进"], "(?:(?:快|慢)??进)"),  # not greedy
        (["(?:甲|乙)(?P<when>月)"], "(?=[乙甲])(?:(?:(?:甲|乙)(?P<when>月)))"),  # a name only once
        (["^对此"], "(?:^对此)"),
    ],
)
def test_what_alternatives_become(alternatives: list[str], spelled_out: str) -> None:
    assert union(alternatives).pattern == spelled_out


@pytest.mark.parametrize("name", ["opener_problem", "statement"])
def test_what_paragraphs_are_asked_for_leans_on_nothing_around_it(name: str) -> None:
    assert not [one for one in _SECTIONS["difficulty"][name] if re.search(r"(?<!\[)\^|\$|\(\?[=!<]|\\[bBAZ]", one)]


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        ("停工", "停"),
        ("(?<!不)停工", "停"),
        ("(?<!不)(?<!未)停工", "停"),
        ("[尚还]?未", "尚还未"),
        ("(?:尚|还)未", "尚还"),
        ("(?:尚|还)?未", "尚还未"),
        ("仍?存在", "仍存"),
        ("堵点|卡点", "堵卡"),
        ("(?<!不)停工|开工", "停开"),
        (r"\d+号线", "0123456789"),
        (r"\([一二]\)", "("),
        (r"\(?一\)", "(一"),
        ("^对此", ""),
        (".{0,4}率", ""),
        ("[^存]在", ""),
    ],
)
def test_what_a_pattern_begins_with(pattern: str, first: str) -> None:
    assert first_characters(pattern) == frozenset(first)
    for head, tail in product(first, ("", "工")):
        if found := re.match(pattern, head + tail):
            assert found[0][0] in first
