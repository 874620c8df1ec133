"""Several processes and hosts over one Chroma server: killed and started again, each answer is of one whole state."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from limits import RateLimitItemPerMinute

from assistant.api.rate_limit import limiter
from assistant.api.shared_limits import SharedLimits
from assistant.audit import AuditLog
from assistant.audit.verify import verify
from assistant.chain import as_query
from assistant.settings import Settings
from assistant.wiring import open_assistant
from eval.bench.fault_chroma import ChromaServer
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ConfigurationError
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]
QUESTION = "Năm 2022 huyện Hòa Giang có bao nhiêu tổ hòa giải và hòa giải thành bao nhiêu vụ việc?"
LATER = "Đường Suối Vàng dài bao nhiêu?"
REPORT = (
    "BÁO CÁO\nKết quả hòa giải ở cơ sở năm 2022 của huyện Hòa Giang\n\n"
    "Năm 2022, huyện Hòa Giang có {0} tổ hòa giải, hòa giải thành {1} vụ việc.\n\n"
    "Các tổ hòa giải họp mỗi quý một lần. Báo cáo này là bản thứ {0}.\n"
)
OTHER = "THÔNG BÁO\nLịch tiếp công dân của xã số {0}\n\nXã số {0} tiếp công dân vào ngày {0} hằng tháng tại trụ sở.\n"
ROAD = "THÔNG BÁO\nVề đường Suối Vàng\n\nĐường Suối Vàng dài 4.715 mét, hoàn thành năm 2023.\n"
CHANGES, KILL_INGESTER, KILL_CHROMA, KILL_WORKER = 8, 2, 4, 6
Environment = dict[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], what: str, patience_s: float = 120) -> Any:
    """What becomes true in the end."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def reached(address: str) -> bool:
    try:
        return httpx.get(address, timeout=60).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def serving(environment: Environment, *options: str) -> Iterator[tuple[str, int]]:
    """`assistant serve`; gives its address and its process id."""
    port = free_port()
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port), *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            assert process.wait(60) in (0, -signal.SIGTERM)


def children(pid: int, what: str) -> list[int]:
    """Ids of the processes that it started whose command line has this in it."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if what in Path(f"/proc/{child}/cmdline").read_text()]


def version(number: int) -> str:
    """The report as it stands after so many changes; each answer holds both figures of one of them."""
    return REPORT.format(100 + number, 500 + number)


class Asking:
    """Asks the same question again and again, at each address in turn; notes what comes."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses, self.ended = addresses, threading.Event()
        self.states: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()
        self.wrong: list[Any] = []

    def run(self) -> None:
        while not self.ended.is_set():
            for address in self.addresses:
                self.ask(address)
                time.sleep(0.02)

    def ask(self, address: str) -> None:
        try:
            response = httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, timeout=60)
        except httpx.TransportError:
            self.refused["cut off"] += 1  # by the kill of the very process that was answering
            return
        if response.status_code == 503:
            assert response.headers["content-type"] == "application/problem+json"
            assert int(response.headers["retry-after"]) > 0 and "Traceback" not in response.text
            self.refused["503"] += 1
            return
        answer = response.json()
        if (state := state_of(answer)) is None:
            self.wrong.append(answer)
        else:
            self.states[state] += 1


