"""The tables of delivering, as migrations of their own in the people file. Moments are seconds since 1970, UTC."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("jianbao.deliveries")

_TABLES = (
    """CREATE TABLE subscriptions (
        sub_id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL, kind TEXT NOT NULL,
        focus TEXT NOT NULL, rhythm TEXT NOT NULL, quiet TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'active',
        note TEXT NOT NULL DEFAULT '', paused_until TEXT, told_revision INTEGER, told_at REAL, next_slot TEXT,
        next_at REAL, made_at REAL NOT NULL) STRICT""",
    "CREATE INDEX subscriptions_due ON subscriptions (next_at) WHERE state = 'active'",
    "CREATE INDEX subscriptions_chat ON subscriptions (chat_id)",
    """CREATE TABLE outbox (
        parcel_id INTEGER PRIMARY KEY, key TEXT NOT NULL, chat_id INTEGER NOT NULL, kind TEXT NOT NULL,
        chat_kind TEXT NOT NULL, sub_id INTEGER, body TEXT NOT NULL, due_at REAL NOT NULL, not_before REAL NOT NULL,
        expires_at REAL NOT NULL, state TEXT NOT NULL DEFAULT 'due', attempts INTEGER NOT NULL DEFAULT 0,
        claimed_by TEXT, claimed_at REAL, message_id INTEGER, settled_at REAL, error TEXT NOT NULL DEFAULT '',
        UNIQUE (key, chat_id)) STRICT""",
    "CREATE INDEX outbox_due ON outbox (not_before, parcel_id) WHERE state = 'due'",
    "CREATE INDEX outbox_claimed ON outbox (claimed_at) WHERE state = 'claimed'",
    """CREATE TABLE watches (
        watch_id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL, kind TEXT NOT NULL,
        focus TEXT NOT NULL, bar TEXT, state TEXT NOT NULL DEFAULT 'active', made_at REAL NOT NULL) STRICT""",
    """CREATE TABLE watch_states (
        watch_id INTEGER NOT NULL REFERENCES watches, subject TEXT NOT NULL, revision INTEGER NOT NULL,
        PRIMARY KEY (watch_id, subject)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE delivery_marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


@MIGRATIONS()
def first(db: Database) -> None:
    """Subscriptions, outbox, watches and what they have told, and marks of the delivering process."""
    for statement in _TABLES:
        db.execute(statement)
