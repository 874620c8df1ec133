"""The record of documents, versions and chunks (SQLite). Chroma and the lexical index are derived from it.

A document version is first written as `pending`, then indexed, then marked `ready` in one transaction that also
retires older versions; whatever is still `pending` when the store opens was interrupted and is indexed again. That
transaction makes another state visible, and a `snapshot` goes on seeing the one that it began with.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path

from vectorstore import states
from vectorstore.catalogue_chunks import ChunkRows
from vectorstore.catalogue_writing import CatalogueWriting
from vectorstore.listed import Listed
from vectorstore.records import Document
from vectorstore.words import KnownWords, Words

_LEXICAL = "lexical"  # key in meta


class Catalogue(CatalogueWriting, ChunkRows):
    """Documents by id and version, chunks by id, and the words of each collection, as they are now or in a state."""

    def __init__(self, path: Path) -> None:
        """Open or make the catalogue at `path`. Raises ConfigurationError where that cannot be done."""
        super().__init__(path)
        self._listed = Listed()
        self._living = self  # of a snapshot, the catalogue that goes on changing
        self._state: int | None = None  # of a snapshot, the one that it sees
        self._known_words = KnownWords()

    def words_of(self, collections: Iterable[str] | None) -> Words:
        """The words of these collections; of all where None. Those of a snapshot are looked up once."""
        return Words(self.rows, collections, None if self._state is None else self._known_words.of(self._state))

    def listing(self) -> list[Document]:
        """The current version of every document with an empty text; the same list for as long as nothing changes."""
        with self._lock:
            if self._state is not None:
                return self._listed.of(self._state, self.rows)
            if self._connection.in_transaction:  # what is not committed is nobody else's state
                return self._listed.read(self.rows)
            self._connection.execute("BEGIN")
            try:
                return self._listed.of(states.number(self.rows), self.rows)
            finally:
                self._connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[Catalogue]:
        """The catalogue as it is now, whatever is written meanwhile by whomever; read by a connection of its own."""
        with closing(self._connect_reading()) as connection:
            connection.execute("BEGIN")  # the first read settles what is seen
            view = copy(self)
            view.__class__ = Catalogue  # a snapshot follows nothing, whatever it was taken of
            view._lock, view._connection = threading.RLock(), connection
            view._state = states.number(view.rows)
            yield view

    def copy_to(self, path: Path) -> None:
        """Write the catalogue as it is seen to a file of its own, which nothing changes any more."""
        with self._lock, closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it

    @property
    def state(self) -> int:
        """The number of the state that is seen."""
        return states.number(self.rows) if self._state is None else self._state

    def lexical(self) -> dict[str, str]:
        """The lexical snapshot of each collection that belongs to this state, by folder."""
        named: dict[str, str] = json.loads(self.get_meta(_LEXICAL) or "{}")
        return named

    def set_lexical(self, named: Mapping[str, str]) -> None:
        self.set_meta(_LEXICAL, json.dumps(named, sort_keys=True))

    def retired_meanwhile(self) -> list[str]:
        """Chunks of this snapshot, or of later states, that may have left the dense index since it was taken."""
        return [] if self._state is None else states.retired_since(self._living.rows, self._state)
