"""Damaged and hostile files of each format are read or refused, and nothing else; `fuzzing.py` does it for longer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fuzzing import attempt, seeds

TESTS = Path(__file__).parent


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    formats = ["txt", "md", "html", "docx"]
    command = [sys.executable, str(TESTS / "fuzzing.py"), "--minutes", "0.1", "--seed", "5", "--formats", *formats]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "FINDING" not in done.stdout
    assert {"txt", "md", "html"} <= set(done.stdout.split())


def test_a_package_with_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    content = seeds(tmp_path, ("docx",))["docx"]
    at = content.rfind(b"PK\x01\x02")  # an entry of the table of contents: its flags say that the name is UTF-8
    broken = bytearray(content)
    broken[at + 9] |= 8
    broken[at + 46] = 0x8B
    assert attempt(tmp_path, "docx", bytes(broken)) == "refused"
