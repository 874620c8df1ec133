"""The same passages with the embedded indexes and with an engine: rates, times, recall, bytes.

The engine is Milvus in its local form: its graphs are those of the distributed one (HNSW, also over int8), the rest of
it is written in Python for small corpora. So bytes and recall of graphs carry over, times do not.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.milvus_server import MilvusServer
from eval.bench.sizing_probe import DEPTH, resident
from vectorstore.catalogue import Catalogue
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.engine import EngineAddress
from vectorstore.engine.rows import ROWS
from vectorstore.errors import NotReadyError
from vectorstore.store import Store

_PATIENCE_S = 600
_ASKED = 60


def compare(source: Path, scratch: Path, embeddings: PolicyEmbeddings) -> list[dict[str, Any]]:
    """A row for the embedded indexes and one for each kind of graph that the engine keeps."""
    questions = json.loads((source / "questions.json").read_text(encoding="utf-8"))[:_ASKED]
    vectors = [np.array(embeddings.embed_query(question), dtype=np.float32) for question in questions]
    rows = []
    for name, quantised in (("embedded", None), ("milvus-lite", False), ("milvus-lite int8", True)):
        shutil.rmtree(scratch, ignore_errors=True)
        (scratch / "index").mkdir(parents=True)
        with closing(Catalogue(source / "index" / "catalogue.sqlite3")) as catalogue:
            catalogue.copy_to(scratch / "index" / "catalogue.sqlite3")
        if quantised is None:
            rows.append({"stack": name} | _measured(lambda: Store(scratch / "index", embeddings), vectors, questions))
            continue
        with MilvusServer(scratch / "milvus") as server:
            address = EngineAddress(server.address, quantised=quantised)
            opens = lambda address=address: Store(scratch / "index", embeddings, engine=address)  # noqa: E731
            row = {"stack": name} | _measured(opens, vectors, questions, server)
            row["server_memory"] = resident(server.process.pid)
            row |= _on_disk(scratch / "milvus", row["passages"])
            rows.append(row)
    shutil.rmtree(scratch, ignore_errors=True)
    return rows


def _measured(
    opens: Callable[[], Store],
    vectors: Sequence[np.ndarray],
    questions: Sequence[str],
    server: MilvusServer | None = None,
) -> dict[str, Any]:
    """Opening makes the indexes from the catalogue, as an ingest does but for reading and embedding."""
    started, worked = time.perf_counter(), time.process_time()
    with closing(opens()) as store:
        taken, worked = time.perf_counter() - started, time.process_time() - worked
        passages = len(store.catalogue.ready_chunk_ids())
        if server:
            _on_disk_alone(server, store, questions[0])
        found = {
            "passages": passages,
            "indexed_a_second": passages / taken,
            "indexing_own_cpu_ms": worked * 1000 / passages,
            "dense_p50_ms": _median_ms(lambda v: store.nearest(v, DEPTH), vectors),
            "lexical_p50_ms": _median_ms(lambda q: store.by_words(q, DEPTH), questions),
        }
        return found | {"recall": _recall(store, vectors)}


def _on_disk_alone(server: MilvusServer, store: Store, question: str) -> None:
    """Have the local form index what it has; the first search after that loads it."""
    from pymilvus import MilvusClient

    with closing(MilvusClient(server.address)) as client:
        client.flush(ROWS, timeout=_PATIENCE_S)
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            store.by_words(question, DEPTH)
            return
        except NotReadyError:
            if time.monotonic() > deadline:
                raise


def _median_ms(act: Callable[[Any], object], over: Sequence[Any]) -> float:
    taken = []
    for one in [*over[:10], *over]:
        started = time.perf_counter()
        act(one)
        taken.append((time.perf_counter() - started) * 1000)
    return float(np.median(taken[10:]))


def _recall(store: Store, vectors: Sequence[np.ndarray]) -> float:
    """Share of the exact nearest that are found."""
    ids, matrix = store.catalogue.vectors_of([(d.document_id, d.version) for d in store.listing()])
    shares = []
    for vector in vectors:
        exact = {ids[i] for i in np.argsort(-(matrix @ vector))[:DEPTH]}
        shares.append(len(exact & {chunk_id for chunk_id, _ in store.nearest(vector, DEPTH)}) / DEPTH)
    return float(np.mean(shares))


def _on_disk(folder: Path, passages: int) -> dict[str, float]:
    """Bytes a passage: the rows, and the graph with its vectors."""
    kinds = {"rows_bytes": "*.parquet", "graph_bytes": "*.vector.*"}
    return {n: sum(f.stat().st_size for f in folder.rglob(pattern)) / passages for n, pattern in kinds.items()}
