"""Digests for reading, rendered from templates/digest as Telegram HTML or as plain text."""

from __future__ import annotations

from handlers.digests.view import view
from handlers.render import render_digest
from knowledge.digest import Digest

__all__ = ["screen"]


def screen(digest: Digest, *, html: bool = False, full: bool = False) -> str:
    """The digest as one text: what fits a first screen, or everything."""
    return render_digest("screen", html=html, view=view(digest, full=full))
