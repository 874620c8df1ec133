"""`python -m eval bench ask`: retrieval quality and latency of ours against the stock stack on one question set."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import Settings, load_settings
from assistant.types import SearchHit
from eval.bench.baseline import Baseline
from eval.bench.output import emit, parser, ratio
from eval.bench.texts import SAMPLE, read_texts
from eval.datasets import Question, load_questions, sample
from eval.metrics_retrieval import fact_recall, retrieval_scores
from eval.runner import Plan, ask
from eval.scoring import score_row, verifier
from eval.systems import LocalSystem, open_local

DEPTH = 20
QUALITY = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "fact_recall@1", "fact_recall@5", "fact_recall@10")
Search = Callable[[str], Sequence[SearchHit]]


def main(arguments: Sequence[str]) -> int:
    """Command line of the benchmark; returns the exit code."""
    options = parser("ask", main.__doc__ or "")
    options.add_argument("--questions", type=Path, default=SAMPLE / "questions.jsonl")
    options.add_argument("--corpus", type=Path, help="default: the set's own passages, or the sample documents")
    options.add_argument("--limit", type=int)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    settings = load_settings()
    found = load_questions(given.questions)
    questions = [q for q in sample(found.questions, given.limit, given.seed) if q.answerable and not q.history]
    default = None if found.passages else SAMPLE / "documents"
    with tempfile.TemporaryDirectory() as scratch:
        corpus, texts = read_texts(given.corpus or default, found.passages, Path(scratch) / "passages")
        with closing(open_local(settings, corpus, Path(scratch) / "ours")) as system:
            rows = [_retrieval("ours: search", questions, lambda text: system.search(text, DEPTH, None))]
            if not found.retrieval_only:
                rows.append(_answers(questions, system))
        if not given.no_stock:
            rows += _stock(questions, texts, Path(scratch), settings, rows[0])
    emit("ask", rows, given.json, questions=str(given.questions), asked=len(questions), passages=DEPTH)
    return 0


def _stock(
    questions: Sequence[Question], texts: Sequence[Any], scratch: Path, settings: Settings, ours: dict[str, Any]
) -> list[dict[str, Any]]:
    baseline = Baseline(scratch / "stock", settings.embedding_model, settings.embedding_threads)
    baseline.ingest(texts)
    stock = _retrieval("stock: search", questions, lambda text: baseline.search(text, DEPTH))
    compared = {key: ratio(ours[key], stock[key]) for key in ours if key not in ("stack", "questions")}
    return [stock, {"stack": "ours / stock", "questions": len(questions)} | compared]


def _retrieval(stack: str, questions: Sequence[Question], search: Search) -> dict[str, Any]:
    """Means of the retrieval measures and the latency of searching; the first search is not counted."""
    search(questions[0].question)
    taken, scores = [], []
    for question in questions:
        started = time.perf_counter()
        hits = search(question.question)
        taken.append((time.perf_counter() - started) * 1000)
        scores.append(retrieval_scores(question, hits) | fact_recall(question, hits))
    row: dict[str, Any] = {"stack": stack, "questions": len(questions)}
    for key in QUALITY:
        values = [score[key] for score in scores if key in score]
        row[key] = float(np.mean(values)) if values else None
    return row | _percentiles(taken)


def _answers(questions: Sequence[Question], system: LocalSystem) -> dict[str, Any]:
    """The whole chain: cited, verified answers. The stock stack has none without a language model."""
    entails = verifier()[1]
    rows = [score_row(ask(question, system, Plan(k=DEPTH)), entails) for question in questions]
    accuracy = float(np.mean([row.scores["accuracy"] or 0.0 for row in rows]))
    taken = _percentiles([row.latency_ms for row in rows])
    return {"stack": "ours: answer", "questions": len(rows), "accuracy": accuracy, **taken}


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    return {f"p{share}_ms": float(np.percentile(taken, share)) for share in (50, 95, 99)}
