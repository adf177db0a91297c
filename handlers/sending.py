"""Sending one parcel by Telegram, and what each of its errors means for the delivery (docs/digest.md has the table)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from handlers.digests.composer import Letter
from knowledge.mailing import Outcome, Pace, Parcel, Verdict

# The request never left, so nothing can have been delivered.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "not enough rights", "need administrator rights")


def sender(bot: Bot, pace: Pace, *, protect: bool = False) -> Callable[[Parcel, Letter], Awaitable[Outcome]]:
    """Sending by one bot, for the courier; `protect` keeps messages from being forwarded."""
    return lambda parcel, letter: send(bot, parcel, letter, pace, protect=protect)


async def send(bot: Bot, parcel: Parcel, letter: Letter, pace: Pace, *, protect: bool = False) -> Outcome:
    """Send a letter to its chat; every error of Telegram becomes an Outcome."""
    try:
        message = await bot.send_message(
            parcel.chat_id,
            letter.html,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(letter),
            protect_content=protect,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    except TelegramError as error:
        return outcome_of(error, parcel, pace)
    return Outcome(parcel.parcel_id, Verdict.SENT, message.message_id, revision=letter.revision)


def keyboard(letter: Letter) -> InlineKeyboardMarkup | None:
    """The letter's buttons, three a row."""
    buttons = [InlineKeyboardButton(label, callback_data=data) for label, data in letter.buttons]
    rows = [buttons[start : start + 3] for start in range(0, len(buttons), 3)]
    return InlineKeyboardMarkup(rows) if rows else None


def outcome_of(error: TelegramError, parcel: Parcel, pace: Pace) -> Outcome:
    """What an error of Telegram says about whether the message arrived, and what to do now."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            seconds = wait if isinstance(wait, int | float) else wait.total_seconds()
            return Outcome(parcel.parcel_id, Verdict.RETRY, wait=float(seconds), error=str(error), flood=True)
        case ChatMigrated():
            return Outcome(parcel.parcel_id, Verdict.MOVED, error=str(error), moved_to=error.new_chat_id)
        case Forbidden():
            return Outcome(parcel.parcel_id, Verdict.BLOCKED, error=str(error))
        case BadRequest() if any(word in str(error).lower() for word in _GONE):
            return Outcome(parcel.parcel_id, Verdict.BLOCKED, error=str(error))
        case BadRequest():
            return Outcome(parcel.parcel_id, Verdict.REFUSED, error=str(error))
        case InvalidToken():  # nothing is wrong with the parcel; a new token may come
            return Outcome(parcel.parcel_id, Verdict.RETRY, wait=pace.back_off_most_seconds, error=str(error))
        case NetworkError() if isinstance(error.__cause__, httpx.HTTPError) and not isinstance(
            error.__cause__, _NOT_SENT
        ):
            return Outcome(parcel.parcel_id, Verdict.UNKNOWN, error=str(error))
    wait = min(pace.back_off_seconds * 2 ** max(parcel.attempts - 1, 0), pace.back_off_most_seconds)
    return Outcome(parcel.parcel_id, Verdict.RETRY, wait=wait, error=str(error))
