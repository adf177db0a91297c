"""Own questions, asked as officials ask, over own summaries: the right figure, the right sentence, or none at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from asking import rows, said, table

from knowledge.ask import Context
from knowledge.model import Bound, Status

FAILING = {(shelf, question) for shelf, question in table("questions_known_failures.toml")["failing"]}


def _cases(name: str, kind: str = "group") -> list[object]:
    return [_case(shelf, row[0], (shelf, row)) for shelf, row in rows(name, kind)]


def _case(shelf: str, question: str, values: tuple[object, ...]) -> object:
    """One case; those that fail still are expected to."""
    marks = [pytest.mark.xfail(reason="not understood yet", strict=True)] if (shelf, question) in FAILING else []
    return pytest.param(*values, marks=marks, id=f"{shelf}-{question[:40]}")


TALKS = [
    _case(talk["docs"], "/".join(turn[0] for turn in talk["turns"]), (talk,))
    for talk in table("questions_turns.toml")["talk"]
]


@pytest.mark.parametrize(("shelf", "row"), _cases("questions_figures.toml"))
def test_the_figure_asked_for(shelf: str, row: list[str]) -> None:
    question, value, unit, period = row
    answers, reply, _ = said(shelf, question)
    assert answers[0].status is Status.ANSWERED, reply
    obs = answers[0].facts[0].obs
    assert (obs.value, obs.unit, str(obs.time_period)) == (Decimal(value), unit, period), reply


@pytest.mark.parametrize(("shelf", "row"), _cases("questions_figures.toml", "masked"))
def test_a_masked_figure_is_named_and_called_masked(shelf: str, row: list[str]) -> None:
    question, name = row
    answers, reply, _ = said(shelf, question)
    assert answers[0].status is Status.MASKED, reply
    assert answers[0].facts[0].obs.bound is Bound.MASKED
    assert name.replace("機", "机") in reply or name in reply
    assert "隐去" in reply or "隱去" in reply


@pytest.mark.parametrize(("shelf", "row"), _cases("questions_words.toml"))
def test_what_is_told_in_words_or_several_figures(shelf: str, row: list[str]) -> None:
    _, reply, _ = said(shelf, row[0])
    assert [word for word in row[1:] if word not in reply] == [], reply


@pytest.mark.parametrize(("shelf", "row"), _cases("questions_refused.toml"))
def test_what_must_not_be_answered_with_a_figure(shelf: str, row: list[str]) -> None:
    answers, reply, _ = said(shelf, row[0])
    figures = [fact.obs for answer in answers for fact in answer.facts if fact.obs.bound is not Bound.MASKED]
    assert figures == [], reply


@pytest.mark.parametrize("talk", TALKS)
def test_conversations(talk: dict[str, list[list[str]]]) -> None:
    context = Context()
    for question, *wanted in talk["turns"]:
        answers, reply, context = said(str(talk["docs"]), question, context)
        if wanted == ["!"]:
            assert not any(answer.facts for answer in answers), reply
        else:
            assert [word for word in wanted if word not in reply] == [], f"{question}: {reply}"


def test_a_very_long_message_is_answered_without_a_figure() -> None:
    answers, _, _ = said("half", "的" * 4000)
    assert not any(answer.facts for answer in answers)
