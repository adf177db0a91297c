"""Summaries of bureaus of many kinds, whole: every figure of every sentence, and none more."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from figures import read_text, row

_CASES = tomllib.loads((Path(__file__).parent / "cases" / "bureaus.toml").read_text("utf-8"))["summary"]


@pytest.mark.parametrize("summary", _CASES, ids=lambda summary: summary["title"])
def test_every_figure(summary: dict[str, Any]) -> None:
    text = "\n\n".join(sentence["text"] for sentence in summary["sentence"])
    found = read_text(f"# {summary['title']}\n\n## 一、工作情况\n\n{text}\n").observations
    for sentence in summary["sentence"]:
        assert [row(obs) for obs in found if obs.quote in sentence["text"]] == sentence["expect"], sentence["text"]
