"""How well figures and sentences fit what is looked up: the telling characters of the question that they hold."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from knowledge.inquiry import Hit, Line
from knowledge.match.index import PER, DocumentIndex, Entry, Names, Postings
from knowledge.match.laying import SEGMENT
from knowledge.match.text import keys, numbered
from knowledge.model import Measure

_LIGHT = 0.35
_OTHER = 0.57  # what is left of the fit of a figure whose own words lack the indicator that is named
_UNSAID = 0.94  # the same where a word is lacking that a summary may leave out
_HEAD = 0.05  # what a figure loses whose name lacks the last thing named: 县重点项目 for 县重点项目的总投资
_NAMELESS = 0.5  # what is left of the precision of a name that says only what was measured
_SIBLING = 0.2  # what a figure loses that lacks a word which names a later figure of its sentence
_BEHIND = 0.1  # by how much that one may cover less of the question
_EACH = 0.1  # what a figure loses that is for each person, household or mu where the question is of the whole
_EARNED = re.compile("收入|支出|寿命|工资|住院日")  # told for each person anyway
_ASTRAY = 0.6  # what is left of the fit of a figure whose own name and clause hold nothing of what is asked
_LACKING = 0.85  # the same where it lacks a word that says what is asked for
_ELSE = 0.72  # the same where that word is the first: the name of another thing
_WELL = 0.64  # coverage by the best figure from which on those under _FAIR are of no use even as suggestions
_FAIR, _FAINT = 0.48, 0.4
_TOLD = 0.35  # coverage from which on a sentence is of use
_LEAST = 0.3  # the least that a key weighs
_NEARLY = 1 - 1e-9
_NEW = 1.0  # the weight of a word that the document lacks


class Rivals(NamedTuple):
    """Of a group of words that are never confused, what the question says."""

    said: frozenset[str]
    others: frozenset[str]
    wholes: frozenset[str] = frozenset()  # others that only look as if they held one that is said: 农林牧渔业 for 渔业


@dataclass(frozen=True, slots=True)
class Scale:
    """Words that weigh other than the rest."""

    light: re.Pattern[str]  # words that say little
    verbs: frozenset[str]  # characters that say little where the document never has them beside their neighbours
    negations: frozenset[str]  # characters that say much there
    gentle: frozenset[str] = frozenset()  # words of rival groups that may go unsaid
    same: tuple[tuple[str, ...], ...] = ()  # groups of words for the same

    def new(self, atom: str, strict: bool) -> float:
        """What a character weighs that the document never has beside its neighbours."""
        if atom in self.negations:
            return 2.0 if strict else 0.1
        return 0.06 if atom in self.verbs else _NEW


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked up, as weighted characters and the keys that join them."""

    atoms: tuple[str, ...]
    weights: tuple[float, ...]
    keys: tuple[tuple[str, int, int], ...]
    missing: tuple[str, ...]  # atoms that no key of the document holds
    telling: tuple[int, ...] = ()  # how much each atom says of what is asked for: nothing, little where it is a verb, 2

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return math.fsum(self.weights)


def wanted(content: Sequence[str], index: DocumentIndex, scale: Scale, *, strict: bool = False) -> Wanted:
    """What is looked up, weighed by how telling it is in this document."""
    text = _MASKABLE.sub(lambda found: _masked(found[0], index), " ".join(index.fold(piece) for piece in content))
    text = _reworded(text, index, scale.same)
    cut = _cut(text, scale.light)
    weights, missing, telling = [], [], []
    known = {key: index.weight(key) for key, _, _ in cut.keys}
    for at, atom in enumerate(cut.atoms):
        best = max((weight for key in cut.touching[at] if (weight := known[key]) is not None), default=None)
        if best is None and not cut.touching[at]:
            best = 0.5 if atom in index.text else None
        if best is None:
            missing.append(atom)
        dumb = at in cut.faint or atom in scale.negations or atom.isascii()
        telling.append(0 if dumb else 1 if atom in scale.verbs else 2)
        weights.append((scale.new(atom, strict) if best is None else best) * (_LIGHT if at in cut.faint else 1))
    return Wanted(cut.atoms, tuple(weights), cut.keys, tuple(missing), tuple(telling))