def state_of(answer: dict[str, Any]) -> int | None:
    """Which version of the report an answer is of, in text and quotes; None for anything else."""
    said = answer.get("answer", "") + "".join(citation["quote"] for citation in answer.get("citations", ()))
    found = [n for n in range(60) if f"{100 + n} tổ hòa giải" in said or f"{500 + n} vụ việc" in said]
    return found[0] if answer.get("status") == "answered" and len(found) == 1 else None


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
@pytest.mark.timeout(300)
def test_every_answer_is_of_one_whole_state_whatever_is_killed(
    models_dir: Path, embeddings: PolicyEmbeddings, tmp_path: Path
) -> None:
    files, shared = tmp_path / "van-ban", tmp_path / "chung"
    files.mkdir()
    with ExitStack() as stack:
        chroma = stack.enter_context(ChromaServer(tmp_path / "chroma"))
        writing, reading = (host(tmp_path / name, models_dir, chroma.address) for name in ("mot", "hai"))
        writing["ASSISTANT_PUBLISH_TO"] = reading["ASSISTANT_READ_FROM"] = str(shared)

        (files / "hoa-giai.txt").write_text(version(0), encoding="utf-8")
        ingester = ingesting(stack, writing, files)
        until(lambda: held(writing, "hoa-giai.txt") == 1, "the first version is there")
        # Three processes with an API: two workers of the host that has the documents, and another host.
        one, supervisor = stack.enter_context(serving(writing, "--workers", "2"))
        until(lambda: (shared / "catalogue.sqlite3").exists(), "the index is published")
        two, _ = stack.enter_context(serving(reading))
        for address in (one, two):
            until(lambda a=address: reached(f"{a}/readyz"), "the server is ready")  # type: ignore[misc]
        workers = until(lambda: (found := children(supervisor, "spawn_main"))[1:] and found, "two workers")
        asking = Asking([one, one, two])
        asker = threading.Thread(target=asking.run)
        asker.start()
        stack.callback(asker.join)
        stack.callback(asking.ended.set)
        for number in range(1, CHANGES + 1):
            before = sum(asking.states.values())
            if number == KILL_INGESTER:
                with chroma.paused():  # so that the ingester is in the middle of a document when it is killed
                    write(files, number)
                    until(lambda: pending(writing), "the ingester is at it")
                    ingester.kill()
                    ingester.wait()
                ingester = ingesting(stack, writing, files)
            else:
                write(files, number)
            if number == KILL_CHROMA:
                chroma.kill()
                until(lambda: asking.refused["503"], "what needs Chroma is refused")
                chroma.start()
            elif number == KILL_WORKER:
                os.kill(workers[0], signal.SIGKILL)
                until(lambda: len(set(children(supervisor, "spawn_main")) - {workers[0]}) == 2, "a new worker")
            until(lambda n=number: held(writing, "hoa-giai.txt") == n + 1, "the next version is there")  # type: ignore[misc]
            until(lambda n=before: sum(asking.states.values()) > n + 2, "questions are answered")  # type: ignore[misc]
        (files / "duong.txt").write_text(ROAD, encoding="utf-8")
        # All three answer from the new document and the newest version of the other, and none was started anew for it.
        for address in (one, one, one, one, two):
            until(lambda a=address: "4.715 mét" in answer(a, LATER).get("answer", ""), "the new document answers")  # type: ignore[misc]
            until(lambda a=address: state_of(answer(a, QUESTION)) == CHANGES, "the newest version answers")  # type: ignore[misc]
        asking.ended.set()
        asker.join()
        assert not asking.wrong, asking.wrong[0]
        assert len(asking.states) > 2, asking.states
        assert workers[1] in children(supervisor, "spawn_main")
        assert_processes_act_as_one_server(one, Path(writing["ASSISTANT_DATA_DIR"]))
        with (
            closing(Store(shared, embeddings, chroma.address, published=True)) as published,
            pytest.raises(ConfigurationError, match="ASSISTANT_READ_FROM"),
        ):
            published.remove(published.listing()[0].document_id)


def write(files: Path, number: int) -> None:
    """A change: two new documents, and a new version of the report."""
    for extra in range(2):
        (files / f"xa-{number}-{extra}.txt").write_text(OTHER.format(2 * number + extra), encoding="utf-8")
    (files / "hoa-giai.txt").write_text(version(number), encoding="utf-8")


def assert_processes_act_as_one_server(address: str, folder: Path) -> None:
    """Whichever process a connection reaches: uploads, conversations, pages, numbers and record are the same."""
    upload = {
        "files": {"file": ("cau.txt", ROAD.replace("Đường", "Cầu").encode())},
        "headers": {"Idempotency-Key": "1"},
    }
    jobs = [httpx.post(f"{address}/v1/documents", **upload, timeout=60).json()["id"] for _ in range(4)]  # type: ignore[arg-type]
    assert len(set(jobs)) == 1
    until(lambda: httpx.get(f"{address}/v1/jobs/{jobs[0]}").json()["status"] == "done", "the upload is done")
    until(lambda: "Cầu Suối Vàng dài 4.715" in answer(address, "Cầu Suối Vàng dài bao nhiêu?")["answer"], "it answers")
    conversation = httpx.post(f"{address}/v1/conversations", json={}).json()["id"]
    for _ in range(4):
        asked = httpx.post(f"{address}/v1/conversations/{conversation}/messages", json={"question": LATER}, timeout=60)
        assert "4.715 mét" in asked.json()["answer"]
    held = httpx.get(f"{address}/v1/conversations/{conversation}").json()
    assert len(held["exchanges"]) == 4
    for page in ("/", "/docs", "/ui/app.css", "/openapi.json"):
        assert httpx.get(f"{address}{page}").status_code == 200, page
    assert "/v1/jobs/{job_id}" in httpx.get(f"{address}/openapi.json").json()["paths"]
    missing = httpx.get(f"{address}/v1/nothing")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    numbers = httpx.get(f"{address}/metrics").text
    documents = len(httpx.get(f"{address}/v1/documents?limit=100").json()["documents"])
    assert f"policy_documents {float(documents)}" in numbers
    counted = sum(float(line.split()[-1]) for line in numbers.splitlines() if line.startswith("policy_answers_total{"))
    with closing(AuditLog(folder / "audit.sqlite3")) as log:
        entries = list(log.entries())
    assert verify(entries).faults == ()
    shown = [entry for entry in entries if entry.body and entry.body.get("outcome") in ("answered", "abstained")]
    assert len(shown) > 10
    assert len(shown) - 1 <= counted <= len(shown)  # the worker that was killed may have recorded what it did not count


