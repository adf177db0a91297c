"""Reading: against jieba, on two cores, into stores of growing size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import corpora, reading

Measured = Callable[..., Any]


def test_reading_against_jieba(measured: Measured) -> None:
    measured(lambda: reading.against_jieba(corpora.documents()))


def test_two_cores_against_one(measured: Measured) -> None:
    measured(lambda: reading.on_two_cores(corpora.documents()))


def test_reports_into_a_store(measured: Measured, tmp_path: Path) -> None:
    measured(lambda: reading.into_stores(corpora.documents(), tmp_path))


def test_memory_and_size(measured: Measured, tmp_path: Path) -> None:
    measured(lambda: reading.memory_of_size(corpora.documents(), tmp_path))
