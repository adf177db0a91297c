"""Each command for each role, in slashes and in words; the menus; and every button that can be reached."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from handlers.commands.table import commands
from knowledge.store.people import Role
from tests.bots import STATUS, Scene, publish, scene
from tests.emulator import Call, Chat
from tests.test_telegram_access import LONG, admitted

WORDS = {Role.VIEWER: "", Role.EDITOR: "编辑", Role.ADMIN: "管理员"}
NO = ("没有使用权限", "没有这项权限", "请在要开通的群里")


async def person_of(s: Scene, role: Role | None) -> Chat:
    """Somebody with a role; None is a stranger."""
    return s.api.person("生人") if role is None else await admitted(s, str(role), WORDS[role])


@pytest.mark.parametrize("role", [None, *Role])
async def test_each_role_may_use_its_commands_and_no_others(tmp_path: Path, role: Role | None) -> None:
    async with scene(tmp_path) as s:
        person = await person_of(s, role)
        for command in commands().values():
            reply = await s.ask(person, f"/{command.name}")
            needed = command.role or (None if command.own else Role.VIEWER)
            allowed = needed is None or (role is not None and role.rank >= needed.rank)
            assert (not reply.text.startswith(("抱歉", "您没有这项"))) == allowed, (command.name, reply.text)


LANGUAGES = [
    ("zh-hans", "各行业产值和增速"),
    ("zh-hant", "各行業產值和增速"),
    ("en", "Sectors with growth"),
    (None, "各行业产值和增速"),
]


@pytest.mark.parametrize(("language", "described"), LANGUAGES)
async def test_the_menu_speaks_a_persons_language(tmp_path: Path, language: str | None, described: str) -> None:
    async with scene(tmp_path) as s:
        code = (await s.ask(s.admin, "/invite")).text.partition("start=")[2][:16]
        person = s.api.person("某", language=language)
        await s.ask(person, f"/start {code}")
        await s.api.until(lambda: bool(menus(s, person)))
        menu = {one["command"]: one["description"] for one in menus(s, person)[-1]}
        assert menu["sectors"] == described


def menus(s: Scene, person: Chat) -> list[list[dict[str, str]]]:
    """The menus set for one person so far."""
    calls = [call for call in s.api.of("setMyCommands") if call.ok]
    return [call.params["commands"] for call in calls if (call.params.get("scope") or {}).get("chat_id") == person.id]


@pytest.mark.parametrize("role", list(Role))
async def test_the_menu_has_what_the_role_may(tmp_path: Path, role: Role) -> None:
    async with scene(tmp_path) as s:
        person = await person_of(s, role)
        await s.api.until(lambda: bool(menus(s, person)))
        shown = {one["command"] for one in menus(s, person)[-1]}
        ranks = {one.name: one.role.rank if one.role else 0 for one in commands().values() if not one.group_only}
        assert shown == {name for name, rank in ranks.items() if rank <= role.rank}


async def test_the_menus_for_everybody(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        kinds = {}
        for call in s.api.of("setMyCommands"):
            scope = call.params.get("scope") or {"type": "default"}
            names = {one["command"] for one in call.params["commands"]}
            kinds[scope["type"], call.params.get("language_code")] = names
        assert {"start", "help"} <= kinds["default", None] and "overview" not in kinds["default", None]
        assert "admit" in kinds["all_chat_administrators", "en"] and "admit" not in kinds["all_group_chats", None]


SAID = [
    ("开始", "您好"),
    ("怎么用", "怎么问"),
    ("帮忙", "怎么问"),
    ("总体情况怎么样", "规模以上工业增加值43.7亿元"),
    ("看看整体工作情况", "规模以上工业增加值43.7亿元"),
    ("各行业产值增速", "1. 医化行业"),
    ("所有行业怎么样？", "1. 医化行业"),
    ("工作进展如何", "推进小微企业园建设"),
    ("哪些工作滞后", "推进小微企业园建设"),
    ("目前存在哪些主要困难和问题？", "招工难"),
    ("有什么問題", "招工难"),
    ("数据来源", "2022年1—6月"),
    ("读了哪些总结？", "2022年1—6月"),
    ("看看简报", "周报"),
    ("偏好", "语言：跟随 Telegram"),
    ("提意见", "请写下您的意见"),
    ("取消", "作罢"),
    ("没答上的问题", "没有待处理的问题"),
    ("人员管理", "人员"),
    ("邀请 2次 编辑", "编辑，可用 2 次"),
    ("群发：明天开会", "没有可发的聊天"),
]


async def test_commands_in_words(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        for words, said in SAID:
            assert said in (await s.ask(s.admin, words)).text, words


async def test_every_button_that_can_be_reached_works(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    publish(tmp_path, "长.md", LONG)
    starts = [f"/{name}" for name in commands() if name != "broadcast"]
    starts += ["医化行业增速多少", "规上工业增加值是多少", "机械怎么样", "产值", "明天会下雨吗", "每周一9点发周报"]
    async with scene(tmp_path) as s:
        await s.ask(s.api.person("申请人"), "你好")
        await admitted(s, "王")
        pressed: set[str] = set()
        waiting = [(await s.ask(s.admin, start), 0) for start in starts]
        while waiting:
            call, depth = waiting.pop(0)
            for button in [one for one in call.buttons if "callback_data" in one and one["text"] not in pressed]:
                pressed.add(button["text"])
                came = await press(s, call, button["callback_data"])
                assert came, button["text"]
                assert not any("出了点问题" in one.text for one in came), button["text"]
                waiting += [
                    (one, depth + 1) for one in came if depth < 3 and one.ok and one.method != "answerCallbackQuery"
                ]
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
        # a choice made once more shows what is there: Telegram refuses that edit, which the bot takes as done
        s.api.calls[:] = [one for one in s.api.calls if "not modified" not in str(one.error)]
        assert len(pressed) > 40 and {"走势图", "同类对比", "出处", "排名", "下一页 ›", "移除"} <= pressed, pressed


async def press(s: Scene, call: Call, data: str) -> list[Any]:
    """Press a button and wait until the bot is done with it; the messages that came of it."""
    before = len(s.api.calls)
    s.api.press(s.admin, call.message, data=data)
    await s.api.wait("answerCallbackQuery")
    await s.api.until(lambda: any(map(shown, s.api.calls[before:])), what="the end of a press")
    return [one for one in s.api.calls[before:] if shown(one)]


def shown(call: Call) -> bool:
    """Whether a call shows a person something: an alert, a message, a file; not a moving status."""
    if call.method == "answerCallbackQuery":
        return bool(call.params.get("text"))
    if call.method == "sendMessage":
        return call.text[:1] not in STATUS
    return call.method in ("sendPhoto", "sendDocument", "editMessageText")
