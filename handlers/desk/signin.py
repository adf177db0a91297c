"""Who is at the desk: Telegram's signatures and one-time links, checked without trusting anything a browser says.

Mini App: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
Login Widget: https://core.telegram.org/widgets/login#checking-authorization
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from knowledge.errors import AccessDenied

MAX_AGE_S = 600  # a signature older than this is refused, so that a leaked one is soon worthless
SKEW_S = 60  # clocks may differ by so much
LINK_BYTES = 24


def miniapp_user(init_data: str, token: str, now: datetime) -> int:
    """The user id of a Mini App's initData (a query string). Raises AccessDenied when forged, expired or malformed."""
    fields = _fields(init_data)
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    _check(fields, secret, now)
    try:
        return int(json.loads(fields["user"])["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise AccessDenied("登录信息里没有用户，请从 Telegram 里重新打开。") from error


def widget_user(fields: Mapping[str, str], token: str, now: datetime) -> int:
    """The user id of a Login Widget's answer. Raises AccessDenied when forged, expired or malformed."""
    _check(fields, hashlib.sha256(token.encode()).digest(), now)
    try:
        return int(fields["id"])
    except (KeyError, ValueError) as error:
        raise AccessDenied("登录信息里没有用户，请重新登录。") from error


def new_link() -> tuple[str, str]:
    """A one-time link's secret and the hash under which it is kept; only the hash is stored."""
    secret = secrets.token_urlsafe(LINK_BYTES)
    return secret, link_hash(secret)


def link_hash(secret: str) -> str:
    """How a one-time secret is kept: SHA-256, as it is random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_csrf() -> str:
    """A token that ties a form to a session."""
    return secrets.token_urlsafe(LINK_BYTES)


def same(a: str, b: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(a.encode(), b.encode())


def _fields(init_data: str) -> dict[str, str]:
    pairs = parse_qsl(init_data, keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise AccessDenied("登录信息不完整，请从 Telegram 里重新打开。")
    return fields


def _check(fields: Mapping[str, str], secret: bytes, now: datetime) -> None:
    given = fields.get("hash", "")
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    if not same(hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest(), given):
        raise AccessDenied("登录信息核对不上，请从 Telegram 里重新打开。")
    try:
        age = now.timestamp() - int(fields["auth_date"])
    except (KeyError, ValueError) as error:
        raise AccessDenied("登录信息不完整，请从 Telegram 里重新打开。") from error
    if not -SKEW_S <= age <= MAX_AGE_S:
        raise AccessDenied("登录已过期，请从 Telegram 里重新打开。")
