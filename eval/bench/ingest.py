"""`python -m eval bench ingest`: how fast documents become searchable, against embedding alone and the stock stack."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.settings import Settings, load_settings
from assistant.wiring import ingest_paths, open_embeddings
from eval.bench.baseline import Baseline, Text
from eval.bench.clock import Clock, PeakMemory
from eval.bench.output import emit, parser, ratio
from eval.bench.recombine import recombined
from eval.bench.texts import SAMPLE, read_texts, write_texts
from vectorstore.embedding import prepare_model
from vectorstore.store import Store

TURN = 7  # documents; then the same passages are embedded alone


def main(arguments: Sequence[str]) -> int:
    """Command line of the benchmark; returns the exit code."""
    options = parser("ingest", main.__doc__ or "")
    options.add_argument("--corpus", type=Path, default=SAMPLE / "documents", help="folder, or corpus.jsonl")
    options.add_argument("--sizes", default="16", help="numbers of documents, e.g. 50,200")
    options.add_argument("--documents", type=int, help="this many, made of the corpus's articles where it has fewer")
    given = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        _, texts = read_texts(given.corpus, (), Path(scratch) / "passages")
        if given.documents:
            texts, given.sizes = recombined(texts, given.documents), str(given.documents)
        sizes = sorted({min(int(size), len(texts)) for size in given.sizes.split(",")})
        settings = load_settings()
        rows = [row for size in sizes for row in measure(texts[:size], Path(scratch), not given.no_stock, settings)]
    emit("ingest", rows, given.json, corpus=str(given.corpus), sizes=sizes)
    return 0


def measure(texts: Sequence[Text], scratch: Path, stock: bool, settings: Settings) -> list[dict[str, Any]]:
    """Rows for ours, embedding alone of the same passages, the stock stack, and their ratios at one size.

    They take turns every few documents, so that whatever else the machine does strikes all of them. Memory is ours
    only where the stock stack is left out.
    """
    folder = scratch / f"ours-{len(texts)}"
    files = sorted(write_texts(texts, folder / "files").iterdir())
    if settings.embedding_model is None:
        prepare_model(None, settings.data_dir)  # at once if it is there
    embeddings = open_embeddings(settings)
    embeddings.embed_documents([texts[0].text])  # reads the model into memory
    baseline = _baseline(scratch / f"stock-{len(texts)}", settings) if stock else None
    memory = PeakMemory()
    whole, alone, other, passages, chunks = Clock(), Clock(), Clock(), 0, 0
    with closing(Store(folder / "index", embeddings)) as store, memory:
        for start in range(0, len(files), TURN):
            with whole:
                results = ingest_paths(settings, files[start : start + TURN], store=store).results
            ids = [result.document_id for result in results if result.chunks]
            batch = [chunk.embedded_text for held in ids for chunk in store.catalogue.document_chunks(held, 1)]
            passages += len(batch)
            with alone:
                embeddings.embed_documents(batch)
            if baseline:
                with other:
                    chunks += baseline.ingest(texts[start : start + TURN])
    rows = [_row("ours", texts, whole, passages), _row("embedding only", texts, alone, passages)]
    rows.append(_compared("ours / embedding only", *rows[:2]))
    if not baseline:
        rows[0]["peak_memory_mb"] = memory.megabytes
        return rows
    rows.append(_row("stock", texts, other, chunks))
    return [*rows, _compared("ours / stock", rows[0], rows[-1])]


def _baseline(folder: Path, settings: Settings) -> Baseline:
    """The stock stack, ready to work, without the file that its model was read from."""
    baseline = Baseline(folder, settings.embedding_model, settings.embedding_threads)
    baseline.search("khởi động", 1)
    shutil.rmtree(folder / "model-fp32", ignore_errors=True)
    return baseline


def _compared(name: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    keys = ("seconds", "processor_s", "documents_per_s", "characters_per_s")
    return {"stack": name, "documents": one["documents"], **{key: ratio(one[key], other[key]) for key in keys}}


def _row(stack: str, texts: Sequence[Text], clock: Clock, chunks: int) -> dict[str, Any]:
    characters = sum(len(text.text) for text in texts)
    return {
        "stack": stack,
        "documents": len(texts),
        "chunks": chunks,
        "seconds": clock.seconds,
        "processor_s": clock.processor_s,
        "documents_per_s": len(texts) / clock.seconds,
        "characters_per_s": characters / clock.seconds,
    }
