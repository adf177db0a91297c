"""Whatever goes in, every stage and all of them together give a value or one of our errors, and keep their promises."""

from __future__ import annotations

import tempfile
import tomllib
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import describe, load_settings
from handlers.listing import listing
from handlers.render import render_html, render_text
from knowledge import parse
from knowledge.ask import Asker, Context
from knowledge.digest import compare, state_of
from knowledge.errors import JianbaoError, ReadError, SettingsError, StoreError
from knowledge.extract import extract
from knowledge.ingest import read_document
from knowledge.lexicon import load
from knowledge.model import Answer, Extraction, Source, Status
from knowledge.read import Limits, read_bytes
from knowledge.repair import repair
from knowledge.segment import segment
from knowledge.store import KnowledgeStore
from knowledge.store.codec import dumps, from_plain, to_plain
from knowledge.store.transfer import export_lines, import_lines
from tests.emulator.entities import parse_text
from tests.shared import ROOT

SAMPLES = sorted((ROOT / "knowledge" / "samples").glob("*.md"))
NOW = datetime(2023, 11, 6, 9, 0, tzinfo=UTC)
SOME = settings(max_examples=30, deadline=None)

# Words of summaries and of questions, and what damages them; figures in all their shapes.
WORDS = st.sampled_from([*(ROOT / "tests" / "cases" / "fuzz_words.txt").read_text("utf-8").split(), "\n", "\n\n", " "])
FIGURES = st.one_of(
    st.decimals(min_value=-9999, max_value=99999, places=2).map(str), st.integers(-50, 10**12).map(str),
    st.sampled_from(["一千二百", "十五点三", "百分之八", "1.2.3", "９９", "1,234.5", "3-5", "-0", "两", "1e9", "∞"]),
)  # fmt: skip
ANYTHING = st.text(max_size=12)
TEXTS = st.lists(st.one_of(WORDS, WORDS, FIGURES, ANYTHING), max_size=60).map("".join)
BYTES = st.one_of(st.binary(max_size=400), TEXTS.map(lambda text: text.encode("gb18030", "replace")))


def extracted(text: str) -> Extraction:
    return extract(segment(repair(Source("总结.md", "text/markdown", text, "0" * 64))), load())


@lru_cache(maxsize=1)
def asker() -> Asker:
    """An asker over the bundled summaries."""
    store = KnowledgeStore.open(Path(tempfile.mkdtemp(prefix="jianbao-tests-")) / "样例.db")
    store.publish([read_document(path, load()) for path in SAMPLES], who="测试", why="样例")
    return Asker(store.shelf(), load())


@given(BYTES, st.sampled_from(["a.txt", "a.html", "a.csv", "a.docx", "a.pdf", "a.xlsx", "a.ofd", "a.mht", ""]))
@SOME
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes, name: str) -> None:
    try:
        text = read_bytes(data, name, Limits(max_characters=10_000)).text
    except ReadError as error:
        assert str(error).endswith("。")
    else:
        assert text.strip()


@given(TEXTS)
@SOME
def test_any_text_is_read_stored_and_given_back_as_it_was(text: str) -> None:
    found = extracted(text)
    for obs in found.observations:
        assert obs.quote in found.document.text and obs.value_text in obs.quote
        assert (obs.value is None) == (obs.bound == "masked")
    assert from_plain(Extraction, to_plain(found)) == found
    with tempfile.TemporaryDirectory() as folder, KnowledgeStore.open(Path(folder) / "a.db") as store:
        store.publish([found], who="测试", why="")
        shelf = store.shelf()
        (doc,) = shelf.documents()
        assert [fact.obs for fact in shelf.document_facts(doc.doc_id)] == list(found.observations)
        assert list(shelf.work_items(doc.doc_id)) == list(found.work_items)
        assert list(shelf.difficulties(doc.doc_id)) == list(found.difficulties)
        assert store.publish([extracted(text)], who="测试", why="").number == 1, "reading again changes nothing"
        lines = list(export_lines(store))
        with import_lines(Path(folder) / "b.db", lines) as other:
            assert list(export_lines(other)) == lines
        compare(None, state_of(shelf))
    assert "\n".join(listing(found, leftovers=True))


@given(st.text(max_size=120))
@SOME
def test_reading_is_the_same_each_time(text: str) -> None:
    assert dumps(extracted(text)) == dumps(extracted(text))


def promises(answer: Answer) -> None:
    """A figure stands in its quoted sentence; the reply is valid markup for Telegram and readable as text."""
    for fact in answer.facts:
        assert fact.obs.value_text in fact.obs.quote
    html, text = render_html(answer), render_text(answer)
    parse_text(html, "HTML", 100_000)
    assert text.strip() and len(text) < 20_000
    if answer.status is Status.NOT_FOUND:
        assert not answer.facts


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_any_question_is_answered_within_the_promises(question: str) -> None:
    answers, context = asker().ask(question, Context(), NOW)
    for answer in answers:
        promises(answer)
    assert Context.load(context.dump()) == context
    again, _ = asker().ask(question, Context(), NOW)
    assert again == answers, "the same question, the same answer"


@given(st.lists(TEXTS, min_size=2, max_size=4))
@SOME
def test_any_conversation_is_carried_on(questions: list[str]) -> None:
    context = Context()
    for question in questions:
        answers, context = asker().ask(question, context, NOW)
        for answer in answers:
            promises(answer)


@given(TEXTS)
@SOME
def test_a_question_is_split_and_normalised_once(question: str) -> None:
    plain = parse.normalise(question)
    assert parse.normalise(plain) == plain
    assert all(piece.strip() for piece in parse.split(plain)) or not plain.strip()


@given(st.text(max_size=60))
@SOME
def test_a_context_of_any_text_starts_afresh_or_is_one(text: str) -> None:
    assert isinstance(Context.load(text), Context)


@given(st.data())
@SOME
def test_any_change_of_bot_toml_is_settings_or_a_sentence(data: st.DataObject) -> None:
    lines = describe().splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = data.draw(st.one_of(st.text(max_size=30), st.just(lines[place].partition("=")[0] + "= [1, 'x']")))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bot.toml"
        path.write_text("\n".join(lines), "utf-8", newline="\n")
        try:
            load_settings(path, {})
        except SettingsError as error:
            assert str(path) in str(error)
        else:
            tomllib.loads(path.read_text("utf-8"))


@given(
    st.lists(st.one_of(ANYTHING, st.just('{"jianbao": 1, "revision": 0}'), st.just('{"table": "texts"}')), max_size=4)
)
@SOME
def test_any_lines_are_imported_or_refused(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        try:
            import_lines(path, lines).close()
        except StoreError as error:
            assert str(error).endswith("。")
            assert not path.exists() and list(Path(folder).iterdir()) == []


def test_errors_are_of_one_tree() -> None:
    from knowledge import errors

    found = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    assert [each for each in found if not issubclass(each, JianbaoError)] == []
    with pytest.raises(JianbaoError):
        read_bytes(b"", "", Limits())
