"""Subscriptions and watches in words: 每两周的周三15:30, 只看医药化工、投资."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from handlers.digests import phrases
from handlers.digests.composer import moment
from handlers.digests.view import document_name
from handlers.render import render_digest
from knowledge.answer.wording import row as table_row
from knowledge.digest import Sign
from knowledge.mailing import Every, Focus, OnHoliday, Quiet, Rhythm, Subscription, Watch, WatchKind
from knowledge.model import Measure

_WEEKDAYS = "一二三四五六日"
_FOREVER = 9000
_ALERT_ROWS = 8


def rhythm_words(rhythm: Rhythm) -> str:
    """每周一、周四08:30; 每两周的周三; 每天; 每个工作日; 每月1日、15日; 每月最后一天."""
    at = f"{rhythm.at:%H:%M}"
    if rhythm.every is Every.DAY:
        return f"每天{at}"
    if rhythm.every is Every.MONTH:
        days = "、".join("最后一天" if day == 31 else f"{day}日" for day in rhythm.month_days)
        return f"每月{days}{at}"
    if rhythm.weekdays == (0, 1, 2, 3, 4) and rhythm.interval == 1:
        return f"每周一至周五{at}"
    days = "、".join(f"周{_WEEKDAYS[day]}" for day in rhythm.weekdays)
    if rhythm.interval == 1:
        return f"每{days}{at}"
    return f"每{'两三四'[rhythm.interval - 2]}周的{days}{at}"


def focus_words(focus: Focus) -> str:
    """全部内容, or what is looked at."""
    parts = (*focus.places, *focus.topics, *focus.activities, *focus.sections, *focus.words)
    return f"只看{'、'.join(parts)}" if parts else "全部内容"


def manner_words(one: Subscription) -> str:
    """What happens in quiet weeks and on holidays."""
    quiet = "没有新情况时也说一声" if one.quiet is Quiet.LINE else "没有新情况就不发"
    holiday = {OnHoliday.KEEP: "节假日照常", OnHoliday.SHIFT: "遇节假日顺延到工作日", OnHoliday.SKIP: "节假日不发"}
    return f"{quiet}，{holiday[one.rhythm.on_holiday]}"


def described(one: Subscription) -> dict[str, str]:
    """A subscription for the reply templates."""
    zone = ZoneInfo(one.rhythm.zone)
    return {
        "rhythm": rhythm_words(one.rhythm),
        "focus": focus_words(one.focus),
        "manner": manner_words(one),
        "paused": paused_words(one),
        "next": moment(one.next_at.astimezone(zone)) if one.next_at else "",
    }


def paused_words(one: Subscription) -> str:
    """到12月8日恢复, or until it is taken back."""
    day = one.paused_until
    if day is None:
        return ""
    return "等您说恢复" if day.year > _FOREVER else f"{day.month}月{day.day}日恢复"


def watch_words(watch: Watch) -> str:
    """投资：增速转负."""
    limit = (watch.limit or "").rpartition(":")[2]
    condition = {
        WatchKind.BEHIND: "完成率低于序时进度或进度滞后",
        WatchKind.NEGATIVE: "增速转负",
        WatchKind.POSITIVE: "增速转正",
        WatchKind.BELOW: f"低于{limit}",
        WatchKind.ABOVE: f"高于{limit}",
        WatchKind.CHANGED: "有新数字",
    }[watch.kind]
    about = focus_words(watch.focus).removeprefix("只看") if watch.focus else "各项"
    return f"{about}{condition}"


def alert(watch: Watch, found: list[Sign]) -> str:
    """What is told when a watch comes true; the rest of a long list is counted."""
    rows = [sign_words(sign) for sign in found[:_ALERT_ROWS]]
    more = max(0, len(found) - _ALERT_ROWS)
    return render_digest("alert", html=True, what=watch_words(watch), rows=rows, more=more)


def sign_words(sign: Sign) -> tuple[str, str, str]:
    """What a sign says, its sentence, and its document."""
    document = document_name(sign.doc) if sign.doc else ""
    if sign.work is not None:
        return f"{sign.work.now.title}：滞后", sign.work.now.text, document
    assert sign.line is not None and sign.move is not None and sign.doc is not None  # noqa: S101  made so
    obs = sign.move.now.obs
    measured = phrases.grown(obs) if obs.measure is Measure.GROWTH else phrases.figure(obs)
    if obs.measure is Measure.RATE:
        measured = phrases.sentence(sign.line)
    period = phrases.period_name(obs.time_period, None)
    return f"{phrases.name_of(sign.line)}（{period}）{measured}", table_row(obs.quote, sign.heads), document