def ingesting(stack: ExitStack, environment: Environment, files: Path) -> subprocess.Popen[bytes]:
    """The one ingester, which goes on with whatever comes or changes."""
    command = [sys.executable, "-m", "assistant.cli", "ingest", str(files), "--watch"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def held(environment: Environment, source: str) -> int:
    """How many versions of a document can be seen, or once could."""
    return rows(environment, "SELECT count(*) FROM documents WHERE source = ? AND state != 'pending'", source)


def host(folder: Path, models: Path, chroma: str) -> Environment:
    """A machine's own data folder, and the server it shares with others."""
    folder.mkdir()
    (folder / "models").symlink_to(models / "models", target_is_directory=True)
    own = {"ASSISTANT_DATA_DIR": str(folder), "ASSISTANT_CHROMA_URL": chroma, "ASSISTANT_LOG_LEVEL": "ERROR"}
    return {**os.environ, "PYTHONPATH": str(ROOT), **own}


def answer(address: str, question: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.post(f"{address}/v1/ask", json={"question": question}, timeout=60).json()
    return found


def pending(environment: Environment) -> bool:
    """Whether a document is being written this moment."""
    return rows(environment, "SELECT count(*) FROM documents WHERE state = 'pending' AND source LIKE ?", "%") > 0


def rows(environment: Environment, sql: str, source: str) -> int:
    path = Path(environment["ASSISTANT_DATA_DIR"]) / "index" / "catalogue.sqlite3"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=30)) as catalogue:
        if not catalogue.execute("SELECT 1 FROM sqlite_master WHERE name = 'documents'").fetchone():
            return 0
        return int(catalogue.execute(sql, (source,)).fetchone()[0])


def test_a_question_goes_on_in_the_state_in_which_it_was_asked(embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    report = tmp_path / "hoa-giai.txt"
    report.write_text(version(1), encoding="utf-8")
    with closing(Store(tmp_path / "index", embeddings)) as store:
        ingest([report], store)
        assistant = open_assistant(Settings(data_dir=tmp_path), store)
        for at in range(3):  # after each step that comes before the answer
            events = assistant.stream(QUESTION)
            for _ in range(at + 1):
                next(events)
            report.write_text(version(at + 2), encoding="utf-8")
            ingest([report], store)
            *_, done = events
            assert state_of(done.answer.model_dump()) == at + 1  # type: ignore[union-attr]
            assert state_of(assistant.ask(as_query(QUESTION)).model_dump()) == at + 2


def test_a_question_that_sees_many_states_go_by_is_answered_from_its_own(
    embeddings: PolicyEmbeddings, tmp_path: Path
) -> None:
    report = tmp_path / "hoa-giai.txt"
    report.write_text(version(1), encoding="utf-8")
    with closing(Store(tmp_path / "index", embeddings)) as store:
        ingest([report], store)
        assistant = open_assistant(Settings(data_dir=tmp_path), store)
        events = assistant.stream(QUESTION)
        next(events)
        for number in range(2, 14):
            report.write_text(version(number), encoding="utf-8")
            ingest([report], store)
            assert state_of(assistant.ask(as_query(QUESTION)).model_dump()) == number
        *_, done = events
        assert state_of(done.answer.model_dump()) == 1  # type: ignore[union-attr]


def test_workers_without_a_chroma_server_are_refused_with_what_to_do(models_dir: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant.cli", "serve", "--workers", "2", "--port", str(free_port())]
    done = subprocess.run(
        command, env=host(tmp_path / "mot", models_dir, ""), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "ASSISTANT_CHROMA_URL" in done.stderr and "chroma run" in done.stderr


def test_processes_count_requests_together(tmp_path: Path) -> None:
    with closing(SharedLimits(tmp_path / "dem.sqlite3")) as one, closing(SharedLimits(tmp_path / "dem.sqlite3")) as two:
        item = RateLimitItemPerMinute(5)
        assert [limiter(each).hit(item, "key", "a") for each in (one, two) * 4] == [True] * 5 + [False] * 3
        assert limiter(two).hit(item, "key", "b")
        stats = limiter(one).get_window_stats(item, "key", "a")
        assert stats.remaining == 0 and time.time() < stats.reset_time <= time.time() + 60
