"""A checksum of every document and chunk in the catalogue: SQLite notices damage to its pages, not to their content.

They are written by triggers of this program's own connections. So a row that was changed in any other way, be it a
flipped bit or another program, does not match; and a row that was taken out is missed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable

Rows = Callable[[str], list[sqlite3.Row]]
_COLUMNS = {
    "documents": "document_id, version, collection, content_hash, source, title, record, text",
    "chunks": "chunk_id, document_id, version, start, record, sentence_vectors, vector",
}
_KEYS = {"documents": ("document_id", "version"), "chunks": ("chunk_id", "0")}
_TABLE = """
CREATE TABLE checksums (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, checksum BLOB NOT NULL,
    PRIMARY KEY (kind, id, version)) WITHOUT ROWID;
"""


def keep(connection: sqlite3.Connection) -> None:
    """Have this connection keep checksums of what it writes; a catalogue of before they were kept gets them."""
    connection.create_function("checksum", -1, _checksum, deterministic=True)
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone():
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone():
            connection.execute(_TABLE)
            for kind in _COLUMNS:
                connection.execute(f"INSERT INTO checksums {_select(kind)}")
        connection.execute("COMMIT")
    for kind, (key, version) in _KEYS.items():
        mine = f"kind = '{kind}' AND id = OLD.{key} AND version = {'OLD.version' if version == 'version' else 0}"
        row = _select(kind) + f" WHERE {kind}.rowid = NEW.rowid"
        changed = "checksum(" + _COLUMNS[kind] + ")"
        connection.executescript(
            f"CREATE TEMP TRIGGER {kind}_in AFTER INSERT ON main.{kind} "
            f"BEGIN INSERT OR REPLACE INTO checksums {row}; END;"
            f"CREATE TEMP TRIGGER {kind}_new AFTER UPDATE OF {_COLUMNS[kind]} ON main.{kind} "
            f"BEGIN UPDATE checksums SET checksum = (SELECT {changed} FROM {kind} WHERE rowid = NEW.rowid) "
            f"WHERE {mine}; END;"
            f"CREATE TEMP TRIGGER {kind}_out AFTER DELETE ON main.{kind} "
            f"BEGIN DELETE FROM checksums WHERE {mine}; END;"
        )


def _select(kind: str) -> str:
    key, version = _KEYS[kind]
    return f"SELECT '{kind}', {key}, {version}, checksum({_COLUMNS[kind]}) FROM {kind}"


def _checksum(*values: object) -> bytes:
    digest = hashlib.sha256()
    for value in values:
        content = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.digest()[:16]


def altered(rows: Rows, kind: str) -> set[tuple[str, int]]:
    """Id and version (0 for chunks) of the rows that are not as they were written: changed, put in or taken out."""
    key, version = _KEYS[kind]
    own = f"checksums.kind = '{kind}' AND checksums.id = own.{key}"
    own += f" AND checksums.version = {'own.version' if version == 'version' else 0}"
    shown = f"own.{key}, {'own.version' if version == 'version' else 0}"
    columns = ", ".join(f"own.{name}" for name in _COLUMNS[kind].split(", "))
    changed = rows(
        f"SELECT {shown} FROM {kind} AS own LEFT JOIN checksums ON {own} WHERE checksum IS NOT checksum({columns})"
    )
    gone = rows(
        f"SELECT id, checksums.version FROM checksums WHERE kind = '{kind}' "
        f"AND NOT EXISTS (SELECT 1 FROM {kind} AS own WHERE {own})"
    )
    return {(str(row[0]), int(row[1])) for row in [*changed, *gone]}
