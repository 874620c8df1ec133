"""A server under uploads, killed in the middle if wished: which acknowledged ones are missing in the end."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from eval.bench.load import serving

TEXT = (
    "BÁO CÁO\nKết quả hòa giải của xã số {0}\n\nNăm 2022, xã số {0} có {0} tổ hòa giải, hòa giải thành {0}7 vụ việc. "
    "Các tổ hòa giải của xã số {0} họp mỗi quý một lần.\n"
)


def acknowledged_uploads(folder: Path, count: int, kill_after: int | None = None) -> list[str]:
    """Names of uploads that were acknowledged (202) and are not in the store once all jobs have ended.

    With `kill_after` the server is killed when it has acknowledged that many, and started again.
    """
    done: list[str] = []
    with serving(folder) as server:
        killing = threading.Lock()

        def upload(number: int) -> None:
            name = f"xa-{number}.txt"
            files = {"file": (name, TEXT.format(number).encode())}
            try:
                response = httpx.post(f"{server.address}/v1/documents", files=files, timeout=120)
            except httpx.HTTPError:
                return
            if response.status_code == 202:
                done.append(name)
            with killing:
                if kill_after is not None and len(done) >= kill_after:
                    os.kill(server.pid, signal.SIGKILL)

        with ThreadPoolExecutor(min(count, 200)) as crowd:
            list(crowd.map(upload, range(1, count + 1)))
        if kill_after is None:
            return missing(server.address, done)
    with serving(folder) as server:
        return missing(server.address, done)


def missing(
    address: str, names: list[str], patience_s: float = 600, headers: Mapping[str, str] | None = None
) -> list[str]:
    """Which of these sources the server does not hold, at the end of that time."""
    deadline, left = time.monotonic() + patience_s, list(names)
    while left and time.monotonic() < deadline:
        held: list[str] = []
        while page := httpx.get(
            f"{address}/v1/documents?limit=100&offset={len(held)}", headers=headers, timeout=60
        ).json()["documents"]:
            held += [document["source"] for document in page]
        left = sorted(set(names).difference(held))
        time.sleep(0.5)
    return left
