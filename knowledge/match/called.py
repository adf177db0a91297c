"""What figures are called: their folded names with all other names of the same, worked out once for all documents."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge.lexicon import Lexicon
from knowledge.match.text import Folder, keys

_EVERY = re.compile(r"(?!企业$)[x\d]*家?(?:规模以上|规模上)?(?:工业)?企业")  # who makes the whole is no part of it

_PARTS = ("called.py", "laying.py", "page.py", "sheet.py", "text.py")  # what decides how a document is laid out


@dataclass(frozen=True, slots=True)
class Call:
    """The names of one indicator, its own first."""

    canonical: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of what a figure is called; made of figures that may answer, one for all called alike."""

    activity: frozenset[str]
    names: tuple[frozenset[str], ...]  # of each name with those of the activity
    all: frozenset[str]


class Called:
    """Names as the lexicon knows them."""

    def __init__(self, lexicon: Lexicon, fold: Folder) -> None:
        self.lexicon, self.fold = lexicon, fold
        self.names = lru_cache(maxsize=100_000)(self._names)
        self.keys = lru_cache(maxsize=20_000)(self._keys)
        self.activity = lru_cache(maxsize=50_000)(self._activity)
        self._known = lru_cache(maxsize=50_000)(self._all)

    @cached_property
    def stamp(self) -> str:
        """What names the vocabulary and the program that laid a document out: equal stamps, equal sheets."""
        lexicon = self.lexicon
        digest = hashlib.sha256(repr((lexicon.names, lexicon.aliases, lexicon.parts)).encode())
        for name in _PARTS:
            digest.update(Path(__file__).with_name(name).read_bytes())
        return digest.hexdigest()[:16]

    def _names(self, indicator: str, name_text: str) -> Call:
        """The names of an indicator that a document writes as `name_text`."""
        canonical = self.lexicon.canonical(indicator)
        own = [self.fold.short(name) for name in (indicator, name_text) if name]
        return Call(self.fold.short(canonical), tuple(dict.fromkeys((*own, *self._known(canonical)))))

    def _keys(self, indicator: str, name_text: str, activity: str | None) -> Keys:
        """The keys of a figure's names and activity."""
        own = keys(self.activity(activity))
        names = [keys(name) for name in self.names(indicator, name_text).names]
        return Keys(own, tuple(name | own for name in names), own.union(*names))

    def _all(self, canonical: str) -> tuple[str, ...]:
        """All folded names of what the lexicon calls so."""
        others = (canonical, *self.lexicon.aliases.get(canonical, ()))
        return tuple(self.fold.short(name) for name in others if name)

    def _activity(self, activity: str | None) -> str:
        """The folded activity; none where it only says who makes the whole."""
        folded = self.fold.short(activity or "")
        return "" if _EVERY.fullmatch(folded) else folded
