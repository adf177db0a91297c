"""`jianbao revisions`: what was published, corrected and rolled back."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.options import config_option, store_option

KINDS = {"publish": "发布", "correct": "更正", "withdraw": "撤下", "rollback": "恢复"}


@click.command("revisions", short_help="列出历次发布、更正和恢复")
@store_option
@config_option
def command(store: Path | None, config: Path | None) -> None:
    """列出数据文件的各个版本，最新的在前。

    List the revisions of a store, latest first.

    \b
    例子：
      jianbao revisions --store 县.db
    """
    from bot.places import open_store
    from bot.settings import load_settings
    from handlers.clock import shown_time

    with open_store(load_settings(config), store) as knowledge:
        for each in knowledge.revisions():
            restored = f"（恢复到第 {each.restores} 版）" if each.restores else ""
            click.echo(
                f"第 {each.number} 版  {shown_time(each.at)}  {KINDS[each.kind]}{restored}  {each.who}  {each.why}"
            )
