"""What a format's reader gives, before the file's name and hash are added to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """The IANA media type, the text (a paragraph a line), notes apart from it, the file's own title if any."""

    media_type: str
    text: str
    notes: tuple[str, ...] = ()
    title: str | None = None
