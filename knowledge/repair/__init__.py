"""Undoes what copying and scraping did to a text: one named, pure rule a fault, each reported with how often it acted.

A rule takes a Page and returns Edits; its function's name is its name everywhere: here, in reports, in the cases of the
tests. Rules say themselves when a page is none of their business, and a clean page costs a look at its characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from knowledge.model import Repaired, RepairStep, Source
from knowledge.repair.edits import Edit, Page, apply_edits, identity
from knowledge.repair.frame import decode_entities, drop_page_frame, drop_web_tails
from knowledge.repair.invisible import drop_control_characters, drop_private_use, drop_zero_width, unify_line_ends
from knowledge.repair.lines import join_wrapped_lines, split_glued_items
from knowledge.repair.mojibake import decode_gbk_read_as_latin, decode_utf8_read_as_gbk, decode_utf8_read_as_latin
from knowledge.repair.notes import drop_pinyin_notes
from knowledge.repair.script import write_simplified
from knowledge.repair.shift import realign_shifted_bytes, separate_notes_from_characters
from knowledge.repair.widths import close_figures, fold_full_width, widen_punctuation

__all__ = ["RULES", "repair"]

Rule = Callable[[Page], list[Edit]]

RULES: tuple[Rule, ...] = (  # in this order
    unify_line_ends,  # every later rule reads lines
    decode_entities,
    decode_utf8_read_as_latin,  # before control characters go: some are bytes of misread text
    decode_gbk_read_as_latin,
    decode_utf8_read_as_gbk,
    drop_zero_width,
    drop_control_characters,
    drop_private_use,
    realign_shifted_bytes,  # before the notes go: they tell the characters that lost a byte
    separate_notes_from_characters,
    drop_pinyin_notes,
    write_simplified,  # after the notes: they tell Traditional pages
    drop_web_tails,  # its words are Simplified
    drop_page_frame,
    fold_full_width,
    widen_punctuation,
    close_figures,
    join_wrapped_lines,
    split_glued_items,  # after joining: it reads whole paragraphs
)
_ROUNDS = 4  # a repair may uncover another fault; two rounds are common, the last finds nothing


def repair(source: Source) -> Repaired:
    """The repaired text with the way back to the source's characters; an undamaged text comes back as it is.

    Rules run in order until none acts, so that repairing twice is repairing once.
    """
    page, origin = Page(source.text), None
    counts: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        before = counts.total()
        for rule in RULES:
            if edits := rule(page):
                text, origin = apply_edits(page.text, edits, identity(len(page.text)) if origin is None else origin)
                page = Page(text)
                counts[rule.__name__] += len(edits)
        if counts.total() == before:
            break
    return Repaired(source, page.text, _steps(counts), origin)


def _steps(counts: Counter[str]) -> tuple[RepairStep, ...]:
    return tuple(RepairStep(rule.__name__, counts[rule.__name__]) for rule in RULES if counts[rule.__name__])
