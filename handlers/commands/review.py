"""/unanswered: what could not be answered, and teaching the bot what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.commands.paging import FIRST, Paged, asked_page
from handlers.commands.personal import EXPECT
from handlers.commands.turn import Turn
from handlers.messages import Button, Reply
from handlers.nextsteps import asking, name_of, short
from knowledge.ask import Context
from knowledge.model import Fact, Status
from knowledge.store.people import Press, Synonym, Unanswered

_REASONS = {"not_found": "总结中没有找到", "bad": "提问的人说没答对", "feedback": "意见"}
_PAIR = re.compile(r"\s*([^=＝]{1,60}?)\s*[=＝]\s*(\S.{0,118}?)\s*")
CHOICES = 6  # figures offered to an editor as what was meant
_GOOD = (Status.ANSWERED, Status.MASKED)


def unanswered(turn: Turn) -> Reply:
    """Open questions, or with a value one of them."""
    review = turn.services.people.review
    if turn.value and not asked_page(turn.value):
        return _one(turn, int(turn.value))
    everything: list[Unanswered | Synonym] = [*review.open(), *review.synonyms()]
    page = Paged(everything, turn.value)
    items = [one for one in page.items if isinstance(one, Unanswered)]
    synonyms = [one for one in page.items if isinstance(one, Synonym)]
    rows = [(Button(short(one.question), Press("unanswered", str(one.id))),) for one in items]
    rows += [(Button(short(f"撤销“{one.phrase}”"), Press("unteach", str(one.id))),) for one in synonyms]
    reply = turn.page(
        "unanswered", *rows, page.turns("unanswered"), item=None, items=items, synonyms=synonyms, page=page
    )
    return replace(reply, edit=bool(turn.value))


def _one(turn: Turn, id: int) -> Reply:
    item = turn.services.people.review.find(id)
    if item is None:
        return turn.say("old")
    rows: list[tuple[Button, ...]] = [
        (Button("教它怎么答", Press("teach", str(id))), Button("不用处理", Press("dismiss", str(id))))
    ]
    for label, question in _nearest(turn, item.question):
        rows.append((Button(short(f"指的是：{label}"), Press("meant", f"{id}:{question}")),))
    rows.append((Button("返回", Press("unanswered", FIRST)),))
    reply = turn.page("unanswered", *rows, item=item, reason=_REASONS.get(item.reason, item.reason))
    return replace(reply, edit=True)


def _nearest(turn: Turn, question: str) -> list[tuple[str, str]]:
    """(label, question) of what may have been meant: the choices offered then, else figures whose names are like it."""
    library = turn.services.library
    answers, _ = library.ask(question, Context(), turn.now)
    offered = [(one.label, one.question) for answer in answers for one in (*answer.options, *answer.suggestions)]
    doc = library.latest(turn.bureau)
    if len(offered) >= CHOICES or doc is None:
        return offered[:CHOICES]
    told = {fact.obs_id for answer in answers for fact in answer.facts[:1]}
    rivals = [fact for fact in library.figures(doc) if fact.obs_id not in told]
    likely = sorted(rivals, key=lambda fact: -_alike(question, fact))[: 2 * CHOICES]
    alike = [(name_of(fact), asking(fact)) for fact in likely if _alike(question, fact) and _answers(turn, fact)]
    return list(dict.fromkeys([*offered, *alike]))[:CHOICES]


def _alike(question: str, fact: Fact) -> int:
    """How many pairs of characters a question shares with a figure's name."""
    name = name_of(fact)
    return sum(name[at : at + 2] in question for at in range(len(name) - 1))


def _answers(turn: Turn, fact: Fact) -> bool:
    """Whether the question for a figure is answered with that figure."""
    answers, _ = turn.services.library.ask(asking(fact), Context(), turn.now)
    return any(answer.status in _GOOD and answer.facts and answer.facts[0] == fact for answer in answers)


def teach(turn: Turn) -> Reply:
    """The editor's next message says what was meant."""
    item = turn.services.people.review.find(int(turn.value))
    if item is None:
        return turn.say("old")
    turn.services.people.talks.set(turn.who.channel, turn.who.person, EXPECT, f"teach:{turn.now.timestamp()}:{item.id}")
    return turn.say("teach_ask", question=item.question)


def taught(turn: Turn, id: int) -> Reply:
    """The message that says what was meant: a better question, or 叫法=正式名称."""
    item = turn.services.people.review.find(id)
    if item is None:
        return turn.say("old")
    pair = _PAIR.fullmatch(turn.value)
    phrase, meaning = (pair[1], pair[2]) if pair else (item.question, turn.value.strip())
    return _keep(turn, id, phrase, meaning)


def meant(turn: Turn) -> Reply:
    """The editor chose one of the nearest figures."""
    id, _, question = turn.value.partition(":")
    item = turn.services.people.review.find(int(id))
    return _keep(turn, item.id, item.question, question) if item else turn.say("old")


def _keep(turn: Turn, id: int, phrase: str, meaning: str) -> Reply:
    """Teach only what is then answered."""
    review = turn.services.people.review
    item = review.find(id)
    asked = item.question if item else phrase
    retried = asked.replace(phrase, meaning) if phrase in asked else meaning
    answers, _ = turn.services.library.ask(retried, Context(), turn.now)
    if not any(answer.status in _GOOD and answer.template != "talk" for answer in answers):
        return turn.say("teach_fail")
    synonym = review.teach(phrase, meaning, turn.who.actor, turn.now, unanswered=id)
    turn.services.people.talks.set(turn.who.channel, turn.who.person, EXPECT, "")
    row = (
        Button("撤销", Press("unteach", str(synonym.id))),
        Button("试问", Press("ask", asked)),
        Button("其余问题", Press("unanswered", "")),
    )
    return turn.say("taught", row, phrase=phrase, meaning=meaning)


def unteach(turn: Turn) -> Reply:
    """Undo what was taught."""
    review = turn.services.people.review
    synonym = next((one for one in review.synonyms() if one.id == int(turn.value)), None)
    if synonym is None or not review.unteach(synonym.id, turn.who.actor, turn.now):
        return turn.say("old")
    return replace(turn.say("untaught", phrase=synonym.phrase), edit=True)


def dismiss(turn: Turn) -> Reply:
    """Close a question without teaching; the list is shown again without it."""
    turn.services.people.review.dismiss(int(turn.value), turn.who.actor, turn.now)
    return unanswered(replace(turn, value=FIRST))


def applied(text: str, synonyms: Sequence[Synonym]) -> tuple[str, Synonym | None]:
    """A question in words that the bot knows, and the synonym that made it so; the longest phrase that stands in it."""
    for synonym in sorted(synonyms, key=lambda one: -len(one.phrase)):
        if synonym.phrase in text and synonym.meaning not in text:
            return text.replace(synonym.phrase, synonym.meaning), synonym
    return text, None
