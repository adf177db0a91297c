"""Signing in at the desk: genuine signatures pass; every forged, stale or mangled one is refused."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.desk.signin import MAX_AGE_S, link_hash, miniapp_user, new_link, widget_user
from knowledge.errors import AccessDenied

TOKEN = "42:TEST"
NOW = datetime(2024, 5, 6, 8, 30, tzinfo=UTC)


def signed(secret: bytes, fields: dict[str, str]) -> dict[str, str]:
    lines = "\n".join(f"{k}={fields[k]}" for k in sorted(fields))
    return {**fields, "hash": hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()}


def init_data(user: object = None, when: datetime = NOW, token: str = TOKEN, **more: str) -> str:
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    fields = {
        "auth_date": str(int(when.timestamp())),
        "user": json.dumps(user or {"id": 7, "first_name": "陈"}),
        **more,
    }
    return urlencode(signed(secret, fields))


def widget(when: datetime = NOW, token: str = TOKEN, **more: str) -> dict[str, str]:
    fields = {"id": "7", "auth_date": str(int(when.timestamp())), **more}
    return signed(hashlib.sha256(token.encode()).digest(), fields)


def test_genuine_signatures_name_the_user() -> None:
    assert miniapp_user(init_data(query_id="AAE"), TOKEN, NOW) == 7
    assert widget_user(widget(first_name="陈"), TOKEN, NOW) == 7


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hash=",
        "user=%7B%22id%22%3A7%7D&auth_date=1",
        init_data(token="42:OTHER"),
        init_data(when=NOW - timedelta(seconds=MAX_AGE_S + 1)),
        init_data(when=NOW + timedelta(hours=1)),
        init_data(user={"name": "no id"}),
        init_data(user=[1]),
        init_data() + "&user=%7B%22id%22%3A8%7D",
        init_data().replace("%22id%22%3A+7", "%22id%22%3A+8"),
        urlencode(widget()),
    ],
)
def test_forged_and_stale_miniapp_data_is_refused(data: str) -> None:
    with pytest.raises(AccessDenied, match="Telegram"):
        miniapp_user(data, TOKEN, NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        widget(token="42:OTHER"),
        widget(when=NOW - timedelta(days=1)),
        {**widget(), "id": "8"},
        {k: v for k, v in widget().items() if k != "auth_date"},
    ],
)
def test_forged_and_stale_widget_answers_are_refused(fields: dict[str, str]) -> None:
    with pytest.raises(AccessDenied):
        widget_user(fields, TOKEN, NOW)


@given(st.integers(min_value=0, max_value=10_000), st.characters(codec="ascii", categories=("L", "N")))
def test_any_changed_character_breaks_the_signature(place: int, other: str) -> None:
    data = init_data()
    place %= len(data)
    if data[place] == other or (data[place] + other).lower() == other.lower() * 2:
        return
    with pytest.raises(AccessDenied):
        miniapp_user(data[:place] + other + data[place + 1 :], TOKEN, NOW)


def test_links_are_kept_as_hashes_and_never_repeat() -> None:
    links = [new_link() for _ in range(50)]
    assert len({secret for secret, _ in links}) == 50
    assert all(link_hash(secret) == kept and secret not in kept for secret, kept in links)
