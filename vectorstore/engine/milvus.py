"""The rows that a Milvus server keeps: one a passage, those of a collection in a partition of their own.

A partition has segments, and so graphs, of its own: what is found in one does not depend on what is in another. The
server need not be asked for anything but what it is good at: which rows are near, and which have terms of much weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.conditions import DocumentFields
from vectorstore.engine.address import EngineAddress
from vectorstore.engine.bm25 import Weights
from vectorstore.engine.connection import PATIENCE_S, PATIENCE_WRITING_S, Connection
from vectorstore.engine.rows import LABELS, ROWS, as_row, make_collection, partition
from vectorstore.records import Chunk
from vectorstore.serialise import read_document

if TYPE_CHECKING:
    from pymilvus import MilvusClient

MOST = 16_384  # rows that one search gives
_BATCH = 500  # rows in a request: some 4 MB, of the 64 that a server takes
_EF = 200  # neighbours that are looked at, at least
Labels = tuple[object, ...]
Scored = list[tuple[str, float]]


class MilvusIndex:
    """Passages of the catalogue on a server. Safe to use from several threads and processes, one of which writes.

    A reader sees what is written at most some seconds late (bounded staleness); whoever writes waits until it is seen,
    so that rows are there before the state that has them.
    """

    remote = True

    def __init__(self, address: EngineAddress, catalogue: Catalogue, dimensions: int) -> None:
        self._address, self._catalogue, self._dimensions = address, catalogue, dimensions
        self._partitions: set[str] = set()  # known to be there; another process may have made everything anew
        self._connection = Connection(address, self._partitions.clear)

    @property
    def quantised(self) -> bool:
        """Whether vectors are searched as int8."""
        return self._address.quantised

    def damaged(self) -> bool:
        """The server sees to its files itself."""
        return False

    def close(self) -> None:
        """Let go of the connection; it is made again when needed."""
        self._connection.close()

    # writing ----------------------------------------------------------------------------------------------------------
    def _prepare_partition(self, client: MilvusClient, name: str) -> None:
        if name in self._partitions:
            return
        if not client.has_collection(ROWS, timeout=PATIENCE_S):
            make_collection(client, self._dimensions, quantised=self.quantised)
        if not client.has_partition(ROWS, name, timeout=PATIENCE_S):
            client.create_partition(ROWS, name, timeout=PATIENCE_WRITING_S)
            client.load_collection(ROWS, timeout=PATIENCE_WRITING_S)  # with the new one
        self._partitions.add(name)

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace passages of documents in the catalogue, with their vectors, float32 (chunks, dimensions)."""
        fields = self._fields(chunks)
        by_partition: dict[str, list[dict[str, Any]]] = {}
        for chunk, vector in zip(chunks, vectors, strict=True):
            collection, own = fields[chunk.document_id, chunk.version]
            by_partition.setdefault(partition(collection), []).append(as_row(chunk, vector, own))
        for name, rows in by_partition.items():
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                self._connection.change(partial(self._upsert, name=name, rows=batch))

    def _upsert(self, client: MilvusClient, name: str, rows: list[dict[str, Any]]) -> None:
        self._prepare_partition(client, name)
        client.upsert(ROWS, rows, partition_name=name, timeout=PATIENCE_WRITING_S)
        client.query(  # waits until what was written before it is seen
            ROWS, ids=[rows[-1]["chunk_id"]], output_fields=["version"], consistency_level="Strong", timeout=PATIENCE_S
        )

    def _fields(self, chunks: Sequence[Chunk]) -> dict[tuple[str, int], tuple[str, DocumentFields]]:
        """Collection and fields of the chunks' documents, also of those that are just being added."""
        found = {}
        for key in {(chunk.document_id, chunk.version) for chunk in chunks}:
            sql = "SELECT collection, record FROM documents WHERE document_id = ? AND version = ?"
            for row in self._catalogue.rows(sql, key):
                found[key] = (row["collection"], DocumentFields.of(read_document(row["record"], "")))
        return found

    def delete(self, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), _BATCH):
            ids = list(chunk_ids[start : start + _BATCH])
            self._connection.change(partial(_delete, ids=ids))

    def discard(self) -> None:
        """Drop all rows; they are derived and can be made again. Raises NotReadyError."""
        self._connection.ask(_drop)
        self._partitions.clear()

    # reading ----------------------------------------------------------------------------------------------------------
    def search(
        self,
        asked: np.ndarray | Weights,
        k: int,
        collections: Sequence[str] | None = None,
        expression: str = "",
    ) -> Scored:
        """The k best chunk ids for a vector (d,), by cosine similarity, or for terms, by the sum of their products.

        `collections` that have rows, or None for all, and an expression on the fields restrict where to look.
        """
        dense = isinstance(asked, np.ndarray)
        wanted = min(k, MOST)
        options: dict[str, Any] = {"partition_names": [partition(name) for name in collections]} if collections else {}
        if dense:
            options["search_params"] = {"params": {"ef": max(_EF, wanted)}}
        found = self._connection.ask(
            lambda client: client.search(
                ROWS,
                [np.asarray(asked, dtype=np.float32) if dense else asked],
                anns_field="vector" if dense else "terms",
                filter=expression,
                limit=wanted,
                output_fields=["chunk_id"],
                timeout=PATIENCE_S,
                **options,
            )
        )
        return [(str(hit["chunk_id"]), float(hit["distance"])) for hit in found[0]]

    def best(self, vectors: np.ndarray) -> list[float]:
        """The highest cosine similarity that a search finds for each of these vectors, float32 (n, d)."""
        options: dict[str, Any] = {"search_params": {"params": {"ef": _EF}}, "output_fields": ["chunk_id"]}
        data = list(np.asarray(vectors, dtype=np.float32))
        found = self._connection.ask(
            lambda c: c.search(ROWS, data, anns_field="vector", limit=1, timeout=PATIENCE_WRITING_S, **options)
        )
        return [float(hits[0]["distance"]) if len(hits) else 0.0 for hits in found]

    def entries(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Weights, Labels, np.ndarray]]:
        """What is stored of passages: the weights of terms, the fields but the vectors, and the vector, by chunk id."""
        fields = [*LABELS, "vector", "terms"]
        options = {"ids": list(chunk_ids), "output_fields": fields, "timeout": PATIENCE_WRITING_S}
        rows = self._connection.ask(lambda client: client.get(ROWS, **options))
        return {
            str(row["chunk_id"]): (
                {int(term): float(weight) for term, weight in row["terms"].items()},
                tuple(row[name] for name in LABELS),
                np.asarray(row["vector"], dtype=np.float32),
            )
            for row in rows
        }

    def right_entries(self, chunks: Sequence[Chunk]) -> dict[str, tuple[Weights, Labels]]:
        """What should be stored of passages but for their vectors, by chunk id."""
        fields, found = self._fields(chunks), {}
        for chunk in chunks:
            row = as_row(chunk, np.zeros(0), fields[chunk.document_id, chunk.version][1])
            found[chunk.chunk_id] = (row["terms"], tuple(row[name] for name in LABELS))
        return found

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""
        return {chunk_id: vector for chunk_id, (_, _, vector) in self.entries(chunk_ids).items()} if chunk_ids else {}

    def count(self) -> int:
        """How many rows there are; none where the collection of them is not there yet."""

        def counted(client: MilvusClient) -> int:
            if not client.has_collection(ROWS, timeout=PATIENCE_S):
                return 0
            found = client.query(
                ROWS, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=PATIENCE_WRITING_S
            )
            return int(found[0]["count(*)"])

        return self._connection.ask(counted)

    def chunk_ids(self) -> set[str]:
        """All ids (for reconciling with the catalogue)."""
        return set(self._connection.ask(lambda client: list(_every_id(client))))


def _delete(client: MilvusClient, ids: list[str]) -> None:
    if client.has_collection(ROWS, timeout=PATIENCE_S):
        client.delete(ROWS, ids=ids, timeout=PATIENCE_WRITING_S)


def _drop(client: MilvusClient) -> None:
    if client.has_collection(ROWS, timeout=PATIENCE_S):
        client.drop_collection(ROWS, timeout=PATIENCE_WRITING_S)


def _every_id(client: MilvusClient) -> Iterator[str]:
    if not client.has_collection(ROWS, timeout=PATIENCE_S):
        return
    pages = client.query_iterator(
        ROWS, batch_size=MOST, filter="", output_fields=["chunk_id"], consistency_level="Strong", timeout=PATIENCE_S
    )
    while rows := pages.next():
        yield from (str(row["chunk_id"]) for row in rows)
    pages.close()
