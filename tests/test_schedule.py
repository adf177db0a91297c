"""When digests are due: tables of occasions, and properties over zones, clock changes and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.mailing import Every, OnHoliday, Rhythm
from knowledge.schedule import last_due, next_due, occasions, workdays

CHINA = workdays()
ZONES = ["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]

rhythms = st.builds(
    Rhythm,
    every=st.sampled_from(Every),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    month_days=st.sets(st.integers(1, 31), min_size=1, max_size=3).map(lambda days: tuple(sorted(days))),
    interval=st.integers(1, 4),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    on_holiday=st.sampled_from(OnHoliday),
)
_YEARS = [datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2029-12-31")]
moments = st.datetimes(_YEARS[0], _YEARS[1], timezones=st.just(UTC))


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        pytest.param(Rhythm(), "2026-11-24 17:00", "2026-11-30 08:30", id="the coming Monday"),
        pytest.param(Rhythm(), "2026-11-30 08:29", "2026-11-30 08:30", id="a minute before"),
        pytest.param(Rhythm(), "2026-11-30 08:30", "2026-12-07 08:30", id="at the moment itself: the next"),
        pytest.param(Rhythm(), "2026-12-28 09:00", "2027-01-04 08:30", id="over the year's end"),
        pytest.param(Rhythm(every=Every.DAY), "2026-12-31 09:00", "2027-01-01 08:30", id="daily over the year's end"),
        pytest.param(Rhythm(interval=2), "2021-01-05 00:00", "2021-01-18 08:30", id="every other week"),
        pytest.param(Rhythm(weekdays=(1, 4)), "2026-11-24 12:00", "2026-11-27 08:30", id="twice a week"),
        pytest.param(Rhythm(every=Every.MONTH), "2026-11-24 12:00", "2026-12-01 08:30", id="the first of a month"),
        pytest.param(
            Rhythm(every=Every.MONTH, month_days=(31,)), "2024-02-01 00:00", "2024-02-29 08:30", id="leap February"
        ),
        pytest.param(
            Rhythm(on_holiday=OnHoliday.SHIFT), "2025-10-05 00:00", "2025-10-09 08:30", id="National Day moves it"
        ),
        pytest.param(
            Rhythm(on_holiday=OnHoliday.SKIP), "2025-10-05 00:00", "2025-10-13 08:30", id="National Day skips it"
        ),
        pytest.param(
            Rhythm(weekdays=(6,), on_holiday=OnHoliday.SHIFT),
            "2025-09-27 00:00",
            "2025-09-28 08:30",
            id="a Sunday made a working day",
        ),
        pytest.param(
            Rhythm(every=Every.DAY, on_holiday=OnHoliday.SHIFT),
            "2025-09-30 09:00",
            "2025-10-09 08:30",
            id="daily ones do not pile up after a holiday",
        ),
        pytest.param(
            Rhythm(weekdays=(5,), on_holiday=OnHoliday.SHIFT),
            "2031-11-01 00:00",
            "2031-11-03 08:30",
            id="beyond the table only weekends are free",
        ),
        pytest.param(
            Rhythm(every=Every.DAY, on_holiday=OnHoliday.SHIFT),
            "2031-09-30 09:00",
            "2031-10-06 08:30",
            id="and what is free in every year",
        ),
        pytest.param(
            Rhythm(every=Every.DAY, on_holiday=OnHoliday.SHIFT),
            "2026-12-31 09:00",
            "2027-01-04 08:30",
            id="New Year on a Friday, before its year is in the table",
        ),
        pytest.param(
            Rhythm(every=Every.MONTH, month_days=(31,), on_holiday=OnHoliday.SHIFT),
            "2021-12-01 00:00",
            "2021-12-31 08:30",
            id="the last day of a year",
        ),
    ],
)
def test_next_due(rhythm: Rhythm, now: str, expected: str) -> None:
    due = next_due(rhythm, local(now), CHINA)
    assert due is not None
    assert due.at == local(expected)


def test_own_tables_extend_the_holidays() -> None:
    rhythm = Rhythm(on_holiday=OnHoliday.SHIFT)
    known = workdays(holidays=[date(2031, 2, 3)], make_up=[date(2031, 2, 8)])
    due = next_due(rhythm, local("2031-02-01 00:00"), known)
    assert due is not None
    assert (due.slot, due.at) == (date(2031, 2, 3), local("2031-02-04 08:30"))
    assert known(date(2031, 2, 8))  # a Saturday


def test_pause_ends_on_its_day() -> None:
    due = next_due(Rhythm(), local("2026-11-24 17:00"), CHINA, paused_until=date(2026, 12, 14))
    assert due is not None
    assert due.at == local("2026-12-14 08:30")


@pytest.mark.parametrize(
    ("zone", "at", "day", "utc"),
    [
        ("Europe/Berlin", time(2, 30), "2026-03-29", "2026-03-29 01:30"),  # left out: an hour later by the clock
        ("Europe/Berlin", time(2, 30), "2026-10-25", "2026-10-25 00:30"),  # comes twice: the first counts
        ("Asia/Shanghai", time(2, 30), "2026-03-29", "2026-03-28 18:30"),
        ("Asia/Shanghai", time(0, 0), "1988-04-17", "1988-04-16 16:00"),  # China's own summer time of that year
    ],
)
def test_clock_changes(zone: str, at: time, day: str, utc: str) -> None:
    rhythm = Rhythm(every=Every.DAY, at=at, zone=zone)
    found = {due.slot: due.at for due in islice(occasions(rhythm, date.fromisoformat(day), CHINA), 3)}
    assert found[date.fromisoformat(day)] == local(utc, "UTC")
    assert len(set(found.values())) == 3


_LOOKED_BACK = timedelta(days=768)  # what was due longer ago is not caught up with: a Saturday worked once in years


@settings(max_examples=150, deadline=None)
@given(rhythms, moments)
@example(
    Rhythm(every=Every.WEEK, weekdays=(5,), interval=4, at=time(0), zone="Asia/Shanghai", on_holiday=OnHoliday.SKIP),
    datetime(2023, 1, 1, tzinfo=UTC),
)
def test_next_comes_after_now_and_nothing_lies_between(rhythm: Rhythm, now: datetime) -> None:
    due = next_due(rhythm, now, CHINA)
    if due is None:
        return
    assert due.at > now
    before = last_due(rhythm, now, CHINA)
    assert before is None or before.at <= now
    assert last_due(rhythm, due.at, CHINA) == due
    just_before = last_due(rhythm, due.at - timedelta(microseconds=1), CHINA)
    kept = (
        before is None or due.at - before.at < _LOOKED_BACK
    )  # every fourth Saturday that is a working day: years apart
    assert just_before == before or (not kept and just_before is None)


@settings(max_examples=100, deadline=None)
@given(rhythms, moments, st.lists(st.integers(-400, 400), min_size=2, max_size=8))
def test_a_clock_set_back_names_the_same_slots(rhythm: Rhythm, now: datetime, hours: list[int]) -> None:
    """Whatever the clock is set to, an occasion keeps its name and moment, so a unique row stops the second sending."""
    seen: dict[date, datetime] = {}
    for hour in hours:
        due = next_due(rhythm, now + timedelta(hours=hour), CHINA)
        if due is not None:
            assert seen.setdefault(due.slot, due.at) == due.at


@settings(max_examples=100, deadline=None)
@given(rhythms, moments)
def test_occasions_rise_and_keep_to_working_days(rhythm: Rhythm, now: datetime) -> None:
    dues = list(islice(occasions(rhythm, now.date(), CHINA), 12))
    assert all(one.at < two.at for one, two in pairwise(dues))
    if rhythm.on_holiday is not OnHoliday.KEEP:
        days = [due.at.astimezone(ZoneInfo(rhythm.zone)) for due in dues]
        usual = [day for day in days if day.time() == rhythm.at]  # a left-out hour may pass midnight
        assert all(CHINA(day.date()) for day in usual)


def test_the_last_occasion_is_found_behind_months_that_holidays_skipped() -> None:
    """The first of December 2019 to March 2020 were all weekends or holidays."""
    monthly = Rhythm(every=Every.MONTH, month_days=(1,), on_holiday=OnHoliday.SKIP)
    found = last_due(monthly, datetime(2020, 3, 31, 16, 0, tzinfo=UTC), CHINA)
    assert found is not None and found.slot == date(2019, 11, 1)
