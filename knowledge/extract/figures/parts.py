"""parts: which thing told before a figure is a part of: 其中5家, 其余2个仍处于前期阶段, 完成年度任务45家的57%."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from knowledge.extract.figures.groups import Group
from knowledge.extract.figures.naming import Subject

_PERSONS = frozenset(("人", "名", "位", "人次", "人日"))
_MAGNITUDE = re.compile("^(?:万亿|千亿|百亿|亿|千万|百万|万|千|百)(?=.)")
_OF_PLAN = re.compile(r"(?:目标|计划|任务)数?$")
_REST = re.compile(r"(?:其余|余下|剩余|其他|另有?|还有)的?$")
_STATE = re.compile(
    r"^(?:[因受][^，；。\d]{2,16}?)?(?P<state>(?:正在?(?=[施建办推编设进审开调协])|尚未|仍?未(?=[开完动启落竣])|暂未|仍?处于|在建(?![设成]))[^，；。、\d]{0,8})"
)
_SAID = re.compile(r"^(?P<state>已[^，；。、\d]{2,12})")


class Told(NamedTuple):
    """A figure that was told: of what, in which unit, in which part of the paragraph; `part` of another or not."""

    subject: Subject
    unit: str
    where: int
    inner: bool  # told after 其中


@lru_cache(1024)
def base_unit(unit: str) -> str:
    """A unit without its magnitude; persons are counted in several.

    >>> base_unit("万人次"), base_unit("亿元")
    ('人', '元')
    """
    bare = _MAGNITUDE.sub("", unit)
    return "人" if bare in _PERSONS else bare


class Parts:
    """What was told so far in a paragraph, for figures that lean on it by their unit."""

    def __init__(self) -> None:
        self._told: list[Told] = []
        self.where = 0

    def tell(self, group: Group, subjects: list[Subject]) -> None:
        """Remember a group of figures."""
        inner = group.left.startswith("其中") or (
            group.left.startswith("、") and bool(self._told) and self._told[-1].inner
        )
        unit = base_unit(group.figures[-1].unit)
        self._told += [Told(subject, unit, self.where, inner) for subject in subjects]

    def whole(self, group: Group, apart: bool) -> Subject | None:
        """What 其中 speaks of: of the same unit, the last thing told, or the first of the part before （；其中）."""
        unit = base_unit(group.figures[0].unit)
        if not self._told:
            return None
        if not apart:
            last = self._told[-1]
            return last.subject if last.unit == unit else self._last(unit)
        places = [told.where for told in self._told if told.unit == unit and not told.inner]
        return (
            next((told.subject for told in self._told if told.where == places[-1] and told.unit == unit), None)
            if places
            else None
        )

    def outer(self) -> Subject | None:
        """The last thing told that is no part of another, where the last figure was of a part."""
        if not self._told or not self._told[-1].inner:
            return None
        return next((told.subject for told in reversed(self._told) if not told.inner), None)

    def planned(self, group: Group) -> Subject | None:
        """What a plan is of whose completion is told: the last thing of its unit that is no part of another."""
        if not _OF_PLAN.search(group.left):
            return None
        unit = base_unit(group.figures[0].unit)
        own = [told for told in self._told if told.where == self.where and told.unit == unit]
        return next((told.subject for told in reversed(own) if not told.inner), own[-1].subject if own else None)

    def in_state(self, group: Group, text: str) -> Subject | None:
        """9台正在施工, 其余2个仍处于前期阶段: how many of what was told are how far."""
        figure = group.figures[0]
        if figure.kind != "count":
            return None
        rest = _REST.fullmatch(text)
        if text and not rest:
            return None
        found = _STATE.match(group.right) or (_SAID.match(group.right) if rest else None)
        unit = base_unit(figure.unit)
        whole = self._last(unit)
        if rest and whole and not whole.of:
            whole = self._first(unit)
        if whole is None or not (found or rest):
            return None
        return Subject(whole.of or whole.indicator, found["state"] if found else text, whole.written)

    def of_money(self, group: Group) -> str:
        """The work that a cost is of where its last cost was told before others: 床位800张，计划投资2亿元."""
        if group.figures[0].kind != "money" or not self._told or self._told[-1].unit.endswith("元"):
            return ""
        if re.search(r"(?:项目|工程|企业)$", self._told[-1].subject.written):
            return ""
        costs = [told.subject for told in self._told if told.where == self.where and told.unit.endswith("元")]
        return work_of(costs[-1]) if costs else ""

    def _first(self, unit: str) -> Subject | None:
        return next((told.subject for told in self._told if told.where == self.where and told.unit == unit), None)

    def _last(self, unit: str) -> Subject | None:
        own = [told for told in self._told if told.where == self.where and told.unit == unit]
        return next((told.subject for told in reversed(own) if not told.inner), own[-1].subject if own else None)


_COST = re.compile(r"(?:计划|年度计划|协议|完成|概算)?(?:总)?投资额?$")


def work_of(cost: Subject) -> str:
    """The work that a cost is of: 县医院迁建项目总投资 -> 县医院迁建项目."""
    found = _COST.search(cost.indicator)
    if found is None:
        return ""
    return cost.activity or cost.indicator[: found.start()]
