"""Export and import: exact, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.export_store import read_workbook, write_workbook
from knowledge.errors import StoreError
from knowledge.store import Edit, KnowledgeStore
from knowledge.store.transfer import export_lines, export_rows, import_lines, import_rows
from tests.summaries import summary


@pytest.fixture
def store(tmp_path: Path) -> KnowledgeStore:
    """A store with a history: two publications, a correction, a rollback, a draft."""
    store = KnowledgeStore.open(tmp_path / "县.db")
    store.publish([summary(), summary("2021年工作总结", name="a.txt", period="2021")], who="林编辑", why="首次")
    store.publish([summary(bamboo="13.05")], who="林编辑", why="新版")
    doc_id = store.shelf().documents()[-1].doc_id
    store.correct(doc_id, [Edit(summary(bamboo="13.05").observations[3], None)], who="王编辑", why="重复")
    store.rollback(2, who="林编辑", why="误删")
    store.save_draft(summary(bamboo="13.09"), "林编辑")
    return store


def test_what_is_imported_exports_alike_and_reads_alike(store: KnowledgeStore, tmp_path: Path) -> None:
    lines = list(export_lines(store))
    other = import_lines(tmp_path / "新.db", lines)
    assert list(export_lines(other)) == lines
    for revision in range(1, 5):
        ours, theirs = store.shelf(revision), other.shelf(revision)
        assert ours.documents() == theirs.documents()
        for doc in ours.documents():
            assert ours.document_facts(doc.doc_id) == theirs.document_facts(doc.doc_id)
        assert ours.search(["竹木行业"]) == theirs.search(["竹木行业"]) != []
    assert other.corrections() == store.corrections()
    assert other.publish([summary(bamboo="13.05")], who="", why="").number == 4


def test_a_workbook_comes_back_exactly(store: KnowledgeStore, tmp_path: Path) -> None:
    write_workbook(tmp_path / "县.xlsx", export_rows(store))
    with import_rows(tmp_path / "新.db", read_workbook(tmp_path / "县.xlsx")) as other:
        assert list(export_lines(other)) == list(export_lines(store))


ODD = st.one_of(
    st.none(), st.integers(-(1 << 63), (1 << 63) - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40), st.sampled_from(["", " 前后有空格 ", "=1+1", "'引号", "#N/A", "_x000D_", "~json:1", "\r\n\t",
    "-", "\x00", "长" * 40_000, "𠮷" * 20_000, "1e5", "2024-01-01", "TRUE"]),
    st.binary(max_size=30).map(lambda some: {"base64": some.hex()}),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries({"table": st.just("texts"), "a": ODD, "b": ODD}), min_size=1, max_size=6))
def test_a_workbook_holds_any_cell(rows: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "某.xlsx"
        write_workbook(path, [{"jianbao": 1, "revision": 0}, *rows])
        assert [*read_workbook(path)] == [{"jianbao": 1, "revision": 0}, *rows]


@pytest.mark.parametrize("revision", [1, 2, 3])
def test_an_old_revision_exports_as_the_file_was_then(store: KnowledgeStore, tmp_path: Path, revision: int) -> None:
    with import_lines(tmp_path / "旧.db", export_lines(store, revision)) as old:
        assert (old.latest(), old.drafts()) == (revision, [])
        assert old.revisions() == store.revisions()[-revision:]
        assert old.corrections() == [each for each in store.corrections() if each.revision <= revision]
        for number in range(1, revision + 1):
            ours, theirs = store.shelf(number), old.shelf(number)
            assert ours.documents() == theirs.documents()
            assert ours.series() == theirs.series()
            for doc in ours.documents():
                assert ours.document_facts(doc.doc_id) == theirs.document_facts(doc.doc_id)
        assert list(export_lines(old)) == list(export_lines(store, revision))


def test_a_revision_that_is_not_there_is_not_exported(store: KnowledgeStore) -> None:
    with pytest.raises(StoreError, match="没有第 9 版"):
        list(export_lines(store, 9))


@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b"", "工作总结".encode()])
def test_other_files_are_no_workbook_of_ours(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "某.xlsx").write_bytes(content)
    with pytest.raises(StoreError, match="不是 jianbao export"):
        import_rows(tmp_path / "新.db", read_workbook(tmp_path / "某.xlsx"))
    assert not (tmp_path / "新.db").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: [],
        lambda lines: ["# 工作总结", *lines],
        lambda lines: [*lines[:-3], lines[-3][:20]],
        lambda lines: [*lines, '{"table":"sqlite_master","name":"x"}'],
        lambda lines: [*lines, '{"table":"revisions","nothing":1}'],
        lambda lines: [*lines, '{"table":"revisions","revision) SELECT 1 --":1}'],
        lambda lines: [*lines, lines[1]],
        lambda lines: [*lines, '{"table":"series","series_id":99,"indicator":["x"],"activity":""}'],
        lambda lines: [*lines, '{"table":"drafts","body":{"base64":"%%"}}'],
    ],
)  # fmt: skip
def test_a_damaged_export_leaves_nothing_behind(store: KnowledgeStore, tmp_path: Path, damage: object) -> None:
    lines = list(export_lines(store))
    folder = tmp_path / "新"
    folder.mkdir()
    with pytest.raises(StoreError):
        import_lines(folder / "新.db", damage(lines))  # type: ignore[operator]
    assert list(folder.iterdir()) == []


def test_importing_never_overwrites(store: KnowledgeStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="已经存在"):
        import_lines(tmp_path / "县.db", export_lines(store))
    assert store.latest() == 4
