"""From a file to its text: `read` and `read_bytes` in this process, `read_sandboxed` in another for uploads.

    path -> bytes -> kind (by content) -> that format's reader, imported when first needed -> Source

Every reader gives one paragraph a line, headings as lines, tables as Markdown pipe tables, notes apart from the text.
"""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path

from knowledge.errors import BrokenFile, EmptyDocument, FileMissing, LimitExceeded, ReadError
from knowledge.model import Source
from knowledge.read.content import Content
from knowledge.read.limits import Limits

__all__ = ["Limits", "read", "read_bytes"]


def read(path: Path, limits: Limits = Limits()) -> Source:  # noqa: B008 - frozen
    """Read a file. Raises ReadError with a sentence for the person: missing, too large, locked, damaged, ..."""
    return read_bytes(load(path, limits), path.name, limits)


def load(path: Path, limits: Limits) -> bytes:
    """The bytes of a file that exists and is not too large."""
    if path.is_dir():
        raise FileMissing(f"{path.name} 是文件夹，请指定里面的文件。")
    try:
        if path.stat().st_size > limits.max_bytes:
            raise _too_large(limits)
        return path.read_bytes()
    except (FileNotFoundError, ValueError) as error:
        raise FileMissing(f"找不到文件 {path}，请检查文件名和路径。") from error
    except OSError as error:
        raise ReadError(f"打不开文件 {path}：请检查读取权限。") from error


def read_bytes(data: bytes, name: str, limits: Limits = Limits()) -> Source:  # noqa: B008 - frozen
    """Read a file's content; `name` (no folders) only helps where the content does not tell. Raises ReadError."""
    if len(data) > limits.max_bytes:
        raise _too_large(limits)
    if not data.strip():
        raise EmptyDocument(f"{name} 是空文件，请检查后重新发送。")
    content = _guarded(data, name, limits)
    if not content.text.strip():
        raise EmptyDocument(f"{name} 里没有文字，请检查后重新发送。")
    if len(content.text) > limits.max_characters:
        raise LimitExceeded(f"{name} 的文字超过 {limits.max_characters} 字，请拆成几份再发送。")
    title = content.title.strip() if content.title and content.title.strip() else None
    return Source(name, content.media_type, content.text, hashlib.sha256(data).hexdigest(), content.notes, title)


def _too_large(limits: Limits) -> LimitExceeded:
    return LimitExceeded(f"文件超过 {limits.max_bytes / 1048576:.3g} MB，请压缩图片或拆成几份再发送。")


def _guarded(data: bytes, name: str, limits: Limits) -> Content:
    """The one place where foreign errors become ours: libraries raise anything at all on damaged files."""
    try:
        return _content(data, name, limits)
    except ReadError:
        raise
    except (MemoryError, RecursionError) as error:
        raise LimitExceeded(f"读取 {name} 用的内存超出限制：请拆成几份再发送。") from error
    except Exception as error:
        raise BrokenFile(f"{name} 已损坏，读不出内容：请在原软件里打开并另存后再发送。") from error


def _content(data: bytes, name: str, limits: Limits) -> Content:
    """Choose the reader by content; each is imported here, so that asking questions never loads them."""
    from knowledge.read.detect import Kind, kind_of

    kind = kind_of(data, name)
    if kind is Kind.TEXT:
        from knowledge.read.plain import read_text

        return read_text(data, name)
    if kind is Kind.CSV:
        from knowledge.read.plain import read_csv

        return read_csv(data, name)
    if kind is Kind.HTML:
        from knowledge.read.html import read_html

        return read_html(data)
    module = import_module(f"knowledge.read.{kind.value}")
    content: Content = getattr(module, f"read_{kind.value}")(data, name, limits)
    return content
