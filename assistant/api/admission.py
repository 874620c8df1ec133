"""Lets a few requests compute at a time, a few more wait, and turns the rest away at once."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from vectorstore.errors import PolicyError


class BusyError(PolicyError):
    """All places are taken and the queue is full, or the wait was too long."""

    slug = "busy"
    http_status = 503

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Hệ thống đang phục vụ nhiều yêu cầu. Hãy thử lại sau {retry_after_s} giây.",
            f"The server is serving many requests. Try again in {retry_after_s} seconds.",
        )
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """How much the server takes on. More than `running` at a time only makes everyone wait on the same cores."""

    running: int = 4
    waiting: int = 60
    patience_s: float = 15.0  # longest wait for a place
    retry_after_s: int = 2
    answer_s: float = 120.0  # longest time for one answer, streamed or not
    heartbeat_s: float = 15.0  # a stream without news sends a comment this often, so that proxies keep it open
    shutdown_s: float = 30.0  # a server told to stop lets streams finish for so long
    max_body_bytes: int = 1_000_000
    body_s: float = 30.0  # longest time for a body to come, for uploads the longest pause in it
    max_upload_bytes: int = 100_000_000
    requests_per_minute: int | None = None  # from one address; None: as many as there are places for


class Admission:
    """A semaphore with a bounded queue. Raises BusyError instead of letting the queue grow."""

    def __init__(self, limits: ServiceLimits) -> None:
        self.limits = limits
        self.waiting = 0
        self._places = anyio.Semaphore(limits.running)

    @property
    def running(self) -> int:
        """Requests computing now."""
        return self.limits.running - self._places.value

    async def enter(self) -> None:
        """Take a place, waiting for one if the queue is not full. Raises BusyError."""
        if self._places.value == 0 and self.waiting >= self.limits.waiting:
            raise BusyError(self.limits.retry_after_s)
        self.waiting += 1
        try:
            with anyio.fail_after(self.limits.patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise BusyError(self.limits.retry_after_s) from None
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()
