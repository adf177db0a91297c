"""Moments as people here read them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Asia/Shanghai")


def local(at: str) -> datetime:
    """A moment of the store (ISO 8601) by our clock."""
    return datetime.fromisoformat(at).astimezone(HOME)


def shown_time(at: str | None) -> str:
    """A moment of the store in words; nothing for none.

    >>> shown_time("2024-05-06T08:30:00+00:00")
    '2024-05-06 16:30'
    """
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""
