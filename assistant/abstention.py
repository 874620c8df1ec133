"""Whether to answer: the calibrated probability that the best evidence answers the question.

A logistic regression over a few features of the best sentence and its passage, fitted by `python -m eval fit` on
questions whose right passage is present (should be answered) or left out (should not).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evidence import FEATURES, Evidence, Terms

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")
CONFIDENCE_FEATURES = (
    *FEATURES,
    "missing",  # the heaviest content word of the question that the passage lacks, as a share of all
    "score_margin",  # ranker score above the best sentence of any other document
    "passage_margin",  # fused score of the best passage above the next one
    "missing_pair",  # the same for word pairs
)


@dataclass(frozen=True)
class Calibration:
    """Fitted numbers: the sentence ranker, the confidence model, and when a second sentence is worth giving."""

    ranker: np.ndarray  # (len(FEATURES),)
    confidence: np.ndarray  # (len(CONFIDENCE_FEATURES),)
    mean: np.ndarray  # of the confidence features, for standardising
    scale: np.ndarray
    intercept: float
    second_sentence_margin: float  # give a second sentence whose ranker score is this close to the best

    def probability(self, features: np.ndarray) -> float:
        """Probability, 0..1, that the evidence answers: the logistic function of a weighted sum."""
        logit = float(((features - self.mean) / self.scale) @ self.confidence) + self.intercept
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def load_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The fitted numbers that ship with the project."""
    data = json.loads(path.read_text(encoding="utf-8"))
    confidence = data["confidence"]
    return Calibration(
        ranker=np.array([data["ranker"][name] for name in FEATURES]),
        confidence=np.array([confidence[name]["weight"] for name in CONFIDENCE_FEATURES]),
        mean=np.array([confidence[name]["mean"] for name in CONFIDENCE_FEATURES]),
        scale=np.array([confidence[name]["scale"] for name in CONFIDENCE_FEATURES]),
        intercept=data["intercept"],
        second_sentence_margin=data["second_sentence_margin"],
    )


def confidence_features(ranked: Sequence[Evidence], terms: Terms) -> np.ndarray:
    """Features of the best of the ranked sentences; shape (len(CONFIDENCE_FEATURES),)."""
    best = ranked[0]
    chunk = best.hit.chunk
    passage = terms.read(chunk.embedded_text)
    rival = next((e.score for e in ranked if e.hit.chunk.document_id != chunk.document_id), best.score - 1.0)
    other = [e.hit.score for e in ranked if e.hit.chunk.chunk_id != chunk.chunk_id]
    return np.array(
        [
            *best.features,
            _heaviest_missing(terms.unigrams, passage),
            best.score - rival,
            best.hit.score - max(other, default=best.hit.score),
            _heaviest_missing(terms.bigrams, passage),
        ]
    )


def _heaviest_missing(weights: dict[str, float], present: set[str]) -> float:
    total = sum(weights.values())
    missing = [weight for term, weight in weights.items() if term not in present]
    return max(missing, default=0.0) / total if total else 0.0
