"""`python -m eval bench sizing`: what 10 and 100 million passages take, worked out from what smaller indexes do.

Measured: bytes on disk and in memory for each passage and document (of two indexes of `bench scale`), processor time
of answers and of embedding, the graphs of an engine, the terms of a passage and how their number grows. Reckoned from
these: what grows in proportion. Not measured, and so not told: how fast a distributed engine answers.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import load_settings
from eval.bench.output import emit, parser
from eval.bench.scale import read_texts
from eval.bench.sizing_engine import compare
from eval.bench.texts import SAMPLE
from vectorstore.embedding import load_embeddings
from vectorstore.engine.bm25 import passage_weights
from vectorstore.records import Chunk

GB = 1e9
# Of Milvus, taken from how it keeps them and not measured:
POSTING = 8  # bytes of a term of a passage: the passage's number and the weight
TERM = 100  # bytes of each different term of a segment
FIELDS = 200  # bytes of a row's other fields and its id
SEGMENT = 1e9  # bytes of rows
USED = 0.7  # of a machine's memory, so that segments can be loaded, merged and moved
_PARTS = ("documents", "chroma", "lexical")
_WORDS = 140  # of a passage made to count terms
Measures = Mapping[str, float]


def main(arguments: Sequence[str]) -> int:
    """Machines, memory and disk for as many passages as are asked for, from two indexes that `bench scale` made."""
    options = parser("sizing", main.__doc__ or "")
    options.add_argument("--cache", type=Path, default=Path("eval-results/scale"), help="where they are")
    options.add_argument("--sizes", default="10000,100000", help="numbers of passages of the two indexes")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--texts", type=Path, action="append", help="real texts, whose terms are counted; repeatable")
    options.add_argument("--passages", default="1000000,10000000,100000000", help="to be reckoned")
    options.add_argument("--machine-gb", type=float, default=64, help="memory of one machine")
    given = options.parse_args(arguments)
    small, large = (given.cache / f"{size}-{given.seed}" for size in given.sizes.split(","))
    probed = [_probed(small), _probed(large)]
    embeddings = load_embeddings(None, small, load_settings().embedding_threads)
    compared = compare(small, given.cache / "sizing", embeddings)
    measured = rates(probed[0], probed[1], compared) | vocabulary(read_texts(given.texts or [SAMPLE / "documents"]))
    plans = [plan(measured, int(n), given.machine_gb * GB) for n in given.passages.split(",")]
    rows = [{"stack": f"index of {p['passages']:,}"} | p for p in probed] + compared
    rows += [{"stack": "measured"} | measured, *plans]
    emit("sizing", rows, given.json, sizes=given.sizes, machine_gb=given.machine_gb)
    return 0


def _probed(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.bench.sizing_probe", str(folder)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for part in _PARTS:
        told = subprocess.run([*command, part], check=True, capture_output=True, text=True).stdout
        found[f"{part}_memory"] = json.loads(told)
    return found


def rates(small: Measures, large: Measures, compared: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Bytes for each further passage or document, and processor times of the large index."""

    def further(name: str, of: str = "passages") -> float:
        return (large[name] - small[name]) / (large[of] - small[of])

    found = {name: further(name) for name in ("catalogue_disk", "chroma_disk", "lexical_disk", "memory")}
    found |= {name: further(name) for name in ("chroma_memory", "lexical_memory")}
    found["document_memory"] = further("documents_memory", "documents")
    found["passages_a_document"] = large["passages"] / large["documents"]
    found["program_memory"] = small["memory"] - found["memory"] * small["passages"]
    found |= {name: large[name] for name in ("answer_cpu_ms", "embed_cpu_ms", "terms")}
    _, plain, int8 = compared
    return found | {"rows_disk": plain["rows_bytes"], "graph": plain["graph_bytes"], "graph_int8": int8["graph_bytes"]}


def vocabulary(texts: Sequence[str]) -> dict[str, float]:
    """How many different terms real passages have: `first` times their number to the power of `power` (Heaps)."""
    words = [word for text in texts for word in text.split()]
    passages = [" ".join(words[start : start + _WORDS]) for start in range(0, len(words), _WORDS)]
    seen: set[int] = set()
    counts = []
    for text in passages:
        seen.update(passage_weights(Chunk("", 1, 0, len(text), text, ())))
        counts.append(len(seen))
    half = len(counts) // 2
    power = float(np.log(counts[-1] / counts[half - 1]) / np.log(len(counts) / half))
    return {"different_terms_power": power, "different_terms_first": counts[-1] / len(counts) ** power}


def plan(measured: Measures, passages: int, machine: float) -> dict[str, Any]:
    """What so many passages take: gigabytes, machines, days of one processor core."""
    answering = measured["program_memory"] + passages / measured["passages_a_document"] * measured["document_memory"]
    terms = measured["terms"] * POSTING
    row: dict[str, Any] = {
        "stack": f"{passages:,} passages",
        "catalogue_disk_gb": passages * measured["catalogue_disk"] / GB,
        "answering_memory_gb": answering / GB,
        "embedded_memory_gb": (measured["program_memory"] + passages * measured["memory"]) / GB,
        "embedded_disk_gb": passages * sum(measured[f"{n}_disk"] for n in ("catalogue", "chroma", "lexical")) / GB,
        "chroma_server_memory_gb": passages * measured["chroma_memory"] / GB,
        "chroma_server_disk_gb": passages * measured["chroma_disk"] / GB,
        "lexical_disk_gb": passages * measured["lexical_disk"] / GB,
        "answers_a_second_a_core": 1000 / measured["answer_cpu_ms"],
        "embedding_core_days": passages * measured["embed_cpu_ms"] / 1000 / 86_400,
    }
    for name, graph in (("engine", measured["graph"]), ("engine_int8", measured["graph_int8"])):
        rows = graph + terms + FIELDS + _different_terms(measured, graph + terms + FIELDS)
        row |= {
            f"{name}_memory_gb": passages * rows / GB,
            f"{name}_machines": math.ceil(passages * rows / (USED * machine)),
            f"{name}_disk_gb": passages * (measured["rows_disk"] + rows) / GB,
        }
    return row


def _different_terms(measured: Measures, row: float) -> float:
    """Bytes of the different terms of a segment, for each of its passages."""
    passages = SEGMENT / row
    return float(TERM * measured["different_terms_first"] * passages ** (measured["different_terms_power"] - 1))
