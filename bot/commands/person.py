"""`jianbao person`: what is kept of a person, and erasing it, for whoever runs the bot."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option
from knowledge.errors import StoreError

if TYPE_CHECKING:
    from knowledge.store.people import People


@click.group("person", short_help="某人的个人信息：查看、导出、删除")
def command() -> None:
    """某人的个人信息：查看存有什么、导出、删除。机器人里本人发 /forget 也可以。

    What is kept of a person: show, export, erase. WHO is a Telegram user id, or channel:person.

    \b
    例子：
      jianbao person show 123456 --store 县.db
      jianbao person export 123456 --store 县.db > 某人.json
      jianbao person erase 123456 --store 县.db --yes
    """


@command.command("show", short_help="列出存有什么")
@click.argument("who")
@store_option
@config_option
def show(who: str, store: Path | None, config: Path | None) -> None:
    """列出存有某人的哪些资料。

    List what is kept of a person.
    """
    with _people(store, config) as people:
        kept = people.personal.kept(*_named(who))
        acts = len(people.personal.acts(*_named(who)))
        click.echo("\n".join(f"{each.what}：{len(each.rows)} 条" for each in kept) or "没有。")
        click.echo(f"审计日志：{acts} 条（依规定留存）")


@command.command("export", short_help="以 JSON 输出")
@click.argument("who")
@store_option
@config_option
def export(who: str, store: Path | None, config: Path | None) -> None:
    """以 JSON 输出某人的全部资料。

    Print everything about a person as JSON.
    """
    with _people(store, config) as people:
        click.echo(people.personal.export(*_named(who)))


@command.command("erase", short_help="删除")
@click.argument("who")
@store_option
@config_option
@click.option("--yes", is_flag=True, help="不再问，直接删除。")
def erase(who: str, store: Path | None, config: Path | None, yes: bool) -> None:
    """删除某人的资料。审计日志里的公务记录留存；备份里的到期自动清除。

    Erase a person's data; the audit log stays.
    """
    with _people(store, config) as people:
        if not yes:
            click.confirm(f"确定删除 {who} 的资料吗？不能恢复", abort=True)
        counts = people.personal.erase(*_named(who), f"cli:{getpass.getuser()}", datetime.now(UTC))
        click.echo(
            "已删除：" + ("，".join(f"{what} {count} 条" for what, count in counts.items()) or "没有可删的") + "。"
        )


def _named(who: str) -> tuple[str, str]:
    channel, _, person = who.rpartition(":")
    if not person.strip():
        raise StoreError(f"看不懂“{who}”：请写 Telegram 用户号，如 123456。")
    return channel or "telegram", person


def _people(store: Path | None, config: Path | None) -> People:
    from bot.places import open_people
    from bot.settings import load_settings

    return open_people(load_settings(config), store)
