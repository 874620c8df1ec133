"""What operators see: health, readiness, metrics, logs, limits. And that none of it repeats a question."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import threading
import time
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from fastapi.testclient import TestClient
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata
from little_assistant import LittleAssistant
from prometheus_client.parser import text_string_to_metric_families
from serving import serving

from assistant.api import ServiceLimits, create_app
from assistant.api.logs import logging_config
from assistant.types import Answer, Delta, Event, Filters, Query, SearchHit

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(LittleAssistant()), raise_server_exceptions=False) as client:
        yield client


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Every sample of /metrics: (name, label values in order of label name) to value."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(response.text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found[(sample.name, *labels)] = sample.value
    return found


def test_metrics_count_requests_answers_and_documents(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": "Giá vàng?"}, headers={"Accept": "text/event-stream"})
    client.post("/v1/ask", json={"question": ""})
    client.get("/v1/documents/qd-05")
    client.get("/khong-co-trang-nay")
    found = samples(client)
    assert found[("policy_http_requests_total", "POST", "/v1/ask", "200")] == 2
    assert found[("policy_http_requests_total", "POST", "/v1/ask", "422")] == 1
    assert found[("policy_http_requests_total", "GET", "/v1/documents/{document_id}", "200")] == 1
    assert found[("policy_http_requests_total", "GET", "other", "404")] == 1
    assert found[("policy_answers_total", "little", "", "answered")] == 1
    assert found[("policy_answers_total", "little", "not_found", "abstained")] == 1
    assert found[("policy_first_text_seconds_count",)] == 1
    assert found[("policy_documents",)] == 3
    assert (found[("policy_running",)], found[("policy_waiting",)]) == (0, 0)


class TalkingAssistant(LittleAssistant):
    """Asks a chat model that reports its tokens."""

    def stream(self, query: Query) -> Iterator[Event]:
        used = UsageMetadata(input_tokens=120, output_tokens=30, total_tokens=150)
        said = AIMessage("Có.", usage_metadata=used, response_metadata={"model_name": "fake"})
        GenericFakeChatModel(messages=iter([said])).invoke(query.question)
        yield from super().stream(query)


def test_tokens_of_the_chat_model_are_counted() -> None:
    client = TestClient(create_app(TalkingAssistant()))
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    found = samples(client)
    assert (found[("policy_chat_tokens_total", "input")], found[("policy_chat_tokens_total", "output")]) == (240, 60)


class FailingAssistant(LittleAssistant):
    """Its index cannot be read."""

    def ask(self, query: Query) -> Answer:
        raise OSError("disk")

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> list[SearchHit]:
        raise OSError("disk")


def test_ready_only_if_a_search_works(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "documents": 3, "search": "ok"}
    failing = TestClient(create_app(FailingAssistant()), raise_server_exceptions=False)
    assert failing.get("/healthz").status_code == 200
    response = failing.get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert "disk" not in response.text
    failing.post("/v1/ask", json={"question": QUESTION})
    assert samples(failing)[("policy_failures_total", "OSError")] == 1


def test_log_lines_are_json_with_the_request_and_without_the_question(client: TestClient) -> None:
    stream = io.StringIO()
    config = logging_config()
    config["handlers"]["default"]["stream"] = stream
    held = {name: logging.getLogger(name) for name in ("", "assistant", "uvicorn", "uvicorn.access")}
    before = {name: (log.level, log.handlers[:], log.propagate) for name, log in held.items()}
    try:
        logging.config.dictConfig(config)
        response = client.post("/v1/ask", json={"question": QUESTION})
    finally:
        for name, (level, handlers, propagate) in before.items():
            held[name].setLevel(level)
            held[name].handlers, held[name].propagate = handlers, propagate
    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/ask", 200)
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["ms"] >= 0
    assert "hỗ trợ" not in stream.getvalue()
    assert "cấp huyện" not in stream.getvalue()


def test_too_many_questions_a_minute_are_refused_with_a_wait() -> None:
    with TestClient(create_app(LittleAssistant(), ServiceLimits(requests_per_minute=2))) as client:
        statuses = [client.post("/v1/ask", json={"question": QUESTION}).status_code for _ in range(2)]
        refused = client.post("/v1/search", json={"question": QUESTION})
        assert statuses == [200, 200]
        assert refused.status_code == 429
        assert refused.json()["type"] == "/problems/rate-limited"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/v1/documents").status_code == 200  # looking things up costs little


class Endless(LittleAssistant):
    """Never stops talking, and remembers having been told to."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()

    def stream(self, query: Query) -> Iterator[Event]:
        try:
            while True:
                yield Delta(text="và ")
                time.sleep(0.01)
        finally:
            self.closed.set()


def test_a_reader_who_leaves_ends_the_work_and_frees_the_place() -> None:
    assistant = Endless()
    with serving(assistant, ServiceLimits(running=1, waiting=0)) as address, httpx.Client(base_url=address) as client:
        headers = {"Accept": "text/event-stream"}
        with client.stream("POST", "/v1/ask", json={"question": QUESTION}, headers=headers) as response:
            next(response.iter_lines())
            assert client.post("/v1/search", json={"question": QUESTION}).status_code == 503
        assert assistant.closed.wait(20)
        while client.post("/v1/search", json={"question": QUESTION}).status_code == 503:
            time.sleep(0.05)
        assert client.post("/v1/search", json={"question": QUESTION}).status_code == 200
