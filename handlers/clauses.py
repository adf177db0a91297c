"""A figure without its name, for where the name stands before it."""

from __future__ import annotations

from knowledge.answer.wording import statement
from knowledge.model import Fact


def clause(fact: Fact) -> str:
    """43.10亿元, 同比下降3.9%, 居全市第3位: always with the direction in words, as the source has it."""
    return statement(fact, subject=False).removeprefix("为")
