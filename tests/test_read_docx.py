"""Word documents: automatic numbers, tracked changes, tables, notes, what is hidden."""
# ruff: noqa: E501 - XML reads better unbroken

import pytest
from word_files import level, lists, p, word_file

from knowledge.errors import BrokenFile, EmptyDocument
from knowledge.read import read_bytes
from knowledge.read.ordinals import ordinal

_OFFICE = (
    level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.")
)


def _lines(body: str, **parts: str) -> list[str]:
    return read_bytes(word_file(body, **parts), "总结.docx").text.split("\n")


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "numbers", "shown"),
    [
        (
            "chineseCountingThousand",
            (1, 10, 11, 20, 21, 99, 100, 101, 110, 1000),
            "一 十 十一 二十 二十一 九十九 一百 一百零一 一百一十 一千",
        ),
        ("japaneseCounting", (3, 12, 30), "三 十二 三十"),
        ("ideographDigital", (1, 10, 21, 105), "一 一〇 二一 一〇五"),
        ("chineseLegalSimplified", (1, 12, 20), "壹 壹拾贰 贰拾"),
        ("ideographTraditional", (1, 10, 11), "甲 癸 11"),
        ("decimalEnclosedCircleChinese", (1, 20, 21), "① ⑳ 21"),
        ("decimalEnclosedParen", (2,), "⑵"),
        ("decimalFullWidth", (12,), "１２"),
        ("decimalZero", (3, 12), "03 12"),
        ("upperRoman", (4, 9, 14), "IV IX XIV"),
        ("lowerLetter", (1, 26, 27), "a z aa"),
        ("somethingNew", (7,), "7"),
    ],
)
def test_number_formats(style: str, numbers: tuple[int, ...], shown: str) -> None:
    assert " ".join(ordinal(number, style) for number in numbers) == shown


def test_levels_count_and_restart_as_word_shows_them() -> None:
    body = "".join(
        p(text, num=(1, at))
        for text, at in [
            ("总体", 0),
            ("投资", 1),
            ("水库", 2),
            ("泵站", 2),
            ("供水", 1),
            ("水厂", 2),
            ("问题", 0),
            ("资金", 1),
        ]
    )
    assert _lines(body, numbering=lists(_OFFICE)) == [
        "一、总体",
        "（一）投资",
        "1.水库",
        "2.泵站",
        "（二）供水",
        "1.水厂",
        "二、问题",
        "（一）资金",
    ]


def test_body_text_between_items_does_not_restart_a_list() -> None:
    body = p("甲", num=(1, 0)) + p("正文。") + p("乙", num=(1, 0))
    assert _lines(body, numbering=lists(_OFFICE)) == ["一、甲", "正文。", "二、乙"]


def test_two_lists_of_one_definition_go_on_unless_they_override_the_start() -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(p(text, num=(num, 0)) for text, num in [("甲", 1), ("乙", 2), ("丙", 3), ("丁", 3), ("戊", 1)])
    assert _lines(body, numbering=lists(_OFFICE, nums=nums)) == ["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]


def test_a_list_can_start_later_and_show_upper_levels() -> None:
    chapters = level(0, "chineseCounting", "第%1章", start=3) + level(1, "decimal", "%1.%2", extra="<w:isLgl/>")
    body = p("总则", num=(1, 0)) + p("范围", num=(1, 1)) + p("时间", num=(1, 1))
    assert _lines(body, numbering=lists(chapters)) == ["第三章 总则", "3.1 范围", "3.2 时间"]


def test_numbers_come_from_styles_and_their_parents_too() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="3"><w:name w:val="own"/><w:basedOn w:val="2"/></w:style>'
    )
    body = p("主要工作", style="1") + p("投资", style="2") + p("供水", style="3") + p("问题", style="1")
    no_number = '<w:p><w:pPr><w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr><w:r><w:t>附件</w:t></w:r></w:p>'
    assert _lines(body + no_number, numbering=lists(_OFFICE), styles=styles) == [
        "一、主要工作",
        "（一）投资",
        "（二）供水",
        "二、问题",
        "附件",
    ]


def test_a_style_finds_its_level_by_the_list_that_names_it() -> None:
    bound = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%2.", extra='<w:pStyle w:val="9"/>')
    styles = '<w:style w:type="paragraph" w:styleId="9"><w:name w:val="own"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    assert _lines(p("投资", style="9") + p("供水", style="9"), numbering=lists(bound), styles=styles) == [
        "1.投资",
        "2.供水",
    ]


def test_bullets_and_empty_paragraphs_show_nothing_but_empty_ones_count() -> None:
    numbering = lists(level(0, "bullet", "\uf0b7"), _OFFICE)
    body = p("投资", num=(1, 0)) + p("", num=(2, 0)) + p("供水", num=(2, 0))
    assert _lines(body, numbering=numbering) == ["投资", "二、供水"]


# -- text --------------------------------------------------------------------------------------------------------------


