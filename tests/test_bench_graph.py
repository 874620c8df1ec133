"""The benchmarks of Chroma's graph and of the embedding model's operators measure what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.bench.embed_profile import int8_operations, operators
from eval.bench.graph import BREADTHS, VARIANTS, measured
from eval.bench.scale_corpus import Pool
from vectorstore.embedding import BUNDLED


def test_a_graph_that_looks_at_everything_finds_everything() -> None:
    chance = np.random.default_rng(2)
    vectors = chance.standard_normal((500, 32), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pool = Pool(["Một câu."], ["Một đoạn về chương trình nông thôn mới."], vectors)
    plain, texts = (measured(variant, pool, vectors, vectors[:20]) for variant in VARIANTS[:2])
    for row in (plain, texts):
        assert row["add_ms"] > 0
        assert row[f"recall_{BREADTHS[-1]}"] == 1.0 >= row[f"recall_{BREADTHS[0]}"] > 0.9
    assert texts["kb"] > plain["kb"]


def test_shares_by_operator_make_up_the_whole_forward_pass(models_dir: Path) -> None:
    folder = models_dir / "models" / BUNDLED
    shares = operators(folder, ["Tổng kết chương trình nông thôn mới của tỉnh."])
    assert sum(shares.values()) == pytest.approx(1.0)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert any("MatMul" in name for name in list(shares)[:2])
    per_token = 2 * 12 * (4 * 384 * 384 + 2 * 384 * 1536)  # twelve layers: attention's four products, then two
    assert int8_operations(folder, 1) == per_token
