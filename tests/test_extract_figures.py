"""Figures of sentences, tables and whole texts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from figures import TITLE, read_sentence, read_text, row
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Measure, ObsStatus

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[object]:
    return [pytest.param(case, id=case["name"]) for case in tomllib.loads((CASES / name).read_text("utf-8"))["case"]]


@pytest.mark.parametrize("case", cases("observations.toml"))
def test_sentence(case: dict[str, object]) -> None:
    assert [row(obs) for obs in read_sentence(str(case["text"]), str(case["section"]))] == case["expect"]


@pytest.mark.xfail(strict=True)
@pytest.mark.parametrize("case", cases("observations-known-failures.toml"))
def test_known_failure(case: dict[str, object]) -> None:
    assert [row(obs) for obs in read_sentence(str(case["text"]), str(case["section"]))] == case["expect"]


def test_table_rows_take_measure_and_unit_from_the_heads() -> None:
    table = (
        "分行业情况如下：\n\n"
        "| 行业 | 规上产值（亿元） | 同比增长（%） | 占比（%） |\n| --- | --- | --- | --- |\n"
        "| 茶机 | 18.60 | -2.4 | 31.5 |\n| 合计 | 59.05 | 4.1 | 100.0 |\n"
    )
    found = [row(obs) for obs in read_text(f"{TITLE}\n\n## 一、上半年工业运行情况\n\n{table}").observations]
    half = "2023-01/2023-06"
    assert found == [
        f"规模以上工业总产值 | 茶机 | level | 18.60 | 亿元 | exact | {half}",
        f"规模以上工业总产值 | 茶机 | growth | -2.4 | % | exact | {half}",
        f"规模以上工业总产值占比 | 茶机 | rate | 31.5 | % | exact | {half}",
        f"规模以上工业总产值 | - | level | 59.05 | 亿元 | exact | {half}",
        f"规模以上工业总产值 | - | growth | 4.1 | % | exact | {half}",
        f"规模以上工业总产值占比 | - | rate | 100.0 | % | exact | {half}",
    ]


def test_a_bare_period_in_a_report_on_last_year_is_of_last_year() -> None:
    review = "## 一、2022年工作回顾\n\n全年新增就业2万人。"
    text = f"# 2023年政府工作报告\n\n{review}\n\n## 二、2023年工作安排\n\n全年新增就业3万人。\n"
    done, planned = read_text(text).observations
    assert (str(done.time_period), done.measure) == ("2022", Measure.LEVEL)
    assert (str(planned.time_period), planned.measure) == ("2023", Measure.TARGET)


@pytest.mark.parametrize(
    ("title", "told", "period"),
    [
        ("2023年政府工作报告", "## 一、2022年工作回顾\n\n全年引进项目36个，当年落地率77.8%。", "2022"),
        ("岚溪县招商局关于2022年工作情况的报告", "2023年1月6日\n\n2022年，引进项目36个，当年落地率77.8%。", "2022"),
        ("岚溪县招商局2022年工作总结", "全年引进项目36个，当年落地率77.8%。\n\n2023年1月6日", "2022"),
        ("岚溪县招商局2023年上半年工作总结", "引进项目36个，当年落地率77.8%。", "2023-01/2023-06"),
    ],
)
def test_the_year_itself_is_the_year_reported_on(title: str, told: str, period: str) -> None:
    projects, settled = read_text(f"# {title}\n\n{told}\n").observations
    assert (projects.value, str(projects.time_period)) == (36, period)
    assert (settled.indicator, settled.measure, str(settled.time_period)) == ("落地率", Measure.RATE, period)


@pytest.mark.parametrize("put_off", ["推迟至2026年", "推迟到2026年", "延期至2026年", "延后到2026年", "延至2026年"])
def test_the_year_to_which_something_is_put_off_is_the_time_of_no_figure(put_off: str) -> None:
    (spent,) = read_sentence(f"滨河绿道{put_off}建成，完成投资1.8亿元。")
    assert (str(spent.value), spent.measure, str(spent.time_period)) == ("1.8", Measure.LEVEL, "2023-01/2023-06")


def test_tasks_told_of_before_the_difficulties_are_no_plans() -> None:
    lines = [
        "某县教育局2023年工作总结",
        "一、基本情况",
        "在校学生4.2万人。",
        "二、重点工作",
        "新增学位1860个。",
        "三、存在的困难",
        "大班额比例3.4%。",
        "四、2024年工作思路",
        "新增学位2000个。",
    ]
    found = [(obs.measure, str(obs.time_period)) for obs in read_text("\n".join(lines)).observations]
    assert found == [
        (Measure.LEVEL, "2023"),
        (Measure.LEVEL, "2023"),
        (Measure.RATE, "2023"),
        (Measure.TARGET, "2024"),
    ]


def test_basis_keeps_the_words_of_comparison() -> None:
    growth, change = read_sentence("规上工业增加值同比增长7.5%，增速较一季度提高1.1个百分点。")
    assert (growth.basis, change.basis) == ("同比", "较一季度")


def test_masked_figures_are_suppressed_and_never_guessed() -> None:
    (masked,) = read_sentence("全县完成技改投资x.xx亿元。")
    assert (masked.value, masked.value_text, masked.obs_status) == (None, "x.xx", ObsStatus.SUPPRESSED)


def test_what_is_no_figure_is_left_over_with_a_reason() -> None:
    extraction = read_text(f"{TITLE}\n\n## 一、上半年工作情况\n\n出台纾困20条政策，营收超50亿元企业3家。\n")
    assert [(left.text, left.reason) for left in extraction.leftovers] == [("20条", "政策条文"), ("50亿元", "门槛")]


@settings(max_examples=60, deadline=None)
@given(
    value=st.decimals(min_value=0, max_value=99999, places=2),
    growth=st.decimals(min_value=0, max_value=300, places=1),
    name=st.sampled_from(["规上工业增加值", "工业投资", "社会消费品零售总额", "竹编工坊销售额"]),
    verb=st.sampled_from(["增长", "下降"]),
    gap=st.sampled_from(["，", "，同比", "，比上年"]),
)
def test_amount_with_growth(value: object, growth: object, name: str, verb: str, gap: str) -> None:
    level, change = read_sentence(f"全县{name}{value}亿元{gap}{verb}{growth}%。")
    assert (level.measure, change.measure) == (Measure.LEVEL, Measure.GROWTH)
    assert (str(level.value), level.unit, level.indicator) == (str(value), "亿元", change.indicator)
    assert change.value == (growth if verb == "增长" else -growth)  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="全县工业产值增长下降从到第位占的和、，；。123.%亿元个x万—（）“”年月同比分别均居", max_size=60))
def test_any_text_is_read_without_fault_and_values_stand_in_their_quotes(text: str) -> None:
    for obs in read_sentence(text + "。"):
        assert obs.value_text in obs.quote
