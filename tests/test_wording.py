"""Figures in words: bounds, falls, targets and ranks as an official would say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import ingest, lexicon
from knowledge.answer import wording
from knowledge.model import DocumentInfo, Fact

TITLE = "# 松涛区统计局2023年工作总结\n\n"


def said(folder: Path, sentence: str) -> list[str]:
    """What is said of each figure of a sentence."""
    file = folder / "总结.md"
    file.write_text(f"{TITLE}{sentence}\n", "utf-8")
    extraction = ingest.read_document(file, lexicon.load())
    doc = DocumentInfo(1, file.name, "松涛区统计局2023年工作总结", None, "松涛区", None, 2023, 1)
    return [wording.statement(Fact(n, doc, obs)) for n, obs in enumerate(extraction.observations)]


@pytest.mark.parametrize(
    ("sentence", "statements"),
    [
        ("全年快递业务量突破1.2亿件，同比增长近三成。", ["快递业务量超过1.2亿件", "快递业务量同比增长约三成"]),
        ("财政总收入38.6亿元，增长11.1%。", ["财政总收入为38.6亿元", "财政总收入同比增长11.1%"]),
        ("工业用电量约5.2亿千瓦时，下降3%。", ["工业用电量约5.2亿千瓦时", "工业用电量同比下降3%"]),
        ("规上工业增加值增长8%，居全市第3位。", ["规模以上工业增加值同比增长8%", "规模以上工业增加值居全市第3位"]),
        ("城镇化率达到68.5%，提高1.2个百分点。", ["城镇化率为68.5%", "城镇化率提高1.2个百分点"]),
        ("路面完好率达88.6%，高于全省平均2.7个百分点。", ["路面完好率为88.6%", "路面完好率高于全省平均2.7个百分点"]),
        ("入库率达47.2%，慢于序时进度2.8个百分点。", ["入库率为47.2%", "入库率慢于序时进度2.8个百分点"]),
        (
            "农林牧渔业总产值18.64亿元，其中渔业2.46亿元。",
            ["农林牧渔业总产值为18.64亿元", "渔业农林牧渔业总产值为2.46亿元"],
        ),
        ("外贸出口xx.x亿元，增长x.x%。", ["出口总额为xx.x亿元", "出口总额同比增速为x.x%"]),
    ],
)
def test_what_is_said_of_a_figure(tmp_path: Path, sentence: str, statements: list[str]) -> None:
    assert said(tmp_path, sentence) == statements


@pytest.mark.parametrize(
    ("sentence", "statement"),
    [
        ("2024年，力争财政总收入增长5%以上。", "财政总收入的目标为增长5%以上"),
        ("2024年，预期地区生产总值增长5.5—6%。", "地区生产总值的目标为增长5.5—6%"),
        ("2024年，确保城镇登记失业率控制在3.5%以内。", "城镇登记失业率的目标为3.5%以内"),
        ("2024年，计划新建学校6所。", "新建学校的目标为6所"),
    ],
)
def test_what_is_said_of_a_target(tmp_path: Path, sentence: str, statement: str) -> None:
    assert said(tmp_path, f"\n\n## 二、2024年工作打算\n\n{sentence}") == [statement]
