"""Which state of the corpus is visible: a number that grows in the very transaction that changes what can be found.

A reader that sees the number sees everything that belongs to it. What it may still need of the dense index, which knows
no transactions, is noted: the chunks that were taken out of it since.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Rows = Callable[[str, Sequence[Any]], list[sqlite3.Row]]
_KEPT_S = 3600  # longer than any question takes
_FOUND = {
    "INSERT": "NEW.state = 'ready'",
    "UPDATE": "'ready' IN (NEW.state, OLD.state)",
    "DELETE": "OLD.state = 'ready'",
}
_NEXT = "INSERT INTO meta VALUES ('state', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1"
TABLE = """
CREATE TABLE IF NOT EXISTS retired (chunk_id TEXT PRIMARY KEY, state INTEGER NOT NULL, at REAL NOT NULL,
    gone INTEGER NOT NULL) WITHOUT ROWID;
"""


def keep(connection: sqlite3.Connection) -> None:
    """Have this connection count the states that it makes."""
    for event, found in _FOUND.items():
        connection.execute(
            f"CREATE TEMP TRIGGER state_{event.lower()} AFTER {event} ON main.documents WHEN {found} BEGIN {_NEXT}; END"
        )


def step(rows: Rows) -> None:
    """Begin another state where no document changes but what is known of one."""
    rows(_NEXT, ())


def skip(rows: Rows) -> None:
    """Go on with numbers that no state ever had: after a restore those of the catalogue have been used."""
    rows("INSERT OR REPLACE INTO meta VALUES ('state', ?)", (max(number(rows) + 1, int(time.time())),))


def number(rows: Rows) -> int:
    """The state that is visible."""
    found = rows("SELECT value FROM meta WHERE key = 'state'", ())
    return int(found[0]["value"]) if found else 0


def retire(rows: Rows, chunk_ids: Iterable[str]) -> None:
    """Note chunks that cannot be found from this state on; call it in the transaction that makes the state."""
    now = time.time()
    rows("DELETE FROM retired WHERE gone AND at < ?", (now - _KEPT_S,))
    for chunk_id in chunk_ids:
        rows("INSERT OR REPLACE INTO retired VALUES (?, ?, ?, 0)", (chunk_id, number(rows), now))


def retired_since(rows: Rows, state: int) -> list[str]:
    """Chunks that could be found in this state, or after it, and cannot any more."""
    return [row["chunk_id"] for row in rows("SELECT chunk_id FROM retired WHERE state > ?", (state,))]


def still_indexed(rows: Rows, through: int | None = None) -> list[str]:
    """Retired chunks that are still in the dense index; those that no state from `through` on has."""
    sql = "SELECT chunk_id FROM retired WHERE NOT gone AND (? IS NULL OR state <= ?) ORDER BY chunk_id"
    return [row["chunk_id"] for row in rows(sql, (through, through))]


def mark_gone(rows: Rows, chunk_ids: Iterable[str]) -> None:
    """Note that these are no longer in the dense index, or are there again for a reason."""
    for chunk_id in chunk_ids:
        rows("UPDATE retired SET gone = 1 WHERE chunk_id = ?", (chunk_id,))
