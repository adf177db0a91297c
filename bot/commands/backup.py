"""`jianbao backup`: a checked copy of both files, also while the bot runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option

if TYPE_CHECKING:
    from knowledge.store.upkeep import Backup


@click.command("backup", short_help="备份数据文件，机器人运行时也可以")
@store_option
@config_option
@click.option("--to", type=click.Path(path_type=Path), help="备份到哪个文件夹；不写就照 bot.toml 的 [backup] folder。")
@click.option("--list", "listed", is_flag=True, help="列出已有的备份。")
def command(store: Path | None, config: Path | None, to: Path | None, listed: bool) -> int:
    """备份两个数据文件（总结的和人员的），备份好后逐一检查；机器人不必停。

    Copy both data files while they are in use, and check the copies.

    \b
    例子：
      jianbao backup --store 县.db
      jianbao backup --store 县.db --to /mnt/备份
      jianbao backup --store 县.db --list
    """
    from bot.places import backup_folder, store_path
    from bot.settings import load_settings
    from knowledge.store.upkeep import back_up, backups

    settings = load_settings(config)
    path = store_path(store, settings)
    folder = to or backup_folder(settings, path)
    if listed:
        found = backups(folder, path)
        click.echo("\n".join(map(_line, found)) or f"{folder} 里还没有 {path.name} 的备份。")
        return 0 if found else 1
    click.echo(f"已备份到 {_line(back_up(path, folder, datetime.now(UTC)))}")
    return 0


def _line(backup: Backup) -> str:
    return f"{backup.path}（{backup.at.astimezone():%Y-%m-%d %H:%M}，{backup.size / 1e6:.1f} MB）"
