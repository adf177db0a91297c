"""The vocabulary: its tables hold together, and a bureau can extend them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from figures import lexicon

from knowledge.errors import SettingsError
from knowledge.extract import extract
from knowledge.lexicon import load


def test_every_alias_means_one_indicator() -> None:
    owners: dict[str, set[str]] = {}
    for name, others in lexicon().aliases.items():
        for other in others:
            owners.setdefault(other, set()).add(name)
    assert {alias: names for alias, names in owners.items() if len(names) > 1} == {}


def test_no_alias_is_itself_canonical() -> None:
    assert [a for others in lexicon().aliases.values() for a in others if a in lexicon().aliases] == []


def test_aliases_are_no_rivals_of_their_indicator() -> None:
    words = lexicon()
    pairs = [(name, other) for name, others in words.aliases.items() for other in others]
    assert [pair for pair in pairs if words.rivals(*pair)] == []


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("规上工业增加值", "规模以上工业增加值"),
        ("GDP", "地区生产总值"),
        ("固投", "固定资产投资"),
        ("社零", "社会消费品零售总额"),
        ("技改投资", "技术改造投资"),
        ("竹编工坊数", "竹编工坊数"),
    ],
)
def test_canonical(written: str, canonical: str) -> None:
    assert lexicon().canonical(written) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第二产业增加值", "第三产业增加值"),
        ("城镇居民人均可支配收入", "农村居民人均可支配收入"),
        ("出口总额", "进口总额"),
        ("出口总额", "进出口总额"),
        ("存款余额", "贷款余额"),
        ("城镇登记失业率", "城镇调查失业率"),
        ("工业投资", "技术改造投资"),
    ],
)
def test_rivals(one: str, other: str) -> None:
    assert lexicon().rivals(one, other)
    assert lexicon().rivals(other, one)


def test_units_convert_for_comparison() -> None:
    assert lexicon().convert(Decimal("1.5"), "亿元", "万元") == 15000
    assert lexicon().convert(Decimal("2"), "公顷", "亩") == 30
    assert lexicon().convert(Decimal("3"), "亿元", "亿美元") is None
    assert lexicon().unit("石") is None


def test_a_bureau_extends_the_tables(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[own]\n"竹编产业产值" = ["竹编产值"]\n[parts]\n"竹产" = "竹产业"\n', "utf-8")
    words = load([own])
    assert words.canonical("竹编产值") == "竹编产业产值"
    assert words.canonical("GDP") == "地区生产总值"


def test_a_bureaus_name_is_used_in_reading(tmp_path: Path) -> None:
    from figures import document

    own = tmp_path / "own.toml"
    own.write_text('[own]\n"竹编产业总产值" = ["竹编产值"]\n', "utf-8")
    text = document("# 岚溪县2023年工作总结\n\n竹编产值3.2亿元。\n")
    assert [obs.indicator for obs in extract(text, load([own])).observations] == ["竹编产业总产值"]


@pytest.mark.parametrize("content", ["[own\n", '[own]\n"产值" = "别名"\n', "own = 3\n"])
def test_a_wrong_table_is_told_with_its_file(tmp_path: Path, content: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"own\.toml"):
        load([own])


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="找不到词表文件"):
        load([tmp_path / "none.toml"])
