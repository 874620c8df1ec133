"""`python -m eval bench scale`: what retrieval, answers, memory and opening cost as the corpus grows."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from assistant.settings import load_settings
from eval.bench.output import emit, parser
from eval.bench.scale_corpus import Pool, grow, questions, read_pool
from eval.bench.texts import SAMPLE
from eval.formats import read_passages
from vectorstore.embedding import load_embeddings, prepare_model
from vectorstore.store import Store

MEASURED = 1500  # real passages whose vectors all others are drawn from
ASKED = 210
_PLOTTED = ("retrieval_p95_ms", "filtered_p95_ms", "as_of_p95_ms", "reader_of_90%_p95_ms", "answer_p95_ms")


def main(arguments: Sequence[str]) -> int:
    """Cost against size. Building takes about 20 minutes for each million passages; an index that is there is kept."""
    options = parser("scale", main.__doc__ or "")
    options.add_argument("--sizes", default="10000", help="numbers of passages, e.g. 10000,100000,1000000")
    options.add_argument("--texts", type=Path, action="append", help="folder of .txt or corpus.jsonl; repeatable")
    options.add_argument("--cache", type=Path, default=Path("eval-results/scale"), help="where the indexes are kept")
    options.add_argument("--plot", type=Path, help="file for a plot of cost against size (.svg or .png)")
    options.add_argument("--cold", action="store_true", help="forget what is read of the disk first (Linux, as root)")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    rows = []
    for size in sorted(int(size) for size in given.sizes.split(",")):
        folder = given.cache / f"{size}-{given.seed}"
        asked = _build(folder, size, read_texts(given.texts or [SAMPLE / "documents"]), given.seed)
        if given.cold:
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
        command = [sys.executable, "-m", "eval.bench.scale_probe", str(folder), str(asked)]
        rows.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
    emit("scale", rows, given.json, texts=[str(path) for path in given.texts or ()], seed=given.seed, cold=given.cold)
    if given.plot:
        given.plot.write_bytes(plot(rows, given.plot.suffix.lstrip(".")))
    return 0


def read_texts(paths: Sequence[Path]) -> list[str]:
    """The texts to recombine: .txt and .md files of a folder, or the passages of a corpus.jsonl."""
    texts: list[str] = []
    for path in paths:
        if path.suffix == ".jsonl":
            texts += [passage.text for passage in read_passages(path, [])]
        else:
            files = sorted(file for file in path.rglob("*") if file.suffix in (".txt", ".md"))
            texts += [file.read_text(encoding="utf-8") for file in files]
    return texts


def _build(folder: Path, size: int, texts: Sequence[str], seed: int) -> Path:
    """The index in `folder`, made unless it is there; returns the file of the questions to ask."""
    asked = folder / "questions.json"
    if asked.exists():
        return asked
    prepare_model(None, folder)
    store = Store(folder / "index", load_embeddings(None, folder, load_settings().embedding_threads))
    pool: Pool = read_pool(texts, store.embeddings, MEASURED, np.random.default_rng(seed))
    grow(store, pool, size, seed)
    store.close()
    asked.write_text(json.dumps(questions(pool, ASKED, np.random.default_rng(seed + 1))), encoding="utf-8")
    return asked


def plot(rows: Sequence[dict[str, Any]], kind: str) -> bytes:
    """p95 of each way of asking, memory and time to open, over the number of chunks (logarithmic)."""
    sizes = [int(row["stack"].split()[0].replace(",", "")) for row in rows]
    with mpl.rc_context({"svg.hashsalt": "eval", "font.size": 8.5}):
        figure = Figure(figsize=(9, 3.2), layout="constrained")
        left, middle, right = figure.subplots(1, 3)
        for name in _PLOTTED:
            left.plot(sizes, [row[name] for row in rows], marker="o", label=name.removesuffix("_p95_ms"))
        middle.plot(sizes, [row["memory_mb"] / 1024 for row in rows], marker="o")
        right.plot(sizes, [row["open_s"] for row in rows], marker="o")
        for axes, label in ((left, "p95, ms"), (middle, "memory, GB"), (right, "opening, s")):
            axes.set(xscale="log", xlabel="passages", ylabel=label, ylim=(0, None))
        left.legend(frameon=False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return buffer.getvalue()
