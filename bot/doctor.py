"""What `jianbao doctor` looks at: each check says how things stand, and where something is amiss, what to do."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

from bot.settings import CONFIG_NAME, Settings
from knowledge.errors import JianbaoError, StoreError

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_ENOUGH_MB = 500
_SKEW = timedelta(seconds=60)
_LATE = timedelta(hours=48)
_SET_CLOCK = "请打开网络对时：timedatectl set-ntp true"
_BUILT = 2025  # no clock that is right shows an earlier year
_OPTIONAL = {
    "matplotlib": ("图表", "pip install 'jianbao[charts]'"),
    "starlette": ("审校台", "pip install 'jianbao[desk]'"),
    "distributed": ("多机读入", "pip install 'jianbao[cluster]'"),
}


class Level(StrEnum):
    """How a check came out."""

    GOOD = "好"
    WARN = "注意"
    BAD = "不行"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says what to do unless it is good."""

    level: Level
    subject: str
    text: str
    remedy: str = ""


def examine(settings: Settings, store: Path | None, *, online: bool = True) -> Iterator[Finding]:
    """Every check, one after the other; none of them changes anything."""
    checks: list[Callable[[], Iterator[Finding]]] = [
        _program,
        lambda: _settings(settings),
        lambda: _token(settings),
        lambda: _network(settings) if online and settings.token else iter(()),
        lambda: _store(store),
        lambda: _backups(settings, store),
        _fonts,
        lambda: _clock(settings),
        _tools,
    ]
    for check in checks:
        yield from check()


def bad_settings(error: JianbaoError) -> Finding:
    """What is found where bot.toml cannot be read at all."""
    return Finding(Level.BAD, "配置", str(error), "照提示改 bot.toml；可与随带的 bot.toml 比对。")


def _program() -> Iterator[Finding]:
    from bot import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(Level.GOOD, "程序", f"简报 {__version__}，Python {python}。")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield Finding(Level.WARN, "程序", "正以 root 身份运行。", "请用普通用户运行，见 deploy/ 里的服务单元。")


def _settings(settings: Settings) -> Iterator[Finding]:
    from bot.desk import desk_url
    from bot.digests import defaults, workday
    from bot.upkeep import backup_time
    from knowledge.lexicon import load

    try:
        defaults(settings.digest), workday(settings.digest), backup_time(settings), load(settings.lexicon.files)
        desk_url(settings.desk)
    except JianbaoError as error:
        yield bad_settings(error)
        return
    file = settings.folder / CONFIG_NAME
    text = f"{file} 没有写错的键。" if file.is_file() else f"{settings.folder} 里没有 bot.toml，用缺省值。"
    yield Finding(Level.GOOD, "配置", text)
    if settings.access.mode == "open":
        remedy = "如非有意，请把 [access] mode 改为 invite。"
        yield Finding(Level.WARN, "准入", "人人都能问到数字（mode = open）。", remedy)
    if settings.access.mode == "allowlist" and not settings.access.admins:
        yield Finding(Level.WARN, "准入", "没有管理员。", "请在 [access] admins 写上管理员的 Telegram 用户号。")
    desk = settings.desk
    if desk.enabled and desk.listen not in ("127.0.0.1", "::1", "localhost") and not desk.url.startswith("https://"):
        remedy = "请把 [desk] listen 改回 127.0.0.1，或在前面放带 TLS 的代理并在 url 写明 https 网址。"
        yield Finding(Level.WARN, "审校台", f"对外（{desk.listen}）听着，却没有加密。", remedy)


def _token(settings: Settings) -> Iterator[Finding]:
    file = settings.telegram.token_file
    if not settings.token:
        remedy = "把 @BotFather 给的令牌放进环境变量 JIANBAO_TOKEN，或在 bot.toml 的 telegram.token_file 写明文件。"
        yield Finding(Level.BAD, "令牌", "没有机器人令牌。", remedy)
    elif not _TOKEN.fullmatch(settings.token):
        yield Finding(Level.BAD, "令牌", "令牌的样子不对（应是 数字:字母数字）。", "请向 @BotFather 核对，整段复制。")
    else:
        yield Finding(Level.GOOD, "令牌", "有令牌。")
    if file and file.exists() and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Finding(Level.WARN, "令牌", f"别的用户也能读令牌文件 {file}。", f"运行 chmod 600 {file}")


def _network(settings: Settings) -> Iterator[Finding]:
    import httpx

    telegram = settings.telegram
    try:
        with httpx.Client(proxy=telegram.proxy or None, timeout=10) as client:
            answer = client.get(f"{telegram.base_url}{settings.token}/getMe")
    except (httpx.HTTPError, ValueError, ImportError) as error:
        remedy = "请检查网络；不能直连时在 bot.toml 写 telegram.proxy，或用自建的 Bot API 服务器（telegram.base_url）。"
        yield Finding(Level.BAD, "网络", f"连不上 {telegram.base_url}（{type(error).__name__}）。", remedy)
        return
    if answer.status_code in (401, 404):
        yield Finding(
            Level.BAD, "令牌", "Telegram 不认这个令牌。", "请向 @BotFather 核对；令牌泄露过就用 /revoke 换新的。"
        )
    elif answer.status_code != 200:
        yield Finding(Level.WARN, "网络", f"Telegram 回答 {answer.status_code}。", "稍后再试；持续如此请检查代理。")
    else:
        yield Finding(Level.GOOD, "网络", f"连得上 Telegram，机器人是 @{answer.json()['result'].get('username')}。")
    yield from _skew(answer.headers.get("date"))


