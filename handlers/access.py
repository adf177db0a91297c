"""Who may do what: deny by default, whichever way in."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.messages import Who
from knowledge.store.people import Access, Admission, Role, State

ROLE_NAMES = {Role.VIEWER: "查阅", Role.EDITOR: "编辑", Role.ADMIN: "管理员"}
STATE_NAMES = {State.ADMITTED: "已准入", State.APPLIED: "申请中", State.REFUSED: "已拒绝", State.REMOVED: "已移除"}


@dataclass(frozen=True, slots=True)
class Rules:
    """[access] of bot.toml: mode is invite, allowlist or open."""

    mode: str = "invite"
    admins: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    mark: bool = False  # each reply with figures names its reader
    protect: bool = False  # and cannot be forwarded
    per_minute: int = 0  # questions of one person; 0: as many as they like


def reading(name: str, id: str) -> str:
    """The line below figures that names their reader."""
    return f"\n\n<i>仅供 {html.escape(name)}（{html.escape(id)}）查阅</i>"


class Gate:
    """Tells the role of whoever speaks; None is nobody."""

    def __init__(self, access: Access, rules: Rules) -> None:
        self._access = access
        self.rules = rules

    def own_role(self, channel: str, person: str) -> Role | None:
        """What a person may do by themselves."""
        if person in self.rules.admins:
            return Role.ADMIN
        known = self._access.find(channel, person)
        admitted = known.role if known and known.state is State.ADMITTED else None
        if self.rules.mode == "invite":
            return admitted
        if self.rules.mode == "allowlist":
            return (admitted or Role.VIEWER) if person in self.rules.allowed else None
        shut_out = known is not None and known.state in (State.REMOVED, State.REFUSED)
        return None if shut_out else admitted or Role.VIEWER

    def role(self, who: Who) -> Role | None:
        """What whoever speaks may do here; a group, where all read along, must itself be admitted."""
        if not who.group:
            return self.own_role(who.channel, who.person)
        if self.rules.mode != "open" and not self._access.group(who.channel, who.chat):
            return None
        known = self._access.find(who.channel, who.person)
        if known and known.state in (State.REMOVED, State.REFUSED):
            return None
        return Role.VIEWER

    def admins(self, channel: str) -> list[str]:
        """Everybody who can approve."""
        found = self._access.everybody(channel, State.ADMITTED)
        kept = [one.person for one in found if self.own_role(channel, one.person) is Role.ADMIN]
        return list(dict.fromkeys([*sorted(self.rules.admins), *kept]))

    def may(self, role: Role | None, needed: Role) -> bool:
        """Whether a role is enough."""
        return role is not None and role.rank >= needed.rank


def state_text(one: Admission) -> str:
    """How a person stands, in words."""
    return ROLE_NAMES[one.role] if one.role and one.state is State.ADMITTED else STATE_NAMES[one.state]


def person_ids(numbers: Iterable[int]) -> frozenset[str]:
    """Ids of bot.toml as the channels give them."""
    return frozenset(map(str, numbers))
