"""The knowledge file on real SQLite: what goes in comes out, revisions stay, the order of reading does not matter."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from knowledge.errors import RevisionConflict, StoreError
from knowledge.model import Extraction, Fact
from knowledge.store import Edit, KnowledgeStore, SqliteShelf, migrations
from knowledge.store.codec import pack
from knowledge.store.knowledge import MIGRATIONS
from tests.summaries import TEXT, summary


@pytest.fixture
def store(tmp_path: Path) -> KnowledgeStore:
    return KnowledgeStore.open(tmp_path / "县.db")


def publish(store: KnowledgeStore, *extractions: Extraction) -> int:
    return store.publish(extractions, who="林编辑", why="试验").number


def figures(shelf: SqliteShelf) -> list[Fact]:
    return [fact for doc in shelf.documents() for fact in shelf.document_facts(doc.doc_id)]


def test_everything_comes_back_as_it_went_in(store: KnowledgeStore) -> None:
    made = summary()
    publish(store, made)
    shelf = store.shelf()
    (doc,) = shelf.documents()
    assert (doc.name, doc.title, doc.issuer, doc.ref_area) == (
        "总结.txt", "2022年上半年工作总结", "云溪县工业发展局", "云溪县",
    )  # fmt: skip
    assert tuple(fact.obs for fact in shelf.document_facts(doc.doc_id)) == made.observations
    assert tuple(shelf.work_items(doc.doc_id)) == made.work_items
    assert tuple(shelf.difficulties(doc.doc_id)) == made.difficulties
    assert tuple(shelf.leftovers(doc.doc_id)) == made.leftovers
    assert tuple(each.paragraph for each in shelf.passages(doc.doc_id)) == made.document.paragraphs
    assert "12.30" in {str(fact.obs.value) for fact in figures(shelf)}


def test_the_same_document_again_changes_nothing(store: KnowledgeStore) -> None:
    first = publish(store, summary())
    assert publish(store, summary()) == first == 1
    assert publish(store, summary(name="另存.txt")) == 1
    assert len(store.revisions()) == 1


def test_a_newer_version_takes_the_place_and_the_old_revision_stays(store: KnowledgeStore) -> None:
    publish(store, summary())
    assert publish(store, summary(bamboo="13.05")) == 2
    assert str(figures(store.shelf())[0].obs.value) == "13.05"
    assert str(figures(store.shelf(1))[0].obs.value) == "12.30"
    assert store.shelf(1).documents()[0].doc_id == store.shelf(2).documents()[0].doc_id


def test_two_bureaus_of_one_file_name_both_stay(store: KnowledgeStore) -> None:
    text = TEXT.replace("云溪县工业发展局", "白石县商务局").replace("、", "、全县").replace("产值", "出口额")
    other = summary(issuer="白石县商务局", area="白石县", text=text)
    publish(store, summary(), other)
    assert {doc.ref_area for doc in store.shelf().documents()} == {"云溪县", "白石县"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_reading_does_not_matter(tmp_path: Path, order: tuple[int, ...]) -> None:
    made = [
        summary("2021年工作总结", name="a.txt", period="2021", bamboo="21"),
        summary("2022年上半年工作总结", name="b.txt", bamboo="22"),
        summary("2022年工作总结", name="c.txt", period="2022", bamboo="23"),
    ]
    with KnowledgeStore.open(tmp_path / "store.db") as store:
        for each in order:
            publish(store, made[each])
        shelf = store.shelf()
        assert [doc.name for doc in shelf.documents()] == ["a.txt", "b.txt", "c.txt"]
        ids = [each.series_id for each in shelf.series() if each.activity == "竹木行业"]
        assert [str(fact.obs.value) for fact in shelf.facts(ids)][::3] == ["21", "22", "23"]


def test_series_and_facts_of_some_documents(store: KnowledgeStore) -> None:
    publish(store, summary("2021年工作总结", name="a.txt", period="2021", bamboo="21"), summary(bamboo="22"))
    shelf = store.shelf()
    names = {(each.indicator, each.activity): each.series_id for each in shelf.series()}
    assert sorted(names) == [("产值", "水晶行业"), ("产值", "竹木行业"), ("年度计划完成率", "小微园")]
    first, second = (doc.doc_id for doc in shelf.documents())
    wanted = [names["产值", "竹木行业"], names["产值", "水晶行业"]]
    assert len(shelf.facts(wanted)) == 8
    assert {fact.doc.doc_id for fact in shelf.facts(wanted, [second])} == {second}
    assert shelf.facts(wanted, []) == []
    assert shelf.document_facts(999) == []
    assert first != second


def test_a_series_that_no_document_states_any_more_is_gone_from_the_new_revision_only(store: KnowledgeStore) -> None:
    publish(store, summary())
    doc_id = store.shelf().documents()[0].doc_id
    store.withdraw(doc_id, who="林编辑", why="发错了")
    assert (list(store.shelf().series()), list(store.shelf().documents())) == ([], [])
    assert len(store.shelf(1).series()) == 3
    store.rollback(1, who="林编辑", why="没有发错")
    assert len(store.shelf().series()) == 3
    assert [each.kind for each in store.revisions()] == ["rollback", "withdraw", "publish"]


def test_rollback_reads_what_the_old_revision_read(store: KnowledgeStore) -> None:
    publish(store, summary())
    publish(store, summary(bamboo="13.05"), summary("2021年工作总结", name="a.txt", period="2021"))
    restored = store.rollback(1, who="林编辑", why="数字有误")
    assert (restored.number, restored.restores) == (3, 1)
    assert [f.obs for f in figures(store.shelf(3))] == [f.obs for f in figures(store.shelf(1))]
    assert len(store.shelf(2).documents()) == 2


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_there_is_no_such_revision(store: KnowledgeStore, number: int) -> None:
    publish(store, summary())
    with pytest.raises(StoreError, match=f"没有第 {number} 版"):
        store.shelf(number)


def test_who_comes_second_gets_a_conflict(store: KnowledgeStore) -> None:
    publish(store, summary())
    publish(store, summary(bamboo="13.05"))
    with pytest.raises(RevisionConflict, match="林编辑 已发布第 2 版"):
        store.rollback(1, who="王编辑", why="", expected_revision=1)
    assert store.latest() == 2


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (["竹木"], ["竹木行业产值"]),
        (["产值", "水晶"], ["竹木行业产值"]),
        (["预计10月"], ["小微园建设"]),
        (["订单不足", "出口企业"], ["一是订单"]),
        (["订单", "竣工", "小微园"], ["小微园建设"]),
        (["航空"], []),
        (["竹"], []),
        ([], []),
        (["行业产值12"], ["竹木行业产值"]),
        (["行业出口额"], []),
        (['"产值" OR'], []),
        (["NEAR(", '"', "产值*"], ["竹木行业产值"]),
    ],
)
def test_search_finds_words_of_two_characters_and_more(
    store: KnowledgeStore, terms: list[str], found: list[str]
) -> None:
    publish(store, summary())
    passages = store.shelf().search(terms)
    assert [each.text[: len(start)] for each, start in zip(passages, found, strict=True)] == found


def test_search_keeps_to_the_revision_and_the_documents(store: KnowledgeStore) -> None:
    publish(store, summary())
    publish(store, summary(bamboo="13.05"), summary("2021年工作总结", name="a.txt", period="2021"))
    assert len(store.shelf().search(["竹木"])) == 2
    assert ["12.30" in each.text for each in store.shelf(1).search(["竹木"])] == [True]
    last = store.shelf().documents()[-1].doc_id
    assert ["13.05" in each.text for each in store.shelf().search(["竹木"], [last])] == [True]
    assert len(store.shelf().search(["竹木"], limit=1)) == 1


def test_a_later_shelf_takes_over_what_did_not_change(store: KnowledgeStore) -> None:
    """Whatever happened in between: published, corrected, withdrawn, rolled back, one or several revisions later."""
    publish(
        store,
        summary("2021年工作总结", name="a.txt", period="2021"),
        summary("2022年工作总结", name="b.txt", period="2022"),
    )
    shelves = [store.shelf()]
    kept = list(shelves[0].documents())
    publish(store, summary("2022年上半年工作总结", name="c.txt"))
    shelves.append(store.shelf(after=shelves[-1]))
    publish(store, summary("2021年工作总结", name="a.txt", period="2021", bamboo="99"))
    store.withdraw(kept[1].doc_id, who="林编辑", why="撤回")
    shelves.append(store.shelf(after=shelves[-1]))
    store.rollback(1, who="林编辑", why="恢复")
    shelves += [store.shelf(after=shelves[-1]), store.shelf(after=shelves[0]), store.shelf(after=shelves[1])]
    for shelf in shelves:
        fresh = store.shelf(shelf.revision)
        assert list(shelf.documents()) == list(fresh.documents())
        assert figures(shelf) == figures(fresh)
        assert [each.text for each in shelf.search(["竹木"])] == [each.text for each in fresh.search(["竹木"])]
    assert shelves[1].documents()[0] is kept[0]
    assert store.shelf(after=shelves[-1]).documents()[0] is shelves[-1].documents()[0]


def test_what_is_read_of_a_document_in_part_is_as_in_the_whole(store: KnowledgeStore) -> None:
    publish(store, summary(), summary("2023年上半年工作总结", name="另.txt", period="2023-01/2023-06"))
    for doc in (shelf := store.shelf()).documents():
        facts, passages = shelf.document_facts(doc.doc_id), shelf.passages(doc.doc_id)
        assert list(shelf.bodies(doc.doc_id)) == [each.text for each in passages]
        section = {each.paragraph.index: each.paragraph.section for each in passages}
        found = [
            (one.obs_id, one.indicator, one.activity, one.name_text, one.paragraph, one.start, one.length)
            for one in shelf.mentions(doc.doc_id)
        ]
        assert found == [
            (
                fact.obs_id,
                obs.indicator,
                obs.activity,
                obs.name_text,
                obs.paragraph,
                obs.span.start,
                len(obs.value_text),
            )
            for fact in facts
            for obs in (fact.obs,)
        ]
        for one, fact in zip(shelf.mentions(doc.doc_id), facts, strict=True):
            assert (section[one.paragraph] if one.section is None else one.section) == fact.obs.section
        assert shelf.some_facts(doc, [facts[3].obs_id, facts[0].obs_id]) == [facts[0], facts[3]]
        assert shelf.some_facts(doc, []) == []


def test_readers_know_every_migration() -> None:
    assert [migration.name for migration in migrations.knowledge._migrations] == list(MIGRATIONS)


def test_a_file_of_the_first_schema_keeps_its_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        old.setattr(migrations.knowledge, "_migrations", migrations.knowledge._migrations[:2])
        store = KnowledgeStore.open(tmp_path / "县.db")
        store.connection.execute(
            "INSERT INTO drafts VALUES (7, '2024-05-06T08:30:00+00:00', '林', 'a.txt', ?)", (pack(summary()),)
        )
        store.connection.commit()
        store.close()
    with KnowledgeStore.open(tmp_path / "县.db") as store:
        assert store.draft(7).extraction == summary()
        store.edit_draft(7, Edit(summary().observations[0], None), who="王", why="重复")
        assert store.save_draft(summary(), "林") == 8
        assert store.publish_draft(7, who="林").number == 1
