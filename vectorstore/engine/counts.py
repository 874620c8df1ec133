"""In how many passages of each collection a term is: a table of the catalogue, changed with the state it belongs to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vectorstore.catalogue import Catalogue
from vectorstore.engine.bm25 import numbers
from vectorstore.records import Chunk

PASSAGES = 0  # the number under which all passages of a collection are counted
_TABLE = """CREATE TABLE IF NOT EXISTS engine_terms (term INTEGER NOT NULL, collection TEXT NOT NULL,
    passages INTEGER NOT NULL, PRIMARY KEY (term, collection)) WITHOUT ROWID"""
_ADD = """INSERT INTO engine_terms SELECT value ->> 0, ?, value ->> 1 FROM json_each(?) WHERE true
    ON CONFLICT DO UPDATE SET passages = passages + excluded.passages"""
_DOCUMENTS = 500  # counted at a time


def drop(catalogue: Catalogue) -> None:
    """Forget the counts: nobody keeps them up while the embedded indexes are used."""
    if kept(catalogue):
        catalogue.rows("DROP TABLE engine_terms")


def kept(catalogue: Catalogue) -> bool:
    """Whether passages are counted."""
    return bool(catalogue.rows("SELECT 1 FROM sqlite_master WHERE name = 'engine_terms'"))


def changing(
    catalogue: Catalogue, collection: str, added: Sequence[Chunk], retired: Sequence[str]
) -> Callable[[], None]:
    """What counts passages that come and go; call it in the transaction that makes the state."""
    going = [chunk for chunk, _ in catalogue.chunks(retired).values()]  # those that are found now
    counts = counted(added)
    counts.subtract(counted(going))
    return lambda: _add(catalogue, collection, counts)


def counted(chunks: Sequence[Chunk]) -> Counter[int]:
    """How many of the passages have each term, and how many there are."""
    return numbers(chunks) + Counter({PASSAGES: len(chunks)})


def _add(catalogue: Catalogue, collection: str, counts: Mapping[int, int]) -> None:
    catalogue.rows(_ADD, (collection, json.dumps([pair for pair in counts.items() if pair[1]])))


def count_again(catalogue: Catalogue) -> None:
    """Replace the counts by those of the passages that can be found."""
    with catalogue.transaction():
        catalogue.rows("DROP TABLE IF EXISTS engine_terms")
        catalogue.rows(_TABLE)
        for collection, chunks in _found(catalogue):
            _add(catalogue, collection, counted(chunks))


def wrong(catalogue: Catalogue) -> Iterator[str]:
    """Collections whose counts are not those of their passages."""
    right: dict[str, Counter[int]] = {}
    for collection, chunks in _found(catalogue):
        right.setdefault(collection, Counter()).update(counted(chunks))
    held: dict[str, Counter[int]] = {}
    for row in catalogue.rows("SELECT * FROM engine_terms WHERE passages != 0") if kept(catalogue) else ():
        held.setdefault(row["collection"], Counter())[row["term"]] = row["passages"]
    yield from sorted(name for name in right.keys() | held.keys() if right.get(name) != held.get(name))


def _found(catalogue: Catalogue) -> Iterator[tuple[str, list[Chunk]]]:
    """All passages that can be found, those of some hundred documents of a collection at a time."""
    versions: dict[str, list[tuple[str, int]]] = {}
    for row in catalogue.rows("SELECT collection, document_id, version FROM documents WHERE state = 'ready'"):
        versions.setdefault(row["collection"], []).append((row["document_id"], row["version"]))
    for collection, keys in versions.items():
        for start in range(0, len(keys), _DOCUMENTS):
            batch = keys[start : start + _DOCUMENTS]
            yield collection, [chunk for key in batch for chunk in catalogue.document_chunks(*key)]


def passages_with(catalogue: Catalogue, terms: Iterable[int], collections: Iterable[str] | None) -> Counter[int]:
    """How many passages have each of the terms, in some collections or in all; PASSAGES for how many there are."""
    among = None if collections is None else json.dumps(sorted(collections))
    sql = (
        "SELECT term, sum(passages) AS n FROM engine_terms WHERE term IN (SELECT value FROM json_each(?)) "
        "AND (? IS NULL OR collection IN (SELECT value FROM json_each(?))) GROUP BY term"
    )
    rows = catalogue.rows(sql, (json.dumps([PASSAGES, *terms]), among, among))
    return Counter({row["term"]: row["n"] for row in rows})


def collections_with_passages(catalogue: Catalogue, collections: Iterable[str] | None) -> list[str]:
    """Those of the collections, or of all, that have any, in order."""
    rows = catalogue.rows(
        "SELECT collection FROM engine_terms WHERE term = ? AND passages > 0 ORDER BY collection", (PASSAGES,)
    )
    among = None if collections is None else set(collections)
    return [row["collection"] for row in rows if among is None or row["collection"] in among]
