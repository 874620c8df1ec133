"""`python -m eval bench start`: how long a first answer, a server, and files that did not change take."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import PREFIX, load_settings
from eval.bench.load import serving
from eval.bench.output import emit, parser
from eval.bench.texts import SAMPLE
from vectorstore.embedding import prepare_model

QUESTION = "Năm 2022 Nhân dân hiến bao nhiêu ha đất?"
TRIES = 5
TEXT = "THÔNG BÁO\nLịch tiếp công dân của xã số {0}\n\nXã số {0} tiếp công dân vào ngày {1} hằng tháng tại trụ sở.\n"


def main(arguments: Sequence[str]) -> int:
    """Seconds, each with new processes: `assistant ask`, `assistant serve` until it is ready, and ingesting again."""
    options = parser("start", main.__doc__ or "")
    options.add_argument("--files", type=int, default=1000, help="small files that are ingested, then once more")
    given = options.parse_args(arguments)
    settings = load_settings()
    prepare_model(settings.embedding_model, settings.data_dir)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "kho"
        folder.mkdir()
        (folder / "models").symlink_to((settings.data_dir / "models").resolve(), target_is_directory=True)
        rows = [measure(folder, given.files)]
        emit("start", rows, given.json, files=given.files, tries=TRIES)
    return 0


def measure(folder: Path, files: int) -> dict[str, Any]:
    """Medians over tries; the sample corpus is what is asked and served."""
    command(folder, "ingest", str(SAMPLE / "documents"))
    row: dict[str, Any] = {"stack": "ours", "ask_s": _median(lambda: command(folder, "ask", QUESTION))}
    row["serve_ready_s"] = float(np.median([_ready_s(folder) for _ in range(TRIES)]))
    many, other = folder.parent / "van-ban", folder.parent / "kho-2"
    many.mkdir()
    for number in range(files):
        (many / f"{number}.txt").write_text(TEXT.format(number, number % 28 + 1), encoding="utf-8")
    other.mkdir()
    (other / "models").symlink_to((folder / "models").resolve(), target_is_directory=True)
    row["ingest_s"] = _seconds(lambda: command(other, "ingest", str(many)))
    row["ingest_unchanged_s"] = _median(lambda: command(other, "ingest", str(many)))
    shutil.rmtree(many)
    return row


def command(folder: Path, *words: str) -> None:
    """One command of the program over a data folder, in a process of its own. Raises CalledProcessError."""
    environment = {**os.environ, f"{PREFIX}DATA_DIR": str(folder), f"{PREFIX}LOG_LEVEL": "ERROR"}
    subprocess.run(
        [sys.executable, "-m", "assistant.cli", *words],
        env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _ready_s(folder: Path) -> float:
    started = time.perf_counter()
    with serving(folder, log_level="ERROR"):
        return time.perf_counter() - started


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _median(action: Callable[[], object]) -> float:
    return float(np.median([_seconds(action) for _ in range(TRIES)]))
