"""`jianbao doctor`: whether everything is in place, and what to do where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option

if TYPE_CHECKING:
    from bot.doctor import Finding


@click.command("doctor", short_help="检查配置、令牌、网络、数据、备份、字体、时钟和可选工具")
@store_option
@config_option
@click.option("--offline", is_flag=True, help="不连 Telegram。")
@click.option("--json", "as_json", is_flag=True, help="每项输出一个 JSON 对象。")
def command(store: Path | None, config: Path | None, offline: bool, as_json: bool) -> int:
    """检查运行所需的一切，每个毛病都说怎样办。什么也不改动。有“不行”的，退出码是 2。

    Check settings, token, network, store, backups, fonts, clock and optional tools; each fault with its remedy.

    \b
    例子：
      jianbao doctor --config bot.toml --store 县.db
      jianbao doctor --offline
    """
    from bot.doctor import Level

    findings = []
    for each in _findings(store, config, offline):
        findings.append(each)
        click.echo(json.dumps(asdict(each), ensure_ascii=False) if as_json else _line(each))
    bad = sum(each.level is Level.BAD for each in findings)
    warned = sum(each.level is Level.WARN for each in findings)
    if not as_json:
        click.echo(f"共 {len(findings)} 项：{bad} 项不行，{warned} 项请注意。")
    return 2 if bad else 0


def _findings(store: Path | None, config: Path | None, offline: bool) -> Iterator[Finding]:
    import os

    from bot.doctor import bad_settings, examine
    from bot.settings import STORE_VARIABLE, load_settings
    from knowledge.errors import SettingsError

    try:
        settings = load_settings(config)
    except SettingsError as error:
        yield bad_settings(error)
        return
    named = os.environ.get(STORE_VARIABLE, "").strip()
    yield from examine(settings, store or (Path(named) if named else settings.store.path), online=not offline)


def _line(finding: Finding) -> str:
    remedy = f"\n      → {finding.remedy}" if finding.remedy else ""
    return f"[{finding.level}] {finding.subject}：{finding.text}{remedy}"
