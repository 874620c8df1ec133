"""`python -m eval bench faults`: what becomes of a data folder and a server under faults, and how often that was tried.

Every try is made with real processes on a folder of its own. A try has failed when something acknowledged is gone, when
`assistant check` still finds anything afterwards, or when neither opening nor one named command mends it.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.bench.fault_bench import (
    FACT,
    QUESTION,
    SOUND,
    Bench,
    Outcome,
    command,
    complete,
    environment,
    outcome,
    prepare,
)  # fmt: skip
from eval.bench.fault_chroma import Asking, ChromaServer
from eval.bench.fault_clock import clock_jumps
from eval.bench.fault_disk import on_small_disk, read_only
from eval.bench.fault_model import chat_model
from eval.bench.fault_server import acknowledged_uploads
from eval.bench.load import Running, serving
from eval.bench.output import emit, parser

MOST_BYTES = 400_000  # no file may grow beyond this: a disk that fills up while the index is written


def main(arguments: Sequence[str]) -> int:
    """Fault table. The default is short; the full one: --tries 30. Exits with 1 where something did not end well."""
    options = parser("faults", main.__doc__ or "")
    options.add_argument("--tries", type=int, default=3, help="how often each fault is tried")
    options.add_argument("--faults", nargs="*", choices=sorted(FAULTS), help="only these")
    options.add_argument("--cache", type=Path, default=Path("eval-results/cache/faults"), help="where tries are made")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    bench = prepare(given.cache.resolve(), given.seed)
    rows: list[dict[str, Any]] = []
    for name in given.faults or FAULTS:
        outcomes = Counter(tried(name, bench) for _ in range(given.tries))
        rows += [{"stack": name, "outcome": outcome, "times": times} for outcome, times in sorted(outcomes.items())]
    if given.json:
        emit("faults", rows, True, tries=given.tries, seed=given.seed)
    else:
        table = Table("fault", "outcome", "times")
        for row in rows:
            table.add_row(row["stack"], row["outcome"], str(row["times"]))
        Console().print(table)
    return 0 if all(row["outcome"] in SOUND for row in rows) else 1


def tried(name: str, bench: Bench) -> Outcome:
    """What came of one try; one that breaks off is an outcome too, and not the end of the table."""
    try:
        return FAULTS[name](bench)
    except Exception as error:
        return f"BROKEN OFF: {type(error).__name__}: {error}"[:200]


# faults ---------------------------------------------------------------------------------------------------------------
def ingester_killed(bench: Bench) -> Outcome:
    """kill -9 of an ingest at a random moment; ingesting again then gives everything."""
    folder = bench.copy()
    ingest = [sys.executable, "-m", "assistant.cli", "ingest", "--again", str(bench.files)]
    with subprocess.Popen(ingest, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        time.sleep(bench.chance.uniform(1, 8))
        run.kill()
    found = outcome(bench, folder, changed=True)
    return found if complete(bench, folder) else "LOST"


def two_ingesters(bench: Bench) -> Outcome:
    """Two ingests of the same files at once."""
    folder = bench.copy()
    ingest = [sys.executable, "-m", "assistant.cli", "ingest", str(bench.files)]
    runs = [subprocess.Popen(ingest, env=environment(folder), stdout=subprocess.DEVNULL) for _ in range(2)]
    codes = [run.wait() for run in runs]
    sound = command(folder, "check", check=False).returncode == 0 and complete(bench, folder)
    return "all there" if codes == [0, 0] and sound else f"LOST {codes}"


def disk_full(bench: Bench) -> Outcome:
    """No file can grow any more while documents are added; what was there is there, and the rest follows later."""
    folder = bench.copy()
    most = bench.chance.randrange(MOST_BYTES // 4, MOST_BYTES)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    ingest = [sys.executable, "-m", "assistant.cli", "ingest", "--again", str(bench.files)]
    subprocess.run(ingest, env=environment(folder), preexec_fn=limit, capture_output=True, check=False)
    found = outcome(bench, folder, changed=True)
    return found if complete(bench, folder) else "LOST"


def damaged(change: Callable[[bytearray, random.Random], bytearray]) -> Callable[[Bench], Outcome]:
    """One file of the index, any one, is damaged."""

    def fault(bench: Bench) -> Outcome:
        folder = bench.copy()
        files = [path for path in sorted((folder / "index").rglob("*")) if path.is_file() and path.stat().st_size]
        file = bench.chance.choice([path for path in files if path.suffix not in (".lock", ".state")])
        file.write_bytes(change(bytearray(file.read_bytes()), bench.chance))
        return outcome(bench, folder, changed=True)

    return fault


def _flip(content: bytearray, chance: random.Random) -> bytearray:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def _cut(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content))]


def _zeros(content: bytearray, chance: random.Random) -> bytearray:
    at = chance.randrange(len(content))
    content[at : at + 4096] = bytes(len(content[at : at + 4096]))
    return content


def server_killed(bench: Bench) -> Outcome:
    """kill -9 of a server that is taking uploads; each that it acknowledged is there after a restart."""
    folder = bench.copy()
    lost = acknowledged_uploads(folder, 12, kill_after=bench.chance.randrange(2, 10))
    return f"LOST {lost}" if lost else _checked(folder)


def _checked(folder: Path) -> Outcome:
    """Nothing is lost; what a killed server was receiving and had not acknowledged may be left over."""
    if command(folder, "check", check=False).returncode == 0:
        return "all there"
    mended = command(folder, "repair", check=False).returncode == 0
    return "all there, mended by assistant repair" if mended else "NOT MENDED"


def many_uploads(bench: Bench) -> Outcome:
    """200 uploads at once: those that are acknowledged are there afterwards, the others were told to come again."""
    folder = bench.copy()
    lost = acknowledged_uploads(folder, 200)
    return f"LOST {lost}" if lost else _checked(folder)


def chroma_away(*, for_good: bool) -> Callable[[Bench], Outcome]:
    """The Chroma server is killed while it is asked. It comes back as it was, or (`for_good`) with nothing in it."""

    def fault(bench: Bench) -> Outcome:
        folder = bench.copy()
        with ChromaServer(bench.work / "chroma") as chroma:
            command(folder, "ask", QUESTION, chroma=chroma.address)  # which fills it from the catalogue
            with _serving_anew(folder, chroma.address) as server:
                asking = Asking(f"{server.address}/v1/ask", QUESTION, FACT)
                asking.until_answered(10)
                asking.while_away(chroma, bench.chance.uniform(0, 0.5), lose=for_good)
                repaired = for_good and command(folder, "repair", check=False, chroma=chroma.address).returncode
                asking.until_answered(10)
            if asking.wrong or repaired:
                return f"WRONG {asking.wrong or 'repair'}"
            if command(folder, "check", check=False, chroma=chroma.address).returncode:
                return "NOT MENDED"
        return "mended by assistant repair" if for_good else "as before"

    return fault


def _serving_anew(folder: Path, chroma: str) -> AbstractContextManager[Running]:
    """A server that keeps no answers, which would hide that it cannot search."""
    return serving(folder, chroma_url=chroma, answer_cache="0", log_level="ERROR")


FAULTS: dict[str, Callable[[Bench], Outcome]] = {
    "kill -9 of an ingester": ingester_killed,
    "kill -9 of a server taking uploads": server_killed,
    "two ingesters at once": two_ingesters,
    "200 uploads at once": many_uploads,
    "file size limit while ingesting": disk_full,
    "full disk while ingesting": on_small_disk("ingesting"),
    "full disk while serving": on_small_disk("serving"),
    "read-only disk": read_only,
    "clock set forward a year, back a day": clock_jumps,
    "chat model slow": chat_model("slow"),
    "chat model refuses": chat_model("refuses"),
    "chat model sends garbage": chat_model("garbage"),
    "chat model gone": chat_model("gone"),
    "kill -9 of the Chroma server while it is asked": chroma_away(for_good=False),
    "loss of the Chroma server's data while it is asked": chroma_away(for_good=True),
    "bit flip in any index file": damaged(_flip),
    "truncation of any index file": damaged(_cut),
    "zeroed block in any index file": damaged(_zeros),
}
