"""PDF and OFD: lines into paragraphs, tables, running heads, notes; what is not read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import documents
import ofd_files
import pytest
from box_font import box_font
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

import knowledge.read
from knowledge.errors import ScannedFile
from knowledge.model import Source
from knowledge.read import read_bytes
from knowledge.read.layout import Glyph, Page, flow
from knowledge.read.ofd import _steps

# ruff: noqa: E501 - a paragraph is one line
_LONG = "全县完成水利投资12.36亿元，同比增长15.2%，完成年度计划的58.7%，居全市第3位；新开工项目17个，较上年同期多4个，累计争取上级资金2.08亿元。"
FONT = Path(knowledge.read.__file__).parent / "fonts" / "box.ttf"
_ROWS = [
    ["乡镇", "投资（亿元）", "增速（%）"],
    *([f"第{number}镇", f"{number}.5", f"{number - 20}.1"] for number in range(1, 60)),
]


def _drawn(draw: Callable[[Canvas], None]) -> Source:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("STSong-Light", 15)
    draw(canvas)
    canvas.save()
    return read_bytes(buffer.getvalue(), "a.pdf")


@pytest.mark.parametrize("make", [documents.pdf_file, ofd_files.lines_file, ofd_files.pieces_file])
def test_paragraphs_and_tables_go_on_over_pages(make: Callable[[list[documents.Block]], bytes]) -> None:
    blocks = [("text", _LONG)] * 25 + [("table", _ROWS)] + [("text", _LONG * 9)]
    assert read_bytes(make(blocks), "a").text.split("\n") == documents.expected(blocks)


def test_what_is_no_text_of_the_page_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        for number in (1, 2, 3):
            canvas.setFont("STSong-Light", 10)
            canvas.drawString(72, 805, "某某县文件")
            canvas.drawCentredString(297, 30, f"第{number}页 共3页")
            canvas.setFont("STSong-Light", 15)
            canvas.drawString(102, 700, f"第{number}季度投资5亿元。")
            canvas.saveState()
            canvas.translate(200, 300)
            canvas.rotate(45)
            canvas.drawString(0, 0, "内部资料99亿元")
            canvas.restoreState()
            canvas.showPage()
            canvas.setFont("STSong-Light", 15)

    assert _drawn(draw).text.split("\n") == ["第1季度投资5亿元。", "第2季度投资5亿元。", "第3季度投资5亿元。"]


def test_notes_at_the_foot_and_raised_marks_do_not_touch_figures() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "全县完成水利投资12.5亿元，同比增长8.1%")
        width = pdfmetrics.stringWidth("全县完成水利投资12.5亿元，同比增长8.1%", "STSong-Light", 15)
        canvas.setFont("STSong-Light", 8)
        canvas.drawString(72 + width, 708, "1")
        canvas.drawString(72, 120, "1 增速按可比价格计算，口径与上年一致，")
        canvas.drawString(72, 108, "未含农户投资。")
        canvas.setFont("STSong-Light", 15)
        canvas.drawString(72 + width + 5, 700, "，居全市第3位。")

    source = _drawn(draw)
    assert source.text == "全县完成水利投资12.5亿元，同比增长8.1%，居全市第3位。"
    assert source.notes == ("1增速按可比价格计算，口径与上年一致，未含农户投资。",)


def test_columns_without_rules_become_a_table() -> None:
    def draw(canvas: Canvas) -> None:
        for row, texts in enumerate(
            [("指标", "上半年", "增速（%）"), ("水利投资", "12.5", "8.1"), ("供水量", "3215", "-2.4")]
        ):
            for column, text in enumerate(texts):
                canvas.drawString(90 + 150 * column, 700 - 24 * row, text)

    assert _drawn(draw).text.split("\n") == [
        "| 指标 | 上半年 | 增速（%） |",
        "| --- | --- | --- |",
        "| 水利投资 | 12.5 | 8.1 |",
        "| 供水量 | 3215 | -2.4 |",
    ]


def test_pieces_of_one_character_whose_font_is_not_in_the_file_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        x = 72.0
        for char in "全县有水库7座，增长5%。":
            canvas.drawString(x, 700, char)
            x += pdfmetrics.stringWidth(char, "STSong-Light", 15)

    assert _drawn(draw).text == "全县有水库7座，增长5%。"


def test_the_font_of_boxes_is_as_its_recipe_makes_it() -> None:
    assert FONT.read_bytes() == box_font()


def test_merged_cells_of_a_ruled_table_are_filled() -> None:
    from reportlab.platypus import SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    rows = [["指标", "上半年", ""], ["", "绝对值", "增速"], ["投资", "12.5", "8.1%"], ["用水", "7", "-1%"]]
    style = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build([Table(rows, style=[*style, ("FONT", (0, 0), (-1, -1), "STSong-Light", 12)])])
    assert read_bytes(buffer.getvalue(), "a.pdf").text.split("\n") == [
        "| 指标 | 上半年 绝对值 | 上半年 增速 |",
        "| --- | --- | --- |",
        "| 投资 | 12.5 | 8.1% |",
        "| 用水 | 7 | -1% |",
    ]


def test_a_page_turned_on_its_side_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        canvas.drawString(100, 400, "水利投资12.5亿元，")
        canvas.drawString(100, 374, "增长8.1%。")

    assert "".join(_drawn(draw).text.split("\n")) == "水利投资12.5亿元，增长8.1%。"


# -- the layout rules, without a file ----------------------------------------------------------------------------------


def _typed(lines: list[tuple[float, float, str]], size: float = 10) -> Page:
    """A page of lines at (indent in characters, line number): each character `size` wide, Latin half of it."""
    page = Page(400, 800)
    for indent, number, text in lines:
        x, top = 50 + indent * size, 100 + number * 20
        for char in text:
            width = size / 2 if char < "\u2000" else size
            page.glyphs.append(Glyph(char, x, top, x + width, top + size))
            x += width
    return page


_FULL = "全县上下紧扣目标任务统筹推进重点工程和民生保障各项工作有"  # 28 characters fill a line


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        ([(2, 0, _FULL[:26]), (0, 1, _FULL), (0, 2, "序。")], [_FULL[:26] + _FULL + "序。"]),
        ([(2, 0, _FULL[:26]), (0, 1, "序。"), (2, 2, "下一步。")], [_FULL[:26] + "序。", "下一步。"]),
        ([(2, 0, _FULL[:25] + "。"), (2, 1, "又一段。"), (0, 2, _FULL)], [_FULL[:25] + "。", "又一段。", _FULL]),
        (
            [(0, 0, _FULL), (0, 1, _FULL[:24]), (0, 2, "12345.6亿元。"), (0, 3, _FULL)],
            [_FULL + _FULL[:24] + "12345.6亿元。", _FULL],
        ),
        (
            [(0, 0, _FULL), (0, 1, "无缩进的段落。"), (0, 2, _FULL), (0, 3, "完。")],
            [_FULL + "无缩进的段落。", _FULL + "完。"],
        ),
        (
            [(0, 0, _FULL[:27] + "。"), (0, 1, "（一）" + _FULL[:25]), (0, 2, "完。")],
            [_FULL[:27] + "。", "（一）" + _FULL[:25] + "完。"],
        ),
    ],
)
def test_lines_become_paragraphs(lines: list[tuple[float, float, str]], paragraphs: list[str]) -> None:
    assert list(flow([_typed(lines)]).lines) == paragraphs


# -- OFD ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "steps"),
    [("", []), ("5 5", [5, 5]), ("g 3 2.5", [2.5] * 3), ("1 g 2 2 3", [1, 2, 2, 3]), ("g 2", [2]), ("x 4", [4])],
)
def test_distances_between_characters(written: str, steps: list[float]) -> None:
    assert _steps(written) == steps


def test_all_documents_of_a_file_are_read_in_order() -> None:
    blocks = [("title", "临江县水务局2023年工作总结"), ("text", _LONG)]
    assert read_bytes(ofd_files.lines_file(blocks, 3), "a.ofd").text.split("\n") == documents.expected(blocks * 3)


def test_an_ofd_of_pictures_is_a_scan() -> None:
    page = (
        '<Page xmlns="x"><Content><Layer><ImageObject ResourceID="1" Boundary="0 0 210 297"/></Layer></Content></Page>'
    )
    parts = {
        "OFD.xml": "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>",
        "D/Document.xml": '<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>',
        "D/P.xml": page,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with pytest.raises(ScannedFile, match="扫描件"):
        read_bytes(buffer.getvalue(), "a.ofd")
