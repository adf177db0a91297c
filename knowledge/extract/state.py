"""How far a task is, from the words that tell of it and its completion rate."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from knowledge.extract.words import words
from knowledge.model import Document, WorkStatus

_BEGUN = re.compile(r"已|正在|完成了")
_NEARLY = Decimal(95)  # at the end of the year a rate above this is no delay
_FULL = Decimal(100)
# Looked up once: Python 3.11 takes as long to find a member in its enumeration as to search a short text.
DONE, IN_PROGRESS, PLANNED = WorkStatus.DONE, WorkStatus.IN_PROGRESS, WorkStatus.PLANNED
BEHIND, UNKNOWN = WorkStatus.BEHIND, WorkStatus.UNKNOWN


def status_of(text: str, rate: Decimal | None, share: Decimal | None) -> WorkStatus:
    """The status that a clause tells; a completion rate under the share of the year gone (per cent) is behind.

    >>> status_of("甲园已开工", None, None).value, status_of("乙项目用地指标未落实", None, None).value
    ('in_progress', 'behind')
    """
    table = words("status")
    if rate is not None and table["ahead"].search(text):
        return DONE if rate >= _FULL else IN_PROGRESS
    if table["behind"].search(text):
        return BEHIND
    if rate is not None:
        return _of_rate(text, rate, share)
    return _of_words(text)


def _of_rate(text: str, rate: Decimal, share: Decimal | None) -> WorkStatus:
    if rate >= _FULL:
        return DONE
    late = share is not None and rate < min(share, _NEARLY) and words("status")["annual"].search(text)
    return BEHIND if late else IN_PROGRESS


def _of_words(text: str) -> WorkStatus:
    """What is announced first and not told as begun is planned; what is done and goes on is in progress."""
    table = words("status")
    planned, done, going = table["planned"].search(text), table["done"].search(text), table["in_progress"].search(text)
    told = min(done.start() if done else len(text), going.start() if going else len(text))
    if planned and planned.start() <= told and not _BEGUN.search(text):
        return PLANNED
    if going or (planned and done):
        return IN_PROGRESS
    return DONE if done else UNKNOWN


def rate_of(text: str) -> Decimal | None:
    """The completion rate that a clause states, in per cent.

    >>> rate_of("已建成充电桩210根，完成年度任务的70.0%")
    Decimal('70.0')
    """
    found = words("status")["rate"].search(text) if "%" in text or "％" in text else None
    return Decimal(found["share"] or found["whole"]) if found else None


def share_gone(document: Document) -> Decimal | None:
    """The share of the year that is gone when the document reports, in per cent; None where that is not told."""
    months = document.months
    if months is None and document.time_period is not None:
        months = (document.time_period.start[1], document.time_period.end[1])
    if months is None or months[0] != 1:
        return None
    return Decimal(months[1]) * _FULL / 12


@lru_cache(4096)
def is_plan(section: tuple[str, ...]) -> bool:
    """Whether a section tells what is going to be done."""
    table = words("plan")
    return any(table["heading"].search(label) and not table["not_heading"].search(label) for label in section)


def is_figures(text: str) -> bool:
    """Whether a clause tells of figures growing, not of work."""
    return bool(words("status")["figures"].search(text))
