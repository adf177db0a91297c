"""Which places a question names: by the register, by their form, and what only looks like one."""

from __future__ import annotations

import pytest

from knowledge.match import places
from knowledge.model import DocumentInfo, Period


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
    assert places.part_of_name("海城新港集装箱吞吐量", "海城") == "海城新港"
    assert places.part_of_name("海城出口多少", "海城") is None


def _doc(number: int, area: str, issuer: str) -> DocumentInfo:
    return DocumentInfo(number, "总结.md", "工作总结", issuer, area, Period.parse("2023"), 2023, 1)


DOCS = (
    _doc(1, "青溪县", "青溪县卫生健康局"),
    _doc(2, "青溪县", "青溪县教育局"),
    _doc(3, "松河市", "松河市卫生健康局"),
)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("青溪县床位多少", ["青溪县"]),
        ("青溪床位多少", ["青溪"]),
        ("比较松河市和青溪县的床位", ["松河市", "青溪县"]),
        ("床位多少", []),
    ],
)
def test_places_of_the_documents_in_the_order_of_the_question(question: str, names: list[str]) -> None:
    assert [place.name for place in places.Register(DOCS).places(question)] == names


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("卫健局有哪些困难", ("卫健局", [1, 3])),
        ("卫生健康局有哪些困难", ("卫生健康局", [1, 3])),
        ("教育局有哪些困难", ("教育局", [2])),
        ("商务局有哪些困难", None),
        ("卫生院几所", None),
    ],
)
def test_bureaus_by_their_full_and_short_names(question: str, found: tuple[str, list[int]] | None) -> None:
    named = places.Register(DOCS).bureau(question, DOCS)
    assert (named and (named[0], [doc.doc_id for doc in named[1]])) == found
