"""Which knowledge file a command works with, and that of the bundled samples where none is named."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import SettingsError, StoreError, StoreFull, StoreReadOnly

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.store import KnowledgeStore
    from knowledge.store.people import People

STORE_VARIABLE = "JIANBAO_STORE"
KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"
SAMPLES = KNOWLEDGE / "samples"


def store_path(given: Path | None, settings: Settings, environment: Mapping[str, str] | None = None) -> Path:
    """The knowledge file: --store, else JIANBAO_STORE, else [store] path, else the samples' (made if missing)."""
    environment = os.environ if environment is None else environment
    if given:
        return linked(given, settings)
    named = environment.get(STORE_VARIABLE, "").strip()
    path = Path(named) if named else settings.store.path
    return linked(path, settings) if path else sample_store(settings, environment)


def linked(path: Path, settings: Settings) -> Path:
    """`path`, made a link to the knowledge file that bots share if bot.toml names one: so each bot's people stand
    in a place of its own, and every command finds both. Raises SettingsError.
    """
    shared = settings.store.shared
    if shared is None:
        return path
    if not path.is_symlink() and not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(shared.resolve())
        except OSError as error:
            raise SettingsError(f"在 {path} 建不了指向 {shared} 的链接：请检查文件夹的权限。") from error
    if path.resolve() != shared.resolve():
        raise SettingsError(f"{path} 已是另一份数据文件，不能指向共用的 {shared}：请改 [store] path 或移走它。")
    return path


def open_store(settings: Settings, given: Path | None, *, readonly: bool = True) -> KnowledgeStore:
    """The knowledge file that is meant, open. Raises StoreError."""
    from knowledge.store import KnowledgeStore

    if settings.store.shared and not readonly:
        raise StoreReadOnly(f"{settings.store.shared} 是几个机器人共用的数据文件，这里只读：请在负责发布的那一边执行。")
    return KnowledgeStore.open(store_path(given, settings), readonly=readonly)


def discard_empty(path: Path) -> None:
    """Take a store away that was just made and into which nothing came, so that a mistyped name leaves nothing."""
    from knowledge.store import KnowledgeStore

    with KnowledgeStore.open(path) as store:
        empty = store.latest() == 0
    if empty:
        for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            each.unlink(missing_ok=True)


def open_people(settings: Settings, given: Path | None) -> People:
    """The people file beside the knowledge file that is meant, open. Raises StoreError."""
    from knowledge.store.people import People, people_path

    path = people_path(store_path(given, settings))
    if not path.exists():
        raise StoreError(f"没有找到人员数据文件 {path}：机器人第一次运行时才会建立，请检查 --store。")
    return People(path)


def backup_folder(settings: Settings, store: Path) -> Path:
    """Where the backups of a store are kept."""
    return settings.backup.folder or store.resolve().parent / "backups"


def data_folder(environment: Mapping[str, str]) -> Path:
    """The user's folder for data, as the XDG base directory specification says (on Windows, LOCALAPPDATA)."""
    base = environment.get("XDG_DATA_HOME") or environment.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "share") / "jianbao"


def sample_store(settings: Settings, environment: Mapping[str, str]) -> Path:
    """A knowledge file of the bundled summaries, made anew when they or the program changed. Raises StoreFull."""
    path = data_folder(environment) / "samples.db"
    if path.exists() and path.stat().st_mtime >= _newest():
        return path
    from knowledge import ingest, lexicon
    from knowledge.store import KnowledgeStore

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFull(f"写不进 {path.parent}：请检查磁盘空间和权限，或用 --store 指定数据文件。") from error
    words = lexicon.load(settings.lexicon.files)
    with KnowledgeStore.open(path) as store:
        read = [ingest.read_document(file, words) for file in sorted(SAMPLES.glob("*.md"))]
        store.publish(read, who="jianbao", why="随带样例")
    path.touch()
    return path


def _newest() -> float:
    """When the reading stages, their tables or the samples last changed."""
    suffixes = (".py", ".toml", ".txt", ".md")
    return max(file.stat().st_mtime for file in KNOWLEDGE.rglob("*") if file.suffix in suffixes)
