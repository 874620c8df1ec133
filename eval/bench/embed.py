"""`python -m eval bench embed`: the prepared default model against plain sentence-transformers in fp32, same run."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant.settings import load_settings
from eval.bench.embed_profile import profile
from eval.bench.output import emit, parser, ratio
from eval.environment import environment
from vectorstore.embedding import PolicyEmbeddings, load_embeddings, prepare_model
from vectorstore.embedding.bundled import PROMPTS, write_sentence_transformer
from vectorstore.embedding.export import load_sentence_transformer
from vectorstore.embedding.manifest import model_folder

SAMPLE = Path(__file__).parents[1] / "sample"
WORDS = 98  # Vietnamese syllables a passage: about 125 tokens of the model
ROUNDS = 4  # the ways take turns, so that whatever else the machine does strikes both
THREADS = 2
MEASURES = ("passages_per_s", "query_p50_ms", "query_p95_ms")


class Way(NamedTuple):
    """One way of embedding: passages in one call, or one question."""

    name: str
    documents: Callable[[list[str]], Any]
    query: Callable[[str], Any]


def main(arguments: Sequence[str]) -> int:
    """Command line of the benchmark; returns the exit code."""
    options = parser("embed", main.__doc__ or "")
    options.add_argument("--passages", type=int, default=200, help="how many passages of about 125 tokens")
    options.add_argument("--profile", action="store_true", help="also say where the time goes, by operator")
    given = options.parse_args(arguments)
    result = run(load_settings().data_dir, given.passages, stock=not given.no_stock)
    if given.profile:
        folder = model_folder(None, load_settings().data_dir)
        texts, speed = sample_passages(50), result["rows"][0]["passages_per_s"]
        result["profile"] = profile(folder, texts, result["tokens_per_passage"], speed, THREADS)
    if given.json:
        parameters = {
            key: result.get(key) for key in ("passages", "queries", "tokens_per_passage", "fidelity", "profile")
        }
        emit("embed", result["rows"], as_json=True, **parameters)
    else:
        print(render(result))
    return 0


def run(data_dir: Path, passages: int = 200, stock: bool = True) -> dict[str, Any]:
    """Measure both ways of embedding on the sample corpus: passages a second, milliseconds a query, fidelity.

    Prepares the default model under `data_dir` if need be. `rows` has one entry a way and their ratio (ours / stock);
    `fidelity` is the mean and least cosine between the two ways' vectors; `environment` names machine and versions.
    """
    prepare_model(None, data_dir)
    texts, questions = sample_passages(max(passages, ROUNDS)), sample_questions()
    model = load_embeddings(None, data_dir, THREADS)
    ways = [Way("onnx int8", model.embed_documents, model.embed_query)]
    if stock:
        ways.append(_stock())
    rows, vectors = _measure(ways, texts, questions)
    fidelity = None
    if stock:
        rows.append({"way": "ours / stock"} | {key: ratio(rows[0][key], rows[1][key]) for key in MEASURES})
        similarity = np.einsum("nd,nd->n", *vectors)
        fidelity = {"mean": round(float(similarity.mean()), 4), "min": round(float(similarity.min()), 4)}
    return {
        "passages": len(texts),
        "queries": len(questions),
        "tokens_per_passage": _mean_tokens(model, texts),
        "rows": rows,
        "fidelity": fidelity,
        "environment": environment(),
    }


def render(result: dict[str, Any]) -> str:
    """The result of `run` as a text table, with what it was measured on below."""
    table = Table("way", *MEASURES)
    for row in result["rows"]:
        table.add_row(row["way"], *(f"{row[key]:.2f}" for key in MEASURES))
    console = Console(file=StringIO(), width=100)
    console.print(table)
    console.print(_summary(result), highlight=False)
    if found := result.get("profile"):
        shares = " · ".join(f"{name} {share:.0%}" for name, share in found["operators"].items() if share >= 0.01)
        console.print(
            f"{shares}\nint8: {found['int8_gops']:.0f} of {found['int8_peak_gops']:.0f} Gop/s", highlight=False
        )
    console.print(" · ".join(f"{key} {value}" for key, value in result["environment"].items()), highlight=False)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def sample_passages(count: int) -> list[str]:
    """`count` different passages of WORDS words from the sample documents, read round and round."""
    files = sorted(path for path in (SAMPLE / "documents").iterdir() if path.suffix in {".txt", ".md"})
    words = " ".join(path.read_text(encoding="utf-8") for path in files).split()
    stream = cycle(words)
    return [" ".join(islice(stream, WORDS)) for _ in range(count)]


def sample_questions() -> list[str]:
    """The questions of the sample set."""
    lines = (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def _stock() -> Way:
    import torch

    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as scratch:
        write_sentence_transformer(Path(scratch) / "float32")
        model = load_sentence_transformer("float32", Path(scratch) / "float32", device="cpu")
    encode = partial(model.encode, show_progress_bar=False)
    return Way(
        "sentence-transformers fp32",
        lambda texts: encode(texts, prompt=PROMPTS["passage"]),
        lambda question: encode(question, prompt=PROMPTS["query"]),
    )


def _measure(
    ways: Sequence[Way], texts: list[str], questions: list[str]
) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """A row and the vectors (passages, then questions) of every way."""
    speeds: list[list[float]] = [[] for _ in ways]
    times: list[list[float]] = [[] for _ in ways]
    passages: list[list[Any]] = [[] for _ in ways]
    found: list[list[Any]] = [[] for _ in ways]
    for way in ways:
        way.documents(texts[:2]), way.query(questions[0])
    for turn in range(ROUNDS):
        for index, way in enumerate(ways):
            own = texts[turn::ROUNDS]
            started = time.perf_counter()
            passages[index].extend(way.documents(own))
            speeds[index].append(len(own) / (time.perf_counter() - started))
            for question in questions[turn::ROUNDS]:
                started = time.perf_counter()
                found[index].append(way.query(question))
                times[index].append(1000 * (time.perf_counter() - started))
    rows = [
        {
            "way": way.name,
            "passages_per_s": float(np.median(speed)),
            "query_p50_ms": float(np.median(time_ms)),
            "query_p95_ms": float(np.quantile(time_ms, 0.95)),
        }
        for way, speed, time_ms in zip(ways, speeds, times, strict=True)
    ]
    return rows, [np.array([*left, *right], np.float32) for left, right in zip(passages, found, strict=True)]


def _mean_tokens(model: PolicyEmbeddings, texts: list[str]) -> float:
    counts = [len(model.embed_tokens(text).offsets) for text in texts[:20]]
    return round(float(np.mean(counts)), 1)


def _summary(result: dict[str, Any]) -> str:
    head = f"{result['passages']} passages of {result['tokens_per_passage']} tokens, {result['queries']} queries"
    fidelity = result["fidelity"]
    return f"{head}; cosine to fp32: mean {fidelity['mean']}, min {fidelity['min']}" if fidelity else head
