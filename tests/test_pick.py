"""Which of many documents are looked into first."""

from __future__ import annotations

import pytest

from knowledge.inquiry import Kind, Query
from knowledge.match.pick import alone, by_area, end, likely
from knowledge.model import DocumentInfo, Period


def doc(number: int, area: str | None, period: str | None) -> DocumentInfo:
    time = Period.parse(period) if period else None
    return DocumentInfo(number, f"{number}.md", f"总结{number}", None, area, time, time.end[0] if time else None, 1)


def asked(*periods: str, kind: Kind = Kind.FIGURE) -> Query:
    return Query("?", "?", kind, content=("产值",), periods=tuple(map(Period.parse, periods)))


YEARS = tuple(doc(year - 2000, "甲县", str(year)) for year in range(2001, 2021))
PLACES = tuple(
    doc(100 * at + year, f"{place}县", str(2020 + year)) for year in (1, 2) for at, place in enumerate("甲乙丙丁戊")
)


@pytest.mark.parametrize(
    ("periods", "numbers"),
    [
        ((), [20, 19, 18]),
        (("2010",), [10, 9, 11]),
        (("2020",), [20, 19]),
        (("2019-01/2019-06",), [18, 19]),
        (("2005", "2006"), [5, 4, 6, 7]),
        (("1950",), []),
    ],
)
def test_of_one_place_those_of_the_time_then_their_neighbours(periods: tuple[str, ...], numbers: list[int]) -> None:
    found = likely(asked(*periods), YEARS)
    assert [one.doc_id for one in found][: len(numbers)] == numbers
    assert bool(found) is bool(numbers)


def test_of_several_places_one_of_each_the_latest_first() -> None:
    assert [one.doc_id for one in likely(asked(), PLACES)] == [402, 302, 202, 102]
    assert [one.doc_id for one in likely(asked("2021"), PLACES)] == [1, 101, 201, 301]


def test_many_documents_of_one_place_hide_no_place_behind_them() -> None:
    few = (*YEARS[:13], doc(99, "乙县", "1999"))
    assert [one.doc_id for one in likely(asked(), few)] == [99, 13]
    assert [one.doc_id for one in likely(asked(), (doc(99, "乙县", "1999"), *YEARS[:13]))] == [13, 12, 11]


@pytest.mark.parametrize(
    ("query", "docs", "answers"),
    [
        (asked(), YEARS[-3:], True),
        (asked("2019"), YEARS[-3:], True),
        (asked("2019", "2020"), YEARS[-3:], False),
        (asked(kind=Kind.DIFFICULTY), YEARS[-3:], False),
        (asked(), PLACES[:2], False),
    ],
)
def test_when_the_likeliest_may_answer_alone(query: Query, docs: tuple[DocumentInfo, ...], answers: bool) -> None:
    assert alone(query, docs) is answers


def test_documents_by_place_and_by_time() -> None:
    odd = doc(7, None, None)
    assert by_area((*PLACES[:2], odd, PLACES[5])) == {
        "甲县": (PLACES[0], PLACES[5]),
        "乙县": (PLACES[1],),
        None: (odd,),
    }
    assert [end(one) for one in (odd, YEARS[0], doc(1, "甲县", "2001-01/2001-06"))] == [
        0,
        2001 * 12 + 12,
        2001 * 12 + 6,
    ]
