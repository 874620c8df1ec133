"""What the catalogue has of documents, and of the files that they came from."""

from __future__ import annotations

from collections.abc import Iterable

from vectorstore.catalogue_file import CatalogueFile
from vectorstore.listed import these_versions
from vectorstore.records import Document
from vectorstore.serialise import read_document


class DocumentRows(CatalogueFile):
    """Documents by id and version, by what they contain and by file name."""

    def documents(self, state: str = "ready", collection: str | None = None) -> list[Document]:
        sql = "SELECT record, text FROM documents WHERE state = ? AND (? IS NULL OR collection = ?) ORDER BY title"
        return [read_document(row["record"], row["text"]) for row in self.rows(sql, (state, collection, collection))]

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """The version asked for, or the one that is retrieved by default."""
        sql = (
            "SELECT record, text FROM documents WHERE document_id = ? AND state != 'pending' "
            "AND (? IS NULL OR version = ?) ORDER BY version DESC LIMIT 1"
        )
        rows = self.rows(sql, (document_id, version, version))
        return read_document(rows[0]["record"], rows[0]["text"]) if rows else None

    def texts_of(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Texts of these versions by id and version, unless they are being added."""
        keys = list(versions)
        sql = f"SELECT document_id, version, text FROM {these_versions(len(keys))} WHERE state != 'pending'"
        rows = self.rows(sql, [part for key in keys for part in key]) if keys else ()
        return {(row["document_id"], row["version"]): row["text"] for row in rows}

    def versions(self, document_id: str) -> list[Document]:
        sql = "SELECT record, text FROM documents WHERE document_id = ? AND state != 'pending' ORDER BY version"
        return [read_document(row["record"], row["text"]) for row in self.rows(sql, (document_id,))]

    def sources(self, document_id: str) -> list[str]:
        """Names of the files that hold the document; of two documents from files of one name, both have it."""
        sql = "SELECT source FROM sources WHERE document_id = ? UNION SELECT name FROM files WHERE document_id = ?"
        return [row["source"] for row in self.rows(sql, (document_id, document_id))]

    def find_by_content(self, content_hash: str, collection: str) -> Document | None:
        sql = "SELECT record, text FROM documents WHERE content_hash = ? AND collection = ? AND state = 'ready'"
        rows = self.rows(sql, (content_hash, collection))
        return read_document(rows[0]["record"], rows[0]["text"]) if rows else None

    def find_by_source(self, source: str, collection: str) -> Document | None:
        """The version that this file name held last."""
        rows = self.rows("SELECT document_id FROM sources WHERE source = ? AND collection = ?", (source, collection))
        return self.document(rows[0]["document_id"]) if rows else None

    def last_row(self) -> int:
        """The number of the row that was written last; rows are numbered in the order they were written in."""
        return int(self.rows("SELECT coalesce(max(rowid), 0) AS last FROM documents")[0]["last"])

    def written_after(self, row: int) -> tuple[int, list[Document]]:
        """What was written after a row, without its text and findable or not yet, and the number of the last row."""
        rows = self.rows("SELECT rowid, record FROM documents WHERE rowid > ? ORDER BY rowid", (row,))
        return (rows[-1]["rowid"] if rows else row), [read_document(each["record"], "") for each in rows]

    def count(self) -> int:
        """How many documents can be found."""
        return int(self.rows("SELECT count(*) AS n FROM documents WHERE state = 'ready'")[0]["n"])
