"""Names of places in a question: which documents they choose, and whether another place is asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.model import DocumentInfo

_TABLE = Path(__file__).parents[1] / "tables" / "places.txt"
_BUREAUS = Path(__file__).parents[1] / "tables" / "bureaus.toml"
_SUFFIX = re.compile("(?:特别行政区|自治区|自治州|自治县|新区|开发区|[省市县区州旗])$")
_LEVELS = {"国": "全国", "省": "全省", "市": "全市", "县": "全县", "区": "全区"}
_NATION = ("全国", "中国", "国家", "我国")
_OWN = re.compile("(?:我们|咱们|我|咱|本)(?:[省市县区州]|局|这儿|这里)")
_BEFORE = "(?:^|[^一-鿿]|[年月末底度季期]|上半|请问|查一?下|看一?下|[和与跟比])"
_NO_NAME = (  # characters that no name of a place is made of
    "全本我咱这那哪各每个几多少在于去今明前上下半年月季度末和与跟及或比较的了吗呢是为有到从对被把给排列居位第名"
    "城乡县市区镇省村国特色小中心强美丽整所超股楼集夜菜门建制困范试贫重点业进级先脱"
)
_NO_DISTRICT = (
    "园小景社校库灾林牧矿湖辖厂老山郊能发业聚态验税地片禁养商街居住病院房专分台片赛战"  # 园区, 景区: no district
)
_UNKNOWN = re.compile(  # places that no table holds: 云溪县税收, 石桥镇人口
    rf"{_BEFORE}(?P<name>(?:(?![{_NO_NAME}])[一-鿿]){{2,3}}(?:县|省|镇|乡|市(?![场民值容区政级本直委府局化属辖重长])"
    rf"|(?<![{_NO_DISTRICT}])区(?![域块间位分划县])))"
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


class Named(NamedTuple):
    """A place that a question names, with the documents about it, latest last."""

    name: str
    area: str
    docs: tuple[DocumentInfo, ...]


class Register:
    """The places and bureaus that the documents of a revision are about; made once for it."""

    def __init__(self, docs: Sequence[DocumentInfo]) -> None:
        self.docs = tuple(docs)
        self._of_area: dict[str, list[DocumentInfo]] = {}
        self._of_bureau: dict[str, list[DocumentInfo]] = {}
        for doc in docs:
            self._of_area.setdefault(doc.ref_area or "", []).append(doc)
            self._of_bureau.setdefault(_bare_bureau(doc), []).append(doc)
        names = {name: area for area in self._of_area for name in _names(area)}
        self._names: dict[str, list[tuple[int, str, str]]] = {}  # by their first two characters: rank, name, area
        for rank, (name, area) in enumerate(sorted(names.items(), key=lambda row: -len(row[0]))):
            self._names.setdefault(name[:2], []).append((rank, name, area))
        bureaus = {name: bureau for bureau in self._of_bureau for name in _bureau_names(bureau)}
        self._bureaus = sorted(bureaus.items(), key=lambda row: -len(row[0]))
        self._own = {area: tuple(own) for area, own in self._of_area.items()}
        self._levels = {id(own): _levels(own) for own in (self.docs, *self._own.values())}  # all are kept, so ids last

    @property
    def areas(self) -> int:
        """How many places there are."""
        return len(self._of_area)

    def places(self, plain: str) -> list[Named]:
        """The places that a text names, each once, in its order."""
        found: dict[str, tuple[int, str]] = {}
        begins = {plain[at : at + size] for at in range(len(plain)) for size in (1, 2)}
        likely = (row for begin in begins for row in self._names.get(begin, ()))
        for _, name, area in sorted(likely):  # the longest first
            at = plain.find(name)
            if at >= 0:
                found.setdefault(area, (at, name))
                plain = plain.replace(name, "\0" * len(name))
        order = sorted(found.items(), key=lambda row: row[1])
        return [Named(name, area, self._own[area]) for area, (_, name) in order]

    def bureau(self, plain: str, docs: Sequence[DocumentInfo]) -> tuple[str, tuple[DocumentInfo, ...]] | None:
        """The bureau that a text names, as written, and those of the documents that are its own."""
        for name, bureau in self._bureaus:
            if name in plain:
                own = {doc.doc_id for doc in self._of_bureau[bureau]}
                kept = tuple(doc for doc in docs if doc.doc_id in own)
                if kept:
                    return name, kept
        return None

    def without_own(self, text: str, docs: Sequence[DocumentInfo]) -> str:
        """The text without 我县, and without 全县 where the documents are a county's."""
        text = _OWN.sub(" ", text)
        for word in self._levels_of(docs):
            if word in text:
                text = re.sub(f"{word}(?![一-鿿]{{0,2}}[排第居列名位])", " ", text)
        return text

    def _levels_of(self, docs: Sequence[DocumentInfo]) -> frozenset[str]:
        """The words for the whole place that documents of the revision are about."""
        kept = self._levels.get(id(docs))
        return _levels(docs) if kept is None else kept


def _levels(docs: Sequence[DocumentInfo]) -> frozenset[str]:
    """The words for the whole place that documents are about."""
    if not all(doc.ref_area for doc in docs):
        return frozenset(_LEVELS.values())
    return frozenset(word for doc in docs if (word := _LEVELS.get((doc.ref_area or "全")[-1])))


def _names(area: str) -> Iterable[str]:
    if area in _NATION:
        yield from _NATION
    elif area and area not in _LEVELS.values():
        yield area
        short = _SUFFIX.sub("", area)
        if len(short) > 1:
            yield short


@lru_cache(maxsize=1)
def _bureau_table() -> tuple[dict[str, list[str]], tuple[str, ...]]:
    table = tomllib.loads(_BUREAUS.read_text("utf-8"))
    return table["short"], tuple(table["ends"]["words"])


def _bare_bureau(doc: DocumentInfo) -> str:
    """A document's bureau without its place."""
    return (doc.issuer or "").removeprefix(doc.ref_area or "")


def _bureau_names(bureau: str) -> Iterable[str]:
    """The full and the short names of a bureau: 卫生健康局, 卫健局; of a government none."""
    short, ends = _bureau_table()
    end = next((end for end in ends if bureau.endswith(end)), "")
    stem = bureau.removesuffix(end)
    if end and stem:
        yield bureau
        yield from (other + end for other in short.get(stem, ()) if len(other) > 1 or end == "局")


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


def part_of_name(text: str, name: str) -> str | None:
    """The longer name that a place's name may only begin: 宁波舟山港."""
    at = text.find(name)
    found = _PART_OF_NAME.match(text[at + len(name) :])
    return name + found[0] if found is not None and len(found[0]) > 1 else None