class _Cut(NamedTuple):
    """What is looked up, cut into characters and the keys that join them."""

    atoms: tuple[str, ...]
    keys: tuple[tuple[str, int, int], ...]
    touching: tuple[tuple[str, ...], ...]  # the keys that hold each atom
    faint: frozenset[int]  # atoms that stand in words of little weight


@lru_cache(maxsize=4096)
def _cut(text: str, light: re.Pattern[str]) -> _Cut:
    """A folded text cut; the same is looked up in one document after the other."""
    atoms, found = numbered(text)
    touching: list[list[str]] = [[] for _ in atoms]
    for key, first, last in found:
        for at in range(first, last + 1):
            touching[at].append(key)
    return _Cut(tuple(atoms), tuple(found), tuple(map(tuple, touching)), frozenset(_faint(text, light)))


def _reworded(text: str, index: DocumentIndex, same: Sequence[Sequence[str]]) -> str:
    """The text with words that the document lacks as those for the same that it has."""
    for group in same:
        for word in group:
            if word in text and word not in index.text:
                other = next((other for other in group if other in index.text), word)
                text = text.replace(word, other)
                break
    return text


_MASKABLE = re.compile(r"[a-z]*\d[\d.]*[a-z]*")


def _masked(word: str, index: DocumentIndex) -> str:
    """5g as the document writes it: xg, where it hides its digits."""
    hidden = re.sub(r"\d", "x", word)
    return hidden if word not in index.text and hidden in index.text else word


def _faint(text: str, light: re.Pattern[str]) -> set[int]:
    """Which atoms stand in words of little weight."""
    places: dict[int, int] = {}
    for number, found in enumerate(re.finditer(r"[a-z0-9.&+]+|[㐀-鿿]", text)):
        for at in range(found.start(), found.end()):
            places[at] = number
    return {places[at] for found in light.finditer(text) for at in range(found.start(), found.end()) if at in places}


def coverage(want: Wanted, postings: Postings) -> dict[int, float]:
    """Entry -> share of what is looked up that it holds, 0 to 1."""
    return _covered(_levels(want, postings), want)


def _covered(levels: Mapping[int, list[float]], want: Wanted) -> dict[int, float]:
    """The share of what is looked up that each entry holds, by how well it holds each atom."""
    total, weights, fsum = want.total or 1.0, want.weights, math.fsum
    return {entry: fsum(map(mul, row, weights)) / total for entry, row in levels.items()}


def _levels(want: Wanted, postings: Postings) -> dict[int, list[float]]:
    """Entry -> how well it holds each atom."""
    levels: dict[int, list[float]] = {}
    size = len(want.atoms)
    for key, first, last in want.keys:
        for entry, level in postings.row(key).items():
            row = levels.get(entry)
            if row is None:
                row = levels[entry] = [0.0] * size
            if row[first] < level:
                row[first] = level
            if row[last] < level:
                row[last] = level
    return levels


def _lacks(want: Wanted, row: Sequence[float], own: str) -> float:
    """What is left where a telling word of the question is held nowhere near a figure: 投资 of 改造投资完成率.

    Less where the question begins with it: 柳河治理工程 is another work than 清水河治理工程.
    """
    if 0.0 not in row:
        return 1.0
    bare = [
        0 if level or atom in own else says for says, level, atom in zip(want.telling, row, want.atoms, strict=True)
    ]
    if not any(bare):
        return 1.0
    pairs = [(first, last) for _, first, last in want.keys if first < last]
    whole = len(set(pairs)) >= len(want.atoms) - 1 > 0  # one name, not 疫情 in a clause of its own
    if bare[0] > 1 and whole and want.telling[1]:
        return _ELSE
    if any(bare[first] and bare[last] and bare[first] + bare[last] > 2 for first, last in pairs):
        return _LACKING
    said = any(bare[at] > 1 and want.telling[last] > 1 and want.atoms[at] in want.missing for at, last in pairs)
    return _LACKING if said else 1.0


