"""A clock that is set forward by a year and back by a day: nobody is locked out, and no session lives on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.bench.fault_clock import FakedTime, library

ROOT = Path(__file__).parents[1]
SCRIPT = """
import sys
from pathlib import Path

from limits import RateLimitItemPerMinute

from assistant.access import KeyStore, PeopleStore, Reader
from assistant.api.jobs import JobStore
from assistant.api.rate_limit import limiter
from assistant.api.shared_limits import SharedLimits

clock, folder = Path(sys.argv[1]), Path(sys.argv[2])
at_most = RateLimitItemPerMinute(2)


def used_up(counts):
    allowed = [counts.hit(at_most, "a") for _ in range(3)]
    return allowed == [True, True, False]


# Limits: in memory and in a file, after a jump the count begins anew, and holds.
for counts in (limiter(None), limiter(SharedLimits(folder / "limits.sqlite3"))):
    for offset in ("+0", "+365d", "-1d", "+0", "-1d"):
        clock.write_text(offset)
        assert used_up(counts), offset
clock.write_text("+0")

# Sessions: those opened while the clock was ahead end with that, others when their time is over.
keys, people = KeyStore(folder / "access.sqlite3"), PeopleStore(folder / "access.sqlite3")
key, text = keys.create("it", "reader")
reader = keys.reader(text)
for store in (keys, people):
    clock.write_text("+365d")
    ahead = store.open_session(reader)
    assert store.session_reader(ahead) is not None
    clock.write_text("+0")
    assert store.session_reader(ahead) is None
    now = store.open_session(reader)
    clock.write_text("-60")
    assert store.session_reader(now) is not None  # as clocks are set right every day
    clock.write_text("-1d")
    assert store.session_reader(now) is None
    clock.write_text("+13h")
    assert store.session_reader(now) is None
assert keys.reader(text) is not None

# Uploads are worked off in the order in which they came.
jobs = JobStore(folder / "jobs.sqlite3")
clock.write_text("+0")
first, _ = jobs.add("it", "kho", [], None, "1")
clock.write_text("-1d")
second, _ = jobs.add("it", "kho", [], None, "2")
assert [job.id for job in jobs.unfinished()] == [first.id, second.id]
print("done")
"""


def test_limits_sessions_and_uploads_stand_jumps_of_the_clock(tmp_path: Path) -> None:
    preloaded = library()
    if preloaded is None:
        pytest.skip("libfaketime is not installed")
    clock = FakedTime(tmp_path / "clock", preloaded)
    variables = {**os.environ, **clock.variables, "FAKETIME_NO_CACHE": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "clock"), str(tmp_path)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr
