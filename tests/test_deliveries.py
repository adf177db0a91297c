"""The outbox, planning and pacing: rows are unique, claimed once, settled, and never sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from handlers.digests.composer import missed
from handlers.office import Office
from handlers.pacing import Pacer
from handlers.sending import outcome_of
from knowledge.digest import crossed, signs
from knowledge.mailing import (
    ChatKind,
    Due,
    Every,
    Focus,
    OnHoliday,
    Outcome,
    Pace,
    Parcel,
    ParcelKind,
    ParcelState,
    Quiet,
    Rhythm,
    Subscription,
    SubscriptionState,
    Verdict,
    Watch,
    WatchKind,
)
from knowledge.planning import broadcast, misplaced, plan
from knowledge.schedule import next_due, workdays
from knowledge.store import KnowledgeStore
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import PeopleFile
from tests.digest_states import info, known, state
from tests.summaries import summary

NOW = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)  # Monday 08:30 in China
CHINA = workdays()
PACE = Pace()


@pytest.fixture
def deliveries(tmp_path: Path) -> Iterator[Deliveries]:
    file = PeopleFile(tmp_path / "县.people.db")
    yield Deliveries(file)
    file.close()


def parcel(chat: int, key: str = "cast:1", sub_id: int | None = None) -> tuple[Parcel, datetime]:
    kind = ParcelKind.DIGEST if sub_id else ParcelKind.BROADCAST
    return Parcel(0, key, chat, kind, NOW, sub_id=sub_id, body="正文"), NOW + timedelta(hours=12)


def subscribed(deliveries: Deliveries, chat: int = 501, **wishes: object) -> Subscription:
    one = replace(Subscription(0, chat, chat), **wishes)  # type: ignore[arg-type]
    early = NOW - timedelta(days=1)
    return deliveries.subscriptions.subscribe(one, next_due(one.rhythm, early, CHINA), early)


def queued(deliveries: Deliveries, now: datetime = NOW, pace: Pace = PACE) -> list[Parcel]:
    """Plan what is due, put it into the outbox, and claim it."""
    found = list(plan(deliveries.subscriptions.due(now), now, CHINA, pace, missed))
    deliveries.outbox.enqueue(((one.parcel, one.expires) for one in found), ((o.sub_id, o.following) for o in found))
    return deliveries.outbox.claim("a", now, 100)


def settle(deliveries: Deliveries, one: Parcel, verdict: Verdict, now: datetime = NOW, **more: object) -> None:
    deliveries.outbox.settle([replace(Outcome(one.parcel_id, verdict), **more)], now)  # type: ignore[arg-type]


# -- the outbox --------------------------------------------------------------------------------------------------------


def test_a_row_of_a_key_and_chat_is_put_in_once(deliveries: Deliveries) -> None:
    assert deliveries.outbox.enqueue([parcel(1), parcel(2), parcel(1)]) == 2
    one = deliveries.outbox.claim("a", NOW, 1)[0]
    settle(deliveries, one, Verdict.SENT, message_id=9)
    assert deliveries.outbox.enqueue([parcel(1), parcel(2)]) == 0
    assert deliveries.outbox.counts() == {ParcelState.SENT: 1, ParcelState.DUE: 1}


def test_two_workers_never_claim_the_same_row(deliveries: Deliveries) -> None:
    deliveries.outbox.enqueue([parcel(chat) for chat in range(1, 8)])
    other = Deliveries(PeopleFile(deliveries.file.path))
    first, second = deliveries.outbox.claim("a", NOW, 4), other.outbox.claim("b", NOW, 10)
    other.file.close()
    assert sorted(one.chat_id for one in first + second) == list(range(1, 8))


def test_one_row_a_chat_at_a_time_and_none_of_a_busy_chat(deliveries: Deliveries) -> None:
    deliveries.outbox.enqueue([parcel(1), parcel(1, "cast:2"), parcel(2)])
    assert [one.chat_id for one in deliveries.outbox.claim("a", NOW, 9, [2])] == [1]
    assert [one.key for one in deliveries.outbox.claim("a", NOW, 9, [2])] == ["cast:2"]


def test_what_a_stopped_worker_held_is_unknown_and_stays_so(deliveries: Deliveries) -> None:
    deliveries.outbox.enqueue([parcel(1)])
    deliveries.outbox.claim("a", NOW, 1)
    assert deliveries.outbox.recover(NOW + timedelta(seconds=119), PACE.lease_seconds) == 0
    assert deliveries.outbox.recover(NOW + timedelta(seconds=121), PACE.lease_seconds) == 1
    assert deliveries.outbox.claim("b", NOW + timedelta(seconds=122), 9) == []
    assert deliveries.outbox.counts() == {ParcelState.UNKNOWN: 1}


def test_retried_rows_wait_and_expire(deliveries: Deliveries) -> None:
    deliveries.outbox.enqueue([parcel(1)])
    one = deliveries.outbox.claim("a", NOW, 1)[0]
    settle(deliveries, one, Verdict.RETRY, wait=30.0)
    assert deliveries.outbox.claim("a", NOW + timedelta(seconds=29), 9) == []
    assert deliveries.outbox.claim("a", NOW + timedelta(seconds=31), 9)[0].attempts == 1
    settle(deliveries, one, Verdict.RETRY, wait=30.0)
    assert deliveries.outbox.claim("a", NOW + timedelta(hours=13), 9) == []
    assert deliveries.outbox.expire(NOW + timedelta(hours=13), NOW, str) == 1
    assert deliveries.outbox.counts() == {ParcelState.MISSED: 1}


def test_a_digest_that_could_not_be_sent_in_time_says_so(deliveries: Deliveries, tmp_path: Path) -> None:
    """Twelve hours without Telegram: the digest's place is taken by a line, a broadcast is missed, an alert waits."""
    sub = subscribed(deliveries)
    one = queued(deliveries)[0]
    settle(deliveries, one, Verdict.RETRY)
    deliveries.outbox.enqueue([parcel(502)])
    with KnowledgeStore.open(tmp_path / "县.db") as store:
        store.publish([summary()], who="编", why="发")
    office = Office(tmp_path / "县.db", PACE, CHINA)
    later = NOW + timedelta(hours=13)
    office.look(later)
    ((row, letter),) = office.exchange([], later, 9, [])
    assert (row.key, row.kind) == (f"sub:{sub.sub_id}:2026-11-30", ParcelKind.MISSED)
    assert letter.html.startswith("11月30日（周一）08:30的周报没能按时发出")  # type: ignore[union-attr]
    assert deliveries.outbox.counts("cast") == {ParcelState.MISSED: 1}
    office.close()


def test_a_chat_that_is_not_admitted_any_more_gets_nothing(tmp_path: Path) -> None:
    with KnowledgeStore.open(tmp_path / "县.db") as store:
        store.publish([summary()], who="编", why="发")
    office = Office(tmp_path / "县.db", PACE, CHINA, admitted=lambda chat, kind: False)
    subscribed(office.deliveries)
    office.look(NOW)
    ((row, outcome),) = office.exchange([], NOW, 9, [])
    office.exchange([outcome], NOW, 0, [])  # type: ignore[list-item]
    assert office.deliveries.outbox.counts() == {ParcelState.FAILED: 1}
    ended = office.deliveries.subscriptions.ended(row.chat_id)
    assert ended is not None
    assert ended.note == "已不在准入名单"
    office.close()


def test_the_reader_is_named_below_figures_and_not_below_a_notice(tmp_path: Path) -> None:
    with KnowledgeStore.open(tmp_path / "县.db") as store:
        store.publish([summary()], who="编", why="发")
    office = Office(tmp_path / "县.db", PACE, CHINA, reader=lambda chat, kind: f"\n\n<i>仅供 {chat}{kind}</i>")
    subscribed(office.deliveries)
    office.deliveries.outbox.enqueue(
        [
            (
                Parcel(0, "cast:1", 502, ParcelKind.BROADCAST, NOW, ChatKind.PRIVATE, None, "停电"),
                NOW + timedelta(hours=1),
            )
        ]
    )
    office.look(NOW)
    sent = {row.kind: letter.html for row, letter in office.exchange([], NOW, 9, [])}  # type: ignore[union-attr]
    assert sent[ParcelKind.DIGEST].endswith("\n\n<i>仅供 501private</i>") and sent[ParcelKind.BROADCAST] == "停电"
    office.close()


