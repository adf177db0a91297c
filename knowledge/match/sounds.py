"""How characters sound and what they look like: tables made from pypinyin and a font, read when first needed."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

_TABLES = Path(__file__).parents[1] / "tables"
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def _rows(name: str) -> list[tuple[str, str]]:
    lines = (_TABLES / name).read_text("utf-8").splitlines()
    return [(first, rest) for first, _, rest in (line.partition(" ") for line in lines if line and line[0] != "#")]


@lru_cache(maxsize=1)
def syllables() -> dict[str, str]:
    """Syllable without tone -> the characters that are read so."""
    return dict(_rows("sounds.txt"))


@lru_cache(maxsize=1)
def readings() -> dict[str, tuple[str, ...]]:
    """Character -> its syllables without tone."""
    out: dict[str, list[str]] = defaultdict(list)
    for syllable, characters in syllables().items():
        for character in characters:
            out[character].append(syllable)
    return {character: tuple(found) for character, found in out.items()}


@lru_cache(maxsize=1)
def shapes() -> dict[str, str]:
    """Character -> common characters that look like it."""
    return dict(_rows("shapes.txt"))


@lru_cache(maxsize=4096)
def alike(character: str) -> dict[str, float]:
    """Characters that may have been meant, with how likely: same sound, nearly the same sound, like shape."""
    out: dict[str, float] = {}
    for found in shapes().get(character, ""):
        out[found] = 0.5
    for syllable in readings().get(character, ()):
        for near in _nearly(syllable):
            for found in syllables().get(near, ""):
                out[found] = max(out.get(found, 0.0), 0.4 if near != syllable else 0.6) + (0.2 if out.get(found) else 0)
    out.pop(character, None)
    return out


def _nearly(syllable: str) -> list[str]:
    """The syllable, and those that are often mistaken for it."""
    out = [syllable]
    for long, short in _NEAR:
        if syllable.startswith(long):
            out.append(short + syllable[2:])
        elif syllable.startswith(short):
            out.append(long + syllable[1:])
    for base in tuple(out):
        out.append(base[:-1] if re.search("[aei]ng$", base) else f"{base}g" if re.search("[aei]n$", base) else base)
    return list(dict.fromkeys(out))


@lru_cache(maxsize=1)
def _letters() -> re.Pattern[str]:
    return re.compile("|".join(sorted(syllables(), key=len, reverse=True)))


@lru_cache(maxsize=512)
def spelled(run: str) -> tuple[tuple[str, ...], ...]:
    """Ways to cut a run of letters into syllables, fewest first; empty if it is no pinyin.

    >>> spelled("hangye")[0]
    ('hang', 'ye')
    """
    run = run.replace("ü", "v")
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in run)]
    table = syllables()
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 6), end):
            piece = run[start:end]
            piece = piece.replace("lue", "lve").replace("nue", "nve") if piece in ("lue", "nue") else piece
            if piece in table:
                ways[end] += [(*way, piece) for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:6]
    return tuple(ways[-1][:4])
