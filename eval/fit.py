"""Fits assistant/answering/calibration.json: sentence ranker, confidence, and when a second sentence is given.

    python -m eval fit --data xquad-vi --data vilqa \
        --among seeds --among gazette/text

Every answerable question is asked twice: with its documents in the index, and with them left out. The ranker learns
(pairwise logistic regression) on the public sets to put sentences that contain the answer above the others. The
confidence model learns on them and on our own sets (sample, tuning): a logistic regression tells the askings with the
documents from those without, and its logit is then scaled to the probability that the chosen sentences hold the answer
(Platt 1999). Everything reported is cross-validated by document in five folds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answering.abstention import CALIBRATION_FILE, CONFIDENCE_FEATURES, SIGNS, Calibration
from assistant.answering.extractive import Found
from assistant.evidence.sentences import FEATURES
from eval.asked import FOLDS, Asked, ask_all
from eval.metrics_abstention import array, calibration_error
from eval.plots import reliability_plot
from eval.textmatch import present as facts_present

SAMPLE, TUNING = Path(__file__).parent / "sample", Path(__file__).parent / "tuning"
RIDGE = 0.3  # inverse strength of the penalty on the confidence weights
OWN_WEIGHT = 2.0  # of a question of our own beside a public one: there are fewer, and they are of the kind we serve
CAPTION_WEIGHT = -4.5  # the public sets have no captions; this price lets one win only over clearly weaker body text
INTRODUCED_WEIGHT = 2.0  # at least; items under "cấp tỉnh:", "cấp huyện:" hardly occur in the public sets either
SECOND_SENTENCE_MARGIN = 1.75  # 1.4 sentences on average, for 98 % of what always giving two would reach


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: list[str]) -> None:
    """Run `python -m eval fit` with these arguments."""
    app(arguments, standalone_mode=False)


@app.command()
def fit(
    data: Annotated[list[Path], typer.Option(help="Question set folder (corpus.jsonl + queries.jsonl); repeatable")],
    among: Annotated[
        list[Path] | None, typer.Option(help="Folder of the documents that tuning/shared.jsonl asks about; repeatable")
    ] = None,
    out: Annotated[Path, typer.Option(help="File to write")] = CALIBRATION_FILE,
    cache: Annotated[Path, typer.Option(help="Where indexes are kept")] = Path("eval-results/cache"),
    dry_run: Annotated[bool, typer.Option(help="Report only")] = False,
    plots: Annotated[Path | None, typer.Option(help="Folder for reliability plots, one SVG a set")] = None,
) -> None:
    """Fit the ranker and the confidence model, report them cross-validated, and write the numbers."""
    console = Console()
    public = {path.name: ask_all(path, (), cache) for path in data}
    own = {
        folder.name: ask_all(folder / "questions.jsonl", [folder / "documents"], cache, OWN_WEIGHT)
        for folder in (SAMPLE, TUNING)
    }
    if among:
        own["shared"] = ask_all(TUNING / "shared.jsonl", among, cache, OWN_WEIGHT)
    report(console, public, own, plots)
    fitted = fit_all(flat(public), flat(own))
    numbers = {
        "fitted_on": {name: len(asked) for name, asked in {**public, **own}.items()},
        "ranker": named(FEATURES, fitted.ranker),
        "confidence": {
            name: {"weight": round(float(w), 5), "mean": round(float(m), 5), "scale": round(float(s), 5)}
            for name, w, m, s in zip(CONFIDENCE_FEATURES, fitted.confidence, fitted.mean, fitted.scale, strict=True)
        },
        "intercept": round(fitted.intercept, 5),
        "second_sentence_margin": SECOND_SENTENCE_MARGIN,
    }
    if not dry_run:
        out.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
        console.print(f"Wrote {out}")


def named(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True)}


# fitting ------------------------------------------------------------------------------------------------
def flat(sets: Mapping[str, Sequence[Asked]]) -> list[Asked]:
    return [one for asked in sets.values() for one in asked]


def fit_all(public: Sequence[Asked], own: Sequence[Asked]) -> Calibration:
    ranker = fit_ranker(public)
    return fit_confidence([*public, *own], ranker)


def fit_ranker(asked: Iterable[Asked]) -> np.ndarray:
    """Pairwise logistic regression: differences of feature vectors, right sentence minus wrong sentence."""
    differences = []
    for one in asked:
        if not one.answerable or one.judged is None:
            continue
        evidence = one.judged.evidence
        matrix = np.array([e.features for e in evidence]).reshape(-1, len(FEATURES))
        right = np.array(
            [e.hit.chunk.document_id in one.gold and all(facts_present(e.text, one.question.facts)) for e in evidence],
            dtype=bool,
        )
        differences += [positive - matrix[~right] for positive in matrix[right][:2]]
    pairs = np.vstack(differences)
    scale = pairs.std(axis=0) + 1e-9
    model = LogisticRegression(fit_intercept=False, C=1.0, max_iter=1000)
    model.fit(np.vstack([pairs, -pairs]) / scale, np.r_[np.ones(len(pairs)), np.zeros(len(pairs))])
    weights: np.ndarray = model.coef_[0] / scale
    weights[FEATURES.index("caption")] = CAPTION_WEIGHT
    introduced = FEATURES.index("context_bigrams")
    weights[introduced] = max(weights[introduced], INTRODUCED_WEIGHT)
    return weights


def fit_confidence(asked: Sequence[Asked], ranker: np.ndarray) -> Calibration:
    """Logistic regression; the constraints that the best sentence leaves unmet are among the features."""
    ones, zeros = np.ones(len(CONFIDENCE_FEATURES)), np.zeros(len(CONFIDENCE_FEATURES))
    draft = Calibration(ranker, zeros, zeros, ones, 0.0, SECOND_SENTENCE_MARGIN)
    found = [(one, answer) for one in asked if (answer := one.find(draft))]
    rows = np.array([answer.features for _, answer in found])
    right = np.array([one.right(answer) for one, answer in found])
    weights = np.array([one.weight for one, _ in found])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    standard = (rows - mean) / scale
    # A right document with the wrong sentence chosen is no example of a question that cannot be answered.
    separating = signed_logistic(standard, np.array([one.answerable for one, _ in found]), weights)
    logits = standard @ separating[:-1] + separating[-1]
    platt = LogisticRegression(C=100.0).fit(logits[:, None], right, sample_weight=weights)
    slope = float(platt.coef_[0, 0])
    intercept = slope * float(separating[-1]) + float(platt.intercept_[0])
    return replace(draft, confidence=slope * separating[:-1], mean=mean, scale=scale, intercept=intercept)


def signed_logistic(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Ridge logistic regression whose weights keep the signs of SIGNS; shape (features + 1,), the intercept last.

    Without the signs the features, which overlap, get weights that cancel out on these sets and nowhere else.
    """
    bounds = [{1: (0, None), -1: (None, 0), 0: (None, None)}[SIGNS[name]] for name in CONFIDENCE_FEATURES]

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        logits = rows @ point[:-1] + point[-1]
        value = (weights * (np.logaddexp(0, logits) - labels * logits)).sum() + (point[:-1] ** 2).sum() / (2 * RIDGE)
        error = weights * (1 / (1 + np.exp(-logits)) - labels)
        return float(value), np.r_[rows.T @ error + point[:-1] / RIDGE, error.sum()]

    start = np.zeros(rows.shape[1] + 1)
    fitted: np.ndarray = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    return fitted


