"""Logging that shows neither the token nor what people wrote."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_private: ContextVar[tuple[str, ...]] = ContextVar("private", default=())
_STRUCK = "***"
_SHORTEST = 2  # one character is nobody's name
_LONGEST = 40  # of a long text each piece is struck out, in case that only a part of it is named
_PLAIN = set(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


@contextmanager
def private(words: Iterable[str | None]) -> Iterator[None]:
    """While the context is open, nothing that is logged in it shows these words: a person's name, what they wrote."""
    pieces = {piece for word in words if word for piece in _pieces(word)}
    token = _private.set(tuple(sorted(pieces, key=len, reverse=True)))
    try:
        yield
    finally:
        _private.reset(token)


def _pieces(word: str) -> Iterator[str]:
    for form in (word, repr(word)[1:-1], json.dumps(word)[1:-1]):
        if len(form.strip()) >= _SHORTEST:
            yield form
    if len(word) > _LONGEST:
        yield from (each for each in re.findall(f"[^\n]{{2,{_LONGEST}}}", word) if len(each.strip()) >= _SHORTEST)


class Redacting(logging.Formatter):
    """Formats records, tracebacks included, with secrets and private words struck out."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        return self.clean(super().format(record))

    def clean(self, text: str) -> str:
        """A text without secrets and private words."""
        for secret in (*self._secrets, *_private.get()):
            text = text.replace(secret, _STRUCK)
        return text


class Structured(Redacting):
    """One JSON object a line: time, level, logger, message, what the caller added, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        fields |= {key: self._field(value) for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info:
            fields["traceback"] = self.clean(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)

    def _field(self, value: object) -> object:
        return value if isinstance(value, int | float | bool) or value is None else self.clean(str(value))


def formatter(style: str, token: str) -> Redacting:
    """The formatter of [monitor] log."""
    kind = Structured if style == "json" else Redacting
    return kind(token, token.partition(":")[2])


def set_up(token: str, style: str = "text") -> None:
    """Log to standard error. httpx writes each URL, which holds the token, so it only warns."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(style, token))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "apscheduler", "tornado.access", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
