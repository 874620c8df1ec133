"""`python -m eval bench ingest`: how fast documents become searchable, against embedding alone and the stock stack."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.settings import Settings, load_settings
from eval.bench.baseline import Baseline, Text
from eval.bench.output import emit, parser, ratio
from eval.bench.texts import SAMPLE, read_texts, write_texts
from eval.corpus import open_corpus
from eval.systems import open_local


def main(arguments: Sequence[str]) -> int:
    """Command line of the benchmark; returns the exit code."""
    options = parser("ingest", main.__doc__ or "")
    options.add_argument("--corpus", type=Path, default=SAMPLE / "documents", help="folder, or corpus.jsonl")
    options.add_argument("--sizes", default="16", help="numbers of documents, e.g. 50,200")
    given = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        _, texts = read_texts(given.corpus, (), Path(scratch) / "passages")
        sizes = sorted({min(int(size), len(texts)) for size in given.sizes.split(",")})
        settings = load_settings()
        rows = [row for size in sizes for row in measure(texts[:size], Path(scratch), not given.no_stock, settings)]
    emit("ingest", rows, given.json, corpus=str(given.corpus), sizes=sizes)
    return 0


def measure(texts: Sequence[Text], scratch: Path, stock: bool, settings: Settings) -> list[dict[str, Any]]:
    """Rows for ours, stock and their ratio at one size. Ours includes opening the model (below a second)."""
    rows = _ours(texts, scratch / f"ours-{len(texts)}", settings)
    if stock:
        rows.append(_stock(texts, scratch / f"stock-{len(texts)}", settings))
        rows.append(_compared("ours / stock", rows[0], rows[-1]))
    return rows


def _compared(name: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    keys = ("seconds", "documents_per_s", "characters_per_s")
    return {"stack": name, "documents": one["documents"], **{key: ratio(one[key], other[key]) for key in keys}}


def _ours(texts: Sequence[Text], folder: Path, settings: Settings) -> list[dict[str, Any]]:
    """The whole way, then embedding alone of the same passages, and what share of its rate the whole way keeps."""
    corpus = open_corpus(write_texts(texts, folder / "files"), ())
    warm = write_texts([texts[0]], folder / "warm")
    open_local(settings, open_corpus(warm, ()), folder / "warm-index").close()  # reads the model into the page cache
    started = time.perf_counter()
    with closing(open_local(settings, corpus, folder / "index")) as system:
        seconds = time.perf_counter() - started
        store = system.assistant.store
        stored = store.catalogue.chunks(sorted(store.catalogue.ready_chunk_ids()))
        passages = [chunk.embedded_text for chunk, _ in stored.values()]
        started = time.perf_counter()
        store.embeddings.embed_documents(passages)
        alone = time.perf_counter() - started
    whole, embedding = _row("ours", texts, seconds, len(passages)), _row("embedding only", texts, alone, len(passages))
    return [whole, embedding, _compared("ours / embedding only", whole, embedding)]


def _stock(texts: Sequence[Text], folder: Path, settings: Settings) -> dict[str, Any]:
    baseline = Baseline(folder, settings.embedding_model, settings.embedding_threads)
    baseline.search("khởi động", 1)
    started = time.perf_counter()
    chunks = baseline.ingest(texts)
    seconds = time.perf_counter() - started
    shutil.rmtree(folder / "model-fp32", ignore_errors=True)
    return _row("stock", texts, seconds, chunks)


def _row(stack: str, texts: Sequence[Text], seconds: float, chunks: int) -> dict[str, Any]:
    characters = sum(len(text.text) for text in texts)
    return {
        "stack": stack,
        "documents": len(texts),
        "chunks": chunks,
        "seconds": seconds,
        "documents_per_s": len(texts) / seconds,
        "characters_per_s": characters / seconds,
    }