def _trust(
    want: Wanted, row: Sequence[float], entry: Entry, precision: float, index: DocumentIndex, ending: Sequence[str]
) -> float:
    """What is left of a figure's fit where it is to answer by itself: what is asked may stand only after it."""
    if not precision and not _holds(entry.near, [key for key, _, _ in want.keys]):
        return _ASTRAY
    key, first, last = want.keys[-1] if want.keys else ("", 0, 0)
    if want.telling[first] > 1 and want.telling[last] > 1 and 0 < row[last] <= SEGMENT and key not in entry.near:
        return _ASTRAY if not entry.keys.all & {key} else 1.0
    if not _heads_it(ending, entry, index):
        return _ASTRAY
    if _begins_after(want, row, entry):
        return _ELSE
    return _lacks(want, row, entry.own)


def _begins_after(want: Wanted, row: Sequence[float], entry: Entry) -> bool:
    """Whether what the question begins with is told only after a figure: 滑雪场 in 古镇投资6.8亿元；滑雪场未开工."""
    key, first, last = want.keys[0] if want.keys else ("", 0, 0)
    telling = first < last and want.telling[first] > 1 and want.telling[last] > 1
    return telling and not entry.cell and 0 < row[0] <= SEGMENT and key not in entry.near and key in entry.after


def _ending(want: Wanted) -> list[str]:
    """The telling pairs of the question's last four characters."""
    size, telling = len(want.atoms), want.telling
    return [key for key, first, at in want.keys if first < at and at >= size - 3 and telling[first] + telling[at]]


def _heads_it(ending: Sequence[str], entry: Entry, index: DocumentIndex) -> bool:
    """Whether a figure is of what the question ends with: its words hold one of the last telling pairs.

    Outside of tables only pairs count that the document has elsewhere: there it would have said so.
    """
    own = entry.own if entry.cell else entry.near
    if any(key in own or key in entry.keys.all for key in ending):
        return True
    return not ending if entry.cell else all(index.weight(key) is None for key in ending)


def figures(
    content: Sequence[str],
    index: DocumentIndex,
    scale: Scale,
    named: Sequence[tuple[str, ...]],
    rivals: Sequence[Rivals],
) -> list[Hit]:
    """The figures of a document by how well they fit, best first."""
    want = wanted(content, index, scale, strict=True)
    said = {key: index.weigh((key,)) for key, _, _ in want.keys}
    head = keys(index.fold(content[-1])) if len(content) > 1 else frozenset()
    per = PER.search(" ".join(content)) is not None
    hits = []
    precisions: dict[Names, float] = {}
    levels = _levels(want, index.figures)
    found = _covered(levels, want)
    least = _FAINT if max(found.values(), default=0.0) < _WELL else _FAIR
    found = {number: recall for number, recall in found.items() if recall >= least}
    index.read(found)
    naming, ending = [index.naming(names) for names in named], _ending(want)
    for number, recall in found.items():
        entry, called = index.entry(number), index.names(number)
        if (per and not PER.search(entry.own)) or (not per and _of_each(entry)):
            recall *= _OTHER
        if recall > 0.5 and (named or rivals):
            recall *= _guarded(entry, all(holds(number) for holds in naming), rivals, scale.gentle)
        if (precision := precisions.get(called)) is None:
            bare = not entry.keys.activity and scale.light.fullmatch(entry.canonical)  # 完成率, of what was spoken of
            precision = precisions[called] = _precision(called, said, index) * (_NAMELESS if bare else 1)
        trust = _trust(want, levels[number], entry, precision, index, ending)
        unsaid = bool(activity := entry.keys.activity) and activity.isdisjoint(said)
        away = _HEAD if head and head.isdisjoint(entry.keys.all) else 0.0
        away += _EACH if entry.each and not per else 0.0
        worth = 0.8 * recall + 0.2 * precision - (0.04 if unsaid else 0) - away
        hits.append((entry, Hit(entry.fact, worth, recall, precision, unsaid, trust)))
    both = frozenset(key for key, first, last in want.keys if _both(want, first, last))
    return sorted(_after_siblings(hits, both), key=lambda hit: (-hit.score, hit.fact.obs.span.start))


def _of_each(entry: Entry) -> bool:
    """Whether a figure is an amount for each person or mu, which is not the whole: 人均体育场地面积."""
    level = entry.each and entry.fact.obs.measure is Measure.LEVEL
    return level and _EARNED.search(entry.canonical) is None


def _both(want: Wanted, first: int, last: int) -> bool:
    """Whether a key joins two atoms that both say something of what is asked for."""
    return first < last and want.telling[first] > 0 and want.telling[last] > 0


