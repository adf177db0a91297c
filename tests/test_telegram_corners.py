"""What is seldom met: an empty store, commands in the wrong place, things gone when their button is pressed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from knowledge.store import KnowledgeStore
from tests.bots import scene

NONE_YET = "还没有读入任何总结，请编辑先发布一份。"
PRIVATE = "请在与机器人的私聊里使用这项命令。"


async def test_an_empty_store_says_what_is_lacking(tmp_path: Path) -> None:
    KnowledgeStore.open(tmp_path / "县.db").close()
    async with scene(tmp_path) as s:
        for said in (
            "/overview",
            "/sectors",
            "/progress",
            "/difficulties",
            "医化产值多少",
            "有哪些困难",
            "哪些工作滞后",
        ):
            assert (await s.ask(s.admin, said)).text == NONE_YET, said
        assert "还没有读入总结" in (await s.ask(s.admin, "/source")).text
        assert "您好" in (await s.ask(s.admin, "你好")).text
        assert s.bot.people.review.open() == []  # nothing that an editor could teach


async def test_in_a_group_only_what_is_for_a_group(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = s.api.group()
        s.api.joined(s.admin, group)
        await s.api.wait("sendMessage", chat=group)
        await s.ask(s.admin, "/admit", chat=group)
        for command in ("/forget", "/invite", "/users", "/unanswered", "/broadcast 停电"):
            assert (await s.ask(s.admin, command, chat=group)).text == PRIVATE, command
        before = len(s.api.of("sendMessage", group))
        s.api.document(s.admin, "总结.md", b"x", chat=group)  # a file for somebody else
        s.api.say(s.api.person("丙"), "/start@another_bot", chat=group)
        answer = await s.ask(s.admin, "@jianbao_test_bot 医化行业增速多少", chat=group)
        assert "9.4%" in answer.text and len(s.api.of("sendMessage", group)) == before + 1


async def test_a_request_of_somebody_who_erased_everything(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        person = s.api.person("乙")
        await s.press(person, await s.ask(person, "/start"), "申请使用")
        request = await s.heard("sendMessage", s.admin)
        s.bot.people.personal.erase("telegram", str(person.id), "telegram:77", datetime.now(UTC))
        told = [await s.press(s.admin, request, label) for label in ("批准查阅", "拒绝")]
        assert [call.text for call in told] == ["这个按钮太旧了，已经不能用，请重新提问。"] * 2
        assert "没有使用权限" in (await s.ask(person, "医化行业增速多少")).text
