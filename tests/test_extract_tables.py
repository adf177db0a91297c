"""Tables whose columns measure different things of the same rows."""

from pathlib import Path

import pytest

from knowledge import ingest, lexicon

HARVEST = """# 松涛区农业农村局2022年工作总结

主要农产品情况见下表：

| 产品 | 产量（万吨） | 同比增长（%） | 产值（亿元） | 增长（%） |
| --- | --- | --- | --- | --- |
| 香菇 | 3.1 | 2.4 | 5.8 | 6.1 |
| 肉羊（万头） | 7.2 | -1.5 | 1.9 | 0.3 |
"""
INDICATORS = """# 松涛区统计局2022年工作总结

| 指标 | 绝对数（亿元） | 同比增长（%） |
| --- | --- | --- |
| 工业投资 | 21.4 | 9.7 |
"""


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            HARVEST,
            [
                ("香菇", "产量", "level", "3.1", "万吨"),
                ("香菇", "产量", "growth", "2.4", "%"),
                ("香菇", "产值", "level", "5.8", "亿元"),
                ("香菇", "产值", "growth", "6.1", "%"),
                ("肉羊", "产量", "level", "7.2", "万头"),
                ("肉羊", "产量", "growth", "-1.5", "%"),
                ("肉羊", "产值", "level", "1.9", "亿元"),
                ("肉羊", "产值", "growth", "0.3", "%"),
            ],
        ),
        (INDICATORS, [(None, "工业投资", "level", "21.4", "亿元"), (None, "工业投资", "growth", "9.7", "%")]),
    ],
)
def test_each_column_says_what_it_measures(
    tmp_path: Path, text: str, figures: list[tuple[str | None, str, str, str, str]]
) -> None:
    file = tmp_path / "总结.md"
    file.write_text(text, "utf-8")
    read = ingest.read_document(file, lexicon.load()).observations
    assert [(o.activity, o.indicator, o.measure.value, str(o.value), o.unit) for o in read] == figures


def test_a_period_that_is_compared_with_does_not_carry_on(tmp_path: Path) -> None:
    file = tmp_path / "汇报.md"
    lines = "# 松涛区2024年一季度文旅工作总结\n\n"
    lines += "一季度接待游客61.2万人次，恢复到2019年同期的104.6%。景区门票收入231万元。\n"
    file.write_text(lines, "utf-8")
    read = ingest.read_document(file, lexicon.load()).observations
    assert {str(o.time_period) for o in read} == {"2024-01/2024-03"}
