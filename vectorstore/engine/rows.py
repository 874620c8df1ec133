"""What the engine keeps of a passage: one row, in the partition of its collection."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.conditions import DocumentFields
from vectorstore.engine.bm25 import passage_weights
from vectorstore.records import Chunk

if TYPE_CHECKING:
    from pymilvus import MilvusClient

ROWS = "policy_passages"
LABELS = ("document_id", "version", "kind", "organ", "year", "known")
_ORGAN_BYTES = 2_048
_PATIENCE_S = 60.0


def partition(collection: str) -> str:
    """The partition of a collection of any name."""
    return "c_" + hashlib.sha256(collection.encode()).hexdigest()[:24]


def make_collection(client: MilvusClient, dimensions: int, *, quantised: bool) -> None:
    """Make the collection of rows with its indexes, to be searched from then on."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("chunk_id", DataType.VARCHAR, max_length=24, is_primary=True)
    schema.add_field("document_id", DataType.VARCHAR, max_length=256)
    schema.add_field("version", DataType.INT64)
    schema.add_field("kind", DataType.VARCHAR, max_length=256)
    schema.add_field("organ", DataType.VARCHAR, max_length=_ORGAN_BYTES)
    schema.add_field("year", DataType.INT64)
    schema.add_field("known", DataType.INT64)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
    schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
    index = client.prepare_index_params()
    graph: dict[str, Any] = {"M": 16, "efConstruction": 200} | ({"sq_type": "SQ8"} if quantised else {})
    index.add_index("vector", index_type="HNSW_SQ" if quantised else "HNSW", metric_type="COSINE", params=graph)
    index.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    index.add_index("document_id", index_type="INVERTED")
    client.create_collection(ROWS, schema=schema, consistency_level="Bounded", timeout=_PATIENCE_S)
    client.create_index(ROWS, index, sync=False, timeout=_PATIENCE_S)  # of nothing yet
    client.load_collection(ROWS, timeout=_PATIENCE_S)


def as_row(chunk: Chunk, vector: np.ndarray, fields: DocumentFields) -> dict[str, Any]:
    """The row of a passage, with its vector (d,) and the fields of its document."""
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
