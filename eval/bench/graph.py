"""`python -m eval bench graph`: what Chroma's graph costs and finds, by how it is set up."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings

from assistant.settings import load_settings
from eval.bench.output import emit, parser
from eval.bench.scale import MEASURED, read_texts
from eval.bench.scale_corpus import Pool, like, read_pool
from eval.bench.texts import SAMPLE
from vectorstore.embedding import load_embeddings, prepare_model

FOUND = 50  # neighbours compared with the exact ones
ASKED = 100
BREADTHS = (100, 200, 400, 800)


class Variant(NamedTuple):
    """How a collection is set up, and what is put into it."""

    name: str
    neighbours: int = 16
    construction: int = 200
    batch: int = 200
    texts: bool = False


VARIANTS = (
    Variant("as it is"),
    Variant("with texts", texts=True),
    Variant("32 neighbours", neighbours=32),
    Variant("construction 100", construction=100),
    Variant("batches of 2,000", batch=2000),
)


def main(arguments: Sequence[str]) -> int:
    """Time to add, room on disk, and recall and time of a search by how many neighbours are looked for."""
    options = parser("graph", main.__doc__ or "")
    options.add_argument("--chunks", type=int, default=20_000)
    options.add_argument("--texts", type=Path, action="append", help="folder of .txt or corpus.jsonl; repeatable")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    settings, chance = load_settings(), np.random.default_rng(given.seed)
    prepare_model(None, settings.data_dir)
    embeddings = load_embeddings(None, settings.data_dir, settings.embedding_threads)
    pool = read_pool(read_texts(given.texts or [SAMPLE / "documents"]), embeddings, MEASURED, chance)
    vectors, asked = like(pool.vectors, given.chunks, chance), like(pool.vectors, ASKED, chance)
    rows = [measured(variant, pool, vectors, asked) for variant in VARIANTS]
    emit("graph", rows, given.json, chunks=given.chunks, seed=given.seed)
    return 0


def measured(variant: Variant, pool: Pool, vectors: np.ndarray, asked: np.ndarray) -> dict[str, Any]:
    """Milliseconds of a processor and kilobytes for each chunk added, then recall and milliseconds by breadth."""
    folder = Path(tempfile.mkdtemp(prefix="graph-"))
    quiet = Settings(anonymized_telemetry=False)
    client = cast(Client, chromadb.PersistentClient(path=str(folder), settings=quiet))
    try:
        hnsw: Any = {"space": "cosine", "max_neighbors": variant.neighbours, "ef_construction": variant.construction}
        collection = client.create_collection("chunks", embedding_function=None, configuration={"hnsw": hnsw})
        started = time.process_time()
        for low, ids in _batches(len(vectors), variant.batch):
            collection.upsert(
                ids,
                embeddings=vectors[low : low + variant.batch],
                metadatas=[{"document_id": i[:-1], "version": 1, "kind": "body"} for i in ids],
                documents=[pool.passages[int(i) % len(pool.passages)] for i in ids] if variant.texts else None,
            )
        row = {"stack": variant.name, "add_ms": (time.process_time() - started) / len(vectors) * 1000}
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return row | {"kb": size / len(vectors) / 1024} | _searched(collection, vectors, asked)
    finally:
        client.close()
        shutil.rmtree(folder)


def _batches(count: int, size: int) -> Iterator[tuple[int, list[str]]]:
    for low in range(0, count, size):
        yield low, [f"{i:08d}" for i in range(low, min(low + size, count))]


def _searched(collection: chromadb.Collection, vectors: np.ndarray, asked: np.ndarray) -> dict[str, float]:
    exact = [{f"{i:08d}" for i in row} for row in np.argsort(-(asked @ vectors.T), axis=1)[:, :FOUND]]
    found: dict[str, float] = {}
    for breadth in BREADTHS:
        started = time.process_time()
        near = [
            collection.query(query_embeddings=one[None, :], n_results=breadth, include=["distances"]) for one in asked
        ]
        found[f"search_{breadth}_ms"] = (time.process_time() - started) / len(asked) * 1000
        shares = [len(set(own["ids"][0][:FOUND]) & right) / FOUND for own, right in zip(near, exact, strict=True)]
        found[f"recall_{breadth}"] = float(np.mean(shares))
    return found
