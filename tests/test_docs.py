"""The README in both languages names every command, and nothing that is not there."""

from __future__ import annotations

import re

import pytest

from bot.cli import COMMANDS
from tests.shared import ROOT

READMES = ("README.md", "README.zh-CN.md")


def commands_in(name: str) -> list[str]:
    """The commands in the table of a README, as written."""
    return re.findall(r"^\| `(jianbao [^`]+)`", (ROOT / name).read_text("utf-8"), re.MULTILINE)


def test_both_languages_show_the_same_commands() -> None:
    english, chinese = map(commands_in, READMES)
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_shown(name: str) -> None:
    assert {line.split()[1] for line in commands_in(name)} == set(COMMANDS)


@pytest.mark.parametrize(
    "name", [*READMES, *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))]
)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(r'<img src="([^"]+)"', text)
    assert [target for target in targets if not (ROOT / name).parent.joinpath(target).exists()] == []
