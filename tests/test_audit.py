"""The record of what was asked and shown: chained, readable again, redacted without breaking, by many writers."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from little_assistant import DECISION, LittleAssistant
from serving import serving
from typer.testing import CliRunner

from assistant.access import LOCAL, KeyStore
from assistant.api import create_app
from assistant.api.unobserved import unobserved
from assistant.audit import AuditLog, verify
from assistant.cli import app
from assistant.types import Answer, Delta, Query, Withheld
from vectorstore.errors import InvalidInputError, NotFoundError

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
UNKNOWN = "Giá vàng hôm nay ra sao thế?"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.sqlite3"


@pytest.fixture
def log(path: Path) -> Iterator[AuditLog]:
    log = AuditLog(path)
    yield log
    log.close()


@pytest.fixture
def client(log: AuditLog) -> TestClient:
    return TestClient(create_app(LittleAssistant(), audit=log))


def body(answer_id: str = "a", **more: object) -> dict[str, object]:
    """The least that is noted of an answer."""
    return {"answer_id": answer_id, "question": QUESTION, "answer": None, **more}


def bodies(log: AuditLog) -> list[dict[str, object]]:
    return [entry.body for entry in log.entries() if entry.kind == "answer" and entry.body is not None]


# --- what goes on record ---------------------------------------------------------------------------------------------
def test_every_way_of_asking_is_recorded(log: AuditLog, client: TestClient) -> None:
    client.post("/v1/ask", json={"question": QUESTION, "filters": {"year_from": 2020}, "as_of": "2024-01-31"})
    client.post("/v1/ask", json={"question": UNKNOWN}, headers={"Accept": "text/event-stream"})
    messages = [{"role": "user", "content": QUESTION}]
    for stream in (False, True):
        client.post("/v1/chat/completions", json={"model": "policy-assistant", "messages": messages, "stream": stream})
    conversation = client.post("/v1/conversations", json={}).json()["id"]
    client.post(f"/v1/conversations/{conversation}/messages", json={"question": QUESTION})
    client.post("/v1/search", json={"question": QUESTION})  # shows passages, answers nothing
    noted = bodies(log)
    assert [row["channel"] for row in noted] == ["api", "api", "openai", "openai", "conversation"]
    assert [row["outcome"] for row in noted] == ["answered", "abstained", "answered", "answered", "answered"]
    first = noted[0]
    assert (first["question"], first["as_of"], first["filters"]) == (QUESTION, "2024-01-31", {"year_from": 2020})
    assert first["documents"] == [{"document_id": "qd-05", "version": 2, "content_hash": ""}]
    assert first["reader"] == {"id": "", "name": "", "role": "admin", "collections": None}
    assert not verify(log.entries()).faults


def test_the_chat_is_recorded_too(log: AuditLog) -> None:
    with serving(LittleAssistant(), audit=log) as address, httpx.Client(base_url=address, timeout=30) as client:
        config = client.get("/config").json()
        asks = next(fn for fn in config["dependencies"] if any(target[1] == "ask_this" for target in fn["targets"]))
        asked = {"data": [None], "event_data": {"question": QUESTION}, "fn_index": asks["id"], "session_hash": "s1"}
        client.post("/gradio_api/queue/join", json=asked).raise_for_status()
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "s1"}) as events:
            shown = next(line for line in events.iter_lines() if "process_completed" in line)
    assert "/export?format=docx" in shown
    (noted,) = bodies(log)
    assert (noted["channel"], noted["question"], noted["outcome"]) == ("chat", QUESTION, "answered")


def test_what_the_page_tries_out_by_itself_is_not_recorded(log: AuditLog) -> None:
    service = create_app(LittleAssistant(), audit=log).state.service
    assistant = service.limited_to(LOCAL, "chat").assistant
    assert unobserved(assistant).ask(Query(question=QUESTION)).status == "answered"
    assert bodies(log) == []
    assistant.ask(Query(question=QUESTION))
    assert len(bodies(log)) == 1


class Failing(LittleAssistant):
    """Fails after its first words."""

    def stream(self, query):  # type: ignore[no-untyped-def]
        for event in super().stream(query):
            yield event
            if event.event == "delta":
                raise RuntimeError("secret detail")


def test_failures_and_what_a_reader_saw_before_leaving_are_recorded(log: AuditLog) -> None:
    client = TestClient(create_app(Failing(), audit=log))
    client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    (noted,) = bodies(log)
    assert (noted["outcome"], noted["error"], noted["shown"]) == ("failed", "RuntimeError", "Mỗi ")
    service = create_app(LittleAssistant(), audit=log).state.service
    events = service.limited_to(LOCAL, "chat").assistant.stream(Query(question=QUESTION))
    while not isinstance(next(events), Delta):
        pass
    events.close()
    noted = bodies(log)[-1]
    assert (noted["outcome"], noted["shown"], noted["channel"]) == ("interrupted", "Mỗi ", "chat")


class Withholding(LittleAssistant):
    """Kept a sentence of its model from the reader."""

    def ask(self, query):  # type: ignore[no-untyped-def]
        kept = Withheld(text="Mỗi mô hình được 99 triệu đồng.", struck=False, unsupported=("number: 99 triệu",))
        return super().ask(query).withholding([kept])


def test_what_verification_removed_is_recorded_and_shown_to_administrators_alone(log: AuditLog) -> None:
    keys = KeyStore()
    app = create_app(Withholding(), keys=keys, audit=log)
    reader, admin = (
        TestClient(app, headers={"Authorization": f"Bearer {keys.create(role, role)[1]}"})
        for role in ("reader", "admin")
    )
    answer = reader.post("/v1/ask", json={"question": QUESTION})
    assert "99 triệu" not in answer.text
    assert bodies(log)[0]["removed"][0]["text"] == "Mỗi mô hình được 99 triệu đồng."  # type: ignore[index]
    address = f"/v1/answers/{answer.json()['id']}"
    assert "99 triệu" not in reader.get(address).text
    assert admin.get(address).json()["removed"][0]["unsupported"] == ["number: 99 triệu"]
    assert admin.get(address).json()["reader"]["name"] == "reader"


def test_without_questions_no_word_of_them_is_kept(path: Path) -> None:
    log = AuditLog(path, "without_questions")
    client = TestClient(create_app(LittleAssistant(), audit=log))
    asked = "Xin hỏi thầm: mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
    answered = client.post("/v1/ask", json={"question": asked}).json()
    client.post("/v1/ask", json={"question": f"{UNKNOWN} thầm", "filters": {"organ": "thầm"}})
    again = client.get(f"/v1/answers/{answered['id']}").json()
    assert (again["question"], again["answer"]["citations"]) == (None, answered["citations"])
    assert "8 triệu đồng" in again["answer"]["answer"]
    assert client.get(f"/v1/answers/{answered['id']}/export").status_code == 200
    log.close()
    assert "thầm".encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_the_configuration_is_noted_once_and_named_by_each_answer(log: AuditLog, client: TestClient) -> None:
    for configuration in ({"model": "a"}, {"model": "a"}, {"model": "b"}):
        log.configure(configuration)
        client.post("/v1/ask", json={"question": QUESTION})
    entries = list(log.entries())
    assert [entry.kind for entry in entries].count("configuration") == 2
    digests = [entry.digest for entry in entries if entry.kind == "configuration"]
    assert [row["configuration"] for row in bodies(log)] == [digests[0], digests[0], digests[1]]


def test_no_answer_is_given_that_cannot_be_recorded(log: AuditLog, path: Path, client: TestClient) -> None:
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE contents")
    refused = client.post("/v1/ask", json={"question": QUESTION})
    assert refused.status_code == 503
    assert "8 triệu" not in refused.text


# --- shown again -----------------------------------------------------------------------------------------------------
def test_an_answer_opens_again_exactly_although_its_document_is_gone(log: AuditLog) -> None:
    assistant = LittleAssistant()
    client = TestClient(create_app(assistant, audit=log))
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assistant.store.held = [d for d in assistant.store.held if d is not DECISION]
    assert client.get("/v1/documents/qd-05").status_code == 404
    again = client.get(f"/v1/answers/{answer['id']}").json()
    assert again["answer"] == answer
    assert again["question"] == QUESTION
    assert client.get("/v1/answers/khong-co").status_code == 404


def test_only_who_asked_and_administrators_see_it_again_within_what_they_may_see(log: AuditLog) -> None:
    keys = KeyStore()
    app = create_app(LittleAssistant(), keys=keys, audit=log)

    def holder(role: str, collections: list[str] | None) -> TestClient:
        _, text = keys.create(role, role, collections)  # type: ignore[arg-type]
        return TestClient(app, headers={"Authorization": f"Bearer {text}"})

    asker = holder("reader", ["default", "B"])
    address = f"/v1/answers/{asker.post('/v1/ask', json={'question': QUESTION}).json()['id']}"
    seers = {
        "asker": asker,
        "same collections": holder("reader", ["default", "B"]),
        "editor": holder("editor", None),
        "admin": holder("admin", None),
        "admin of both": holder("admin", ["B", "default", "C"]),
        "admin of one": holder("admin", ["default"]),
    }
    statuses = {name: client.get(address).status_code for name, client in seers.items()}
    assert statuses == {"asker": 200, "same collections": 404, "editor": 404, "admin": 200, "admin of both": 200,
                        "admin of one": 404}  # fmt: skip
    assert {name: client.get(f"{address}/export").status_code for name, client in seers.items()} == statuses


# --- the chain -------------------------------------------------------------------------------------------------------
CHANGES: list[tuple[str, str]] = [
    ("UPDATE contents SET body = replace(body, 'huyện', 'tỉnh') WHERE number = 2", "content was altered"),
    ("UPDATE entries SET time = '2020-01-01T00:00:00.000+00:00' WHERE number = 2", "head was altered"),
    ("DELETE FROM contents WHERE number = 2", "content is gone"),
    ("DELETE FROM entries WHERE number = 2", "entry 2 is missing"),
    ("UPDATE entries SET number = number + 10 WHERE number > 2", "entry 3 is missing"),
]


@pytest.mark.parametrize(("change", "fault"), CHANGES, ids=[fault for _, fault in CHANGES])
def test_whatever_is_altered_is_found(log: AuditLog, path: Path, change: str, fault: str) -> None:
    for number in range(4):
        log.add(body(f"a{number}"))
    assert not verify(log.entries()).faults
    with sqlite3.connect(path) as other:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute("DELETE FROM entries")
        for trigger in ("entries_stay", "entries_are_final", "contents_are_final"):
            other.execute(f"DROP TRIGGER {trigger}")
        other.execute(change)
    found = verify(log.entries()).faults
    assert any(fault in one.english for one in found), found


def test_cutting_off_the_end_shows_against_a_noted_head(log: AuditLog, path: Path) -> None:
    for number in range(3):
        log.add(body(f"a{number}"))
    head = verify(log.entries()).head
    log.add(body("a4"))
    assert not verify(log.entries(), anchor=head).faults
    with sqlite3.connect(path) as other:
        other.execute("DROP TRIGGER entries_stay")
        other.execute("DELETE FROM entries WHERE number >= 3")
    assert not verify(log.entries()).faults  # what is left is a whole chain
    assert "noted earlier" in verify(log.entries(), anchor=head).faults[0].english


def test_a_redaction_leaves_the_chain_whole_and_no_trace(log: AuditLog, path: Path) -> None:
    for number in range(3):
        log.add(body(f"a{number}", note=f"bí mật {number}"))
    log.redact("a1", "yêu cầu của công dân", "van-thu")
    result = verify(log.entries())
    assert (result.entries, result.removed, result.faults) == (4, 1, ())
    assert list(log.entries())[-1].body == {"numbers": [2], "reason": "yêu cầu của công dân", "by": "van-thu"}
    held = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert "bí mật 1".encode() not in held
    assert "bí mật 2".encode() in held
    for again in (log.find, lambda name: log.redact(name, "x", "y")):
        with pytest.raises(NotFoundError):
            again("a1")  # type: ignore[operator]


def test_contents_past_their_retention_are_taken_out(path: Path) -> None:
    log = AuditLog(path, retention_days=30)
    log.configure({"model": "a"})
    for number in range(2):
        log.add(body(f"a{number}"))
    assert log.prune(datetime.now(UTC) - timedelta(days=30)) == 0
    assert log.prune(datetime.now(UTC) + timedelta(days=1)) == 2
    result = verify(log.entries())
    assert (result.entries, result.removed, result.faults) == (4, 2, ())
    assert [entry.kind for entry in log.entries() if entry.body] == ["configuration", "retention"]


@pytest.mark.parametrize(("earlier_days", "left"), [(2, ["gestern", "neu"]), (400, ["alt", "gestern", "neu"])])
def test_a_server_takes_out_old_contents_by_itself_unless_the_clock_may_be_wrong(
    path: Path, earlier_days: int, left: list[str]
) -> None:
    old = AuditLog(path)
    old.add(body("alt"))
    old.add(body("gestern"))
    earlier = datetime.now(UTC) - timedelta(days=earlier_days)
    with sqlite3.connect(path) as other:  # an entry of long ago cannot be made otherwise; its hash does not matter here
        other.execute("DROP TRIGGER entries_are_final")
        other.execute("UPDATE entries SET time = '2020-01-01T00:00:00.000+00:00' WHERE number = 1")
        other.execute("UPDATE entries SET time = ? WHERE number = 2", (earlier.isoformat(timespec="milliseconds"),))
    log = AuditLog(path, retention_days=30)
    log.add(body("neu"))
    assert [row["answer_id"] for row in bodies(log)] == left


WRITER = """
import sys, threading
from pathlib import Path
from assistant.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
def write(name):
    for number in range(25):
        log.add({"answer_id": f"{name}-{number}", "answer": None})
