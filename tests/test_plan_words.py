"""What sentences, sections and states answer, over a store of own small summaries: whole plans.

They stand in cases/plans.txt, a shelf and a question above each; `python -m tests.test_plan_words` writes them anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import parse, plan
from knowledge.ask import Asker, _Finder
from knowledge.ingest import read_document
from knowledge.inquiry import Kind, Plan, Query, Thresholds, amend
from knowledge.model import DocumentInfo, Fact, Option, Period, Status, WorkStatus
from knowledge.plan import told, words, worked
from knowledge.store import KnowledgeStore
from tests.asking import lexicon

WOOD = """青岚县林业局2023年上半年工作总结
上半年，全县林业工作稳步推进。
一、主要工作
（一）造林绿化。完成造林3200亩，同比增长5.2%，居全市第3位；完成投资1.2亿元，占年度计划2亿元的60%。
（二）林业产业。林业总产值12.6亿元，同比下降2.1%；\
竹笋产值3.4亿元，同比增长4.5%；木材产值2.2亿元，同比下降6%。
（三）项目建设。国家储备林项目已建成投用。林区公路项目进度滞后，仅完成年度计划的40%，落后序时进度10个百分点。\
森林防火站项目尚未开工。
二、存在困难
一是资金不足。生态公益林补偿资金缺口3000万元。
二是人手紧缺。基层林业站空编12人。
三、下半年工作打算
（一）抓造林扫尾。力争全年造林6000亩。
（二）抓项目攻坚。确保林区公路年底前通车。
（三）抓森林防火。
"""
YEAR = """青岚县林业局2023年工作总结
2023年，全县林业工作取得新成效。
一、主要工作
（一）造林绿化。完成造林6100亩，同比增长3.1%；完成投资2.3亿元。
（二）林业产业。林业总产值27.8亿元，同比增长1.9%；竹笋产值7.7亿元。
二、下一步工作
下一步，将重点做好三项工作：
培育苗木基地、
建设防火道路、
推进确权登记。
2024年林业总产值目标30亿元。全县林业工作还存在基础薄弱等不少问题和不足。
"""
PLAIN = """青岚县水务局情况汇报
今年以来，供水总体平稳，但面临水源偏少、管网老化等不少困难和问题。
供水量达320万吨，水费收入1200万元，新增用户460家。
"""
TRADE = """青岚县经信局2023年上半年工作总结
一、工业运行
规上工业总产值120亿元，同比增长6.1%。其中：\
机械行业产值45.2亿元，同比增长8.3%；纺织行业产值30.1亿元，同比下降4.4%；造纸行业产值12.5亿元，同比增长2.6%；\
家具行业产值9.8亿元，同比下降7.2%。
工业投资18.5亿元，同比下降3.1%；技改投资7.2亿元，同比增长12.5%；房地产投资20亿元，同比下降9.9%。
机械行业利润3.2亿元，纺织行业利润1.1亿元。
二、项目进度
4月用电量1.2亿千瓦时，5月用电量1.5亿千瓦时，6月用电量1.4亿千瓦时。
机械行业税收x.x亿元，同比增长3.3%；纺织行业税收1.2亿元。
"""
RED = """赤溪县林业局2023年工作总结
一、主要工作
林业总产值19.5亿元，同比增长7.3%。造林2800亩。
"""
BLUE = """墨河县林业局2023年工作总结
一、主要工作
完成防火道路12公里。
"""
_PAID = "修缮瞭望台并更新设备，所需资金由县里安排；"
_TOLD = "另行通知各组按时上报情况并留存影像资料备查，逾期不报的由站里逐一催办并通报。"
_TASKS = "\n".join(f"第{at}项任务是{_PAID}{_TOLD}" for at in range(20))
_WALKS = "".join(f"第{at}片林地由护林站的第{at}组按月走完并登记造册。" for at in range(40))
LONG = f"""青岚县护林站2023年工作总结
一、巡护工作
今年巡护平稳。{_WALKS}
二、重点任务清单
{_TASKS}"""
HEADS = """青岚县苗圃2023年工作总结
过去一年苗圃育苗80万株、出圃60万株。
（一）育苗管理有序。全年育苗80万株。
（二）销售渠道拓宽。签订合同12份。
（三）品种改良见效。引进品种6个。
"""
AIMS = """青岚县招商局2023年工作总结
一、目标完成情况
新签项目26个，完成年度目标24个的108.3%。
到位资金x.x亿元，完成年度目标12亿元的95%。
2023年实际利用外资目标3000万美元。全年实际利用外资3000万美元。
2023年外贸进出口目标增长8%。全年外贸进出口增长9.2%。
2023年新增规上企业目标15家。全年新增规上企业12家。
"""
SHELVES = {
    "aims": (AIMS,),
    "wood": (WOOD,),
    "year": (WOOD, YEAR),
    "plain": (PLAIN,),
    "trade": (TRADE,),
    "places": (YEAR, RED, BLUE),
    "long": (LONG,),
    "heads": (HEADS,),
}


def opened(folder: Path) -> tuple[dict[str, Asker], list[KnowledgeStore]]:
    """An asker over each of the shelves, and the stores to be closed."""
    made, stores = {}, []
    for name, texts in SHELVES.items():
        rows = [read_document(_file(folder / f"{name}{at}.md", text), lexicon()) for at, text in enumerate(texts)]
        stores.append(KnowledgeStore.open(folder / f"{name}.db"))
        stores[-1].publish(rows, who="试", why="试")
        made[name] = Asker(stores[-1].shelf(), lexicon())
    return made, stores


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asker]]:
    made, stores = opened(tmp_path_factory.mktemp("shelves"))
    yield made
    for store in stores:
        store.close()


def _file(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def looked_up(asker: Asker) -> tuple[_Finder, tuple[DocumentInfo, ...]]:
    return _Finder(asker.matcher, asker._shelf, Thresholds()), asker.matcher.docs


def by_place(asker: Asker) -> tuple[_Finder, list[DocumentInfo]]:
    """The three summaries of places in the order of the shelf."""
    finder, docs = looked_up(asker)
    return finder, [doc for area in ("青岚县", "赤溪县", "墨河县") for doc in docs if doc.ref_area == area]


def understood(question: str, asker: Asker) -> Query:
    last = asker.matcher.docs[-1]
    return parse.understand(question, question, year=last.year or 2023, ref=last.time_period)


def short(text: str) -> str:
    """A text on one line, a long one by its length, its start and its end."""
    text = text.replace("\n", "⏎")
    return text if len(text) <= 150 else f"[{len(text)}字]{text[:20]}…{text[-20:]}"


def figure(fact: Fact) -> str:
    return f"{fact.obs.name} {fact.obs.value_text}{fact.obs.unit} {fact.obs.measure} {fact.obs.time_period}"


def shown(made: Plan) -> str:
    """Everything of a plan, a line for each part."""
    rows = [f"{made.status} {made.kind} {made.reason}".strip()]
    for mark, facts in (("数", [hit.fact for hit in made.hits]), ("旁", made.beside)):
        rows += [f"{mark} {figure(fact)}" for fact in facts]
    rows += [f"果 {made.result}{made.unit}"] if made.result is not None else []
    for mark, lines in (("句", made.lines), ("近句", made.near_lines)):
        for line in lines:
            rows.append(f"{mark} {line.score:.2f} {line.recall:.2f} {'/'.join(line.section)}")
            rows += [f"　{short(line.quote)}", f"　{short(line.whole)}"]
    rows += [f"难 {row.title}" for _, row in made.difficulties]
    for _, item in made.work_items:
        rows.append(f"事 {item.title}｜{item.status}｜{item.text}｜{'/'.join(item.section)}｜{item.span}")
    rows += [f"选 {option.label}｜{option.question}" for option in made.options]
    rows += [f"近 {figure(hit.fact)}" for hit in made.near]
    return "\n".join([*rows, *(f"迹 {short(each)}" for each in made.trace)])


FILE = Path(__file__).parent / "cases" / "plans.txt"
_CASES = [block.split("\n", 1) for block in FILE.read_text("utf-8").strip().removeprefix("== ").split("\n\n== ")]


def planned(asker: Asker, question: str) -> str:
    finder, docs = looked_up(asker)
    made = plan.decide(understood(question, asker), finder, docs)
    assert made.query.text == question
    return shown(made)


@pytest.mark.parametrize(("head", "wanted"), [pytest.param(*case, id=case[0]) for case in _CASES])
def test_the_whole_plan(shelves: dict[str, Asker], head: str, wanted: str) -> None:
    shelf, question = head.split(" ", 1)
    assert planned(shelves[shelf], question) == wanted.strip()


# -- what is seldom asked ----------------------------------------------------------------------------------------------


def asked(kind: Kind, plain: str = "问", *content: str, **more: object) -> Query:
    return Query(plain, plain, kind, content=content, **more)  # type: ignore[arg-type]


def test_nothing_of_a_time_that_no_summary_tells_of(shelves: dict[str, Asker]) -> None:
    finder, docs = looked_up(shelves["wood"])
    query = asked(Kind.LIST, "2019年有哪些工作", "工作", periods=(Period.parse("2019"),))
    assert words.said(query, finder, docs) == Plan(Status.NOT_FOUND, Kind.LIST, query, reason="period")


def test_which_tasks_lag_behind_where_nothing_else_is_looked_up(shelves: dict[str, Asker]) -> None:
    finder, docs = looked_up(shelves["wood"])
    query = asked(Kind.PROGRESS, "谁拖后了")
    made = words.said(query, finder, docs)
    (late,) = [item for item in finder.work_items(docs[0]) if "滞后" in item.text]
    rows = [item for _, item in made.work_items]
    assert late in rows
    assert all(item.status is WorkStatus.BEHIND for item in rows)
    assert (made.status, made.kind, made.query, made.reason) == (
        Status.ANSWERED,
        Kind.PROGRESS,
        query,
        "进度滞后的有：",
    )
    named = words.said(asked(Kind.PROGRESS, "储备林滞后了", "储备林"), finder, docs)
    assert (named.work_items, len(named.lines)) == ((), 1)
    assert words.said(asked(Kind.PROGRESS, "怎么样了"), finder, docs).status is Status.NOT_FOUND


@pytest.mark.parametrize(
    ("shelf", "plain", "content", "heads"),
    [
        ("wood", "工作打算", ("工作",), ["三、下半年工作打算"]),
        ("year", "工作打算", ("工作",), ["二、下一步工作"]),
        ("wood", "计划有哪些", ("下一步", "重点"), ["三、下半年工作打算"]),
        ("plain", "工作打算", ("工作",), []),
    ],
)
def test_plans_stand_under_their_heading(
    shelves: dict[str, Asker], shelf: str, plain: str, content: tuple[str, ...], heads: list[str]
) -> None:
    finder, docs = looked_up(shelves[shelf])
    made = words.said(asked(Kind.LIST, plain, *content), finder, docs)
    assert [line.whole for line in made.lines] == heads
    assert [line.quote.split("\n")[0] for line in made.lines] == heads


def test_a_long_list_is_told_by_its_beginnings(shelves: dict[str, Asker]) -> None:
    finder, (doc,) = looked_up(shelves["long"])
    (head,) = [passage for passage in finder.passages(doc) if passage.text == "二、重点任务清单"]
    line = words.under(head, finder)
    wanted = [f"第{at}项任务是修缮瞭望台并更新设备，所需资金由县里安排" for at in range(14)]
    assert line.quote.split("\n") == ["二、重点任务清单", *wanted]
    assert (line.score, line.recall, line.section, line.whole) == (1, 1, head.paragraph.section, head.text)


def test_a_long_paragraph_is_told_from_its_sentence_on_to_a_full_stop(shelves: dict[str, Asker]) -> None:
    finder, docs = looked_up(shelves["long"])
    (line, *_) = words.best_lines(asked(Kind.PROGRESS, "第20片林地", "第20片林地"), finder, docs)
    assert len(line.whole) > 900
    assert line.quote in line.whole
    assert line.quote.endswith("。")
    assert 380 < len(line.quote) <= 420 + len("第20片林地由护林站的第20组按月走完并登记造册。")


def test_difficulties_that_only_a_sentence_tells(shelves: dict[str, Asker]) -> None:
    finder, docs = looked_up(shelves["plain"])
    told_of = "今年以来，供水总体平稳，但面临水源偏少、管网老化等不少困难和问题。"
    made = words.said(asked(Kind.DIFFICULTY, "水源有什么困难", "水源"), finder, docs)
    assert [(line.quote, line.whole) for line in made.lines] == [(told_of, told_of)]
    made = words.said(asked(Kind.DIFFICULTY, "有什么困难"), finder, docs)
    assert [(line.quote, line.recall, line.whole) for line in made.lines] == [(told_of, 1, told_of)]
    heads, own = looked_up(shelves["heads"])
    query = asked(Kind.DIFFICULTY, "有什么困难")
    assert words.said(query, heads, own) == Plan(Status.NOT_FOUND, Kind.DIFFICULTY, query)


def test_an_overview_without_headings_says_so(shelves: dict[str, Asker]) -> None:
    finder, docs = looked_up(shelves["plain"])
    query = asked(Kind.OVERVIEW, "讲了哪些方面")
    assert words.said(query, finder, docs) == Plan(Status.NOT_FOUND, Kind.OVERVIEW, query)
    heads, own = looked_up(shelves["heads"])
    made = words.said(query, heads, own)
    quote = "（一）育苗管理有序。\n（二）销售渠道拓宽。\n（三）品种改良见效。"
    (line,) = made.lines
    assert (made.status, made.kind, made.reason) == (Status.ANSWERED, Kind.OVERVIEW, "总结主要讲了以下几个方面：")
    assert (line.quote, line.score, line.recall, line.section, line.whole) == (quote, 1, 1, (), quote)


# -- beside, places, times ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shelf", "value", "kind", "content", "status", "found"),
    [
        ("wood", "3200", Kind.GROWTH, (), Status.ANSWERED, "5.2"),
        ("wood", "3200", Kind.RANK, (), Status.ANSWERED, "3"),
        ("wood", "3200", Kind.FIGURE, ("投资",), Status.ANSWERED, "1.2"),
        ("wood", "5.2", Kind.TARGET, (), Status.ANSWERED, "2"),
        ("wood", "3200", Kind.FIGURE, ("产值",), Status.NOT_FOUND, None),
        ("wood", "12.6", Kind.RANK, (), Status.NOT_FOUND, None),
        ("wood", "3.4", Kind.GROWTH, (), Status.ANSWERED, "4.5"),
        ("wood", "2.2", Kind.GROWTH, (), Status.ANSWERED, "6"),
        ("wood", "6", Kind.GROWTH, ("竹笋",), Status.ANSWERED, "4.5"),
        ("aims", "12", Kind.FIGURE, (), Status.MASKED, "x.x"),
    ],
)
def test_the_nearest_figure_of_its_kind_in_the_paragraph(
    shelves: dict[str, Asker], shelf: str, value: str, kind: Kind, content: tuple[str, ...], status: Status, found: str
) -> None:
    finder, (doc,) = looked_up(shelves[shelf])
    (one, *_) = [fact for fact in finder.all_figures(doc) if fact.obs.value_text == value]
    query = asked(kind, "问", *content, near=(doc.doc_id, one.obs.paragraph, one.obs.span.start))
    made = plan.decide(query, finder, (doc,))
    assert (made.status, made.kind) == (status, kind)
    assert [hit.fact.obs.value_text for hit in made.hits] == ([found] if found else [])
    assert len(made.trace) == len(made.hits)


def test_the_last_time_that_all_places_tell_of(shelves: dict[str, Asker]) -> None:
    _, (year, red, blue) = by_place(shelves["places"])
    _, (half, *_) = looked_up(shelves["wood"])
    query = asked(Kind.FIGURE, "产值", "产值")
    assert plan.common_time(query, [(year,), (red,), (blue,)]) == amend(query, periods=(Period.parse("2023"),))
    assert plan.common_time(query, [(half,), (red,)]) == query
    assert plan.common_time(query, []) == query
    named = amend(query, periods=(Period.parse("2022"),))
    assert plan.common_time(named, [(year,), (red,)]) == named


def test_which_of_all_places_is_first_and_which_tell_nothing(shelves: dict[str, Asker]) -> None:
    finder, (year, red, blue) = by_place(shelves["places"])
    query = asked(Kind.EXTREME, "哪个县林业总产值最高", "县", "林业总产值")
    places = [(year,), (red,), (blue,)]
    made = plan.among(query, finder, places)
    assert made.reason == "有可比数字的2个地方中，青岚县林业总产值更高。没有可比数字的：墨河县。"
    assert [hit.fact.obs.value_text for hit in made.hits] == ["27.8", "19.5"]
    assert plan.among(query, finder, places[:2]).reason == "有可比数字的2个地方中，青岚县林业总产值更高。"
    nine = [*places[:2], *[(blue,)] * 9]
    silent = "、".join(["墨河县"] * 8)
    assert plan.among(query, finder, nine).reason.endswith(f"没有可比数字的：{silent}等。")
    nothing = plan.among(asked(Kind.EXTREME, "哪个县出口最高", "出口"), finder, places)
    assert (nothing.status, nothing.kind, nothing.reason) == (
        Status.NOT_FOUND,
        Kind.EXTREME,
        "这几个地方的总结没有可比的数字。",
    )
    assert plan.among(query, finder, [(year,)] * 41).reason == "涉及的地方太多，请说出要比较的地方。"
    assert plan.among(query, finder, [(year,), (red,)] * 20).reason == "这几个地方的总结没有可比的数字。"


@pytest.mark.parametrize(
    ("strengths", "options"),
    [
        ((1.0, 1.0), ["青岚县", "赤溪县"]),
        ((0.941, 1.0), ["赤溪县", "青岚县"]),
        ((0.93, 1.0), []),
        ((1.0, 0.5), []),
    ],
)
def test_where_two_places_answer_as_well_it_is_asked_back(
    shelves: dict[str, Asker], strengths: tuple[float, float], options: list[str]
) -> None:
    finder, (year, red, _) = by_place(shelves["places"])
    query = asked(Kind.FIGURE, "林业总产值多少", "林业总产值")
    plans = {doc.ref_area: plan.decide(query, finder, (doc,)) for doc in (year, red)}
    sure = dict(zip(map(id, plans.values()), strengths, strict=True))
    made = plan.one_place(query, plans, lambda each: sure[id(each)])
    wanted = tuple(Option(area, f"{area}林业总产值多少") for area in options)
    if options:
        reason = "有几个地方的总结都讲到这一项，您问的是哪里？"
        assert made == Plan(Status.AMBIGUOUS, Kind.FIGURE, query, options=wanted, reason=reason)
    else:
        assert made is plans["赤溪县" if strengths[1] == 1 else "青岚县"]


def test_plans_for_a_time_are_those_of_the_summary_before_it(shelves: dict[str, Asker]) -> None:
    _, (half, year) = looked_up(shelves["year"])
    _, (dateless,) = looked_up(shelves["plain"])
    docs = (half, year, dateless)
    for periods, wanted in (
        ((), (year, half, dateless)),
        (("2023-07/2023-12",), (half, dateless)),
        (("2024",), (year, dateless)),
        (("2023",), (half, dateless)),
        (("2025",), (dateless,)),
    ):
        query = asked(Kind.LIST, "打算", periods=tuple(map(Period.parse, periods)))
        assert told._before(query, docs) == list(wanted)


def test_a_year_that_two_summaries_cumulate(shelves: dict[str, Asker]) -> None:
    finder, docs = looked_up(shelves["year"])
    later = Period.parse("2023-07/2023-12")
    query = asked(Kind.FIGURE, "下半年林业总产值多少", "林业总产值", periods=(later,), period_text="下半年")
    made = worked.rest(query, finder, docs)
    assert made is not None
    assert (str(made.result), made.unit, made.kind) == ("15.2", "亿元", Kind.DIFFERENCE)
    for period in ("2023", "2023-12", "2023-07/2023-09"):
        assert worked.rest(amend(query, periods=(Period.parse(period),)), finder, docs) is None
    assert worked.rest(amend(query, content=("造林投资",), periods=(later,)), finder, docs) is not None
    assert worked.rest(amend(query, content=("木材产值",)), finder, docs) is None


def main() -> None:
    """Write all plans anew."""
    with tempfile.TemporaryDirectory() as folder:
        made, stores = opened(Path(folder))
        heads = [head for head, _ in _CASES]
        rows = [f"== {head}\n{planned(made[head.split(' ', 1)[0]], head.split(' ', 1)[1])}" for head in heads]
        for store in stores:
            store.close()
    FILE.write_text("\n\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
