"""`jianbao audit`: the log of who did what, and whether anybody changed it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option
from knowledge.errors import StoreError

if TYPE_CHECKING:
    from knowledge.store.people import People


@click.group("audit", short_help="审计日志：列出、核对")
def command() -> None:
    """审计日志：谁在什么时候准入、发布、更正、恢复、群发了什么。只能添加，每条都用前一条的摘要封住。

    The audit log: append-only, each entry sealed with the hash of the one before.

    \b
    例子：
      jianbao audit list --store 县.db
      jianbao audit verify --store 县.db
      jianbao audit verify --store 县.db --expect 上次记下的摘要
    """


@command.command("list", short_help="列出记录，最新的在前")
@store_option
@config_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="最多列出多少条。")
@click.option("--json", "as_json", is_flag=True, help="每条输出一个 JSON 对象。")
def list_entries(store: Path | None, config: Path | None, limit: int, as_json: bool) -> None:
    """列出审计日志，最新的在前。

    List the audit log, latest first.
    """
    from handlers.clock import shown_time

    with _people(store, config) as people:
        for each in people.audit.entries(limit=limit):
            fields = {"id": each.id, "at": each.at, "actor": each.actor, "action": each.action,
                      "subject": each.subject, "detail": each.detail, "hash": each.hash}  # fmt: skip
            detail = "  ".join(f"{name}={value}" for name, value in each.detail.items())
            line = f"{each.id}  {shown_time(each.at)}  {each.actor}  {each.action}  {each.subject}  {detail}".rstrip()
            click.echo(json.dumps(fields, ensure_ascii=False) if as_json else line)


@command.command("verify", short_help="核对有没有人改动过")
@store_option
@config_option
@click.option("--expect", help="以前核对时记下的末条摘要：它必须还在日志里。")
def verify(store: Path | None, config: Path | None, expect: str | None) -> None:
    """核对审计日志：改动、插入或抽掉任何一条都会被发现。抄下末条摘要，下次用 --expect 核对，末尾被截去也能发现。

    Check every seal. Note the last hash elsewhere: with --expect a log that was cut off at its end is found, too.
    """
    with _people(store, config) as people:
        broken = people.audit.broken_at()
        if broken is not None:
            raise StoreError(f"审计日志从第 {broken} 条起对不上：有人改动过。请保存现场，并与备份比对。")
        if expect and not people.audit.holds(expect.strip()):
            raise StoreError("审计日志里没有这个摘要：末尾可能被截去，或换过文件。请与备份比对。")
        last = people.audit.entries(limit=1)
        click.echo(f"审计日志完好，共 {people.audit.count()} 条。" + (f"末条摘要：{last[0].hash}" if last else ""))


def _people(store: Path | None, config: Path | None) -> People:
    from bot.places import open_people
    from bot.settings import load_settings

    return open_people(load_settings(config), store)
