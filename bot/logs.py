"""Logging that never shows the token."""

from __future__ import annotations

import logging
import sys


class Redacting(logging.Formatter):
    """Formats records, tracebacks included, with secrets struck out."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def set_up(token: str) -> None:
    """Log to standard error. httpx writes each URL, which holds the token, so it only warns."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(token, token.partition(":")[2]))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "apscheduler", "tornado.access", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
