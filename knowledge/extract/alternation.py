"""Alternations of many words that fail fast: no alternative is tried at a character with which none of them begins.

The regular expression module does this by itself only where all alternatives begin with plain characters; one that
begins with a lookbehind, a class or a group makes it try them all at every place of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LOOKBEHIND = re.compile(r"\(\?<[!=]")
_ONE_LOOKBEHIND = re.compile(r"\(\?<([!=])([\u4e00-\u9fff]+)\)")
_AFTER_LOOKBEHIND = re.compile(rf"(?P<behind>(?:{_ONE_LOOKBEHIND.pattern})+)(?P<first>[\u4e00-\u9fff])(?P<rest>.*)")
_LOOKBEHINDS = re.compile(rf"(?:{_ONE_LOOKBEHIND.pattern})*")
_GROUP = re.compile(r"\(\?:|\(\?P<\w+>")
_CLASS = re.compile(r"\[([^\]\\^-]+)\]")
_LAST_CLASS = re.compile(r"(?<!\\)\[([^\[\]\\^-]+)\]$")
_LAST_GROUP = re.compile(r"\(\?:([^()]+)\)$")
_OPTIONAL = re.compile(r"[?*]|\{0,")
_ESCAPED = re.compile(r"\\([^\w\s])")
_PLAIN = re.compile(r"[^\\.^$()\[\]{}|?*+]")


def union(alternatives: Iterable[str]) -> re.Pattern[str]:
    """One pattern of several, equal to their alternation; where it can be, in words that begin with plain characters.

    >>> union(["(?<!不)停工", "[尚还]?未动"]).pattern
    '(?:停(?<!不停)工)|(?:尚未动)|(?:还未动)|(?:未动)'
    """
    several = [_lead_by_character(part) for one in alternatives for part in _spelled_out(one)]
    plain = "|".join(f"(?:{one})" for one in several)
    ahead = "" if all(_PLAIN.match(one) for one in several) else beginning(several)
    return re.compile(f"{ahead}(?:{plain})" if ahead else plain)


def _spelled_out(pattern: str) -> list[str]:
    """The groups and classes that a pattern begins with written out, in the order in which they would be tried."""
    if len(branches := _branches(pattern)) > 1:
        return [part for branch in branches for part in _spelled_out(branch)]
    behind = _LOOKBEHINDS.match(pattern).group()  # type: ignore[union-attr]
    inner, rest = _opening(pattern[len(behind) :])
    if not inner or "(?P<" in rest or rest[:1] in ("*", "+", "{") or rest.startswith("??"):
        return [pattern]
    optional = rest.startswith("?")
    rest = rest[optional:]
    return [part for one in (*inner, *([""] if optional else [])) for part in _spelled_out(behind + one + rest)]


def _opening(pattern: str) -> tuple[list[str], str]:
    """The alternatives of the plain group or class that a pattern begins with, and what follows it."""
    if pattern.startswith("(?:"):
        end = _closing(pattern)
        return _branches(pattern[3:end]), pattern[end + 1 :]
    if several := _CLASS.match(pattern):
        return list(several[1]), pattern[several.end() :]
    return [], pattern


def _lead_by_character(pattern: str) -> str:
    """(?<!不)停工 as 停(?<!不停)工, which says the same and begins with a character."""
    found = _AFTER_LOOKBEHIND.match(pattern)
    if found is None or found["rest"][:1] in "?*{+" or len(_branches(pattern)) > 1:
        return pattern
    first = found["first"]
    behind = "".join(f"(?<{sign}{words}{first})" for sign, words in _ONE_LOOKBEHIND.findall(found["behind"]))
    return first + behind + found["rest"]


def beginning(alternatives: Iterable[str]) -> str:
    """A lookahead for the characters that alternatives may begin with; empty where those are not plain to see.

    >>> beginning(["同比", "较上年"])
    '(?=[同较])'
    """
    known = [first_characters(one) for one in alternatives]
    return f"(?=[{re.escape(''.join(sorted(frozenset().union(*known))))}])" if all(known) else ""


def first_characters(pattern: str) -> frozenset[str]:
    """The characters that a pattern may begin with; none where that is not plain to see."""
    if len(branches := _branches(pattern)) > 1:
        found = [first_characters(one) for one in branches]
        return frozenset().union(*found) if all(found) else frozenset()
    if _LOOKBEHIND.match(pattern):
        return first_characters(pattern[_closing(pattern) + 1 :])
    if group := _GROUP.match(pattern):
        end = _closing(pattern)
        found = [first_characters(one) for one in _branches(pattern[group.end() : end])]
        return _with_next(frozenset().union(*found), pattern[end + 1 :]) if all(found) else frozenset()
    if several := _CLASS.match(pattern):
        return _with_next(frozenset(several[1]), pattern[several.end() :])
    if pattern.startswith(r"\d"):
        return _with_next(frozenset("0123456789"), pattern[2:])
    if escaped := _ESCAPED.match(pattern):
        return _with_next(frozenset(escaped[1]), pattern[2:])
    return _with_next(frozenset(pattern[0]), pattern[1:]) if _PLAIN.match(pattern) else frozenset()


def last_characters(pattern: str) -> frozenset[str]:
    """The characters that a pattern may end with; none where that is not plain to see.

    >>> sorted(last_characters("跃升[至到]")), last_characters("连续.{0,5}")
    (['到', '至'], frozenset())
    """
    if several := _LAST_CLASS.search(pattern):
        return frozenset(several[1])
    if group := _LAST_GROUP.search(pattern):
        found = [last_characters(one) for one in group[1].split("|")]
        return frozenset().union(*found) if all(found) else frozenset()
    return frozenset(pattern[-1:]) if _PLAIN.match(pattern[-1:]) and "\\" not in pattern else frozenset()


def _with_next(first: frozenset[str], rest: str) -> frozenset[str]:
    """What begins with an optional part may begin with what follows it, too."""
    if not _OPTIONAL.match(rest):
        return first
    further = first_characters(re.sub(r"^(?:[?*]|\{0,\d*\})", "", rest))
    return first | further if further else frozenset()


def _closing(pattern: str) -> int:
    """Where the group that a pattern begins with is closed."""
    depth = 0
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place
    raise ValueError(f"unbalanced: {pattern}")


def _branches(inside: str) -> list[str]:
    """The alternatives of a group, those of inner groups left together."""
    found, depth = [""], 0
    for char in inside:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return found
