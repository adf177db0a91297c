"""The words of subscribing (tables/subscriptions.toml), and what is left of a message when they are taken out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.numerals import parse as number

WHICH = re.compile(r"第([一二两三四五六七八九\d])[个份条]")


def which_of(text: str) -> int | None:
    """2 of 第二个."""
    found = WHICH.search(text)
    return int(number(found[1])) if found else None


def terms(text: str) -> tuple[str, ...]:
    """What is left when everything known is taken out, split at 和 and 、."""
    filler, acts, about = table()["filler"], table()["acts"], table()["about"]
    known = [word for words in (*acts.values(), about["digest"], about["asked_now"]) for word in words]
    for joint in sorted(filler["joints"], key=len, reverse=True):
        text = text.replace(joint, "|")
    text = without(text, known, "|", filler["compounds"])
    pieces = (_trimmed(piece, filler["words"]) for piece in text.split("|"))
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) > 1))


def _trimmed(piece: str, fillers: Iterable[str]) -> str:
    """A piece without the fillers at its ends; inside a name they belong to it."""
    ordered = sorted(fillers, key=len, reverse=True)
    while True:
        left = next((word for word in ordered if piece.startswith(word)), "")
        right = next((word for word in ordered if piece.endswith(word) and word != piece), "")
        if not left and not right:
            return piece
        piece = piece.removeprefix(left).removesuffix(right)


def without(text: str, known: Iterable[str], gap: str = "", kept: Iterable[str] = ()) -> str:
    """A text without known words, the longest first; those that stand inside a kept word stay."""
    whole = frozenset(kept)
    words = sorted({*known, *whole}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, words)), lambda found: found[0] if found[0] in whole else gap, text)


def masked(text: str) -> str:
    """A text without the words that only hold a word of asking: 研发, 订单."""
    return without(text, table()["filler"]["compounds"])


def holds(text: str, known: Iterable[str]) -> bool:
    """Whether a text holds one of the known words."""
    return any(word in text for word in known)


def longest(text: str, known: Iterable[str]) -> str | None:
    """The longest known word in a text."""
    return max((word for word in known if word in text), key=len, default=None)


@cache
def table() -> Mapping[str, Any]:
    """The table, read once."""
    return tomllib.loads(files("knowledge.tables").joinpath("subscriptions.toml").read_text(encoding="utf-8"))
