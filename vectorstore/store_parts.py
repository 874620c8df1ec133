"""What a store consists of, as its reading and its writing side use it."""

from __future__ import annotations

from filelock import FileLock

from vectorstore.catalogue import Catalogue
from vectorstore.doors import Dense, Lexical
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.engine import EngineSearch
from vectorstore.files import FileMemory
from vectorstore.lexical_snapshots import LexicalSnapshots
from vectorstore.listing import Listings
from vectorstore.nearest import Nearest
from vectorstore.published import ReadOnly
from vectorstore.words import Words


class StoreParts:
    """The catalogue, both indexes or the engine in their place, and the model that made the vectors."""

    embeddings: PolicyEmbeddings
    collections: frozenset[str] | None  # what may be seen; None for everything
    catalogue: Catalogue
    files: FileMemory
    dense: Dense
    snapshots: LexicalSnapshots
    engine: EngineSearch | None
    words: Words
    write_lock: FileLock | ReadOnly
    _lexical: Lexical | None  # of a snapshot
    _listings: Listings
    _nearest: Nearest  # where there is no engine
    _publishing: bool
