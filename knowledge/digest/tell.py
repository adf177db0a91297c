"""What is new of what a subscriber looks at, without reading more documents than it takes."""

from __future__ import annotations

from knowledge.digest.compare import compare
from knowledge.digest.focus import around, part
from knowledge.digest.states import at_places
from knowledge.digest.values import Digest, State
from knowledge.mailing import Focus


def tell(before: State | None, after: State, focus: Focus) -> Digest:
    """The digest of a focus: its places' bureaus, and of those the ones that say something of it."""
    old = at_places(before, focus.places) if before else None
    if not focus:
        return compare(old, after)
    return around(compare(old, at_places(after, focus.places), part=lambda report: part(report, focus)), focus)
