"""Where faults are tried: a sound data folder, copies of it, the commands run on them, and how a folder comes back."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import PREFIX, load_settings
from eval.bench.texts import SAMPLE
from vectorstore.embedding import prepare_model

Outcome = str
DOCUMENTS = ("bao-cao-dan-van-2022.txt", "quyet-dinh-22-2023-qd-ubnd.txt", "chi-thi-12-ct-tu-2022.txt")
QUESTION, FACT = "Năm 2022 Nhân dân hiến bao nhiêu ha đất?", "26,7 ha đất"
NOT_TRIED = "not tried: not possible on this machine"
SOUND = (
    "as before", "mended on opening", "mended by assistant repair", "restored from the backup", "all there",
    "all there, mended by assistant repair", "answered by quoting", NOT_TRIED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bench:
    """A sound data folder with its backup, and where tries are made."""

    sound: Path
    backup: Path
    work: Path
    files: Path
    chance: random.Random

    def copy(self) -> Path:
        folder = self.work / "kho"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.sound, folder, symlinks=True)
        return folder


def at(folder: Path, seed: int) -> Bench:
    """The bench that `prepare` made in a folder."""
    return Bench(folder / "sound", folder / "kho.zip", folder / "work", folder / "files", random.Random(seed))


def prepare(folder: Path, seed: int) -> Bench:
    """A small data folder and its backup."""
    settings = load_settings()
    prepare_model(settings.embedding_model, settings.data_dir)
    shutil.rmtree(folder, ignore_errors=True)
    bench = at(folder, seed)
    for path in (bench.sound, bench.work, bench.files):
        path.mkdir(parents=True)
    (bench.sound / "models").symlink_to((settings.data_dir / "models").resolve(), target_is_directory=True)
    for name in DOCUMENTS:
        shutil.copy(SAMPLE / "documents" / name, bench.files)
    command(bench.sound, "ingest", str(bench.files / DOCUMENTS[0]), str(bench.files / DOCUMENTS[1]))
    command(bench.sound, "backup", str(bench.backup))
    return bench


def environment(folder: Path, chroma: str = "") -> dict[str, str]:
    own = {f"{PREFIX}DATA_DIR": str(folder), f"{PREFIX}LOG_LEVEL": "ERROR", f"{PREFIX}CHROMA_URL": chroma}
    return {**os.environ, **own}


def command(
    folder: Path, *words: str, check: bool = True, chroma: str = "", timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run an `assistant` command on a data folder, with the Chroma server at that address or the embedded one."""
    return subprocess.run([sys.executable, "-m", "assistant.cli", *words], env=environment(folder, chroma), check=check,
                          capture_output=True, text=True, timeout=timeout)  # fmt: skip


def answers(folder: Path) -> bool:
    """Whether the question is answered; this also opens the store, which mends what a killed writer left."""
    done = command(folder, "ask", QUESTION, "--json", check=False)
    return done.returncode == 0 and FACT in json.loads(done.stdout)["answer"]


def outcome(bench: Bench, folder: Path, *, changed: bool) -> Outcome:
    """How the folder comes back: on opening, by repair, or by restore."""
    if answers(folder) and command(folder, "check", check=False).returncode == 0:
        return "mended on opening" if changed else "as before"
    repaired = command(folder, "repair", check=False).returncode
    if repaired == 0 and answers(folder):
        return "mended by assistant repair"
    restored = command(folder, "restore", str(bench.backup), "--force", check=False).returncode
    if restored == 0 and answers(folder) and command(folder, "check", check=False).returncode == 0:
        return "restored from the backup"
    return "LOST"


def complete(bench: Bench, folder: Path) -> bool:
    """Whether everything is there once the files have been ingested again."""
    command(folder, "ingest", str(bench.files), check=False)
    listed = command(folder, "documents", "list", "--json", check=False).stdout.splitlines()
    return {json.loads(line)["source"] for line in listed} == set(DOCUMENTS)
