"""The sizing table is arithmetic on what was measured."""

from __future__ import annotations

import pytest

from eval.bench.sizing import POSTING, plan, rates, vocabulary

SMALL = {"passages": 100, "documents": 10, "catalogue_disk": 1_000, "chroma_disk": 500, "lexical_disk": 50,
         "memory": 9_000, "chroma_memory": 300, "lexical_memory": 30, "documents_memory": 40, "answer_cpu_ms": 30.0,
         "embed_cpu_ms": 15.0, "terms": 500.0}  # fmt: skip
LARGE = {"passages": 300, "documents": 30, "catalogue_disk": 3_000, "chroma_disk": 1_500, "lexical_disk": 90,
         "memory": 9_400, "chroma_memory": 700, "lexical_memory": 50, "documents_memory": 100, "answer_cpu_ms": 40.0,
         "embed_cpu_ms": 20.0, "terms": 500.0}  # fmt: skip
COMPARED = [{"stack": "embedded"}, {"graph_bytes": 1_700.0, "rows_bytes": 4_000.0}, {"graph_bytes": 500.0}]


def test_rates_are_those_of_what_is_added() -> None:
    found = rates(SMALL, LARGE, COMPARED)
    assert found["catalogue_disk"] == (3_000 - 1_000) / 200 and found["memory"] == (9_400 - 9_000) / 200
    assert found["program_memory"] == 9_000 - 2 * 100  # what no passage takes
    assert found["document_memory"] == (100 - 40) / 20 and found["passages_a_document"] == 10
    assert (found["graph"], found["graph_int8"], found["rows_disk"]) == (1_700, 500, 4_000)


def test_a_plan_grows_in_proportion_but_for_the_program() -> None:
    measured = rates(SMALL, LARGE, COMPARED) | {"different_terms_power": 1.0, "different_terms_first": 0.0}
    row = plan(measured, 1_000_000, machine=10e9)
    assert row["catalogue_disk_gb"] == pytest.approx(10 * 1e6 / 1e9)
    assert row["answering_memory_gb"] == pytest.approx((8_800 + 100_000 * 3) / 1e9)
    assert row["engine_memory_gb"] == pytest.approx(1e6 * (1_700 + 500 * POSTING + 200) / 1e9)
    assert row["engine_machines"] == 1 and row["answers_a_second_a_core"] == 25
    assert row["embedding_core_days"] == pytest.approx(1e6 * 0.020 / 86_400)
    ten = plan(measured, 10_000_000, machine=10e9)
    assert ten["engine_machines"] == 9 and ten["engine_int8_machines"] == 7  # 59 and 47 GB over 7 a machine
    assert ten["engine_disk_gb"] == pytest.approx(10 * row["engine_disk_gb"])


def test_the_power_of_the_vocabulary() -> None:
    """Passages of nothing but new words have as many different terms as terms: to the power of 1; repeated ones, 0."""
    new = " ".join(f"từ{number}" for number in range(140 * 8))
    assert vocabulary([new])["different_terms_power"] == pytest.approx(1, abs=0.02)
    assert vocabulary([" ".join([f"từ{number}" for number in range(140)] * 8)])["different_terms_power"] == 0
