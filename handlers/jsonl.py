"""The JSON Lines channel: extractions and answers as plain objects, for programs that call the command line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from knowledge.model import (
    Answer,
    Citation,
    Difficulty,
    Document,
    Extraction,
    Leftover,
    Observation,
    Option,
    Period,
    WorkItem,
)

Json = dict[str, Any]


def extraction_json(extraction: Extraction, *, leftovers: bool = False) -> Json:
    """Everything that one document states; `leftovers` adds the numbers that ended in no observation."""
    steps = extraction.document.repaired.steps
    result: Json = {
        "document": document_json(extraction.document),
        "repairs": [{"rule": step.rule, "count": step.count} for step in steps],
        "observations": [observation_json(each) for each in extraction.observations],
        "work_items": [work_item_json(each) for each in extraction.work_items],
        "difficulties": [difficulty_json(each) for each in extraction.difficulties],
    }
    if leftovers:
        result["leftovers"] = [leftover_json(each) for each in extraction.leftovers]
    return result


def document_json(document: Document) -> Json:
    """What the document says of itself."""
    return {
        "title": document.title,
        "issuer": document.issuer,
        "ref_area": document.ref_area,
        "time_period": plain(document.time_period),
    }


def observation_json(obs: Observation) -> Json:
    """One figure; numbers are decimal strings, null where masked."""
    return {
        "indicator": obs.indicator,
        "activity": obs.activity,
        "ref_area": obs.ref_area,
        "measure": str(obs.measure),
        "value": plain(obs.value),
        "value_text": obs.value_text,
        "unit": obs.unit,
        "bound": str(obs.bound),
        "time_period": plain(obs.time_period),
        "quote": obs.quote,
        "section": list(obs.section),
        "basis": obs.basis,
        "obs_status": str(obs.obs_status),
        "high": plain(obs.high),
        "name_text": obs.name_text,
        "confidence": obs.confidence,
    }


def work_item_json(item: WorkItem) -> Json:
    """One task and how far it is."""
    return {
        "title": item.title,
        "section": list(item.section),
        "status": str(item.status),
        "text": item.text,
        "subject": item.subject,
        "deadline": item.deadline,
        "rate": plain(item.rate),
    }


def difficulty_json(difficulty: Difficulty) -> Json:
    """One problem that the document states."""
    return {"title": difficulty.title, "text": difficulty.text, "section": list(difficulty.section)}


def leftover_json(leftover: Leftover) -> Json:
    """A number that ended in no observation, and why."""
    return {"text": leftover.text, "reason": leftover.reason, "paragraph": leftover.paragraph}


def answers_json(answers: Sequence[Answer], text: str) -> Json:
    """The answers to one message as one object; the first decides the status. `text` is what the person sees."""
    first = answers[0]
    return {
        "status": str(first.status),
        "text": text,
        "observations": [
            observation_json(fact.obs) | {"document": fact.doc.title} for each in answers for fact in each.facts
        ],
        "work_items": [
            work_item_json(item) | {"document": doc.title} for each in answers for doc, item in each.work_items
        ],
        "difficulties": [
            difficulty_json(item) | {"document": doc.title} for each in answers for doc, item in each.difficulties
        ],
        "sources": [citation_json(citation) for each in answers for citation in each.citations],
        "options": [option_json(option) for each in answers for option in each.options],
        "suggestions": [option_json(option) for each in answers for option in each.suggestions],
    }


def citation_json(citation: Citation) -> Json:
    """An exact quote with its document."""
    return {
        "document": citation.doc.title,
        "name": citation.doc.name,
        "quote": citation.quote,
        "section": list(citation.section),
    }


def option_json(option: Option) -> Json:
    """A choice: what is shown, and what choosing it asks."""
    return {"label": option.label, "question": option.question}


def plain(value: Decimal | Period | None) -> str | None:
    """A decimal without exponent, a period as text, None for a period whose year the source hides.

    >>> plain(Decimal("1E+2"))
    '100'
    """
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if value and value.dated else None
