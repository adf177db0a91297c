"""docs/reference.md: every command, every bot command and every key of bot.toml, from where they are defined.

python -m bot.reference > docs/reference.md
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any

import click

from bot.cli import COMMANDS, cli
from bot.settings import key_doc, section_fields, section_type
from handlers.commands.table import commands

_ROLES = {None: "所有人", "viewer": "查阅", "editor": "编辑", "admin": "管理员"}


def reference() -> str:
    """The page."""
    return "\n".join([*_head(), *_program(), *_chat(), *_settings()]) + "\n"


def _head() -> Iterator[str]:
    yield "# 命令和配置一览"
    yield ""
    yield "本页由程序写出（`python -m bot.reference > docs/reference.md`）。怎样用，见 [officials.md](officials.md)、"
    yield "[admins.md](admins.md)。 Written by the program: every command and every setting."


def _program() -> Iterator[str]:
    yield "\n## 服务器上的命令"
    yield "\n退出码：0 做好了，1 总结里没有，2 出错，130 中断。每个命令都可加 `--help`。"
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None  # noqa: S101  it is in the table
        yield from _command(f"jianbao {name}", command)


def _command(path: str, command: click.Command) -> Iterator[str]:
    yield f"\n### {path}"
    help_text = (command.help or "").partition("\b")[0]
    yield "\n" + " ".join(line.strip() for line in help_text.splitlines() if line.strip()) + "\n"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            names = "`, `".join((*parameter.opts, *parameter.secondary_opts))
            yield f"- `{names}`：{parameter.help or ''}"
        else:
            yield f"- `{(parameter.name or '').upper()}`"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _command(f"{path} {name}", inner)


def _chat() -> Iterator[str]:
    yield "\n## 机器人里的命令"
    yield "\n| 命令 | 谁能用 | 作用 | 在哪里 |\n| --- | --- | --- | --- |"
    for one in commands().values():
        where = "只在群里" if one.group_only else "只在私聊" if one.private else "私聊和群" if one.groups else "私聊"
        yield f"| `/{one.name}` | {_ROLES[one.role]} | {one.descriptions['zh']} | {where} |"


def _settings() -> Iterator[str]:
    yield "\n## bot.toml 的键"
    yield "\n机密不写在 bot.toml 里：令牌来自环境变量 `JIANBAO_TOKEN`、`telegram.token_file` 所指的文件，"
    yield "或 systemd 的凭据（LoadCredential=token:…）。"
    for section in section_fields():
        yield f"\n### [{section.name}]"
        yield f"\n{section.metadata['doc']}\n\n| 键 | 缺省 | 意思 |\n| --- | --- | --- |"
        for each in fields(section_type(section)):
            yield f"| `{each.name}` | {_default(each)} | {key_doc(section, each)} |"


def _default(each: Field[Any]) -> str:
    default = each.default_factory() if each.default_factory is not MISSING else each.default
    return "空缺" if default in (None, "", ()) else f"`{str(default).lower() if default in (True, False) else default}`"


if __name__ == "__main__":
    print(reference(), end="")
