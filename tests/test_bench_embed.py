"""The embedding benchmark measures what it says: passages of the stated size, both ways, the same texts."""

from __future__ import annotations

from pathlib import Path

from eval.bench.embed import render, run, sample_passages


def test_passages_differ_and_are_as_many_as_asked() -> None:
    assert len(set(sample_passages(150))) == 150


def test_both_ways_are_measured_on_the_same_texts(models_dir: Path) -> None:
    result = run(models_dir, passages=8)
    assert [row["way"] for row in result["rows"]] == ["onnx int8", "sentence-transformers fp32", "ours / stock"]
    assert 110 <= result["tokens_per_passage"] <= 140
    assert 0.99 <= result["fidelity"]["mean"] < 1  # below 1: the vectors come from two models, not from one
    assert "sentence-transformers fp32" in render(result)
    assert str(result["fidelity"]["mean"]) in render(result)