def test_a_block_ends_everything_of_the_chat_with_a_note(deliveries: Deliveries) -> None:
    subscribed(deliveries)
    subscribed(deliveries, focus=Focus(topics=("投资",)))
    deliveries.watches.add(Watch(0, 501, 501, WatchKind.NEGATIVE), NOW)
    one = queued(deliveries)[0]
    settle(deliveries, one, Verdict.BLOCKED, error="Forbidden: bot was blocked by the user")
    ended = deliveries.subscriptions.ended(501)
    assert ended is not None
    assert (ended.state, ended.note) == (SubscriptionState.ENDED, "Forbidden: bot was blocked by the user")
    assert deliveries.subscriptions.of_chat(501) == []
    assert deliveries.watches.active(501) == []
    assert deliveries.outbox.counts() == {ParcelState.FAILED: 2}


def test_a_group_that_moved_takes_its_rows_along(deliveries: Deliveries) -> None:
    subscribed(deliveries, -77, kind=ChatKind.GROUP)
    one = queued(deliveries)[0]
    settle(deliveries, one, Verdict.MOVED, moved_to=-100123)
    assert deliveries.outbox.claim("a", NOW, 9)[0].chat_id == -100123
    assert [each.chat_id for each in deliveries.subscriptions.active()] == [-100123]


def test_what_the_new_id_has_got_already_is_not_sent_again(deliveries: Deliveries) -> None:
    deliveries.outbox.enqueue([parcel(-77), parcel(-100123)])
    old = next(one for one in deliveries.outbox.claim("a", NOW, 9) if one.chat_id == -77)
    settle(deliveries, old, Verdict.MOVED, moved_to=-100123)
    assert deliveries.outbox.claim("a", NOW, 9) == []
    assert deliveries.outbox.counts() == {ParcelState.CLAIMED: 1, ParcelState.SKIPPED: 1}


def test_what_was_told_is_remembered_only_when_it_was_sent(deliveries: Deliveries) -> None:
    sub = subscribed(deliveries)
    one = queued(deliveries)[0]
    settle(deliveries, one, Verdict.UNKNOWN, revision=7)
    kept = deliveries.subscriptions.subscription(sub.sub_id)
    assert kept is not None
    assert kept.told_revision is None
    assert deliveries.outbox.last_unsure(sub.sub_id)
    later = queued(deliveries, NOW + timedelta(days=7))[0]
    settle(deliveries, later, Verdict.SENT, revision=8)
    told = deliveries.subscriptions.subscription(sub.sub_id)
    assert told is not None
    assert told.told_revision == 8
    assert not deliveries.outbox.last_unsure(sub.sub_id)


