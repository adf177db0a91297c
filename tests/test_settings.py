"""bot.toml: every key known and described, every fault told at once, secrets never shown."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import describe, key_doc, load_settings, section_fields, section_type
from knowledge.errors import SettingsError
from tests.shared import ROOT


def load(tmp_path: Path, text: str, **environment: str) -> object:
    path = tmp_path / "bot.toml"
    path.write_text(text, "utf-8")
    return load_settings(path, environment)


def test_bot_toml_holds_every_key_with_its_description() -> None:
    assert (ROOT / "bot.toml").read_text("utf-8") == describe(), "run: python -m bot.settings > bot.toml"


def test_every_key_says_in_chinese_what_it_is() -> None:
    docs = [key_doc(section, each) for section in section_fields() for each in fields(section_type(section))]
    assert [doc for doc in docs if not any("\u4e00" <= character <= "\u9fff" for character in doc)] == []


def test_bot_toml_as_it_stands_says_the_defaults(tmp_path: Path) -> None:
    folder = tmp_path / "空"
    folder.mkdir()
    (folder / "bot.toml").write_text("", "utf-8")
    assert load(folder, describe()) == load_settings(folder / "bot.toml", {})


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('[acces]\nmode = "open"', ["[acces]：没有这一节"]),
        ("[access]\nmod = 1\nadmin = 2", ["access.mod：没有这个键", "access.admin：没有这个键"]),
        ('[access]\nmode = "all"', ["access.mode：只能是 invite、allowlist、open 之一，现在是 'all'"]),
        ('[access]\nadmins = ["1"]', ["access.admins：应是整数，现在是 '1'"]),
        ("[access]\nadmins = 1", ["access.admins：应是方括号括起的列表"]),
        ("[read]\nmax_bytes = true", ["read.max_bytes：应是整数，现在是 True"]),
        ("[read]\nmax_seconds = 'x'", ["read.max_seconds：应是数，现在是 'x'"]),
        ("[asking]\nanswer = 1.5", ["[asking]：answer、ask、quote、margin 都应在 0 和 1 之间"]),
        ("[asking]\nask = 0.9", ["[asking]：ask 不能大于 answer"]),
        ("[store]\npath = 3", ["store.path：应是路径（加引号），现在是 3"]),
        ("access = 1", ["access：应写成一节 [access]"]),
        ("[store\n", ["写法有误"]),
    ],
)
def test_faults_are_named_all_at_once(tmp_path: Path, text: str, faults: list[str]) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, text)
    assert [fault for fault in faults if fault not in str(error.value)] == []


def test_faults_of_several_sections_come_in_one_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="有 2 处要改"):
        load(tmp_path, "[read]\nmax_page = 1\n[access]\nadmins = 1")


def test_paths_start_from_the_folder_of_bot_toml(tmp_path: Path) -> None:
    settings = load(tmp_path, '[store]\npath = "县.db"\n[lexicon]\nfiles = ["词表.toml", "/etc/词表.toml"]')
    assert settings.store.path == tmp_path / "县.db"  # type: ignore[attr-defined]
    assert settings.lexicon.files == (tmp_path / "词表.toml", Path("/etc/词表.toml"))  # type: ignore[attr-defined]


def test_the_token_comes_from_the_environment_before_the_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "令牌").write_text("11:FILE\n", "utf-8")
    text = '[telegram]\ntoken_file = "令牌"'
    assert load(tmp_path, text).token == "11:FILE"  # type: ignore[attr-defined]
    settings = load(tmp_path, text, JIANBAO_TOKEN=" 22:ENV ")
    assert settings.token == "22:ENV"  # type: ignore[attr-defined]
    assert "22:ENV" not in repr(settings)


@pytest.mark.parametrize("text", ['[telegram]\ntoken = "1:X"', 'token = "1:X"'])
def test_a_token_in_bot_toml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="没有这"):
        load(tmp_path, text)


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"没有找到配置文件 .*没有\.toml"):
        load_settings(tmp_path / "没有.toml", {})
    with pytest.raises(SettingsError, match=r"读不了令牌文件 .*无"):
        load(tmp_path, '[telegram]\ntoken_file = "无"')
