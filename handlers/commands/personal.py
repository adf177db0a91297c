"""Commands for oneself: start, help, settings, feedback."""

from __future__ import annotations

from dataclasses import replace

from handlers.commands.table import menu
from handlers.commands.turn import Turn
from handlers.messages import Button, Reply
from knowledge.store.people import Press

EXPECT = "expect"  # the setting that says what the next message will be: feedback, or teach:<id>
_LANGUAGES = {"": "跟随 Telegram", "hans": "简体", "hant": "繁體"}
_NEXT_LANGUAGE = {"": "hans", "hans": "hant", "hant": ""}
_SWITCHES = {
    "buttons": ("显示", "不显示"),
    "quotes": ("附在回答下", "不附，点“出处”再看"),
    "style": ("写在句子里", "放在最前，单独一行"),
}
_TOGGLES = {
    "buttons": ("不显示按钮", "显示按钮"),
    "quotes": ("不显示原文", "显示原文"),
    "style": ("数字放在最前", "数字写在句里"),
}


def start(turn: Turn) -> Reply:
    """A greeting with buttons that work at once."""
    documents = turn.services.library.documents()
    latest = turn.services.library.latest(turn.bureau)
    rows = (
        (_open("总体情况", "overview"), _open("各行业", "sectors")),
        (_open("工作进展", "progress"), _open("困难问题", "difficulties")),
        (_open("怎么问", "help"), _open("订阅每周简报", "subscribe")),
    )
    title = latest.title if latest else ""
    reply = turn.page("start", *rows, name=turn.who.name, document=title, count=len(documents))
    return replace(reply, refresh=not turn.who.group)


def help_(turn: Turn) -> Reply:
    """How to ask, by examples from the summary that is loaded."""
    language = "zh_hant" if turn.traditional else "zh"
    commands = list(menu(turn.role, language, group=turn.who.group))
    examples = [*_examples(turn), "有哪些困难", "哪些工作滞后"]
    row = tuple(Button(one[:20], Press("ask", one)) for one in examples[:2])
    return turn.page("help", row, examples=examples, commands=commands)


def _examples(turn: Turn) -> list[str]:
    doc = turn.services.library.latest(turn.bureau)
    if doc is None:
        return []
    found: list[str] = []
    for fact in turn.services.library.figures(doc):
        wording = {"growth": "增速多少", "rank": "排第几", "level": "是多少"}.get(fact.obs.measure)
        name = fact.obs.name
        if wording and len(name) < 14 and all(wording not in one and name not in one for one in found):
            found.append(f"{name}{wording}")
    return found[:3]


def settings(turn: Turn) -> Reply:
    """What can be set, each with a button; pressing one changes it in place."""
    values = dict(turn.settings)
    if turn.value:
        name, _, value = turn.value.partition(":")
        if name in ("language", *_SWITCHES):
            turn.services.people.talks.set(turn.who.channel, turn.who.person, name, value)
            values[name] = value
            turn = replace(turn, settings=values)
    language = values.get("language", "")
    rows = (
        (_set(f"语言：{_LANGUAGES[_NEXT_LANGUAGE[language]]}", "language", _NEXT_LANGUAGE[language]),),
        (_toggle("buttons", values), _toggle("quotes", values)),
        (_toggle("style", values), _open("订阅", "subscribe")),
    )
    shown = {name: words[values.get(name) == "off"] for name, words in _SWITCHES.items()}
    reply = turn.page("settings", *rows, language=_LANGUAGES[language], **shown)
    return replace(reply, edit=bool(turn.value), refresh=turn.value.startswith("language"))


def feedback(turn: Turn) -> Reply:
    """Takes an opinion, now or as the next message."""
    if not turn.value.strip():
        turn.services.people.talks.set(turn.who.channel, turn.who.person, EXPECT, f"feedback:{turn.now.timestamp()}")
        return turn.say("feedback_ask")
    turn.services.people.review.keep(turn.who.key, turn.value.strip()[:500], "feedback", turn.now)
    return turn.say("feedback_thanks")


def bad(turn: Turn) -> Reply:
    """An answer was rated badly: its question goes to the editors."""
    question, _, said = turn.value.partition("\n")
    turn.services.people.review.keep(turn.who.key, question, "bad", turn.now, said or None)
    return replace(turn.say("bad_noted"), alert=turn.say("bad_noted").text, html="")


def _open(label: str, command: str) -> Button:
    return Button(label, Press("open", command))


def _set(label: str, name: str, value: str) -> Button:
    return Button(label, Press("settings", f"{name}:{value}"))


def _toggle(name: str, values: dict[str, str]) -> Button:
    off = values.get(name) == "off"
    return _set(_TOGGLES[name][off], name, "" if off else "off")
