"""How a process that answers for long collects what is no longer used."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 20_000, 1_000, 1_000


def steady() -> None:
    """Look through young objects only: a look through all indexes would stop answering for up to a second.

    Indexes hold no cycles, so they go when they are given up; the rest is collected when it stops nobody (`tidy`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def tidy() -> None:
    """Look through everything once."""
    gc.collect()
