"""Corrections and drafts: who changed what, nothing lost, nothing answered before it is published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.errors import RevisionConflict, StoreError
from knowledge.model import ObsStatus, WorkStatus
from knowledge.store import Edit, KnowledgeStore
from tests.summaries import summary

MADE = summary()


@pytest.fixture
def store(tmp_path: Path) -> KnowledgeStore:
    store = KnowledgeStore.open(tmp_path / "县.db")
    store.publish([MADE], who="林编辑", why="首次发布")
    return store


def doc_id(store: KnowledgeStore) -> int:
    return store.shelf().documents()[-1].doc_id


def test_a_corrected_figure_bears_who_and_when(store: KnowledgeStore) -> None:
    wrong = MADE.observations[0]
    right = replace(wrong, value=Decimal("12.80"), value_text="12.80", indicator="工业总产值", section=("更正",))
    store.correct(doc_id(store), [Edit(wrong, right)], who="王编辑", why="笔误", expected_revision=1)
    first, *others = store.shelf().document_facts(doc_id(store))
    assert first.obs == replace(right, obs_status=ObsStatus.CORRECTED)
    assert (first.corrected_by, bool(first.corrected_at)) == ("王编辑", True)
    assert [(fact.obs, fact.corrected_by) for fact in others] == [(obs, None) for obs in MADE.observations[1:]]
    assert [fact.obs for fact in store.shelf(1).document_facts(doc_id(store))] == list(MADE.observations)


def test_items_are_added_replaced_and_struck_in_one_revision(store: KnowledgeStore) -> None:
    item, difficulty = MADE.work_items[0], MADE.difficulties[0]
    done, second = replace(item, status=WorkStatus.DONE), replace(difficulty, title="用工紧缺", text="用工紧缺。")
    edits = [
        Edit(item, done),
        Edit(None, second),
        Edit(None, replace(second, title="资金紧张")),
        Edit(difficulty, None),
    ]
    store.correct(doc_id(store), edits, who="王编辑", why="核对")
    shelf = store.shelf()
    assert shelf.work_items(doc_id(store)) == [done]
    assert [each.title for each in shelf.difficulties(doc_id(store))] == ["用工紧缺", "资金紧张"]
    assert len(shelf.leftovers(doc_id(store))) == 1
    assert [(each.kind, each.before is None, each.after is None) for each in store.corrections()] == [
        ("work_item", False, False),
        ("difficulty", True, False),
        ("difficulty", True, False),
        ("difficulty", False, True),
    ]


def test_the_record_says_who_when_why_and_what(store: KnowledgeStore) -> None:
    wrong = MADE.observations[3]
    store.correct(doc_id(store), [Edit(wrong, None)], who="王编辑", why="重复")
    (made,) = store.corrections()
    assert (made.revision, made.who, made.why, made.after) == (2, "王编辑", "重复", None)
    assert made.before is not None
    assert (made.before["activity"], made.before["value_text"]) == ("水晶行业", "xx.xx")
    assert store.corrections(after_revision=2) == []
    assert ("产值", "水晶行业") not in {(each.indicator, each.activity) for each in store.shelf().series()}


def test_rolling_back_undoes_a_correction(store: KnowledgeStore) -> None:
    store.correct(doc_id(store), [Edit(MADE.observations[0], None)], who="王编辑", why="")
    store.rollback(1, who="林编辑", why="误删")
    assert [fact.obs for fact in store.shelf().document_facts(doc_id(store))] == list(MADE.observations)


def test_reading_the_same_file_again_keeps_corrections(store: KnowledgeStore) -> None:
    store.correct(doc_id(store), [Edit(MADE.observations[0], None)], who="王编辑", why="")
    assert store.publish([MADE], who="林编辑", why="又读一遍").number == 2
    assert len(store.shelf().document_facts(doc_id(store))) == 4


def test_an_item_that_is_not_there_any_more_cannot_be_corrected(store: KnowledgeStore) -> None:
    gone = Edit(MADE.observations[0], None)
    store.correct(doc_id(store), [gone], who="王编辑", why="")
    with pytest.raises(StoreError, match="已经不是原来的样子"):
        store.correct(doc_id(store), [gone], who="王编辑", why="")
    with pytest.raises(RevisionConflict, match="您看到的是第 1 版"):
        store.correct(doc_id(store), [gone], who="李编辑", why="", expected_revision=1)
    assert store.latest() == 2
    assert len(store.corrections()) == 1


def test_a_draft_waits_and_is_published_once(store: KnowledgeStore) -> None:
    newer = summary(bamboo="13.05")
    draft = store.save_draft(newer, "林编辑")
    assert store.latest() == 1
    assert store.draft(draft).extraction == newer
    assert store.draft(draft).extraction.document.repaired.origin == newer.document.repaired.origin
    assert [(number, who, name) for number, _, who, name in store.drafts()] == [(draft, "林编辑", "总结.txt")]
    with pytest.raises(RevisionConflict):
        store.publish_draft(draft, who="林编辑", expected_revision=0)
    with store.writing(), pytest.raises(RevisionConflict):
        store.publish_draft(draft, who="林编辑", expected_revision=0)
    assert store.publish_draft(draft, who="林编辑", expected_revision=1).number == 2
    with pytest.raises(StoreError, match="已经发布或删除"):
        store.publish_draft(draft, who="林编辑")
    assert store.drafts() == []


def test_corrections_of_a_draft_are_published_with_who_when_and_why(store: KnowledgeStore) -> None:
    newer = summary(bamboo="13.05")
    wrong, masked = newer.observations[0], newer.observations[3]
    once = replace(wrong, value=Decimal("13.5"), value_text="13.5", obs_status=ObsStatus.CORRECTED)
    right = replace(once, value=Decimal("13.6"), value_text="13.6")
    draft = store.save_draft(newer, "林编辑")
    store.edit_draft(draft, Edit(wrong, once), who="王编辑", why="笔误")
    store.edit_draft(draft, Edit(once, right), who="李编辑", why="再核对")
    store.edit_draft(draft, Edit(masked, None), who="王编辑", why="不该有")
    assert [(each.hand.who, each.why) for each in store.draft(draft).edits] == [
        ("王编辑", "笔误"),
        ("李编辑", "再核对"),
        ("王编辑", "不该有"),
    ]
    assert store.publish_draft(draft, who="林编辑").number == 2
    first, *others = store.shelf().document_facts(doc_id(store))
    assert (first.obs, first.corrected_by, bool(first.corrected_at)) == (right, "李编辑", True)
    assert [fact.obs for fact in others] == [each for each in newer.observations[1:] if each != masked]
    assert [(each.revision, each.who, each.why, each.after is None) for each in store.corrections()] == [
        (2, "王编辑", "笔误", False),
        (2, "李编辑", "再核对", False),
        (2, "王编辑", "不该有", True),
    ]
    assert store.publish([newer], who="", why="又读一遍").number == 2


def test_a_corrected_draft_of_a_file_that_is_published_already_is_a_new_revision(store: KnowledgeStore) -> None:
    draft = store.save_draft(MADE, "林编辑")
    store.edit_draft(draft, Edit(MADE.observations[0], None), who="王编辑", why="重复")
    assert store.publish_draft(draft, who="林编辑").number == 2
    assert len(store.shelf().document_facts(doc_id(store))) == 4


def test_a_drafts_number_is_never_given_again(store: KnowledgeStore) -> None:
    first = store.save_draft(MADE, "林编辑")
    store.discard(first)
    second = store.save_draft(MADE, "林编辑")
    store.publish_draft(second, who="林编辑")
    assert first < second < store.save_draft(MADE, "林编辑")


def test_a_draft_can_be_discarded(store: KnowledgeStore) -> None:
    draft = store.save_draft(summary(bamboo="13.05"), "林编辑")
    gone = Edit(store.draft(draft).extraction.observations[0], None)
    store.edit_draft(draft, gone, who="王编辑", why="")
    with pytest.raises(StoreError, match="已经不是原来的样子"):
        store.edit_draft(draft, gone, who="王编辑", why="")
    store.discard(draft)
    store.discard(draft)
    with pytest.raises(StoreError, match="已经发布或删除"):
        store.edit_draft(draft, gone, who="王编辑", why="")
