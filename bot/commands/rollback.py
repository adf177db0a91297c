"""`jianbao rollback`: back to an earlier revision, as a new one."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from bot.commands.options import config_option, store_option


@click.command("rollback", short_help="恢复到以前的版本")
@click.argument("revision", type=int)
@store_option
@click.option("--why", default="", help="原因，记入版本记录。")
@config_option
def command(revision: int, store: Path | None, why: str, config: Path | None) -> None:
    """恢复到以前的某一版：作为新的一版发布，什么也不会丢。

    Go back to an earlier revision; this makes a new one, nothing is lost.

    \b
    例子：
      jianbao revisions --store 县.db
      jianbao rollback 3 --store 县.db --why "数字有误"
    """
    from bot.places import open_store
    from bot.settings import load_settings

    with open_store(load_settings(config), store, readonly=False) as knowledge:
        made = knowledge.rollback(revision, who=getpass.getuser(), why=why)
    click.echo(f"已恢复到第 {revision} 版，现在是第 {made.number} 版。")
