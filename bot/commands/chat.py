"""`jianbao chat`: the conversation of the Telegram bot, in a terminal."""

from __future__ import annotations

import getpass
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.messages import Button, Reply, Who
    from handlers.talk import Talk

BYE = {"再见", "退出", "exit", "quit", "/exit", "/quit"}


@click.command("chat", short_help="在终端里对话")
@store_option
@config_option
def command(store: Path | None, config: Path | None) -> None:
    """在终端里对话，答复与 Telegram 上相同；打编号等于按按钮，Ctrl-D 结束。

    Talk in the terminal; a number presses a button, Ctrl-D ends.

    \b
    例子：
      jianbao chat --store 县.db
    """
    from bot.places import store_path
    from bot.settings import load_settings

    settings = load_settings(config)
    converse(settings, store_path(store, settings))


def converse(settings: Settings, store: Path) -> None:
    """Answer what is typed until the input ends."""
    with _talk(settings, store) as talk:
        who = _who(store)
        buttons = _show(talk.command(who, "start", "", _now()))
        for line in _typed():
            if line in BYE:
                break
            buttons = _show(_reply(talk, who, line, buttons))


@contextmanager
def _talk(settings: Settings, store: Path) -> Iterator[Talk]:
    """The conversation over a store; what it remembers of the terminal stands in the user's own folder."""
    import os

    from bot.places import data_folder
    from handlers.access import Gate, Rules
    from handlers.commands.turn import Services
    from handlers.library import Library
    from handlers.talk import Talk
    from knowledge.lexicon import load
    from knowledge.store import KnowledgeStore
    from knowledge.store.people import People

    folder = data_folder(os.environ)
    folder.mkdir(parents=True, exist_ok=True)
    with KnowledgeStore.open(store, readonly=True) as knowledge, People(folder / "terminal.people.db") as people:
        library = Library(knowledge, load(settings.lexicon.files), settings.asking)
        yield Talk(Services(library, people, Gate(people.access, Rules(mode="open"))))


def _who(store: Path) -> Who:
    from handlers.messages import Who

    name = getpass.getuser()
    return Who("terminal", str(store.resolve()), name, name)


def _reply(talk: Talk, who: Who, line: str, buttons: list[Button]) -> Reply:
    """A number presses a button, a slash is a command, everything else is said."""
    if line.isdecimal() and 0 < int(line) <= len(buttons):
        return talk.press(who, buttons[int(line) - 1].raw, _now())
    if line.startswith("/"):
        name, _, value = line[1:].partition(" ")
        return talk.command(who, name, value, _now())
    return talk.say(who, line, _now())


def _show(reply: Reply) -> list[Button]:
    """Print a reply with its buttons numbered; gives those that can be pressed."""
    click.echo("\n" + (reply.alert or reply.text))
    if reply.file:
        folder = Path(tempfile.mkdtemp(prefix="jianbao-"))
        path = folder / Path(reply.file.name).name
        path.write_bytes(reply.file.content)
        click.echo(f"（文件已存到 {path}）")
    buttons = [button for button in reply.buttons if button.raw]
    if buttons:
        click.echo("  ".join(f"[{number}] {button.label}" for number, button in enumerate(buttons, 1)))
    return buttons


def _typed() -> Iterator[str]:
    """The lines that a person types, with history on a terminal; ends with the input."""
    read = _reader()
    while True:
        try:
            line = read().strip()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if line:
            yield line


def _reader() -> Callable[[], str]:
    if not sys.stdin.isatty():
        return _piped
    import readline  # noqa: F401  gives input() its history and editing

    return lambda: input("\n您问：")


def _piped() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    click.echo(f"\n您问：{line.strip()}")
    return line


def _now() -> datetime:
    return datetime.now(UTC)