def _r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("inner", "lines"),
    [
        (
            f"{_r('投资')}<w:del><w:r><w:delText>5</w:delText></w:r></w:del><w:ins>{_r('6')}</w:ins>{_r('亿元')}",
            ["投资6亿元"],
        ),
        (f"<w:moveFrom>{_r('旧')}</w:moveFrom><w:moveTo>{_r('新')}</w:moveTo>", ["新"]),
        (f"<w:ins><w:del>{_r('又删了')}</w:del>{_r('留下')}</w:ins>", ["留下"]),
        (_r("投资") + _r("内部9亿元", "<w:vanish/>") + _r("5亿元", "<w:vanish w:val='0'/>"), ["投资5亿元"]),
        (f'{_r("见")}<w:hyperlink r:id="r9">{_r("附件")}</w:hyperlink>', ["见附件"]),
        (f"{_r('一')}<w:r><w:br/></w:r>{_r('二')}<w:r><w:br w:type='page'/></w:r>{_r('三')}", ["一", "二三"]),
        (f"{_r('1')}<w:r><w:noBreakHyphen/></w:r>{_r('6月')}<w:r><w:softHyphen/></w:r>", ["1-6月"]),
        (f"<w:smartTag>{_r('青河')}</w:smartTag><w:sdt><w:sdtContent>{_r('县')}</w:sdtContent></w:sdt>", ["青河县"]),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE 99亿元</w:instrText>'
            f'<w:fldChar w:fldCharType="separate"/></w:r>{_r("2023年")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            ["2023年"],
        ),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>xìn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>信</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            ["信"],
        ),
        (
            f"{_r('正文')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{p('框内5亿元')}"
            f"</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{p('框内5亿元')}"
            "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            ["正文", "框内5亿元"],
        ),
    ],
)
def test_what_is_read_of_a_paragraph(inner: str, lines: list[str]) -> None:
    assert _lines(f"<w:p>{inner}</w:p>") == lines


def test_a_deleted_paragraph_end_joins_the_next_paragraph() -> None:
    first = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{_r('投资')}</w:p>"
    assert _lines(first + p("5亿元")) == ["投资5亿元"]


def test_notes_stand_apart_and_heads_and_feet_are_left_out() -> None:
    def mark(kind: str, key: int) -> str:
        return f'<w:r><w:{kind}Reference w:id="{key}"/></w:r>'

    footnotes = f'<w:footnote w:type="separator" w:id="-1">{p("---")}</w:footnote><w:footnote w:id="2">{p("快报数。")}</w:footnote><w:footnote w:id="3">{p("不含农户。")}</w:footnote>'
    endnotes = f'<w:endnote w:id="1">{p("见年鉴。")}</w:endnote>'
    body = f"<w:p>{_r('投资5亿元')}{mark('footnote', 3)}{mark('endnote', 1)}{_r('，增长3%')}{mark('footnote', 2)}</w:p>"
    data = word_file(body, footnotes=footnotes, endnotes=endnotes, header=p("内部资料 9亿元"), footer=p("第1页"))
    source = read_bytes(data, "a.docx")
    assert source.text == "投资5亿元，增长3%"
    assert source.notes == ("不含农户。", "快报数。", "见年鉴。")


def test_contents_lists_are_left_out() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>"
    )
    assert _lines(control + p("一、投资	3", style="T1") + p("正文"), styles=styles) == ["正文"]


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("Title", "2023年总结", "2023年总结"),
        ("heading 1", "2023年总结", "2023年总结"),
        ("heading 1", "一、投资", None),
        ("Normal", "2023年总结", None),
    ],
)
def test_title_comes_from_the_title_or_first_heading_style(name: str, text: str, title: str | None) -> None:
    styles = f'<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{name}"/></w:style>'
    assert read_bytes(word_file(p(text, style="a") + p("正文"), styles=styles), "a.docx").title == title


# -- tables ------------------------------------------------------------------------------------------------------------


def _tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def _tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_table_with_merged_cells_stands_in_order() -> None:
    table = _tbl(
        _tc("指标", '<w:vMerge w:val="restart"/>') + _tc("上半年", '<w:gridSpan w:val="2"/>'),
        _tc("", "<w:vMerge/>") + _tc("绝对值（亿元）") + _tc("增速（%）"),
        _tc("水利投资") + _tc("12.5") + _tc("8.1"),
    )
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + _tc("供水量") + _tc("9.9") + _tc("9.9") + "</w:tr></w:tbl>"
    deleted = table.replace("</w:tbl>", gone)
    expected = [
        "前",
        "| 指标 | 上半年 绝对值（亿元） | 上半年 增速（%） |",
        "| --- | --- | --- |",
        "| 水利投资 | 12.5 | 8.1 |",
        "后",
    ]
    assert _lines(p("前") + table + p("后")) == expected
    assert _lines(p("前") + deleted + p("后")) == expected