def _after_siblings(found: Sequence[tuple[Entry, Hit]], said: frozenset[str]) -> list[Hit]:
    """Hits, those less that lack a word of the question which names a later figure of their sentence.

    住房9864套，已交付8217套: 交付 is said of the second; what the sentence says first, 住房, may be meant of both.
    """
    claims: dict[tuple[int, str, Measure], list[tuple[int, float, frozenset[str]]]] = defaultdict(list)
    for entry, hit in found if said and len(found) > 1 else ():
        obs = hit.fact.obs
        if claimed := entry.keys.all & said:
            claims[obs.paragraph, obs.quote, obs.measure].append((obs.span.start, hit.recall, claimed))
    return [_less(hit, _SIBLING) if claims and _passed_over(entry, hit, claims) else hit for entry, hit in found]


def _less(hit: Hit, away: float) -> Hit:
    return Hit(hit.fact, hit.score - away, hit.recall, hit.precision, hit.unsaid, hit.trust, hit.why)


def _passed_over(
    entry: Entry, hit: Hit, claims: Mapping[tuple[int, str, Measure], Sequence[tuple[int, float, frozenset[str]]]]
) -> bool:
    """Whether a later figure of the sentence is named by a word of the question which this one lacks."""
    obs = hit.fact.obs
    for start, recall, claimed in claims.get((obs.paragraph, obs.quote, obs.measure), ()):
        if start > obs.span.start and recall >= hit.recall - _BEHIND and not all(map(entry.own.__contains__, claimed)):
            return True
    return False


def _unsaid(entry: Entry, said: frozenset[str], others: frozenset[str], gentle: frozenset[str]) -> float:
    """What is left of the fit of a figure whose own words lack a word of a rival group."""
    if _holds(entry.own, others):
        return 0.5
    told = [word for word in (*said, *others) if word in entry.lead]
    if told and max(told, key=entry.lead.rfind) not in said:  # 初中112所，在校生8万人: which one was spoken of last
        return 0.5
    if said <= gentle:
        return _UNSAID
    return 1.0 if told else _OTHER


def _guarded(entry: Entry, named: bool, rivals: Sequence[Rivals], gentle: frozenset[str]) -> float:
    """What is left of the fit of a figure that is of another thing than the one named, or of its rival."""
    left = 1.0 if named else _OTHER
    for said, others, wholes in rivals:
        own = entry.own
        for whole in wholes:
            own = own.replace(whole, " ")
        if not _holds(own, said):
            left = min(left, _unsaid(entry, said, others, gentle))
    return left


def _holds(text: str, words: Iterable[str]) -> bool:
    for word in words:  # noqa: SIM110 - called so often that a generator costs
        if word in text:
            return True
    return False


def _precision(names: Names, said: Mapping[str, float], index: DocumentIndex) -> float:
    """How much of a figure's own name and activity the question says; by its best name."""
    best = 0.0
    for name in names:
        if name.isdisjoint(said):
            continue
        weights = [weight for key, weight in said.items() if key in name]
        held = math.fsum(weights)
        least = held + _LEAST * (len(name) - len(weights))  # weighed in full only where it may be the best
        if held > best * least * _NEARLY and (total := index.total(name)) and held > best * total:
            best = held / total
    return best


def lines(content: Sequence[str], index: DocumentIndex, scale: Scale) -> list[Line]:
    """The sentences of a document by how well they fit, best first."""
    want = wanted(content, index, scale)
    covered = {number: recall for number, recall in coverage(want, index.lines).items() if recall >= _TOLD}
    found = [
        Line(each.passage, each.quote, recall, recall, each.section, each.passage.text)
        for each, recall in zip(index.sentences(list(covered)), covered.values(), strict=True)
    ]
    return sorted(found, key=lambda line: (-line.score, line.passage.paragraph.index))


def fits(content: Sequence[str], index: DocumentIndex, scale: Scale, texts: Sequence[str]) -> list[float]:
    """How much of what is looked up each text holds."""
    want = wanted(content, index, scale)
    postings = Postings()
    for number, text in enumerate(texts):
        postings.add(number, keys(index.fold(text)), 1.0)
    found = coverage(want, postings)
    return [found.get(number, 0.0) for number in range(len(texts))]