rhythms = st.builds(
    Rhythm,
    every=st.sampled_from(Every),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    month_days=st.sets(st.integers(1, 31), min_size=1).map(lambda days: tuple(sorted(days))),
    interval=st.integers(1, 4),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
    on_holiday=st.sampled_from(OnHoliday),
    anchor=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
words = st.lists(st.text(max_size=8), max_size=3).map(tuple)


@settings(max_examples=30, deadline=None)
@given(rhythms, st.builds(Focus, words, words, words, words, words), st.sampled_from(Quiet))
def test_subscriptions_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, rhythm: Rhythm, focus: Focus, quiet: Quiet
) -> None:
    file = PeopleFile(tmp_path_factory.getbasetemp() / "all.people.db")
    store = Deliveries(file).subscriptions
    kept = store.subscribe(Subscription(0, 1, 2, ChatKind.CHANNEL, focus, rhythm, quiet), Due(NOW.date(), NOW), NOW)
    assert store.subscription(kept.sub_id) == kept
    file.close()


# -- planning ----------------------------------------------------------------------------------------------------------


def test_a_late_start_catches_up_with_the_latest_occasion_only(deliveries: Deliveries) -> None:
    sub = subscribed(deliveries, rhythm=Rhythm(every=Every.DAY))
    late = NOW + timedelta(days=5, hours=3)
    one = queued(deliveries, late)[0]
    assert (one.key, one.kind, one.due_at) == (
        f"sub:{sub.sub_id}:2026-12-05",
        ParcelKind.DIGEST,
        NOW + timedelta(days=5),
    )
    assert queued(deliveries, late) == []


def test_too_late_a_start_says_that_it_was_missed(deliveries: Deliveries) -> None:
    subscribed(deliveries)
    one = queued(deliveries, NOW + timedelta(hours=20))[0]
    assert one.kind is ParcelKind.MISSED
    assert one.body == (
        "11月30日（周一）08:30的周报没能按时发出，当时系统没有运行或连不上 Telegram。发送“周报”可以马上看；"
        "下一期是12月7日（周一）08:30。"
    )
    assert queued(deliveries, NOW + timedelta(hours=21)) == []


def test_a_clock_set_back_sends_nothing_again(deliveries: Deliveries) -> None:
    subscribed(deliveries)
    settle(deliveries, queued(deliveries)[0], Verdict.SENT, revision=1)
    for hours in (-1, -100, 0, 1, -3):
        assert queued(deliveries, NOW + timedelta(hours=hours)) == []


def test_a_clock_that_was_ahead_is_put_right_at_a_start(deliveries: Deliveries) -> None:
    sub = subscribed(deliveries)
    queued(deliveries, NOW + timedelta(days=900))
    assert queued(deliveries, NOW + timedelta(hours=1)) == []
    deliveries.outbox.enqueue((), misplaced(deliveries.subscriptions.active(), NOW - timedelta(minutes=1), CHINA))
    assert queued(deliveries, NOW)[0].key == f"sub:{sub.sub_id}:2026-11-30"


def test_a_pause_holds_back_and_ends_by_itself(deliveries: Deliveries) -> None:
    sub = subscribed(deliveries)
    until = date(2026, 12, 14)
    paused = replace(sub, paused_until=until)
    deliveries.subscriptions.change(paused, next_due(paused.rhythm, NOW - timedelta(days=1), CHINA, until))
    assert queued(deliveries, NOW + timedelta(days=7)) == []
    assert queued(deliveries, NOW + timedelta(days=14))[0].key == f"sub:{sub.sub_id}:2026-12-14"


def test_a_broadcast_reaches_every_subscribed_chat_once(deliveries: Deliveries) -> None:
    subscribed(deliveries, 501)
    subscribed(deliveries, 501, focus=Focus(topics=("投资",)))
    subscribed(deliveries, -100, kind=ChatKind.GROUP)
    for _ in range(2):
        deliveries.outbox.enqueue(broadcast("7", "明天系统维护。", deliveries.subscriptions.chats(), NOW, PACE))
    found = deliveries.outbox.claim("a", NOW, 9)
    assert [(one.chat_id, one.chat_kind, one.body) for one in found] == [
        (-100, ChatKind.GROUP, "明天系统维护。"),
        (501, ChatKind.PRIVATE, "明天系统维护。"),
    ]


# -- the office: composing and watches ---------------------------------------------------------------------------------


