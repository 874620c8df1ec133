"""From scored rows to figures with intervals: overall, by kind, and for follow-ups and unaccented questions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics_abstention import abstention_scores, array, aurc, auroc, calibration_error
from eval.metrics_stats import Estimate, bootstrap, bootstrap_mean
from eval.records import Row
from vectorstore.text.normalise import fold, nfc

Index = NDArray[np.int64]
Figures = dict[str, dict[str, float | int | None]]
_MEANS = ("accuracy", "facts", "source", "em", "f1", "recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10",
          "fact_recall@1", "fact_recall@5", "fact_recall@10", "citation_recall", "citation_precision")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prices:
    """Price of a million tokens read and written, in any currency; zero for a model of one's own."""

    input: float = 0.0
    output: float = 0.0


def summarise(rows: Sequence[Row], seed: int, prices: Prices) -> dict[str, Any]:
    """Everything a report shows: `overall`, `kinds`, `breakdowns` (name -> figures) and `stages` (name -> count)."""
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        kinds[row.question.kind].append(row)
    return {
        "questions": len(rows),
        "overall": figures(rows, seed, prices),
        "kinds": {kind: figures(members, seed, prices) for kind, members in kinds.items()},
        "breakdowns": {name: figures(members, seed, prices) for name, members in _breakdowns(rows).items()},
        "stages": dict(Counter(row.lost_at for row in rows if row.lost_at)),
    }


def _breakdowns(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Follow-ups beside standalone questions, unaccented beside accented ones; a pair only where the set has both."""
    pairs = (
        ("followup", "standalone", [bool(row.question.history) for row in rows]),
        ("unaccented", "accented", [is_unaccented(row.question.question) for row in rows]),
    )
    found: dict[str, list[Row]] = {}
    for one, other, flags in pairs:
        if any(flags) and not all(flags):
            found[one] = [row for row, flag in zip(rows, flags, strict=True) if flag]
            found[other] = [row for row, flag in zip(rows, flags, strict=True) if not flag]
    return found


def is_unaccented(question: str) -> bool:
    """Whether a question of several words is typed without any Vietnamese diacritic."""
    return len(question.split()) > 2 and fold(nfc(question)) == nfc(question).lower()


def figures(rows: Sequence[Row], seed: int, prices: Prices) -> Figures:
    """Every figure that these rows allow, each with its bootstrap interval and the number of questions behind it."""
    found: dict[str, Estimate] = {}
    for name in _MEANS:
        values = [score for row in rows if (score := row.scores.get(name)) is not None]
        if values:
            found[name] = bootstrap_mean(values, seed)
    asked = [row for row in rows if row.answer is not None]
    if asked:
        found |= _answer_figures(asked, seed) | _latency(asked, seed) | _cost(asked, seed, prices)
    return {name: _plain(estimate) for name, estimate in found.items()}


def _answer_figures(rows: Sequence[Row], seed: int) -> dict[str, Estimate]:
    answerable = [row for row in rows if row.question.answerable]
    answered = [row for row in rows if row.answered]
    found = {"coverage": bootstrap_mean([float(row.answered) for row in rows], seed)}
    if answerable:
        found["answer_accuracy"] = bootstrap_mean([row.scores["accuracy"] or 0.0 for row in answerable], seed)
    if answered:
        found["selective_accuracy"] = bootstrap_mean([row.scores["accuracy"] or 0.0 for row in answered], seed)
        found |= _confidence_figures(answered, seed) | _claims(answered, seed)
    if any(not row.question.answerable for row in rows):
        found |= _abstention(rows, seed)
    for name in sorted({name for row in rows for name in row.judge}):
        found[f"judge_{name}"] = bootstrap_mean([row.judge[name] for row in rows if name in row.judge], seed)
    return found


def _abstention(rows: Sequence[Row], seed: int) -> dict[str, Estimate]:
    abstained = array([row.abstained for row in rows])
    answerable = array([row.question.answerable for row in rows])
    confidence = _confidence(rows)

    def one(name: str) -> Estimate:
        return bootstrap(lambda index: abstention_scores(abstained[index], answerable[index])[name], len(rows), seed)

    found = {name: one(name) for name in ("abstention_precision", "abstention_recall", "abstention_f1")}
    found["auroc_answerable"] = bootstrap(lambda index: auroc(confidence[index], answerable[index]), len(rows), seed)
    return found


def _confidence_figures(answered: Sequence[Row], seed: int) -> dict[str, Estimate]:
    """Over the answered questions: does the confidence say which answers are right?"""
    confidence, n = _confidence(answered), len(answered)
    right = array([row.scores.get("accuracy") or 0.0 for row in answered])

    def over(measure: Callable[..., float], target: NDArray[np.float64]) -> Estimate:
        return bootstrap(lambda index: measure(confidence[index], target[index]), n, seed)

    return {"auroc_right": over(auroc, right), "aurc": over(aurc, 1 - right), "ece": over(calibration_error, right)}


def _claims(answered: Sequence[Row], seed: int) -> dict[str, Estimate]:
    with_claims = [row for row in answered if row.scores.get("claims")]
    if not with_claims:
        return {}
    unsupported = array([row.scores["unsupported"] or 0.0 for row in with_claims])
    claims = array([row.scores["claims"] or 0.0 for row in with_claims])
    rate = bootstrap(lambda index: float(unsupported[index].sum() / claims[index].sum()), len(claims), seed)
    return {"unsupported_rate": rate}


def _latency(rows: Sequence[Row], seed: int) -> dict[str, Estimate]:
    taken = array([row.latency_ms for row in rows])

    def quantile(share: float) -> Estimate:
        return bootstrap(lambda index: float(np.quantile(taken[index], share)), len(taken), seed)

    return {"latency_p50": quantile(0.5), "latency_p95": quantile(0.95), "latency_p99": quantile(0.99)}


def _cost(rows: Sequence[Row], seed: int, prices: Prices) -> dict[str, Estimate]:
    used = [row.tokens for row in rows if row.tokens is not None]
    if not used:
        return {}
    cost = [(tokens.input * prices.input + tokens.output * prices.output) / 1e6 for tokens in used]
    found = {
        "tokens_in": bootstrap_mean([float(tokens.input) for tokens in used], seed),
        "tokens_out": bootstrap_mean([float(tokens.output) for tokens in used], seed),
    }
    return found | ({"cost": bootstrap_mean(cost, seed)} if prices.input or prices.output else {})


def _confidence(rows: Sequence[Row]) -> NDArray[np.float64]:
    return array([row.answer.confidence if row.answer else 0.0 for row in rows])


def _plain(estimate: Estimate) -> dict[str, float | int | None]:
    """JSON has no NaN: an undefined figure is null."""
    return {key: None if isinstance(v, float) and math.isnan(v) else v for key, v in asdict(estimate).items()}
