"""Files that a channel already holds: fingerprint of the content -> the channel's own id for it."""

from __future__ import annotations

from datetime import datetime

from knowledge.store.people.file import PeopleFile


class SentFiles:
    """Sent files in the people file."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def find(self, channel: str, fingerprint: str) -> str | None:
        """The channel's id of a file that was sent before."""
        rows = self._file.read(
            "SELECT file_id FROM sent_files WHERE channel = ? AND fingerprint = ?", (channel, fingerprint)
        )
        return str(rows[0]["file_id"]) if rows else None

    def keep(self, channel: str, fingerprint: str, file_id: str, now: datetime) -> None:
        """Remember the id of a file that was just sent."""
        with self._file.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO sent_files VALUES (?, ?, ?, ?)",
                (channel, fingerprint, file_id, now.timestamp()),
            )

    def forget(self, channel: str, fingerprint: str) -> None:
        """The channel does not know its own id any more: another bot, or a file that it dropped."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM sent_files WHERE channel = ? AND fingerprint = ?", (channel, fingerprint))