def test_a_watch_tells_each_crossing_once(tmp_path: Path) -> None:
    path = tmp_path / "县.db"
    with KnowledgeStore.open(path) as store:
        store.publish([summary("2021年上半年工作总结", period="2021-01/2021-06", bamboo="10.00")], who="编", why="发")
        office = Office(path, PACE, CHINA)
        watch = Watch(0, 501, 501, WatchKind.ABOVE, Focus(words=("竹木",)), "11亿")
        office.deliveries.watches.add(watch, NOW)
        office.check_watches(NOW)
        assert office.exchange([], NOW, 9, []) == []
        store.publish([summary()], who="编", why="发")
        office.check_watches(NOW)
        ((alert, letter),) = office.exchange([], NOW, 9, [])
        office.check_watches(NOW)
        store.publish([summary("2022年全年工作总结", period="2022", name="年.txt")], who="编", why="发")
        office.check_watches(NOW)
        assert office.exchange([], NOW, 9, []) == []
        office.close()
    assert alert.kind is ParcelKind.ALERT
    assert "竹木行业产值（2022年上半年）12.30亿元" in letter.html  # type: ignore[union-attr]


def test_a_crossing_is_told_again_only_after_it_has_ceased() -> None:
    told: frozenset[str] = frozenset()
    heard = []
    for number, value in enumerate(["3.0", "-1.0", "-2.0", "1.0", "-0.5"], 1):
        after = known(info(number, f"202{number}"), f"投资 | | growth | {value} % | 同比\n产值 | | level | 5 亿元")
        new, told = crossed(signs(state(number, after), Watch(1, 1, 1, WatchKind.NEGATIVE)), told)
        heard.append([str(sign.move.now.obs.value) for sign in new if sign.move])
    monthly = "投资 | | growth | 2.0 % | 同比\n投资 | | growth | -3.0 % | 环比"
    found = signs(state(1, known(info(1, "2022"), monthly)), Watch(1, 1, 1, WatchKind.NEGATIVE))
    assert len({sign.subject for sign in found}) == 2  # on last year and on the month before are told apart
    silent = known(info(9, "2029"), "产值 | | level | 5 亿元")
    new, told = crossed(signs(state(9, silent), Watch(1, 1, 1, WatchKind.NEGATIVE)), told)
    assert (heard, new, len(told)) == ([[], ["-1.0"], [], [], ["-0.5"]], [], 1)


def test_quiet_weeks_are_a_line_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "县.db"
    with KnowledgeStore.open(path) as store:
        store.publish([summary()], who="编", why="发")
    office = Office(path, PACE, CHINA)
    for chat, quiet in ((1, Quiet.LINE), (2, Quiet.NOTHING)):
        subscribed(office.deliveries, chat, quiet=quiet)
    office.look(NOW)
    first = office.exchange([], NOW, 9, [])
    assert all("这是第一份周报" in letter.html for _, letter in first)  # type: ignore[union-attr]
    sent = [Outcome(one.parcel_id, Verdict.SENT, revision=letter.revision) for one, letter in first]
    later = NOW + timedelta(days=7)
    office.look(later)
    line, nothing = office.exchange(sent, later, 9, [])
    assert "本期没有新材料" in line[1].html  # type: ignore[union-attr]
    assert nothing[1] == Outcome(nothing[0].parcel_id, Verdict.SKIPPED)
    office.close()


