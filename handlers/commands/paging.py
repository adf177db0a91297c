"""Lists with a button for each item, a few on a page, turned in the same message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from handlers.messages import Button
from knowledge.store.people import Press

T = TypeVar("T")
SIZE = 8  # items of a page: a phone shows them with their buttons without scrolling
_PAGE = "page:"
FIRST = f"{_PAGE}0"


def asked_page(value: str) -> bool:
    """Whether a button's value asks for a page, not for one item."""
    return value.startswith(_PAGE)


class Paged(Generic[T]):
    """One page of items; a page that is no longer there gives the last one."""

    def __init__(self, items: Sequence[T], value: str = "") -> None:
        wanted = int(value.removeprefix(_PAGE)) if asked_page(value) else 0
        self.count = max(1, -(-len(items) // SIZE))
        self.number = min(wanted, self.count - 1)
        self.first = self.number * SIZE
        self.items = items[self.first : self.first + SIZE]

    def turns(self, action: str) -> tuple[Button, ...]:
        """Buttons to the pages before and after, those that there are."""
        places = (("‹ 上一页", self.number - 1), ("下一页 ›", self.number + 1))
        return tuple(
            Button(label, Press(action, f"{_PAGE}{number}")) for label, number in places if 0 <= number < self.count
        )
