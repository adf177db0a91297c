"""`jianbao import`: a new store of exported lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from knowledge.store import KnowledgeStore


@click.command("import", short_help="用导出的文件建一个新的数据文件")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--store", required=True, type=click.Path(path_type=Path), help="要新建的数据文件。")
def command(file: Path, store: Path) -> None:
    """用 jianbao export 导出的文件建一个新的数据文件，与原来的完全一样；不会覆盖已有的文件。

    Make a new store of an exported file, exactly as it was.

    \b
    例子：
      jianbao import --store 新县.db 县.jsonl
    """
    with _imported(file, store) as knowledge:
        click.echo(f"已导入 {store}，共 {knowledge.latest()} 版，{len(knowledge.shelf().documents())} 份文件。")


def _imported(file: Path, store: Path) -> KnowledgeStore:
    """A new store of a file of either kind, told by its first bytes. Raises StoreError."""
    from handlers.export_store import read_workbook
    from knowledge.errors import StoreError
    from knowledge.store.transfer import NOT_OURS, import_lines, import_rows

    with file.open("rb") as begun:
        zipped = begun.read(2) == b"PK"
    if zipped:
        return import_rows(store, read_workbook(file))
    try:
        with file.open(encoding="utf-8") as lines:
            return import_lines(store, lines)
    except UnicodeDecodeError as error:
        raise StoreError(NOT_OURS) from error
