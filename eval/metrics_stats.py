"""Uncertainty: bootstrap intervals of any statistic, and tests of whether two runs differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

Array = NDArray[np.float64]
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval over `n` questions; the interval is None where n < 2."""

    value: float
    low: float | None
    high: float | None
    n: int


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], float], n: int, seed: int, resamples: int = RESAMPLES
) -> Estimate:
    """Percentile bootstrap (Efron 1979): `statistic` of question indices, and of `resamples` draws with replacement.

    Draws in which the statistic is undefined (NaN) are left out of the interval.
    """
    value = statistic(np.arange(n))
    if n < 2 or np.isnan(value):
        return Estimate(value, None, None, n)
    draws = np.random.default_rng(seed).integers(0, n, (resamples, n))
    spread = np.array([statistic(draw) for draw in draws])
    low, high = np.nanquantile(spread, [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def bootstrap_mean(values: Sequence[float], seed: int, resamples: int = RESAMPLES) -> Estimate:
    """Mean of `values` with its percentile bootstrap interval."""
    data = np.asarray(values, dtype=np.float64)
    return bootstrap(lambda index: float(data[index].mean()), len(data), seed, resamples)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> tuple[int, int, float]:
    """Exact McNemar test of paired outcomes: (only before right, only after right, two-sided p).

    Under no difference each disagreement falls either way with probability 1/2, so p is that of a binomial test
    (McNemar 1947, exact form).
    """
    lost = sum(1 for b, a in zip(before, after, strict=True) if b and not a)
    won = sum(1 for b, a in zip(before, after, strict=True) if a and not b)
    return lost, won, float(binomtest(lost, lost + won).pvalue) if lost + won else 1.0


def paired_bootstrap(before: Sequence[float], after: Sequence[float], seed: int, resamples: int = 10_000) -> Estimate:
    """Mean difference after − before over the same questions with its interval; it excludes 0 if they differ at 5%."""
    difference = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    n = len(difference)
    if n < 2:
        return Estimate(float(difference.mean()) if n else float("nan"), None, None, n)
    rng = np.random.default_rng(seed)
    means = np.concatenate([
        difference[rng.integers(0, n, (min(500, resamples - start), n))].mean(axis=1)
        for start in range(0, resamples, 500)
    ])  # fmt: skip
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(difference.mean()), float(low), float(high), n)


def sign_flip_drop(before: Sequence[float], after: Sequence[float], seed: int, resamples: int = 10_000) -> float:
    """One-sided p of a drop: how often random signs on the paired differences give a mean as low (Fisher's test).

    Exact by enumeration up to 12 questions that differ, else by `resamples` random draws.
    """
    difference = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    changed = difference[np.abs(difference) > 1e-12]
    if not len(changed):
        return 1.0
    if len(changed) <= 12:
        bits = (np.arange(2 ** len(changed))[:, None] >> np.arange(len(changed))) & 1
        sums = (1 - 2 * bits) @ np.abs(changed)
        return float(np.mean(sums <= changed.sum() + 1e-12))
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (resamples, len(changed)))
    sums = signs @ np.abs(changed)
    return float((np.sum(sums <= changed.sum() + 1e-12) + 1) / (resamples + 1))
