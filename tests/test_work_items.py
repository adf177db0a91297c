"""Work items: subjects, statuses, deadlines and rates, from tables of cases."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.extract.difficulty import difficulties
from knowledge.extract.work import work_items
from knowledge.model import Repaired, Source, WorkItem
from knowledge.segment import segment

CASES = tomllib.loads((Path(__file__).parent / "cases" / "work.toml").read_text("utf-8"))["case"]
MONTHS = {3: "一季度", 6: "上半年", 9: "前三季度", 12: "度"}


def read(text: str, section: list[str] | None = None, months: int = 6) -> tuple[WorkItem, ...]:
    lines = [
        f"远山县经信局2023年{MONTHS[months]}工作总结",
        "今年以来，各项工作有序推进。",
        *(section or ["二、工作进展"]),
        text,
    ]
    joined = "\n".join(lines)
    document = segment(Repaired(Source("a.txt", "text/plain", joined, ""), joined))
    return work_items(document, (), difficulties(document))


@pytest.mark.parametrize("case", CASES, ids=lambda each: str(each["label"]))
def test_items(case: dict[str, Any]) -> None:
    found = read(case["text"], case.get("section"), case.get("months", 6))
    told = [[item.subject or "", item.status.value, item.deadline or "", str(item.rate or "")] for item in found]
    assert told == case["items"]
    assert all(item.text in case["text"] for item in found)


def test_an_unnamed_task_is_called_by_its_run_in_head() -> None:
    (item,) = read("三是抓好充电设施。已建成充电站12座。同时，出台运营补贴办法。")
    assert (item.title, item.text) == ("抓好充电设施", "已建成充电站12座。同时，出台运营补贴办法。")


def test_rows_of_a_progress_table_are_items() -> None:
    rows = ["| 项目名称 | 形象进度 |", "| --- | --- |", "| 城西水厂 | 主体完工 |", "| 城北泵站 | 尚未开工 |"]
    found = read("\n".join(rows))
    assert [(item.title, item.status.value) for item in found] == [("城西水厂", "in_progress"), ("城北泵站", "behind")]


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("甲乙项目工程园已未开工，；。建成完成计划预计8月年度任务的5%《》“”正在"), max_size=80))
def test_every_item_quotes_its_own_characters(text: str) -> None:
    line = f"一是推进建设。{text}"
    for item in read(line):
        assert item.text
        assert item.text in line
