"""Names: the same rate under two of them (now 工业机器人推广任务, now 工业机器人), and how they are said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from knowledge.digest.table import words
from knowledge.model import Fact, Measure, Observation

_SHORTEST = 2  # characters of a subject; a single one names nothing
_SPOKEN_OF = 0.6  # share of the bigrams by which one name is longer that the other's sentence or headings must hold


def renamed(fact: Fact, old: Iterable[Fact]) -> Fact | None:
    """The only rate told before that is of the same kind and subject, or None.

    The longer of the two names may say more than the other only where the other's own sentence says it too.
    """
    candidates = [other for other in old if _same(fact.obs, other.obs)]
    return candidates[0] if len(candidates) == 1 else None


def _same(one: Observation, other: Observation) -> bool:
    if one.measure is not Measure.RATE or one.unit != other.unit or other.measure is not one.measure:
        return False
    kind, subject = subject_of(one)
    other_kind, other_subject = subject_of(other)
    if not kind or kind != other_kind or min(len(subject), len(other_subject)) < _SHORTEST:
        return False
    if len(subject) >= len(other_subject):
        return _covers(subject, other_subject, other)
    return _covers(other_subject, subject, one)


def subject_of(obs: Observation) -> tuple[str, str]:
    """The kind of a rate (完成率) and what it is of, less the words that say nothing (任务, 累计, 已)."""
    kind = next((word for word in words().progress if obs.indicator.endswith(word)), "")
    idle = re.compile("|".join(words().idle))
    head, tail = (idle.sub("", name) for name in (obs.activity or "", obs.indicator.removesuffix(kind)))
    return kind, tail if head in tail else head if tail in head else head + tail


def _covers(long: str, short: str, short_obs: Observation) -> bool:
    if short not in long:
        return False
    more = long.replace(short, "|", 1)
    grams = [a + b for a, b in pairwise(more) if "|" not in (a, b)]
    said = short_obs.quote + "".join(short_obs.section)
    return sum(gram in said for gram in grams) >= _SPOKEN_OF * len(grams)


def said_name(name: str) -> str:
    """A name as it is said, without what joining its parts has doubled.

    >>> said_name("县重点项目累计完成投资完成率"), said_name("新建项目已开工率"), said_name("完成率")
    ('县重点项目投资完成率', '新建项目开工率', '完成率')
    """
    for pattern, said in words().smooth:
        name = pattern.sub(said, name)
    return name


def words_of(name: str) -> tuple[str, ...]:
    """What a name is made of whatever the order: the same for 新建项目已开工 and 开工新建项目."""
    return tuple(sorted(name.replace("已", "")))
