"""In groups: who is answered, where, and what is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bots import Scene, scene
from tests.emulator import Chat

QUESTION, ANSWER = "医化行业增速多少", "9.4%"


async def opened(s: Scene, **more: Any) -> Chat:
    """An admitted group."""
    group = s.api.group(**more)
    assert "已开通" in (await s.ask(s.admin, "/admit", chat=group)).text
    return group


async def test_groups(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group, member = s.api.group("经信工作群"), s.api.person("组员")
        s.api.joined(s.admin, group)
        assert "/admit" in (await s.api.wait("sendMessage", chat=group)).text
        name = f"@{s.api.username}"
        assert "没有开通" in (await s.ask(member, f"{name} 医化行业增速", chat=group)).text
        assert "没有开通" in (await s.ask(s.admin, f"{name} 医化行业增速", chat=group)).text
        assert "没有" in (await s.ask(member, "/admit", chat=group)).text
        assert "已开通" in (await s.ask(s.admin, "/admit", chat=group)).text
        answer = await s.ask(member, f"医化行业增速 {name}", chat=group)
        assert "9.4%" in answer.text and answer.params["reply_parameters"]["message_id"]
        follow = await s.ask(member, "那橡塑呢", chat=group, reply_to=answer.message)
        assert "4.1%" in follow.text
        for command in ("/users", "/invite"):
            assert "私聊" in (await s.ask(s.admin, command, chat=group)).text
        s.api.press(s.api.person("旁人"), answer.message, "出处")
        alert = await s.api.wait("answerCallbackQuery")
        assert "给别人的按钮" in alert.params["text"]
        moved = s.api.migrate(group)
        assert "9.4%" in (await s.ask(member, f"{name} 医化行业增速", chat=moved)).text
        assert "已停用" in (await s.ask(s.admin, "/admit", chat=moved)).text


async def test_a_name_may_stand_right_before_chinese(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = await opened(s)
        for text in (f"@{s.api.username}{QUESTION}", f"{QUESTION}@{s.api.username.upper()}"):
            s.api.privacy = False
            assert ANSWER in (await s.ask(s.api.person(), text, chat=group)).text


async def test_what_is_not_for_the_bot_is_left_alone(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = await opened(s)
        s.api.privacy = False
        person = s.api.person()
        for text in (QUESTION, "/ban 张三", "/help@other_bot", f"x@{s.api.username}_2 {QUESTION}", "mail@example.org"):
            s.api.say(person, text, chat=group)
        s.api.document(person, "总结.docx", b"PK", chat=group)
        assert "没有这个命令" in (await s.ask(person, f"/ban@{s.api.username}", chat=group)).text
        assert len(s.api.of("sendMessage", group)) == 2


async def test_answers_stay_in_their_topic(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = await opened(s)
        topic = {"message_thread_id": 12, "is_topic_message": True}
        answer = await s.ask(s.admin, f"@{s.api.username} {QUESTION}", chat=group, **topic)
        assert answer.params["message_thread_id"] in (12, "12")
        s.api.press(s.admin, answer.message | topic, "走势图")
        picture = await s.api.wait("sendPhoto", chat=group)
        assert picture.params["message_thread_id"] in (12, "12")


async def test_somebody_anonymous_is_asked_to_speak_as_themselves(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = s.api.group()
        robot = Chat(1087968824, "private", "Group")
        message = s.api.written(robot, group, text="/admit", sender_chat=group.as_chat())
        message["from"] |= {"is_bot": True}
        s.api.inject({"message": message})
        assert "本人的身份" in (await s.api.wait("sendMessage", chat=group)).text
        assert not s.bot.people.access.groups("telegram")


async def test_buttons_of_a_group_outlive_its_move(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = await opened(s)
        answer = await s.ask(s.admin, f"@{s.api.username} {QUESTION}", chat=group)
        moved = s.api.migrate(group)
        await s.api.quiet()
        s.api.press(s.admin, answer.message | {"chat": moved.as_chat()}, "出处")
        assert "主要指标" in (await s.api.wait("sendMessage", chat=moved)).text


async def test_a_group_that_moved_unnoticed_is_followed(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        group = await opened(s)
        new = s.api.group(group.name)
        s.api.migrated[group.id] = new.id
        s.api.say(s.admin, f"@{s.api.username} {QUESTION}", chat=group)
        assert ANSWER in (await s.api.wait("sendMessage", chat=new)).text
        assert s.bot.people.access.group("telegram", str(new.id))
        s.api.calls[:] = [call for call in s.api.calls if call.chat != group.id]  # refused with the new id, as meant
