"""From a subscriber's words to a focus: topics, sectors and places that the summaries name, else the words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.digest.table import words
from knowledge.digest.values import State
from knowledge.mailing import Focus
from knowledge.model import Measure

_SUFFIXES = ("行业", "产业", "业")


@dataclass(frozen=True, slots=True)
class Named:
    """What the summaries name: sectors and places."""

    activities: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


def named(state: State) -> Named:
    """The places of a state, and its sectors: what growth is stated of."""
    figures = (fact.obs for known in state.known for fact in known.facts)
    activities = {obs.activity for obs in figures if obs.activity and obs.measure is Measure.GROWTH}
    places = {known.doc.ref_area for known in state.known if known.doc.ref_area}
    issuers = {known.doc.issuer for known in state.known if known.doc.issuer}
    return Named(frozenset(activities), frozenset(places | issuers))


def focus_of(terms: Iterable[str], names: Named) -> Focus:
    """The focus that some terms mean, each as the first thing that fits it."""
    topics: list[str] = []
    activities: list[str] = []
    places: list[str] = []
    others: list[str] = []
    for term in terms:
        for form in _forms(term):
            if (topic := _topic(form)) is not None:
                topics.append(topic)
            elif (activity := _activity(form, names.activities)) is not None:
                activities.append(activity)
            elif any(form in place for place in names.places):
                places.append(form)
            else:
                continue
            break
        else:
            others.append(_forms(term)[-1])
    return Focus(_once(topics), _once(activities), (), _once(places), _once(others))


def _forms(term: str) -> list[str]:
    """A term as it is, then without what may stand before and after a topic."""
    forms = [term]
    table = words()
    while True:
        last = forms[-1]
        tails = (tail for tail in table.tails if last.endswith(tail) and len(last) - len(tail) >= 2)
        tail = max(tails, key=len, default="")
        head = max((head for head in table.heads if last.startswith(head)), key=len, default="")
        shorter = last.removesuffix(tail) if tail else last.removeprefix(head)
        if shorter == last or len(shorter) < 2:
            return forms
        forms.append(shorter)


def _topic(term: str) -> str | None:
    return next((topic.key for topic in words().topics if term == topic.key or term in topic.words), None)


def _activity(term: str, activities: frozenset[str]) -> str | None:
    """What a term names sectors by: itself where one holds it, or the only one that it abbreviates (医化: 医药化工)."""
    stem = _stem(term)
    stems = {_stem(activity): activity for activity in sorted(activities, key=len, reverse=True)}
    if stem in stems:
        return stem
    if any(stem in name for name in stems):
        return stem
    found = [name for name in stems if _abbreviates(stem, name)]
    return found[0] if len(found) == 1 else None


def _stem(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def _abbreviates(short: str, name: str) -> bool:
    """Whether the characters of a short form come in this order in a name, from its first on."""
    rest = iter(name)
    return len(short) >= 2 and name[0] == short[0] and all(char in rest for char in short)


def _once(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