# reporting ------------------------------------------------------------------------------------------------
def report(
    console: Console, public: Mapping[str, list[Asked]], own: Mapping[str, list[Asked]], plots: Path | None
) -> None:
    """Cross-validated figures for each set, with everything fitted on the other documents of all sets."""
    columns = ("set", "questions", "1st sentence", "answer given", "sentences", "AUC", "unanswerable at 90 %", "ECE")
    table = Table(*columns)
    outcomes: dict[int, tuple[Found, float]] = {}
    for fold in track(range(FOLDS), description="cross-validation"):
        calibration = fit_all(*([a for a in flat(sets) if a.fold != fold] for sets in (public, own)))
        for one in (one for one in [*flat(public), *flat(own)] if one.fold == fold):
            if found := one.find(calibration):
                outcomes[id(one)] = found, found.confidence
    for name, asked in {**public, **own}.items():
        rows = [(one, *outcomes[id(one)]) for one in asked if id(one) in outcomes]
        table.add_row(name, *figures(rows))
        if plots:
            sure = array([confidence for _, _, confidence in rows])
            drawn = reliability_plot(sure, array([one.right(found) for one, found, _ in rows]))
            plots.mkdir(parents=True, exist_ok=True)
            (plots / f"reliability-{name}.svg").write_text(drawn, encoding="utf-8")
    console.print(table)


def figures(rows: Sequence[tuple[Asked, Found, float]]) -> list[str]:
    there = [(one, found) for one, found, _ in rows if one.answerable]
    sure = np.array([confidence for _, _, confidence in rows])
    answerable = np.array([one.answerable for one, _, _ in rows])
    right = [one.right(found) for one, found, _ in rows]
    threshold = np.quantile(sure[answerable], 0.1)
    values = (
        np.mean([one.right(found, 1) for one, found in there]),
        np.mean([one.right(found) for one, found in there]),
        np.mean([len(found.chosen) for _, found in there]),
        roc_auc_score(answerable, sure),
        (sure[~answerable] >= threshold).mean(),
        calibration_error(array(sure.tolist()), array(right)),
    )
    return [str(len(there)), *(f"{value:.3f}" for value in values)]
