"""`jianbao ingest`: files into a store, on all cores or on a cluster, safe to interrupt."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.options import config_option, store_option

if TYPE_CHECKING:
    from knowledge.ingest import Outcome
    from knowledge.store import KnowledgeStore

BATCH = 64  # documents of one revision: what a power failure may have to read again


@click.command("ingest", short_help="把文件读进数据文件")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--workers", type=click.IntRange(1), help="同时用几个进程读，缺省为处理器核数。")
@click.option(
    "--dask", "scheduler", metavar="地址", help="在 Dask 集群上读，如 tcp://10.0.0.5:8786；只有本机写数据文件。"
)
@click.option("--again", is_flag=True, help="已经读过的文件也再读一遍。")
@click.option("--why", default="", help="说明，记入版本记录。")
@config_option
def command(
    files: tuple[Path, ...], store: Path | None, workers: int | None, scheduler: str | None, again: bool, why: str,
    config: Path | None,
) -> int:  # fmt: skip
    """把工作总结读进数据文件（没有就新建）。读过的文件不再读；新的版本会替下旧的；中途停下，再执行一次就接着读。

    Read documents into a store. A folder stands for the files in it. Ctrl-C loses nothing: run it again to go on.

    \b
    例子：
      jianbao ingest --store 县.db 2023年上半年总结.docx
      jianbao ingest --store 全省.db 各县总结/
      jianbao ingest --store 全省.db --dask tcp://10.0.0.5:8786 各县总结/
    """
    from bot.places import discard_empty, open_store, store_path
    from bot.settings import load_settings
    from knowledge.ingest import Reading, read_documents, reader_name

    settings = load_settings(config)
    paths = list(_expand(files))
    reading = Reading(settings.lexicon.files, settings.read, workers or os.cpu_count() or 1)
    fresh = not store_path(store, settings).exists()
    with _stoppable(), open_store(settings, store, readonly=False) as knowledge, _crowd(scheduler) as crowd:
        before = knowledge.latest()
        known = frozenset() if again else knowledge.read_by(reader_name(reading.lexicon_files, reading.limits))
        with _progress(len(paths)) as advance:
            bad, passed = _publish(knowledge, _counted(read_documents(paths, reading, known, crowd), advance), why)
        _index(knowledge, reading.lexicon_files)
        _report(knowledge, before, len(paths) - len(bad) - passed, passed, bad)
    if fresh:
        discard_empty(store_path(store, settings))
    return 2 if bad else 0


def _expand(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
        else:
            yield path


def _crowd(scheduler: str | None) -> Any:
    """The cluster, or nothing: the processes of this machine."""
    if scheduler is None:
        return nullcontext()
    from knowledge.cluster import cluster

    return cluster(scheduler)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends reading as Ctrl-C does: what is read is published."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _publish(knowledge: KnowledgeStore, outcomes: Iterable[Outcome], why: str) -> tuple[list[Outcome], int]:
    """Publish what was read, batch by batch, also what is at hand when interrupted; gives the bad, counts the known."""
    bad: list[Outcome] = []
    passed = 0
    batch = []
    try:
        for outcome in outcomes:
            if outcome.ready is not None:
                batch.append(outcome.ready)
            elif outcome.error is not None:
                bad.append(outcome)
            else:
                passed += 1
            if len(batch) == BATCH:
                knowledge.publish(batch, who=getpass.getuser(), why=why)
                batch = []
    finally:  # also when interrupted: what is read stays read
        knowledge.publish(batch, who=getpass.getuser(), why=why)
    return bad, passed


def _index(knowledge: KnowledgeStore, lexicon_files: tuple[Path, ...]) -> None:
    """Make and store what asking needs to know of the new documents; whatever is left, asking makes on the fly."""
    from knowledge.indexing import catch_up
    from knowledge.lexicon import load

    made = catch_up(knowledge, load(lexicon_files))
    total = before = next(made)
    with _progress(total, "编索引") as advance:
        for left in made:
            advance(before - left)
            before = left


def _report(knowledge: KnowledgeStore, before: int, read: int, passed: int, bad: list[Outcome]) -> None:
    latest = knowledge.latest()
    state = f"现在是第 {latest} 版" if latest != before else f"没有变化，仍是第 {latest} 版"
    known = f"（另有 {passed} 份先前已读过）" if passed else ""
    click.echo(f"读了 {read} 份{known}，{state}，共 {len(knowledge.shelf().documents())} 份文件。")
    if bad:
        click.echo(f"有 {len(bad)} 份没有读进：", err=True)
    for outcome in bad:
        click.echo(f"  {outcome.path}：{outcome.error}", err=True)


@contextmanager
def _progress(total: int, what: str = "读入") -> Iterator[Callable[[int], None]]:
    """A bar with rate and time left, on a terminal only; calling what it gives moves it by so many files."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TextColumn("还需"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, rate="")
        yield lambda count: bar.update(task, advance=count, rate=f"{bar.tasks[0].speed or 0:.1f} 份/秒")


def _counted(outcomes: Iterable[Outcome], advance: Callable[[int], None]) -> Iterator[Outcome]:
    for outcome in outcomes:
        advance(1)
        yield outcome
