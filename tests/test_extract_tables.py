"""Tables whose columns measure different things of the same rows."""

from pathlib import Path

import pytest

from knowledge import ingest, lexicon
from knowledge.model import Measure

HARVEST = """# 松涛区农业农村局2022年工作总结

主要农产品情况见下表：

| 产品 | 产量（万吨） | 同比增长（%） | 产值（亿元） | 增长（%） |
| --- | --- | --- | --- | --- |
| 香菇 | 3.1 | 2.4 | 5.8 | 6.1 |
| 肉羊（万头） | 7.2 | -1.5 | 1.9 | 0.3 |
"""
SIGHTS = """# 松涛区文化旅游局2022年工作总结

主要景区接待情况见下表，门票收入比上年有增有减，其中两家景区因施工闭园，其余景区接待人次均超过上年同期。

| 景区 | 接待人次(万) | 同比增长(%) | 门票收入(万元) | 同比增长(%) |
| --- | --- | --- | --- | --- |
| 云岭 | 31.2 | 4.5 | 620 | -2.8 |
"""
WORKS = """# 松涛区交通局2022年上半年工作总结

上半年各领域项目有序推进，情况如下。

表2 分领域项目推进情况（单位：个、亿元、％）

| 领域 | 项目数 | 年度计划投资 | 完成投资 | 完成率 |
| --- | --- | --- | --- | --- |
| 水运 | 4 | 6.8 | 3.1 | 45.6 |
"""
PROGRESS = """# 松涛区交通局2022年上半年工作总结

| 项目名称 | 总投资(亿元) | 年度计划(亿元) | 1—6月完成(亿元) | 年度计划完成率(%) | 形象进度 |
| --- | --- | --- | --- | --- | --- |
| 茶山隧道 | 9.4 | 2.5 | 1.3 | 52.0 | 右洞贯通 |
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
        (
            SIGHTS,
            [
                ("云岭", "接待人次", "level", "31.2", "万人次"),
                ("云岭", "接待人次", "growth", "4.5", "%"),
                ("云岭", "门票收入", "level", "620", "万元"),
                ("云岭", "门票收入", "growth", "-2.8", "%"),
            ],
        ),
        (
            WORKS,
            [
                ("水运", "项目数", "level", "4", "个"),
                ("水运", "年度计划投资", "target", "6.8", "亿元"),
                ("水运", "完成投资", "level", "3.1", "亿元"),
                ("水运", "投资完成率", "rate", "45.6", "%"),
            ],
        ),
        (
            PROGRESS,
            [
                ("茶山隧道", "总投资", "level", "9.4", "亿元"),
                ("茶山隧道", "计划投资", "target", "2.5", "亿元"),
                ("茶山隧道", "完成投资", "level", "1.3", "亿元"),
                ("茶山隧道", "投资完成率", "rate", "52.0", "%"),
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


def test_a_table_is_of_the_document_s_time_unless_its_own_line_says_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "总结.md"
    for text, times in (
        (SIGHTS, {"2022"}),
        (WORKS, {"2022-01/2022-06", "2022"}),
        (PROGRESS, {"2022-01/2022-06", "2022"}),
    ):
        file.write_text(text, "utf-8")
        read = ingest.read_document(file, lexicon.load()).observations
        planned = {str(o.time_period) for o in read if o.measure is Measure.TARGET}
        assert planned <= {"2022"}
        assert {str(o.time_period) for o in read} == times
