"""What is stored of documents for asking: it says what laying out says, follows vocabulary and versions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from asking import CASES, NOW, SHELVES, asker, extraction, lexicon
from hypothesis import given
from hypothesis import strategies as st

from bot import cli
from handlers.library import Library
from handlers.render import render_text
from knowledge.ask import Asker, Context
from knowledge.indexing import catch_up
from knowledge.lexicon import Lexicon, load
from knowledge.match.called import Called
from knowledge.match.index import DocumentIndex
from knowledge.match.sheet import BadSheet, pack, unpack
from knowledge.match.text import Folder
from knowledge.store import Edit, KnowledgeStore, SqliteShelf, migrations

QUESTIONS = (
    "规上工业总产值多少", "出口增长多少", "竹木行业产值多少", "门诊人次", "粮食总产量是多少", "有哪些困难",
    "在校生多少人", "技改投资和工业投资哪个排名靠前", "下一步怎么干", "公路里程", "医化产值增速", "哪个行业增长最快",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KnowledgeStore]:
    with KnowledgeStore.open(tmp_path / "县.db") as made:
        made.publish([extraction(name) for name in SHELVES["all"]], who="试", why="试")
        yield made


def replies(shelf: SqliteShelf, words: Lexicon) -> list[str]:
    asker = Asker(shelf, words)
    return ["\n".join(map(render_text, asker.ask(each, Context(), NOW)[0])) for each in QUESTIONS]


def stored(store: KnowledgeStore) -> dict[int, tuple[str, bytes]]:
    return {row[0]: row[1:] for row in store.connection.execute("SELECT version_id, stamp, body FROM sheets")}


def called(words: Lexicon) -> Called:
    return Called(words, Folder(words.parts.items()))


def test_every_document_comes_back_as_it_was_laid_out(store: KnowledgeStore) -> None:
    shelf = store.shelf()
    for doc in shelf.documents():
        made = DocumentIndex(shelf, doc, called(lexicon())).laid_out()
        assert len(made.obs_ids) == len(shelf.document_facts(doc.doc_id)) > 0
        back = unpack(pack(made))
        assert all(getattr(back, each.name) == getattr(made, each.name) for each in fields(made))
        assert back.standing == made.standing


@pytest.fixture(scope="module")
def blob() -> bytes:
    shelf = asker("half").matcher.shelf
    return pack(DocumentIndex(shelf, shelf.documents()[0], called(lexicon())).laid_out())


@given(st.integers(min_value=0))
def test_damaged_bytes_are_known(blob: bytes, number: int) -> None:
    at = number % len(blob)
    for damaged in (blob[:at], blob[:at] + bytes([blob[at] ^ 0xFF]) + blob[at + 1 :]):
        with pytest.raises(BadSheet):
            unpack(damaged)


def test_asking_says_the_same_and_lays_nothing_out(store: KnowledgeStore) -> None:
    before = replies(store.shelf(), lexicon())
    assert not stored(store)
    left = list(catch_up(store, lexicon(), batch=4))
    assert left == [len(SHELVES["all"]) - done for done in (0, 4, 8)] + [0] * (len(SHELVES["all"]) > 8)
    assert list(catch_up(store, lexicon())) == [0]
    assert replies(store.shelf(), lexicon()) == before
    asker = Asker(store.shelf(), lexicon())
    asker.ask(QUESTIONS[0], Context(), NOW)
    assert not any("passages" in index.__dict__ for index in asker.matcher._indexes.values())


def test_another_vocabulary_is_not_misled_and_makes_its_own(store: KnowledgeStore, tmp_path: Path) -> None:
    list(catch_up(store, lexicon()))
    own = tmp_path / "本局.toml"
    own.write_text('[own]\n"粮食总产量" = ["粮食总产", "谷物收成"]\n', "utf-8")
    asked = "松河市谷物收成多少"
    words = load([own])
    known, unknown = (_reply(store.shelf(), each, asked) for each in (words, lexicon()))
    assert "万吨" in known and "万吨" not in unknown
    assert next(catch_up(store, words)) == len(SHELVES["all"])
    before = stored(store)
    list(catch_up(store, words))
    assert _reply(store.shelf(), words, asked) == known
    assert {stamp for stamp, _ in stored(store).values()}.isdisjoint(stamp for stamp, _ in before.values())
    assert stored(store).keys() == before.keys()


def test_only_what_changed_is_made_anew_and_what_left_is_dropped(store: KnowledgeStore) -> None:
    list(catch_up(store, lexicon()))
    before = stored(store)
    shelf = store.shelf()
    changed, gone = shelf.documents()[:2]
    fact = shelf.document_facts(changed.doc_id)[0]
    store.correct(changed.doc_id, [Edit(fact.obs, None)], who="王", why="笔误")
    store.withdraw(gone.doc_id, who="王", why="重复")
    assert list(catch_up(store, lexicon())) == [1, 0]
    after = stored(store)
    assert len(before.keys() - after.keys()) == 2
    assert len(after.keys() - before.keys()) == 1
    assert {version: before[version] for version in before.keys() & after.keys()}.items() <= after.items()
    assert replies(store.shelf(), lexicon()) == replies(_bare(store), lexicon())


def test_left_in_the_middle_the_rest_is_made_later(store: KnowledgeStore) -> None:
    before = replies(store.shelf(), lexicon())
    made = catch_up(store, lexicon(), batch=2)
    next(made), next(made)
    made.close()
    assert len(stored(store)) == 2
    assert replies(store.shelf(), lexicon()) == before
    assert next(catch_up(store, lexicon())) == len(SHELVES["all"]) - 2


def test_a_damaged_one_is_made_on_the_fly(store: KnowledgeStore, caplog: pytest.LogCaptureFixture) -> None:
    before = replies(store.shelf(), lexicon())
    list(catch_up(store, lexicon()))
    store.connection.execute("UPDATE sheets SET body = substr(body, 1, 100)")
    with caplog.at_level(logging.WARNING):
        assert replies(store.shelf(), lexicon()) == before
    assert "is damaged, made anew" in caplog.text


def test_reading_files_ends_with_what_asking_needs(tmp_path: Path) -> None:
    path = tmp_path / "县.db"
    files = [str(CASES / "summaries" / name) for name in SHELVES["market"]]
    assert cli._run(["ingest", "--workers", "1", "--store", str(path), *files]) == 0
    with KnowledgeStore.open(path, readonly=True) as store:
        assert len(stored(store)) == 1 and next(catch_up(store, lexicon())) == 0


class Turns(threading.Event):
    """Never waits: does one thing after the other where it would wait long, and is set when all are done."""

    def __init__(self, *deeds: Callable[[], object]) -> None:
        super().__init__()
        self.deeds = list(deeds)

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None or timeout >= 1:
            self.deeds.pop(0)() if self.deeds else self.set()
        return self.is_set()


def test_a_running_bot_makes_them_after_each_publication(store: KnowledgeStore) -> None:
    library, seen = Library(store, lexicon()), []

    def look() -> None:
        seen.append((store.latest(), len(stored(store)), next(catch_up(store, lexicon()))))

    def publish() -> None:
        look()
        store.publish([extraction(name) for name in SHELVES["fish"]], who="试", why="再")

    library.attend(Turns(publish, look))
    whole = len(SHELVES["all"])
    assert seen == [(1, whole, 0), (2, whole + 1, 0)]


def test_a_file_that_somebody_holds_is_tried_again(store: KnowledgeStore, caplog: pytest.LogCaptureFixture) -> None:
    with KnowledgeStore.open(store.path) as other:
        store.connection.execute("PRAGMA busy_timeout = 1")
        other.connection.execute("BEGIN IMMEDIATE")
        Library(store, lexicon()).attend(Turns(lambda: other.connection.execute("COMMIT")))
    assert "indexes wait" in caplog.text
    assert next(catch_up(store, lexicon())) == 0


def test_a_file_from_before_is_read_and_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "县.db"
    with monkeypatch.context() as old:
        old.setattr(migrations.knowledge, "_migrations", migrations.knowledge._migrations[:4])
        with KnowledgeStore.open(path) as store:
            store.publish([extraction(name) for name in SHELVES["half"]], who="试", why="试")
    with KnowledgeStore.open(path, readonly=True) as store:
        before = replies(store.shelf(), lexicon())
        assert store.shelf().unprepared("x") and "亿元" in before[0]
    with KnowledgeStore.open(path) as store:
        assert list(catch_up(store, lexicon())) == [1, 0]
        assert replies(store.shelf(), lexicon()) == before


def _reply(shelf: SqliteShelf, words: Lexicon, question: str) -> str:
    return render_text(Asker(shelf, words).ask(question, Context(), NOW)[0][0])


def _bare(store: KnowledgeStore) -> SqliteShelf:
    """The latest revision with nothing stored."""
    with store.writing() as connection:
        connection.execute("DELETE FROM sheets")
    return store.shelf()
