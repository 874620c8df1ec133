"""A clock that is set forward by a year and back by a day, while a server runs and between its runs (libfaketime)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from eval.bench.fault_bench import (
    DOCUMENTS,
    FACT,
    NOT_TRIED,
    QUESTION,
    Bench,
    Outcome,
    command,
    environment,
    outcome,
)  # fmt: skip
from eval.bench.fault_server import TEXT, missing
from eval.bench.load import serving

_JUMPS = ("+0", "+365d", "-1d", "+0")
_PER_MINUTE = 3


def library() -> Path | None:
    """Where Debian's package `libfaketime` has put it."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class FakedTime:
    """The clock of processes started with `variables`; `set` puts it right or wrong while they run."""

    def __init__(self, file: Path, library: Path) -> None:
        self._file = file
        self.variables = {
            "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        self.set("+0")

    def set(self, offset: str) -> None:
        """By how much the clock is wrong from now on, such as +365d."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset}\n", encoding="ascii")
        fresh.replace(self._file)


def clock_jumps(bench: Bench) -> Outcome:
    """Answers, uploads, sessions, limits and the record go on; nobody is locked out, and nothing is taken out."""
    if (preloaded := library()) is None:
        return NOT_TRIED
    folder = bench.copy()
    clock = FakedTime(bench.work / "gio", preloaded)
    keys = [_key(folder, "quan-tri", "--role", "admin"), _key(folder, "it", "--per-minute", str(_PER_MINUTE))]
    with serving(folder, clock.variables, log_level="ERROR", audit_retention_days="30") as server:
        try:
            if wrong := _under(clock, server.address, keys):
                return wrong
        except httpx.HTTPError as error:
            return f"WRONG: {type(error).__name__}"
    for offset in ("+365d", "-1d"):  # and between two runs
        clock.set(offset)
        if (done := _run(folder, clock, "ingest", str(bench.files))).returncode:
            return f"WRONG: {offset}: {done.stdout[-100:]} {done.stderr[-100:]}"
    if command(folder, "audit", "verify", check=False).returncode:
        return "WRONG: the record does not verify"
    return outcome(bench, folder, changed=False) if _holds(folder) else "LOST"


def _holds(folder: Path) -> bool:
    listed = command(folder, "documents", "list", "--json").stdout.splitlines()
    held = {json.loads(line)["source"] for line in listed}
    return held >= {*DOCUMENTS, *(f"xa-{n}.txt" for n in range(1, len(_JUMPS) + 1))}


def _under(clock: FakedTime, address: str, keys: Sequence[str]) -> Outcome | None:
    """Use the server after each jump; what went wrong."""
    admin, limited = ({"Authorization": f"Bearer {key}"} for key in keys)
    answered: list[str] = []
    with httpx.Client(base_url=address, timeout=120) as client:
        for number, offset in enumerate(_JUMPS, start=1):
            clock.set(offset)
            _arrived(client, offset)
            asked = client.post("/v1/ask", json={"question": QUESTION}, headers=admin)
            if asked.status_code != 200 or FACT not in asked.json()["answer"]:
                return f"WRONG: {offset}: {asked.status_code} {asked.text[:200]}"
            answered.append(asked.json()["id"])
            sent = client.post("/v1/documents", files={"file": (f"xa-{number}.txt", TEXT.format(number).encode())},
                               headers=admin)  # fmt: skip
            if sent.status_code != 202:
                return f"WRONG: {offset}: upload {sent.status_code}"
            if not _limited(client, limited):
                return f"WRONG: {offset}: the limit locks out, or does not hold"
            if not _signs_in(address, keys[0]):
                return f"WRONG: {offset}: signing in"
        lost = [name for name in answered if client.get(f"/v1/answers/{name}", headers=admin).status_code != 200]
    lost += missing(address, [f"xa-{number}.txt" for number in range(1, len(_JUMPS) + 1)], 120, admin)
    return f"LOST: {lost}" if lost else None


def _arrived(client: httpx.Client, offset: str) -> None:
    """Wait until the server's clock is that wrong, which its answers tell."""
    wanted = timedelta(days=int(offset.removesuffix("d")))
    while True:
        told = parsedate_to_datetime(client.get("/healthz").headers["date"]) - datetime.now(UTC)
        if abs(told - wanted) < timedelta(hours=1):
            return
        time.sleep(0.2)


def _limited(client: httpx.Client, headers: dict[str, str]) -> bool:
    """After a jump the key may ask again at once, and still only so often."""
    codes = [_ask(client, headers) for _ in range(_PER_MINUTE + 1)]
    return codes[0] == 200 and codes[-1] == 429


def _ask(client: httpx.Client, headers: dict[str, str]) -> int:
    return client.post("/v1/ask", json={"question": QUESTION}, headers=headers).status_code


def _signs_in(address: str, key: str) -> bool:
    """A browser that signs in has a session."""
    with httpx.Client(base_url=address, timeout=120) as browser:
        browser.post("/sign-in", data={"key": key})
        return browser.get("/v1/documents").status_code == 200


def _key(folder: Path, name: str, *words: str) -> str:
    made: dict[str, Any] = json.loads(command(folder, "keys", "create", name, "--json", *words).stdout)
    return str(made["key"])


def _run(folder: Path, clock: FakedTime, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, **environment(folder), **clock.variables}
    return subprocess.run([sys.executable, "-m", "assistant.cli", *words], env=variables, check=False,
                          capture_output=True, text=True)  # fmt: skip
