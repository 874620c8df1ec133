"""Damaged and hostile files of each format are read or refused, and nothing else; `fuzzing.py` does it for longer."""

from __future__ import annotations

from pathlib import Path

from fuzzing import run, seeds

TRIES = 24


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    outcomes = list(
        run(tmp_path, seeds(tmp_path, ("txt", "md", "html", "docx", "pdf")), 5, lambda number: number < TRIES)
    )
    assert [(suffix, outcome) for suffix, outcome, _ in outcomes if outcome not in ("read", "refused")] == []
    assert {"read", "refused"} == {outcome for _, outcome, _ in outcomes}
