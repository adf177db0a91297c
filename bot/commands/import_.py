"""`jianbao import`: a new store of exported lines."""

from __future__ import annotations

from pathlib import Path

import click


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
    from knowledge.errors import StoreError
    from knowledge.store.transfer import import_lines

    try:
        with file.open(encoding="utf-8") as lines, import_lines(store, lines) as knowledge:
            click.echo(f"已导入 {store}，共 {knowledge.latest()} 版，{len(knowledge.shelf().documents())} 份文件。")
    except UnicodeDecodeError as error:
        raise StoreError("这不是 jianbao export 写出的文件，请检查文件名。") from error
