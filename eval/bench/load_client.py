"""Many users at once against a running server, from this one process: what they got, and how long it took."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

import httpx
import numpy as np

Asked = tuple[str, str]  # the question, and what a right answer holds


@dataclass
class Outcome:
    """Seconds of every request by what it ended with: an HTTP status, or the name of a network error."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    right: int = 0
    taken_s: float = 0.0

    def add(self, result: str, seconds: float) -> None:
        """Count one request."""
        self.seconds.setdefault(result, []).append(seconds)

    def count(self, result: str) -> int:
        """How many ended so."""
        return len(self.seconds.get(result, ()))

    @property
    def errors(self) -> Counter[str]:
        """What was neither an answer nor an orderly 503."""
        return Counter({result: len(times) for result, times in self.seconds.items() if result not in ("200", "503")})

    def percentile_ms(self, result: str, share: float) -> float | None:
        """Milliseconds within which this share (0–100) of those ended; None where there are none."""
        times = self.seconds.get(result)
        return float(np.percentile(times, share)) * 1000 if times else None


async def crowd(
    address: str, questions: Sequence[Asked], users: int, seconds: float, sample: Callable[[], None] | None = None
) -> Outcome:
    """`users` people asking one question after the other for `seconds`; a 503 is taken at its word and waited out.

    `sample` is called every second.
    """
    outcome = Outcome()
    # A client a person: a pool of hundreds of connections takes longer to choose among them than the server to answer.
    clients = [open_client(address) for _ in range(users)]
    sampling = asyncio.create_task(_every_second(sample)) if sample else None
    started = time.perf_counter()
    await asyncio.gather(
        *(
            _user(client, _questions(questions, number), started + seconds, outcome)
            for number, client in enumerate(clients)
        )
    )
    outcome.taken_s = time.perf_counter() - started
    if sampling:
        sampling.cancel()
    await asyncio.gather(*(client.aclose() for client in clients))
    return outcome


def open_client(address: str) -> httpx.AsyncClient:
    """A client of one person, who has one connection. Nothing here is encrypted, so no certificates are loaded."""
    return httpx.AsyncClient(base_url=address, verify=False, trust_env=False, timeout=60)


async def ask(client: httpx.AsyncClient, asked: Asked, outcome: Outcome) -> float:
    """One question; gives the seconds to wait before the next."""
    question, expected = asked
    started = time.perf_counter()
    wait = 0.0
    try:
        response = await client.post("/v1/ask", json={"question": question, "mode": "extractive"})
        result = str(response.status_code)
        if result == "200":
            outcome.right += expected in response.json()["answer"]
        elif result == "503":
            wait = float(response.headers["retry-after"])
    except httpx.HTTPError as error:
        result = type(error).__name__
    outcome.add(result, time.perf_counter() - started)
    return wait


async def _user(client: httpx.AsyncClient, questions: Iterator[Asked], until: float, outcome: Outcome) -> None:
    while time.perf_counter() < until:
        wait = await ask(client, next(questions), outcome)
        await asyncio.sleep(min(wait, max(0.0, until - time.perf_counter())))


def _questions(questions: Sequence[Asked], number: int) -> Iterator[Asked]:
    """The questions in an order that differs from everyone else's."""
    return islice(cycle(questions), (number * 7919) % len(questions), None)


async def _every_second(sample: Callable[[], None]) -> None:
    while True:
        sample()
        await asyncio.sleep(1)
