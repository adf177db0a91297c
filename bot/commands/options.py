"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

config_option = click.option(
    "--config", type=click.Path(path_type=Path), help="配置文件，缺省为当前文件夹里的 bot.toml（如有）。"
)
store_option = click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="数据文件；也可用环境变量 JIANBAO_STORE 或 bot.toml 的 [store] path 指定。",
)
