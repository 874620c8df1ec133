"""Disks that are full or read-only, real ones: made in a private mount namespace, which goes with its process.

`python -m eval.bench.fault_disk WHAT FOLDER SEED` makes one try in there and prints its outcome.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from eval.bench.fault_bench import (
    FACT,
    NOT_TRIED,
    QUESTION,
    Bench,
    Outcome,
    answers,
    at,
    command,
    complete,
    outcome,
)  # fmt: skip
from eval.bench.fault_server import TEXT, missing
from eval.bench.load import serving

UNSHARE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
_TOLD_FULL, _TOLD_READ_ONLY = "Đĩa đầy", "Đĩa chỉ đọc"
_ROOM = 200_000  # bytes; somewhere within this the disk becomes full


def read_only(bench: Bench) -> Outcome:
    """A data folder on a read-only disk: every command says so or does its work, and a backup can be made."""
    bench.copy()
    tried = _apart("read-only", bench)
    return outcome(bench, bench.work / "kho", changed=False) if tried == "as before" else tried


def on_small_disk(what: str) -> Callable[[Bench], Outcome]:
    """The disk becomes full, at a random point, while `what` is done; then there is room again."""

    def fault(bench: Bench) -> Outcome:
        bench.copy()
        return _apart(what, bench)

    return fault


def possible() -> bool:
    """Whether this account may mount disks of its own here."""
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _apart(what: str, bench: Bench) -> Outcome:
    if not possible():
        return NOT_TRIED
    here = [sys.executable, "-m", "eval.bench.fault_disk", what, str(bench.work.parent)]
    done = subprocess.run([*UNSHARE, *here, str(bench.chance.randrange(10**9))], capture_output=True, text=True,
                          check=False)  # fmt: skip
    return done.stdout.strip() or f"WRONG: {done.stderr[-300:]}"


# inside the namespace -------------------------------------------------------------------------------------------------
def _read_only(bench: Bench) -> Outcome:
    folder = bench.work / "kho"
    _mount("--bind", str(folder), str(folder))
    _mount("-o", "remount,ro,bind", str(folder))
    kept = bench.work / "tu-dia-chi-doc.zip"
    if command(folder, "backup", str(kept), check=False).returncode:
        return "WRONG: no backup from a read-only disk"
    for words in (["ask", QUESTION], ["ingest", str(bench.files)], ["serve", "--port", "17861"], ["documents", "list"]):
        done = command(folder, *words, check=False, timeout=120)
        right = done.returncode == 0 or _TOLD_READ_ONLY in done.stderr + done.stdout
        if not right or "Traceback" in done.stderr:
            return f"WRONG: {words[0]}: {done.returncode} {done.stderr[-200:]}"
    elsewhere = bench.work / "dia-khac"
    shutil.rmtree(elsewhere, ignore_errors=True)
    elsewhere.mkdir()
    (elsewhere / "models").symlink_to((folder / "models").resolve(), target_is_directory=True)
    restored = command(elsewhere, "restore", str(kept), check=False).returncode == 0
    return "as before" if restored and answers(elsewhere) else "WRONG: the backup does not answer"


def _ingesting(bench: Bench) -> Outcome:
    with _small_disk(bench) as folder:
        filler = _fill(folder, bench.chance.randrange(_ROOM))
        done = command(folder, "ingest", "--again", str(bench.files), check=False)
        told = _TOLD_FULL in done.stdout + done.stderr
        if "Traceback" in done.stderr or (done.returncode and not told):
            return f"WRONG: {done.returncode} {done.stdout[-150:]} {done.stderr[-150:]}"
        filler.unlink()
        found = outcome(bench, folder, changed=True)
        return found if complete(bench, folder) else "LOST"


def _serving(bench: Bench) -> Outcome:
    with _small_disk(bench) as folder, serving(folder, log_level="ERROR") as server:
        filler = _fill(folder, bench.chance.randrange(_ROOM))
        done: list[str] = []
        for number in range(1, 7):
            name = f"xa-{number}.txt"
            files = {"file": (name, (TEXT.format(number) * 40).encode())}
            sent = httpx.post(f"{server.address}/v1/documents", files=files, timeout=120)
            done += [name] if sent.status_code == 202 else []
            asked = httpx.post(f"{server.address}/v1/ask", json={"question": QUESTION}, timeout=120)
            if problem := _unclear(sent, 202) or _unclear(asked, 200):
                return problem
        filler.unlink()
        lost = missing(server.address, done, 120)
        last = httpx.post(f"{server.address}/v1/ask", json={"question": QUESTION}, timeout=120)
        if lost or last.status_code != 200 or FACT not in last.json()["answer"]:
            return f"LOST {lost} {last.status_code} {last.text[:200]}"
        checked = command(folder, "check", check=False)
    return "all there" if checked.returncode == 0 else f"NOT MENDED: {checked.stdout[-200:]}"


def _unclear(response: httpx.Response, good: int) -> str:
    """What is wrong with an answer: it is neither the right one nor a clear refusal."""
    if response.status_code == good and (good != 200 or FACT in response.json()["answer"]):
        return ""
    told = response.headers.get("content-type") == "application/problem+json" and "retry-after" in response.headers
    return "" if response.status_code == 503 and told else f"WRONG: {response.status_code} {response.text[:200]}"


@contextmanager
def _small_disk(bench: Bench) -> Iterator[Path]:
    """The data folder on a disk of a few megabytes."""
    disk = bench.work / "dia"
    disk.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk))
    yield Path(shutil.copytree(bench.work / "kho", disk / "kho", symlinks=True))


def _fill(folder: Path, room: int) -> Path:
    """Leave that many bytes on the disk."""
    filler = folder.parent / "day"
    filler.write_bytes(bytes(max(0, shutil.disk_usage(folder).free - room)))
    return filler


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


if __name__ == "__main__":
    _what, _folder, _seed = sys.argv[1:]
    print({"read-only": _read_only, "ingesting": _ingesting, "serving": _serving}[_what](at(Path(_folder), int(_seed))))
