"""Whatever a person sends, by whichever way in: a valid message comes back, and no fault is in the log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import tomllib
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bots import Scene, scene
from tests.emulator import Call, Chat
from tests.shared import ROOT

T = TypeVar("T")

PIECES = tomllib.loads((ROOT / "tests" / "cases" / "anything.toml").read_text("utf-8"))["pieces"] + ["\ud800"]
words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
texts = st.one_of(
    words,
    st.text(min_size=1, max_size=60),
    st.tuples(words, st.text(max_size=20), words).map("".join),
    st.tuples(st.sampled_from(PIECES), st.integers(1, 700)).map(lambda pair: (pair[0] * pair[1])[:4096]),
)
PERSON = 2000  # an admin, so that every command is open to them
WAYS = ("say", "say", "say", "edit", "press", "query", "document", "group")


class Room:
    """A running bot in a thread of its own, so that a plain test can wait for what it does."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        self.scene: Scene = self.run(self._stack.enter_async_context(scene(folder, mode="open", admins=(PERSON,))))
        self.group = self.scene.api.group("群")
        self.faults: list[str] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        """Stop the bot; its last check is that no call was refused."""
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def send(self, way: str, name: str, text: str) -> list[Call]:
        """Send something in one of the ways; all that the bot called since the last time."""
        api = self.scene.api
        person = Chat(PERSON, "private", name or "某人", "zh-hans")
        api.chats[person.id] = person
        await self._way(way, person, text)
        await api.quiet()
        calls, api.calls[:] = list(api.calls), []
        return calls

    async def _way(self, way: str, person: Chat, text: str) -> None:
        api = self.scene.api
        if way == "edit":
            api.edit(api.written(person, person, text="旧话"), text)
            await api.wait("sendMessage", chat=person)
        elif way == "press":
            api.press(person, api.written(None, person, text="旧话") | {"from": api.me}, data=text[:64])
            await api.wait("answerCallbackQuery")
        elif way == "query":
            api.query(person, text[:256])
            await api.wait("answerInlineQuery")
        elif way == "document":
            api.document(person, text[:60], b"x")
            await api.wait("sendMessage", chat=person)
        elif way == "group":
            api.say(person, f"@{api.username} {text}", chat=self.group)
            await api.wait("sendMessage", chat=self.group)
        else:
            api.say(person, text)
            await api.wait("sendMessage", chat=person)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    opened = Room(tmp_path_factory.mktemp("anything"))
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: opened.faults.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield opened
    logging.getLogger().removeHandler(handler)
    opened.close()


def check(room: Room, way: str, name: str, text: str) -> None:
    """The emulator parses all that comes as Telegram does, and refuses what Telegram refuses."""
    calls = [call for call in room.run(room.send(way, name, text)) if call.method != "setMyCommands"]
    said = [call for call in calls if call.text or call.method.startswith(("answer", "send"))]
    assert said, (way, text)
    assert all(call.ok for call in calls), [(call.method, call.error, call.html) for call in calls if not call.ok]
    assert not room.faults, room.faults
    assert not any("Traceback" in call.text or "出了点问题" in call.text for call in calls)


ANYTHING = given(way=st.sampled_from(WAYS), name=st.text(max_size=64), text=texts)
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


@settings(max_examples=500, deadline=None, suppress_health_check=SLOW)
@ANYTHING
def test_whatever_is_sent_a_valid_message_comes_back(room: Room, way: str, name: str, text: str) -> None:
    check(room, way, name, text)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None, suppress_health_check=SLOW)
@ANYTHING
def test_whatever_is_sent_a_valid_message_comes_back_at_length(room: Room, way: str, name: str, text: str) -> None:
    check(room, way, name, text)
