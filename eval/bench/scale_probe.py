"""One index measured in a process of its own: `python -m eval.bench.scale_probe FOLDER QUESTIONS.json` prints JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from assistant.chain import PolicyAssistant
from assistant.settings import load_settings
from assistant.types import Filters, Query
from assistant.wiring import open_assistant
from eval.bench.scale_corpus import COLLECTIONS
from vectorstore.chroma import DenseIndex
from vectorstore.store import Store

DEPTH = 50  # neighbours compared with the exact ones
COMPARED = 100  # questions
_WARM_UP = 40


def probe(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Time to open, retrieval and answers with and without restrictions, memory, recall of the approximate search.

    What is asked first waits for the disk; "retrieval" asks other questions once many have been answered.
    """
    assistant, taken = _opened(folder, questions[0])
    row: dict[str, Any] = {"open_s": taken}
    size = {"stack": f"{assistant.store.dense.count():,} chunks", "documents": len(assistant.store.listing())}
    ways: dict[str, tuple[PolicyAssistant, Filters | None, date | None]] = {
        "asked_first": (assistant, None, None),
        "filtered": (assistant, Filters(doc_type="Chỉ thị", year_from=2018), None),
        "as_of": (assistant, None, date(2021, 6, 30)),
        "reader_of_90%": (assistant.limited_to(COLLECTIONS[:2]), None, None),
        "reader_of_2%": (assistant.limited_to(COLLECTIONS[3:]), None, None),
    }
    for name, (asked, filters, day) in ways.items():
        row |= _timed(name, questions, lambda q, a=asked, f=filters, d=day: a.search(q, a.retrieve_k, f, d))  # type: ignore[misc]
    row |= _timed("retrieval", recombined(questions), lambda q: assistant.search(q, assistant.retrieve_k))
    row |= _timed("answer", questions, lambda q: assistant.ask(Query(question=q)))
    row["memory_mb"] = _resident_mb()
    row["recall"] = _recall(assistant.store, questions[:COMPARED])
    assistant.store.close()
    again, row["open_again_s"] = _opened(folder, questions[0])
    again.store.close()
    return size | row


def recombined(questions: Sequence[str]) -> list[str]:
    """As many questions that nobody has asked: each begins like one of these and ends like the next."""
    halves = [(words[: len(words) // 2], words[len(words) // 2 :]) for words in map(str.split, questions)]
    return [" ".join(halves[i - 1][0] + halves[i][1]) for i in range(len(halves))]


def _opened(folder: Path, question: str) -> tuple[PolicyAssistant, float]:
    """The assistant with a first question asked, and the seconds that took."""
    started = time.perf_counter()
    assistant = open_assistant(load_settings(data_dir=folder))
    assistant.search(question, 1)
    return assistant, time.perf_counter() - started


def _timed(name: str, questions: Sequence[str], ask: Callable[[str], object]) -> dict[str, float]:
    """Milliseconds at the median and the 95th percentile, warm; different questions warm up."""
    for question in questions[-_WARM_UP:]:
        ask(question)
    taken = []
    for question in questions[:-_WARM_UP]:
        started = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - started) * 1000)
    return {f"{name}_p{share}_ms": float(np.percentile(taken, share)) for share in (50, 95)}


def _resident_mb() -> float | None:
    """Resident memory of this process; None where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def _recall(store: Store, questions: Sequence[str]) -> float:
    """Share of the exact nearest neighbours that the approximate search finds."""
    asked = np.array([store.embeddings.embed_query(question) for question in questions], dtype=np.float32)
    ids: list[str] = []
    scores: list[np.ndarray] = []
    listing = sorted((d.document_id, d.version) for d in store.listing())
    for start in range(0, len(listing), 2000):
        own, vectors = store.catalogue.vectors_of(listing[start : start + 2000])
        ids += own
        scores.append(asked @ vectors.T)
    every = np.concatenate(scores, axis=1)
    exact = np.argsort(-every, axis=1)[:, :DEPTH]
    assert isinstance(store.dense, DenseIndex)
    found = [{chunk_id for chunk_id, _ in store.dense.search(vector, DEPTH, store.lexical.sizes())} for vector in asked]
    shares = [len({ids[i] for i in row} & near) / DEPTH for row, near in zip(exact, found, strict=True)]
    return float(np.mean(shares))


if __name__ == "__main__":
    print(json.dumps(probe(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))))