def _skew(date: str | None) -> Iterator[Finding]:
    if not date:
        return
    off = datetime.now(UTC) - parsedate_to_datetime(date)
    if abs(off) > _SKEW:
        text = f"本机时钟比 Telegram {'快' if off > timedelta() else '慢'} {abs(off).total_seconds():.0f} 秒。"
        yield Finding(Level.BAD, "时钟", text, _SET_CLOCK)


def _store(store: Path | None) -> Iterator[Finding]:
    from knowledge.store.people import people_path
    from knowledge.store.upkeep import check

    if store is None or not store.exists():
        remedy = "用 --store、JIANBAO_STORE 或 bot.toml 的 [store] path 指明；没有就用 jianbao ingest 建一个。"
        yield Finding(Level.BAD, "数据", f"没有数据文件{f' {store}' if store else ''}。", remedy)
        return
    for path in (store, people_path(store)):
        if not path.exists():
            continue
        try:
            check(path)
            yield Finding(Level.GOOD, "数据", f"{path} 完好，{path.stat().st_size / 1e6:.1f} MB。")
        except StoreError as error:
            yield Finding(Level.BAD, "数据", str(error), "先停机器人，再用 jianbao restore 恢复最近的备份。")
            return
    yield from _contents(store)
    yield from _disk(store.resolve().parent)


def _contents(store: Path) -> Iterator[Finding]:
    from knowledge.store import KnowledgeStore
    from knowledge.store.people import People, people_path

    try:
        with KnowledgeStore.open(store, readonly=True) as knowledge:
            documents = len(knowledge.shelf().documents())
            text = f"现在是第 {knowledge.latest()} 版，{documents} 份文件。"
            remedy = "用 jianbao ingest 读入总结，或由编辑在 Telegram 里发布。"
            yield Finding(Level.GOOD if documents else Level.WARN, "数据", text, "" if documents else remedy)
        if people_path(store).exists():
            with People(people_path(store)) as people:
                broken = people.audit.broken_at()
            sound = Finding(Level.GOOD, "审计", "审计日志没有人改动过。")
            remedy = "保存现场，用备份比对；见 docs/security.md。"
            yield Finding(Level.BAD, "审计", f"审计日志从第 {broken} 条起对不上。", remedy) if broken else sound
    except StoreError as error:
        yield Finding(Level.BAD, "数据", str(error), "照提示处理后再运行 jianbao doctor。")


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free / 1e6
    if not os.access(folder, os.W_OK):
        remedy = "改文件夹的所有者或权限，或把数据文件换到可写的文件夹。"
        yield Finding(Level.BAD, "磁盘", f"{folder} 不可写，机器人记不下任何事。", remedy)
    elif free < _ENOUGH_MB:
        yield Finding(Level.WARN, "磁盘", f"{folder} 只剩 {free:.0f} MB。", "请腾出空间；旧备份可移到别处。")
    else:
        yield Finding(Level.GOOD, "磁盘", f"{folder} 可写，还有 {free / 1000:.1f} GB。")


def _backups(settings: Settings, store: Path | None) -> Iterator[Finding]:
    from bot.places import backup_folder
    from knowledge.store.upkeep import backups

    if store is None or not store.exists():
        return
    folder = backup_folder(settings, store)
    latest = next(iter(backups(folder, store)), None) if folder.exists() else None
    remedy = "运行 jianbao backup；机器人运行时每天自动备份（[backup] daily）。"
    if latest is None:
        yield Finding(Level.WARN, "备份", f"{folder} 里还没有备份。", remedy)
    elif datetime.now(UTC) - latest.at > _LATE:
        yield Finding(Level.WARN, "备份", f"最近的备份是 {latest.at.astimezone():%Y-%m-%d %H:%M} 的。", remedy)
    else:
        yield Finding(Level.GOOD, "备份", f"最近的备份是 {latest.at.astimezone():%Y-%m-%d %H:%M} 的，在 {folder}。")


def _fonts() -> Iterator[Finding]:
    from handlers.charts import FONT

    if FONT.is_file():
        yield Finding(Level.GOOD, "字体", f"随带的中文字体在（{FONT.name}）。")
    else:
        yield Finding(Level.BAD, "字体", f"缺少 {FONT}，图表画不出汉字。", "请重新安装简报。")


def _clock(settings: Settings) -> Iterator[Finding]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from knowledge.schedule import holidays_known

    now = datetime.now(UTC)
    if now.year < _BUILT:
        yield Finding(Level.BAD, "时钟", f"本机时钟是 {now:%Y-%m-%d}，不对。", _SET_CLOCK)
        return
    try:
        local = now.astimezone(ZoneInfo(settings.digest.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return  # told with the settings
    yield Finding(Level.GOOD, "时钟", f"{settings.digest.timezone} 现在 {local:%Y-%m-%d %H:%M}。")
    if not holidays_known(local.year):
        remedy = "升级 chinesecalendar，或在 [digest] holidays、workdays 写上放假和调休日期。"
        yield Finding(Level.WARN, "节假日", f"不知道 {local.year} 年怎样放假，只按周末算。", remedy)


def _tools() -> Iterator[Finding]:
    office = shutil.which("soffice") or shutil.which("libreoffice") or shutil.which("antiword")
    if office:
        yield Finding(Level.GOOD, "可选", f"旧格式文件（.doc、.wps）由 {office} 读。")
    else:
        remedy = "需要时安装 LibreOffice 或 antiword（apt install antiword）。"
        yield Finding(Level.WARN, "可选", "读不了旧格式文件（.doc、.wps）。", remedy)
    for module, (what, remedy) in _OPTIONAL.items():
        if importlib.util.find_spec(module):
            yield Finding(Level.GOOD, "可选", f"{what}可用。")
        else:
            yield Finding(Level.WARN, "可选", f"{what}不可用。", f"需要时运行 {remedy}")
