"""The files that documents came from, kept by the hash of their content, to be downloaded again."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import threading
import unicodedata
from pathlib import Path
from typing import BinaryIO

from vectorstore.errors import InvalidInputError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS originals (
    document_id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (document_id, version)
);
"""
_BLOCK = 1 << 20
_NAME_BYTES = 200  # most file systems take 255; the suffix has to fit as well


class Originals:
    """Files under `folder`, and which document version each belongs to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = threading.Lock()
        self._database = sqlite3.connect(folder / "originals.sqlite3", check_same_thread=False, timeout=30)
        self._database.executescript(_SCHEMA)

    def keep(self, source: BinaryIO) -> str:
        """Store the content and give its SHA-256."""
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".incoming-", delete=False) as file:
            incoming = Path(file.name)
            try:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    file.write(block)
                file.flush()
                incoming.replace(self.path(digest.hexdigest()))
            except BaseException:
                incoming.unlink(missing_ok=True)
                raise
        return digest.hexdigest()

    def path(self, content_hash: str) -> Path:
        """Where content of this hash lies."""
        return self.folder / content_hash

    def link(self, document_id: str, version: int, content_hash: str, name: str) -> None:
        """Record what a document version was read from; the first file stays."""
        with self._lock, self._database as database:
            database.execute(
                "INSERT OR IGNORE INTO originals VALUES (?, ?, ?, ?)", (document_id, version, content_hash, name)
            )

    def find(self, document_id: str, version: int) -> tuple[Path, str] | None:
        """The file of a document version and its name; None where none is kept."""
        with self._lock:
            row = self._database.execute(
                "SELECT hash, name FROM originals WHERE document_id = ? AND version = ?", (document_id, version)
            ).fetchone()
        if row is None or not self.path(row[0]).is_file():
            return None
        return self.path(row[0]), row[1]

    def links(self) -> list[tuple[str, int, str]]:
        """Every document version that has a file, and the hash of that."""
        with self._lock:
            return self._database.execute("SELECT document_id, version, hash FROM originals").fetchall()

    def forget(self, document_id: str) -> list[str]:
        """Drop what is recorded of a document; gives the hashes that may have become unused."""
        with self._lock, self._database as database:
            hashes = database.execute("SELECT hash FROM originals WHERE document_id = ?", (document_id,)).fetchall()
            database.execute("DELETE FROM originals WHERE document_id = ?", (document_id,))
        return [content_hash for (content_hash,) in hashes]

    def drop_unused(self, content_hash: str) -> None:
        """Delete the content unless a document still needs it."""
        with self._lock:
            row = self._database.execute("SELECT 1 FROM originals WHERE hash = ?", (content_hash,)).fetchone()
            if row is None:
                self.path(content_hash).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def safe_name(sent: str) -> str:
    """The file name as the sender calls it, without folders and control characters. Raises InvalidInputError."""
    name = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 10:
        room = _NAME_BYTES - len(suffix.encode()) - 1
        name = f"{stem.encode()[:room].decode('utf-8', 'ignore')}.{suffix}"
    else:
        name = name.encode()[:_NAME_BYTES].decode("utf-8", "ignore")
    if not name.strip("."):
        raise InvalidInputError("Tệp gửi lên không có tên.", "The uploaded file has no name.")
    return name