def test_a_frame_of_one_cell_is_text() -> None:
    assert _lines(_tbl(_tc("投资5亿元。"))) == ["投资5亿元。"]


def test_column_of_automatic_numbers() -> None:
    rows = [
        f"<w:tc>{p(' ', num=(1, 0)).replace(' </w:t>', '</w:t>')}</w:tc>{_tc(name)}{_tc(figure)}"
        for name, figure in [("甲", "5"), ("乙", "6")]
    ]
    table = _tbl(_tc("序号") + _tc("项目") + _tc("投资"), *rows)
    assert _lines(table, numbering=lists(level(0, "decimal", "%1")))[2:] == ["| 1 | 甲 | 5 |", "| 2 | 乙 | 6 |"]


# -- odd files ---------------------------------------------------------------------------------------------------------


def test_strict_documents_are_read() -> None:
    data = word_file(
        p("投资", num=(1, 0)), namespace="http://purl.oclc.org/ooxml/wordprocessingml/main", numbering=lists(_OFFICE)
    )
    assert read_bytes(data, "a.docx").text == "一、投资"


def test_content_tells_and_not_the_name() -> None:
    assert read_bytes(word_file(p("投资5亿元")), "总结.txt").text == "投资5亿元"


def test_empty_and_broken_documents() -> None:
    with pytest.raises(EmptyDocument):
        read_bytes(word_file(p("")), "a.docx")
    with pytest.raises(BrokenFile, match="另存"):
        read_bytes(word_file("<w:p>"), "a.docx")
    with pytest.raises(BrokenFile, match="另存"):
        read_bytes(word_file(p("投资5亿元") * 500)[:-200], "a.docx")


# -- what other programs put around text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inline", "shown"),
    [
        ("<w:r><w:t>增长</w:t><w:noBreakHyphen/><w:t>5%</w:t></w:r>", "增长-5%"),
        ("<w:r><w:t>一</w:t><w:tab/><w:t>二</w:t></w:r>", "一\t二"),
        ("<w:smartTag><w:r><w:t>甲县</w:t></w:r></w:smartTag><w:r><w:t>产值</w:t></w:r>", "甲县产值"),
        ("<w:sdt><w:sdtContent><w:r><w:t>31.2</w:t></w:r></w:sdtContent></w:sdt>", "31.2"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>批注</w:t></w:r><w:r><w:t>正文</w:t></w:r>", "正文"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>正文</w:t></w:r>', "正文"),
        ('<w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>暗</w:t></w:r><w:r><w:t>明</w:t></w:r>', "明"),
        ("<w:del><w:r><w:t>旧</w:t></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>", "新"),
        (
            '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>x=5</m:t></m:r></m:oMath>',
            "x=5",
        ),
        (
            "<mc:AlternateContent><mc:Choice/><mc:Fallback><w:r><w:t>退</w:t></w:r></mc:Fallback></mc:AlternateContent>",
            "退",
        ),
        ("<mc:AlternateContent></mc:AlternateContent><w:r><w:t>余</w:t></w:r>", "余"),
        ("<!-- 注 --><w:r><w:t>文</w:t></w:r>", "文"),
    ],
)
def test_what_stands_within_a_paragraph(inline: str, shown: str) -> None:
    hidden = '<w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert _lines(f"<w:p>{inline}</w:p>", styles=hidden) == [shown]


def test_rows_and_cells_within_controls_are_read_and_a_list_of_contents_is_not() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    head = f"<w:tr>{cell.format('镇')}{cell.format('产值')}</w:tr>"
    row = f"<w:tr>{cell.format('甲镇')}{control.format(cell.format('5.2'))}</w:tr>"
    gallery = "<w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
    contents = f"<w:sdt>{gallery}<w:sdtContent>{p('目录 3')}</w:sdtContent></w:sdt>"
    body = f"{contents}{control.format(p('投资稳定。'))}<w:tbl>{head}{control.format(row)}</w:tbl>"
    assert _lines(body) == ["投资稳定。", "| 镇 | 产值 |", "| --- | --- |", "| 甲镇 | 5.2 |"]


def test_a_list_of_a_style_that_stands_on_another() -> None:
    styles = (
        '<w:style w:styleId="a"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
        '<w:style w:styleId="c"><w:basedOn w:val="c"/></w:style>'
    )
    body = p("投资", style="b") + p("供水", style="b") + p("正文", style="c")
    assert _lines(body, styles=styles, numbering=lists(_OFFICE)) == ["（一）投资", "（二）供水", "正文"]


@pytest.mark.parametrize("opening", ["<w:sdt><w:sdtContent>", "<w:customXml>"])
def test_a_file_that_nests_without_end_is_refused(opening: str) -> None:
    closing = opening.replace("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>").replace(
        "<w:customXml>", "</w:customXml>"
    )
    with pytest.raises(BrokenFile):
        _lines(opening * 120 + p("深") + closing * 120)
