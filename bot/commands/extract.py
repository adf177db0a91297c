"""`jianbao extract`: what one document states, stored nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.commands.options import config_option


@click.command("extract", short_help="读一份文件，列出其中的数字、事项和困难（不存）")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 对象。")
@click.option("--leftovers", is_flag=True, help="同时列出没能读成指标的数字及原因。")
@config_option
def command(file: Path, as_json: bool, leftovers: bool, config: Path | None) -> None:
    """读一份文件，列出其中的指标数字、工作事项和困难，不存进数据文件。

    Read one document and print what it states; nothing is stored.

    \b
    例子：
      jianbao extract 总结.docx
      jianbao extract 总结.docx --json > 总结.json
      jianbao extract 总结.docx --leftovers
    """
    from bot.settings import load_settings
    from handlers.jsonl import extraction_json
    from knowledge import ingest, lexicon

    settings = load_settings(config)
    extraction = ingest.read_document(file, lexicon.load(settings.lexicon.files), settings.read)
    if as_json:
        click.echo(json.dumps(extraction_json(extraction, leftovers=leftovers), ensure_ascii=False))
        return
    from handlers.listing import listing

    click.echo("\n".join(listing(extraction, leftovers=leftovers)))
