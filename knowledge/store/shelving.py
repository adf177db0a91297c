"""Which versions of documents a revision reads: kept as stretches of revisions, so that nothing is overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

IN_LIST = "IN (SELECT value FROM json_each(?))"


def current_versions(connection: sqlite3.Connection) -> dict[int, int]:
    """The version that the latest revision reads, by document."""
    sql = "SELECT doc_id, version_id FROM shelved JOIN versions USING (version_id) WHERE until IS NULL"
    return dict(connection.execute(sql).fetchall())


def versions_at(connection: sqlite3.Connection, revision: int) -> set[int]:
    """The versions that a revision reads."""
    sql = "SELECT version_id FROM shelved WHERE first <= ? AND (until IS NULL OR ? < until)"
    return {row[0] for row in connection.execute(sql, (revision, revision))}


def shelve(connection: sqlite3.Connection, revision: int, out: Collection[int], into: Collection[int]) -> None:
    """From `revision` on read the versions `into` and no longer the versions `out`; series follow."""
    leaving, coming = json.dumps(sorted(out)), json.dumps(sorted(into))
    connection.execute(
        f"UPDATE shelved SET until = ? WHERE until IS NULL AND version_id {IN_LIST}", (revision, leaving)
    )
    connection.execute("INSERT INTO shelved (version_id, first) SELECT value, ? FROM json_each(?)", (revision, coming))
    connection.execute(_SERIES_IN, (revision, coming))
    connection.execute(_SERIES_OUT, (revision, leaving))


_SERIES_IN = f"""
INSERT INTO shelved_series (series_id, first)
SELECT DISTINCT series_id, ? FROM observations
WHERE version_id {IN_LIST} AND series_id NOT IN (SELECT series_id FROM shelved_series WHERE until IS NULL)
"""
_SERIES_OUT = f"""
UPDATE shelved_series SET until = ?
WHERE until IS NULL AND series_id IN (SELECT DISTINCT series_id FROM observations WHERE version_id {IN_LIST})
AND NOT EXISTS (
    SELECT 1 FROM observations o JOIN shelved h USING (version_id)
    WHERE o.series_id = shelved_series.series_id AND h.until IS NULL
)
"""
