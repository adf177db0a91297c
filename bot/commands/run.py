"""`jianbao run`: the Telegram bot, until SIGTERM."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from bot.commands.options import config_option, store_option


@click.command("run", short_help="启动 Telegram 机器人")
@config_option
@store_option
def command(config: Path | None, store: Path | None) -> int:
    """启动 Telegram 机器人，直到收到 SIGTERM 或 Ctrl-C。令牌放在环境变量 JIANBAO_TOKEN 里。

    Run the Telegram bot until SIGTERM; the token is read from JIANBAO_TOKEN or the file that bot.toml names.

    \b
    例子：
      JIANBAO_TOKEN=123456:ABC jianbao run --config bot.toml --store 县.db
    """
    from bot.app import run
    from bot.places import store_path
    from bot.settings import load_settings

    settings = load_settings(config)
    return run(replace(settings, store=replace(settings.store, path=store_path(store, settings))))
