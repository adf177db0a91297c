"""Personal data listed, exported, erased and forgotten in time; asking limited; the audit log sealed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import cli
from bot.settings import PrivacySettings, Settings
from bot.upkeep import forget
from handlers.quota import Leave, Quota
from knowledge.mailing import ChatKind, Due, Parcel, ParcelKind, Subscription
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import Grant, Key, People, Press, Role, State, people_path
from knowledge.store.people.personal import OF_PERSONS, OTHERS
from tests.bots import scene

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
LIN, WANG = "7001", "7002"


@pytest.fixture
def people(tmp_path: Path) -> People:
    """A people file in which two persons did everything that leaves something behind."""
    with KnowledgeStore.open(tmp_path / "县.db"):
        pass
    people = People(people_path(tmp_path / "县.db"))
    deliveries = Deliveries(people.file)
    for person in (LIN, WANG):
        people.access.admit("telegram", person, f"名字{person}", Grant(Role.EDITOR), "telegram:1", NOW)
        key = Key("telegram", person, person)
        people.talks.keep_context(key, f"上下文{person}", NOW)
        people.talks.show(key, [Press("ask", f"按钮{person}")], NOW, revision=1)
        people.talks.set("telegram", person, "language", "hans")
        people.review.keep(key, f"问题{person}", "not_found", NOW)
        update = {"update_id": int(person), "message": {"from": {"id": int(person), "is_bot": False}}}
        people.inbox.take("telegram", int(person), json.dumps(update), NOW)
        chat = int(person)
        deliveries.subscriptions.subscribe(Subscription(0, chat, chat, ChatKind.PRIVATE), Due(NOW.date(), NOW), NOW)
        parcel = Parcel(0, "cast:1", chat, ParcelKind.BROADCAST, NOW, body=f"信{person}")
        deliveries.outbox.enqueue([(parcel, NOW + timedelta(hours=1))])
    return people


def test_every_table_is_accounted_for(people: People) -> None:
    from knowledge.store.people.desk import DeskKeys

    DeskKeys(people.file)
    found = {row[0] for row in people.file.read("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert found - set(OF_PERSONS) - set(OTHERS) - {"sqlite_sequence"} == set(), "say whose data a new table holds"


def test_all_of_a_person_is_exported_and_nothing_of_another(people: People) -> None:
    whole = people.personal.export("telegram", LIN)
    assert [word for word in ("名字", "上下文", "按钮", "问题", "信") if f"{word}{LIN}" not in whole] == []
    assert WANG not in whole
    assert {each["action"] for each in json.loads(whole)["audit"]} == {"access.admit"}


def test_erasing_leaves_nothing_of_a_person_and_all_of_others(people: People, tmp_path: Path) -> None:
    others = people.personal.export("telegram", WANG)
    counts = people.personal.erase("telegram", LIN, f"telegram:{LIN}", NOW)
    assert counts["周报订阅"] == 1 and sum(counts.values()) == 8
    assert people.personal.kept("telegram", LIN) == []
    assert people.personal.export("telegram", WANG) == others
    assert people.audit.broken_at() is None
    people.file.close()
    raw = people_path(tmp_path / "县.db").read_bytes()
    words = ("名字", "上下文", "按钮", "问题", "信")
    assert [word for word in words if f"{word}{LIN}".encode() in raw] == [], "freed pages are overwritten"
    assert [word for word in words if f"{word}{WANG}".encode() not in raw] == []


def test_erasing_opens_no_door(people: People) -> None:
    people.access.shut_out("telegram", LIN, "telegram:1", NOW)
    people.personal.erase("telegram", LIN, f"telegram:{LIN}", NOW)
    known = people.access.find("telegram", LIN)
    assert known is not None and (known.state, known.name) == (State.REMOVED, "")


def test_the_audit_log_names_nobody(people: People) -> None:
    assert "名字" not in json.dumps([entry.detail for entry in people.audit.entries()], ensure_ascii=False)


def test_what_is_past_its_time_is_forgotten(people: People) -> None:
    settings = Settings(privacy=PrivacySettings(question_days=30))
    forget(people, settings, NOW + timedelta(days=29))
    assert {each.what for each in people.personal.kept("telegram", LIN)} >= {"没答上的问题和意见", "显示过的按钮"}
    forget(people, settings, NOW + timedelta(days=31))
    left = {each.table for each in people.personal.kept("telegram", LIN)}
    assert left.isdisjoint({"contexts", "keyboards", "unanswered"})


def test_the_command_line_shows_exports_and_erases(people: People, tmp_path: Path) -> None:
    people.file.close()

    def person(*args: str, given: str = "") -> str:
        result = CliRunner().invoke(cli, ["person", *args, "--store", str(tmp_path / "县.db")], input=given)
        return result.output

    assert "没答上的问题和意见：1 条" in person("show", LIN)
    assert json.loads(person("export", f"telegram:{LIN}"))["person"] == f"telegram:{LIN}"
    assert "Aborted" in person("erase", LIN, given="n\n")
    assert "周报订阅 1 条" in person("erase", LIN, "--yes")
    assert person("show", LIN).startswith("没有。\n审计日志：2 条")


async def test_forget_in_the_chat(tmp_path: Path) -> None:
    async with scene(tmp_path, mode="open") as s:
        lin = s.api.person("小林")
        await s.ask(lin, "柏岭县旅游收入是多少")
        await s.ask(lin, "每周三下午三点给我推周报")
        listed = await s.ask(lin, "/forget")
        assert "没答上的问题和意见：1条" in listed.text and "周报订阅：1条" in listed.text
        exported = await s.press(lin, listed, "导出我的资料", "sendDocument")
        assert exported.text == "这是您在这里的全部资料。"
        sure = await s.press(lin, listed, "删除我的资料", "editMessageText")
        assert "不能恢复" in sure.text
        done = await s.press(lin, sure, "确定删除", "editMessageText")
        assert done.text.startswith("已删除您的资料") and "周报订阅1条" in done.text
        await s.api.quiet()
        assert {each.table for each in s.bot.people.personal.kept("telegram", str(lin.id))} <= {"updates"}
        assert Deliveries(s.bot.people.file).subscriptions.of_chat(lin.id) == []


async def test_forget_is_for_who_is_not_admitted_too_and_not_for_the_last_admin(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        stranger = s.api.person("路人")
        await s.ask(stranger, "/start")
        listed = await s.ask(stranger, "删除我的资料")
        assert "没有获准" in listed.text or "申请" in listed.text  # words are for who is admitted
        listed = await s.ask(stranger, "/forget")
        assert "存有您的这些资料" in listed.text
        listed = await s.ask(s.admin, "/forget")
        asked = await s.press(s.admin, listed, "删除我的资料", "sendMessage")
        assert "最后一名管理员" in asked.text


# -- asking too fast -----------------------------------------------------------------------------------------------


def test_the_bucket_empties_and_fills_again() -> None:
    quota = Quota(3)
    assert [quota.ask("a", 0.0) for _ in range(5)] == [Leave.YES] * 3 + [Leave.FIRST_NO, Leave.NO]
    assert quota.ask("b", 0.0) is Leave.YES
    assert quota.ask("a", 20.0) is Leave.YES
    assert [quota.ask("a", 20.0) for _ in range(2)] == [Leave.FIRST_NO, Leave.NO]
    assert quota.ask("a", -1000.0) is Leave.NO, "a clock that is set back gives nothing"
    assert all(Quota(0).ask("a", 0.0) is Leave.YES for _ in range(1000))


@given(st.integers(1, 60), st.lists(st.floats(0, 30), max_size=200))
def test_nobody_is_answered_more_often_than_allowed(per_minute: int, pauses: list[float]) -> None:
    quota, now, answered = Quota(per_minute), 0.0, []
    for pause in pauses:
        now += pause
        if quota.ask("a", now) is Leave.YES:
            answered.append(now)
    for start in answered:
        assert sum(start <= at <= start + 60 for at in answered) <= 2 * per_minute


def test_very_many_people_do_not_fill_the_memory() -> None:
    quota = Quota(2)
    assert [quota.ask("busy", 0.0) for _ in range(3)][-1] is Leave.FIRST_NO
    for number in range(25_000):
        quota.ask(str(number), 0.0)
    assert len(quota._buckets) <= 10_001
    assert quota.ask("busy", 0.0) is Leave.NO, "who asks too much is not forgotten for it"


async def test_who_asks_too_fast_is_told_once_and_others_are_answered(tmp_path: Path) -> None:
    async with scene(tmp_path, mode="open", per_minute=3) as s:
        fast, other = s.api.person("快"), s.api.person("慢")
        replies = [(await s.ask(fast, "医化行业增速多少")).text for _ in range(4)]
        assert ["9.4%" in text for text in replies] == [True, True, True, False]
        assert replies[3] == "您问得太快了，请过一会儿再问。"
        for _ in range(5):
            s.api.say(fast, "医化行业增速多少")
        await s.api.quiet()
        assert len(s.api.of("sendMessage", fast)) == 4
        assert "9.4%" in (await s.ask(other, "医化行业增速多少")).text


# -- the audit log -------------------------------------------------------------------------------------------------


def forged(change: str) -> Callable[[People], None]:
    def forge(people: People) -> None:
        with people.file.write() as connection:
            connection.execute("DROP TRIGGER audit_no_update")
            connection.execute("DROP TRIGGER audit_no_delete")
            connection.execute(change)

    return forge


def verify(tmp_path: Path, *args: str) -> tuple[int, str]:
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    from bot.cli import _run

    out = StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = _run(["audit", "verify", "--store", str(tmp_path / "县.db"), *args])
    return code, out.getvalue()


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE audit SET actor = 'telegram:9' WHERE id = 2", 2),
        ("UPDATE audit SET at = '2020' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("INSERT INTO audit SELECT 9, at, actor, action, subject, detail, hash, 'x' FROM audit WHERE id = 1", 9),
    ],
)
def test_any_change_of_the_log_is_found(people: People, tmp_path: Path, change: str, at: int) -> None:
    assert verify(tmp_path)[0] == 0
    forged(change)(people)
    code, text = verify(tmp_path)
    assert code == 2 and f"第 {at} 条起对不上" in text


def test_a_log_that_was_cut_off_is_found_by_the_hash_noted_before(people: People, tmp_path: Path) -> None:
    code, text = verify(tmp_path)
    noted = text.strip().rpartition("：")[2]
    assert (code, len(noted)) == (0, 64)
    people.audit.record("telegram:1", "access.invite", "viewer", NOW)
    assert verify(tmp_path, "--expect", noted)[0] == 0
    forged("DELETE FROM audit WHERE id >= 2")(people)
    assert verify(tmp_path)[0] == 0, "by itself the rest is sound"
    code, text = verify(tmp_path, "--expect", noted)
    assert code == 2 and "截去" in text


def test_the_log_can_be_added_to_only(people: People) -> None:
    from sqlite3 import IntegrityError

    for change in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(IntegrityError, match="append-only"), people.file.write() as connection:
            connection.execute(change)


def test_the_log_is_listed(people: People, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["audit", "list", "--store", str(tmp_path / "县.db"), "--json"])
    entries = [json.loads(line) for line in result.output.splitlines()]
    assert [entry["id"] for entry in entries] == [2, 1] and entries[0]["subject"] == f"telegram:{WANG}"
