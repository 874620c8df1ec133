"""A process that has everything loaded and forks: each fork ingests, and is killed where it is told to be.

Run as a program: `python forking.py MODELS DOCUMENTS`. Reads orders as JSON lines, answers each with a JSON line.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from ingest.pipeline import build_document, find_files, ingest
from vectorstore.embedding import PolicyEmbeddings, load_embeddings
from vectorstore.embedding.base import ForwardPass, Prompt
from vectorstore.store import Store

TRACED = {
    "store.py",
    "store_reading.py",
    "store_writing.py",
    "catalogue.py",
    "catalogue_chunks.py",
    "catalogue_documents.py",
    "catalogue_file.py",
    "catalogue_writing.py",
    "chroma.py",
    "lexical.py",
    "lexical_snapshots.py",
    "states.py",
    "mending.py",
    "shared_files.py",
    "words.py",
}
TABLES = ("documents", "sources", "chunks", "unigrams", "bigrams")


class Remembered(PolicyEmbeddings):
    """The real model, whose answers are known beforehand: so a run is mostly writing, and kills fall into that."""

    def __init__(self, model: PolicyEmbeddings) -> None:
        self.model_id, self.dimensions, self.max_tokens = model.model_id, model.dimensions, model.max_tokens
        self.model = model
        self.known: dict[tuple[str, Prompt], ForwardPass] = {}

    def forward(self, text: str, prompt: Prompt) -> ForwardPass:
        if (text, prompt) not in self.known:
            self.known[text, prompt] = self.model.forward(text, prompt)
        return self.known[text, prompt]


def run_ingest(folder: Path, documents: Path, model: PolicyEmbeddings) -> None:
    with closing(Store(folder, model)) as store:
        summary = ingest([documents], store)
        assert not summary.failed, summary.failed


def run_remove(folder: Path, documents: Path, model: PolicyEmbeddings) -> None:
    with closing(Store(folder, model)) as store:
        for document in store.listing():
            store.remove(document.document_id)


def run_look(folder: Path, documents: Path, model: PolicyEmbeddings) -> None:
    """Write down what the index holds, after whatever opening it mends."""
    with closing(Store(folder, model)) as store:
        vectors = store.dense.vectors(sorted(store.dense.chunk_ids()))
        question = np.array(model.embed_query("mô hình dân vận khéo được công nhận"))
        held = {
            "vectors": {chunk_id: vector.tolist() for chunk_id, vector in vectors.items()},
            "lexical": store.lexical.chunk_ids(),
            "dense found": {chunk_id for chunk_id, _ in store.dense.search(question, 5, store.lexical.sizes())},
            "lexical found": {chunk_id for chunk_id, _ in store.lexical.search("mô hình dân vận khéo", 5)},
        }
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as catalogue:
        held |= {table: sorted(catalogue.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
    (folder / "held.pickle").write_bytes(pickle.dumps(held))


class Lines:
    """Counts lines run within the store's own modules, or only while documents are added; tells of the n-th.

    With `halt` it goes no further.
    """

    def __init__(self, tell_at: int | None, tell: int, *, adding: bool, halt: bool) -> None:
        self.tell_at, self.tell, self.halt, self.done = tell_at, tell, halt, 0
        self.within = not adding

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if Path(code.co_filename).name not in TRACED:
            return None
        adds = code.co_name == "add" and code.co_filename.endswith("store_writing.py")
        if adds and event == "call":
            self.within = True
        if event == "line" and self.within:
            self.done += 1
            if self.done == self.tell_at:
                os.write(self.tell, b"x")
                if self.halt:
                    signal.pause()
        return self


def obey(order: dict[str, Any], model: PolicyEmbeddings) -> dict[str, Any]:
    """Run an order in a fork; kill it at its line number `line`, or `after` seconds beyond."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        lines = Lines(order.get("line"), tell, adding=order.get("adding", False), halt="after" not in order)
        try:
            if order.get("traced") or order.get("line"):
                sys.settrace(lines)
            globals()[f"run_{order['run']}"](Path(order["folder"]), Path(order.get("documents", "")), model)
            status = 0
        finally:
            sys.settrace(None)
            if order.get("traced"):
                (Path(order["folder"]) / "lines").write_text(str(lines.done))
            os._exit(status)
    os.close(tell)
    if order.get("line") and os.read(told, 1):  # nothing to read: it ended before
        time.sleep(order.get("after", 0))
        os.kill(pid, signal.SIGKILL)
    os.close(told)
    return {"status": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}


def main(models: str, folders: Sequence[str]) -> None:
    model = Remembered(load_embeddings(None, Path(models)))
    for path in find_files([Path(folder) for folder in folders]):
        for chunk in build_document(path)[1]:
            model.forward(chunk.embedded_text, "passage")
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(json.loads(line), model)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
