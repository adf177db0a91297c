"""The command menus: for everybody by language, and for each person by role."""

from __future__ import annotations

import asyncio
import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden

from handlers.commands.table import menu
from handlers.talk import Talk
from handlers.telegram.who import CHANNEL
from knowledge.store.people import Role, State

logger = logging.getLogger(__name__)

DESCRIPTION = "我读工作总结，回答“多少、增长多少、第几位、做到哪一步”，每个数字都带时期和原文出处。"
SHORT_DESCRIPTION = "工作总结问答：数字、增速、排名、进展、困难，附原文出处。"
_TELEGRAM_LANGUAGES = (("zh", None), ("en", "en"))  # Telegram takes two letters, so Traditional is set for each person


async def set_menus(bot: Bot, talk: Talk) -> None:
    """Set the menus and descriptions at the start: what a viewer has for everybody, more for editors and admins."""
    mode = talk.services.gate.rules.mode
    common = Role.VIEWER if mode == "open" else None
    for language, code in _TELEGRAM_LANGUAGES:
        await bot.set_my_commands(_commands(common, language), language_code=code)
        for scope, role in (
            (BotCommandScopeAllGroupChats(), Role.VIEWER),
            (BotCommandScopeAllChatAdministrators(), Role.ADMIN),
        ):
            await bot.set_my_commands(_commands(role, language, group=True), scope=scope, language_code=code)
    await bot.set_my_description(DESCRIPTION)
    await bot.set_my_short_description(SHORT_DESCRIPTION)


async def set_own_menus(bot: Bot, talk: Talk) -> None:
    """Set the menus of those who are admitted."""
    people = await asyncio.to_thread(talk.services.people.access.everybody, CHANNEL, State.ADMITTED)
    everybody = dict.fromkeys([*(one.person for one in people), *talk.services.gate.admins(CHANNEL)])
    for person in everybody:
        await set_menu(bot, talk, person)


async def set_menu(bot: Bot, talk: Talk, person: str, spoken: str = "") -> None:
    """Set one person's menu by role and language; `spoken` is what their Telegram is in, where that was just seen.

    Who has never written to the bot has no chat to set it in yet.
    """
    role, language = await asyncio.to_thread(_role_and_language, talk, person, spoken)
    try:
        await bot.set_my_commands(_commands(role, language), scope=BotCommandScopeChat(int(person)))
    except (BadRequest, Forbidden) as error:
        logger.info("no menu for %s: %s", person, error)


def _role_and_language(talk: Talk, person: str, spoken: str) -> tuple[Role | None, str]:
    services = talk.services
    known = services.people.access.find(CHANNEL, person)
    chosen = services.people.talks.settings(CHANNEL, person).get("language", "")
    code = (spoken or (known.language if known and known.language else "zh")).lower()
    if chosen == "hant" or (not chosen and code in ("zh-hant", "zh-tw", "zh-hk")):
        language = "zh_hant"
    else:
        language = "zh" if chosen or code.startswith("zh") else "en"
    return services.gate.own_role(CHANNEL, person), language


def _commands(role: Role | None, language: str, *, group: bool = False) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in menu(role, language, group=group)]
