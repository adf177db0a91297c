"""One conversation in any channel: who says or presses what -> a Reply. Telegram and the terminal speak through it.

    talk.say(who, "医化行业增速多少", now)     a message
    talk.command(who, "progress", "", now)   a command, in channels that have them
    talk.press(who, data, now)               a button, by the data that its `raw` holds

Every way in passes the gate first. Replies come back ready to show: paged, marked, their buttons' `raw` filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from handlers.clauses import clause
from handlers.commands import admission, broadcast, editions, figures, personal, privacy, publish, review, summary
from handlers.commands.table import commands, meant
from handlers.commands.turn import Services, Turn
from handlers.keyboards import Keyboards
from handlers.letters import Letters
from handlers.messages import Button, Reply, Who
from handlers.nextsteps import next_steps
from handlers.quota import Leave, Quota
from handlers.render import render_html, render_page, to_simplified, to_traditional
from knowledge.ask import Context
from knowledge.model import Answer, Status
from knowledge.store.people import Press, Role

Handler = Callable[[Turn], Reply]
EXPECT_SECONDS = 600
_QUOTE = re.compile(r"\s*<blockquote[^>]*>.*?</blockquote>(——《[^<>]*?》)?", re.DOTALL)
_FIGURES = ("figure", "figures")

# What each command does; roles and words are in tables/commands.toml. /digest and /subscribe are in letters.py.
COMMANDS: tuple[tuple[str, Handler], ...] = (
    ("start", personal.start),
    ("help", personal.help_),
    ("overview", summary.overview),
    ("sectors", summary.sectors),
    ("progress", summary.progress),
    ("difficulties", summary.difficulties),
    ("source", summary.source),
    ("settings", personal.settings),
    ("feedback", personal.feedback),
    ("unanswered", review.unanswered),
    ("publish", publish.usage),
    ("desk", publish.desk),
    ("users", admission.users),
    ("invite", admission.invite),
    ("admit", admission.admit),
    ("broadcast", broadcast.preview),
    ("forget", privacy.mine),
)


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does. `role` None: for everybody. `dated`: only for the revision that it was shown for."""

    do: Handler
    role: Role | None = Role.VIEWER
    dated: bool = False
    working: str = ""  # said while it takes its time


ACTIONS: dict[str, Action] = {
    "apply": Action(admission.apply, None),
    "settings": Action(personal.settings),
    "bad": Action(personal.bad),
    "my_data": Action(privacy.export, None),
    "forget": Action(privacy.erase, None),
    "source": Action(figures.source),
    "trend": Action(figures.trend, dated=True, working="正在画走势图"),
    "bars": Action(figures.bars, dated=True, working="正在画对比图"),
    "progress_chart": Action(figures.progress_chart, working="正在画进度图"),
    "xlsx": Action(figures.xlsx, dated=True, working="正在生成表格"),
    "xlsx_section": Action(figures.xlsx_section, dated=True, working="正在生成表格"),
    "xlsx_all": Action(figures.xlsx_all, working="正在生成表格"),
    "unanswered": Action(review.unanswered, Role.EDITOR),
    "teach": Action(review.teach, Role.EDITOR),
    "meant": Action(review.meant, Role.EDITOR),
    "unteach": Action(review.unteach, Role.EDITOR),
    "dismiss": Action(review.dismiss, Role.EDITOR),
    "report": Action(publish.report, Role.EDITOR),
    "look": Action(publish.look, Role.EDITOR),
    "publish": Action(publish.publish, Role.EDITOR),
    "discard": Action(publish.discard, Role.EDITOR),
    "read_paste": Action(publish.read_paste, Role.EDITOR, working=publish.READING),
    "drop_paste": Action(publish.drop_paste, Role.EDITOR),
    "edition_xlsx": Action(editions.xlsx, Role.ADMIN, working="正在生成表格"),
    "users": Action(admission.users, Role.ADMIN),
    "let_in": Action(admission.let_in, Role.ADMIN),
    "turn_down": Action(admission.turn_down, Role.ADMIN),
    "approve": Action(admission.approve, Role.ADMIN),
    "remove": Action(admission.remove, Role.ADMIN),
    "broadcast": Action(broadcast.send, Role.ADMIN),
    "channel": Action(admission.admit_channel, Role.ADMIN),
    "remove_group": Action(admission.remove_group, Role.ADMIN),
}


