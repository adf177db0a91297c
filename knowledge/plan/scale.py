"""Values of figures in the same scale, to compare: 1.87万亿元 and 8200亿元."""

from __future__ import annotations

from decimal import Decimal

from knowledge.lexicon import SCALES
from knowledge.model import Fact

_PREFIXES = sorted(SCALES, key=len, reverse=True)


def scaled(fact: Fact) -> tuple[str, Decimal | None]:
    """The unit without its magnitude, and the value in it.

    >>> split("万亿元"), split("%"), split("亩")
    (('元', 12), ('%', 0), ('亩', 0))
    """
    base, power = split(fact.obs.unit)
    value = fact.obs.value
    return base, None if value is None else value * Decimal(10) ** power


def split(unit: str) -> tuple[str, int]:
    """A unit without its magnitude, and the magnitude's power of ten."""
    prefix = next((each for each in _PREFIXES if unit.startswith(each) and len(unit) > len(each)), "")
    return unit.removeprefix(prefix), SCALES.get(prefix, 0)
