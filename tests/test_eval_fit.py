"""Fitting the confidence: weights keep the sign that evidence has, and the shipped numbers belong to this code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.abstention import CALIBRATION_FILE, CONFIDENCE_FEATURES, SIGNS, load_calibration
from assistant.evidence.sentences import FEATURES
from eval.asked import ask_all
from eval.datasets import load_questions
from eval.fit import TUNING, signed_logistic
from eval.plots import reliability_plot
from eval.textmatch import present


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


def test_the_tuning_questions_are_answered_by_the_documents_they_name() -> None:
    questions = load_questions(TUNING / "questions.jsonl").questions
    texts = {file.name: file.read_text(encoding="utf-8") for file in (TUNING / "documents").iterdir()}
    assert {source for question in questions for source in question.sources} <= set(texts)
    for question in (q for q in questions if q.answerable):
        said = " ".join(texts[source] for source in question.sources)
        assert all(present(said, question.facts)), question.id


def test_each_question_is_asked_with_and_without_its_documents(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(models_dir))
    lines = (TUNING / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    few = tmp_path / "questions.jsonl"
    few.write_text("\n".join([line for line in lines if '"history": []' in line][:6]), encoding="utf-8")
    asked = ask_all(few, [TUNING / "documents"], tmp_path / "cache")
    calibration = load_calibration()
    there, gone = ([one for one in asked if one.answerable is present] for present in (True, False))
    assert len(there) == len(gone) >= 5  # a comparison is asked part by part
    sure = [[found.confidence for one in side if (found := one.find(calibration))] for side in (there, gone)]
    assert np.mean(sure[0]) > np.mean(sure[1]) + 0.3
    rights = [one.right(found) for one in gone if (found := one.find(calibration))]
    assert rights and not any(rights)
