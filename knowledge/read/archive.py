"""Zip archives of strangers: nothing is unpacked before its sizes have been checked."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from lxml import etree

from knowledge.errors import BrokenFile, LimitExceeded, LockedFile
from knowledge.read.limits import Limits

_MAX_ENTRIES = 20_000
_HARMLESS = 20 * 1024 * 1024  # contents of this size are let pass whatever their ratio
_ENCRYPTED = 0x1


class Archive:
    """The parts of a zip file by name. Raises BrokenFile, LockedFile or LimitExceeded (archive bombs) when made."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise broken() from error
        entries = self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        limit = min(limits.max_unpacked, max(_HARMLESS, limits.max_expansion * len(data)))
        if total > limit or len(entries) > _MAX_ENTRIES:
            raise LimitExceeded("这个文件解压后大得不正常（可能是压缩炸弹），已停止读取：请重新另存后再发送。")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise LockedFile("这个文件设了密码，请去掉密码后再发送。")
        self.names = frozenset(entry.filename for entry in entries)
        self._lower = {name.lower(): name for name in self.names}

    def find(self, name: str) -> str | None:
        """The entry of that name, however its case and slashes are written."""
        return self._lower.get(name.lower().replace("\\", "/").lstrip("/"))

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises BrokenFile if it is missing or damaged."""
        entry = self.find(name)
        if entry is None:
            raise broken()
        try:
            return self._zip.read(entry)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            ValueError,
            NotImplementedError,
            OSError,
            RuntimeError,
        ) as error:
            raise broken() from error

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part. Raises BrokenFile."""
        return parse_xml(self.read(name))


def parse_xml(data: bytes) -> etree._Element:
    """XML without entities, network or endless depth. Raises BrokenFile where it is not well-formed."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", 0) in (
            0,
            None,
            etree.ErrorTypes.ERR_NO_MEMORY,
        ):  # lxml has no message for want of memory
            raise MemoryError from error
        raise broken() from error
    except ValueError as error:
        raise broken() from error


def broken() -> BrokenFile:
    """The error of a file that cannot be opened."""
    return BrokenFile("文件已损坏，打不开：请在 Word、WPS 或原软件里重新打开并另存，再发送一次。")
