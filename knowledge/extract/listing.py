"""Cutting running text into the items of the list that it holds: 一是…；二是…, or clauses between ；, or sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.model import Span

_CN = "一二三四五六七八九十"
_MARKER = re.compile(
    rf"(?:^|(?<=[。；;：:，！？*\s]))\**(?:[{_CN}]{{1,2}}是|第[{_CN}]{{1,2}}[，、]|其[{_CN}][，、是]|[（(][{_CN}\d]{{1,2}}[）)]|[①-⑳⑴-⒇㈠-㈩]|\d[.．、](?!\d))"
)
_NUMBER = re.compile(
    rf"^[\s*#—-]*(?:[{_CN}]{{1,3}}[、是要]|第[{_CN}]{{1,2}}[，、]|其[{_CN}][，、是]|[（(][{_CN}\d]{{1,3}}[）)]、?|\d{{1,2}}[.．、](?!\d)|[①-⑳⑴-⒇㈠-㈩])?\**\s*"
)
_SEMICOLON = re.compile(r"[；;]")
_CLAUSE = re.compile(r"[，。；;：:！？]|——|$")
# A first clause that only leads in, and is left out of a title; one too short to tell anything, and is kept in it.
_LEAD_IN = re.compile(
    r"^(?:[在从].*(?:上|中|下|看|方面|来说|而言)|虽然.*|尽管.*|随着.*|由于.*|作为.*|面对.*|[受因].*影响|.{0,10}(?:方面|来看|影响下)|同时|此外|另外|目前|当前|其中|主要是|主要表现为|特别是|尤其是|一些|应该看到)$"
)
_SHORT = re.compile(r"^.{1,5}$")
_PART = re.compile(r"[^，]+")
_SHORTFALL = re.compile(
    r"[还尚]?不[够大高多强优足快]|仍[需有]|有待|还有|压力|薄弱|滞后|偏[低弱慢小]|困难|差距|短板|尚未|需要|亟[需待]"
)
_TRIM = " \t\u3000；;，*"
_MIN_ITEM = 4
_MAX_TITLE = 40


class Item(NamedTuple):
    """One item of a list: its first clause as title, and where it stands."""

    title: str
    span: Span


@lru_cache(4096)
def title_of(text: str, *, whole: bool = False) -> str:
    """What an item is called: a heading without its number (`whole`), else the first clause that says something.

    >>> title_of("一是用工难。缺口1200人。"), title_of("（二）项目慢、技改弱", whole=True)
    ('用工难', '项目慢、技改弱')
    """
    bare = _NUMBER.sub("", text, count=1).replace("**", "").strip(" \t\u3000。；;：:")
    if whole:
        return bare
    start = 0
    for stop in _CLAUSE.finditer(bare):
        title = bare[start : stop.start()].removeprefix("但")
        ends = stop[0] in "。" or len(title) > _MAX_TITLE
        if _LEAD_IN.match(title) and not ends:
            start = stop.end()
        elif ends or not _SHORT.match(title):
            return title
    return bare[start:] or bare


def listed(text: str, spans: Sequence[Span]) -> tuple[Item, ...]:
    """The items in consecutive sentences, by marks, else by ；, else by sentence."""
    if not spans:
        return ()
    whole = Span(spans[0].start, spans[-1].end)
    marks = [found.start() for found in _MARKER.finditer(whole.of(text))]
    if len(marks) > 1:
        pieces = list(_at_marks(whole, marks))
    else:
        pieces = [piece for span in spans for piece in _at_semicolons(text, span)]
    if len(pieces) == 1:
        pieces = list(_at_commas(text, pieces[0]))
    trimmed = (_trim(text, piece) for piece in pieces)
    return tuple(Item(title_of(span.of(text)), span) for span in trimmed if span.end - span.start >= _MIN_ITEM)


def _at_marks(whole: Span, marks: Sequence[int]) -> Iterator[Span]:
    for start, end in zip(marks, [*marks[1:], whole.end - whole.start], strict=True):
        yield Span(whole.start + start, whole.start + end)


def _at_semicolons(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for found in _SEMICOLON.finditer(text, span.start, span.end):
        yield Span(start, found.start())
        start = found.end()
    yield Span(start, span.end)


def _at_commas(text: str, span: Span) -> Iterator[Span]:
    """The clauses of a lone item, if most of them name a shortfall of their own; else the item."""
    clauses = [Span(span.start + found.start(), span.start + found.end()) for found in _PART.finditer(span.of(text))]
    short = sum(bool(_SHORTFALL.search(clause.of(text))) for clause in clauses)
    yield from clauses if len(clauses) >= 4 and short >= 0.75 * len(clauses) else [span]


def _trim(text: str, span: Span) -> Span:
    raw = span.of(text)
    left = len(raw) - len(raw.lstrip(_TRIM + "。"))
    return Span(span.start + left, span.start + max(left, len(raw.rstrip(_TRIM))))
