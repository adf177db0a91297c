"""Conversations over HTTP against the emulator: the real application, store and templates."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import openpyxl

from tests.bots import SUMMARY, publish, scene
from tests.emulator import Call


async def test_a_question_is_answered_with_its_source(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        call = await s.ask(s.admin, "医化行业增速多少")
        assert "9.4%" in call.text and "2023年1—6月" in call.text
        assert any(entity["type"] == "expandable_blockquote" for entity in call.entities)
        assert {"走势图", "同类对比", "出处", "导出表格", "没答对"} <= set(call.labels)


async def test_start_has_buttons_that_work(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        start = await s.ask(s.admin, "/start")
        assert "柏岭县" in start.text
        for label in start.labels:
            reply = await s.press(s.admin, start, label)
            assert len(reply.text) > 10, label
        assert len(s.api.of("answerCallbackQuery")) == len(start.labels)


COMMANDS = [
    ("/overview", "规模以上工业增加值43.7亿元，同比增长7.5%\n• 工业投资18.6亿元，同比下降2.3%\n"),
    ("/sectors", "2. 橡塑行业：22.8亿元，同比增长4.1%\n3. 机械行业：15.5亿元，同比下降1.7%\n"),
    ("/progress", "推进小微企业园建设"),
    ("/difficulties", "招工难"),
    ("/source", "2022年1—6月"),
    ("/digest", "柏岭县"),
    ("/subscribe", "订"),
    ("/settings", "语言：跟随 Telegram"),
    ("/feedback", "请写下您的意见"),
    ("/unanswered", "没有待处理的问题"),
    ("/users", "还没有人"),
    ("/invite", "可用 1 次，7 天内有效"),
    ("/admit", "请在要开通的群里"),
    ("/help@jianbao_test_bot", "有哪些困难"),
    ("/nonsense", "没有这个命令"),
]


async def test_every_command_says_its_thing(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        for command, said in COMMANDS:
            call = await s.ask(s.admin, command)
            assert said in call.text, command


WORDS = [
    ("有哪些困难？", "招工难"),
    ("各行业情况怎么样", "1. 医化行业"),
    ("工作进展", "推进小微企业园建设"),
    ("有哪些困難", "招工难"),
    ("帮助", "怎么问"),
    ("意见：字再大些", "谢谢"),
    ("每周一早上九点给我发简报", "9:00"),
    ("设置", "语言"),
]


async def test_the_same_in_words(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        for words, said in WORDS:
            call = await s.ask(s.admin, words)
            assert said in call.text, words


async def test_document_text_is_escaped(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        call = await s.ask(s.admin, "/difficulties")
        assert "<script>alert(1)</script> & “引号”" in call.text


async def test_follow_up_and_buttons_lead_on(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        first = await s.ask(s.admin, "规上工业增加值是多少")
        assert "43.7亿元" in first.text
        rank = await s.press(s.admin, first, "排名")
        assert "第2" in rank.text
        source = await s.press(s.admin, first, "出处")
        assert "一、主要指标" in source.text and "增速居全市第2位" in source.text


async def test_masked_and_unknown_say_so(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        masked = await s.ask(s.admin, "用电量是多少")
        assert "xx.xx" in masked.text and "隐去" in masked.text
        unknown = await s.ask(s.admin, "明天会下雨吗")
        assert not any(char.isdigit() for char in unknown.text.partition("可以查到")[0])


async def test_charts_come_as_pictures_and_are_sent_again_by_id(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业产值增速多少")
        for label in ("走势图", "同类对比"):
            first = await s.press(s.admin, answer, label, "sendPhoto")
            assert next(iter(first.files.values()))[1].startswith(b"\x89PNG")
            again = await s.press(s.admin, answer, label, "sendPhoto")
            assert not again.files and again.message["photo"] == first.message["photo"]


async def test_only_rates_of_the_years_tasks_are_held_against_the_year(tmp_path: Path) -> None:
    text = SUMMARY.format(year=2024, added="45.2", growth="6.9", rank="3")
    publish(tmp_path, "柏岭2024上.md", text.replace("医化行业产值31.2亿元", "医化行业产值31.2亿元，占规上产值的32.7%"))
    async with scene(tmp_path) as s:
        library = s.bot.talk.services.library
        latest = library.latest()
        assert latest is not None and {fact.obs.value_text for fact in library.figures(latest)} >= {"32.7", "60"}
        assert [fact.obs.value_text for fact in library.annual_rates(latest)] == ["38.5", "60"]
        progress = await s.ask(s.admin, "/progress")
        picture = await s.press(s.admin, progress, "进度图", "sendPhoto")
        assert content_of(picture).startswith(b"\x89PNG") and "2024年1—6月完成进度" in picture.text


async def test_a_picture_is_drawn_once_and_again_when_telegram_lost_it(tmp_path: Path) -> None:
    from handlers import charts

    async with scene(tmp_path, mode="open") as s:
        answer = await s.ask(s.admin, "医化行业产值增速多少")
        await s.press(s.admin, answer, "走势图", "sendPhoto")
        other = s.api.person("乙")
        asked = await s.ask(other, "医化行业产值增速多少")
        with charts._drawing:  # nothing can be drawn now
            assert not (await s.press(other, asked, "走势图", "sendPhoto")).files
        s.api.files.clear()  # as if the token were another bot's now
        again = await s.press(other, asked, "走势图", "sendPhoto")
        assert content_of(again).startswith(b"\x89PNG")
        s.api.calls[:] = [call for call in s.api.calls if call.ok]  # the one that was refused, as meant


async def test_figures_come_as_a_workbook_with_numbers(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业产值是多少")
        sent = await s.press(s.admin, answer, "导出表格", "sendDocument")
        name, content = next(iter(sent.files.values()))
        rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
        assert name.endswith(".xlsx") and 31.2 in rows[1]
        overview = await s.ask(s.admin, "/overview")
        everything = await s.press(s.admin, overview, "导出全部", "sendDocument")
        assert len(next(iter(everything.files.values()))[1]) > len(content)


async def test_a_section_comes_as_a_workbook(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业产值是多少")
        source = await s.press(s.admin, answer, "出处")
        part = await s.press(s.admin, source, "导出本节", "sendDocument")
        book = openpyxl.load_workbook(io.BytesIO(content_of(part)))
        assert book.sheetnames == ["指标"] and "一、主要指标" in part.text
        assert {row[0] for row in book["指标"].values} >= {"规模以上工业增加值", "产值", "工业投资"}
        whole = await s.press(s.admin, source, "导出全文数字", "sendDocument")
        assert openpyxl.load_workbook(io.BytesIO(content_of(whole))).sheetnames == ["指标", "工作事项", "困难问题"]


def content_of(call: Call) -> bytes:
    """The one file that was sent."""
    return next(iter(call.files.values()))[1]


async def test_the_digest_comes_as_a_word_document(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        digest = await s.ask(s.admin, "/digest")
        sent = await s.press(s.admin, digest, "Word 文件", "sendDocument")
        book = docx.Document(io.BytesIO(content_of(sent)))
        lines = [paragraph.text for paragraph in book.paragraphs]
        assert {"周报", "概要", "分行业", "困难问题", "出处"} <= set(lines)
        assert any(line.startswith("▲ 规模以上工业增加值：43.7亿元") for line in lines)
        assert len(book.inline_shapes) == 1


async def test_the_source_of_a_follow_up_is_that_of_its_answer(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        await s.ask(s.admin, "医化行业增速多少")
        follow = await s.ask(s.admin, "那橡塑呢")
        source = await s.press(s.admin, follow, "出处")
        assert "橡塑行业产值22.8亿元，同比增长4.1%。" in source.text and "医化" not in source.text
        await s.api.wait("answerCallbackQuery")
        s.api.press(s.admin, follow.message, "没答对")
        assert "已记下" in (await s.api.wait("answerCallbackQuery")).params["text"]
        kept = s.bot.people.review.open()[0]
        assert (kept.question, kept.reason) == ("那橡塑呢", "bad") and "4.1%" in (kept.comment or "")


async def test_settings_change_in_place_and_take_effect(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        settings = await s.ask(s.admin, "/settings")
        edited = await s.press(s.admin, settings, "不显示按钮", "editMessageText")
        assert "按钮：不显示" in edited.text
        assert not (await s.ask(s.admin, "医化行业增速多少")).labels
        await s.press(s.admin, edited, "不显示原文", "editMessageText")
        assert "blockquote" not in (await s.ask(s.admin, "医化行业增速多少")).html
        settings = await s.ask(s.admin, "/settings")
        settings = await s.press(s.admin, settings, "数字放在最前", "editMessageText")
        assert "数字：放在最前，单独一行" in settings.text
        assert (await s.ask(s.admin, "医化行业增速多少")).text.startswith("同比增长9.4%\n2023年1—6月，医化行业")
        assert (await s.ask(s.admin, "规上工业增加值是多少")).text.startswith("43.7亿元\n")
        await s.press(s.admin, settings, "数字写在句里", "editMessageText")
        settings = await s.ask(s.admin, "/settings")
        await s.press(s.admin, settings, "语言：简体", "editMessageText")
        s.api.press(s.admin, settings.message, "语言：简体")
        await s.api.wait("answerCallbackQuery")
        again = await s.ask(s.admin, "/settings")
        await s.press(s.admin, again, "语言：繁體", "editMessageText")
        assert "增長" in (await s.ask(s.admin, "医化行业增速多少")).text


async def test_traditional_readers_get_traditional(tmp_path: Path) -> None:
    async with scene(tmp_path, mode="open") as s:
        reader = s.api.person("文", language="zh-hant")
        assert "增長" in (await s.ask(reader, "医化行业增速多少")).text
        assert "總體" in (await s.ask(reader, "/help")).text


async def test_long_lists_are_paged_in_place(tmp_path: Path) -> None:
    lines = (f"{number}.难题{number}：企业反映第{number}道工序用工短缺，缺口{number}00人。" for number in range(1, 100))
    publish(tmp_path, "长.md", "# 柏岭县经信局2024年上半年工作总结\n\n## 一、存在困难\n\n" + "\n".join(lines))
    async with scene(tmp_path) as s:
        first = await s.ask(s.admin, "/difficulties")
        assert first.labels == ["下一页 ›"] and "第 1/" in first.text
        second = await s.press(s.admin, first, "下一页 ›", "editMessageText")
        assert "第 2/" in second.text and second.labels == ["‹ 上一页", "下一页 ›"]
        assert second.message["message_id"] == first.message["message_id"]
        back = await s.press(s.admin, second, "‹ 上一页", "editMessageText")
        assert back.text == first.text and second.text[0].isdigit() and "缺口" not in second.text.splitlines()[0]
        shown = [first, second]
        while "下一页 ›" in shown[-1].labels:
            shown.append(await s.press(s.admin, shown[-1], "下一页 ›", "editMessageText"))
        assert all(f"难题{number}" in "".join(one.text for one in shown) for number in range(1, 100))


async def test_several_questions_at_once_and_a_very_long_one(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        both = await s.ask(s.admin, "医化行业增速多少？橡塑行业增速多少？")
        assert "9.4%" in both.text and "4.1%" in both.text
        assert await s.ask(s.admin, "医化行业" + "啊" * 4000)


async def test_edited_messages_are_answered_anew(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        message = s.api.say(s.admin, "医化行业增速多少")
        await s.api.wait("sendMessage")
        s.api.edit(message, "橡塑行业增速多少")
        assert "4.1%" in (await s.api.wait("sendMessage")).text


async def test_feedback_and_bad_answers_reach_editors_and_teaching_works_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        await s.ask(s.admin, "/feedback")
        assert "谢谢" in (await s.ask(s.admin, "请增加电力数据")).text
        unknown = await s.ask(s.admin, "药企搞得咋样")
        assert "31.2" not in unknown.text
        listed = await s.ask(s.admin, "/unanswered")
        assert "请增加电力数据" in listed.labels
        one = await s.press(s.admin, listed, "药企搞得咋样", "editMessageText")
        await s.press(s.admin, one, "教它怎么答")
        assert "没有记下" in (await s.ask(s.admin, "月球上的兔子")).text
        taught = await s.ask(s.admin, "药企搞得咋样=医化行业产值是多少")
        assert "现在起生效" in taught.text
        answer = await s.ask(s.admin, "药企搞得咋样")
        assert "31.2亿元" in answer.text and "按“医化行业产值是多少”理解" in answer.text
        await s.press(s.admin, taught, "撤销", "editMessageText")
        assert "理解" not in (await s.ask(s.admin, "药企搞得咋样")).text
        actions = [entry.action for entry in s.bot.people.audit.entries()]
        assert actions[:2] == ["review.unteach", "review.teach"] and s.bot.people.audit.broken_at() is None


async def test_an_editor_says_which_figure_was_meant(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业产值")
        s.api.press(s.admin, answer.message, "没答对")
        await s.api.wait("answerCallbackQuery")
        listed = await s.ask(s.admin, "/unanswered")
        one = await s.press(s.admin, listed, "医化行业产值", "editMessageText")
        assert "提问的人说没答对" in one.text and "当时答的：2023年1—6月，医化行业产值为31.2亿元" in one.text
        taught = await s.press(s.admin, one, "指的是：医化行业产值增速")
        assert "“医化行业产值”按“医化行业产值增速是多少”回答" in taught.text
        again = await s.ask(s.admin, "医化行业产值")
        assert "同比增长9.4%" in again.text.splitlines()[1]
        await s.press(s.admin, taught, "撤销", "editMessageText")
        assert (await s.ask(s.admin, "医化行业产值")).text.startswith("2023年1—6月，医化行业产值为31.2亿元")
        assert [one.action for one in s.bot.people.audit.entries()][:2] == ["review.unteach", "review.teach"]


async def test_subscription_buttons_work(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        kept = await s.ask(s.admin, "每周一早上8点半发周报")
        assert "改时间" in kept.labels
        times = await s.press(s.admin, kept, "改时间")
        changed = await s.press(s.admin, times, "周三 9:00")
        assert "周三" in changed.text and "9:00" in changed.text
        forged = s.api.press(s.admin, kept.message, data="su:e:999")
        await s.api.wait("sendMessage")
        assert forged
