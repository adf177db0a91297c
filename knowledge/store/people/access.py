"""Who may ask: admissions with roles, groups, and invitations; each change is in the audit log."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from knowledge.store.audit import Audit
from knowledge.store.people.file import PeopleFile


class Role(StrEnum):
    """What a person may do; each may do all that the ones before may."""

    VIEWER = "viewer"  # ask
    EDITOR = "editor"  # publish, correct, teach
    ADMIN = "admin"  # admit people

    @property
    def rank(self) -> int:
        """0 viewer, 1 editor, 2 admin."""
        return list(Role).index(self)


class State(StrEnum):
    """How a person stands."""

    ADMITTED = "admitted"
    APPLIED = "applied"
    REFUSED = "refused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Admission:
    """A person whom the bot has met."""

    channel: str
    person: str
    name: str
    state: State
    role: Role | None
    bureau: str | None
    since: str
    by: str | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What an admission gives."""

    role: Role
    bureau: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new invitation: `code` is shown once and kept only as a hash."""

    code: str
    grant: Grant
    uses: int
    expires: datetime


class Access:
    """Admissions in the people file."""

    def __init__(self, file: PeopleFile, audit: Audit) -> None:
        self._file = file
        self._audit = audit

    def find(self, channel: str, person: str) -> Admission | None:
        """What is known of a person."""
        rows = self._file.read("SELECT * FROM persons WHERE channel = ? AND person = ?", (channel, person))
        return _admission(rows[0]) if rows else None

    def everybody(self, channel: str, *states: State) -> list[Admission]:
        """All persons of a channel (in some states), admins first, then by name."""
        rows = self._file.read("SELECT * FROM persons WHERE channel = ?", (channel,))
        found = [_admission(row) for row in rows]
        kept = [one for one in found if not states or one.state in states]
        return sorted(kept, key=lambda one: (-(one.role.rank if one.role else -1), one.name, one.person))

    def admit(
        self,
        channel: str,
        person: str,
        name: str,
        grant: Grant,
        by: str,
        now: datetime,
        *,
        action: str = "access.admit",
        language: str | None = None,
    ) -> None:
        """Let a person in, or change the role of one who is in."""
        with self._file.write(durable=True) as connection:
            self._put(connection, channel, person, name, State.ADMITTED, grant, by, now, language)
            self._audit.record(by, action, f"{channel}:{person}", now, role=grant.role, bureau=grant.bureau)

    def apply(self, channel: str, person: str, name: str, now: datetime, *, language: str | None = None) -> bool:
        """Note that a person asks to be let in; False if they already did and still wait."""
        known = self.find(channel, person)
        if known and known.state is State.APPLIED:
            return False
        with self._file.write(durable=True) as connection:
            self._put(connection, channel, person, name, State.APPLIED, None, None, now, language)
            self._audit.record(f"{channel}:{person}", "access.apply", f"{channel}:{person}", now)
        return True

    def shut_out(self, channel: str, person: str, by: str, now: datetime, *, state: State = State.REMOVED) -> bool:
        """Remove or refuse a person; False if nobody is known by that id."""
        known = self.find(channel, person)
        if known is None:
            return False
        with self._file.write(durable=True) as connection:
            self._put(connection, channel, person, known.name, state, None, by, now, known.language)
            self._audit.record(by, f"access.{state}", f"{channel}:{person}", now, was=known.role)
        return True

    # -- groups ----------------------------------------------------------------------------------

    def group(self, channel: str, chat: str) -> bool:
        """Whether a group is admitted."""
        return bool(self._file.read("SELECT 1 FROM groups WHERE channel = ? AND chat = ?", (channel, chat)))

    def groups(self, channel: str) -> list[tuple[str, str]]:
        """(chat, title) of the admitted groups."""
        rows = self._file.read("SELECT chat, title FROM groups WHERE channel = ? ORDER BY title", (channel,))
        return [(row["chat"], row["title"]) for row in rows]

    def admit_group(self, channel: str, chat: str, title: str, by: str, now: datetime) -> None:
        """Let a group in: everybody in it is answered as a viewer there."""
        with self._file.write(durable=True) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?, ?)", (channel, chat, title, _iso(now), by)
            )
            self._audit.record(by, "access.group", f"{channel}:{chat}", now, title=title)

    def remove_group(self, channel: str, chat: str, by: str, now: datetime) -> None:
        """Stop answering a group."""
        with self._file.write(durable=True) as connection:
            connection.execute("DELETE FROM groups WHERE channel = ? AND chat = ?", (channel, chat))
            self._audit.record(by, "access.group_removed", f"{channel}:{chat}", now)

    def move_group(self, channel: str, old: str, new: str, now: datetime) -> None:
        """A group got another id; its admission goes with it."""
        if not self.group(channel, old):
            return
        with self._file.write(durable=True) as connection:
            connection.execute(
                "UPDATE OR REPLACE groups SET chat = ? WHERE channel = ? AND chat = ?", (new, channel, old)
            )
            self._audit.record("telegram", "access.group_moved", f"{channel}:{old}", now, to=new)

    # -- invitations -----------------------------------------------------------------------------

    def invite(self, grant: Grant, by: str, now: datetime, *, uses: int = 1, valid: timedelta) -> Invitation:
        """A new invitation code (16 characters that fit a deep link)."""
        invitation = Invitation(secrets.token_urlsafe(12), grant, uses, now + valid)
        with self._file.write(durable=True) as connection:
            connection.execute("DELETE FROM invitations WHERE expires < ?", (_iso(now),))
            connection.execute(
                "INSERT INTO invitations VALUES (?, ?, ?, ?, ?, ?, ?)",
                (_hash(invitation.code), grant.role, grant.bureau, uses, _iso(invitation.expires), by, _iso(now)),
            )
            self._audit.record(by, "access.invite", grant.role, now, bureau=grant.bureau, uses=uses)
        return invitation

    def redeem(
        self, code: str, channel: str, person: str, name: str, now: datetime, *, language: str | None = None
    ) -> Grant | None:
        """Use an invitation once: the person is in with its grant, or None if it is unknown, used up or expired.

        Nobody loses rights by it: who has a higher role keeps that. Who was shut out needs one made since then.
        """
        with self._file.write(durable=True) as connection:
            row = connection.execute("SELECT * FROM invitations WHERE code_hash = ?", (_hash(code),)).fetchone()
            if row is None or row["expires"] < _iso(now) or row["uses"] < 1:
                return None
            grant = Grant(Role(row["role"]), row["bureau"])
            known = self.find(channel, person)
            if known and known.state in (State.REMOVED, State.REFUSED) and row["made"] < known.since:
                return None
            if known and known.role and known.role.rank >= grant.role.rank:
                return Grant(known.role, known.bureau)
            connection.execute("UPDATE invitations SET uses = uses - 1 WHERE code_hash = ?", (_hash(code),))
            by = str(row["by"])
            self.admit(channel, person, name, grant, by, now, action="access.redeem", language=language)
        return grant

    def has_admin(self, channel: str) -> bool:
        """Whether anybody is an admin."""
        return any(one.role is Role.ADMIN for one in self.everybody(channel, State.ADMITTED))

    def first_admin_code(self, now: datetime) -> str:
        """A one-time code that makes whoever sends it first the admin; an older such code stops working."""
        with self._file.write(durable=True) as connection:
            connection.execute("DELETE FROM invitations WHERE by = 'first-start'")
            return self.invite(Grant(Role.ADMIN), "first-start", now, valid=timedelta(days=7)).code

    def _put(
        self,
        connection: sqlite3.Connection,
        channel: str,
        person: str,
        name: str,
        state: State,
        grant: Grant | None,
        by: str | None,
        now: datetime,
        language: str | None,
    ) -> None:
        role, bureau = (grant.role, grant.bureau) if grant else (None, None)
        connection.execute(
            "INSERT OR REPLACE INTO persons (channel, person, name, language, role, state, bureau, since, by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (channel, person, name, language, role, state, bureau, _iso(now), by),
        )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _admission(row: sqlite3.Row) -> Admission:
    return Admission(
        channel=row["channel"],
        person=row["person"],
        name=row["name"],
        state=State(row["state"]),
        role=Role(row["role"]) if row["role"] else None,
        bureau=row["bureau"],
        since=row["since"],
        by=row["by"],
        language=row["language"],
    )
