"""Documents and chunks that the catalogue has lost, made again from the files they came from or from their texts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from assistant.api.originals import Originals
from vectorstore.catalogue import Catalogue
from vectorstore.errors import PolicyError
from vectorstore.records import Chunk, Document


class Rebuilding:
    """`build` reads a file as a document of a collection, `passages` cuts a document into chunks."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: Originals,
        build: Callable[[Path, str], tuple[Document, list[Chunk]]],
        passages: Callable[[Document], list[Chunk]],
    ) -> None:
        self.catalogue, self.originals, self.build, self.passages = catalogue, originals, build, passages
        self._pages: dict[tuple[str, int], list[Chunk]] = {}  # of documents read again from their file

    def chunks(self, document: Document, before: Sequence[Chunk]) -> list[Chunk]:
        """The passages of a text; each is on the page where the last one known to be there is."""
        known = self._pages.get((document.document_id, document.version)) or before
        pages = sorted((chunk.start, chunk.page) for chunk in known if chunk.page is not None)
        found = []
        for chunk in self.passages(document):
            page = next((page for start, page in reversed(pages) if start <= chunk.start), None)
            found.append(replace(chunk, page=page))
        return found

    def document(self, document_id: str, version: int) -> Document | None:
        """The version from the upload, the file or the stored text, whichever still holds what was hashed."""
        sql = "SELECT collection, source, text, content_hash FROM documents WHERE document_id = ? AND version = ?"
        rows = self.catalogue.rows(sql, (document_id, version))
        sql = "SELECT collection, name FROM files WHERE document_id = ? AND version = ?"
        files = self.catalogue.rows(sql, (document_id, version))
        collection = str([*rows, *files][0]["collection"]) if rows or files else "default"
        for path, name, kept in self._sources(document_id, version):
            with _named(path, name) as file:
                try:
                    document, chunks = self.build(file, collection)
                except (PolicyError, OSError):
                    continue
            expected = rows[0]["content_hash"] if rows else None
            known = kept or document.document_id == document_id  # where nothing tells what was hashed
            if document.content_hash == expected or (expected is None and known):
                own = {"document_id": document_id, "version": version}
                self._pages[document_id, version] = [replace(chunk, **own) for chunk in chunks]  # type: ignore[arg-type]
                return replace(document, **own, source=rows[0]["source"] if rows else name)  # type: ignore[arg-type]
        return None

    def _sources(self, document_id: str, version: int) -> Iterator[tuple[Path, str, bool]]:
        """Files with their names, and whether they are kept as what this version was read from."""
        if original := self.originals.find(document_id, version):
            yield *original, True
        sql = "SELECT path, name FROM files WHERE document_id = ? AND version = ?"
        for row in self.catalogue.rows(sql, (document_id, version)):
            if (path := Path(row["path"])).is_file():
                yield path, row["name"], False
        sql = "SELECT source, text FROM documents WHERE document_id = ? AND version = ?"
        for row in self.catalogue.rows(sql, (document_id, version)):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "text"
                path.write_text(row["text"], encoding="utf-8")
                yield path, f"{Path(row['source']).stem}.txt", False


@contextmanager
def _named(path: Path, name: str) -> Iterator[Path]:
    """The file under its own name: what it is called says what it is."""
    with tempfile.TemporaryDirectory(prefix="rebuild-") as folder:
        copy = Path(folder) / name
        shutil.copyfile(path, copy)
        yield copy
