"""`python -m eval bench faults`: what becomes of a data folder and a server under faults, and how often that was tried.

Every try is made with real processes on a folder of its own. A try has failed when something acknowledged is gone, when
`assistant check` still finds anything afterwards, or when neither opening nor one named command mends it.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.settings import PREFIX, load_settings
from eval.bench.fault_chroma import Asking, ChromaServer
from eval.bench.fault_server import acknowledged_uploads
from eval.bench.load import serving
from eval.bench.output import emit, parser
from eval.bench.texts import SAMPLE
from vectorstore.embedding import prepare_model

Outcome = str
DOCUMENTS = ("bao-cao-dan-van-2022.txt", "quyet-dinh-22-2023-qd-ubnd.txt", "chi-thi-12-ct-tu-2022.txt")
QUESTION, FACT = "Năm 2022 Nhân dân hiến bao nhiêu ha đất?", "26,7 ha đất"
MOST_BYTES = 400_000  # no file may grow beyond this: a disk that fills up while the index is written
SOUND = (
    "as before", "mended on opening", "mended by assistant repair", "restored from the backup", "all there",
    "all there, mended by assistant repair",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bench:
    """A sound data folder with its backup, and where tries are made."""

    sound: Path
    backup: Path
    work: Path
    files: Path
    chance: random.Random

    def copy(self) -> Path:
        folder = self.work / "kho"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.sound, folder, symlinks=True)
        return folder


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
        outcomes = Counter(FAULTS[name](bench) for _ in range(given.tries))
        rows += [{"stack": name, "outcome": outcome, "times": times} for outcome, times in sorted(outcomes.items())]
    if given.json:
        emit("faults", rows, True, tries=given.tries, seed=given.seed)
    else:
        table = Table("fault", "outcome", "times")
        for row in rows:
            table.add_row(row["stack"], row["outcome"], str(row["times"]))
        Console().print(table)
    return 0 if all(row["outcome"] in SOUND for row in rows) else 1


def prepare(folder: Path, seed: int) -> Bench:
    """A small data folder and its backup."""
    settings = load_settings()
    prepare_model(settings.embedding_model, settings.data_dir)
    shutil.rmtree(folder, ignore_errors=True)
    bench = Bench(folder / "sound", folder / "kho.zip", folder / "work", folder / "files", random.Random(seed))
    for path in (bench.sound, bench.work, bench.files):
        path.mkdir(parents=True)
    (bench.sound / "models").symlink_to((settings.data_dir / "models").resolve(), target_is_directory=True)
    for name in DOCUMENTS:
        shutil.copy(SAMPLE / "documents" / name, bench.files)
    command(bench.sound, "ingest", str(bench.files / DOCUMENTS[0]), str(bench.files / DOCUMENTS[1]))
    command(bench.sound, "backup", str(bench.backup))
    return bench


def environment(folder: Path, chroma: str = "") -> dict[str, str]:
    own = {f"{PREFIX}DATA_DIR": str(folder), f"{PREFIX}LOG_LEVEL": "ERROR", f"{PREFIX}CHROMA_URL": chroma}
    return {**os.environ, **own}


def command(folder: Path, *words: str, check: bool = True, chroma: str = "") -> subprocess.CompletedProcess[str]:
    """Run an `assistant` command on a data folder, with the Chroma server at that address or the embedded one."""
    return subprocess.run([sys.executable, "-m", "assistant.cli", *words], env=environment(folder, chroma), check=check,
                          capture_output=True, text=True)  # fmt: skip


def answers(folder: Path) -> bool:
    """Whether the question is answered; this also opens the store, which mends what a killed writer left."""
    done = command(folder, "ask", QUESTION, "--json", check=False)
    return done.returncode == 0 and FACT in json.loads(done.stdout)["answer"]


def outcome(bench: Bench, folder: Path, *, changed: bool) -> Outcome:
    """How the folder comes back: on opening, by repair, or by restore."""
    if answers(folder) and command(folder, "check", check=False).returncode == 0:
        return "mended on opening" if changed else "as before"
    repaired = command(folder, "repair", check=False).returncode
    if repaired == 0 and answers(folder):
        return "mended by assistant repair"
    restored = command(folder, "restore", str(bench.backup), "--force", check=False).returncode
    if restored == 0 and answers(folder) and command(folder, "check", check=False).returncode == 0:
        return "restored from the backup"
    return "LOST"


# faults ---------------------------------------------------------------------------------------------------------------
def ingester_killed(bench: Bench) -> Outcome:
    """kill -9 of an ingest at a random moment; ingesting again then gives everything."""
    folder = bench.copy()
    ingest = [sys.executable, "-m", "assistant.cli", "ingest", "--again", str(bench.files)]
    with subprocess.Popen(ingest, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        time.sleep(bench.chance.uniform(1, 8))
        run.kill()
    found = outcome(bench, folder, changed=True)
    return found if _complete(bench, folder) else "LOST"


def two_ingesters(bench: Bench) -> Outcome:
    """Two ingests of the same files at once."""
    folder = bench.copy()
    ingest = [sys.executable, "-m", "assistant.cli", "ingest", str(bench.files)]
    runs = [subprocess.Popen(ingest, env=environment(folder), stdout=subprocess.DEVNULL) for _ in range(2)]
    codes = [run.wait() for run in runs]
    sound = command(folder, "check", check=False).returncode == 0 and _complete(bench, folder)
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
    return found if _complete(bench, folder) else "LOST"


def _complete(bench: Bench, folder: Path) -> bool:
    command(folder, "ingest", str(bench.files), check=False)
    listed = command(folder, "documents", "list", "--json", check=False).stdout.splitlines()
    return {json.loads(line)["source"] for line in listed} == set(DOCUMENTS)


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
            with serving(folder, chroma_url=chroma.address, log_level="ERROR") as server:
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


FAULTS: dict[str, Callable[[Bench], Outcome]] = {
    "kill -9 of an ingester": ingester_killed,
    "kill -9 of a server taking uploads": server_killed,
    "two ingesters at once": two_ingesters,
    "200 uploads at once": many_uploads,
    "file size limit while ingesting": disk_full,
    "kill -9 of the Chroma server while it is asked": chroma_away(for_good=False),
    "loss of the Chroma server's data while it is asked": chroma_away(for_good=True),
    "bit flip in any index file": damaged(_flip),
    "truncation of any index file": damaged(_cut),
    "zeroed block in any index file": damaged(_zeros),
}
