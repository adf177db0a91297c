"""The bundled samples state what they are said to state, and differ from period to period as they should."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from knowledge.extract.difficulty import difficulties
from knowledge.extract.work import work_items
from knowledge.model import Document, Repaired, Source, WorkStatus
from knowledge.segment import segment

FACTS = tomllib.loads((Path(__file__).parent / "cases" / "sample_facts.toml").read_text("utf-8"))["section"]
MASKED = "县经信局-上半年工作总结.md"
HALF = "霁川县经信局-2023年上半年工作总结.md"
THREE_QUARTERS = "霁川县经信局-2023年前三季度工作总结.md"


def sample(name: str) -> Document:
    text = (files("knowledge") / "samples" / name).read_text("utf-8")
    return segment(Repaired(Source(name, "text/markdown", text, ""), text))


@pytest.fixture(scope="module")
def masked() -> Document:
    return sample(MASKED)


@pytest.mark.parametrize("section", FACTS, ids=lambda each: str(each["path"][-1]))
def test_every_fact_of_the_masked_sample(section: dict[str, list[list[str]]], masked: Document) -> None:
    lines = [p for p in masked.paragraphs if list(p.section) == section["path"]]
    assert lines
    parts = [span.of(masked.text) for line in lines for span in line.sentences]
    missing = [fact for fact in section["facts"] if not any(all(word in part for word in fact) for part in parts)]
    assert missing == []


def test_the_masked_sample_gives_no_digits_away(masked: Document) -> None:
    bare = masked.text.replace("十四五", "").replace("三张清单", "")
    assert not any(character.isdigit() and character.isascii() for character in bare)


def test_the_masked_sample_has_only_the_sections_of_the_facts(masked: Document) -> None:
    listed = {tuple(section["path"]) for section in FACTS}
    found = {p.section for p in masked.paragraphs if p.sentences and p.section}
    assert found == listed


@pytest.mark.parametrize(("name", "period"), [(HALF, "2023-01/2023-06"), (THREE_QUARTERS, "2023-01/2023-09")])
def test_what_the_invented_summaries_are(name: str, period: str) -> None:
    document = sample(name)
    assert (document.ref_area, document.issuer, str(document.time_period)) == ("霁川县", "霁川县经济和信息化局", period)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        (HALF, ["外需走弱，出口承压", "企业利润下滑", "技改投资持续偏弱", "招工难问题较为突出", "用地保障不足"]),
        (
            THREE_QUARTERS,
            ["出口仍在低位运行", "技改投资后劲不足", "个别项目推进受阻", "高技能人才短缺", "能耗指标趋紧"],
        ),
    ],
)
def test_difficulties_of_the_invented_summaries(name: str, titles: list[str]) -> None:
    assert [difficulty.title for difficulty in difficulties(sample(name))] == titles


def test_parks_move_on_between_the_summaries() -> None:
    moved = {
        park: (_states(HALF).get(park), _states(THREE_QUARTERS).get(park)) for park in _states(HALF) if "小微园" in park
    }
    assert moved == {
        "青岭小微园": (WorkStatus.IN_PROGRESS, WorkStatus.IN_PROGRESS),
        "鹿鸣小微园": (WorkStatus.IN_PROGRESS, WorkStatus.IN_PROGRESS),
        "石埠小微园": (WorkStatus.IN_PROGRESS, WorkStatus.DONE),
        "双桥小微园": (WorkStatus.BEHIND, WorkStatus.BEHIND),
    }


def _states(name: str) -> dict[str, WorkStatus]:
    items = work_items(sample(name), (), difficulties(sample(name)))
    return {item.subject: item.status for item in items if item.subject}


@pytest.mark.parametrize("name", [HALF, THREE_QUARTERS])
def test_sums_of_the_invented_tables(name: str) -> None:
    """The sectors add up to the total, and the shares to a hundred."""
    document = sample(name)
    rows = [[cell.of(document.text) for cell in p.cells] for p in document.paragraphs if p.header]
    total = round(sum(float(row[1]) for row in rows if len(row) == 4), 2)
    assert f"实现总产值{total}亿元" in document.text
    assert round(sum(float(row[3]) for row in rows if len(row) == 4), 1) == 100.0
