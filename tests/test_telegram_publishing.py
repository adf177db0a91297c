"""Publishing in the chat: a file or a pasted text is read, reported, looked at, published or discarded."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from handlers.commands.editions import named
from knowledge.store import Edit
from tests.bots import SUMMARY, Scene, scene
from tests.documents import docx_file

NEWER = SUMMARY.format(year=2023, added="43.9", growth="7.9", rank="2").replace("31.2亿元", "98.6亿元")
NEWER = NEWER.replace("机械行业产值15.5亿元，同比下降1.7%。\n", "竹木行业产值8.8亿元，同比增长3.3%。\n")
NEXT_YEAR = SUMMARY.format(year=2024, added="47.1", growth="6.6", rank="3")

REPORT = """📄 柏岭县经济和信息化局2023年上半年工作总结
柏岭县经济和信息化局 · 2023年上半年 · 文件 新总结.md
读出：指标 19，工作事项 2，困难 2
要看一眼：存疑 1，没读成的数 0

与已发布的柏岭县经济和信息化局2023年上半年工作总结（2023年上半年）相比："""


async def sent(s: Scene, person: Any, name: str, content: bytes | str, **more: Any) -> Any:
    """Send a file and wait for the report."""
    s.api.document(person, name, content if isinstance(content, bytes) else content.encode(), **more)
    return await reported(s, person)


async def reported(s: Scene, person: Any) -> Any:
    """The next message that is no moving status."""
    while True:
        call = await s.api.wait("sendMessage", chat=person, within=30)
        if not call.text.startswith(("◐", "◓", "◑", "◒")):
            return call


async def editor(s: Scene) -> Any:
    """A new editor."""
    call = await s.ask(s.admin, "/invite 编辑")
    person = s.api.person("林编辑")
    await s.ask(person, f"/start {call.text.partition('start=')[2][:16]}")
    return person


async def test_a_file_is_reported_published_and_answered_from(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        person = await editor(s)
        report = await sent(s, person, "新总结.md", NEWER)
        assert report.text.startswith(REPORT), report.text
        for line in (
            "改变 3 项",
            "· 规模以上工业增加值 数值（2023年上半年）：43.7亿元 → 43.9亿元",
            "· 规模以上工业增加值 增速（2023年上半年）：7.5% → 7.9%",
            "· 医化行业·产值 数值（2023年上半年）：31.2亿元 → 98.6亿元",
            "新增 2 项",
            "· 竹木行业·产值 数值（2023年上半年）：8.8亿元",
            "消失 2 项",
            "· 机械行业·产值 数值（2023年上半年）：15.5亿元",
            "发布之前不会按它回答。",
        ):
            assert line in report.text, report.text
        assert "43.7亿元" in (await s.ask(person, "规上工业增加值是多少")).text
        published = await s.press(person, report, "发布", "editMessageText")
        assert "已发布为第 2 版" in published.text
        assert "43.9亿元" in (await s.ask(person, "规上工业增加值是多少")).text
        assert "98.6亿元" in (await s.ask(s.admin, "医化行业产值是多少")).text
        log = [(entry.actor, entry.action) for entry in s.bot.people.audit.entries(limit=3)]
        assert log[:2] == [
            (f"telegram:{person.id}", "knowledge.publish"),
            (f"telegram:{person.id}", "knowledge.upload"),
        ]


async def test_looking_closer_shows_what_is_doubtful_with_its_sentence(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "新总结.md", NEWER)
        looked = await s.press(s.admin, report, "细看")
        assert "存疑的指标" in looked.text
        assert "医化行业·产值 数值 98.6亿元（2023年上半年）：与上次的31.2亿元相差很大" in looked.text
        assert "医化行业产值98.6亿元，同比增长9.4%" in looked.text
        assert {"发布", "丢弃"} <= set(looked.labels)
        assert "http" not in looked.text  # the review desk is off


async def test_discarding_leaves_everything_as_it_was(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "新总结.md", NEWER)
        assert "没有发布" in (await s.press(s.admin, report, "丢弃", "editMessageText")).text
        assert "已经发布或删除" in (await s.press(s.admin, report, "发布")).text
        assert "43.7亿元" in (await s.ask(s.admin, "规上工业增加值是多少")).text
        assert s.bot.talk.services.library.revision == 1


async def test_formats_of_the_reading_work_are_taken(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        blocks = [
            ("title", "柏岭县经济和信息化局2024年上半年工作总结"),
            ("text", "1—6月，工业投资完成21.4亿元，同比增长5.6%。"),
        ]
        report = await sent(s, s.admin, "总结.docx", docx_file(blocks))
        assert "2024年上半年" in report.text and "工业投资 数值" in report.text
        await s.press(s.admin, report, "发布", "editMessageText")
        assert "21.4亿元" in (await s.ask(s.admin, "工业投资多少")).text


async def test_a_repaired_file_says_what_was_repaired(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "总结.txt", NEXT_YEAR.replace("工业", "工\u200b业"))
        assert "修复：去掉看不见的字符" in report.text


async def test_a_pasted_text_is_read_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        s.api.say(s.admin, NEXT_YEAR)
        report = await reported(s, s.admin)
        assert report.text.startswith("📄 柏岭县经济和信息化局2024年上半年工作总结"), report.text
        assert "2023年上半年工作总结（2023年上半年）相比" in report.text
        await s.press(s.admin, report, "发布", "editMessageText")
        assert "47.1亿元" in (await s.ask(s.admin, "规上工业增加值是多少")).text


async def test_a_long_paste_that_telegram_cut_is_put_together(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        filler = "\n".join(f"第{n}项工作按计划推进，各方配合顺畅，群众反映良好，没有新的情况。" for n in range(200))
        whole = NEXT_YEAR + "\n" + filler + "\n全县出口额完成6.5亿元，同比增长2.2%。\n"
        pieces = [whole[at : at + 4096] for at in range(0, len(whole), 4096)]
        assert len(pieces) > 1
        for number, piece in enumerate(pieces, 1):
            asked = await s.ask(s.admin, piece)
            assert f"已收到 {number} 段" in asked.text
        s.api.press(s.admin, asked.message, "开始读")
        report = await reported(s, s.admin)
        assert "2024年上半年工作总结" in report.text and "出口" in report.text


async def test_pasting_can_be_called_off(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        asked = await s.ask(s.admin, NEXT_YEAR * 9)
        assert "没有保留" in (await s.press(s.admin, asked, "作罢")).text
        assert "43.7亿元" in (await s.ask(s.admin, "规上工业增加值是多少")).text


async def test_viewers_and_groups_publish_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "新总结.md", NEWER)
        call = await s.ask(s.admin, "/invite")
        viewer = s.api.person("王")
        await s.ask(viewer, f"/start {call.text.partition('start=')[2][:16]}")
        assert "只有编辑可以发布" in (await sent(s, viewer, "总结.md", NEWER)).text
        s.api.say(viewer, NEXT_YEAR)
        assert "📄" not in (await reported(s, viewer)).text
        for command in ("/publish", "/desk"):
            assert "没有这项权限" in (await s.ask(viewer, command)).text
        forwarded = report.message | {"chat": viewer.as_chat()}
        for label in ("发布", "细看", "丢弃"):
            s.api.press(viewer, forwarded, label)
            assert "给别人的按钮" in (await s.api.wait("answerCallbackQuery")).params.get("text", ""), label
        other = await editor(s)
        s.api.press(other, report.message | {"chat": other.as_chat()}, "发布")
        assert "给别人的按钮" in (await s.api.wait("answerCallbackQuery")).params.get("text", "")
        group = s.api.group("工作群")
        await s.ask(s.admin, "/admit", chat=group)
        s.api.document(s.admin, "总结.md", NEWER.encode(), chat=group, caption=f"@{s.api.username}")
        assert "私聊" in (await s.api.wait("sendMessage", chat=group)).text
        assert (s.bot.talk.services.library.revision, len(s.bot.talk.services.office.drafts())) == (1, 1)


async def test_an_editor_who_is_removed_publishes_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        person = await editor(s)
        report = await sent(s, person, "新总结.md", NEWER)
        s.bot.people.access.shut_out("telegram", str(person.id), "test", datetime.now(UTC))
        assert "没有使用权限" in (await s.press(person, report, "发布")).text
        assert s.bot.talk.services.library.revision == 1


async def test_two_editors_get_a_conflict_with_the_present_comparison(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        person = await editor(s)
        first = await sent(s, person, "甲.md", NEWER)
        second = await sent(s, s.admin, "乙.md", NEWER.replace("43.9亿元", "44.4亿元"))
        await s.press(person, first, "发布", "editMessageText")
        conflict = await s.press(s.admin, second, "发布")
        assert "林编辑 已发布第 2 版，您看到的是第 1 版" in conflict.text
        assert "43.9亿元 → 44.4亿元" in conflict.text
        assert "已发布为第 3 版" in (await s.press(s.admin, conflict, "发布", "editMessageText")).text


async def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        again = SUMMARY.format(year=2023, added="43.7", growth="7.5", rank="2")
        report = await sent(s, s.admin, "柏岭2023上.md", again)
        assert "没有不同" in report.text
        assert "仍是第 1 版" in (await s.press(s.admin, report, "发布", "editMessageText")).text


async def test_drafts_that_wait_are_listed(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        await sent(s, s.admin, "新总结.md", NEWER)
        usage = await s.ask(s.admin, "/publish")
        assert "还有 1 份等待发布" in usage.text
        report = await s.press(s.admin, usage, "新总结.md（管理员甲）")
        assert report.text.startswith(REPORT)


BAD = [
    ("空.txt", b"  ", "空文件"),
    ("图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "这是图片"),
    ("坏.docx", b"PK\x03\x04" + b"\0" * 200, "压缩包"),
    ("../../etc/passwd", b"  ", "passwd 是空文件"),
    ("..\\..\\<b>x</b>.txt", b"  ", "b>.txt 是空文件"),
]


async def test_what_cannot_be_read_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        for name, content, said in BAD:
            reply = await sent(s, s.admin, name, content)
            assert said in reply.text and ".." not in reply.text, reply.text
        assert s.bot.talk.services.office.drafts() == []


async def test_names_with_paths_become_plain_names(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "../../../tmp/\u202e<i>总结.md", NEWER)
        assert "文件 <i>总结.md" in report.text
        (draft,) = s.bot.talk.services.office.drafts()
        assert draft[3] == "<i>总结.md"


async def test_large_files_are_refused_before_and_by_telegram(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        message = s.api.document(s.admin, "大.pdf", b"x")
        message["document"]["file_size"] = 50 * 1024 * 1024 + 1
        assert "超过 50 MB" in (await reported(s, s.admin)).text
        s.api.document(s.admin, "大.pdf", b"x" * (21 << 20))
        assert "20 MB" in (await reported(s, s.admin)).text
        s.api.calls = [call for call in s.api.calls if call.method != "getFile"]  # the emulator's own refusal


async def test_others_and_the_sender_are_answered_while_a_file_is_read(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        gate = asyncio.Event()
        s.api.fail("download", until=gate)
        s.api.document(s.admin, "新总结.md", NEWER.encode())
        await s.api.wait("getFile")
        s.api.say(s.admin, "规上工业增加值是多少")
        answer = await reported(s, s.admin)
        assert "43.7亿元" in answer.text
        await s.api.until(lambda: any(c.text == "◐ 正在读《新总结.md》……" for c in s.api.of("sendMessage", s.admin)))
        assert "已用 2 秒" in (await s.api.wait("editMessageText", chat=s.admin)).text
        gate.set()
        assert (await reported(s, s.admin)).text.startswith(REPORT)
        await s.api.wait("deleteMessage", chat=s.admin)


async def test_a_corrected_figure_is_answered_with_its_mark(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        store = s.bot.talk.services.office.store
        doc = store.shelf().documents()[-1]
        wrong = next(f.obs for f in store.shelf().document_facts(doc.doc_id) if f.obs.value_text == "31.2")
        right = replace(wrong, value=Decimal("33.2"), value_text="33.2")
        store.correct(doc.doc_id, [Edit(wrong, right)], who="林编辑", why="核对")
        answer = (await s.ask(s.admin, "医化行业产值是多少")).text
        assert "医化行业产值为33.2亿元" in answer and "医化行业产值31.2亿元" in answer  # its sentence as it stands
        assert re.search(r"（医化行业产值为33.2亿元：林编辑\d{4}-\d\d-\d\d更正，与原文不同之处以此为准）", answer), (
            answer
        )
        assert "更正" not in (await s.ask(s.admin, "橡塑行业产值是多少")).text


# -- earlier editions ----------------------------------------------------------------------------------


async def test_admins_ask_and_export_earlier_editions(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "新总结.md", NEWER)
        await s.press(s.admin, report, "发布", "editMessageText")
        for words in ("第1版：规上工业增加值是多少", "上一版 规上工业增加值是多少", "第 1 版的规上工业增加值是多少"):
            answer = await s.ask(s.admin, words)
            assert answer.text.startswith("按第 1 版（") and "43.7亿元" in answer.text, answer.text
        assert "43.9亿元" in (await s.ask(s.admin, "规上工业增加值是多少")).text
        described = await s.ask(s.admin, "第1版")
        assert "柏岭县经济和信息化局2022年上半年工作总结" in described.text
        book = await s.press(s.admin, described, "导出第 1 版", "sendDocument")
        assert next(iter(book.files.values()))[0] == "第1版.xlsx"
        assert "没有这样的版本" in (await s.ask(s.admin, "去年版本：规上工业增加值是多少")).text
        assert "没有这样的版本" in (await s.ask(s.admin, "第99版")).text


async def test_last_years_edition_is_the_last_of_last_year(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        report = await sent(s, s.admin, "新总结.md", NEWER)
        await s.press(s.admin, report, "发布", "editMessageText")
        store = s.bot.talk.services.office.store
        with store.writing() as connection:  # 31 December 23:59 here, 1 January 00:00 here
            connection.execute("UPDATE revisions SET at = '2021-12-31T15:59:00+00:00' WHERE revision = 1")
            connection.execute("UPDATE revisions SET at = '2021-12-31T16:00:00+00:00' WHERE revision = 2")
        assert "43.7亿元" in (await s.ask(s.admin, "2021年版本的规上工业增加值是多少")).text
        for words in ("2022年版本", "2022年底的版本", "去年版本", "前年版"):
            asked = await s.ask(s.admin, f"{words}：规上工业增加值是多少")
            assert asked.text.startswith("按第 2 版（2022-01-01 管理员甲发布）回答") and "43.9亿元" in asked.text, words
        assert "没有这样的版本" in (await s.ask(s.admin, "2020年版本")).text


async def test_earlier_editions_are_for_admins(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        person = await editor(s)
        assert "没有这项权限" in (await s.ask(person, "第1版：规上工业增加值是多少")).text
        assert "没有这项权限" in (await s.ask(person, "去年版本")).text


@pytest.mark.parametrize("text", ["去年医化行业增速多少", "2022年版权登记数是多少", "版本", "第1位是谁", "上半年增速"])
def test_questions_that_name_no_edition(text: str) -> None:
    assert named(text, datetime(2024, 5, 1, tzinfo=UTC)) is None
