"""`jianbao restore`: a backup in the store's place, checked first; nothing is thrown away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option

if TYPE_CHECKING:
    from bot.settings import Settings


@click.command("restore", short_help="用备份恢复数据文件（先停机器人）")
@click.argument("backup", type=click.Path(path_type=Path))
@store_option
@config_option
def command(backup: Path, store: Path | None, config: Path | None) -> None:
    """用一份备份恢复数据文件：先检查备份，再换上；原来的文件改名留着。请先停止机器人。

    Put a backup in the store's place. It is checked first, and the files that were there are kept under another name.
    What may have been pushed since the backup is not pushed again.

    \b
    例子：
      jianbao backup --store 县.db --list
      jianbao restore backups/县-20261125T031500Z.db --store 县.db
    """
    from bot.places import store_path
    from bot.settings import load_settings
    from knowledge.store.upkeep import restore

    settings = load_settings(config)
    path, now = store_path(store, settings), datetime.now(UTC)
    aside = restore(backup, path, now, lambda people: _settle(people, settings, now))
    click.echo(f"已用 {backup} 恢复 {path}。")
    for each in aside:
        click.echo(f"原来的文件留在 {each}，确认无误后可以删除。")


def _settle(people: Path, settings: Settings, now: datetime) -> None:
    """Whatever came due since the backup may have been sent already: it counts as unknown and is never sent again."""
    from bot.digests import pace, workday
    from knowledge.planning import plan
    from knowledge.store.deliveries import Deliveries
    from knowledge.store.people import PeopleFile

    file = PeopleFile(people)
    try:
        deliveries = Deliveries(file)
        rule, rate = workday(settings.digest), pace(settings.digest)
        planned = list(plan(deliveries.subscriptions.due(now), now, rule, rate, lambda slot, following: ""))
        rows = [(one.parcel, one.expires) for one in planned]
        deliveries.outbox.enqueue(rows, [(one.sub_id, one.following) for one in planned])
        deliveries.outbox.doubt(now, "restored from a backup")
    finally:
        file.close()
