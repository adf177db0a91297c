"""`jianbao digest`: the digest that a subscriber would be pushed, and sending what is due."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.commands.options import config_option, store_option
from knowledge.errors import DeliveryError, SettingsError, StoreError

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.digest import State
    from knowledge.store import KnowledgeStore

_HOME = "Asia/Shanghai"
_STATES = {
    "sent": "已发",
    "skipped": "没有新情况未发",
    "failed": "对方不收或不在准入名单",
    "unknown": "不知是否送到",
    "missed": "过期未发",
    "due": "待发",
    "claimed": "在发",
}


@click.group("digest", short_help="看周报，或立即发送到期的周报", invoke_without_command=True)
@store_option
@config_option
@click.option("--since", help="从哪份文件（文件名或编号）或哪一天（2026-11-24）之后算起；不写就当作第一份周报。")
@click.option("--topic", "topics", multiple=True, help="只看某些内容，可重复：投资、医化行业、困难……")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@click.pass_context
def command(
    context: click.Context,
    store: Path | None,
    config: Path | None,
    since: str | None,
    topics: tuple[str, ...],
    as_json: bool,
) -> None:
    """打印订阅者会收到的周报：与上次相比有什么变化。

    Print the digest a subscriber would be pushed.

    \b
    例子：
      jianbao digest --store 县.db                        第一份周报
      jianbao digest --store 县.db --since 一季度总结.docx   从这份之后有什么变化
      jianbao digest --store 县.db --since 2026-11-16 --topic 投资 --json
      jianbao digest send --store 县.db --due-at 2026-11-30T08:30
    """
    from bot.settings import load_settings

    context.obj = (load_settings(config), store)
    if context.invoked_subcommand is None:
        _print(context.obj[0], store, since, topics, as_json)


@command.command("send", short_help="发送到某时为止到期的周报，发完即止")
@store_option
@config_option
@click.option("--due-at", help="发送到几时为止到期的（2026-11-30T08:30，北京时间），可早可晚；不写就是现在。")
@click.pass_obj
def send_due(obj: tuple[Settings, Path | None], store: Path | None, config: Path | None, due_at: str | None) -> None:
    """发送到某时为止到期的周报、提醒和群发，发完即止；已经发过的不会再发。

    Send what is due by a time, and end. Safe beside a running bot: every delivery is claimed by one of them only.
    Limits, waits and admissions hold as ever: only what is due is told by the time that is named.
    """
    from bot.settings import load_settings

    settings = load_settings(config) if config else obj[0]
    path = store_path(settings, store or obj[1])
    click.echo(asyncio.run(_send(settings, path, _moment(due_at) if due_at else None)))


def _print(settings: Settings, store: Path | None, since: str | None, topics: tuple[str, ...], as_json: bool) -> None:
    from handlers.digests import pages, screen
    from handlers.digests.plain import digest_json
    from knowledge.digest import focus_of, named, state_of, tell
    from knowledge.store import KnowledgeStore

    with KnowledgeStore.open(store_path(settings, store), readonly=True) as knowledge:
        state = state_of(knowledge.shelf())
        before = _before(knowledge, state, since) if since else None
        digest = tell(before, state, focus_of(topics, named(state)))
    first = screen(digest)
    parts = {pages.LABELS[key]: pages.page(digest, key) for key in pages.keys(digest)}
    if as_json:
        click.echo(json.dumps(digest_json(digest, first, parts), ensure_ascii=False))
    else:
        click.echo(first)


def _before(knowledge: KnowledgeStore, state: State, since: str) -> State:
    """What was known: all documents up to the one named, or the revision of a day."""
    from knowledge.digest import state_of, up_to

    for known in state.known:
        names = known.doc.name, Path(known.doc.name).stem, known.doc.title, str(known.doc.doc_id)
        if since in names or Path(since).name == known.doc.name:
            return up_to(state, known.doc.doc_id)
    try:
        start = datetime.combine(date.fromisoformat(since), datetime.min.time(), ZoneInfo(_HOME)).astimezone(UTC)
    except ValueError:
        there = "、".join(known.doc.name for known in state.known[-5:])
        raise StoreError(f"没有叫“{since}”的文件，它也不是日期（如 2026-11-24）。现有：{there}。") from None
    told = [one.number for one in knowledge.revisions() if datetime.fromisoformat(one.at) < start]
    return state_of(knowledge.shelf(max(told, default=0)))


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"看不懂时间“{text}”，请写成 2026-11-30T08:30。") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(_HOME))


async def _send(settings: Settings, store: Path, as_of: datetime | None) -> str:
    """Send what is due by a time; what became of the rows. Raises DeliveryError."""
    from telegram.error import TelegramError

    from bot.digests import delivering
    from knowledge.store.people import People, people_path

    _token(settings)
    try:
        with People(people_path(store)) as people:
            async with delivering(settings, store, people) as courier:
                counts = await courier.drain(as_of)
    except TelegramError as error:
        raise DeliveryError(
            f"连不上 Telegram：{error}。请检查网络、代理和令牌；没发出的还在，稍后可以再发。"
        ) from error
    return "，".join(f"{_STATES[state]} {count} 条" for state, count in counts.items()) or "没有到期的"


def _token(settings: Settings) -> str:
    if not settings.token:
        raise SettingsError(
            "没有机器人令牌：请放进环境变量 JIANBAO_TOKEN，或在 bot.toml 的 telegram.token_file 指定文件。"
        )
    return settings.token


def store_path(settings: Settings, store: Path | None) -> Path:
    """The knowledge file that is meant: --store, the environment, or bot.toml."""
    import os

    from bot.settings import STORE_VARIABLE

    path = store or (Path(os.environ[STORE_VARIABLE]) if os.environ.get(STORE_VARIABLE) else settings.store.path)
    if path is None:
        raise SettingsError("请用 --store 指定数据文件，或在 bot.toml 的 [store] path 里写明。")
    return path
