"""`python -m eval bench load`: a real server under many users, then under ten times as many, then left alone again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from assistant.settings import PREFIX, load_settings
from eval.bench.load_client import Asked, Outcome, ask, crowd, open_client
from eval.bench.load_texts import CHUNKS_A_REPORT, reports
from eval.bench.output import emit, parser
from eval.bench.texts import SAMPLE
from vectorstore.embedding import prepare_model
from vectorstore.errors import NotReadyError

RECOVERY_QUESTIONS = 20


@dataclass(frozen=True, slots=True)
class Running:
    """A server process and where it listens."""

    address: str
    pid: int

    def memory_mb(self) -> float | None:
        """Resident memory; None where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        except OSError:
            return None
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def main(arguments: Sequence[str]) -> int:
    """Load test of a real server. The defaults are short; the full one: --chunks 10000 --seconds 120.

    Exits with 1 where a request failed under ordinary load, or the server did not recover.
    """
    options = parser("load", main.__doc__ or "")
    options.add_argument("--chunks", type=int, default=600, help="passages in the index, about")
    options.add_argument("--users", type=int, default=50, help="people asking at a time")
    options.add_argument("--seconds", type=float, default=15, help="length of the ordinary load")
    options.add_argument("--overload", type=int, default=10, help="how many times as many people then come")
    options.add_argument("--cache", type=Path, default=Path("eval-results/cache"), help="where the index is kept")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    folder, questions = build(given.cache, given.chunks, given.seed)
    with serving(folder) as server:
        documents = asyncio.run(_warm(server, questions))
        rows = asyncio.run(_measure(server, questions, given.users, given.seconds, given.overload))
    emit(
        "load",
        rows,
        given.json,
        chunks=given.chunks,
        documents=documents,
        users=given.users,
        seconds=given.seconds,
        questions=len(questions),
    )
    steady, _, recovery = rows
    return 0 if not steady["errors"] and not steady["refused"] and recovery["answers"] == RECOVERY_QUESTIONS else 1


def build(cache: Path, chunks: int, seed: int) -> tuple[Path, list[Asked]]:
    """A data folder with about that many passages, kept for the next run, and what can be asked of it."""
    settings = load_settings()
    folder = cache.resolve() / f"load-{chunks}-{seed}"
    found = list(islice(reports(seed), max(1, chunks // CHUNKS_A_REPORT)))
    questions = [asked for report in found for asked in report.questions]
    random.Random(seed).shuffle(questions)
    if (folder / "done").exists():
        return folder, questions
    prepare_model(settings.embedding_model, settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    models = folder / "models"
    if not models.exists():
        models.symlink_to((settings.data_dir / "models").resolve(), target_is_directory=True)
    files = folder / "files"
    files.mkdir(exist_ok=True)
    for report in found:
        (files / report.name).write_text(report.text, encoding="utf-8")
    command = [sys.executable, "-m", "assistant.cli", "ingest", str(files), str(SAMPLE / "documents")]
    subprocess.run(command, env=_environment(folder), check=True, stdout=subprocess.DEVNULL)
    (folder / "done").touch()
    return folder, questions


@contextmanager
def serving(folder: Path, variables: Mapping[str, str] | None = None, **settings: str) -> Iterator[Running]:
    """`assistant serve` in a process of its own, over the data folder, with more environment `variables` if wished.

    Raises NotReadyError when it does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "assistant.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        environment = {**_environment(folder, **settings), **(variables or {})}
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            while not _ready(address):
                if process.poll() is not None:
                    raise NotReadyError(
                        f"Máy chủ không khởi động được; xem {folder / 'server.log'}.",
                        f"The server did not start; see {folder / 'server.log'}.",
                    )
                time.sleep(0.2)
            yield Running(address, process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    more = {f"{PREFIX}{name.upper()}": value for name, value in settings.items()}
    return {**os.environ, f"{PREFIX}DATA_DIR": str(folder), f"{PREFIX}LOG_LEVEL": "WARNING", **more}


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=60).status_code == 200
    except httpx.HTTPError:
        return False


async def _warm(server: Running, questions: Sequence[Asked]) -> int:
    """Ask a few questions that are not measured; gives the number of documents."""
    await crowd(server.address, questions[-50:], 4, 2)
    async with open_client(server.address) as client:
        return int(json.loads((await client.get("/readyz")).text)["documents"])


async def _measure(
    server: Running, questions: Sequence[Asked], users: int, seconds: float, overload: int
) -> list[dict[str, Any]]:
    memory: list[float] = []

    def sample() -> None:
        if (now := server.memory_mb()) is not None:
            memory.append(now)

    steady = await crowd(server.address, questions, users, seconds, sample)
    rows = [{**_row("steady", users, steady), **_growth(memory)}]
    memory.clear()
    flood = await crowd(server.address, questions, users * overload, max(5.0, seconds / 4), sample)
    rows.append({**_row("overload", users * overload, flood), **_growth(memory)})
    after = Outcome()
    started = time.perf_counter()
    async with open_client(server.address) as client:
        for asked in questions[:RECOVERY_QUESTIONS]:
            await ask(client, asked, after)
    after.taken_s = time.perf_counter() - started
    rows.append(_row("recovery", 1, after))
    return rows


def _row(stack: str, users: int, outcome: Outcome) -> dict[str, Any]:
    answers = outcome.count("200")
    return {
        "stack": stack,
        "users": users,
        "seconds": outcome.taken_s,
        "answers": answers,
        "answers_per_s": answers / outcome.taken_s,
        "right": outcome.right / answers if answers else None,
        "p50_ms": outcome.percentile_ms("200", 50),
        "p95_ms": outcome.percentile_ms("200", 95),
        "p99_ms": outcome.percentile_ms("200", 99),
        "refused": outcome.count("503"),
        "refused_p50_ms": outcome.percentile_ms("503", 50),
        "refused_p95_ms": outcome.percentile_ms("503", 95),
        "errors": ", ".join(f"{name}: {count}" for name, count in outcome.errors.items()),
    }


def _growth(memory: Sequence[float]) -> dict[str, float | None]:
    """Megabytes after the first third and at the end: what is held for good has been taken up by then."""
    if not memory:
        return {"memory_mb": None, "memory_end_mb": None}
    return {"memory_mb": memory[len(memory) // 3], "memory_end_mb": memory[-1]}
