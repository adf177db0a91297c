"""The vocabulary: indicator names with aliases and rivals, and units.

It is data in `tables/`, which a bureau's own files extend.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.errors import SettingsError

TABLES = Path(__file__).with_name("tables")
SPECIAL = ("parts", "bare", "rivals")  # sections of an indicator file that hold no indicators
SCALES = {"万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3, "百": 2}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written with its base and the factor to it: 亿元 is 元 times 100000000."""

    name: str
    base: str
    scale: Decimal
    kind: str  # money, share, physical, count or other


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What names mean the same, which never do, and how units convert. Made once by `load`; never changes."""

    aliases: Mapping[str, tuple[str, ...]]  # canonical name -> other names
    names: Mapping[str, str]  # any name, canonical ones included -> canonical name
    parts: Mapping[str, str]  # short forms inside names: 规上 -> 规模以上
    bare: frozenset[str]  # names that lean on a longer one said before: 产值
    rival_groups: tuple[tuple[str, ...], ...]
    gentle: frozenset[str]  # words of rival groups that a summary may leave out: 规模以上, 累计
    wholes: frozenset[str]  # words of rival groups that hold another's characters and are not it: 进出口, 中小学
    magnitudes: tuple[str, ...]
    bases: Mapping[str, str]  # unit without magnitude -> kind
    factors: Mapping[str, tuple[str, Decimal]]  # unit without magnitude -> base and factor
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)  # growth, rank, bound and plan words

    def canonical(self, name: str) -> str:
        """The one name of an indicator; a name that the lexicon lacks is kept as it is.

        Short forms are written out only where that makes the name known.

        >>> load().canonical("规上工业增加值"), load().canonical("竹编工坊数")
        ('规模以上工业增加值', '竹编工坊数')
        """
        known = self.names.get(name)
        if known is None:
            known = self.names.get(self.expand(name))
        return name if known is None else known

    def knows(self, name: str) -> bool:
        """Whether the name, its short forms written out or not, is in the lexicon."""
        return name in self.names or self.expand(name) in self.names

    def expand(self, name: str) -> str:
        """The name with its short forms written out: 规上产值 -> 规模以上产值."""
        if len(name) < 2 or not _short_forms(self).search(name):
            return name
        for short, full in self.parts.items():
            if short in name and full not in name:
                name = name.replace(short, full)
        return name

    def rivals(self, first: str, second: str) -> bool:
        """Whether two names differ in words of one rival group, so that one must never stand for the other.

        >>> load().rivals("第二产业增加值", "第三产业增加值"), load().rivals("出口额", "外贸出口")
        (True, False)
        """
        if self.canonical(first) == self.canonical(second):
            return False
        for group in self.rival_groups:
            one, other = _members(first, group), _members(second, group)
            if one and other and not one & other:
                return True
        return False

    def unit(self, name: str) -> Unit | None:
        """A unit by its written name, magnitude included; None if unknown.

        >>> load().unit("亿千瓦时")
        Unit(name='亿千瓦时', base='千瓦时', scale=Decimal('100000000'), kind='physical')
        """
        for magnitude in ("", *self.magnitudes):
            rest = name.removeprefix(magnitude)
            if not name.startswith(magnitude):
                continue
            if rest in self.bases or rest in self.factors:
                base, factor = self.factors.get(rest, (rest, Decimal(1)))
                kind = self.bases.get(rest) or self.bases.get(base) or "other"
                return Unit(name, base, factor * Decimal(10) ** SCALES.get(magnitude, 0), kind)
        return None

    def convert(self, value: Decimal, unit: str, to: str) -> Decimal | None:
        """The value in another unit of the same base; None if the two do not measure the same.

        >>> load().convert(Decimal("1.5"), "亿元", "万元")
        Decimal('15000')
        """
        one, other = self.unit(unit), self.unit(to)
        if one is None or other is None or one.base != other.base:
            return None
        scaled = (value * one.scale / other.scale).normalize()
        return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled


@lru_cache(8)
def _short_forms(lexicon: Lexicon) -> re.Pattern[str]:
    """Any short form: few names have one, and most are asked for several times."""
    return re.compile("|".join(map(re.escape, lexicon.parts)) or "(?!)")


def _members(name: str, group: Iterable[str]) -> set[str]:
    """The group's words in a name, longest first, so that 进出口 does not count as 出口."""
    found = set()
    for word in sorted(group, key=len, reverse=True):
        if word in name:
            found.add(word)
            name = name.replace(word, "\0")
    return found


def load(extra_files: Iterable[str | Path] = ()) -> Lexicon:
    """The built-in tables, extended and overruled by a bureau's own files in their order. Raises SettingsError."""
    aliases: dict[str, tuple[str, ...]] = {}
    parts: dict[str, str] = {}
    bare: set[str] = set()
    groups: list[tuple[str, ...]] = []
    gentle: set[str] = set()
    wholes: set[str] = set()
    for path in (TABLES / "indicators.toml", *map(Path, extra_files)):
        table = _read(path)
        parts |= table.get("parts", {})
        bare |= set(table.get("bare", {}).get("names", ()))
        groups += [tuple(group) for group in table.get("rivals", {}).get("groups", ())]
        gentle |= set(table.get("rivals", {}).get("gentle", ()))
        wholes |= set(table.get("rivals", {}).get("wholes", ()))
        for section, rows in table.items():
            if section not in SPECIAL:
                _add(aliases, rows, path)
    return Lexicon(
        aliases=aliases,
        names=_names(aliases, parts),
        parts=parts,
        bare=frozenset(bare),
        rival_groups=tuple(groups),
        gentle=frozenset(gentle),
        wholes=frozenset(wholes),
        words=_read(TABLES / "words.toml"),
        **_units(_read(TABLES / "units.toml")),
    )


def _add(aliases: dict[str, tuple[str, ...]], rows: object, path: Path) -> None:
    """Take in one section of an indicator file: canonical name = [other names]."""
    if not isinstance(rows, dict) or not all(isinstance(names, list) for names in rows.values()):
        raise SettingsError(f"词表 {path} 的格式不对：每一行应为 “指标名” = [“别名”, …]")
    for name, others in rows.items():
        aliases[name] = tuple(dict.fromkeys((*aliases.get(name, ()), *map(str, others))))


def _names(aliases: Mapping[str, tuple[str, ...]], parts: Mapping[str, str]) -> dict[str, str]:
    """Every name to its canonical one; a canonical name means itself, a later file's alias wins."""
    names = {other: name for name, others in aliases.items() for other in others}
    return names | {name: name for name in aliases}


def _units(table: Mapping[str, Any]) -> dict[str, Any]:
    bases = {unit: kind for kind, units in table["bases"].items() for unit in units}
    factors = {other: (base, Decimal(1)) for base, others in table["same"].items() for other in others}
    factors |= {unit: (base, Decimal(factor)) for unit, (base, factor) in table["factor"].items()}
    return {"bases": bases, "factors": factors, "magnitudes": tuple(table["magnitudes"])}


def _read(path: Path) -> dict[str, Any]:
    """A TOML file. Raises SettingsError that names it."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"找不到词表文件 {path}，请检查 bot.toml 的 [lexicon] 设置") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"词表文件 {path} 不是有效的 TOML（UTF-8）：{error}") from error
