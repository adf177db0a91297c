"""Publishing by chat: a file or a pasted text, its report, and the buttons publish, look closer and discard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from handlers.charts import period_label
from handlers.commands.turn import Turn
from handlers.desk.views import Row, repairs_of
from handlers.messages import Button, Reply
from handlers.publishing.office import Office, Report
from handlers.publishing.pasting import MOST, SETTING, Pasted, is_cut, is_summary, name_of
from knowledge.errors import JianbaoError, RevisionConflict
from knowledge.model import Leftover
from knowledge.store.people import Press, Role

SHOWN = 30  # changed figures of each kind in one report
EXCERPT = 80  # characters of a sentence beside a doubtful figure
READING = "正在读您贴的文字"


def offers(turn: Turn) -> Office | None:
    """The office, if this person may publish here."""
    office = turn.services.office
    private = not turn.who.group
    return office if office and private and turn.services.gate.may(turn.role, Role.EDITOR) else None


def usage(turn: Turn) -> Reply:
    """/publish: how to go about it, and what waits."""
    office = offers(turn)
    if office is None:
        return turn.say("not_allowed")
    drafts = [
        (Button(f"{name[:24]}（{who}）", Press("report", str(number))),) for number, _, who, name in office.drafts()
    ]
    return turn.page("publish", *drafts[-10:], name="usage", waiting=len(drafts))


def upload(turn: Turn, name: str, data: bytes) -> Reply:
    """The report on a file, or why it could not be read."""
    office = offers(turn)
    if office is None:
        return turn.say("not_allowed")
    try:
        return _reported(turn, office.receive(turn.who, name, data, turn.now))
    except JianbaoError as error:
        return turn.page("publish", name="failed", why=str(error))


def is_pasted(turn: Turn) -> bool:
    """Whether a message is (a further piece of) a pasted summary."""
    return offers(turn) is not None and (is_summary(turn.value) or bool(_kept(turn).pieces))


def reads_at_once(turn: Turn) -> bool:
    """Whether a message will be read as it is, which takes a moment."""
    return is_pasted(turn) and not _kept(turn).pieces and not is_cut(turn.value)


def pasted(turn: Turn) -> Reply:
    """A short summary is read at once; of a long one the pieces are kept until its sender says that that was all."""
    kept = _kept(turn)
    if turn.value.strip() in ("取消", "作罢"):
        return drop_paste(turn)
    if turn.value.strip() == "开始读":
        return read_paste(turn)
    if reads_at_once(turn):
        return upload(turn, name_of(turn.value), turn.value.encode())
    more = kept + turn.value
    if more.size > MOST:
        return drop_paste(turn, "paste_long")
    _keep(turn, replace(more, at=turn.now.timestamp()).dump())
    row = (Button("开始读", Press("read_paste", "")), Button("作罢", Press("drop_paste", "")))
    return turn.page("publish", row, name="paste_more", pieces=len(more.pieces), size=more.size)


def read_paste(turn: Turn) -> Reply:
    """All pieces have come."""
    kept = _kept(turn)
    _keep(turn, "")
    return upload(turn, name_of(kept.text), kept.text.encode()) if kept.pieces else turn.say("old")


def drop_paste(turn: Turn, name: str = "paste_dropped") -> Reply:
    """Forget the pieces."""
    _keep(turn, "")
    return turn.page("publish", name=name, most=MOST)


def _kept(turn: Turn) -> Pasted:
    return Pasted.load(turn.settings.get(SETTING, ""), turn.now.timestamp())


def _keep(turn: Turn, text: str) -> None:
    turn.services.people.talks.set(turn.who.channel, turn.who.person, SETTING, text)


# -- the report and its buttons -----------------------------------------------------------------------------


def report(turn: Turn) -> Reply:
    """The report on a draft that waits."""
    return _with_draft(turn, turn.value, lambda office, number: _reported(turn, office.report(number)))


def look(turn: Turn) -> Reply:
    """What is doubtful about a draft, and the way to the review page."""
    return _with_draft(turn, turn.value, lambda office, number: _looked(turn, office, office.report(number)))


def publish(turn: Turn) -> Reply:
    """Publish a draft; where something changed since the report, report again instead."""
    number, _, seen = turn.value.partition(":")
    return _with_draft(turn, number, lambda office, draft: _published(turn, office, draft, seen))


def discard(turn: Turn) -> Reply:
    """Drop a draft."""
    return _with_draft(turn, turn.value, lambda office, number: _discarded(turn, office, number))


def desk(turn: Turn) -> Reply:
    """/desk: a one-time link to the review desk."""
    office = offers(turn)
    if office is None:
        return turn.say("not_allowed" if turn.services.office else "no_desk")
    if not office.desk_url:
        return turn.say("no_desk")
    return turn.page("publish", *_ways(turn, office, "/"), name="desk", link=_shown_link(turn, office, "/"))


def _with_draft(turn: Turn, number: str, do: Callable[[Office, int], Reply]) -> Reply:
    office = offers(turn)
    if office is None:
        return turn.say("not_allowed")
    try:
        return do(office, int(number))
    except JianbaoError as error:
        return turn.page("publish", name="failed", why=str(error))


def _published(turn: Turn, office: Office, number: int, seen: str) -> Reply:
    before = office.store.latest()
    try:
        made = office.publish(turn.who, number, seen, turn.now)
    except RevisionConflict as error:
        again = _reported(turn, office.report(number))
        conflict = turn.page("publish", name="failed", why=str(error))
        return replace(again, html=f"{conflict.html}\n\n{again.html}")
    same = made.number == before
    return replace(turn.page("publish", name="published", revision=made.number, same=same), edit=True)


def _discarded(turn: Turn, office: Office, number: int) -> Reply:
    name = office.discard(turn.who, number, turn.now)
    return replace(turn.page("publish", name="discarded", file=name), edit=True)


def _reported(turn: Turn, made: Report) -> Reply:
    document = made.extraction.document
    reply = turn.page(
        "report",
        _choices(made, look=True),
        document=document,
        file=made.draft.name,
        period=period_label(document.time_period),
        extraction=made.extraction,
        doubtful=len(made.doubtful),
        edits=len(made.draft.edits),
        repairs=repairs_of(document.repaired.steps),
        changes=made.changes,
        most=SHOWN,
    )
    return replace(reply, figures=True)


def _looked(turn: Turn, office: Office, made: Report) -> Reply:
    page = f"/drafts/{made.draft.draft_id}"
    reply = turn.page(
        "look",
        *_ways(turn, office, page),
        _choices(made, look=False),
        title=made.extraction.document.title,
        doubtful=_doubted(made),
        left=[(one, _around(made, one)) for one in islice(made.extraction.leftovers, SHOWN)],
        sure=[row for row in made.rows if not row.doubts],
        items=made.extraction.work_items,
        difficulties=made.extraction.difficulties,
        link=_shown_link(turn, office, page),
    )
    return replace(reply, figures=True)


def _doubted(made: Report) -> list[tuple[Row, str]]:
    pairs = zip(made.rows, made.extraction.observations, strict=True)
    return [(row, obs.quote[:EXCERPT]) for row, obs in pairs if row.doubts][:SHOWN]


def _around(made: Report, one: Leftover) -> str:
    """The characters about a number that was left over."""
    text = made.extraction.document.text
    start = max(text.rfind("\n", 0, one.span.start) + 1, one.span.start - EXCERPT // 2)
    return text[start : start + EXCERPT].partition("\n")[0].strip()


def _choices(made: Report, *, look: bool) -> tuple[Button, ...]:
    number = made.draft.draft_id
    closer = (Button("细看", Press("look", str(number))),) if look else ()
    return (
        Button("发布", Press("publish", f"{number}:{made.seen}")),
        *closer,
        Button("丢弃", Press("discard", str(number))),
    )


def _ways(turn: Turn, office: Office, page: str) -> tuple[tuple[Button, ...], ...]:
    """Buttons to the review desk: Telegram opens addresses on the internet only."""
    if not office.desk_url.startswith("https://"):
        return ()
    inside = Button("在 Telegram 里打开审校台", app=f"{office.desk_url}/signin?next={page}")
    outside = Button("在浏览器里打开（十分钟内，一次）", url=office.link(turn.who, turn.now, page))
    return ((inside,), (outside,))


def _shown_link(turn: Turn, office: Office, page: str) -> str:
    """The link in words where it cannot be a button."""
    return "" if office.desk_url.startswith("https://") else office.link(turn.who, turn.now, page)
