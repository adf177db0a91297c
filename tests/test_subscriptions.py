"""Subscribing in words and buttons: a table of wishes, and whole conversations on real files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.digests.composer import Composer, Letter
from handlers.subscriptions import MOST, Desk, Where
from knowledge.mailing import ChatKind, Rhythm
from knowledge.schedule import workdays
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import PeopleFile
from knowledge.wishes import read_wish
from tests.summaries import summary

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CASES = tomllib.loads((Path(__file__).parent / "cases" / "wishes.toml").read_text("utf-8"))
ME = Where(501, 501)


def stated(case: dict[str, Any]) -> dict[str, Any]:
    """What a message is read as, in the words of the table."""
    wish = read_wish(case["text"], TODAY)
    assert wish is not None, "not read as a wish"
    found: dict[str, Any] = {"text": case["text"], "act": wish.act.value}
    when = wish.when
    for name, value in (("every", when.every), ("weekdays", when.weekdays), ("month_days", when.month_days)):
        if value is not None:
            found[name] = list(value) if isinstance(value, tuple) else str(value)
    if when.interval is not None:
        found["interval"] = when.interval
    if when.at is not None:
        found["at"] = when.at.isoformat("minutes")
    for name in ("terms", "scope", "quiet", "on_holiday", "until", "which", "watch", "limit"):
        value = getattr(wish, name)
        if value not in (None, (), "only"):
            found[name] = list(value) if isinstance(value, tuple) else value if isinstance(value, int) else str(value)
    return found if wish.clear else found | {"clear": False}


@pytest.mark.parametrize("case", CASES["wish"], ids=[case["text"] for case in CASES["wish"]])
def test_wishes(case: dict[str, Any]) -> None:
    assert stated(case) == case


@pytest.mark.parametrize("case", CASES["none"], ids=[case["text"] for case in CASES["none"]])
def test_other_messages_are_left_alone(case: dict[str, Any]) -> None:
    assert read_wish(case["text"], TODAY) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "推周报", "暂停", "就提醒我", "改到", "每月", "周"]))
def test_any_text_is_read_or_left_alone(text: str, word: str) -> None:
    wish = read_wish(text + word, TODAY)
    assert wish is None or wish.when.onto(Rhythm(), TODAY).at


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    file = PeopleFile(tmp_path / "县.people.db")
    with KnowledgeStore.open(tmp_path / "县.db") as store:
        store.publish([summary()], who="编辑", why="测试")
        yield Desk(Deliveries(file), Composer(store), workdays())
    file.close()


def said(letter: Letter | None) -> str:
    assert letter is not None
    return letter.html.strip()


def talk(desk: Desk, *texts: str, where: Where = ME) -> list[str]:
    return [said(desk.take(where, text, NOW)) for text in texts]


def test_a_conversation_in_words(desk: Desk) -> None:
    assert talk(
        desk,
        "每周一早上八点半给我推周报",
        "只要竹木和水晶",
        "改到周五下午",
        "遇节假日顺延",
        "没有变化就别发了",
        "暂停两周",
        "恢复",
        "我的订阅",
        "别推了",
        "我的订阅",
        "恢复推送",
    ) == [
        "好的，已订周报：每周一08:30，全部内容；下一期11月30日（周一）08:30。\n没有新情况时也说一声，节假日照常。",
        "已改好：每周一08:30，只看竹木、水晶；下一期11月30日（周一）08:30。\n没有新情况时也说一声，节假日照常。",
        "已改好：每周五15:00，只看竹木、水晶；下一期11月27日（周五）15:00。\n没有新情况时也说一声，节假日照常。",
        "已改好：每周五15:00，只看竹木、水晶；下一期11月27日（周五）15:00。\n没有新情况时也说一声，遇节假日顺延到工作日。",
        "已改好：每周五15:00，只看竹木、水晶；下一期11月27日（周五）15:00。\n没有新情况就不发，遇节假日顺延到工作日。",
        "已暂停，12月8日恢复。说“恢复推送”随时恢复。",
        "已恢复：每周五15:00，只看竹木、水晶；下一期11月27日（周五）15:00。",
        "您的订阅：\n1. 每周五15:00，只看竹木、水晶；下一期11月27日（周五）15:00\n"
        "可以说“改到周五下午”“只要投资”“暂停两周”“别推了”。",
        "已停止推送，不会再打扰您。说“恢复推送”可以接着收。",
        "您还没有订周报。说“每周一早上八点半给我推周报”，或者点下面的按钮。",
        "已恢复：每周五15:00，只看竹木、水晶；下一期11月27日（周五）15:00。",
    ]


def test_several_subscriptions_are_told_apart(desk: Desk) -> None:
    talk(desk, "每周一推周报", "每月1号推竹木的月报")
    assert talk(desk, "改到下午三点")[0].startswith("您有2个订阅，要改哪一个？")
    assert talk(desk, "第二个改到下午三点")[0].startswith("已改好：每月1日15:00，只看竹木")
    assert talk(desk, "退订第一个", "我的订阅")[1].startswith("您的订阅：\n1. 每月1日15:00")


def test_the_same_subscription_again_changes_its_time(desk: Desk) -> None:
    assert talk(desk, "每周一推周报", "每周三推周报")[1].startswith("已改好：每周三08:30")
    assert talk(desk, "我的订阅")[0].count("\n1.") == 1


def test_there_is_an_end_to_subscriptions(desk: Desk) -> None:
    words = ["投资", "项目", "工业", "排名", "进度", "困难", "外贸", "消费", "财政", "农业", "用工"]
    replies = talk(desk, *(f"每周一推{word}的周报" for word in words))
    assert replies[MOST].startswith(f"一个聊天里最多{MOST}个订阅")


def test_unclear_words_are_wishes_only_for_subscribers(desk: Desk) -> None:
    assert desk.take(ME, "只要竹木", NOW) is None
    assert desk.take(ME, "暂停两周", NOW) is None
    talk(desk, "订阅")
    assert said(desk.take(ME, "只要竹木", NOW)).startswith("已改好")
    assert desk.take(Where(777, 501), "只要竹木", NOW) is None


def test_buttons_do_what_they_say(desk: Desk) -> None:
    letter = desk.take(ME, "订阅", NOW)
    assert letter is not None
    pressed = dict(letter.buttons)
    assert list(pressed) == ["改时间", "只看部分", "没变化不发", "节假日顺延", "暂停两周", "退订"]
    times = desk.press(ME, pressed["改时间"], NOW)
    assert said(desk.press(ME, dict(times.buttons)["周五 15:00"], NOW)).startswith("已改好：每周五15:00")
    topics = desk.press(ME, pressed["只看部分"], NOW)
    assert "只看困难" in said(desk.press(ME, dict(topics.buttons)["困难"], NOW))
    assert "没有新情况就不发" in said(desk.press(ME, pressed["没变化不发"], NOW))
    assert "12月8日恢复" in said(desk.press(ME, pressed["暂停两周"], NOW))
    assert "已停止推送" in said(desk.press(ME, pressed["退订"], NOW))
    assert "这个按钮已经过期" in said(desk.press(ME, pressed["退订"], NOW))
    assert all(len(data.encode()) <= 64 for one in (letter, times, topics) for _, data in one.buttons)


def test_topics_are_ticked_and_unticked(desk: Desk) -> None:
    letter = desk.take(ME, "订阅", NOW)
    assert letter is not None
    topics = desk.press(ME, dict(letter.buttons)["只看部分"], NOW)
    assert said(topics).startswith("现在全部内容。想看哪部分？")
    assert {"投资", "困难", "竹木"} <= set(dict(topics.buttons))
    for label in ("投资", "竹木"):
        topics = desk.press(ME, dict(topics.buttons)[label], NOW)
    assert said(topics).startswith("现在只看投资、竹木")
    assert [label for label in labels(topics) if label.startswith("✓")] == ["✓ 投资", "✓ 竹木"]
    topics = desk.press(ME, dict(topics.buttons)["✓ 投资"], NOW)
    assert said(topics).startswith("现在只看竹木")
    topics = desk.press(ME, dict(topics.buttons)["全部内容"], NOW)
    assert said(topics).startswith("现在全部内容")
    assert talk(desk, "只要投资", "全部都要")[1].startswith("已改好：每周一08:30，全部内容")


def test_one_of_several_by_button(desk: Desk) -> None:
    talk(desk, "每周一推周报", "每月1号推竹木的月报")
    letter = desk.take(ME, "改到下午三点", NOW)
    assert letter is not None
    assert list(dict(letter.buttons)) == ["第1个", "第2个"]
    one = desk.press(ME, dict(letter.buttons)["第2个"], NOW)
    assert said(one).startswith("您的订阅：\n1. 每月1日08:30，只看竹木")
    assert "改时间" in dict(one.buttons)


def test_a_pause_that_is_over_is_not_spoken_of(desk: Desk) -> None:
    talk(desk, "订阅", "暂停两周")
    assert "已暂停" in talk(desk, "我的订阅")[0]
    later = desk.take(ME, "我的订阅", NOW + timedelta(days=15))
    assert "已暂停" not in said(later)
    assert labels(later)[4] == "暂停两周"


def labels(letter: Letter | None) -> list[str]:
    assert letter is not None
    return [label for label, _ in letter.buttons]


@pytest.mark.parametrize(
    "data", ["su:e:999", "su:zz:1", "su:", "dg:o:1::99", "dg:o:99::1", "dg:x:0::1", "dg:f:0:-1:1", "x"]
)
def test_forged_buttons_explain_themselves(desk: Desk, data: str) -> None:
    talk(desk, "订阅")
    assert "这个按钮已经过期" in said(desk.press(ME, data, NOW))
    assert "这个按钮已经过期" in said(desk.press(Where(9, 9), "su:e:1", NOW))
    assert talk(desk, "我的订阅")[0].startswith("您的订阅：")


def test_digest_now_and_its_pages(desk: Desk) -> None:
    letter = desk.take(ME, "周报", NOW)
    assert letter is not None
    assert letter.html.startswith("<b>周报</b>")
    *turns, word = letter.buttons
    found = desk.paper(ME, word[1])
    assert found is not None and word[0] == "Word 文件"
    assert (found[1].title, found[1].parts[0][0]) == ("周报", "概要")
    assert desk.paper(replace(ME, chat_id=ME.chat_id + 1), "dg:x:99::1") is None
    for label, data in turns:
        page = desk.press(ME, data, NOW)
        assert ("返回", ":".join(["dg", "o", *data.split(":")[2:]])) == page.buttons[0], label
    assert "“消费税”" not in letter.html


def test_a_word_that_no_summary_holds_is_named(desk: Desk) -> None:
    assert talk(desk, "每周一推跨境电商的周报")[0].endswith("现有总结里还没有提到“跨境电商”，以后提到了会推给您。")


def test_watches_in_words(desk: Desk) -> None:
    assert talk(
        desk, "完成率低于序时进度就提醒我", "竹木增速低于10%就提醒我", "我的提醒", "取消第一个提醒", "我的提醒"
    ) == [
        "好的，各项完成率低于序时进度或进度滞后就提醒您，每次只说一遍。\n眼下已有1项如此：\n"
        "· 小微园年度计划完成率（2022年上半年）41.5%，低于序时进度（50%）",
        "好的，竹木低于10%就提醒您，每次只说一遍。\n眼下已有1项如此：\n· 竹木行业产值（2022年上半年）增长8.1%",
        "您设的提醒：\n1. 各项完成率低于序时进度或进度滞后\n2. 竹木低于10%\n"
        "说“取消提醒”全部取消，“取消第一个提醒”取消一个。",
        "已取消1个提醒。",
        "您设的提醒：\n1. 竹木低于10%\n说“取消提醒”全部取消，“取消第一个提醒”取消一个。",
    ]


def test_the_same_watch_again_is_no_second_one_and_buttons_end_it(desk: Desk) -> None:
    talk(desk, "增速转负时告诉我", "增速转负时告诉我", "出口有变化就告诉我")
    letter = desk.take(ME, "我的提醒", NOW)
    assert letter is not None
    assert labels(letter) == ["取消第1个", "取消第2个"]
    assert said(desk.press(ME, dict(letter.buttons)["取消第1个"], NOW)) == "已取消1个提醒。"
    assert said(desk.press(ME, dict(letter.buttons)["取消第1个"], NOW)).startswith("这个按钮已经过期")
    assert said(desk.press(Where(9, 9), dict(letter.buttons)["取消第2个"], NOW)).startswith("这个按钮已经过期")
    for number in range(19):
        talk(desk, f"产值超过{number + 1}亿元时通知我")
    assert talk(desk, "产值超过99亿元时通知我")[0].startswith("一个聊天里最多20个提醒")


def test_groups_have_subscriptions_of_their_own(desk: Desk) -> None:
    group = Where(-1001, 501, ChatKind.GROUP)
    talk(desk, "每周一推周报", where=group)
    assert desk.take(ME, "改到周五", NOW) is None
    assert talk(desk, "改到周五", where=group)[0].startswith("已改好：每周五")
