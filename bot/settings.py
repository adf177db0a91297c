"""bot.toml as frozen values: each section a small dataclass, each key one line with its default and its description.

bot.toml itself is written from here (`python -m bot.settings > bot.toml`), so that no key
goes undescribed; a test compares the two.
Secrets come from the environment or from a file that bot.toml names, never from bot.toml.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from knowledge.errors import SettingsError
from knowledge.inquiry import Thresholds
from knowledge.read.limits import Limits

CONFIG_NAME = "bot.toml"
TOKEN_VARIABLE = "JIANBAO_TOKEN"  # noqa: S105  the variable's name, not a secret
STORE_VARIABLE = "JIANBAO_STORE"


def key(default: Any, doc: str, *, choices: tuple[str, ...] = ()) -> Any:
    """A key of a section: its default, what it means (for bot.toml) and, if only some words will do, which."""
    return field(default=default, metadata={"doc": doc, "choices": choices})


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """[store]: the knowledge file."""

    path: Path | None = key(None, "数据文件；空缺时用随带样例的数据文件。命令行 --store 和环境变量 JIANBAO_STORE 优先")
    shared: Path | None = key(
        None, "几个机器人共用的数据文件，由别处发布，这里只读；写了它，path 是指向它的链接，人员数据仍各在 path 旁边"
    )


# A section whose class lives in a stage has its descriptions here.
LIMIT_DOCS = {
    "max_bytes": "文件最多多少字节",
    "max_pages": "PDF、OFD 最多多少页，工作簿最多多少张表",
    "max_expansion": "压缩文档（docx、xlsx、ofd）展开后最多是文件的多少倍",
    "max_unpacked": "压缩文档展开后最多多少字节",
    "max_characters": "读出的文字最多多少字",
    "max_seconds": "读一份上传文件最多多少秒",
    "max_memory_mb": "读一份上传文件最多用多少 MB 内存",
}


ASKING_DOCS = {
    "answer": "数字至少要对上问题的多少（0 到 1）才作答；由 make eval 打印的准确率、覆盖率曲线选定，下同",
    "ask": "至少对上多少才反问，不到就说没有",
    "quote": "原文句子至少要对上问题的多少才引用",
    "margin": "最好的要比其他数字高出多少；不到就反问是哪一项",
    "minutes": "追问（那橡塑呢）记得住多少分钟之前的话",
}


@dataclass(frozen=True, slots=True)
class LexiconSettings:
    """[lexicon]: the bureau's own vocabulary."""

    files: tuple[Path, ...] = key((), "本单位自己的词表（TOML），按顺序加在随带词表之后")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """[telegram]: how Telegram is reached."""

    token_file: Path | None = key(None, "存放机器人令牌的文件；环境变量 JIANBAO_TOKEN 优先。令牌本身不写在这里")
    base_url: str = key("https://api.telegram.org/bot", "Bot API 的地址；自建 Bot API 服务器时改这里")
    base_file_url: str = key("https://api.telegram.org/file/bot", "Bot API 下载文件的地址")
    proxy: str = key("", "代理，如 http://127.0.0.1:7890 或 socks5://127.0.0.1:1080；空着就直连")
    webhook_url: str = key("", "对外的 https 网址；写了就由 Telegram 推送（webhook），空着就由机器人收取（长轮询）")
    webhook_listen: str = key("127.0.0.1", "webhook 方式下监听的地址，TLS 由前面的代理负责")
    webhook_port: int = key(8443, "webhook 方式下监听的端口")


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """[access]: who is answered."""

    mode: str = key(
        "invite",
        "谁能用：invite 凭邀请或批准，allowlist 只限 allowed 所列，open 人人可用",
        choices=("invite", "allowlist", "open"),
    )
    admins: tuple[int, ...] = key((), "管理员的 Telegram 用户号")
    allowed: tuple[int, ...] = key((), "allowlist 方式下准许的用户号")
    mark: bool = key(False, "回答末尾注明“仅供某人查阅”")
    protect: bool = key(False, "带数字的回答不能转发和保存")
    per_minute: int = key(30, "每人每分钟最多问多少次，超过的不答；0 为不限")


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """[digest]: when digests come where nothing else is said, and how fast the outbox is sent."""

    weekday: int = key(1, "缺省在星期几发周报：1 是周一，7 是周日")
    at: str = key("08:30", "缺省几点发")
    timezone: str = key("Asia/Shanghai", "缺省时区")
    quiet: str = key("line", "没有新情况时：line 说一声，nothing 不发", choices=("line", "nothing"))
    on_holiday: str = key(
        "keep",
        "遇节假日：keep 照常，shift 顺延到下一个工作日，skip 不发",
        choices=("keep", "shift", "skip"),
    )
    holidays: tuple[str, ...] = key((), '补充的放假日期，如 ["2027-02-08"]；随带的节假日表没有的年份用得着')
    workdays: tuple[str, ...] = key((), "补充的调休上班日期")
    per_second: float = key(20.0, "每秒最多发多少条（Telegram 限 30 条，余下的留给回答）")
    chat_per_second: float = key(1.0, "同一聊天每秒最多多少条")
    group_per_minute: float = key(20.0, "同一群或频道每分钟最多多少条")
    at_once: int = key(16, "同时在发的最多多少条")
    catch_up_hours: float = key(12.0, "停机后多少小时之内补发；过了就只说一声没能按时发")
    back_off_seconds: float = key(5.0, "服务器出错后多少秒再试，之后每次加倍")
    back_off_most_seconds: float = key(600.0, "再试最多隔多少秒")
    lease_seconds: float = key(120.0, "发送中断多少秒后算“不知道是否送到”，应长于一次发送")


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """[backup]: the copies that the running bot makes by itself."""

    daily: bool = key(True, "机器人每天自动备份两个数据文件")
    folder: Path | None = key(None, "备份放在哪个文件夹；空缺时放在数据文件旁的 backups")
    at: str = key("03:15", "每天几点备份（按 digest.timezone 的时区）")
    keep_days: int = key(14, "保留最近多少天的备份，每天一份")
    keep_weeks: int = key(8, "另外保留最近多少周的备份，每周一份")


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """[privacy]: how long what people wrote is kept."""

    question_days: int = key(180, "没答上和被评为不好的问题、意见最多保留多少天")


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """[monitor]: how whoever runs the bot sees how it does."""

    port: int = key(0, "在这个端口提供 /metrics（Prometheus）和 /healthz；0 为不开")
    listen: str = key("127.0.0.1", "上述端口监听的地址")
    log: str = key("text", "日志写法：text 供人看，json 每行一个 JSON 对象", choices=("text", "json"))
    alert_chats: tuple[int, ...] = key((), "出了故障告知哪些 Telegram 聊天；空着就告知各位管理员")
    alerts_per_hour: int = key(6, "一小时最多发多少条故障提醒；0 为不发")


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """[desk]: the review desk, a website for editors."""

    enabled: bool = key(False, "是否开启审校台（编辑核对原文、改数字、发布的网页）")
    listen: str = key("127.0.0.1", "监听的地址；缺省只限本机，对外请放在带 TLS 的代理后面")
    port: int = key(8480, "监听的端口")
    url: str = key("", "对外的网址，如 https://desk.example.gov.cn；空着就是 http://本机地址:端口")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that bot.toml and the environment say. `folder` is bot.toml's, which its relative paths start from."""

    store: StoreSettings = field(default_factory=StoreSettings, metadata={"doc": "数据文件"})
    read: Limits = field(default_factory=Limits, metadata={"doc": "读一份文件的限度", "docs": LIMIT_DOCS})
    lexicon: LexiconSettings = field(default_factory=LexiconSettings, metadata={"doc": "词表"})
    asking: Thresholds = field(default_factory=Thresholds, metadata={"doc": "作答的门槛", "docs": ASKING_DOCS})
    telegram: TelegramSettings = field(default_factory=TelegramSettings, metadata={"doc": "Telegram 连接"})
    access: AccessSettings = field(default_factory=AccessSettings, metadata={"doc": "准入"})
    digest: DigestSettings = field(default_factory=DigestSettings, metadata={"doc": "周报"})
    backup: BackupSettings = field(default_factory=BackupSettings, metadata={"doc": "备份"})
    privacy: PrivacySettings = field(default_factory=PrivacySettings, metadata={"doc": "个人信息"})
    monitor: MonitorSettings = field(default_factory=MonitorSettings, metadata={"doc": "运行情况"})
    desk: DeskSettings = field(default_factory=DeskSettings, metadata={"doc": "审校台"})
    token: str = field(default="", repr=False, metadata={"secret": True})
    folder: Path = field(default=Path(), metadata={"secret": True})


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from bot.toml (`path`, else ./bot.toml, else defaults) and the environment.

    Raises SettingsError that names every unknown key and every wrong value at once.
    """
    environment = os.environ if environment is None else environment
    path = path or (Path(CONFIG_NAME) if Path(CONFIG_NAME).is_file() else None)
    table = _read_toml(path) if path else {}
    folder = path.resolve().parent if path else Path.cwd()
    faults: list[str] = []
    sections = dict(_sections(table, folder, faults))
    if faults:
        raise SettingsError(f"{path} 有 {len(faults)} 处要改：\n  " + "\n  ".join(faults))
    telegram: TelegramSettings = sections["telegram"]
    return Settings(**sections, token=_token(telegram.token_file, environment), folder=folder)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise SettingsError(f"没有找到配置文件 {path}，请检查 --config 的路径。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"读不了配置文件 {path}：请检查权限，并存为 UTF-8。") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"配置文件 {path} 写法有误：{error}。") from error


def _sections(table: dict[str, Any], folder: Path, faults: list[str]) -> Iterator[tuple[str, Any]]:
    known = {each.name: each for each in section_fields()}
    faults.extend(f"[{name}]：没有这一节" for name in table if name not in known)
    for name, each in known.items():
        given = table.get(name, {})
        if not isinstance(given, dict):
            faults.append(f"{name}：应写成一节 [{name}]")
            given = {}
        yield name, _section(section_type(each), name, given, folder, faults)


def _section(kind: type, name: str, given: dict[str, Any], folder: Path, faults: list[str]) -> Any:
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind)}
    faults.extend(f"{name}.{key}：没有这个键" for key in given if key not in known)
    values = {}
    for key_name, value in given.items():
        if key_name in known:
            try:
                values[key_name] = _value(hints[key_name], value, known[key_name], folder)
            except ValueError as error:
                faults.append(f"{name}.{key_name}：{error}")
    try:
        return kind(**values)
    except ValueError as error:
        faults.append(f"[{name}]：{error}")
        return kind()


_WORDS = {int: "整数", float: "数", str: "文字（加引号）", bool: "true 或 false", Path: "路径（加引号）"}


def _value(kind: Any, value: Any, known: Field[Any], folder: Path) -> Any:
    """A TOML value as the type of its key; paths start from bot.toml's folder. Raises ValueError."""
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError("应是方括号括起的列表")
        return tuple(_value(get_args(kind)[0], each, known, folder) for each in value)
    wanted: Any = {float: (int, float), Path: str}.get(kind, kind)
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"应是{_WORDS[kind]}，现在是 {value!r}")
    choices = known.metadata.get("choices", ())
    if choices and value not in choices:
        raise ValueError(f"只能是 {'、'.join(choices)} 之一，现在是 {value!r}")
    return folder / Path(value).expanduser() if kind is Path else kind(value)


