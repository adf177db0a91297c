"""The tables of the people file, subject by subject, as migrations that are applied once, in this order.

A new subject appends its own migration here; an existing one is never changed.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("jianbao.people")


@MIGRATIONS()
def access(db: Database) -> None:
    """Who may ask: persons, groups, invitations."""
    _script(
        db,
        """
        CREATE TABLE persons (
            channel TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, language TEXT,
            role TEXT, state TEXT NOT NULL, bureau TEXT, since TEXT NOT NULL, by TEXT,
            PRIMARY KEY (channel, person)) STRICT, WITHOUT ROWID;
        CREATE TABLE groups (
            channel TEXT NOT NULL, chat TEXT NOT NULL, title TEXT NOT NULL, since TEXT NOT NULL, by TEXT,
            PRIMARY KEY (channel, chat)) STRICT, WITHOUT ROWID;
        CREATE TABLE invitations (
            code_hash TEXT PRIMARY KEY, role TEXT NOT NULL, bureau TEXT, uses INTEGER NOT NULL, expires TEXT NOT NULL,
            by TEXT, made TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """,
    )


@MIGRATIONS()
def talks(db: Database) -> None:
    """Conversations, keyboards that were shown, and what each person set."""
    _script(
        db,
        """
        CREATE TABLE contexts (
            channel TEXT NOT NULL, chat TEXT NOT NULL, person TEXT NOT NULL, context TEXT NOT NULL, at REAL NOT NULL,
            PRIMARY KEY (channel, chat, person)) STRICT, WITHOUT ROWID;
        CREATE TABLE keyboards (
            key TEXT PRIMARY KEY, channel TEXT NOT NULL, chat TEXT NOT NULL, person TEXT, revision INTEGER NOT NULL,
            buttons TEXT NOT NULL, pages TEXT, at REAL NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX keyboards_at ON keyboards (at);
        CREATE TABLE settings (
            channel TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (channel, person, name)) STRICT, WITHOUT ROWID;
        """,
    )


@MIGRATIONS()
def review(db: Database) -> None:
    """Questions that editors should look at, and what they taught."""
    _script(
        db,
        """
        CREATE TABLE unanswered (
            id INTEGER PRIMARY KEY, channel TEXT NOT NULL, chat TEXT NOT NULL, person TEXT NOT NULL,
            question TEXT NOT NULL, reason TEXT NOT NULL, comment TEXT, at TEXT NOT NULL,
            times INTEGER NOT NULL DEFAULT 1,
            state TEXT NOT NULL DEFAULT 'open') STRICT;
        CREATE INDEX unanswered_open ON unanswered (state, at);
        CREATE TABLE synonyms (
            id INTEGER PRIMARY KEY, phrase TEXT NOT NULL, meaning TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
            unanswered INTEGER, undone_by TEXT, undone_at TEXT) STRICT;
        """,
    )


@MIGRATIONS()
def inbox(db: Database) -> None:
    """Updates that came in: `payload` is kept until the update was dealt with."""
    _script(
        db,
        """
        CREATE TABLE updates (
            channel TEXT NOT NULL, update_id INTEGER NOT NULL, payload TEXT, at REAL NOT NULL,
            PRIMARY KEY (channel, update_id)) STRICT, WITHOUT ROWID;
        CREATE TABLE sent_files (
            channel TEXT NOT NULL, fingerprint TEXT NOT NULL, file_id TEXT NOT NULL, at REAL NOT NULL,
            PRIMARY KEY (channel, fingerprint)) STRICT, WITHOUT ROWID;
        """,
    )


@MIGRATIONS()
def audit(db: Database) -> None:
    """The audit log: rows can be added, never changed or taken out."""
    _script(
        db,
        """
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
            detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT;
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
        """,
    )


@MIGRATIONS()
def desk(db: Database) -> None:
    """One-time links to the review desk, and the key of its sessions."""
    _script(
        db,
        """
        CREATE TABLE desk_links (
            link_hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires REAL NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE desk_keys (id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL) STRICT;
        """,
    )


def _script(db: Database, sql: str) -> None:
    """Run statements one by one inside the migration's own transaction (executescript would commit it)."""
    statement = ""
    for line in sql.splitlines():
        statement += line + "\n"
        if _complete(statement):
            db.execute(statement)
            statement = ""


def _complete(statement: str) -> bool:
    return bool(statement.strip()) and sqlite3.complete_statement(statement)
