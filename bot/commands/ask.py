"""`jianbao ask`: one question, or many as JSON Lines."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.options import config_option, store_option
from knowledge.errors import SettingsError

if TYPE_CHECKING:
    from knowledge.ask import Asker

NOT_FOUND = 1

_LATEST = 12  # documents that are made ready before the first of many questions


@click.command("ask", short_help="问一句，得到数字、时期和原文出处")
@click.argument("question", nargs=-1)
@store_option
@config_option
@click.option("--jsonl", is_flag=True, help="从标准输入逐行读 JSON 问题，逐行输出 JSON 回答。")
@click.option("--explain", is_flag=True, help="同时说明是怎么理解、怎么选中的。")
def command(question: tuple[str, ...], store: Path | None, config: Path | None, jsonl: bool, explain: bool) -> int:
    """问一句，得到数字、时期和原文出处。总结里没有时退出码为 1。

    Ask a question; with --jsonl, questions from standard input, a JSON object a line.

    \b
    例子：
      jianbao ask "医化行业增速多少"
      jianbao ask --store 县.db "技改投资排第几" --explain
      echo '{"id": 1, "question": "有哪些困难"}' | jianbao ask --store 县.db --jsonl
    """
    from bot.memory import steady
    from bot.places import open_store
    from bot.settings import load_settings
    from handlers import render
    from knowledge import lexicon
    from knowledge.ask import Asker

    settings = load_settings(config)
    if not jsonl and not question:
        raise SettingsError('请写上问题，例如：jianbao ask "医化行业增速多少"。')
    with open_store(settings, store) as knowledge:
        asker = Asker(knowledge.shelf(), lexicon.load(settings.lexicon.files), settings.asking)
        if jsonl:
            render.ahead()
            deque(asker.ahead(_LATEST), maxlen=0)
            steady()
            for line in replies(asker, sys.stdin):
                click.echo(json.dumps(line, ensure_ascii=False))
            return 0
        return _one(asker, " ".join(question), explain)


def _one(asker: Asker, question: str, explain: bool) -> int:
    from handlers.render import render_text
    from knowledge.ask import Context, overall
    from knowledge.model import Status

    answers, _ = asker.ask(question, Context(), datetime.now(UTC))
    click.echo("\n\n".join(map(render_text, answers)))
    if explain:
        click.echo("\n" + "\n".join(line for each in answers for line in each.explanation))
    return NOT_FOUND if overall(answers) is Status.NOT_FOUND else 0


def replies(asker: Asker, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """An answer for each question line, in order; lines of one session are one conversation. Raises SettingsError."""
    from handlers.jsonl import answers_json
    from handlers.render import render_text
    from knowledge.ask import Context

    talks: dict[str, Context] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        asked = _parsed(line, number)
        session = asked.get("session")
        context = talks.get(str(session), Context()) if session is not None else Context()
        start = time.perf_counter()
        answers, context = asker.ask(str(asked["question"]), context, datetime.now(UTC))
        text = "\n\n".join(map(render_text, answers))
        elapsed = (time.perf_counter() - start) * 1000
        if session is not None:
            talks[str(session)] = context
        yield {"id": asked.get("id"), **answers_json(answers, text), "elapsed_ms": round(elapsed, 3)}


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        if not isinstance(asked["question"], str):
            raise TypeError("question")
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"第 {number} 行不是问题：应是一个 JSON 对象，带文字的 question。") from error
    return dict(asked)
