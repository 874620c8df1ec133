"""What the commands write can be read by nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_files_and_folders_are_for_their_owner_alone(tmp_path: Path, models_dir: Path) -> None:
    kept, folder = tmp_path / "mau", tmp_path / "kho"
    (kept).mkdir()
    (kept / "a.txt").write_text("BÁO CÁO\n\nNăm 2022, toàn huyện có 142 tổ hòa giải, hòa giải thành 310 vụ việc.\n")
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[1])}
    old = os.umask(0o022)  # as a login shell has it
    try:
        for command in (["keys", "create", "Cổng"], ["backup", "khong-co.zip"]):
            subprocess.run([sys.executable, "-m", "assistant.cli", *command], env=environment, cwd=tmp_path,
                           capture_output=True, check=False)  # fmt: skip
        (folder / "models").symlink_to(models_dir / "models")
        for command in (["ingest", str(kept)], ["backup", "kho.zip"]):
            subprocess.run([sys.executable, "-m", "assistant.cli", *command], env=environment, cwd=tmp_path,
                           capture_output=True, check=True)  # fmt: skip
    finally:
        os.umask(old)
    written = [folder, tmp_path / "kho.zip", *(path for path in folder.rglob("*") if not path.is_symlink())]
    assert len(written) > 10
    assert [path for path in written if path.stat().st_mode & 0o077] == []
