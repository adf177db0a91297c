"""Whole replies, word for word, to questions of every kind: which figures, which sentences, in which order and words.

Before each stands whether it was answered, and what may be chosen.

They stand in cases/replies.txt. Where a change is meant to alter replies, `python -m tests.test_replies` writes them
anew; read what it changed as the official would who asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from knowledge.ask import Context
from tests.asking import said

FILE = Path(__file__).parent / "cases" / "replies.txt"
Talk = tuple[str, list[str], list[str]]  # shelf, questions, replies


def talks() -> Iterator[Talk]:
    """Each conversation of the file: a line `== shelf`, then questions after `问：`, each with its reply below it."""
    for block in FILE.read_text("utf-8").split("\n== ")[1:]:
        head, *turns = f"{block}\n".split("\n问：")
        rows = [turn.partition("\n") for turn in turns]
        yield head.strip(), [row[0] for row in rows], [row[2].strip() for row in rows]


def answered(shelf: str, questions: Sequence[str]) -> list[str]:
    """What is replied to each question of a conversation."""
    context, replies = Context(), []
    for question in questions:
        answers, reply, context = said(shelf, question, context)
        choices = [option.question for answer in answers for option in answer.options]
        told = " ".join(["〔", *(answer.status for answer in answers), *choices, "〕"])
        replies.append(f"{told}\n{reply.strip()}")
    return replies


@pytest.mark.parametrize("talk", [pytest.param(talk, id=f"{talk[0]}-{'/'.join(talk[1])[:40]}") for talk in talks()])
def test_the_whole_reply(talk: Talk) -> None:
    shelf, questions, replies = talk
    assert answered(shelf, questions) == replies


def main() -> None:
    """Write all replies anew."""
    blocks = [FILE.read_text("utf-8").split("\n== ")[0].strip()]
    for shelf, questions, _ in talks():
        rows = zip(questions, answered(shelf, questions), strict=True)
        blocks.append("\n\n".join((f"== {shelf}", *(f"问：{question}\n{reply}" for question, reply in rows))))
    FILE.write_text("\n\n\n".join(blocks) + "\n", "utf-8")


if __name__ == "__main__":
    main()
