"""Web archives (.mht, also what Word saves as a single web page)."""

from __future__ import annotations

import email
from email.message import Message

from knowledge.errors import BrokenFile
from knowledge.read.content import Content
from knowledge.read.html import read_html
from knowledge.read.limits import Limits


def read_mhtml(data: bytes, name: str, limits: Limits) -> Content:
    """The page of a web archive. Raises BrokenFile where it holds none."""
    for part in email.message_from_bytes(data.lstrip()).walk():
        if isinstance(part, Message) and part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                return read_html(page)
    raise BrokenFile("这个网页存档里没有正文，请另存为普通网页（.html）或 Word 文档后再发送。")
