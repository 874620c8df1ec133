"""The server process: settings reach its limits, streams live and end well, traces and readiness tell the truth."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from little_assistant import LittleAssistant
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from serving import serving

from assistant.access import KeyStore
from assistant.api import ServiceLimits, create_app
from assistant.api.tracing import collector, trace
from assistant.server import service_limits
from assistant.settings import Settings
from assistant.types import Answer, Event, Query
from assistant.wiring import chat_check

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
STREAM = {"Accept": "text/event-stream"}
ROOT = Path(__file__).parents[1]
# A server whose answers take two seconds, in a process of its own.
SLOW_SERVER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from little_assistant import LittleAssistant
from assistant.api import ServiceLimits, create_app
from assistant.server import Server
from assistant.ui import mount

class Slow(LittleAssistant):
    def stream(self, query):
        for event in super().stream(query):
            yield event
            time.sleep(0.2)

limits = ServiceLimits(shutdown_s=20)
Server(mount(create_app(Slow(), limits)), "127.0.0.1", int(sys.argv[1]), limits).run()
"""


def test_settings_reach_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    default = service_limits(Settings())
    assert default == ServiceLimits(running=default.running)
    assert service_limits(Settings(chat_model="openai:x")).running == 4 * default.running
    for name, value in {"CONCURRENT_REQUESTS": "2", "QUEUE_SIZE": "3", "REQUESTS_PER_MINUTE": "7", "UPLOAD_MAX_MB": "5",
                        "BODY_MAX_KB": "4", "ANSWER_TIMEOUT_S": "9", "HEARTBEAT_S": "8"}.items():  # fmt: skip
        monkeypatch.setenv(f"ASSISTANT_{name}", value)
    limits = service_limits(Settings())
    assert (limits.running, limits.waiting, limits.requests_per_minute) == (2, 3, 7)
    assert (limits.max_upload_bytes, limits.max_body_bytes, limits.answer_s) == (5_000_000, 4_000, 9)
    assert limits.heartbeat_s == 8


class Pausing(LittleAssistant):
    """Says nothing for a while."""

    def stream(self, query: Query) -> Iterator[Event]:
        events = super().stream(query)
        yield next(events)
        time.sleep(1.2)
        yield from events


def test_a_silent_stream_sends_signs_of_life() -> None:
    with serving(Pausing(), ServiceLimits(heartbeat_s=0.3)) as address:
        answer = httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, headers=STREAM, timeout=20)
    assert len(re.findall(r"^: ping", answer.text, re.MULTILINE)) >= 2
    assert "event: done" in answer.text


def test_a_stream_over_its_time_ends_with_a_problem() -> None:
    with serving(Pausing(), ServiceLimits(answer_s=0.5)) as address:
        answer = httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, headers=STREAM, timeout=20)
    assert "/problems/time-limit" in answer.text
    assert "event: done" not in answer.text


def test_a_server_told_to_stop_finishes_its_streams_and_takes_no_more(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SLOW_SERVER, str(port), str(ROOT / "tests")]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=tmp_path)
    try:
        await_answer(address, process)
        with (
            httpx.stream("GET", f"{address}/gradio_api/heartbeat/abc", timeout=30) as page,  # a chat left open
            httpx.stream(
                "POST", f"{address}/v1/ask", json={"question": QUESTION}, headers=STREAM, timeout=30
            ) as answer,
        ):
            next(page.iter_raw())
            lines = answer.iter_lines()
            next(lines)
            process.send_signal(signal.SIGTERM)
            text = "\n".join(lines)
        assert "event: done" in text
        assert process.wait(20) in (0, -signal.SIGTERM)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/healthz")
    finally:
        process.kill()
        _, errors = process.communicate()
    assert b"Traceback" not in errors, errors.decode()


def await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    while True:
        assert process.poll() is None, "the server did not start"
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
            return
        except httpx.ConnectError:
            time.sleep(0.1)


def test_readiness_tells_whether_the_chat_model_can_be_reached() -> None:
    model = {"chat_model": "openai:policy-assistant"}
    assert chat_check(Settings()) is None
    with serving(LittleAssistant()) as address:
        reached = chat_check(Settings(**model, chat_base_url=f"{address}/v1"))  # type: ignore[arg-type]
        ready = TestClient(create_app(LittleAssistant(), chat_check=reached)).get("/readyz").json()
        assert (ready["status"], ready["chat_model"]) == ("ok", "ok")
    # The same server, gone: answers fall back to the documents' own words, so the server is still ready.
    response = TestClient(create_app(LittleAssistant(), chat_check=reached)).get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["chat_model"] == "unreachable"


def test_traces_name_routes_and_no_words_of_a_reader() -> None:
    exporter = InMemorySpanExporter()
    app = create_app(LittleAssistant(), keys=KeyStore())
    trace(app, exporter)
    client = TestClient(app, client=("127.0.0.1", 1))
    client.post("/v1/ask", json={"question": QUESTION})
    client.get("/v1/conversations", params={"q": "bí mật"})
    client.get("/healthz")
    app.state.tracing.shutdown()
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["POST /v1/ask", "GET /v1/conversations"]
    assert "bí mật" not in str([span.to_json() for span in spans])
    assert "b%C3%AD" not in str([span.to_json() for span in spans])
    assert "hỗ trợ" not in str([dict(span.attributes or {}) for span in spans])
    collector("http://127.0.0.1:4317").shutdown()


class Buggy(LittleAssistant):
    """Fails in the way a bug would."""

    def ask(self, query: Query) -> Answer:
        raise RuntimeError("secret detail")


def test_a_bug_ends_its_request_and_not_the_connection() -> None:
    with serving(Buggy()) as address, httpx.Client(base_url=address) as client:
        sockets = set()
        for _ in range(3):
            with client.stream("POST", "/v1/ask", json={"question": QUESTION}) as answer:
                assert answer.status_code == 500
                assert "secret" not in answer.read().decode()
                sockets.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(sockets) == 1
