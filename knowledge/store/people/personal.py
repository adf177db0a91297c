"""Personal data: where it is kept, all of one person's as plain values, and erasing it.

Every table of the people file stands in one of the two lists, with what it is kept for; a test holds that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from knowledge.store.audit import Audit
from knowledge.store.people.file import PeopleFile

# Table -> the condition that finds a person's rows (?1 channel, ?2 person), and what they are, in words.
OF_PERSONS = {
    "persons": ("channel = ?1 AND person = ?2", "准入情况"),
    "contexts": ("channel = ?1 AND (person = ?2 OR chat = ?2)", "正在进行的对话"),
    "keyboards": ("channel = ?1 AND (person = ?2 OR chat = ?2)", "显示过的按钮"),
    "settings": ("channel = ?1 AND person = ?2", "个人设置"),
    "unanswered": ("channel = ?1 AND person = ?2", "没答上的问题和意见"),
    "updates": ("channel = ?1 AND payload LIKE '%\"id\": ' || ?2 || ',%'", "正在处理的消息"),
    "subscriptions": ("?1 = 'telegram' AND (user_id = ?2 OR chat_id = ?2)", "周报订阅"),
    "watches": ("?1 = 'telegram' AND (user_id = ?2 OR chat_id = ?2)", "提醒"),
    "outbox": ("?1 = 'telegram' AND chat_id = ?2", "推送记录"),
    "desk_links": ("?1 = 'telegram' AND person = ?2", "审校台登录链接"),
}
# Table -> why a person's rows are not erased from it, or that there are none.
OTHERS = {
    "audit": "谁准入了谁、谁发布和更正了什么：公务记录，依规定留存，只记用户号",
    "synonyms": "编辑教的叫法：公务内容，只记用户号",
    "groups": "开通的群：只记开通人的用户号",
    "invitations": "邀请：只记邀请人的用户号，过期即删",
    "watch_states": "提醒过什么；随提醒一起删除",
    "sent_files": "发过的图片的文件号，与人无关",
    "delivery_marks": "推送程序自己的记号",
    "desk_keys": "审校台的密钥",
    "_sqlite_migrations": "数据文件的版本",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a person in one table."""

    table: str
    what: str
    rows: list[dict[str, Any]]


class Personal:
    """Personal data in the people file."""

    def __init__(self, file: PeopleFile, audit: Audit) -> None:
        self._file = file
        self._audit = audit

    def kept(self, channel: str, person: str) -> list[Kept]:
        """All rows that are a person's; tables without any are left out."""
        found = []
        for table, condition, what in self._tables():
            rows = self._file.read(f"SELECT * FROM {table} WHERE {condition}", (channel, person))
            if rows:
                found.append(Kept(table, what, [dict(row) for row in rows]))
        return found

    def acts(self, channel: str, person: str) -> list[dict[str, Any]]:
        """The audit log's entries that a person made or that are about them; these stay."""
        who = f"{channel}:{person}"
        return [dict(row) for row in self._file.read("SELECT * FROM audit WHERE ? IN (actor, subject)", (who,))]

    def export(self, channel: str, person: str) -> str:
        """Everything about a person as JSON."""
        kept = {each.table: each.rows for each in self.kept(channel, person)}
        whole = {"person": f"{channel}:{person}", "kept": kept, "audit": self.acts(channel, person)}
        return json.dumps(whole, ensure_ascii=False, indent=2, default=str)

    def erase(self, channel: str, person: str, by: str, now: datetime) -> dict[str, int]:
        """Erase a person's rows, in one transaction, the freed pages overwritten; gives how many of what.

        Who was refused or removed stays known by id alone, so that erasing opens no door.
        """
        counts: dict[str, int] = {}
        with self._file.write(durable=True) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            for table, condition, what in self._tables():
                if table == "watches":
                    inner = f"SELECT watch_id FROM watches WHERE {condition}"
                    connection.execute(f"DELETE FROM watch_states WHERE watch_id IN ({inner})", (channel, person))
                keep = " AND state NOT IN ('refused', 'removed')" if table == "persons" else ""
                gone = connection.execute(f"DELETE FROM {table} WHERE ({condition}){keep}", (channel, person)).rowcount
                counts |= {what: gone} if gone else {}
            nameless = "UPDATE persons SET name = '', language = NULL, bureau = NULL WHERE channel = ? AND person = ?"
            connection.execute(nameless, (channel, person))
            self._audit.record(by, "person.erase", f"{channel}:{person}", now, rows=sum(counts.values()))
        return counts

    def _tables(self) -> Iterator[tuple[str, str, str]]:
        there = {row[0] for row in self._file.read("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return ((table, *rest) for table, rest in OF_PERSONS.items() if table in there)
