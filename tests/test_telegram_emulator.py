"""The Bot API emulator itself: it must refuse what Telegram refuses, or the other tests prove nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from tests.emulator import BotApi

Polling = asyncio.Task[tuple[Update, ...]]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    request = HTTPXRequest(connection_pool_size=64)
    async with Bot(api.token, base_url=api.base_url, base_file_url=api.base_file_url, request=request) as bot:
        yield bot


@pytest.fixture(autouse=True)
def _time_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


HTML = [
    ("<b>粗</b>体", "粗体"),
    ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
    ("<blockquote expandable>原文</blockquote>", "原文"),
    ('<a href="https://example.org/?a=1&amp;b=2">链接</a>', "链接"),
    ("A & B", "A & B"),
]
BAD_HTML = [
    ("<b>粗", "Can't find end tag"),
    ("<b><i>x</b></i>", "Unmatched end tag"),
    ("1 < 2", "Unsupported start tag"),
    ("<h1>题</h1>", 'Unsupported start tag "h1"'),
    ("</b>", "Unexpected end tag"),
]


@pytest.mark.parametrize(("html", "text"), HTML)
async def test_html_becomes_text(api: BotApi, bot: Bot, html: str, text: str) -> None:
    message = await bot.send_message(api.person().id, html, parse_mode="HTML")
    assert message.text == text


@pytest.mark.parametrize(("html", "fault"), BAD_HTML)
async def test_bad_html_is_refused(api: BotApi, bot: Bot, html: str, fault: str) -> None:
    with pytest.raises(BadRequest, match="Can't parse entities") as caught:
        await bot.send_message(api.person().id, html, parse_mode="HTML")
    assert fault.lower() in str(caught.value).lower()


async def test_length_is_counted_after_entities(api: BotApi, bot: Bot) -> None:
    person = api.person()
    await bot.send_message(person.id, "<b>" + "字" * 4096 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(person.id, "字" * 4097)
    with pytest.raises(BadRequest, match="empty"):
        await bot.send_message(person.id, "<b> </b>", parse_mode="HTML")


async def test_edit_without_change_is_refused(api: BotApi, bot: Bot) -> None:
    person = api.person()
    message = await bot.send_message(person.id, "一")
    await bot.edit_message_text("二", person.id, message.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("二", person.id, message.message_id)


async def test_button_data_over_64_bytes_is_refused(api: BotApi, bot: Bot) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("增速", callback_data="字" * 22)]])
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(api.person().id, "x", reply_markup=markup)


async def test_updates_are_repeated_until_confirmed(api: BotApi, bot: Bot) -> None:
    person = api.person()
    api.say(person, "一")
    api.say(person, "二")
    first = await bot.get_updates()
    assert [update.message.text for update in first if update.message] == ["一", "二"]
    again = await bot.get_updates(offset=first[1].update_id)
    assert [update.message.text for update in again if update.message] == ["二"]
    assert not await bot.get_updates(offset=first[1].update_id + 1)


async def test_a_second_poller_ends_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await api.until(lambda: api.pollers == 1)
    async with Bot(api.token, base_url=api.base_url) as rival:
        second = asyncio.create_task(rival.get_updates(timeout=20))
        await _ended_by(first, second, api)


async def _ended_by(
    first: asyncio.Task[tuple[Update, ...]], second: asyncio.Task[tuple[Update, ...]], api: BotApi
) -> None:
    with pytest.raises(Conflict):
        await first
    api.say(api.person(), "还在")
    assert (await second)[0].message is not None


async def test_trouble_on_request(api: BotApi, bot: Bot) -> None:
    person = api.person()
    api.fail("sendMessage", status=502)
    with pytest.raises(NetworkError):
        await bot.send_message(person.id, "x")
    api.fail("sendMessage", drop=True)
    with pytest.raises(NetworkError):
        await bot.send_message(person.id, "x")
    api.fail("sendMessage", retry_after=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(person.id, "x")
    assert (await bot.send_message(person.id, "好")).text == "好"


async def test_blocked_migrated_unknown_and_refused(api: BotApi, bot: Bot) -> None:
    person, group = api.person(), api.group()
    api.block(person)
    with pytest.raises(Forbidden):
        await bot.send_message(person.id, "x")
    api.migrate(group)
    with pytest.raises(ChatMigrated):
        await bot.send_message(group.id, "x")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(99, "x")
    with pytest.raises(InvalidToken):
        await Bot("7000001:wrong", base_url=api.base_url).initialize()


async def test_rate_limits(api: BotApi, bot: Bot) -> None:
    api.limited = True
    people = [api.person(str(number)) for number in range(31)]
    results = await asyncio.gather(*(bot.send_message(one.id, "x") for one in people), return_exceptions=True)
    assert sum(isinstance(result, RetryAfter) for result in results) == 1


async def test_groups_hide_messages_that_are_not_for_the_bot(api: BotApi, bot: Bot) -> None:
    group, person = api.group(), api.person()
    api.say(person, "大家好", chat=group)
    api.say(person, f"@{api.username} 医化增速", chat=group)
    updates = await bot.get_updates()
    assert [update.message.text for update in updates if update.message] == [f"@{api.username} 医化增速"]


async def test_files_go_both_ways(api: BotApi, bot: Bot) -> None:
    person = api.person()
    api.document(person, "小结.txt", "工业增加值".encode())
    (update,) = await bot.get_updates()
    assert update.message and update.message.document
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()).decode() == "工业增加值"
    sent = await bot.send_document(person.id, b"abc", filename="a.txt")
    assert sent.document and api.files[sent.document.file_id] == b"abc"
