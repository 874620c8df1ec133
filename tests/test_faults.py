"""The fault table and the soak, each short: real processes, killed, damaged and watched."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assistant.settings import PREFIX
from eval.bench import fault_bench, fault_disk, faults, soak
from eval.bench.texts import SAMPLE
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store


@pytest.fixture(autouse=True)
def _models(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(models_dir))


@pytest.mark.timeout(600)
def test_faults_end_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried = [
        "kill -9 of a server taking uploads", "full disk while serving", "chat model gone", "bit flip in any index file"
    ]  # fmt: skip
    assert faults.main(["--tries", "1", "--json", "--cache", str(tmp_path), "--faults", *tried]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["stack"] for row in rows] == tried
    assert all(row["outcome"] in faults.SOUND for row in rows)


def test_a_read_only_disk_is_said_and_can_be_backed_up(
    tmp_path: Path, embeddings: PolicyEmbeddings, models_dir: Path
) -> None:
    if not fault_disk.possible():
        pytest.skip("no disk can be mounted here")
    copy = tmp_path.with_suffix(".zip")
    (tmp_path / "models").symlink_to(models_dir / "models", target_is_directory=True)
    document = SAMPLE / "documents" / "bao-cao-dan-van-2022.txt"
    with closing(Store(tmp_path / "index", embeddings)) as store:
        assert ingest([document], store).added
    mounted = f'mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind {tmp_path} && exec "$@"'
    apart = [*fault_disk.UNSHARE, "sh", "-c", mounted, "sh", sys.executable, "-m", "assistant.cli"]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*apart, *words], env=fault_bench.environment(tmp_path), capture_output=True, text=True, check=False
        )  # fmt: skip

    refused = run("ingest", "--again", "--json", str(document))
    assert "Đĩa chỉ đọc" in refused.stdout + refused.stderr
    assert refused.returncode != 0 and "Traceback" not in refused.stderr
    assert run("backup", str(copy)).returncode == 0
    assert copy.stat().st_size > 1000


@pytest.mark.timeout(600)
def test_a_soak_watches_the_server_and_draws_what_it_saw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--minutes", "0.25", "--askers", "2", "--json", "--cache", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["parameters"]["failures"] == 0
    assert {"ask", "upload"} <= found["parameters"]["requests"].keys()
    assert all(row["threads"] and row["files"] for row in found["rows"])
    assert (tmp_path / "soak.png").stat().st_size > 10_000
