"""The stages of asking, each alone: what a question means, how it is mended, what rivals forbid, what it leans on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asking import NOW, SHELVES, asker, asker_of, lexicon, said
from hypothesis import given
from hypothesis import strategies as st

from knowledge import parse
from knowledge.inquiry import Context, Kind
from knowledge.match.mend import Speller, Vocabulary, vocabulary
from knowledge.match.short import written_out
from knowledge.match.sounds import spelled
from knowledge.match.text import Folder, keys
from knowledge.model import Period
from knowledge.plan.scale import split

REF = Period.parse("2023-01/2023-06")


@pytest.mark.parametrize(
    ("question", "kind", "content", "periods"),
    [
        ("医化产值多少", Kind.FIGURE, ("医化产值",), ()),
        ("医化", Kind.NOUN, ("医化",), ()),
        ("医化增速", Kind.GROWTH, ("医化",), ()),
        ("技改投资排第几", Kind.RANK, ("技改投资",), ()),
        ("整改率多少", Kind.RATE, ("整改率",), ()),
        ("全年规上工业增加值目标是多少", Kind.TARGET, ("规上工业增加值目标",), ("2023",)),
        ("哪个行业增长最快", Kind.EXTREME, (), ()),
        ("医化和橡塑产值加起来多少", Kind.SUM, ("医化", "橡塑产值"), ()),
        ("医化产值变化趋势", Kind.TREND, ("医化产值",), ()),
        ("有哪些困难", Kind.DIFFICULTY, (), ()),
        ("为什么没开工", Kind.WHY, ("未开工",), ()),
        ("上半年医化产值", Kind.NOUN, ("医化产值",), ("2023-01/2023-06",)),
        ("前三季度医化产值", Kind.NOUN, ("医化产值",), ("2023-01/2023-09",)),
        ("2021年1-6月医化产值", Kind.NOUN, ("医化产值",), ("2021-01/2021-06",)),
        ("去年医化产值", Kind.NOUN, ("医化产值",), ("2022",)),
        ("一季度医化产值", Kind.NOUN, ("医化产值",), ("2023-01/2023-03",)),
        ("你好", Kind.TALK, (), ()),
        ("谢谢", Kind.TALK, (), ()),
        ("数据出处", Kind.SOURCE, (), ()),
    ],
)
def test_what_a_question_means(question: str, kind: Kind, content: tuple[str, ...], periods: tuple[str, ...]) -> None:
    query = parse.understand(question, parse.normalise(question), year=2023, ref=REF)
    assert (query.kind, tuple(map(str, query.periods))) == (kind, periods)
    assert "".join(query.content).replace("和", "") == "".join(content)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＧＤＰ　多少？", "gdp 多少?"),
        ("2021Q1产值", "2021年一季度产值"),
        ("21年上半年", "2021年上半年"),
        ("2023H1", "2023年上半年"),
        ("医化产值", "医化产值"),
        ("12年来", "12年来"),
    ],
)
def test_widths_and_letters_for_times(text: str, plain: str) -> None:
    assert parse.normalise(text) == plain


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("医化产值多少?橡塑呢?", ["医化产值多少", "橡塑呢"]),
        ("工业投资多少?急", ["工业投资多少"]),
        ("医化产值", ["医化产值"]),
        ("?", ["?"]),
    ],
)
def test_several_questions_of_one_message(text: str, pieces: list[str]) -> None:
    assert parse.split(text) == pieces


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        ("yihua产值多少", "医化产值多少"),
        ("jigai touzi zengsu", "技改投资增速"),
        ("医化行业曾速多少", "医化行业增速多少"),
        ("像塑行业产值多少", "橡塑行业产值多少"),
        ("制造业头资增速", "制造业投资增速"),
        ("医化行业产值是多少", "医化行业产值是多少"),
        ("橡塑和工艺哪个快", "橡塑和工艺哪个快"),
        ("mes系统", "mes系统"),
        ("有哪些困难", "有哪些困难"),
        ("asdfghjkl", "asdfghjkl"),
    ],
)
def test_misspelt_words_are_mended_and_others_left(question: str, mended: str) -> None:
    matcher = asker("half").matcher
    assert matcher.mend(question, matcher.docs, parse.wording().common) == mended


@pytest.mark.parametrize(
    ("question", "texts", "meant"),
    [
        ("体彩销量多少", ["体育彩票销量1.4亿元"], "体育彩票销量多少"),
        ("去年体彩多少", ["体育彩票销量1.4亿元"], "去年体育彩票多少"),
        ("义教巩固率", ["义务教育巩固率99.1%"], "义务教育巩固率"),
        ("质融登记多少", ["质押融资登记金额14.9亿元"], "质押融资登记多少"),
        # the last character of the term is kept
        ("妇保院门诊多少", ["县妇幼保健院门诊8.2万人次"], "妇幼保健院门诊多少"),
        ("妇保院", ["县妇幼保健院、县妇幼保健所"], "妇幼保健院"),
        # two of one question; one term in several documents
        ("体彩和妇保院", ["体育彩票", "妇幼保健院"], "体育彩票和妇幼保健院"),
        ("体彩销量", ["体育彩票销量1.4亿元", "体育彩票销量1.6亿元"], "体育彩票销量"),
        # two terms that it may stand for; a term that is not of two words; none at all
        ("公卫", ["公共卫生", "公安卫士"], "公卫"),
        ("体彩销量", ["人体育种，彩票"], "体彩销量"),
        ("体彩销量", ["讨个身体好彩头"], "体彩销量"),
        ("体彩销量", ["福利彩票销量2.1亿元"], "体彩销量"),
        ("体彩销量", [], "体彩销量"),
        # what documents hold is written as they have it
        ("体彩销量", ["体育彩票（体彩）销量1.4亿元"], "体彩销量"),
        ("产值", ["产品价值，产值12亿元"], "产值"),
        # the end of one word and the beginning of the next
        ("累计培训多少", ["累计发放补贴，技能培训86期，计划培育企业"], "累计培训多少"),
        ("明年新增多少", ["明年工作，新增民宿，年度新建项目"], "明年新增多少"),
        ("企业总数多少", ["全县企业，业务总量，总数"], "企业总数多少"),
        ("建设体量多少", ["建设完成，设施体系健全"], "建设体量多少"),
        # words that any question may hold, letters, a single character
        ("多少了", ["多年少量"], "多少了"),
        ("abc", ["体育彩票"], "abc"),
        ("体", ["体育彩票"], "体"),
        ("", ["体育彩票"], ""),
    ],
)
def test_short_forms_are_written_out_by_the_only_term_that_they_can_stand_for(
    question: str, texts: list[str], meant: str
) -> None:
    speller = Speller(texts, Vocabulary("多少销量门诊登记去年"))
    assert written_out(question, lambda: texts, speller, frozenset("和的了多少")) == meant


@pytest.mark.parametrize(
    ("shelf", "question", "meant"),
    [
        ("tour", "体彩销售额多少", "体育彩票销售额多少"),
        ("tour", "妇保院揭牌了吗", "妇幼保健院揭牌了吗"),
        ("school", "义教巩固率", "义务教育巩固率"),
        ("market", "质融登记多少", "质押融资登记多少"),
        ("tour", "累计培训多少", "累计培训多少"),
        ("tour", "明年新增民宿多少", "明年新增民宿多少"),
        ("tour", "健步道多少公里", "健步道多少公里"),
        ("half", "体彩销售额多少", "体彩销售额多少"),
    ],
)
def test_short_forms_are_those_of_the_summaries_at_hand(shelf: str, question: str, meant: str) -> None:
    matcher = asker(shelf).matcher
    assert matcher.mend(question, matcher.docs, parse.wording().common) == meant


@pytest.mark.parametrize(
    ("run", "first"),
    [("hangye", ("hang", "ye")), ("zengsu", ("zeng", "su")), ("xian", ("xian",)), ("lvse", ("lv", "se"))],
)
def test_letters_are_cut_into_syllables(run: str, first: tuple[str, ...]) -> None:
    assert spelled(run)[0] == first


@pytest.mark.parametrize("run", ["gdp", "xyz", "mes"])
def test_letters_that_are_no_pinyin(run: str) -> None:
    assert spelled(run) == ()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“规上”产值", "规模以上产值"),
        ("规模以上产值", "规模以上产值"),
        ("GDP", "生产总值"),
        ("国内生产总值", "国内生产总值"),
        ("５Ｇ 基站", "5g基站"),
    ],
)
def test_texts_are_folded_into_one(text: str, folded: str) -> None:
    assert Folder(lexicon().parts.items())(text) == folded


def test_keys_are_pairs_and_whole_latin_words() -> None:
    assert keys("5g基站") == {"5g", "5g基", "5g站", "基站"}
    assert keys("产，值") == set()


@pytest.mark.parametrize(
    ("content", "said_words", "other"),
    [
        ("第二产业增加值", "第二产业", "第三产业"),
        ("农村居民收入", "农村", "城镇"),
        ("进口额", "进口", "出口"),
        ("医化产值", "医药化工", "橡塑"),
    ],
)
def test_rivals_of_what_is_named(content: str, said_words: str, other: str) -> None:
    words = asker("half").matcher.words
    found = words.rivals(words.fold(content))
    assert any(said_words in group.said and other in group.others for group in found)


def test_a_compound_is_no_rival_of_its_part() -> None:
    words = asker("half").matcher.words
    assert all("出口" not in group.said for group in words.rivals("进出口总额"))


def test_a_part_is_not_said_by_the_whole_that_holds_its_characters() -> None:
    words = asker("half").matcher.words
    assert any("渔业" in group.said and "农林牧渔业" in group.wholes for group in words.rivals("渔业产值"))
    assert words.giving_way("渔业", ("畜牧业产值",)) == ("产值",)


@pytest.mark.parametrize(
    ("unit", "parts"), [("万亿元", ("元", 12)), ("亿元", ("元", 8)), ("%", ("%", 0)), ("万", ("万", 0))]
)
def test_units_in_one_scale(unit: str, parts: tuple[str, int]) -> None:
    assert split(unit) == parts


# -- what a conversation remembers -------------------------------------------------------------------------------------


def test_a_conversation_is_carried_over_a_restart() -> None:
    _, _, context = said("half", "医化产值多少")
    _, reply, _ = said("half", "那橡塑呢", Context.load(context.dump()))
    assert "28.15亿元" in reply


def test_a_conversation_expires() -> None:
    _, _, context = said("half", "医化产值多少")
    late = NOW + timedelta(minutes=31)
    answers, _ = asker("half").ask("增速呢", context, late)
    assert not answers[0].facts
    answers, _ = asker("half").ask("增速呢", context, NOW + timedelta(minutes=29))
    assert answers[0].facts


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", '{"content": 3}', '{"at": "x"}'])
def test_what_cannot_be_remembered_starts_afresh(broken: str) -> None:
    answers, _, _ = said("half", "医化产值多少", Context.load(broken))
    assert str(answers[0].facts[0].obs.value) == "46.28"


@pytest.mark.parametrize("choice", ["2", "第二个", "选2", "松河市", "第2个吧"])
def test_an_option_is_chosen_by_number_or_words(choice: str) -> None:
    answers, _, context = said("farm", "粮食总产量多少")
    assert [option.label for option in answers[0].options] == ["云岭县", "松河市"]
    _, reply, _ = said("farm", choice, context)
    assert "49.72万吨" in reply


def test_a_follow_up_stays_with_the_place() -> None:
    _, _, context = said("farm", "松河市粮食总产量多少")
    _, reply, _ = said("farm", "增速呢", context)
    assert reply.startswith("松河市2023年，粮食总产量同比增长0.9%")


def test_another_conversation_knows_nothing_of_it() -> None:
    said("half", "医化产值多少")
    answers, _, _ = said("half", "增速呢")
    assert not answers[0].facts


def test_a_long_text_is_folded_as_its_parts() -> None:
    folder, part = Folder([("规上", "规模以上")]), "“规上”ＧＤＰ增长５％，＊其中＂云岭＂『竹木』　ABC！"
    assert folder(part) == "规模以上gdp增长5%,其中云岭竹木abc!"
    assert folder(part * 200) == folder(part) * 200


def test_what_is_read_ahead_of_a_document_changes_no_hit() -> None:
    shelf, ahead = asker("all"), asker_of(SHELVES["all"])
    assert len(list(ahead.ahead())) > len(ahead.matcher.docs)
    found = 0
    for content in (["规上工业总产值"], ["出口", "增长"], ["门诊人次"], ["竹木行业"], ["学校"]):
        ours = [(hit.fact.obs, hit.score) for hit in shelf.matcher.figures(content, shelf.matcher.docs)]
        assert ours == [(hit.fact.obs, hit.score) for hit in ahead.matcher.figures(content, ahead.matcher.docs)]
        found += len(ours)
    assert found > 5


@given(st.text("产值增长了人", min_size=2, max_size=30))
def test_pairs_are_counted_as_in_the_text(text: str) -> None:
    known = Vocabulary(text)
    for pair in {text[at : at + 2] for at in range(len(text) - 1)} | {"产值", "人人"}:
        assert known.count(pair) == text.count(pair)


def test_what_a_speller_remembers_changes_no_later_question() -> None:
    texts, words = ["全县工业总产值增长，播种面积扩大，竹木加工企业"], vocabulary(["增长多少", "多少"], ["工业总产值"])
    asked = ["播面种积多少", "竹木加居企业", "工业总产直增长多少", "上半年工业总产直增长多少", "总产直", "播种面机多少"]
    speller = Speller(texts, words)
    again = [speller.mend(each) for each in asked + asked[::-1]]
    assert again == [Speller(texts, words).mend(each) for each in asked + asked[::-1]]
    assert again[0] == "播种面积多少" and again[2:4] == ["工业总产值增长多少", "上半年工业总产值增长多少"]


@given(st.lists(st.text("产值增长了人\n", max_size=30), max_size=3))
def test_pairs_in_texts_are_counted_alike_in_whatever_order(texts: list[str]) -> None:
    speller, pairs = Speller(texts, Vocabulary("")), [one + other for one in "产值增长人" for other in "人长增值产"]
    assert [speller.count(pair) for pair in pairs] == [
        min(8, sum(text.count(pair) for text in texts)) for pair in pairs
    ]
