"""Old formats (.doc, .wps, .rtf, .odt, .ods): turned into new ones by LibreOffice; antiword reads .doc and .wps too."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from knowledge.errors import BrokenFile, LimitExceeded, LockedFile, ToolMissing
from knowledge.read.content import Content
from knowledge.read.docx import read_docx
from knowledge.read.limits import Limits

_COMPOUND = b"\xd0\xcf\x11\xe0"
_FIB = b"\xec\xa5"  # Word's file information block, at the start of a sector
_ENCRYPTED = 0x0100
_ADVICE = "请用 Word 或 WPS 打开后另存为 .docx 再发送"


def read_legacy(data: bytes, name: str, limits: Limits) -> Content:
    """A document in an old format. Raises ToolMissing (what to install), LockedFile, BrokenFile, LimitExceeded."""
    if data.startswith(_COMPOUND) and is_locked(data):
        raise LockedFile("这个 Word 文件设了打开密码，请去掉密码另存后再发送。")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    antiword = shutil.which("antiword") if data.startswith(_COMPOUND) else None
    if office is None and antiword is None:
        raise ToolMissing(f"读旧格式文件（.doc/.wps/.rtf）要在服务器上安装 LibreOffice 或 antiword；也可以{_ADVICE}。")
    with tempfile.TemporaryDirectory(prefix="jianbao-") as folder:
        source = Path(folder, f"in{_suffix(data)}")
        source.write_bytes(data)
        if office is not None:
            converted = _convert(office, source, limits)
            if converted is not None:
                return _read_new(converted, name, limits)
        if antiword is not None:
            return _antiword(antiword, source, limits)
    raise BrokenFile(f"文件已损坏或格式特殊，转换不了：{_ADVICE}。")


def is_locked(data: bytes) -> bool:
    """Whether the Word file in a compound file is encrypted, by the flag in its information block."""
    for start in range(512, min(len(data) - 12, 4 * 1024 * 1024), 512):
        if data[start : start + 2] == _FIB:
            return bool(int.from_bytes(data[start + 10 : start + 12], "little") & _ENCRYPTED)
    return False


def _suffix(data: bytes) -> str:
    if data.startswith((_COMPOUND, b"\xdb\xa5-\0")):
        return ".doc"
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if data.startswith(b"PK"):
        return ".ods" if b"opendocument.spreadsheet" in data[:200] else ".odt"
    return ".xml"


def _read_new(path: Path, name: str, limits: Limits) -> Content:
    if path.suffix == ".xlsx":
        from knowledge.read.xlsx import read_xlsx

        return read_xlsx(path.read_bytes(), name, limits)
    return read_docx(path.read_bytes(), name, limits)


def _convert(office: str, source: Path, limits: Limits) -> Path | None:
    """The file as .docx (.xlsx for sheets), None where LibreOffice makes nothing of it."""
    kind = "xlsx" if source.suffix == ".ods" else "docx"
    profile = (source.parent / "profile").as_uri()
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", f"-env:UserInstallation={profile}"]
    _run([office, *options, "--convert-to", kind, "--outdir", str(source.parent), str(source)], limits)
    made = source.with_suffix(f".{kind}")
    return made if made.exists() else None


def _antiword(program: str, source: Path, limits: Limits) -> Content:
    """Plain text from antiword, one paragraph a line."""
    done = _run([program, "-m", "UTF-8.txt", "-w", "0", str(source)], limits)
    text = done.stdout.decode("utf-8", errors="replace")
    if done.returncode or not text.strip():
        raise BrokenFile(f"文件已损坏或格式特殊，读不出文字：{_ADVICE}。")
    lines = (line.strip(" \t\u3000") for line in text.splitlines())
    return Content("application/msword", "\n".join(line for line in lines if line))


def _run(command: list[str], limits: Limits) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - a program found by name, a file of our own naming
            command, capture_output=True, timeout=limits.max_seconds, check=False, preexec_fn=_widen
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(f"转换这个文件用的时间超出限制：{_ADVICE}。") from error


def _widen() -> None:
    """LibreOffice maps more address space than it uses: give a converter four times what this process may have."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(
            resource.RLIMIT_AS, (soft * 4 if hard == resource.RLIM_INFINITY else min(soft * 4, hard), hard)
        )
