"""/broadcast: an admin's words to every subscribed chat, after a preview, through the same outbox as the digests."""

from __future__ import annotations

import hashlib
import html

from handlers.commands.turn import Turn
from handlers.messages import Button, Reply
from handlers.render import render_digest
from knowledge.mailing import Pace
from knowledge.planning import broadcast
from knowledge.store.deliveries import Deliveries
from knowledge.store.people import Press

_DRAFT = "broadcast"  # the setting that keeps an admin's words until they confirm
_LONGEST = 3000


def preview(turn: Turn) -> Reply:
    """What will be sent, to how many, with buttons to send it or not."""
    text = turn.value.strip()
    deliveries = Deliveries(turn.services.people.file)
    count = len(deliveries.subscriptions.chats())
    if not text or len(text) > _LONGEST or not count:
        return Reply(render_digest("broadcast", html=True, name="usage", most=_LONGEST, long=bool(text), count=count))
    turn.services.people.talks.set(turn.who.channel, turn.who.person, _DRAFT, text)
    row = (Button(f"发给{count}个聊天", Press("broadcast", _key(turn, text))), Button("不发", Press("broadcast", "")))
    return Reply(render_digest("broadcast", html=True, name="preview", text=text, count=count), (row,))


def send(turn: Turn) -> Reply:
    """Put the previewed words into the outbox, once however often it is pressed."""
    talks, who = turn.services.people.talks, turn.who
    text = turn.settings.get(_DRAFT, "")
    talks.set(who.channel, who.person, _DRAFT, "")
    if not turn.value:
        return Reply(render_digest("broadcast", html=True, name="dropped"))
    if not text or turn.value != _key(turn, text):
        return Reply(render_digest("broadcast", html=True, name="old"))
    deliveries = Deliveries(turn.services.people.file)
    rows = broadcast(
        f"{turn.value}:{turn.now:%Y%m%d%H%M}", html.escape(text), deliveries.subscriptions.chats(), turn.now, Pace()
    )
    count = deliveries.outbox.enqueue(rows)
    turn.services.people.audit.record(who.actor, "broadcast", turn.value, turn.now, text=text[:200], chats=count)
    return Reply(render_digest("broadcast", html=True, name="sent", count=count))


def _key(turn: Turn, text: str) -> str:
    return hashlib.sha256(f"{turn.who.person}:{text}".encode()).hexdigest()[:12]