# -- Telegram's errors and the pace ------------------------------------------------------------------------------------


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "verdict", "wait"),
    [
        (ChatMigrated(-100), Verdict.MOVED, 0.0),
        (Forbidden("bot was blocked by the user"), Verdict.BLOCKED, 0.0),
        (BadRequest("Chat not found"), Verdict.BLOCKED, 0.0),
        (BadRequest("message text is empty"), Verdict.REFUSED, 0.0),
        (InvalidToken(), Verdict.RETRY, 600.0),
        (NetworkError("Internal Server Error"), Verdict.RETRY, 10.0),
        (caused(NetworkError("x"), httpx.ConnectError("x")), Verdict.RETRY, 10.0),
        (caused(TimedOut(), httpx.ConnectTimeout("x")), Verdict.RETRY, 10.0),
        (caused(TimedOut(), httpx.PoolTimeout("x")), Verdict.RETRY, 10.0),
        (caused(TimedOut(), httpx.ReadTimeout("x")), Verdict.UNKNOWN, 0.0),
        (caused(TimedOut(), httpx.WriteTimeout("x")), Verdict.UNKNOWN, 0.0),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("x")), Verdict.UNKNOWN, 0.0),
        (caused(NetworkError("x"), httpx.ReadError("x")), Verdict.UNKNOWN, 0.0),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, Exception) else None,
)
def test_what_an_error_means(error: TelegramError, verdict: Verdict, wait: float) -> None:
    one = replace(parcel(1)[0], attempts=2)
    outcome = outcome_of(error, one, PACE)
    assert (outcome.verdict, outcome.wait) == (verdict, wait)


def test_flood_waits_as_long_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # as the library will do by itself; without it the number warns
    outcome = outcome_of(RetryAfter(17), parcel(1)[0], PACE)
    assert (outcome.verdict, outcome.wait, outcome.flood) == (Verdict.RETRY, 17.0, True)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1, 60),
    st.lists(
        st.tuples(st.floats(0.0, 0.3), st.integers(1, 4), st.floats(0, 2), st.floats(0, 1)), min_size=20, max_size=150
    ),
)
def test_no_limit_is_ever_broken(per_second: float, steps: list[tuple[float, int, float, float]]) -> None:
    """However long each message takes and whenever within that it arrives: no second holds more than the pace and a
    quarter, and none two for a chat, no minute more than twenty for a group."""
    pacer, now = Pacer(Pace(per_second=per_second), 0.0), 0.0
    under_way: list[tuple[float, int, ChatKind]] = []
    arrived: list[tuple[float, int]] = []
    for pause, chat, takes, share in steps:
        now += pause
        for end, target, kind in sorted(one for one in under_way if one[0] <= now):
            pacer.ended(target, kind, end)
        under_way = [one for one in under_way if one[0] > now]
        busy = {target for _, target, _ in under_way} | set(pacer.resting(now))
        for target, kind in ((chat, ChatKind.PRIVATE), (-chat, ChatKind.GROUP)):
            if pacer.available(now) and target not in busy:
                pacer.take(target, kind, now)
                under_way.append((now + takes, target, kind))
                arrived.append((now + takes * share, target))
    for at, _ in arrived:
        window = [chat for moment, chat in arrived if at <= moment < at + 0.999]
        assert len(window) <= per_second * 1.25 + 1
        assert all(window.count(chat) == 1 for chat in window)
        minute = [chat for moment, chat in arrived if at <= moment < at + 59.9 and chat < 0]
        assert all(minute.count(chat) <= 20 for chat in minute)


def test_refusals_in_a_row_stop_everything() -> None:
    pacer = Pacer(PACE, 0.0)
    pacer.refused(1, 5.0, 1.0)
    pacer.accepted()
    assert pacer.available(1.0)
    for chat in (2, 3, 4):
        pacer.refused(chat, 30.0, 2.0)
    assert not pacer.available(31.0)
    assert pacer.wait(2.0) == 30.0
    assert pacer.available(32.5)
    assert {2, 3, 4} <= set(pacer.resting(20.0))


def test_times_in_words() -> None:
    at = datetime.combine(date(2026, 12, 7), time(15, 30), UTC)
    words = "12月7日（周一）15:30的周报没能按时发出，当时系统没有运行或连不上 Telegram。发送“周报”可以马上看。"
    assert missed(at, None) == words
