"""Summaries of invented counties, any number of any length: where many are needed, or no real ones are there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_FIRST, _SECOND = "柏松桐杉榆槐枫桂梅兰竹荷莲菊芦苇", "岭溪川湖河泽山原坪港洲浦塘峪湾"
PLACES = tuple(f"{one}{two}县" for one in _FIRST for two in _SECOND)
_BUREAUS = ("经济和信息化局", "水务局", "商务局", "农业农村局", "统计局", "交通运输局")
_SECTORS = (
    "医药化工", "橡塑", "机械", "纺织", "食品", "建材", "竹木", "水晶", "汽车零部件", "电子信息",
    "新材料", "五金", "造纸", "家具", "水产", "茶叶", "物流", "旅游", "软件", "环保",
)  # fmt: skip
_WHAT = ("产值", "增加值", "销售收入", "利润总额", "税收", "出口额", "投资", "用电量")
_UNIT = {"用电量": "亿千瓦时", "出口额": "亿美元"}
_PLANS = ("小微企业园", "数字化改造", "水库除险加固", "农村公路", "标准厂房", "污水处理厂", "老旧小区改造", "冷链中心")
_WOES = ("用工紧张", "成本上升", "用地不足", "融资困难", "订单减少", "技术人才短缺")


def summary(place: str, year: int, sentences: int = 60) -> str:
    """The yearly summary of a place's bureau as Markdown."""
    chance = random.Random(f"{place}{year}")  # noqa: S311 - the same text each time
    bureau = f"{place}{_BUREAUS[PLACES.index(place) % len(_BUREAUS)] if place in PLACES else _BUREAUS[0]}"
    lines = [f"# {bureau}{year}年工作总结", ""]
    added, growth = chance.uniform(20, 900), chance.uniform(1, 15)
    lines += ["## 一、主要指标", "", f"{year}年，全县地区生产总值{added:.2f}亿元，同比增长{growth:.1f}%，"
              f"增速居全市第{chance.randint(1, 9)}位。", ""]  # fmt: skip
    lines += [_paragraph(chance, year) for _ in range(max(1, sentences // 5))]
    lines += ["", "## 二、重点工作", ""]
    lines += [_plan(chance, number) for number in range(max(2, sentences // 12))]
    lines += ["", "## 三、存在困难", ""]
    lines += [_woe(chance, number) for number in range(3)]
    return "\n".join(lines) + "\n"


def _paragraph(chance: random.Random, year: int) -> str:
    return "".join(_figure(chance, year) for _ in range(4)) + "\n"


def _figure(chance: random.Random, year: int) -> str:
    sector, what = chance.choice(_SECTORS), chance.choice(_WHAT)
    value, rate = chance.uniform(0.5, 300), chance.uniform(-12, 25)
    moved = f"同比{'增长' if rate >= 0 else '下降'}{abs(rate):.1f}%"
    share = f"，占全县的{chance.uniform(1, 30):.1f}%" if chance.random() < 0.3 else ""
    when = chance.choice((f"{year}年", "全年", "1—12月，", ""))
    return f"{when}{sector}行业{what}{value:.2f}{_UNIT.get(what, '亿元')}，{moved}{share}。"


def _plan(chance: random.Random, number: int) -> str:
    what = chance.choice(_PLANS)
    done = chance.uniform(20, 100)
    cost, firms = chance.uniform(0.3, 40), chance.randint(3, 400)
    return (
        f"{_nth(number)}是推进{what}建设。全年完成投资{cost:.2f}亿元，完成年度计划的{done:.1f}%，涉及企业{firms}家。\n"
    )


def _woe(chance: random.Random, number: int) -> str:
    woe = _WOES[(number * 2 + chance.randint(0, 1)) % len(_WOES)]
    return f"{_nth(number)}是{woe}。涉及企业{chance.randint(5, 90)}家，同比多{chance.randint(1, 9)}家。\n"


def _nth(number: int) -> str:
    return "一二三四五六七八九十"[number % 10]


def summaries(count: int, sentences: int = 60) -> Iterator[tuple[str, str]]:
    """(file name, text) of so many summaries: every place's year by year."""
    for number in range(count):
        place, year = PLACES[number % len(PLACES)], 2025 - number // len(PLACES)
        yield f"{place}-{year}.md", summary(place, year, sentences)


def write_into(folder: Path, count: int) -> list[Path]:
    """So many summaries as files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in summaries(count):
        paths.append(folder / name)
        paths[-1].write_text(text, "utf-8")
    return paths