class Talk:
    """The conversation with everybody, from any thread; nothing here waits for a network."""

    def __init__(self, services: Services, letters: Letters | None = None) -> None:
        self.services = services
        self._letters = letters
        self._keyboards = Keyboards(services.people.talks, services.gate.rules)
        self._commands = dict(COMMANDS)
        self._quota = Quota(services.gate.rules.per_minute)

    # -- ways in ---------------------------------------------------------------------------------

    def say(self, who: Who, text: str, now: datetime) -> Reply:
        """The reply to a message."""
        turn = self._turn(who, sound(text), now)
        if (late := self._too_fast(turn)) is not None:
            return late
        reply = admission.refusal(turn) if turn.role is None else self._said(turn)
        return self._shown(turn, reply)

    def command(self, who: Who, name: str, value: str, now: datetime) -> Reply:
        """The reply to a command with its argument."""
        turn = self._turn(who, sound(value).strip(), now)
        if (late := self._too_fast(turn)) is not None:
            return late
        return self._shown(turn, self._command(turn, name))

    def press(self, who: Who, data: str, now: datetime) -> Reply:
        """The reply to a button; forged, foreign and outdated ones explain themselves."""
        turn = self._turn(who, "", now)
        if (late := self._too_fast(turn)) is not None:
            return replace(late, html="", alert=late.text)
        if self._letters and data.startswith(("su:", "dg:")):
            reply = self._letters.press(turn, data) if turn.role else admission.refusal(turn)
            return self._shown(turn, reply)
        return self._shown(turn, self._pressed(turn, data), data)

    def working(self, who: Who, data: str, now: datetime) -> str:
        """What to say meanwhile if pressing this will take its time, else an empty string."""
        if data.startswith("dg:x:"):
            return "正在生成 Word 文件"
        board, at = self._keyboards.find(who, data, now)
        if board is None or at >= len(board.presses):
            return ""
        action = ACTIONS.get(board.presses[at].action)
        return action.working if action else ""

    def reading(self, who: Who, text: str, now: datetime) -> str:
        """What to say meanwhile if a message will be read as a summary, else an empty string."""
        turn = self._turn(who, sound(text), now)
        return publish.READING if publish.reads_at_once(turn) else ""

    def takes_files(self, who: Who, now: datetime) -> int:
        """How many bytes a file of this person may have; 0 for who may not publish here."""
        office = publish.offers(self._turn(who, "", now))
        return office.reading.limits.max_bytes if office else 0

    def upload(self, who: Who, name: str, data: bytes, now: datetime) -> Reply:
        """The reply to a file of an editor, read."""
        turn = self._turn(who, "", now)
        return self._shown(turn, publish.upload(turn, sound(name), data))

    def document(self, who: Who, name: str, now: datetime) -> Reply:
        """The reply to a file that is not read."""
        turn = self._turn(who, "", now)
        if (late := self._too_fast(turn)) is not None:
            return late
        if turn.role is None:
            return self._shown(turn, admission.refusal(turn))
        own = self.services.gate.own_role(who.channel, who.person)
        editor = self.services.gate.may(own, Role.EDITOR)
        return self._shown(turn, turn.say("document", file=sound(name)[:80], editor=editor))

    def notice(self, who: Who, name: str, now: datetime, **values: object) -> Reply:
        """One of the short replies, for what is not a message: a group joined, a picture, a fault."""
        return self._turn(who, "", now).say(name, **values)

    def channel(self, who: Who, now: datetime) -> Reply | None:
        """The bot was made an admin of a channel: one of ours is asked in private whether digests shall go there."""
        turn = self._turn(replace(who, chat=who.person, group=False, title=""), "", now)
        if not self.services.gate.may(turn.role, Role.ADMIN):
            return None
        row = (Button("在频道里推周报", Press("channel", f"{who.chat}:{who.title}")),)
        return self._shown(turn, turn.say("channel_hello", row, title=who.title))

    def quotes(self, who: Who, text: str, now: datetime) -> list[tuple[str, Reply]]:
        """(title, reply) for quoting figures elsewhere; nothing for who is not admitted, nor of what must not go on."""
        turn = self._turn(who, sound(text), now)
        if turn.role is None or not text.strip() or self.services.gate.rules.protect or self._too_fast(turn):
            return []
        question, _ = review.applied(turn.value, self.services.people.review.synonyms())
        answers, _ = self.services.library.ask(question, Context(), now)
        good = [one for one in answers if one.status in (Status.ANSWERED, Status.MASKED) and one.facts]
        replies = (Reply(self._rendered(turn, one), figures=True) for one in good[:10])
        return [(_title(one), self._keyboards.marked(who, reply)) for one, reply in zip(good, replies, strict=False)]

    # -- inside ----------------------------------------------------------------------------------

    def _turn(self, who: Who, value: str, now: datetime) -> Turn:
        settings = self.services.people.talks.settings(who.channel, who.person)
        return Turn(who, self.services.gate.role(who), value, now, self.services, settings)

    def _too_fast(self, turn: Turn) -> Reply | None:
        """None, unless this person asks more often than [access] per_minute: told once, then silence for a while."""
        leave = self._quota.ask(turn.who.actor, turn.now.timestamp())
        if leave is Leave.YES:
            return None
        return turn.say("too_fast") if leave is Leave.FIRST_NO else Reply()

    def _said(self, turn: Turn) -> Reply:
        """A message of somebody who is admitted: awaited, a wish about digests, a command in words, or a question."""
        awaited = self._awaited(turn)
        if awaited is not None:
            return awaited
        if publish.is_pasted(turn):
            return publish.pasted(turn)
        if old := editions.asked(turn):
            return old
        simple = to_simplified(turn.value)
        if self._letters and (letter := self._letters.take(replace(turn, value=simple))):
            return letter
        if found := meant(simple):
            name, value = found
            return self._command(replace(turn, value=value), name)
        return self._asked(turn, turn.value)

    def _awaited(self, turn: Turn) -> Reply | None:
        """The message that feedback or teaching waits for."""
        kind, _, rest = turn.settings.get(personal.EXPECT, "").partition(":")
        if not kind:
            return None
        at, _, id = rest.partition(":")
        late = turn.now.timestamp() - float(at) > EXPECT_SECONDS
        if late or kind == "feedback" or turn.value.strip() == "取消":
            self.services.people.talks.set(turn.who.channel, turn.who.person, personal.EXPECT, "")
        if late:
            return None
        if turn.value.strip() == "取消":
            return turn.say("cancelled")
        if kind == "feedback":
            return personal.feedback(turn)
        if not self.services.gate.may(turn.role, Role.EDITOR):
            return None
        return review.taught(turn, int(id))

    def _command(self, turn: Turn, name: str) -> Reply:
        if name == "start" and (joined := admission.join(turn)):
            return joined
        command = commands().get(name)
        if command is None:
            return turn.say("unknown_command") if turn.role else admission.refusal(turn)
        own = self.services.gate.own_role(turn.who.channel, turn.who.person)
        role = own if command.group_only else turn.role
        if turn.role is None and not (command.group_only and role) and not command.own:
            return admission.refusal(turn)
        if command.role and not self.services.gate.may(role, command.role):
            return turn.say("private_only" if turn.who.group and command.private else "not_allowed")
        if self._letters and name in ("digest", "subscribe"):
            return self._letters.open(turn, name)
        if name in ("start", "users", "unanswered", "settings"):
            turn = replace(turn, value="")  # these take no argument from people, only from buttons
        handler = self._commands.get(name)
        return handler(turn) if handler else turn.say("unknown_command")

    def _asked(self, turn: Turn, text: str, *, fresh: bool = False) -> Reply:
        """A question: answered, kept for editors if it was not, and remembered."""
        services, key = self.services, turn.who.key
        synonyms = services.people.review.synonyms()
        question, synonym = review.applied(text, synonyms)
        context = Context() if fresh else Context.load(services.people.talks.context(key, turn.now))
        answers, context = services.library.ask(question, context, turn.now)
        services.people.talks.keep_context(key, context.dump(), turn.now)
        if answers and all(answer.status is Status.NOT_FOUND for answer in answers):
            if services.library.latest() is None:
                return turn.say("no_summary")
            services.people.review.keep(key, text.strip()[:300], "not_found", turn.now)
        html = "\n\n".join(self._rendered(turn, answer) for answer in answers)
        if synonym:
            note = turn.page("say", name="meant", phrase=synonym.phrase, meaning=synonym.meaning).html
            html = f"{note}\n{html}"
        rows = next_steps(answers, question[:300], services.library)
        if turn.settings.get("buttons") == "off":
            rows = tuple(row for row in rows if any(answer.options for answer in answers) and len(row) == 1)
        said = any(answer.template != "talk" for answer in answers)
        return Reply(html or render_page("say", name="nothing"), rows, figures=said, revision=services.library.revision)

    def _rendered(self, turn: Turn, answer: Answer) -> str:
        html = render_html(answer)
        if turn.settings.get("quotes") == "off" and answer.template in _FIGURES:
            html = _QUOTE.sub("", html)
        if turn.settings.get("style") == "off" and answer.template == "figure":
            html = f"<b>{escape(clause(answer.facts[0]))}</b>\n{html}"
        return to_traditional(html) if turn.traditional and not answer.traditional else html

    def _pressed(self, turn: Turn, data: str) -> Reply:
        board, at = self._keyboards.find(turn.who, data, turn.now)
        if board is None or at >= len(board.presses):
            return _alert(turn, "old") if turn.role else admission.refusal(turn)
        if board.chat != turn.who.chat or board.person not in (None, turn.who.person):
            return _alert(turn, "not_yours") if turn.role else admission.refusal(turn)
        press = board.presses[at]
        if press.action == "page":
            current = board.revision in (0, self.services.library.revision)
            reply = self._keyboards.page(board, data, int(press.value)) if current else _alert(turn, "stale")
            return reply if turn.role else admission.refusal(turn)
        return self._act(replace(turn, value=press.value), press, board.revision)

    def _act(self, turn: Turn, press: Press, revision: int) -> Reply:
        action = ACTIONS.get(press.action)
        needed = action.role if action else Role.VIEWER
        if needed and turn.role is None:
            return admission.refusal(turn)
        if needed and not self.services.gate.may(turn.role, needed):
            return _alert(turn, "not_allowed")
        if press.action == "ask":
            return self._asked(turn, press.value, fresh=True)
        if press.action == "open":
            return self._command(replace(turn, value=""), press.value)
        if action is None:
            return _alert(turn, "old")
        if action.dated and revision != self.services.library.revision:
            return _alert(turn, "stale")
        reply = action.do(turn)
        return self._letters.channel(turn) if self._letters and press.action == "channel" else reply

    def _shown(self, turn: Turn, reply: Reply, data: str = "") -> Reply:
        """The reply as it is shown: marked, in pages, with keys for its buttons; so are its notices."""
        notices = []
        for person, notice in reply.notices:
            other = Who(turn.who.channel, person, person)
            notices.append((person, self._keyboards.shown(other, notice, turn.now)))
        return replace(self._keyboards.shown(turn.who, reply, turn.now, data), notices=tuple(notices))


def sound(text: str) -> str:
    """Text that every store and channel can hold: lone surrogates replaced."""
    return text.encode("utf-8", "replace").decode()


def _alert(turn: Turn, name: str) -> Reply:
    return Reply(alert=turn.say(name).text)


def _title(answer: Answer) -> str:
    lead = answer.slots.get("lead")
    return str(lead) if lead else answer.facts[0].obs.indicator
