"""How work items and difficulties have come on: the same task or problem found again in an older document."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from knowledge.digest.values import DifficultyMove, Known, Stay, Step, WorkMove
from knowledge.model import Difficulty, WorkItem, WorkStatus

_SAME_TITLE = 82  # of 100; 云溪小微园 and 东湖小微园 reach 80
_SHORTEST_SUBJECT = 4  # characters; shorter ones (项目) name nothing
_SAME_PROBLEM = 0.095  # share of weighted bigrams, found on pairs of successive summaries
_TITLE_WORTH = 3  # a title's bigrams count as if the text said them so often


def work_moves(now: Known, base: Known | None) -> list[WorkMove]:
    """Every work item that is done, behind, started or new since the base document, in that order."""
    old = list(base.work_items) if base else []
    moves = []
    for item in now.work_items:
        before = _same_work(item, old)
        step = _step(item, before)
        if step is not None:
            moves.append(WorkMove(now.doc, item, before, step))
    return sorted(moves, key=lambda one: (list(Step).index(one.step), one.before is None))


def _same_work(item: WorkItem, old: Sequence[WorkItem]) -> WorkItem | None:
    named = [other for other in old if _same_subject(item.subject, other.subject)]
    if named:
        return max(named, key=lambda other: fuzz.ratio(item.title, other.title))
    scored = [(fuzz.ratio(item.title, other.title), other) for other in old if not (item.subject and other.subject)]
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] >= _SAME_TITLE else None


def _same_subject(one: str | None, other: str | None) -> bool:
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _SHORTEST_SUBJECT and long.endswith(short))


def _step(item: WorkItem, before: WorkItem | None) -> Step | None:
    """What is worth telling of an item; plans, and words that say the same again, are not."""
    if before is not None and before.text == item.text and before.status is item.status:
        return None
    was = before.status if before else None
    if item.status is WorkStatus.BEHIND:
        return Step.STILL if was is WorkStatus.BEHIND else Step.BEHIND
    if item.status is WorkStatus.DONE:
        return Step.DONE if was is not WorkStatus.DONE else None
    if item.status is WorkStatus.PLANNED:
        return None
    return Step.MOVED if before is not None else Step.NEW


def difficulty_moves(now: Known, base: Known | None) -> list[DifficultyMove]:
    """Difficulties that are new, stated again, and not stated any more (which does not say that they are solved)."""
    old = list(base.difficulties) if base else []
    if base is None:
        return [DifficultyMove(now.doc, one, Stay.NEW) for one in now.difficulties]
    pairs = _paired(now.difficulties, old)
    moves = [
        DifficultyMove(now.doc, one, Stay.STILL if place in pairs else Stay.NEW)
        for place, one in enumerate(now.difficulties)
    ]
    kept = set(pairs.values())
    gone = [DifficultyMove(base.doc, one, Stay.GONE) for place, one in enumerate(old) if place not in kept]
    order = (Stay.NEW, Stay.STILL, Stay.GONE)
    return sorted(moves, key=lambda one: order.index(one.stay)) + (gone if now.difficulties else [])


def _paired(now: Sequence[Difficulty], old: Sequence[Difficulty]) -> dict[int, int]:
    """New to old, each at most once, likest first: what they share of the bigrams that are rare among all of them."""
    bags = [_bigrams(one) for one in (*now, *old)]
    spread = Counter(gram for bag in bags for gram in bag)
    rarity = {gram: math.log((1 + len(bags)) / count) for gram, count in spread.items()}
    scored = sorted(
        ((_likeness(bags[i], bags[len(now) + j], rarity), i, j) for i in range(len(now)) for j in range(len(old))),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for likeness, i, j in scored:
        if likeness >= _SAME_PROBLEM and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _bigrams(difficulty: Difficulty) -> Counter[str]:
    """Bigrams of Chinese characters with how often they are said."""
    bag: Counter[str] = Counter()
    for text, worth in ((difficulty.title, _TITLE_WORTH), (difficulty.text, 1)):
        for one, two in pairwise(text):
            if "\u4e00" <= one <= "\u9fff" and "\u4e00" <= two <= "\u9fff":
                bag[one + two] += worth
    return bag


def _likeness(one: Counter[str], two: Counter[str], rarity: dict[str, float]) -> float:
    shared = sum(min(one[gram], two[gram]) * rarity[gram] for gram in one.keys() & two.keys())
    whole = min(sum(count * rarity[gram] for gram, count in bag.items()) for bag in (one, two))
    return shared / whole if whole else 0.0
