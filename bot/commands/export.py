"""`jianbao export`: a whole store as JSON Lines or a workbook, for handing over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option, store_option

if TYPE_CHECKING:
    from knowledge.store import KnowledgeStore


@click.command("export", short_help="把数据文件导出为 JSON Lines 或 .xlsx，便于移交")
@click.argument("file", type=click.Path(path_type=Path))
@store_option
@click.option("--revision", type=click.IntRange(1), help="只导出到这一版为止，即这一版是最新一版时的样子。")
@config_option
def command(file: Path, store: Path | None, revision: int | None, config: Path | None) -> None:
    """把数据文件的全部版本导出为一个文件，jianbao import 可原样恢复；名字以 .xlsx 结尾就是工作簿，否则是 JSON Lines。

    Write all revisions of a store as JSON Lines, or as a workbook if the name ends in .xlsx; `jianbao import` gives
    back exactly the same store. --revision leaves out what came after that revision.

    \b
    例子：
      jianbao export --store 县.db 县.jsonl
      jianbao export --store 县.db --revision 3 第3版.xlsx
    """
    from bot.places import open_store
    from bot.settings import load_settings

    making = file.with_name(f".{file.name}.writing")
    try:
        with open_store(load_settings(config), store) as knowledge:
            _write(making, knowledge, revision, workbook=file.suffix.lower() == ".xlsx")
        making.replace(file)
    finally:
        making.unlink(missing_ok=True)
    click.echo(f"已导出到 {file}。")


def _write(path: Path, knowledge: KnowledgeStore, revision: int | None, *, workbook: bool) -> None:
    from handlers.export_store import write_workbook
    from knowledge.store.transfer import export_lines, export_rows

    if workbook:
        write_workbook(path, export_rows(knowledge, revision))
        return
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in export_lines(knowledge, revision))
