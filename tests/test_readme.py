"""The examples of the README run as they stand; docs name tests, pictures and pages that are there."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from bot.cli import _run
from bot.reference import reference
from knowledge.store import KnowledgeStore
from tests.documents import docx_file
from tests.emulator import BotApi
from tests.shared import ROOT

DOCS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("docs/*.md"), *ROOT.glob("README*.md")])
SAMPLES = sorted((ROOT / "knowledge" / "samples").glob("霁川*.md"))
# What a command ends with where that is not 0: nothing is missing in a new folder, and there is one person at most.
CODES = {"doctor": {0, 2}}


def examples() -> list[str]:
    """The commands in the table of the README."""
    return re.findall(r"^\| `(jianbao [^`]+)`", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def as_document(path: Path) -> bytes:
    """A bundled summary as a Word document."""
    lines = [line.strip("# ") for line in path.read_text("utf-8").splitlines() if line.strip()]
    return docx_file([("title", lines[0]), *(("text", line) for line in lines[1:] if not line.startswith("|"))])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new user's folder, with the files that the examples name."""
    folder = tmp_path_factory.mktemp("新用户")
    (folder / "总结.docx").write_bytes(as_document(SAMPLES[-1]))
    (folder / "一季度总结.docx").write_bytes(as_document(SAMPLES[0]))
    shutil.copy(ROOT / "bot.toml", folder / "bot.toml")
    return folder


def shell(command: str, given: str) -> tuple[int, str]:
    """What the program answers to a line typed in the folder, in this process."""
    out = StringIO()
    before, sys.stdin = sys.stdin, StringIO(given)
    try:
        with redirect_stdout(out), redirect_stderr(out):
            code = _run(shlex.split(command.replace("…", "一季度总结.docx"))[1:])
    finally:
        sys.stdin = before
    return code, out.getvalue()


async def run_against(api: BotApi, folder: Path, command: str) -> None:
    """`jianbao run` with the emulated Telegram: it starts, and stops on SIGTERM."""
    text = (folder / "bot.toml").read_text("utf-8").replace("https://api.telegram.org/bot", api.base_url)
    (folder / "bot.toml").write_text(text, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_TOKEN": api.token, "PYTHONUNBUFFERED": "1"}
    args = [sys.executable, "-m", "bot", *shlex.split(command)[1:]]
    started = await asyncio.create_subprocess_exec(*args, cwd=folder, env=environment, stdout=-1, stderr=-2)
    assert started.stdout is not None
    said = ""
    try:
        await api.quiet(60)
        while "简报已启动" not in said and (line := await started.stdout.readline()):
            said += line.decode()
    finally:
        started.send_signal(signal.SIGTERM)
        output, _ = await started.communicate()
    assert started.returncode == 0, output.decode()
    assert "还没有管理员" in said


@pytest.mark.timeout(300)
async def test_the_examples_run_one_after_the_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    for name in ("JIANBAO_TOKEN", "JIANBAO_STORE"):
        monkeypatch.delenv(name, raising=False)
    ran = 0
    for command in examples():
        name = command.split()[1]
        if name == "run":
            async with BotApi() as api:
                await run_against(api, folder, command)
        else:
            if name == "restore":
                backup = next(each for each in (folder / "backups").glob("县-*Z.db"))
                command = re.sub(r"backups/\S+", str(backup.relative_to(folder)), command)
            if name == "rollback":  # three publications first
                publish_again(folder)
            code, output = shell(command, "有哪些困难\n")
            assert code in CODES.get(name, {0}), (command, output)
            assert "Traceback" not in output
        ran += 1
    assert ran >= 16


def publish_again(folder: Path) -> None:
    from tests.summaries import summary

    with KnowledgeStore.open(folder / "县.db") as store:
        for number in range(2):
            store.publish([summary(bamboo=f"{number}.5")], who="编辑", why="样例")


def test_the_reference_is_what_the_program_says() -> None:
    found = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert found == reference(), "run: python -m bot.reference > docs/reference.md"


@pytest.mark.parametrize("name", DOCS)
def test_docs_name_tests_that_are_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    missing, file = [], ""
    for found in re.finditer(r"(test_\w+\.py)?(?:::(test_\w+))?", text):
        if found[1]:
            file = found[1]
        path = next(iter(sorted((ROOT / "tests").rglob(file))), ROOT / file) if file else ROOT
        if (found[1] and not path.exists()) or (found[2] and f"def {found[2]}(" not in path.read_text("utf-8")):
            missing.append(found[0])
    assert missing == []


@pytest.mark.parametrize("name", DOCS)
def test_docs_name_make_targets_that_are_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)|^ {4}make ([a-z-]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    assert {one or other for one, other in named} <= targets


def test_every_bot_command_is_described_for_who_may_use_it() -> None:
    from handlers.commands.table import commands

    text = "".join((ROOT / name).read_text("utf-8") for name in DOCS)
    assert [name for name in commands() if f"/{name}" not in text] == []


def test_the_newcomer_is_led_to_every_page() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text("utf-8")
        pages = {path.name for path in (ROOT / "docs").glob("*.md")}
        linked = set(re.findall(r"\(docs/([^)#]+)", text))
        second = {
            each
            for page in linked
            for each in re.findall(r"\(([^)/#]+\.md)", (ROOT / "docs" / page).read_text("utf-8"))
        }
        assert pages - linked - second == set()
