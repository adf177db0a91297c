"""Charts are PNG pictures of the figures given: sizes, honesty about falls and masks, threads."""

import io
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal as D
from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont

from handlers.charts import CARD, FALL, FONT, MASK, RISE, Mark, bar_chart, period_label, progress_chart, trend_chart
from knowledge.model import Period

pytest.importorskip("matplotlib")


def pixels(png: bytes) -> tuple[int, int, set[str]]:
    """Width, height and the colours that occur."""
    from matplotlib.image import imread

    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    picture = (imread(io.BytesIO(png))[:, :, :3] * 255).round().astype(int)
    colours = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in {tuple(p) for row in picture[::3] for p in row[::3].tolist()}}
    return width, height, colours


SECTORS = [Mark("电子信息", D("41.6")), Mark("医化", D("24.5")), Mark("纺织", D("-5.6")), Mark("工艺", None, "xx.x")]


ODD = [[], [Mark("医化", None)], [Mark("医化", D(0))], [Mark("很长的行业名称" * 5, D("1e9"))]]


def test_bars_show_rises_falls_and_masks() -> None:
    width, height, colours = pixels(bar_chart("分行业增速", "%", SECTORS, "来源：总结"))
    assert width == 1080
    assert 400 < height < 700
    assert {RISE, FALL} <= colours


def test_only_rises_have_no_colour_of_falls() -> None:
    _, _, colours = pixels(bar_chart("分行业增速", "%", SECTORS[:2], "来源：总结"))
    assert RISE in colours
    assert FALL not in colours


def test_masked_values_are_hatched_not_drawn_as_zero() -> None:
    _, _, colours = pixels(bar_chart("分行业增速", "%", [SECTORS[3]], "来源：总结"))
    assert MASK in colours
    assert RISE not in colours


def test_trend_breaks_at_a_masked_point() -> None:
    marks = [Mark("一季度", D("-8.7")), Mark("上半年", None, "x.x"), Mark("全年", D("3.1"))]
    _, _, colours = pixels(trend_chart("走势", "%", marks, "来源：总结"))
    assert {RISE, FALL} <= colours


@pytest.mark.parametrize(("rate", "colour"), [("49.9", FALL), ("50", RISE), ("108.8", RISE)])
def test_progress_is_marked_behind_only_under_the_elapsed_share(rate: str, colour: str) -> None:
    _, _, colours = pixels(progress_chart("进度", [Mark("基站", D(rate))], D(50), "来源：总结"))
    assert colour in colours
    assert ({RISE, FALL} - {colour}).isdisjoint(colours)


@pytest.mark.parametrize("marks", ODD)
def test_odd_input_still_gives_a_picture(marks: list[Mark]) -> None:
    for draw in (bar_chart, trend_chart):
        assert draw("标题" * 40, "亿元", marks, "来源" * 60).startswith(b"\x89PNG")


WIDE = [
    [Mark("医化", D("-3.1")), Mark("橡塑", D("-22.8"), "", "约"), Mark("机械", None, "xx.xx")],
    [Mark(f"20{year}年{half}", D(30 + year * 7 % 23)) for year in range(10, 18) for half in ("上半年", "")],
    [Mark("2022年1—5月", D("40.1")), Mark("2023年1—5月", None, "x.x"), Mark("2024年1—5月", None)],
    [Mark("计算机通信和其他电子设备制造业", D("123456.78"), "", "超"), Mark("工艺", None)],
]


def progress_half(title: str, unit: str, marks: list[Mark], source: str) -> bytes:
    return progress_chart(title, marks, D(50), source)


@pytest.mark.parametrize("marks", WIDE)
@pytest.mark.parametrize("draw", [bar_chart, trend_chart, progress_half])
def test_nothing_is_cut_off_at_the_edges(draw: Callable[..., bytes], marks: list[Mark]) -> None:
    from matplotlib.image import imread

    picture = (imread(io.BytesIO(draw("标题", "亿元", marks, "来源")))[:, :, :3] * 255).round().astype(int)
    card = [int(CARD[at : at + 2], 16) for at in (1, 3, 5)]
    for edge in (picture[:, :12], picture[:, -12:], picture[:12], picture[-12:]):
        assert (edge == card).all()


def test_threads_draw_the_same_picture() -> None:
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda _: bar_chart("增速", "%", SECTORS, "来源"), range(4)))
    assert all(a == b for a, b in pairwise(pictures))


def test_font_has_simplified_traditional_and_signs() -> None:
    glyphs = TTFont(FONT).getBestCmap()
    assert all(ord(c) in glyphs for c in "医化行业增速醫藥塑橡產業增長，。％−—（）“”ABC123")


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("2021", "2021年"),
        ("2021-01/2021-06", "2021年上半年"),
        ("2021-01/2021-05", "2021年1—5月"),
        ("2022-04/2022-04", "2022年4月"),
        ("2016-01/2020-12", "2016—2020年"),
    ],
)
def test_period_label(period: str, label: str) -> None:
    assert period_label(Period.parse(period)) == label
