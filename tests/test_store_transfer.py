"""Export and import: exact, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import StoreError
from knowledge.store import Edit, KnowledgeStore
from knowledge.store.transfer import export_lines, import_lines
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
