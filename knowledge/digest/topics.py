"""From a subscriber's words to a focus: topics, sectors, places and sections of the summaries, else the words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.digest.table import words
from knowledge.digest.values import State
from knowledge.mailing import Focus
from knowledge.model import Measure

_NUMBER = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]+[）)、.．]|[一二三四五六七八九十]+是|第[一二三四五六七八九十]+[章节]\s*)"
)
_NUMBERED = re.compile(r"第([一二三四五六七八九十]+)(?:大?部分|章|节|块)")
_PARTS = ("部分", "板块", "章节", "一节", "这块", "那块", "一块")
_NEWEST = 12  # documents whose sectors and headings can be called by name
_SHORTEST_HEADING = 4  # characters that begin a heading; fewer begin too many
_SUFFIXES = ("行业", "产业", "业")


@dataclass(frozen=True, slots=True)
class Named:
    """What the summaries name: sectors, places and headings (without their numbers)."""

    activities: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    headings: frozenset[str] = frozenset()


def named(state: State) -> Named:
    """The places of a state, its headings, and its sectors: what growth is stated of."""
    newest = state.known[-_NEWEST:]
    figures = [fact.obs for known in newest for fact in known.facts]
    activities = {obs.activity for obs in figures if obs.activity and obs.measure is Measure.GROWTH}
    places = {known.doc.ref_area for known in state.known if known.doc.ref_area}
    issuers = {known.doc.issuer for known in state.known if known.doc.issuer}
    paths = [obs.section for obs in figures]
    paths += [one.section for known in newest for one in known.work_items]
    paths += [one.section for known in newest for one in known.difficulties]
    headings = {_NUMBER.sub("", heading) for path in set(paths) for heading in path}
    return Named(frozenset(activities), frozenset(places | issuers), frozenset(headings))


def focus_of(terms: Iterable[str], names: Named) -> Focus:
    """The focus that some terms mean, each as the first thing that fits it."""
    topics: list[str] = []
    activities: list[str] = []
    places: list[str] = []
    sections: list[str] = []
    others: list[str] = []
    for term in terms:
        for form in _forms(term):
            if (topic := _topic(form)) is not None:
                topics.append(topic)
            elif (activity := _activity(form, names.activities)) is not None:
                activities.append(activity)
            elif any(form in place for place in names.places):
                places.append(form)
            elif _is_section(form, term, names.headings):
                sections.append(form)
            else:
                continue
            break
        else:
            others.append(_forms(term)[-1])
    return Focus(_once(topics), _once(activities), _once(sections), _once(places), _once(others))


def _is_section(form: str, term: str, headings: frozenset[str]) -> bool:
    """Whether a form is a part of the summary: 第三部分, the beginning of a heading, or any of it said as a part."""
    if section_number(form):
        return True
    as_part = form != term and term.endswith(_PARTS)
    long = len(form) >= _SHORTEST_HEADING
    return any(form in one if as_part else long and one.startswith(form) for one in headings)


def section_number(section: str) -> str:
    """三 of 第三部分; empty for a part that is called by its heading."""
    found = _NUMBERED.fullmatch(section)
    return found[1] if found else ""


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
    short = stem(term)
    stems = {stem(activity) for activity in activities}
    if any(short in name for name in stems):
        return short
    found = [name for name in stems if _abbreviates(short, name)]
    return found[0] if len(found) == 1 else None


def stem(name: str) -> str:
    """A sector without what every sector's name may end with: 竹木 of 竹木行业."""
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
