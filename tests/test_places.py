"""Which places a question names: by the register, by their form, and what only looks like one."""

from __future__ import annotations

import pytest

from knowledge.match import places


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("宁波2020年税收多少", ["宁波"]),
        ("苏州市和无锡的进出口哪个高", ["苏州市", "无锡"]),
        ("去年云溪县财政收入", ["云溪县"]),
        ("石桥镇人口多少", ["石桥镇"]),
        ("浙江GDP增速", ["浙江"]),
        ("增速在全市的位次", []),
        ("在全市排第几", []),
        ("去年省重点项目落地率", []),
        ("上市公司几家", []),
        ("城镇居民收入", []),
        ("示范镇有几个", []),
        ("宁波舟山港吞吐量", []),
    ],
)
def test_places_that_a_question_names(question: str, names: list[str]) -> None:
    assert places.mentioned(question) == names


def test_the_name_of_a_thing_may_begin_with_a_place() -> None:
    assert places.part_of_name("海城新港集装箱吞吐量", "海城", "海城新港货物吞吐量")
    assert not places.part_of_name("海城出口多少", "海城", "海城新港货物吞吐量")
