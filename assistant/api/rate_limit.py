"""At most so many questions a minute from one address and with one key, by the `limits` library's moving window."""

from __future__ import annotations

import math
import time

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from assistant.access import Reader
from assistant.api.shared_limits import SharedLimits
from vectorstore.errors import PolicyError

Counts = Storage


def limiter(counts: Counts | None) -> MovingWindowRateLimiter:
    """Counts requests in `counts`, by default in this process."""
    return MovingWindowRateLimiter(counts or SharedLimits())


class RateLimitedError(PolicyError):
    """This client has asked more often than it may."""

    slug = "rate-limited"
    http_status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Đã gửi quá nhiều yêu cầu trong một phút. Hãy thử lại sau {retry_after_s} giây.",
            f"Too many requests within a minute. Try again in {retry_after_s} seconds.",
        )
        self.retry_after_s = retry_after_s


class RateLimit:
    """A FastAPI dependency. `per_minute` None lets everything through; `counts` is where requests are counted."""

    def __init__(self, per_minute: int | None, counts: Counts | None = None) -> None:
        self.item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self.limiter = limiter(counts)

    async def __call__(self, request: Request) -> None:
        """Count a request that computes, for its address and for its key. Raises RateLimitedError."""
        if request.method not in ("POST", "DELETE"):
            return
        reader: Reader = request.state.reader
        if self.item is not None:
            self._count(self.item, "address", request.client.host if request.client else "")
        if reader.per_minute is not None:
            self._count(RateLimitItemPerMinute(reader.per_minute), "key", reader.id)

    def _count(self, item: RateLimitItem, *who: str) -> None:
        if not self.limiter.hit(item, *who):
            reset = self.limiter.get_window_stats(item, *who).reset_time
            raise RateLimitedError(max(1, math.ceil(reset - time.time())))
