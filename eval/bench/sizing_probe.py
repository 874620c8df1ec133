"""What an index of `bench scale` takes: `python -m eval.bench.sizing_probe FOLDER [PART]`, in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from assistant.chain import PolicyAssistant
from assistant.settings import load_settings
from assistant.types import Query
from assistant.wiring import open_assistant
from vectorstore.catalogue import Catalogue
from vectorstore.chroma import DenseIndex
from vectorstore.engine.bm25 import passage_weights
from vectorstore.lexical_collections import LexicalCollections
from vectorstore.lexical_snapshots import LexicalSnapshots
from vectorstore.listing import Listings
from vectorstore.store import Store
from vectorstore.text.symbols import find_symbols

ASKED, DEPTH, MEASURED = 100, 50, 1_000


def probe(folder: Path) -> dict[str, Any]:
    """Bytes on disk by part, of memory in all, and processor milliseconds of a search by its parts."""
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))[:ASKED]
    assistant = open_assistant(load_settings(data_dir=folder, answer_cache=0))
    store = assistant.store
    vectors = [np.array(store.embeddings.embed_query(question), dtype=np.float32) for question in questions]
    found = {"passages": store.catalogue.rows("SELECT count(*) AS n FROM chunks")[0]["n"]}
    found |= {f"{name}_disk": _bytes(folder / "index", name) for name in ("catalogue", "chroma", "lexical")}
    found |= {
        "documents": len(store.listing()),
        "dense_cpu_ms": _processor_ms(lambda v: store.nearest(v, DEPTH), vectors),
        "lexical_cpu_ms": _processor_ms(lambda q: store.by_words(q, DEPTH), questions),
        "answer_cpu_ms": _processor_ms(lambda q: _ask(assistant, q), questions),
        "embed_cpu_ms": _embedding_ms(store),
        "terms": _terms(store),
        "memory": resident(),
    }
    return found


def part(folder: Path, name: str) -> int:
    """Resident bytes that a part adds to the bare program once it has been used: documents, chroma or lexical."""
    index = folder / "index"
    with closing(Catalogue(index / "catalogue.sqlite3")) as catalogue, closing(DenseIndex(index / "chroma")) as dense:
        some = catalogue.vectors_of([("scale-00000001", 1)])[1][0]
        before = resident()
        used: object
        if name == "documents":
            listing = Listings().of(catalogue.listing(), None)
            used = listing, listing.named(find_symbols("01/2012/QĐ-UBND")[0]), listing.by_id
        elif name == "chroma":
            used = dense.search(some, DEPTH)
        else:
            words = LexicalCollections(LexicalSnapshots(index / "lexical").opened(catalogue.lexical()))
            used = words, words.search("công tác dân vận của tỉnh năm 2022", DEPTH)
        assert used
        return resident() - before


def _ask(assistant: PolicyAssistant, question: str) -> None:
    assistant.ask(Query(question=question))


def _processor_ms(act: Callable[[Any], object], over: Iterable[Any]) -> float:
    """Processor time of this process, all threads, for one; warm."""
    every = list(over)
    for one in every[:10]:
        act(one)
    started = time.process_time()
    for one in every:
        act(one)
    return (time.process_time() - started) * 1000 / len(every)


def _embedding_ms(store: Store) -> float:
    rows = store.catalogue.rows("SELECT document_id, version FROM documents LIMIT 4")
    chunks = [chunk for row in rows for chunk in store.catalogue.document_chunks(*row)]
    return _processor_ms(lambda chunk: store.embed([chunk]), chunks)


def _terms(store: Store) -> float:
    """Terms of a passage, with and without diacritics."""
    rows = store.catalogue.rows("SELECT document_id, version FROM documents LIMIT ?", (MEASURED // 10,))
    chunks = [chunk for row in rows for chunk in store.catalogue.document_chunks(*row)]
    return float(np.mean([len(passage_weights(chunk)) for chunk in chunks]))


def _bytes(folder: Path, name: str) -> int:
    """Of the files of that name, or in the folder of it."""
    return sum(f.stat().st_size for path in folder.glob(f"{name}*") for f in (path, *path.rglob("*")) if f.is_file())


def resident(process: int | str = "self") -> int:
    """Resident bytes of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


if __name__ == "__main__":
    print(json.dumps(part(Path(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else probe(Path(sys.argv[1]))))
