"""Subscriptions, watches and the outbox, in the people file.

    deliveries = Deliveries(people.file)
    deliveries.subscriptions, deliveries.outbox, deliveries.watches

No clock is read here: every call that needs the time gets it, aware.
"""

from __future__ import annotations

from knowledge.store.database import open_database
from knowledge.store.deliveries.outbox import Outbox, move_where
from knowledge.store.deliveries.schema import MIGRATIONS
from knowledge.store.deliveries.subscriptions import Subscriptions
from knowledge.store.deliveries.watches import Watches
from knowledge.store.people.file import PeopleFile

__all__ = ["Deliveries", "Outbox", "Subscriptions", "Watches"]


class Deliveries:
    """Every subject of delivering, opened together; makes its tables where they are missing."""

    def __init__(self, file: PeopleFile) -> None:
        _prepare(file)
        self.file = file
        self.subscriptions = Subscriptions(file)
        self.outbox = Outbox(file)
        self.watches = Watches(file, self.outbox)

    def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: its subscriptions, watches and waiting deliveries go with it."""
        with self.file.write(durable=True) as connection:
            move_where(connection, old, new)


def _prepare(file: PeopleFile) -> None:
    """Bring the tables up to date; another process may be doing the same."""
    open_database(file.path, MIGRATIONS).conn.close()
