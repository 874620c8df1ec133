"""Which files on disk hold which document version, so that a file that has not changed need not be read again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from vectorstore.catalogue import Catalogue


class FileMemory:
    """Files by absolute path and collection, with their size and time of change when they were last ingested."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def unchanged(self, path: Path, collection: str, reader: str) -> str | None:
        """Id of the document whose current version this file holds, if the file is as `reader` last saw it.

        Raises OSError when the file is not there.
        """
        stat = path.stat()
        rows = self._catalogue.rows(
            "SELECT document_id FROM files JOIN documents USING (document_id, version) WHERE state = 'ready' "
            "AND path = ? AND files.collection = ? AND size = ? AND mtime_ns = ? AND reader = ?",
            (_key(path), collection, stat.st_size, stat.st_mtime_ns, reader),
        )
        return str(rows[0]["document_id"]) if rows else None

    def remember(self, path: Path, collection: str, reader: str, seen: tuple[int, int], held: tuple[str, int]) -> None:
        """Record that the file, of `seen` size and time of change (ns), holds this document id and version."""
        with self._catalogue.transaction():
            self._catalogue.rows(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (_key(path), collection, path.name, *seen, reader, *held),
            )

    def document_at(self, path: Path, collection: str) -> str | None:
        """Id of the document that this file held when it was last ingested."""
        rows = self._catalogue.rows(
            "SELECT document_id FROM files JOIN documents USING (document_id, version) "
            "WHERE path = ? AND files.collection = ?",
            (_key(path), collection),
        )
        return str(rows[0]["document_id"]) if rows else None

    def documents_below(self, path: Path, collection: str) -> list[tuple[Path, str]]:
        """Files at or below `path` with the ids of the documents whose current version they hold."""
        key = _key(path)
        rows = self._catalogue.rows(
            "SELECT path, document_id FROM files JOIN documents USING (document_id, version) WHERE state = 'ready' "
            "AND files.collection = ? AND (path = ? OR substr(path, 1, ?) = ?) ORDER BY path",
            (collection, key, len(key) + 1, key + "/"),
        )
        return [(Path(row["path"]), str(row["document_id"])) for row in rows]

    def paths(self, document_id: str) -> list[Path]:
        """Files that held the current version of a document when they were ingested; they may be gone since."""
        rows = self._catalogue.rows(
            "SELECT path FROM files JOIN documents USING (document_id, version) WHERE document_id = ? "
            "AND state = 'ready' ORDER BY path",
            (document_id,),
        )
        return [Path(row["path"]) for row in rows]

    def unchanged_file(self, document_id: str, version: int) -> Path | None:
        """A file that holds this version and is as it was when it was ingested."""
        rows = self._catalogue.rows(
            "SELECT path, size, mtime_ns FROM files WHERE document_id = ? AND version = ? ORDER BY path",
            (document_id, version),
        )
        for row in rows:
            path = Path(row["path"])
            with suppress(OSError):
                stat = path.stat()
                if (stat.st_size, stat.st_mtime_ns) == (row["size"], row["mtime_ns"]):
                    return path
        return None


def _key(path: Path) -> str:
    # A name that is no valid UTF-8 is kept apart by its escapes; SQLite takes no lone surrogates.
    return str(path.resolve()).encode("utf-8", "backslashreplace").decode()
