"""`python -m eval bench soak`: hours of asking, uploading and deleting, with what the server holds on to meanwhile."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from assistant.settings import load_settings
from eval.bench.fault_server import TEXT
from eval.bench.load import Running, serving
from eval.bench.output import emit, parser
from eval.bench.texts import SAMPLE
from vectorstore.embedding import prepare_model

WARM_MINUTES = 10  # a shorter run is not judged by growth: models, caches and pools are still filling up
KEPT = 20  # uploads that are there at a time; older ones are deleted


@dataclass
class Seen:
    """What was measured: of the server at each point of time, and of the requests by kind."""

    points: list[dict[str, float]] = field(default_factory=list)
    seconds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)  # kind -> (when, how long)
    failures: list[str] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Mixed load for a long time. Exits with 1 where a request failed, or memory, files or threads kept growing."""
    options = parser("soak", main.__doc__ or "")
    options.add_argument("--minutes", type=float, default=120)
    options.add_argument("--askers", type=int, default=4)
    options.add_argument("--pause", type=float, default=0, help="seconds each thinks between two requests, on average")
    options.add_argument("--cache", type=Path, default=Path("eval-results/cache/soak"), help="data folder and plot")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    folder = given.cache.resolve()
    settings = load_settings()
    prepare_model(settings.embedding_model, settings.data_dir)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "models").symlink_to((settings.data_dir / "models").resolve(), target_is_directory=True)
    with serving_filled(folder) as server:
        seen = soak(server, given.minutes * 60, given.askers, given.pause, given.seed)
    rows = [_thirds(seen, "middle third", 1), _thirds(seen, "last third", 2)]
    told = {"minutes": given.minutes, "pause": given.pause, "failures": len(seen.failures)}
    emit("soak", rows, given.json, **told, requests=_requests(seen))
    plot(seen, folder / "soak.png")
    judged = ("memory_mb", "files", "threads") if given.minutes >= WARM_MINUTES else ()
    grown = [name for name in judged if _grew(rows[0][name], rows[1][name])]
    for problem in [*seen.failures[:10], *(f"{name} kept growing" for name in grown)]:
        print(problem)
    return 1 if seen.failures or grown else 0


def serving_filled(folder: Path) -> Any:
    """The server over the sample documents."""
    from eval.bench.fault_bench import command

    command(folder, "ingest", str(SAMPLE / "documents" / "bao-cao-dan-van-2022.txt"))
    return serving(folder)


def soak(server: Running, seconds: float, askers: int, pause: float, seed: int) -> Seen:
    """Ask, upload and delete until the time is over, and look at the process meanwhile.

    Each of the askers, and the one who uploads, waits `pause` seconds between two requests, give or take half of it.
    """
    seen, ends, lock = Seen(), time.monotonic() + seconds, threading.Lock()
    started = time.monotonic()
    lines = (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines]

    def timed(kind: str, request: Callable[[], httpx.Response]) -> httpx.Response | None:
        begun = time.monotonic()
        try:
            response = request()
            problem = "" if response.status_code in (200, 202, 204, 503) else f"{kind}: {response.status_code}"
        except httpx.HTTPError as error:
            response, problem = None, f"{kind}: {type(error).__name__}"
        with lock:
            seen.seconds.setdefault(kind, []).append((begun - started, time.monotonic() - begun))
            seen.failures += [problem] if problem else []
        return response

    def think(chance: random.Random) -> None:
        left = ends - time.monotonic()
        time.sleep(max(0.0, min(left, pause * chance.uniform(0.5, 1.5))))

    def ask(number: int) -> None:
        chance = random.Random(seed + number)
        with httpx.Client(base_url=server.address, timeout=120) as client:
            while time.monotonic() < ends:
                body = {"question": chance.choice(questions)}
                timed("ask", lambda body=body: client.post("/v1/ask", json=body))  # type: ignore[misc]
                think(chance)

    def edit() -> None:
        chance = random.Random(seed - 1)
        with httpx.Client(base_url=server.address, timeout=120) as client:
            for number in itertools.count(1):
                if time.monotonic() >= ends:
                    return
                files = {"file": (f"xa-{number}.txt", TEXT.format(number).encode())}
                timed("upload", lambda files=files: client.post("/v1/documents", files=files))  # type: ignore[misc]
                listed = client.get("/v1/documents", params={"limit": 100}).json()["documents"]
                uploads = [document for document in listed if document["source"].startswith("xa-")]
                uploads.sort(key=lambda document: int(document["source"][3:-4]))
                for document in uploads[:-KEPT]:
                    name = document["document_id"]
                    timed("delete", lambda name=name: client.delete(f"/v1/documents/{name}"))  # type: ignore[misc]
                    think(chance)
                think(chance)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(askers)]
    threads.append(threading.Thread(target=edit))
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen.points.append({"at_s": time.monotonic() - started, **_held(server)})
        time.sleep(min(10.0, max(0.5, seconds / 200)))
    for thread in threads:
        thread.join()
    return seen


def _held(server: Running) -> dict[str, float]:
    """Memory, open files and threads of the server; nothing where the system does not tell."""
    process = Path(f"/proc/{server.pid}")
    try:
        files, threads = len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))
    except OSError:
        return {}
    return {"memory_mb": server.memory_mb() or 0.0, "files": files, "threads": threads}


def _thirds(seen: Seen, name: str, which: int) -> dict[str, Any]:
    """Medians over one third of the time."""
    ends = seen.points[-1]["at_s"] if seen.points else 0.0
    span = (ends * which / 3, ends * (which + 1) / 3 + 1e-9)
    points = [point for point in seen.points if span[0] <= point["at_s"] <= span[1]]
    row: dict[str, Any] = {"stack": name}
    for measure in ("memory_mb", "files", "threads"):
        values = [point[measure] for point in points if measure in point]
        row[measure] = float(np.median(values)) if values else None
    for kind, times in sorted(seen.seconds.items()):
        own = [1000 * took for at, took in times if span[0] <= at <= span[1]]
        row[f"{kind}_p50_ms"] = float(np.median(own)) if own else None
        row[f"{kind}_p95_ms"] = float(np.percentile(own, 95)) if own else None
    return row


def _grew(first: float | None, last: float | None) -> bool:
    """By more than a tenth and a little."""
    return first is not None and last is not None and last > 1.1 * first + 20


def _requests(seen: Seen) -> dict[str, int]:
    return {kind: len(times) for kind, times in sorted(seen.seconds.items())}


def plot(seen: Seen, file: Path) -> None:
    """What was held and how long requests took, over time."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(4, 1, sharex=True, figsize=(9, 9))
    for axis, measure in zip(axes, ("memory_mb", "files", "threads"), strict=False):
        known = [point for point in seen.points if measure in point]
        axis.plot([point["at_s"] / 60 for point in known], [point[measure] for point in known])
        axis.set_ylabel(measure)
        axis.set_ylim(bottom=0)
    for kind, times in sorted(seen.seconds.items()):
        axes[3].plot([at / 60 for at, _ in times], [1000 * took for _, took in times], ".", markersize=2, label=kind)
    axes[3].set_yscale("log")
    axes[3].set_ylabel("ms")
    axes[3].set_xlabel("minutes")
    axes[3].legend()
    figure.tight_layout()
    figure.savefig(file)
    plt.close(figure)
