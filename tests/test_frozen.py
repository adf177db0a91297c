"""Values that are made quickly are what a frozen dataclass makes of them, in every respect."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, astuple, dataclass, field, replace

import pytest

from knowledge.frozen import quick


@dataclass(frozen=True, slots=True)
class Plain:
    """A value, and one that says something of itself."""

    name: str
    size: int
    unit: str = "亩"
    note: str | None = field(default=None, compare=False, repr=False)

    @property
    def told(self) -> str:
        return f"{self.name}{self.size}{self.unit}"


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    """The same, made quickly."""

    name: str
    size: int
    unit: str = "亩"
    note: str | None = field(default=None, compare=False, repr=False)

    @property
    def told(self) -> str:
        return f"{self.name}{self.size}{self.unit}"


ONE = Quick("茶园", 12, note="春茶")


def test_it_holds_shows_and_hashes_what_a_frozen_dataclass_would() -> None:
    plain = Plain("茶园", 12, note="春茶")
    assert astuple(ONE) == astuple(plain)  # type: ignore[call-overload]
    assert repr(ONE) == repr(plain).replace("Plain", "Quick")
    assert hash(ONE) == hash(plain) == hash(Quick("茶园", 12))
    assert (ONE.told, ONE.note, type(ONE)) == ("茶园12亩", "春茶", Quick)
    assert inspect.signature(Quick) == inspect.signature(Plain)


def test_it_compares_by_its_fields() -> None:
    assert Quick("茶园", 12) == ONE != Quick("茶园", 12, "公顷")
    assert {ONE: 1}[Quick("茶园", 12)] == 1


@pytest.mark.parametrize("change", [("name", "稻田"), ("unit", "公顷"), ("other", 1)])
def test_nobody_changes_it(change: tuple[str, object]) -> None:
    with pytest.raises((FrozenInstanceError, TypeError)):
        setattr(ONE, *change)
    with pytest.raises((FrozenInstanceError, TypeError)):
        delattr(ONE, change[0])
    assert not hasattr(ONE, "__dict__")
    assert Quick("茶园", 12) == ONE


def test_it_is_copied_replaced_and_sent_to_other_processes() -> None:
    sent = pickle.loads(pickle.dumps(ONE))  # noqa: S301 - made right here
    for other in (copy.copy(ONE), copy.deepcopy(ONE), sent, replace(ONE)):
        assert (other, other.note, type(other)) == (ONE, "春茶", Quick)
    assert replace(ONE, size=13).told == "茶园13亩"


@pytest.mark.parametrize("given", [{}, {"name": "茶园"}, {"name": "茶园", "size": 12, "place": "青溪县"}])
def test_it_asks_for_its_fields_and_no_others(given: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Quick(**given)  # type: ignore[arg-type]


def test_it_refuses_what_it_could_not_make_alike() -> None:
    @dataclass(frozen=True, slots=True)
    class Listed:
        names: list[str] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Derived:
        name: str

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name.strip())

    for cls in (Listed, Derived):
        with pytest.raises(TypeError, match=cls.__name__):
            quick(cls)
