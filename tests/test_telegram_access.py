"""Who is not admitted gets no figure, by any way in; and how people are admitted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.bots import Scene, scene

FIGURES = ("9.4", "31.2", "43.7", "7.5", "招工难", "柏岭")


def no_figure(calls: list[Any]) -> None:
    for call in calls:
        assert not any(figure in call.html for figure in FIGURES), call.html


async def test_a_stranger_gets_no_figure_by_any_way_in(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业增速多少")
        stranger = s.api.person("生人")
        for text in (
            "医化行业增速多少",
            "/start",
            "/overview",
            "/help",
            "/digest",
            "/source",
            "/users",
            "有哪些困难",
            "每周一发周报",
        ):
            assert "没有使用权限" in (await s.ask(stranger, text)).text, text
        message = s.api.say(stranger, "你好")
        await s.api.wait("sendMessage", chat=stranger)
        s.api.edit(message, "医化行业增速多少")
        await s.api.wait("sendMessage", chat=stranger)
        s.api.document(stranger, "总结.docx", b"PK..")
        await s.api.wait("sendMessage", chat=stranger)
        forwarded = answer.message | {"chat": stranger.as_chat()}
        for button in [button for button in answer.buttons if "callback_data" in button]:
            s.api.press(stranger, forwarded, data=button["callback_data"])
            await s.api.wait("sendMessage", chat=stranger)
        for data in ("dg:x:0::1", "su:n:0", "x", "."):
            s.api.press(stranger, forwarded, data=data)
            await s.api.wait("sendMessage", chat=stranger)
        s.api.query(stranger, "医化行业增速")
        inline = await s.api.wait("answerInlineQuery")
        assert not inline.params.get("results") and inline.params["button"]["start_parameter"]
        no_figure([*s.api.of("sendMessage", stranger), *s.api.of("sendPhoto", stranger), inline])


async def test_applying_and_being_approved(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        newcomer = s.api.person("<b>李</b>&")
        refusal = await s.ask(newcomer, "医化行业增速多少")
        told = await s.press(newcomer, refusal, "申请使用")
        assert "批准后会通知" in told.text
        asked = await s.api.wait("sendMessage", chat=s.admin)
        assert "<b>李</b>&（" in asked.text
        s.api.press(newcomer, asked.message | {"chat": newcomer.as_chat()}, "批准编辑")
        await s.api.wait("sendMessage", chat=newcomer)
        await s.press(s.admin, asked, "批准查阅", "editMessageText")
        assert "欢迎" in (await s.api.wait("sendMessage", chat=newcomer)).text
        assert "9.4%" in (await s.ask(newcomer, "医化行业增速多少")).text
        assert "没有这项权限" in (await s.ask(newcomer, "/users")).text
        own = [
            call for call in s.api.of("setMyCommands") if (call.params.get("scope") or {}).get("chat_id") == newcomer.id
        ]
        names = {command["command"] for command in own[-1].params["commands"]}
        assert "overview" in names and not {"users", "unanswered"} & names


async def test_changing_and_removing_people(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        viewer = await admitted(s, "王")
        listed = await s.ask(s.admin, "/users")
        one = await s.press(s.admin, listed, "王（查阅）", "editMessageText")
        await s.press(s.admin, one, "改为编辑", "editMessageText")
        await s.api.wait("sendMessage", chat=viewer)
        assert "没答上" in (await s.ask(viewer, "/unanswered")).text or True
        listed = await s.ask(s.admin, "/users")
        one = await s.press(s.admin, listed, "王（编辑）", "editMessageText")
        await s.press(s.admin, one, "移除", "editMessageText")
        assert "取消" in (await s.api.wait("sendMessage", chat=viewer)).text
        assert "没有使用权限" in (await s.ask(viewer, "医化行业增速多少")).text


async def admitted(s: Scene, name: str, words: str = "") -> Any:
    """A new person who came by an invitation."""
    call = await s.ask(s.admin, f"/invite {words}".strip())
    found = re.search(r"start=([\w-]{16})", call.text)
    assert found, call.text
    person = s.api.person(name)
    assert "欢迎" in (await s.ask(person, f"/start {found[1]}")).text
    return person


async def test_invitations_are_limited(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        call = await s.ask(s.admin, "/invite 2次 3天 编辑 县统计局")
        assert "编辑，县统计局，可用 2 次，3 天" in call.text
        code = call.text.partition("start=")[2][:16]
        for number, word in enumerate(("欢迎", "欢迎", "无效")):
            assert word in (await s.ask(s.api.person(f"人{number}"), f"/start {code}")).text
        for bad in ("0" * 16, "../../etc/passwd", "'; DROP TABLE x"):
            reply = await s.ask(s.api.person("试"), f"/start {bad}")
            assert "没有使用权限" in reply.text or "无效" in reply.text


async def test_the_first_admin_by_a_code_printed_once(tmp_path: Path, capsys: Any) -> None:
    async with scene(tmp_path, admins=()) as s:
        code = re.search(r"/start ([\w-]{16})", capsys.readouterr().out)
        assert code
        first, second = s.api.person("首"), s.api.person("次")
        assert "管理员" in (await s.ask(first, f"/start {code[1]}")).text
        assert "无效" in (await s.ask(second, f"/start {code[1]}")).text
        assert "人员" in (await s.ask(first, "/users")).text
        listed = await s.ask(first, "/users")
        one = await s.press(first, listed, "首（管理员）", "editMessageText")
        assert "最后一名" in (await s.press(first, one, "移除")).text


async def test_open_and_allowlist(tmp_path: Path) -> None:
    async with scene(tmp_path, mode="open") as s:
        assert "9.4%" in (await s.ask(s.api.person("谁"), "医化行业增速多少")).text
    (tmp_path / "b").mkdir()
    async with scene(tmp_path / "b", mode="allowlist", allowed=(55,)) as s:
        assert "9.4%" in (await s.ask(s.api.person("在", id=55), "医化行业增速多少")).text
        out = await s.ask(s.api.person("不在", id=56), "医化行业增速多少")
        assert "56" in out.text and not out.labels


async def test_mark_and_protection(tmp_path: Path) -> None:
    async with scene(tmp_path, mark=True, protect=True) as s:
        call = await s.ask(s.admin, "医化行业增速多少")
        assert "仅供 管理员甲（77）查阅" in call.text and call.message["has_protected_content"]
        assert "has_protected_content" not in (await s.ask(s.admin, "/settings")).message


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


async def test_inline_quotes_for_who_is_admitted(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        s.api.query(s.admin, "医化行业增速")
        call = await s.api.wait("answerInlineQuery")
        (result,) = call.params["results"]
        assert "9.4%" in result["input_message_content"]["message_text"]
        assert call.params["is_personal"] and int(call.params["cache_time"]) <= 10


async def test_forged_and_old_buttons_explain_themselves(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        answer = await s.ask(s.admin, "医化行业增速多少")
        key = next(b["callback_data"] for b in answer.buttons).partition(".")[0]
        for data in ("nonsense", f"{key}.99", f"{key}.-1", "a" * 64, "💣.0", f"{key}.0.0", f"{key}.²"):
            s.api.press(s.admin, answer.message, data=data)
            assert "太旧" in (await s.api.wait("answerCallbackQuery")).params["text"], data
