"""`python -m eval bench ask`: retrieval quality and latency of ours against the stock stack on one question set."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import load_settings
from assistant.types import SearchHit
from eval.bench.baseline import Baseline, Text
from eval.bench.load_texts import CHUNKS_A_REPORT, reports
from eval.bench.output import emit, parser, ratio
from eval.bench.texts import SAMPLE, read_texts, write_texts
from eval.corpus import open_corpus
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
    options.add_argument("--chunks", type=int, default=0, help="passages to add in made-up reports, about")
    options.add_argument("--limit", type=int)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    settings = load_settings()
    found = load_questions(given.questions)
    questions = [q for q in sample(found.questions, given.limit, given.seed) if q.answerable and not q.history]
    default = None if found.passages else SAMPLE / "documents"
    with tempfile.TemporaryDirectory() as scratch:
        corpus, texts = read_texts(given.corpus or default, found.passages, Path(scratch) / "passages")
        if given.chunks:
            made = islice(reports(given.seed), given.chunks // CHUNKS_A_REPORT)
            texts += [Text(report.name, report.text) for report in made]
            corpus = open_corpus(write_texts(texts, Path(scratch) / "among"), ())
        with closing(open_local(settings, corpus, Path(scratch) / "ours")) as system:
            stacks: dict[str, Search] = {"ours: search": lambda text: system.search(text, DEPTH, None)}
            if not given.no_stock:
                baseline = Baseline(Path(scratch) / "stock", settings.embedding_model, settings.embedding_threads)
                baseline.ingest(texts)
                stacks["stock: search"] = lambda text: baseline.search(text, DEPTH)
            rows = retrieval(questions, stacks)
            if not found.retrieval_only:
                rows.append(_answers(questions, system))
    about = {"questions": str(given.questions), "asked": len(questions), "added": given.chunks, "passages": DEPTH}
    emit("ask", rows, given.json, **about)
    return 0


def retrieval(questions: Sequence[Question], stacks: dict[str, Search]) -> list[dict[str, Any]]:
    """A row a stack with the means of the retrieval measures and the latency of searching, then their ratio.

    The stacks take turns on every question, so that whatever else the machine does meets both; a first search of each
    is not counted.
    """
    taken: dict[str, list[float]] = {stack: [] for stack in stacks}
    scores: dict[str, list[dict[str, float]]] = {stack: [] for stack in stacks}
    for search in stacks.values():
        search(questions[0].question)
    for question in questions:
        for stack, search in stacks.items():
            started = time.perf_counter()
            hits = search(question.question)
            taken[stack].append((time.perf_counter() - started) * 1000)
            scores[stack].append(retrieval_scores(question, hits) | fact_recall(question, hits))
    rows = [_row(stack, scores[stack]) | _percentiles(taken[stack]) for stack in stacks]
    if len(rows) == 2:
        ours, stock = rows
        compared = {key: ratio(ours[key], stock[key]) for key in ours if key not in ("stack", "questions")}
        rows.append({"stack": "ours / stock", "questions": len(questions)} | compared)
    return rows


def _row(stack: str, scores: Sequence[dict[str, float]]) -> dict[str, Any]:
    row: dict[str, Any] = {"stack": stack, "questions": len(scores)}
    for key in QUALITY:
        values = [score[key] for score in scores if key in score]
        row[key] = float(np.mean(values)) if values else None
    return row


def _answers(questions: Sequence[Question], system: LocalSystem) -> dict[str, Any]:
    """The whole chain: cited, verified answers. The stock stack has none without a language model."""
    entails = verifier()[1]
    rows = [score_row(ask(question, system, Plan(k=DEPTH)), entails) for question in questions]
    accuracy = float(np.mean([row.scores["accuracy"] or 0.0 for row in rows]))
    taken = _percentiles([row.latency_ms for row in rows])
    return {"stack": "ours: answer", "questions": len(rows), "accuracy": accuracy, **taken}


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    return {f"p{share}_ms": float(np.percentile(taken, share)) for share in (50, 95, 99)}
