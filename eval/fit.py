"""Fits the numbers in assistant/calibration.json on public question sets: sentence ranker, confidence, margin.

    python -m eval fit --data ../shared/eval/xquad-vi --data ../shared/eval/vilqa

Every question is asked twice: with its passage in the index, and with it left out. The ranker learns (pairwise
logistic regression) to put sentences that contain the answer above the others; the confidence model learns (logistic
regression) when the chosen sentences contain it. Everything reported is cross-validated by passage in five folds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any
from zlib import crc32

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.abstention import CALIBRATION_FILE, CONFIDENCE_FEATURES, confidence_features
from assistant.evidence import FEATURES, Evidence, Terms, collect, question_terms
from assistant.question.understand import understand
from assistant.settings import load_settings
from eval.corpus import open_corpus
from eval.datasets import Question, load_questions
from eval.metrics_abstention import array, calibration_error
from eval.systems import LocalSystem, open_local
from eval.textmatch import present as facts_present

FOLDS = 5
CAPTION_WEIGHT = -1.5  # the public sets have no captions; this price lets one win only over clearly weaker body text
SECOND_SENTENCE_MARGIN = 2.0  # 1.7 sentences on average, for 98.5 % of what always giving two would reach


@dataclass(frozen=True)
class Asked:
    """The sentences found for one question; `right[i]` tells whether sentence i contains the answer."""

    evidence: list[Evidence]
    right: np.ndarray  # bool, (sentences,)
    terms: Terms
    fold: int
    present: bool  # the passage that answers was in the index

    @property
    def matrix(self) -> np.ndarray:
        return np.array([e.features for e in self.evidence]).reshape(len(self.evidence), len(FEATURES))

    def ranked(self, weights: np.ndarray) -> list[Evidence]:
        scored = [replace(e, score=float(e.features @ weights)) for e in self.evidence]
        return sorted(scored, key=lambda e: -e.score)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: list[str]) -> None:
    """Run `python -m eval fit` with these arguments."""
    app(arguments, standalone_mode=False)


@app.command()
def fit(
    data: Annotated[list[Path], typer.Option(help="Question set folder (corpus.jsonl + queries.jsonl); repeatable")],
    out: Annotated[Path, typer.Option(help="File to write")] = CALIBRATION_FILE,
    cache: Annotated[Path, typer.Option(help="Where indexes are kept")] = Path("eval-results/cache"),
    dry_run: Annotated[bool, typer.Option(help="Report only")] = False,
) -> None:
    """Fit the ranker and the confidence model, report them cross-validated, and write the numbers."""
    console = Console()
    sets = {path.name: ask_all(path, cache) for path in data}
    asked = [one for each in sets.values() for one in each]
    report(console, sets)
    weights = fit_ranker(asked)
    fitted = {
        "fitted_on": {name: len(each) // 2 for name, each in sets.items()},
        "ranker": named(FEATURES, weights),
        **confidence_json(*fit_confidence(asked, weights)),
        "second_sentence_margin": SECOND_SENTENCE_MARGIN,
    }
    if not dry_run:
        out.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
        console.print(f"Wrote {out}")


def ask_all(path: Path, cache: Path) -> list[Asked]:
    """Retrieve for every question of a set, with and without the passages that answer it."""
    questions = load_questions(path)
    system = open_local(load_settings(), open_corpus(path, questions.passages), cache)
    identifiers = {d.source: d.document_id for d in system.assistant.store.documents()}
    asked = []
    for question in track(questions.questions, description=path.name):
        gold = [identifiers[source] for source in question.sources if source in identifiers]
        asked += [ask_one(system, question, gold, present) for present in (True, False)]
    return asked


def ask_one(system: LocalSystem, question: Question, gold: Sequence[str], present: bool) -> Asked:
    assistant = system.assistant
    store = assistant.store
    understood = understand(question.question, (), store.catalogue)
    terms = question_terms(understood, store.lexical.document_frequency, store.lexical.count())
    excluded = () if present else tuple(gold)
    retrieved = assistant.retriever.retrieve(understood, assistant.retrieve_k, exclude=excluded)
    evidence = collect(understood, retrieved, terms, np.zeros(len(FEATURES)))
    right = [e.hit.chunk.document_id in gold and all(facts_present(e.text, question.facts)) for e in evidence]
    fold = crc32(question.sources[0].encode()) % FOLDS if question.sources else 0
    return Asked(evidence, np.array(right, dtype=bool), terms, fold, present)


def fit_ranker(asked: Sequence[Asked]) -> np.ndarray:
    """Pairwise logistic regression: differences of feature vectors, right sentence minus wrong sentence."""
    differences = []
    for one in asked:
        if one.right.any():
            matrix = one.matrix
            differences += [positive - matrix[~one.right] for positive in matrix[one.right][:2]]
    pairs = np.vstack(differences)
    scale = pairs.std(axis=0) + 1e-9
    model = LogisticRegression(fit_intercept=False, C=1.0, max_iter=1000)
    model.fit(np.vstack([pairs, -pairs]) / scale, np.r_[np.ones(len(pairs)), np.zeros(len(pairs))])
    weights: np.ndarray = model.coef_[0] / scale
    weights[FEATURES.index("caption")] = CAPTION_WEIGHT
    return weights


Confidence = tuple[LogisticRegression, np.ndarray, np.ndarray]


def confidence_data(asked: Sequence[Asked], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Asked]]:
    """Features and labels: is the answer within the two best sentences?"""
    rows, labels, kept = [], [], []
    for one in asked:
        if not one.evidence:
            continue
        rows.append(confidence_features(one.ranked(weights), one.terms))
        best = np.argsort(-(one.matrix @ weights), kind="stable")[:2]
        labels.append(bool(one.right[best].any()))
        kept.append(one)
    return np.array(rows), np.array(labels), kept


def fit_confidence(asked: Sequence[Asked], weights: np.ndarray) -> Confidence:
    rows, labels, _ = confidence_data(asked, weights)
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-6] = 1.0
    return LogisticRegression(C=1.0, max_iter=2000).fit((rows - mean) / scale, labels), mean, scale


def confidence_json(model: LogisticRegression, mean: np.ndarray, scale: np.ndarray) -> dict[str, Any]:
    columns = zip(CONFIDENCE_FEATURES, model.coef_[0], mean, scale, strict=True)
    return {
        "confidence": {n: {"weight": round(w, 5), "mean": round(m, 5), "scale": round(s, 5)} for n, w, m, s in columns},
        "intercept": round(float(model.intercept_[0]), 5),
    }


def named(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


def report(console: Console, sets: dict[str, list[Asked]]) -> None:
    """Cross-validated figures for each set, with the models fitted on the other passages of all sets."""
    table = Table("set", "questions", "first sentence", "first two", "AUC", "unanswerable answered at 90 %", "ECE")
    folds = [fold_figures([one for each in sets.values() for one in each], fold) for fold in range(FOLDS)]
    for name, asked in sets.items():
        ids = {id(one) for one in asked}
        rows = [row for fold in folds for row in fold if id(row[0]) in ids]
        present = [row for row in rows if row[0].present]
        first = np.mean([row[1][0] for row in present])
        two = np.mean([any(row[1]) for row in present])
        sure = np.array([row[2] for row in rows])
        answerable = np.array([row[0].present for row in rows])
        right = np.array([any(row[1]) for row in rows])
        threshold = np.quantile(sure[answerable], 0.1)
        figures = (
            first,
            two,
            roc_auc_score(answerable, sure),
            (sure[~answerable] >= threshold).mean(),
            calibration_error(array(sure.tolist()), array(right.tolist())),
        )
        table.add_row(name, str(len(present)), *(f"{value:.3f}" for value in figures))
    console.print(table)


def fold_figures(asked: Sequence[Asked], fold: int) -> list[tuple[Asked, list[bool], float]]:
    """For the held-out questions of one fold: are the two best sentences right, and the confidence."""
    train = [one for one in asked if one.fold != fold]
    weights = fit_ranker(train)
    model, mean, scale = fit_confidence(train, weights)
    rows, _, kept = confidence_data([one for one in asked if one.fold == fold], weights)
    sure = model.predict_proba((rows - mean) / scale)[:, 1]
    best = [np.argsort(-(one.matrix @ weights), kind="stable")[:2] for one in kept]
    return [
        (one, [bool(x) for x in one.right[order]], float(p)) for one, order, p in zip(kept, best, sure, strict=True)
    ]
