"""What a stretch of work costs: wall clock, processor time, and the most memory held meanwhile."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType


class Clock:
    """Adds up what happens inside its `with` blocks: `seconds` by the wall clock, `processor_s` over all threads."""

    def __init__(self) -> None:
        self.seconds = self.processor_s = 0.0
        self._started = (0.0, 0.0)

    def __enter__(self) -> Clock:
        self._started = (time.perf_counter(), time.process_time())
        return self

    def __exit__(self, *raised: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.seconds += time.perf_counter() - self._started[0]
        self.processor_s += time.process_time() - self._started[1]


class PeakMemory:
    """The most resident memory of this process and the processes it started, looked at ten times a second.

    `megabytes` is 0 where the system does not tell (/proc is Linux's).
    """

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._done = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._watching.start()
        return self

    def __exit__(self, *raised: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._done.set()
        self._watching.join()

    def _watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, sum(map(_resident, _family(os.getpid()))) / 2**20)
            if self._done.wait(0.1):
                return


def _family(process: int) -> list[int]:
    """The process and all that descend from it."""
    found = [process]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found.extend(int(child) for child in children.read_text().split())
            except OSError:
                continue
    return found


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
