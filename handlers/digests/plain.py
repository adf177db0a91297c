"""A digest as a plain object, for programs that call the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.digests.phrases import name_of, sentence
from handlers.jsonl import difficulty_json, observation_json, work_item_json
from knowledge.digest import Correction, Digest, Line, Report
from knowledge.model import DocumentInfo, Fact

Json = dict[str, Any]


def digest_json(digest: Digest, screen: str, pages: Mapping[str, str]) -> Json:
    """`text` is the first screen and all that stands behind its buttons; the parts follow as values."""
    return {
        "text": "\n\n".join([screen, *pages.values()]),
        "screen": screen,
        "pages": dict(pages),
        "first": digest.first,
        "quiet": digest.quiet,
        "revision": digest.revision,
        "reports": [_report(report) for report in digest.reports],
        "added": [_document(doc) for doc in digest.added],
        "withdrawn": [_document(doc) for doc in digest.withdrawn],
        "corrections": [_correction(one) for one in digest.corrections],
    }


def _report(report: Report) -> Json:
    lines = (*report.headlines, *report.progress, *report.others)
    return {
        "document": _document(report.doc),
        "compared_with": _document(report.base) if report.base else None,
        "figures": [_line(line) for line in lines],
        "sectors": [
            {"indicator": table.indicator, "lines": [_line(line) for line in table.lines]} for table in report.sectors
        ],
        "work_items": [
            {
                "step": str(one.step),
                "now": work_item_json(one.now),
                "before": work_item_json(one.before) if one.before else None,
            }
            for one in report.work
        ],
        "difficulties": [{"stay": str(one.stay), **difficulty_json(one.difficulty)} for one in report.difficulties],
    }


def _line(line: Line) -> Json:
    return {
        "name": name_of(line),
        "text": sentence(line, full=True),
        "behind": line.behind,
        "moves": [
            {
                "turn": str(move.turn),
                "change": None if move.delta is None else str(move.delta),
                "now": observation_json(move.now.obs),
                "before": _fact(move.before),
                "year_ago": _fact(move.year_ago),
            }
            for move in line.moves
        ],
    }


def _fact(fact: Fact | None) -> Json | None:
    return None if fact is None else observation_json(fact.obs)


def _document(doc: DocumentInfo) -> Json:
    return {"name": doc.name, "title": doc.title, "time_period": str(doc.time_period) if doc.time_period else None}


def _correction(one: Correction) -> Json:
    after = one.after
    return {
        "before": _fact(one.before),
        "after": _fact(after),
        "by": after.corrected_by if after else None,
        "at": after.corrected_at if after else None,
    }
