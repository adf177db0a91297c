"""Admitting people: invitations, applications, roles, groups."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from handlers.access import ROLE_NAMES, state_text
from handlers.commands.paging import FIRST, Paged, asked_page
from handlers.commands.turn import Turn
from handlers.messages import Button, Reply
from handlers.render import render_page
from knowledge.store.people import Admission, Grant, Press, Role, State

_ROLES = {"查阅": Role.VIEWER, "编辑": Role.EDITOR, "管理员": Role.ADMIN} | {role.value: role for role in Role}
_DECIDED = (State.REFUSED, State.REMOVED)  # an admin said no: only an admin can say yes again
_BACK = Button("所有人员", Press("users", FIRST))
_USES = re.compile(r"(\d{1,3})\s*[次人]")
_DAYS = re.compile(r"(\d{1,3})\s*天")


def refusal(turn: Turn) -> Reply:
    """What somebody hears who is not admitted: no figure, and how to get in."""
    mode = turn.services.gate.rules.mode
    known = turn.services.people.access.find(turn.who.channel, turn.who.person)
    state = known.state if known else None
    row: tuple[Button, ...] = ()
    if mode == "invite" and not turn.who.group and state not in _DECIDED and state is not State.APPLIED:
        row = (Button("申请使用", Press("apply", "")),)
    return turn.page(
        "refusal",
        row,
        mode=mode,
        group=turn.who.group,
        waiting=state is State.APPLIED,
        decided=state in _DECIDED,
        person=turn.who.person,
    )


def join(turn: Turn) -> Reply | None:
    """/start with a code: an invitation is used. None if the value is no code."""
    code = turn.value.strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{16}", code) or turn.who.group:
        return None
    who = turn.who
    grant = turn.services.people.access.redeem(
        code, who.channel, who.person, who.name, turn.now, language=who.language or None
    )
    if grant is None:
        return turn.say("bad_code")
    row = (Button("开始", Press("open", "start")), Button("怎么问", Press("open", "help")))
    reply = turn.say("welcome", row, person=who.name, role=ROLE_NAMES[grant.role])
    return replace(reply, refresh=True)


def apply(turn: Turn) -> Reply:
    """Somebody asks to be let in: the admins get buttons."""
    who, gate = turn.who, turn.services.gate
    known = turn.services.people.access.find(who.channel, who.person)
    if who.group or gate.rules.mode != "invite" or (known and known.state in _DECIDED):
        return refusal(turn)
    new = turn.services.people.access.apply(who.channel, who.person, who.name, turn.now, language=who.language or None)
    admins = gate.admins(who.channel)
    if not new:
        return refusal(turn)
    if not admins:
        return turn.say("no_admin")
    row = (
        Button("批准查阅", Press("let_in", f"viewer:{who.person}")),
        Button("批准编辑", Press("let_in", f"editor:{who.person}")),
        Button("拒绝", Press("turn_down", who.person)),
    )
    notice = Reply(render_page("application", name=who.name or "某人", person=who.person), (row,))
    return replace(turn.say("applied"), notices=tuple((admin, notice) for admin in admins))


def let_in(turn: Turn) -> Reply:
    """An admin lets an applicant in, unless another admin was quicker."""
    role, _, person = turn.value.partition(":")
    return _decided(turn, person) or _grant(turn, person, Role(role))


def turn_down(turn: Turn) -> Reply:
    """An admin refuses an applicant, unless another admin was quicker."""
    return _decided(turn, turn.value) or _shut_out(turn, State.REFUSED, "refused")


def _decided(turn: Turn, person: str) -> Reply | None:
    known = turn.services.people.access.find(turn.who.channel, person)
    if known is None or known.state is State.APPLIED:
        return None
    return replace(turn.say("decided", person=known.name, state=state_text(known)), edit=True)


def approve(turn: Turn) -> Reply:
    """An admin changes somebody's role."""
    role, _, person = turn.value.partition(":")
    return _grant(turn, person, Role(role))


def _grant(turn: Turn, person: str, role: Role) -> Reply:
    access, who = turn.services.people.access, turn.who
    known = access.find(who.channel, person)
    if known is None:
        return turn.say("old")
    if _is_last_admin(turn, person) and role is not Role.ADMIN:
        return turn.say("last_admin")
    access.admit(
        who.channel, person, known.name, Grant(role, known.bureau), who.actor, turn.now, language=known.language
    )
    told = render_page("say", name="welcome", person=known.name, role=ROLE_NAMES[role])
    welcome = Reply(told, ((Button("开始", Press("open", "start")),),), refresh=True)
    reply = turn.say("done", (_BACK,), what=f"{known.name}现在是{ROLE_NAMES[role]}。")
    return replace(reply, edit=True, notices=((person, welcome),))


