"""Damaged and hostile files of each format are read or refused, and nothing else; `fuzzing.py` does it for longer."""

from __future__ import annotations

from pathlib import Path

from fuzzing import attempt, run, seeds

TRIES = 24


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    outcomes = list(
        run(tmp_path, seeds(tmp_path, ("txt", "md", "html", "docx", "pdf")), 5, lambda number: number < TRIES)
    )
    assert [(suffix, outcome) for suffix, outcome, _ in outcomes if outcome not in ("read", "refused")] == []
    assert {"read", "refused"} == {outcome for _, outcome, _ in outcomes}


def test_a_package_with_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    content = seeds(tmp_path, ("docx",))["docx"]
    at = content.rfind(b"PK\x01\x02")  # an entry of the table of contents: its flags say that the name is UTF-8
    broken = bytearray(content)
    broken[at + 9] |= 8
    broken[at + 46] = 0x8B
    assert attempt(tmp_path, "docx", bytes(broken)) == "refused"
