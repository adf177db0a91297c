"""The command line: `jianbao COMMAND`; each command lives in bot/commands and is imported when it is called."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence

import click

from bot import __version__
from knowledge.errors import JianbaoError

# Name -> module in bot/commands that holds `command`, in the order of the help text.
COMMANDS = {
    "demo": "demo",
    "ask": "ask",
    "chat": "chat",
    "extract": "extract",
    "ingest": "ingest",
    "digest": "digest",
    "run": "run",
    "revisions": "revisions",
    "rollback": "rollback",
    "export": "export",
    "import": "import_",
    "backup": "backup",
    "restore": "restore",
    "audit": "audit",
    "person": "person",
    "doctor": "doctor",
}

EXIT_OK, EXIT_NOT_FOUND, EXIT_ERROR, EXIT_INTERRUPTED = 0, 1, 2, 130


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return [name for name, module in COMMANDS.items() if importlib.util.find_spec(f"bot.commands.{module}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bot.commands.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", "-V", prog_name="jianbao", message="%(prog)s %(version)s")
def cli() -> None:
    """简报：读懂工作总结，回答“多少、增长多少、第几位、做到哪一步”，每个数字都带时期和原文出处。

    Jianbao answers questions about a bureau's work summary, with the figure, its period and its source sentence.

    \b
    例子：
      jianbao demo                              读随带的样例，演示十几个问答，然后进入对话
      jianbao ingest --store 县.db 总结.docx      把总结读进数据文件
      jianbao ask --store 县.db "医化行业增速多少"  问一句
      jianbao chat --store 县.db                 在终端里对话
      jianbao run --config bot.toml             启动 Telegram 机器人
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code: 0 done, 1 not found in the summary, 2 an error, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> int:
    try:
        code = cli.main(args=args, prog_name="jianbao", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。", err=True)
        return EXIT_INTERRUPTED
    except JianbaoError as error:
        click.echo(f"错误：{error}", err=True)
        return EXIT_ERROR
    except BrokenPipeError:  # the reader went away: `jianbao ... | head`
        sys.stdout = None
        return EXIT_ERROR
    except OSError as error:
        click.echo(f"错误：{error.strerror}（{error.filename}），请检查路径、权限和磁盘空间。", err=True)
        return EXIT_ERROR
    return code if isinstance(code, int) else EXIT_OK
