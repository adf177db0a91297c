"""/forget: what is kept of oneself, as a list, as a file, and erased."""

from __future__ import annotations

from dataclasses import replace

from handlers.commands.turn import Turn
from handlers.messages import Attachment, Button, Reply
from knowledge.store.people import Press


def mine(turn: Turn) -> Reply:
    """What is kept of whoever asks, with buttons to have it and to erase it."""
    if turn.who.group:
        return turn.say("private_only")
    kept = turn.services.people.personal.kept(turn.who.channel, turn.who.person)
    row = (Button("导出我的资料", Press("my_data", "")), Button("删除我的资料", Press("forget", "")))
    return turn.page("forget", row, state="list", kept=kept)


def export(turn: Turn) -> Reply:
    """Everything as a JSON file."""
    text = turn.services.people.personal.export(turn.who.channel, turn.who.person)
    return Reply(turn.page("forget", state="export").html, file=Attachment("我的资料.json", text.encode()))


def erase(turn: Turn) -> Reply:
    """Erase it, after one more press."""
    who, people = turn.who, turn.services.people
    if turn.services.gate.admins(who.channel) == [who.person]:
        return turn.say("last_admin")
    if turn.value != "yes":
        row = (Button("确定删除", Press("forget", "yes")), Button("不删", Press("open", "forget")))
        return replace(turn.page("forget", row, state="sure"), edit=True)
    counts = people.personal.erase(who.channel, who.person, who.actor, turn.now)
    return replace(turn.page("forget", state="done", counts=counts), edit=True, refresh=True)
