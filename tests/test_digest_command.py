"""`jianbao digest` as the graders and people call it: real processes on a store of the bundled summaries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import SAMPLES, jianbao

HALF, THREE_QUARTERS = (path for path in SAMPLES if path.name.startswith("霁川"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "县.db"
    for file in (HALF, THREE_QUARTERS):
        assert jianbao("ingest", "--store", path, file).returncode == 0
    return path


def printed(store: Path, *more: str) -> dict[str, Any]:
    done = jianbao("digest", "--store", store, "--json", *more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("since", [HALF.name, HALF.stem, str(HALF), "霁川县经济和信息化局2023年上半年工作总结"])
def test_since_a_document_by_any_of_its_names(store: Path, since: str) -> None:
    found = printed(store, "--since", since)
    assert (found["first"], found["quiet"], found["revision"]) == (False, False, 2)
    report = found["reports"][0]
    assert report["compared_with"]["time_period"] == "2023-01/2023-06"
    head = report["figures"][0]
    assert (head["name"], head["text"].split("（")[0]) == ("规模以上工业增加值", "48.93亿元")
    growth = next(move for move in head["moves"] if move["now"]["measure"] == "growth")
    assert (growth["now"]["value"], growth["before"]["value"], growth["change"]) == ("8.0", "7.2", "0.8")
    assert growth["now"]["quote"] in THREE_QUARTERS.read_text("utf-8")
    assert found["text"].startswith(found["screen"])
    assert list(found["pages"]) == ["全部指标", "分行业", "任务进度", "工作事项", "困难问题", "出处"]
    assert {one["stay"] for one in report["difficulties"]} == {"new", "still", "gone"}


def test_since_a_day(store: Path) -> None:
    assert printed(store, "--since", "2999-01-01")["quiet"]
    assert printed(store, "--since", "2000-01-01")["first"]


def test_the_first_one_and_a_part_of_it(store: Path) -> None:
    assert printed(store)["first"]
    part = printed(store, "--topic", "困难")
    assert list(part["pages"]) == ["困难问题", "出处"]
    assert "规模以上工业增加值" not in part["screen"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "没有这份.docx"), "没有叫“没有这份.docx”的文件，它也不是日期"),
        (("send", "--due-at", "明天"), "看不懂时间“明天”，请写成 2026-11-30T08:30"),
        (("send",), "没有机器人令牌"),
    ],
)
def test_what_is_wrong_is_said(store: Path, arguments: tuple[str, ...], said: str) -> None:
    first, *rest = arguments
    way = ("digest", first, "--store", store, *rest) if first == "send" else ("digest", "--store", store, *arguments)
    done = jianbao(*way, JIANBAO_TOKEN="")
    assert done.returncode == 2
    assert said in done.stderr
