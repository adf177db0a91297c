"""From cold to the first answer, and the memory that a bot takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench import corpora, starting

Measured = Callable[..., Any]


def test_cold_question(measured: Measured) -> None:
    measured(lambda: starting.cold(corpora.store(1)))


@pytest.mark.parametrize("count", corpora.SIZES[2:])
def test_bot_ready(measured: Measured, tmp_path: Path, count: int) -> None:
    measured(lambda: starting.bot(corpora.store(count), tmp_path))
