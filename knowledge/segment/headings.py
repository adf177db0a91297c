"""Recognising headings: Markdown, bold, Chinese numbering, and run-in heads at the start of a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CN = "一二三四五六七八九十"
_MARK = re.compile(
    rf"""(?P<md>\#{{1,6}}\s+)?(?:[-*]\s+(?=[一（—]))?(?P<bold>\*\*)?\s*(?:
      (?P<part>第[{_CN}百]{{1,3}}(?:部分|章|篇|编|节))
    | (?P<cn>[{_CN}]{{1,3}})[、．.]
    | (?P<pcn>[（(]\s?[{_CN}]{{1,3}}\s?[）)]|[㈠-㈩])、?
    | (?P<ar>\d{{1,2}})(?:、(?!\d)|[.．](?!\d))
    | (?P<par>[（(]\d{{1,2}}[）)]|\d{{1,2}}[)）])
    | (?P<circ>[①-⑳⑴-⒇])
    | (?P<shi>[{_CN}]{{1,2}}[是要]|第[{_CN}]{{1,2}}[，,、]|其[一二三四五六七八九][，,是])
    | (?P<dash>——+|――+|－－+|──+|—\s)
    )?""",
    re.X,
)
RANKS = {"part": 0, "cn": 10, "pcn": 20, "ar": 30, "par": 40, "circ": 45, "bold": 50, "shi": 60, "dash": 65}
PLAIN_RANK = 8
PASSING = frozenset({"shi", "dash"})  # a run-in head of these kinds holds for its own line only
_BOLD = re.compile(r"\*\*(?P<inner>[^*\n]{1,80}?)\*\*")
_END = re.compile(r"[。！？：:；]|$")
_CLAUSE = re.compile(r"[，：；。！？]|——|$")
_STOP = "。！？；：，、,;:!?…"
_NOT_PLAIN = re.compile(
    r"^[-*>|!（(【《〔<\[]|[|<>=]|^\d+$|^(?:表|图|单位|注|来源|数据来源)\s?[\d：:]|^(?:https?|source|title)\b"
)
_INSIDE = re.compile(r"[。；：:！？]")
_CHAPTER = re.compile(r"回顾|安排|任务|目标|打算|思路|总结|情况|问题|困难|展望|建议|成就|设想|要点|挑战|形势|计划")
_ANNOUNCES = re.compile(r"^[^，、：:]{0,8}(?:困难|问题|不足|挑战|打算|思路|安排|情况|建议)[：:]$")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MAX_HEAD = 42
_MAX_CLAUSE = 28


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found at the start of a line; offsets count from the line's start.

    `key` is the kind of numbering, `label` its text without marks, `end` where the head ends, `alone` whether the line
    holds nothing else, `sentence` whether the head is a whole sentence (not only the first clause of one).
    """

    key: str
    rank: int
    first: bool
    label: str
    end: int
    alone: bool
    sentence: bool = True


def clean(label: str) -> str:
    """A heading without Markdown marks, white space at its ends and a closing stop."""
    return label.replace("**", "").strip(" \t\u3000#").rstrip("。：:；")


def heading(line: str) -> Heading | None:
    """The heading that a stripped line is or begins with, or None.

    >>> heading("（一）工业运行情况。1—6月，产值5亿元。").label
    '（一）工业运行情况'
    """
    mark = _MARK.match(line)
    if mark is None or mark.end() == 0:
        return None
    key = mark.lastgroup or ""
    if mark["md"]:
        return _markdown(line, mark)
    if key == "bold" or (mark["bold"] and key not in RANKS):
        return _bold(line)
    return _numbered(line, mark, key) if key in RANKS else None


def plain_heading(line: str) -> Heading | None:
    """A short line without stops, taken as a heading where the text around it allows; or None."""
    if line[-1] in "：:" and _ANNOUNCES.search(line):
        return Heading("plain", PLAIN_RANK, False, clean(line), len(line), True)
    if (
        len(line) > 32
        or line[-1] in _STOP
        or _NOT_PLAIN.search(line)
        or _DATE.search(line)
        or len(_HAN.findall(line)) < 3
    ):
        return None
    if line.startswith("附") or "名词解释" in line:
        return Heading("plain", 0, False, line, len(line), True)
    if _CHAPTER.search(line):
        return Heading("plain", PLAIN_RANK, False, line, len(line), True)
    return Heading("minor", RANKS["bold"], False, line, len(line), True)


def _markdown(line: str, mark: re.Match[str]) -> Heading:
    key = mark.lastgroup or ""
    depth = len(mark["md"].strip())
    if key in RANKS and key not in ("bold", "shi", "dash"):
        return Heading(key, RANKS[key], _is_first(mark, key), clean(line), len(line), True)
    return Heading(f"md{depth}", (depth - 1) * 10, False, clean(line), len(line), True)


def _bold(line: str) -> Heading | None:
    match = _BOLD.match(line)
    if match is None or _NOT_PLAIN.search(match["inner"]) or _DATE.search(match["inner"]):
        return None
    end = match.end() + (line[match.end() : match.end() + 1] in ("。", "：", ":"))
    alone = not line[end:].strip()
    if len(match["inner"]) > _MAX_HEAD or (alone and len(_HAN.findall(match["inner"])) < 2):
        return None
    return Heading("bold", RANKS["bold"], False, clean(match["inner"]), end, alone)


def _numbered(line: str, mark: re.Match[str], key: str) -> Heading | None:
    if key == "dash" and _DATE.search(line[:40]):
        return None
    first = _is_first(mark, key)
    rank = RANKS[key]
    stop = _END.search(line, mark.end(key))
    end = stop.end() if stop else len(line)
    closed = line[end : end + 2] == "**"
    end += 2 * closed
    alone = not line[end:].strip("* ")
    colon = stop is not None and stop[0] in "：:"
    label = clean(line[:end])
    if len(label) <= _MAX_HEAD and not (colon and not alone and key in PASSING):
        return Heading(key, rank, first, label, len(line) if alone else end, alone)
    clause = _CLAUSE.search(line, mark.end(key))
    label = clean(line[: clause.start()]) if clause else ""
    return Heading(key, rank, first, label if len(label) <= _MAX_CLAUSE else "", 0, False, sentence=False)


def _is_first(mark: re.Match[str], key: str) -> bool:
    return mark[key].strip("（()） ") in (
        "一",
        "㈠",
        "1",
        "①",
        "⑴",
        "一是",
        "一要",
        "第一部分",
        "第一章",
        "第一，",
        "第一、",
    )
