"""Fitting the confidence: weights keep the sign that evidence has, and the shipped numbers belong to this code."""

from __future__ import annotations

import json

import numpy as np

from assistant.abstention import CALIBRATION_FILE, CONFIDENCE_FEATURES, SIGNS, load_calibration
from assistant.evidence import FEATURES
from eval.fit import signed_logistic
from eval.plots import reliability_plot


def test_a_misleading_sample_cannot_turn_evidence_against_an_answer() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, len(CONFIDENCE_FEATURES)))
    helpful, harmful = CONFIDENCE_FEATURES.index("context"), CONFIDENCE_FEATURES.index("dense")
    labels = (rows[:, helpful] - rows[:, harmful] + rng.normal(scale=0.5, size=400) > 0).astype(float)
    fitted = signed_logistic(rows, labels, np.ones(400))
    assert fitted.shape == (len(CONFIDENCE_FEATURES) + 1,)
    assert fitted[helpful] > 0.5 and fitted[harmful] == 0
    signs = np.array([SIGNS[name] for name in CONFIDENCE_FEATURES])
    assert (fitted[:-1] * signs >= 0).all()


def test_the_shipped_numbers_are_those_of_the_features() -> None:
    data = json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))
    assert set(data["confidence"]) == set(CONFIDENCE_FEATURES)
    assert set(data["ranker"]) == set(FEATURES)
    weights = load_calibration().confidence
    assert all(weight * SIGNS[name] >= 0 for name, weight in zip(CONFIDENCE_FEATURES, weights, strict=True))


def test_a_reliability_plot_is_an_svg() -> None:
    drawn = reliability_plot(np.array([0.1, 0.4, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert drawn.startswith("<svg") and drawn.rstrip().endswith("</svg>")
