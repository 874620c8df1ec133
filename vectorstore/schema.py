"""The catalogue's tables, and opening the SQLite file that holds them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from vectorstore import checksums, states
from vectorstore.disk import check_writable
from vectorstore.errors import ConfigurationError
from vectorstore.words import count_words

SCHEMA_VERSION = 7
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, collection TEXT NOT NULL,
    content_hash TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (document_id, version));
CREATE INDEX IF NOT EXISTS documents_content ON documents (content_hash, collection);
CREATE TABLE IF NOT EXISTS sources (
    source TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (source, collection));
CREATE TABLE IF NOT EXISTS files (
    path TEXT NOT NULL, collection TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    reader TEXT NOT NULL, document_id TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (path, collection));
CREATE INDEX IF NOT EXISTS files_document ON files (document_id);
CREATE TABLE IF NOT EXISTS chunks (
    chunk_id TEXT PRIMARY KEY, document_id TEXT NOT NULL, version INTEGER NOT NULL, start INTEGER NOT NULL,
    record TEXT NOT NULL, sentence_vectors BLOB NOT NULL, vector BLOB NOT NULL DEFAULT x'');
CREATE INDEX IF NOT EXISTS chunks_document ON chunks (document_id, version, start);
CREATE INDEX IF NOT EXISTS chunks_owner ON chunks (chunk_id, document_id, version);
CREATE INDEX IF NOT EXISTS documents_listed ON documents (state, title, document_id, version, collection, record);
DROP INDEX IF EXISTS documents_title;
CREATE INDEX IF NOT EXISTS documents_state ON documents (document_id, version, state);
CREATE TABLE IF NOT EXISTS unigrams (folded TEXT NOT NULL, syllable TEXT NOT NULL, collection TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (folded, syllable, collection)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bigrams (first TEXT NOT NULL, second TEXT NOT NULL, collection TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (first, second, collection)) WITHOUT ROWID;
"""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or make the catalogue at `path`, for use from several threads. Raises ConfigurationError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        _prepare(connection, path)
        checksums.keep(connection)
        states.keep(connection)
    except (OSError, sqlite3.Error) as error:
        check_writable(path.parent)
        raise ConfigurationError(
            f"Không mở được danh mục {path} ({error}). Kiểm tra ASSISTANT_DATA_DIR và quyền đọc ghi; "
            "nếu tệp bị hỏng, khôi phục từ bản sao lưu.",
            f"Cannot open the catalogue {path} ({error}). Check ASSISTANT_DATA_DIR and its permissions; "
            "if the file is damaged, restore a backup.",
        ) from error
    return connection


def connect_reading(path: Path) -> sqlite3.Connection:
    """Another connection to the catalogue at `path`, which writes nothing."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA query_only = ON")
    return connection


def connect_published(path: Path) -> sqlite3.Connection:
    """A connection to a catalogue that is replaced as a whole and never written, also on a disk of another machine."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
    )
    connection.row_factory = sqlite3.Row
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > SCHEMA_VERSION:
        raise ConfigurationError(
            f"Danh mục {path} do một phiên bản mới hơn của chương trình tạo ra. Hãy nâng cấp chương trình.",
            f"The catalogue {path} was made by a newer version of this program. Upgrade the program.",
        )
    if found == SCHEMA_VERSION:
        return
    counted = _columns(connection, "unigrams")
    recount = bool(counted) and "collection" not in counted  # words of all collections were once counted together
    if recount:
        connection.executescript("DROP TABLE unigrams; DROP TABLE bigrams")
    connection.executescript(_SCHEMA + states.TABLE)
    if "vector" not in _columns(connection, "chunks"):
        connection.execute("ALTER TABLE chunks ADD COLUMN vector BLOB NOT NULL DEFAULT x''")
    if recount:
        sql = "SELECT collection, text FROM documents WHERE state != 'pending'"
        for row in connection.execute(sql).fetchall():
            count_words(connection, row["collection"], row["text"], +1)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Names of a table's columns; none where there is no such table."""
    return {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
