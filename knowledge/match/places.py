"""Names of places in a question: which documents they choose, and whether another place is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.model import DocumentInfo

_TABLE = Path(__file__).parents[1] / "tables" / "places.txt"
_SUFFIX = re.compile("(?:特别行政区|自治区|自治州|自治县|新区|开发区|[省市县区州旗])$")
_LEVELS = {"国": "全国", "省": "全省", "市": "全市", "县": "全县", "区": "全区"}
_NATION = ("全国", "中国", "国家", "我国")
_OWN = re.compile("(?:我们|咱们|我|咱|本)(?:[省市县区州]|局|这儿|这里)")
_BEFORE = "(?:^|[^一-鿿]|[年月末底度季期]|上半|请问|查一?下|看一?下|[和与跟比])"
_NO_NAME = (  # characters that no name of a place is made of
    "全本我咱这那哪各每个几多少在于去今明前上下半年月季度末和与跟及或比较的了吗呢是为有到从对被把给排列居位第名"
    "城乡县市区镇省村国特色小中心强美丽整所超股楼集夜菜门建制困范试贫重点业进级先脱"
)
_UNKNOWN = re.compile(  # places that no table holds: 云溪县税收, 石桥镇人口
    rf"{_BEFORE}(?P<name>(?:(?![{_NO_NAME}])[一-鿿]){{2,3}}(?:县|省|镇|乡|市(?![场民值容区政级本直委府局化属辖重长])))"
)
_PART_OF_NAME = re.compile("^[一-鿿]{0,5}?(?:港|湾|机场|大学|银行|大桥|站|学院|医院|铁路|高速|保税区|水库|图书馆|集团)")


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """Names of provinces, prefectures and counties, short ones included, with the full name."""
    out: dict[str, str] = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if line and line[0] != "#":
            full, _, short = line.partition(" ")
            out[full] = full
            if short:
                out.setdefault(short, full)
    return out


def table(docs: Sequence[DocumentInfo]) -> list[tuple[str, frozenset[int]]]:
    """Names of places and bureaus with the documents about them, longest first."""
    found: dict[str, set[int]] = {}
    for doc in docs:
        for name in _names(doc):
            found.setdefault(name, set()).add(doc.doc_id)
    return sorted(((name, frozenset(ids)) for name, ids in found.items()), key=lambda row: -len(row[0]))


def _names(doc: DocumentInfo) -> Iterable[str]:
    area = doc.ref_area or ""
    if area in _NATION:
        yield from _NATION
    elif area and area not in _LEVELS.values():
        yield area
        short = _SUFFIX.sub("", area)
        if len(short) > 1:
            yield short
    if doc.issuer:
        yield doc.issuer


def mentioned(text: str) -> list[str]:
    """The places that a text names, by the register or by their form, from left to right.

    >>> mentioned("宁波2020年税收"), mentioned("云溪县税收多少"), mentioned("增速在全市的位次")
    (['宁波'], ['云溪县'], [])
    """
    names, out, at = known(), [], 0
    while at < len(text):
        size = next((n for n in range(min(9, len(text) - at), 1, -1) if text[at : at + n] in names), 0)
        if size and not _PART_OF_NAME.match(text[at + size :]):
            out.append(text[at : at + size])
        at += size or 1
    if not out and (found := _UNKNOWN.search(text)):
        out.append(found["name"])
    return out


def part_of_name(text: str, name: str, words: str) -> bool:
    """Whether a place's name only begins a longer one that the documents hold: 宁波舟山港."""
    at = text.find(name)
    found = _PART_OF_NAME.match(text[at + len(name) :])
    return found is not None and len(found[0]) > 1 and name + found[0] in words


def drop_own(text: str, docs: Sequence[DocumentInfo]) -> str:
    """The text without 我县, and without 全县 where the documents are a county's."""
    text = _OWN.sub(" ", text)
    named = all(doc.ref_area for doc in docs)
    areas = {_LEVELS.get((doc.ref_area or "全")[-1]) for doc in docs} if named else set(_LEVELS.values())
    for word in areas - {None}:
        text = re.sub(f"{word}(?![一-鿿]{{0,2}}[排第居列名位])", " ", text)
    return text
