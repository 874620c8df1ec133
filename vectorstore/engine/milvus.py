"""The rows that a Milvus server keeps: one a passage, those of a collection in a partition of their own.

A partition has segments, and so graphs, of its own: what is found in one does not depend on what is in another. The
server need not be asked for anything but what it is good at: which rows are near, and which have terms of much weight.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from vectorstore.catalogue import Catalogue
from vectorstore.conditions import DocumentFields
from vectorstore.engine.address import EngineAddress
from vectorstore.engine.bm25 import Weights, passage_weights
from vectorstore.engine.client import connect, unusable
from vectorstore.errors import NotReadyError
from vectorstore.records import Chunk
from vectorstore.serialise import read_document

if TYPE_CHECKING:
    from pymilvus import MilvusClient

ROWS = "policy_passages"
MOST = 16_384  # rows that one search gives
_BATCH = 500  # rows in a request: some 4 MB, of the 64 that a server takes
_PATIENCE_S, _PATIENCE_WRITING_S = 5.0, 60.0  # with one request
_WRITING: dict[str, Any] = {"stop": stop_after_delay(60), "wait": wait_fixed(0.5)}  # for a server that is away
_EF = 200  # neighbours that are looked at, at least
_ORGAN_BYTES = 2_048
_LABELS = ("document_id", "version", "kind", "organ", "year", "known")
Labels = tuple[object, ...]
Scored = list[tuple[str, float]]
T = TypeVar("T")


def partition(collection: str) -> str:
    """The partition of a collection of any name."""
    return "c_" + hashlib.sha256(collection.encode()).hexdigest()[:24]


class MilvusIndex:
    """Passages of the catalogue on a server. Safe to use from several threads and processes, one of which writes.

    A reader sees what is written at most some seconds late (bounded staleness); whoever writes waits until it is seen,
    so that rows are there before the state that has them.
    """

    remote = True

    def __init__(self, address: EngineAddress, catalogue: Catalogue, dimensions: int) -> None:
        self._address, self._catalogue, self._dimensions = address, catalogue, dimensions
        self._lock = threading.Lock()
        self._held: MilvusClient | None = None
        self._partitions: set[str] = set()  # known to be there

    # asking -----------------------------------------------------------------------------------------------------------
    @property
    def _client(self) -> MilvusClient:
        with self._lock:
            if self._held is None:
                self._held = connect(self._address, _PATIENCE_S)
            return self._held

    def _ask(self, action: Callable[[MilvusClient], T]) -> T:
        client = self._client
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            return action(client)
        except (MilvusException, grpc.RpcError, ValueError) as error:  # ValueError: the channel was closed
            self._partitions = set()  # another process may have made everything anew
            raise unusable(self._address, error) from error

    def _change(self, action: Callable[[MilvusClient], object]) -> None:
        """Do what may be done twice; a server that is being restarted is waited for."""
        for attempt in Retrying(**_WRITING, retry=retry_if_exception_type(NotReadyError), reraise=True):
            with attempt:
                self._ask(action)

    def close(self) -> None:
        """Let go of the connection; it is made again when needed."""
        with self._lock:
            if self._held is not None:
                self._held.close()
            self._held = None

    def damaged(self) -> bool:
        """The server sees to its files itself."""
        return False

    # writing ----------------------------------------------------------------------------------------------------------
    def _prepare(self, client: MilvusClient) -> None:
        """Make the collection of rows where there is none."""
        if client.has_collection(ROWS, timeout=_PATIENCE_S):
            return
        from pymilvus import DataType

        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("chunk_id", DataType.VARCHAR, max_length=24, is_primary=True)
        schema.add_field("document_id", DataType.VARCHAR, max_length=256)
        schema.add_field("version", DataType.INT64)
        schema.add_field("kind", DataType.VARCHAR, max_length=256)
        schema.add_field("organ", DataType.VARCHAR, max_length=_ORGAN_BYTES)
        schema.add_field("year", DataType.INT64)
        schema.add_field("known", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._dimensions)
        schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
        index = client.prepare_index_params()
        graph, build = ("HNSW_SQ", {"sq_type": "SQ8"}) if self._address.quantised else ("HNSW", {})
        build |= {"M": 16, "efConstruction": 200}
        index.add_index("vector", index_type=graph, metric_type="COSINE", params=build)
        index.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        index.add_index("document_id", index_type="INVERTED")
        client.create_collection(
            ROWS, schema=schema, index_params=index, consistency_level="Bounded", timeout=_PATIENCE_WRITING_S
        )

    def _prepare_partition(self, client: MilvusClient, name: str) -> None:
        if name in self._partitions:
            return
        self._prepare(client)
        if not client.has_partition(ROWS, name, timeout=_PATIENCE_S):
            client.create_partition(ROWS, name, timeout=_PATIENCE_WRITING_S)
        self._partitions.add(name)

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace passages of documents in the catalogue, with their vectors, float32 (chunks, dimensions)."""
        fields = self._fields(chunks)
        by_partition: dict[str, list[dict[str, Any]]] = {}
        for chunk, vector in zip(chunks, vectors, strict=True):
            collection, own = fields[chunk.document_id, chunk.version]
            by_partition.setdefault(partition(collection), []).append(_row(chunk, vector, own))
        for name, rows in by_partition.items():
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                self._change(lambda client, name=name, batch=batch: self._upsert(client, name, batch))

    def _upsert(self, client: MilvusClient, name: str, rows: list[dict[str, Any]]) -> None:
        self._prepare_partition(client, name)
        client.upsert(ROWS, rows, partition_name=name, timeout=_PATIENCE_WRITING_S)
        client.query(  # waits until what was written before it is seen
            ROWS, ids=[rows[-1]["chunk_id"]], output_fields=["version"], consistency_level="Strong", timeout=_PATIENCE_S
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
            self._change(lambda client, ids=ids: self._delete(client, ids))

    @staticmethod
    def _delete(client: MilvusClient, ids: list[str]) -> None:
        if client.has_collection(ROWS, timeout=_PATIENCE_S):
            client.delete(ROWS, ids=ids, timeout=_PATIENCE_WRITING_S)

    def discard(self) -> None:
        """Drop all rows; they are derived and can be made again. Raises NotReadyError."""
        self._ask(lambda client: client.drop_collection(ROWS, timeout=_PATIENCE_WRITING_S))
        self._partitions = set()

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
        found = self._ask(
            lambda client: client.search(
                ROWS,
                [np.asarray(asked, dtype=np.float32) if dense else asked],
                anns_field="vector" if dense else "terms",
                filter=expression,
                limit=wanted,
                output_fields=["chunk_id"],
                timeout=_PATIENCE_S,
                **options,
            )
        )
        return [(str(hit["chunk_id"]), float(hit["distance"])) for hit in found[0]]

    def best(self, vectors: np.ndarray) -> list[float]:
        """The highest cosine similarity that a search finds for each of these vectors, float32 (n, d)."""
        options: dict[str, Any] = {"search_params": {"params": {"ef": _EF}}, "output_fields": ["chunk_id"]}
        data = list(np.asarray(vectors, dtype=np.float32))
        found = self._ask(
            lambda c: c.search(ROWS, data, anns_field="vector", limit=1, timeout=_PATIENCE_WRITING_S, **options)
        )
        return [float(hits[0]["distance"]) if len(hits) else 0.0 for hits in found]

    def entries(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Weights, Labels, np.ndarray]]:
        """What is stored of passages: the weights of terms, the fields but the vectors, and the vector, by chunk id."""
        fields = [*_LABELS, "vector", "terms"]
        rows = self._ask(lambda c: c.get(ROWS, ids=list(chunk_ids), output_fields=fields, timeout=_PATIENCE_WRITING_S))
        return {
            str(row["chunk_id"]): (
                {int(term): float(weight) for term, weight in row["terms"].items()},
                tuple(row[name] for name in _LABELS),
                np.asarray(row["vector"], dtype=np.float32),
            )
            for row in rows
        }

    def right_entries(self, chunks: Sequence[Chunk]) -> dict[str, tuple[Weights, Labels]]:
        """What should be stored of passages but for their vectors, by chunk id."""
        fields, found = self._fields(chunks), {}
        for chunk in chunks:
            row = _row(chunk, np.zeros(0), fields[chunk.document_id, chunk.version][1])
            found[chunk.chunk_id] = (row["terms"], tuple(row[name] for name in _LABELS))
        return found

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""
        return {chunk_id: vector for chunk_id, (_, _, vector) in self.entries(chunk_ids).items()} if chunk_ids else {}

    def count(self) -> int:
        """How many rows there are; none where the collection of them is not there yet."""

        def counted(client: MilvusClient) -> int:
            if not client.has_collection(ROWS, timeout=_PATIENCE_S):
                return 0
            found = client.query(
                ROWS, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=_PATIENCE_WRITING_S
            )
            return int(found[0]["count(*)"])

        return self._ask(counted)

    def chunk_ids(self) -> set[str]:
        """All ids (for reconciling with the catalogue)."""
        return set(self._ask(lambda client: list(_every_id(client))))


def _every_id(client: MilvusClient) -> Iterator[str]:
    if not client.has_collection(ROWS, timeout=_PATIENCE_S):
        return
    pages = client.query_iterator(
        ROWS, batch_size=MOST, filter="", output_fields=["chunk_id"], consistency_level="Strong", timeout=_PATIENCE_S
    )
    while rows := pages.next():
        yield from (str(row["chunk_id"]) for row in rows)
    pages.close()


def _row(chunk: Chunk, vector: np.ndarray, fields: DocumentFields) -> dict[str, Any]:
    organ = fields.organ.encode()[:_ORGAN_BYTES].decode(errors="ignore")
    return {
        "chunk_id": chunk.chunk_id,
        "document_id": chunk.document_id,
        "version": chunk.version,
        "kind": fields.kind,
        "organ": organ,
        "year": fields.year,
        "known": fields.known,
        "vector": np.asarray(vector, dtype=np.float32),
        "terms": passage_weights(chunk),
    }