threads = [threading.Thread(target=write, args=(f"{sys.argv[2]}-{n}",)) for n in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_threads_and_processes_write_one_chain(log: AuditLog, path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], env=environment) for name in ("p", "q")
    ]
    here = [threading.Thread(target=lambda n=n: [log.add(body(f"{n}-{i}")) for i in range(25)]) for n in range(2)]
    for thread in here:
        thread.start()
    for thread in here:
        thread.join()
    assert [writer.wait(120) for writer in writers] == [0, 0]
    result = verify(log.entries())
    assert (result.entries, result.faults) == (150, ())
    assert len({row["answer_id"] for row in bodies(log)}) == 150


# --- the command line ------------------------------------------------------------------------------------------------
@pytest.fixture
def run(path: Path) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["audit", *arguments], env={"ASSISTANT_DATA_DIR": str(path.parent)})
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


def test_commands_verify_export_show_redact_and_prune(
    log: AuditLog, path: Path, client: TestClient, run: Callable[..., tuple[int, str]]
) -> None:
    log.configure({"model": "a"})
    ids = [client.post("/v1/ask", json={"question": QUESTION}).json()["id"] for _ in range(3)]
    code, text = run("verify")
    assert (code, "Toàn vẹn: 4 mục" in text) == (0, True)
    shown = json.loads(run("show", ids[1])[1])
    assert (shown["question"], shown["configuration"]) == (QUESTION, {"model": "a"})
    assert Answer.model_validate(shown["answer"]).id == ids[1]
    assert run("redact", ids[1], "--reason", "thử")[0] == 0
    exported = path.parent / "nhat-ky.jsonl"
    assert "5 mục" in run("export", "--out", str(exported))[1]
    assert run("verify", "--file", str(exported))[0] == 0
    assert QUESTION in run("export", "--since", datetime.now().date().isoformat())[1]
    assert run("export", "--until", "2020-01-01") == (0, "")
    lines = exported.read_text().splitlines()
    exported.write_text("\n".join(lines).replace("huyện", "tỉnh"))
    assert run("verify", "--file", str(exported))[0] == 1
    assert run("verify", "--anchor", "0123")[0] == 1
    assert "0 mục cũ hơn 1 ngày" in run("prune", "--days", "1")[1]
    for wrong in (["prune"], ["redact", ids[0], "--reason", " "], ["export", "--since", "mai"]):
        with pytest.raises(InvalidInputError):
            run(*wrong)
    with pytest.raises(NotFoundError):
        run("show", ids[1])
