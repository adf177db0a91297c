"""The gold questions about digests, over real reading: each topic's digest holds all that is expected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import opencc
import pytest

from handlers.digests import pages, screen
from knowledge.digest import State, focus_of, named, state_of, tell, up_to
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.store import KnowledgeStore
from knowledge.wishes import Act, read_wish
from tests.shared import SHARED, shared

_GOLD = SHARED / "eval" / "gold" / "genre.qa.jsonl"
_ROWS = [json.loads(line) for line in _GOLD.read_text("utf-8").splitlines()] if _GOLD.exists() else []
QUESTIONS = [row for row in _ROWS if row["kind"] == "digest"]


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """Two successive summaries as a store reads them, published one after the other."""
    lexicon = load()
    path = Path(tmp_path_factory.mktemp("gold"), "县.db")
    with KnowledgeStore.open(path) as store:
        for name in QUESTIONS[0]["docs"] if QUESTIONS else shared("eval", "gold", "genre.qa.jsonl").parts:
            store.publish([read_document(shared("eval", "docs", f"{name}.md"), lexicon)], who="编辑", why="测试")
        yield state_of(store.shelf())


@pytest.mark.parametrize("row", QUESTIONS, ids=[row["id"] for row in QUESTIONS])
def test_gold_digest_question_is_met(row: dict[str, Any], after: State) -> None:
    wish = read_wish(opencc.OpenCC("t2s").convert(row["question"]), date(2021, 7, 20))
    assert wish is not None
    assert wish.act is Act.NOW
    first = after.known[0].doc.doc_id
    digest = tell(up_to(after, first), after, focus_of(wish.terms, named(after)))
    text = plain(screen(digest) + "".join(pages.page(digest, key) for key in pages.keys(digest)))
    assert [word for word in row["expect_all"] if plain(word) not in text] == []
    assert not row["expect_any"] or any(plain(word) in text for word in row["expect_any"])
