"""Workbooks and the shape of tables that all readers share."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
import xlwt

from knowledge.errors import LimitExceeded
from knowledge.model import Source
from knowledge.read import Limits, read_bytes
from knowledge.read.cells import shown
from knowledge.read.tables import is_figure, markdown


def _saved(workbook: openpyxl.Workbook, name: str = "指标.xlsx") -> Source:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return read_bytes(buffer.getvalue(), name)


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (0.123, "0.0%", "12.3%"),
        (-0.05, "0%", "-5%"),
        (0.0512, "0.00%;-0.00%", "5.12%"),
        (12.345, "0.00", "12.35"),
        (1234567.8, "#,##0.0", "1234567.8"),
        (1234567.8, "#,##0", "1234568"),
        (0.1 + 0.2, "General", "0.3"),
        (5, "General", "5"),
        (5.0, "General", "5"),
        (1e12, "General", "1000000000000"),
        (5.50, "0.0#", "5.5"),
        (12.5, '0.0"亿元"', "12.5亿元"),
        (12.5, "0.0_ ", "12.5"),
        (12.5, "#,##0.00_);[Red](#,##0.00)", "12.50"),
        (date(2023, 6, 1), 'yyyy"年"m"月"', "2023年6月"),
        (date(2023, 6, 1), "yyyy-mm-dd", "2023年6月1日"),
        (date(2023, 6, 1), "mmm", "6月"),
        (" 规上 工业\n增加值 ", "General", "规上工业增加值"),
        (None, "0.0", ""),
        (float("nan"), "0.0", ""),
    ],
)
def test_cells_are_shown_as_the_sheet_shows_them(value: object, pattern: str, text: str) -> None:
    assert shown(value, pattern) == text


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("12.5", True),
        ("-3%", True),
        ("xx.xx", True),
        ("—", True),
        ("2021", False),
        ("1—6月", False),
        ("同比", False),
        ("", False),
    ],
)
def test_what_counts_as_a_figure(text: str, figure: bool) -> None:
    assert is_figure(text) is figure


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [["指标", "2022", "2023"], ["产值", "5", "6"]],
            ["| 指标 | 2022 | 2023 |", "| --- | --- | --- |", "| 产值 | 5 | 6 |"],
        ),
        (
            [["指标", "单位", "数值"], ["甲", "乙", "1"], ["产值", "亿元", "6"]],
            ["| 指标 | 单位 | 数值 |", "| --- | --- | --- |", "| 产值 | 亿元 | 6 |"],
        ),
        (
            [
                ["填报单位：某局", "", "单位：亿元"],
                ["指标", "本月", "累计"],
                ["产值", "5", "6"],
                ["注：快报数。", "", ""],
            ],
            [
                "填报单位：某局　单位：亿元",
                "| 指标 | 本月 | 累计 |",
                "| --- | --- | --- |",
                "| 产值 | 5 | 6 |",
                "注：快报数。",
            ],
        ),
        ([["责任单位", "任务"], ["某局", "建成水库"]], ["| 责任单位 | 任务 |", "| --- | --- |", "| 某局 | 建成水库 |"]),
        ([["指标", "", "值"], ["a|b", "", "5"]], ["| 指标 | 值 |", "| --- | --- |", "| a｜b | 5 |"]),
        ([["只有一列"], ["第二行"]], ["只有一列", "第二行"]),
        ([["", ""]], []),
    ],
)
def test_grids_become_tables(rows: list[list[str]], lines: list[str]) -> None:
    assert markdown(rows) == lines


def test_a_statistical_table_with_all_that_offices_put_in_it() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "主要指标"
    for row in (
        ["临江县2023年上半年主要经济指标", None, None, None],
        [None, None, None, "单位：亿元"],
        ["指标", "上半年", None, "6月"],
        [None, "绝对值", "增速", "绝对值"],
        ["一、工业", None, None, None],
        ["规上工业增加值", 123.456, 0.052, 20.1],
        ["注：增速按可比价计算。", None, None, None],
    ):
        sheet.append(row)
    for area in ("A1:D1", "A3:A4", "B3:C3", "A5:D5", "A7:D7"):
        sheet.merge_cells(area)
    sheet["B6"].number_format, sheet["C6"].number_format = "0.00", "0.0%"
    assert _saved(workbook).text.split("\n") == [
        "主要指标",
        "临江县2023年上半年主要经济指标",
        "单位：亿元",
        "| 指标 | 上半年 绝对值 | 上半年 增速 | 6月 绝对值 |",
        "| --- | --- | --- | --- |",
        "| 一、工业 |  |  |  |",
        "| 规上工业增加值 | 123.46 | 5.2% | 20.1 |",
        "注：增速按可比价计算。",
    ]


def test_sheets_stand_under_their_names_and_hidden_ones_are_left_out() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "全县"
    for title in ("分乡镇", "草稿"):
        workbook.create_sheet(title)
    for sheet in workbook:
        sheet.append(["指标", "数值", "内部"])
        sheet.append(["投资", 5, 9])
        sheet.append([])
        sheet.append(["问题", "个数"])
        sheet.append(["资金", 2])
    workbook["草稿"].sheet_state = "hidden"
    for sheet in workbook:
        sheet.column_dimensions["C"].hidden = True
    block = ["| 指标 | 数值 |", "| --- | --- |", "| 投资 | 5 |", "| 问题 | 个数 |", "| --- | --- |", "| 资金 | 2 |"]
    assert _saved(workbook).text.split("\n") == ["全县", *block, "分乡镇", *block]


def test_formulas_without_results_are_reported() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["投资", 5])
    workbook.active.append(["合计", "=SUM(B1:B1)"])
    (note,) = _saved(workbook).notes
    assert "1 个公式没有保存计算结果" in note


def test_old_workbooks_are_shown_by_their_formats_too() -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, 2, "主要指标")
    for x, text in enumerate(("指标", "数值（亿元）", "增速")):
        sheet.write(1, x, text)
    percent = xlwt.easyxf(num_format_str="0.0%")
    for x, (value, style) in enumerate([("投资", None), (12.5, None), (0.081, percent)]):
        sheet.write(2, x, value, style) if style else sheet.write(2, x, value)
    workbook.add_sheet("草稿").visibility = 1
    buffer = io.BytesIO()
    workbook.save(buffer)
    source = read_bytes(buffer.getvalue(), "指标.et")
    assert source.text.split("\n") == [
        "主要指标",
        "| 指标 | 数值（亿元） | 增速 |",
        "| --- | --- | --- |",
        "| 投资 | 12.5 | 8.1% |",
    ]


def test_too_many_sheets() -> None:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("二")
    buffer = io.BytesIO()
    workbook.save(buffer)
    with pytest.raises(LimitExceeded, match="2 张表"):
        read_bytes(buffer.getvalue(), "a.xlsx", Limits(max_pages=1))
