"""Fetching a file that somebody sent, within limits."""

from __future__ import annotations

from telegram import Document
from telegram.error import BadRequest

from knowledge.errors import LimitExceeded

READ_SECONDS = 60.0


async def fetched(document: Document, most: int) -> bytes:
    """The bytes of a file. Raises LimitExceeded for one that is too large for us or for Telegram's servers."""
    if (document.file_size or 0) > most:
        raise LimitExceeded(f"文件超过 {most / 1048576:.3g} MB，请压缩图片或拆成几份再发送。")
    try:
        file = await document.get_file()
    except BadRequest as error:
        if "too big" not in str(error):
            raise
        raise LimitExceeded(
            "Telegram 只让机器人下载 20 MB 以内的文件，请压缩图片或拆成几份再发送；"
            "更大的文件请维护人员用 jianbao ingest 读入。"
        ) from error
    return bytes(await file.download_as_bytearray(read_timeout=READ_SECONDS))
