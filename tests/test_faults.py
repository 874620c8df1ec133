"""The fault table and the soak, each short: real processes, killed, damaged and watched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.settings import PREFIX
from eval.bench import faults, soak


@pytest.fixture(autouse=True)
def _models(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(models_dir))


@pytest.mark.timeout(600)
def test_faults_end_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried = ["kill -9 of a server taking uploads", "bit flip in any index file"]
    assert faults.main(["--tries", "1", "--json", "--cache", str(tmp_path), "--faults", *tried]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["stack"] for row in rows] == tried
    assert all(row["outcome"] in faults.SOUND for row in rows)


@pytest.mark.timeout(600)
def test_a_soak_watches_the_server_and_draws_what_it_saw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--minutes", "0.25", "--askers", "2", "--json", "--cache", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["parameters"]["failures"] == 0
    assert {"ask", "upload"} <= found["parameters"]["requests"].keys()
    assert all(row["threads"] and row["files"] for row in found["rows"])
    assert (tmp_path / "soak.png").stat().st_size > 10_000
