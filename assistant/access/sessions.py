"""When a session of a browser may end: a clock that was set back must not make one live for longer."""

from __future__ import annotations

import time

_SLACK_S = 300  # by so much a clock is set back every day


def session_ends(longest_s: float) -> tuple[float, float]:
    """First and last end, in seconds since 1970, of a session that is open now and began with `longest_s` seconds.

    One that ends later was opened while the clock was ahead.
    """
    now = time.time()
    return now, now + longest_s + _SLACK_S
