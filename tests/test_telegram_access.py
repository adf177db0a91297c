"""Who is not admitted gets no figure, by any way in; and how people are admitted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bots import ADMIN, Scene, publish, scene

FIGURES = ("9.4", "31.2", "43.7", "7.5", "招工难", "柏岭")


LONG = "# 柏岭县经济和信息化局2024年上半年工作总结\n\n## 一、存在困难\n\n" + "\n".join(
    f"{number}.难题{number}：企业反映第{number}道工序用工短缺，缺口{number}00人，需要各部门帮助协调解决。"
    for number in range(1, 41)
)


GROWN = "# 柏岭县经济和信息化局2023年工作总结\n\n## 一、主要指标\n\n全年医化行业产值61.2亿元，同比增长9.9%。\n"


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
        assert "没有待处理的问题" in (await s.ask(viewer, "/unanswered")).text
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


async def test_invitations_expire(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    async with scene(tmp_path, now=lambda: clock[0]) as s:
        code = (await s.ask(s.admin, "/invite 9次 3天")).text.partition("start=")[2][:16]
        clock[0] += timedelta(days=2, hours=23)
        assert "欢迎" in (await s.ask(s.api.person("早"), f"/start {code}")).text
        clock[0] += timedelta(hours=2)
        assert "过期" in (await s.ask(s.api.person("晚"), f"/start {code}")).text


async def test_buttons_and_conversations_grow_old(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    async with scene(tmp_path, now=lambda: clock[0]) as s:
        answer = await s.ask(s.admin, "医化行业增速多少")
        clock[0] += timedelta(minutes=29)
        assert "4.1%" in (await s.ask(s.admin, "那橡塑呢")).text
        clock[0] += timedelta(minutes=31)
        assert "4.1%" not in (await s.ask(s.admin, "那增速呢")).text
        clock[0] += timedelta(days=31)
        s.api.press(s.admin, answer.message, "出处")
        assert "太旧" in (await s.api.wait("answerCallbackQuery")).params["text"]


async def test_an_application_is_decided_once(tmp_path: Path) -> None:
    async with scene(tmp_path, admins=(ADMIN, 78)) as s:
        other, newcomer = s.api.person("管理员乙", id=78), s.api.person("李")
        refusal = await s.ask(newcomer, "你好")
        await s.press(newcomer, refusal, "申请使用")
        mine, theirs = [await s.api.wait("sendMessage", chat=one) for one in (s.admin, other)]
        again = await s.ask(newcomer, "你好")
        assert "已经交给管理员" in again.text and not again.labels
        await s.press(s.admin, mine, "拒绝", "editMessageText")
        assert "没有获得批准" in (await s.api.wait("sendMessage", chat=newcomer)).text
        late = await s.press(other, theirs, "批准编辑", "editMessageText")
        assert "李的申请已经处理过（已拒绝）" in late.text
        final = await s.ask(newcomer, "医化行业增速多少")
        assert "联系管理员" in final.text and not final.labels
        assert "联系管理员" in (await s.press(newcomer, refusal, "申请使用")).text
        assert len(s.api.of("sendMessage", s.admin)) == 1


async def test_who_was_removed_needs_a_new_invitation(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    async with scene(tmp_path, now=lambda: clock[0]) as s:
        code = (await s.ask(s.admin, "/invite 9次 30天")).text.partition("start=")[2][:16]
        person = s.api.person("王")
        await s.ask(person, f"/start {code}")
        clock[0] += timedelta(hours=1)
        one = await s.press(s.admin, await s.ask(s.admin, "/users"), "王（查阅）", "editMessageText")
        await s.press(s.admin, one, "移除", "editMessageText")
        await s.api.wait("sendMessage", chat=person)
        assert "无效" in (await s.ask(person, f"/start {code}")).text
        clock[0] += timedelta(hours=1)
        code = (await s.ask(s.admin, "/invite")).text.partition("start=")[2][:16]
        assert "欢迎" in (await s.ask(person, f"/start {code}")).text


async def test_many_people_are_listed_in_pages(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        code = (await s.ask(s.admin, "/invite 30次")).text.partition("start=")[2][:16]
        for number in range(10, 30):
            await s.ask(s.api.person(f"<i>人{number}"), f"/start {code}")
        first = await s.ask(s.admin, "/users")
        assert "第 1/3 页" in first.text and first.labels[0] == "<i>人10（查阅）" and first.labels[-1] == "下一页 ›"
        second = await s.press(s.admin, first, "下一页 ›", "editMessageText")
        assert "9. <i>人18：查阅" in second.text and second.labels[-2:] == ["‹ 上一页", "下一页 ›"]
        one = await s.press(s.admin, second, "<i>人20（查阅）", "editMessageText")
        assert "<i>人20（" in one.text
        assert "第 1/3 页" in (await s.press(s.admin, one, "所有人员", "editMessageText")).text


async def test_each_bureau_has_its_own_invitations(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        one = await admitted(s, "统", "县统计局")
        listed = await s.ask(s.admin, "/users")
        assert "统：查阅（县统计局）" in listed.text
        invited = s.bot.people.access.find("telegram", str(one.id))
        assert invited is not None and invited.bureau == "县统计局"
        used = [entry for entry in s.bot.people.audit.entries() if entry.action in ("access.invite", "access.redeem")]
        assert [entry.detail["bureau"] for entry in used] == ["县统计局"] * 2


async def test_mark_and_protection(tmp_path: Path) -> None:
    async with scene(tmp_path, mark=True, protect=True) as s:
        call = await s.ask(s.admin, "医化行业增速多少")
        assert "仅供 管理员甲（77）查阅" in call.text and call.message["has_protected_content"]
        assert "has_protected_content" not in (await s.ask(s.admin, "/settings")).message
        marked = "仅供 管理员甲（77）查阅"
        picture = await s.press(s.admin, call, "走势图", "sendPhoto")
        book = await s.press(s.admin, call, "导出表格", "sendDocument")
        digest = await s.ask(s.admin, "/digest")
        page = await s.press(s.admin, digest, "分行业", "editMessageText")
        assert all(one.text.endswith(marked) for one in (picture, book, digest, page))
        assert all(one.message["has_protected_content"] for one in (picture, book, digest))
        s.api.query(s.admin, "医化行业增速")
        assert not (await s.api.wait("answerInlineQuery")).params.get("results")


async def test_what_is_pushed_is_marked_too(tmp_path: Path) -> None:
    async with scene(tmp_path, mark=True) as s:
        reader = await admitted(s, "丁")
        await s.ask(reader, "医化产值超过50亿元时通知我")
        publish(tmp_path, "柏岭2023全.md", GROWN)
        alert = await s.api.wait("sendMessage", chat=reader, within=60)
        assert "61.2亿元" in alert.text and alert.text.endswith(f"仅供 丁（{reader.id}）查阅")


async def test_every_page_is_marked(tmp_path: Path) -> None:
    publish(tmp_path, "长.md", LONG)
    async with scene(tmp_path, mark=True) as s:
        first = await s.ask(s.admin, "/difficulties")
        assert "第 1/" in first.text and "难题1：" in first.text
        second = await s.press(s.admin, first, "下一页 ›", "editMessageText")
        assert "第 2/" in second.text and all(one.text.endswith("（77）查阅") for one in (first, second))
        s.api.query(s.admin, "医化行业增速")
        (quoted,) = (await s.api.wait("answerInlineQuery")).params["results"]
        assert quoted["input_message_content"]["message_text"].endswith("仅供 管理员甲（77）查阅</i>")


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
