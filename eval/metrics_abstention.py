"""Abstention and calibration measures. All take plain arrays of one value a question and return plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

Array = NDArray[np.float64]
BINS = 15


def abstention_scores(abstained: Array, answerable: Array) -> dict[str, float]:
    """Precision, recall and F1 of abstaining, where a right abstention is one from an unanswerable question.

    precision = right abstentions / abstentions; recall = right abstentions / unanswerable questions. NaN where the
    denominator is 0.
    """
    right = float(np.sum(abstained * (1 - answerable)))
    precision = _ratio(right, float(np.sum(abstained)))
    recall = _ratio(right, float(np.sum(1 - answerable)))
    both = float(np.sum(abstained) + np.sum(1 - answerable))
    return {"abstention_precision": precision, "abstention_recall": recall, "abstention_f1": _ratio(2 * right, both)}


def auroc(confidence: Array, positive: Array) -> float:
    """Probability that a positive question has a higher confidence than a negative one, ties counting a half."""
    if len(np.unique(positive)) < 2:
        return float("nan")
    return float(roc_auc_score(positive, confidence))


def risk_coverage(confidence: Array, error: Array) -> tuple[Array, Array]:
    """Coverage 1/n … 1 and the share of errors among that many most confident answers (El-Yaniv and Wiener 2010).

    Answers of equal confidence cannot be told apart, so each of them gets the mean error of its group.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked, group = error[order], confidence[order]
    _, inverse = np.unique(-group, return_inverse=True)
    means = np.bincount(inverse, weights=ranked) / np.bincount(inverse)
    counts = np.arange(1, len(error) + 1)
    return counts / len(error), np.cumsum(means[inverse]) / counts


def aurc(confidence: Array, error: Array) -> float:
    """Area under the risk–coverage curve: the mean risk over the n coverages (Geifman and El-Yaniv 2017); 0 is best."""
    return float(np.mean(risk_coverage(confidence, error)[1])) if len(error) else float("nan")


def reliability(confidence: Array, right: Array, bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, how many) of each equal-width bin of [0, 1] that has a question."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (float(confidence[index == b].mean()), float(right[index == b].mean()), int(np.sum(index == b)))
        for b in range(bins)
        if np.any(index == b)
    ]


def calibration_error(confidence: Array, right: Array, bins: int = BINS) -> float:
    """Expected calibration error: sum over bins of (n_bin / n) · |share right − mean confidence| (Guo et al. 2017)."""
    if not len(right):
        return float("nan")
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(index, weights=right - confidence, minlength=bins)
    return float(np.sum(np.abs(gaps)) / len(right))


def array(values: Sequence[float | bool]) -> Array:
    """Values as a float array."""
    return np.asarray(values, dtype=np.float64)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