def remove(turn: Turn) -> Reply:
    """An admin takes somebody's admission away."""
    return _shut_out(turn, State.REMOVED, "removed")


def _shut_out(turn: Turn, state: State, told: str) -> Reply:
    access, who, person = turn.services.people.access, turn.who, turn.value
    known = access.find(who.channel, person)
    if known is None:
        return turn.say("old")
    if _is_last_admin(turn, person):
        return turn.say("last_admin")
    access.shut_out(who.channel, person, who.actor, turn.now, state=state)
    what = f"{known.name}{'的申请已拒绝' if state is State.REFUSED else '已移除'}。"
    notice = Reply(render_page("say", name=told), refresh=True)
    return replace(turn.say("done", (_BACK,), what=what), edit=True, notices=((person, notice),))


def _is_last_admin(turn: Turn, person: str) -> bool:
    return turn.services.gate.admins(turn.who.channel) == [person]


def users(turn: Turn) -> Reply:
    """Everybody, and with a value one person with buttons to change."""
    access, who = turn.services.people.access, turn.who
    if turn.value and not asked_page(turn.value):
        return _one(turn, turn.value)
    everybody: list[Admission | tuple[str, str]] = [*access.everybody(who.channel), *access.groups(who.channel)]
    page = Paged(everybody, turn.value)
    people = [one for one in page.items if isinstance(one, Admission)]
    groups = [one for one in page.items if isinstance(one, tuple)]
    rows = [(Button(f"{one.name}（{state_text(one)}）"[:30], Press("users", one.person)),) for one in people]
    rows += [(Button(f"停用群：{title}"[:30], Press("remove_group", chat)),) for chat, title in groups]
    shown = [(one, state_text(one)) for one in people]
    reply = turn.page("users", *rows, page.turns("users"), person=None, people=shown, groups=groups, page=page)
    return replace(reply, edit=bool(turn.value))


def _one(turn: Turn, person: str) -> Reply:
    known = turn.services.people.access.find(turn.who.channel, person)
    if known is None:
        return turn.say("old")
    roles = tuple(
        Button(f"改为{name}", Press("approve", f"{role}:{person}"))
        for role, name in ROLE_NAMES.items()
        if known.state is not State.ADMITTED or known.role is not role
    )
    rest = (Button("移除", Press("remove", person)), _BACK)
    reply = turn.page("users", roles, rest, person=known, state=state_text(known))
    return replace(reply, edit=True)


def invite(turn: Turn) -> Reply:
    """/invite 5次 3天 编辑 县统计局: a link with a limited number of uses."""
    words = turn.value
    uses, days = _number(_USES, words, 1), _number(_DAYS, words, 7)
    rest = _DAYS.sub(" ", _USES.sub(" ", words)).split()
    role = next((_ROLES[word] for word in rest if word in _ROLES), Role.VIEWER)
    bureau = " ".join(word for word in rest if word not in _ROLES)[:60] or None
    grant = Grant(role, bureau)
    access = turn.services.people.access
    invitation = access.invite(grant, turn.who.actor, turn.now, uses=uses, valid=timedelta(days=days))
    start = turn.services.link
    link = f"{start}{invitation.code}" if start else f"/start {invitation.code}"
    row = (Button("复制", copy=link),)
    return turn.page("invite", row, role=ROLE_NAMES[role], bureau=bureau, uses=uses, days=days, link=link)


def _number(pattern: re.Pattern[str], words: str, default: int) -> int:
    found = pattern.search(words)
    return max(1, int(found[1])) if found else default


def admit(turn: Turn) -> Reply:
    """An admin opens this group for everybody in it, or closes it again."""
    who, access = turn.who, turn.services.people.access
    if not who.group:
        return turn.say("group_only")
    if access.group(who.channel, who.chat):
        access.remove_group(who.channel, who.chat, who.actor, turn.now)
        return turn.say("group_off")
    access.admit_group(who.channel, who.chat, who.title, who.actor, turn.now)
    return turn.say("group_on")


def admit_channel(turn: Turn) -> Reply:
    """An admin lets a channel have digests; `value` is its id and its title."""
    chat, _, title = turn.value.partition(":")
    turn.services.people.access.admit_group(turn.who.channel, chat, title, turn.who.actor, turn.now)
    return turn.say("done", what=f"频道“{title}”已开通。")


def remove_group(turn: Turn) -> Reply:
    """An admin closes a group from the list of people."""
    turn.services.people.access.remove_group(turn.who.channel, turn.value, turn.who.actor, turn.now)
    return replace(turn.say("done", (_BACK,), what="群已停用。"), edit=True)