def _token(file: Path | None, environment: Mapping[str, str]) -> str:
    """The bot's token: the environment's, else the file's, else that of systemd (LoadCredential), else empty."""
    if token := environment.get(TOKEN_VARIABLE, "").strip():
        return token
    if file is None and (folder := environment.get("CREDENTIALS_DIRECTORY")):
        file = Path(folder) / "token"
    if file is None:
        return ""
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"读不了令牌文件 {file}（bot.toml 的 telegram.token_file），请检查路径和权限。") from error


def section_fields() -> tuple[Field[Any], ...]:
    """The sections of bot.toml, in their order."""
    return tuple(each for each in fields(Settings) if "secret" not in each.metadata)


def section_type(section: Field[Any]) -> type:
    """The dataclass of a section."""
    kind: type = get_type_hints(Settings)[section.name]
    assert is_dataclass(kind)  # noqa: S101  a slip of ours, not of a user
    return kind


def describe() -> str:
    """bot.toml with every key, its description and its default."""
    lines = [
        "# 简报的配置。空着的键用缺省值；相对路径从本文件所在文件夹算起。",
        "# Settings of Jianbao; every key with its default.",
    ]
    for section in section_fields():
        lines += ["", f"[{section.name}]  # {section.metadata['doc']}"]
        for each in fields(section_type(section)):
            lines += [f"# {key_doc(section, each)}", _line(each)]
    return "\n".join(lines) + "\n"


def key_doc(section: Field[Any], each: Field[Any]) -> str:
    """What a key means: from the key itself, or from its section where the class belongs to a stage."""
    doc: str = each.metadata.get("doc") or section.metadata["docs"][each.name]
    return doc


def _line(each: Field[Any]) -> str:
    default = each.default_factory() if each.default_factory is not MISSING else each.default
    return f'# {each.name} = ""' if default is None else f"{each.name} = {_toml(default)}"


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Path):
        text = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'
    return f"{value:_}" if isinstance(value, int) and value >= 100_000 else str(value)


if __name__ == "__main__":
    print(describe(), end="")
