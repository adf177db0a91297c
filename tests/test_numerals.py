"""Numerals, with cn2an as the oracle for what it can read."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.numerals import is_masked, parse

READ = {
    "两千三百亿": "230000000000",
    "1.2万": "12000",
    "1万2千": "12000",
    "三成": "0.3",
    "三成五": "0.35",
    "百分之三十": "0.3",
    "千分之五": "0.005",
    "廿三": "23",
    "十": "10",
    "一百零二": "102",
    "一百二": "120",
    "两万三": "23000",
    "两百１十": "210",
    "二〇二一": "2021",
    "1.5万亿": "1500000000000",
    "三点五": "3.5",
    "一点二五万": "12500",
    "1,234.5": "1234.5",
    "-3.2": "-3.2",
    "负三": "-3",
    "１２．５": "12.5",
    "-3.5": "-3.5",
    "-一百二": "-120",
    "+5": "5",
    "+十二": "12",
    "负二分之一": "-0.5",
    "1 200": "1200",
    "一 百": "100",
    "1，200": "1200",
    "1，2３4.5": "1234.5",
    "三成半": "0.35",
    "二三": "23",
    "七": "7",
    "十二": "12",
    "三十五": "35",
    "两百零五": "205",
    "一千五": "1500",
    "三万零五": "30005",
    "三亿五": "350000000",
    "一百一十亿": "11000000000",
    "1亿2千万": "120000000",
}


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_parse(text: str, value: str) -> None:
    assert parse(text) == Decimal(value)


def test_a_third_is_not_rounded_to_something_nice() -> None:
    assert parse("三分之一") == Decimal(1) / 3


@pytest.mark.parametrize("text", ["", "亿", "很多", "1x", "12%", "一二十", "点五点", "1.2.3", "一点二点三"])
def test_not_a_numeral(text: str) -> None:
    with pytest.raises(ValueError, match=r"^不是数字："):
        parse(text)


@pytest.mark.parametrize("text", ["xx.xx", "x", "-x.x", "XX"])
def test_masked(text: str) -> None:
    assert is_masked(text)


@pytest.mark.parametrize("text", ["12.x", "1", "", "x2"])
def test_not_masked(text: str) -> None:
    assert not is_masked(text)


@given(st.integers(min_value=0, max_value=10**15))
def test_agrees_with_cn2an_on_what_it_writes(number: int) -> None:
    assert parse(cn2an.an2cn(str(number))) == number
    assert parse(cn2an.an2cn(str(number), "up")) == number


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_arabic_numerals_keep_their_places(number: Decimal) -> None:
    assert str(parse(f"{number:f}")) == f"{number:f}"


@given(st.integers(min_value=1, max_value=99999))
def test_full_width_is_the_same(number: int) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in str(number))
    assert parse(wide) == parse(str(number)) == number
