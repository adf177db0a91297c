"""`jianbao export`: a whole store as JSON Lines, for handing over."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.options import config_option, store_option


@click.command("export", short_help="把数据文件导出为 JSON Lines，便于移交")
@click.argument("file", type=click.Path(path_type=Path))
@store_option
@config_option
def command(file: Path, store: Path | None, config: Path | None) -> None:
    """把数据文件的全部版本导出为一个 JSON Lines 文件；用 jianbao import 可原样恢复。

    Write all revisions of a store as JSON Lines; `jianbao import` gives back exactly the same store.

    \b
    例子：
      jianbao export --store 县.db 县.jsonl
    """
    from bot.places import open_store
    from bot.settings import load_settings
    from knowledge.store.transfer import export_lines

    making = file.with_name(f".{file.name}.writing")
    try:
        with open_store(load_settings(config), store) as knowledge, making.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in export_lines(knowledge))
        making.replace(file)
    finally:
        making.unlink(missing_ok=True)
    click.echo(f"已导出到 {file}。")
