"""The pages behind a digest's buttons: one part in full, or the sentences that it comes from."""

from __future__ import annotations

from handlers.digests.view import Sheet, View, view
from handlers.render import render_digest
from knowledge.digest import Digest

FIRST = "o"
LABELS = {
    "f": "全部指标",
    "s": "分行业",
    "p": "任务进度",
    "w": "工作事项",
    "d": "困难问题",
    "q": "出处",
}
_BLOCKS = {"f": "figures", "s": "sectors", "p": "progress", "w": "work", "d": "difficulties"}
_LONGEST = 3800  # characters of a message, with room for tags


def keys(digest: Digest) -> list[str]:
    """The pages that a digest has."""
    whole = view(digest, full=True)
    blocks = {block.key for sheet in whole.sheets for block in sheet.blocks}
    return [key for key in LABELS if _BLOCKS.get(key, "") in blocks or (key == "q" and blocks)]


def page(digest: Digest, key: str, *, html: bool = False) -> str:
    """One page, cut with a word about it where it would not fit a message."""
    whole = view(digest, full=True)
    if key == "q":
        text = render_digest("sources", html=html, quotes=_quotes(view(digest)))
    else:
        text = render_digest("part", html=html, view=_only(whole, _BLOCKS[key]))
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit("\n", 1)[0] + "\n……其余请直接提问"


def _only(whole: View, block_key: str) -> View:
    sheets = (
        Sheet(sheet.heading, sheet.beside, tuple(b for b in sheet.blocks if b.key == block_key), sheet.source)
        for sheet in whole.sheets
    )
    return View(whole.title, "", tuple(sheet for sheet in sheets if sheet.blocks))


def _quotes(first: View) -> list[tuple[str, list[str]]]:
    """The sentences of a first screen by document, each once."""
    found: dict[str, dict[str, None]] = {}
    for sheet in first.sheets:
        for row in (row for block in sheet.blocks for row in block.rows):
            found.setdefault(row.source or sheet.source, {}).update(dict.fromkeys(row.quotes))
    return [(document, [quote for quote in quotes if quote]) for document, quotes in found.items()]
