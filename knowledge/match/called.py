"""What figures are called: their folded names with all other names of the same, worked out once for all documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.lexicon import Lexicon
from knowledge.match.text import Folder, keys

_EVERY = re.compile(r"[x\d]*家?(?:规模以上|规模上)?(?:工业)?企业")  # who makes the whole is no part of it


@dataclass(frozen=True, slots=True)
class Call:
    """The names of one indicator, its own first."""

    canonical: str
    names: tuple[str, ...]

    @property
    def keys(self) -> tuple[frozenset[str], ...]:
        """The keys of each name; wanted of the few figures that may answer, so made only then."""
        return tuple(map(keys, self.names))


class Called:
    """Names as the lexicon knows them."""

    def __init__(self, lexicon: Lexicon, fold: Folder) -> None:
        self.lexicon, self.fold = lexicon, fold
        self.names = lru_cache(maxsize=100_000)(self._names)
        self.activity = lru_cache(maxsize=50_000)(self._activity)
        self._known = lru_cache(maxsize=50_000)(self._all)

    def _names(self, indicator: str, name_text: str) -> Call:
        """The names of an indicator that a document writes as `name_text`."""
        canonical = self.lexicon.canonical(indicator)
        own = [self.fold.short(name) for name in (indicator, name_text) if name]
        return Call(self.fold.short(canonical), tuple(dict.fromkeys((*own, *self._known(canonical)))))

    def _all(self, canonical: str) -> tuple[str, ...]:
        """All folded names of what the lexicon calls so."""
        others = (canonical, *self.lexicon.aliases.get(canonical, ()))
        return tuple(self.fold.short(name) for name in others if name)

    def _activity(self, activity: str | None) -> str:
        """The folded activity; none where it only says who makes the whole."""
        folded = self.fold.short(activity or "")
        return "" if _EVERY.fullmatch(folded) else folded
