"""The HTTP API as a client sees it: contract, streams, problems, documents, pages that work offline."""

from __future__ import annotations

import json
import logging
import re
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from little_assistant import DECISION, HOSTILE, REPORT, LittleAssistant

from assistant.api import ServiceLimits, create_app
from assistant.chain import PolicyAssistant
from assistant.types import Answer, Event, Query, Stage
from vectorstore.errors import NotReadyError

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
CITATION_FIELDS = {"n", "document_id", "source", "title", "symbol", "locator", "page", "quote", "start", "end", "url"}


@pytest.fixture
def assistant() -> LittleAssistant:
    return LittleAssistant()


@pytest.fixture
def client(assistant: LittleAssistant) -> Iterator[TestClient]:
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


def problem(response: Response, status: int, slug: str) -> dict[str, object]:
    """The problem a response carries, after checking what every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == f"/problems/{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == response.request.url.path
    assert body["request_id"] == response.headers["x-request-id"]
    return dict(body)


def server_sent(text: str) -> list[tuple[str, dict[str, object]]]:
    """(event name, data) of a Server-Sent Events body."""
    blocks = [block for block in re.split(r"\r?\n\r?\n", text) if "data:" in block]
    fields = [dict(line.split(": ", 1) for line in re.split(r"\r?\n", block)) for block in blocks]
    return [(field["event"], json.loads(field["data"])) for field in fields]


def test_ask_answers_with_the_contract(client: TestClient) -> None:
    body = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert body["status"] == "answered"
    assert body["reason"] is None
    assert "8 triệu đồng" in body["answer"]
    assert "[1]" in body["answer"]
    assert body["claims"][0]["citations"] == [1]
    (citation,) = body["citations"]
    assert set(citation) >= CITATION_FIELDS
    assert citation["quote"] == DECISION.text[citation["start"] : citation["end"]]
    assert 0 <= body["confidence"] <= 1
    assert set(body) >= {"id", "standalone_question", "model", "timings_ms"}


def test_ask_abstains_with_status_200(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "Giá vàng hôm nay thế nào?"})
    assert response.status_code == 200
    assert response.json()["status"] == "abstained"
    assert response.json()["reason"] == "not_found"


def test_history_filters_and_date_reach_the_assistant(client: TestClient, assistant: LittleAssistant) -> None:
    body = {
        "question": "Còn cấp huyện thì sao?",
        "history": [{"role": "user", "content": "Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu?"}],
        "filters": {"doc_type": "Quyết định", "year_from": 2020},
        "as_of": "2024-06-30",
        "mode": "extractive",
    }
    answer = client.post("/v1/ask", json=body).json()
    assert answer["standalone_question"].startswith("Mỗi mô hình cấp tỉnh")
    (query,) = assistant.asked
    assert query.filters.year_from == 2020
    assert query.as_of is not None
    assert query.as_of.isoformat() == "2024-06-30"
    assert query.mode == "extractive"


def test_decomposed_text_is_composed(client: TestClient, assistant: LittleAssistant) -> None:
    response = client.post("/v1/ask", json={"question": unicodedata.normalize("NFD", QUESTION)})
    assert assistant.asked[0].question == QUESTION
    assert response.json()["status"] == "answered"


def test_stream_gives_stages_then_text_then_the_whole_answer(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = server_sent(response.text)
    names = [name for name, _ in events]
    assert names == ["stage"] * 3 + ["delta"] * (len(names) - 4) + ["done"]
    streamed = "".join(str(data["text"]) for name, data in events if name == "delta")
    answer = events[-1][1]["answer"]
    assert isinstance(answer, dict)
    assert streamed == answer["answer"]
    assert answer["citations"][0]["document_id"] == DECISION.document_id


def test_search_ranks_passages(client: TestClient) -> None:
    hits = client.post("/v1/search", json={"question": "cuộc đối thoại với nhân dân", "k": 3}).json()["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert "96 cuộc đối thoại" in hits[0]["quote"]
    assert hits[0]["quote"] == REPORT.text[hits[0]["start"] : hits[0]["end"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "a" * 20_000}, "question"),
        ({"question": 5}, "question"),
        ({}, "question"),
        ({"question": "a", "colour": "red"}, "colour"),
        ({"question": "a", "filters": {"organ": 3}}, "filters.organ"),
        ({"question": "a", "filters": {"year_from": "năm nay"}}, "filters.year_from"),
        ({"question": "a", "history": [{"role": "system", "content": "x"}]}, "history.0.role"),
        ({"question": "a", "as_of": "30/6/2024"}, "as_of"),
        ({"question": "a", "mode": "magic"}, "mode"),
        ({"question": "\ud800"}, "question"),
        ([1, 2], "body"),
    ],
)
def test_wrong_fields_are_named(client: TestClient, body: object, field: str) -> None:
    sent = json.dumps(body)
    response = client.post("/v1/ask", content=sent, headers={"Content-Type": "application/json"})
    errors = problem(response, 422, "invalid-input")["errors"]
    assert isinstance(errors, list)
    assert field in [error["field"] for error in errors]


def test_blank_question_is_refused(client: TestClient) -> None:
    for path in ("/v1/ask", "/v1/search"):
        for blank in ("  ", "\u00a0\n", "\u200b"):
            problem(client.post(path, json={"question": blank}), 422, "invalid-input")


@pytest.mark.parametrize("sent", [b"{", b'{"question": "a"', b'{"question": "\xff"}', b"[" * 100_000])
def test_malformed_json(client: TestClient, sent: bytes) -> None:
    response = client.post("/v1/ask", content=sent, headers={"Content-Type": "application/json"})
    problem(response, 400, "malformed-json")


def test_other_media_types_are_refused(client: TestClient) -> None:
    response = client.post("/v1/ask", data={"question": QUESTION})
    assert "application/json" in str(problem(response, 415, "unsupported-media-type")["detail"])


def test_large_bodies_are_refused_announced_or_not(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/ask", content=b" " * 1_000_001, headers=headers), 413, "too-large")
    chunks = (b" " * 100_000 for _ in range(11))  # sent chunked: no Content-Length
    problem(client.post("/v1/ask", content=chunks, headers=headers), 413, "too-large")
    body = json.dumps({"question": QUESTION}).encode() + b" " * 900_000
    assert client.post("/v1/ask", content=body, headers=headers).status_code == 200


def test_problems_speak_the_clients_language(client: TestClient) -> None:
    def ask(accept_language: str) -> dict[str, object]:
        headers = {"Accept-Language": accept_language}
        return problem(client.post("/v1/ask", json={"question": " "}, headers=headers), 422, "invalid-input")

    assert ask("en-GB,en;q=0.9")["detail"] == "The question is blank. Type a question."
    for vietnamese in ("", "vi", "fr", "vi-VN,vi;q=0.9,en;q=0.8", "en;q=0, vi;q=0.1", "en;q=abc"):
        assert ask(vietnamese)["detail"] == "Câu hỏi đang để trống. Hãy nhập câu hỏi."


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    problem(client.get("/v1/khong-co"), 404, "not-found")
    response = client.get("/v1/ask")
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"
    problem(client.delete("/v1/documents"), 405, "method-not-allowed")


def test_problem_types_can_be_looked_up(client: TestClient) -> None:
    kind = str(problem(client.get("/v1/khong-co"), 404, "not-found")["type"])
    assert client.get(kind).json()["en"].startswith("Not found")
    problem(client.get("/problems/abc"), 404, "not-found")


def test_request_ids_are_kept_when_sane_and_never_echo_anything_else(client: TestClient) -> None:
    mine = "0b1c6a0e5d5e4a3f9b7d2c1e8f6a4b3c"
    assert client.get("/healthz", headers={"X-Request-ID": mine}).headers["x-request-id"] == mine
    evil = client.get("/healthz", headers={"X-Request-ID": "<script>"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", evil)


class BrokenAssistant(LittleAssistant):
    """Fails in the way a bug would, before or after its first event."""

    def __init__(self, after_first: bool = False) -> None:
        super().__init__()
        self.after_first = after_first

    def stream(self, query: Query) -> Iterator[Event]:
        if self.after_first:
            yield Stage(name="understand")
        raise RuntimeError("secret detail")

    def ask(self, query: Query) -> Answer:
        raise RuntimeError("secret detail")


def test_unexpected_errors_show_no_inside_and_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = TestClient(create_app(BrokenAssistant()), raise_server_exceptions=False)
    with caplog.at_level(logging.ERROR):
        body = problem(client.post("/v1/ask", json={"question": QUESTION}), 500, "internal")
    assert "secret" not in json.dumps(body)
    assert str(body["request_id"]) in caplog.text
    headers = {"Accept": "text/event-stream"}
    problem(client.post("/v1/ask", json={"question": QUESTION}, headers=headers), 500, "internal")


def test_a_stream_that_breaks_ends_with_an_error_event() -> None:
    client = TestClient(create_app(BrokenAssistant(after_first=True)))
    response = client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    events = server_sent(response.text)
    assert [name for name, _ in events] == ["stage", "error"]
    assert events[1][1]["type"] == "/problems/internal"
    assert "secret" not in response.text


class EmptyAssistant(LittleAssistant):
    """Nothing ingested yet."""

    def ready(self) -> bool:
        return False

    def ask(self, query: Query) -> Answer:
        raise NotReadyError("Kho tài liệu còn trống.", "The corpus is empty.")


def test_health_follows_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    empty = TestClient(create_app(EmptyAssistant()))
    response = empty.get("/healthz")
    problem(response, 503, "not-ready")
    assert int(response.headers["retry-after"]) > 0
    problem(empty.post("/v1/ask", json={"question": QUESTION}), 503, "not-ready")


class SlowAssistant(LittleAssistant):
    """Answers only once it is let go, and remembers whether a reader left."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Semaphore(0)
        self.go = threading.Event()

    def ask(self, query: Query) -> Answer:
        self.started.release()
        assert self.go.wait(20)
        return super().ask(query)


def test_more_than_the_queue_holds_is_turned_away_and_the_rest_is_served() -> None:
    assistant = SlowAssistant()
    with TestClient(create_app(assistant, ServiceLimits(running=1, waiting=1))) as client:
        statuses: list[int] = []

        def ask() -> None:
            statuses.append(client.post("/v1/ask", json={"question": QUESTION}).status_code)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        threads[0].start()
        assert assistant.started.acquire(timeout=20)  # the only place is taken
        for thread in threads[1:]:
            thread.start()
        while len(statuses) < 2:  # two of the other three find the queue full
            threading.Event().wait(0.01)
        refused = client.post("/v1/ask", json={"question": QUESTION})
        assert int(refused.headers["retry-after"]) > 0
        problem(refused, 503, "busy")
        assistant.go.set()
        for thread in threads:
            thread.join(20)
        assert sorted(statuses) == [200, 200, 503, 503]
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200


def test_documents_are_listed_filtered_and_paged(client: TestClient) -> None:
    body = client.get("/v1/documents").json()
    assert body["total"] == 3
    assert {item["document_id"] for item in body["documents"]} == {"bc-2023", "qd-05", "xss-1"}
    assert body["documents"][1]["relations"][0]["symbol"] == "11/2018/QĐ-UBND"

    def listed(**params: object) -> list[str]:
        return [d["document_id"] for d in client.get("/v1/documents", params=params).json()["documents"]]

    assert listed(year=2023) == ["bc-2023"]
    assert listed(doc_type="quyet dinh") == ["qd-05"]
    assert listed(organ="Ban Dân vận") == ["bc-2023"]
    assert listed(offset=1, limit=1) == ["qd-05"]
    assert listed(collection="khác") == []
    problem(client.get("/v1/documents", params={"limit": 0}), 422, "invalid-input")
    problem(client.get("/v1/documents", params={"yeer": 2023}), 422, "invalid-input")


def test_document_metadata_by_version(client: TestClient) -> None:
    body = client.get("/v1/documents/qd-05").json()
    assert body["version"] == 2
    assert body["issue_date"] == "2022-03-15"
    assert body["length"] == len(DECISION.text)
    assert client.get("/v1/documents/qd-05", params={"version": 2}).status_code == 200
    problem(client.get("/v1/documents/qd-05", params={"version": 9}), 404, "not-found")
    problem(client.get("/v1/documents/qd-05", params={"version": 0}), 422, "invalid-input")


def test_text_of_a_span_with_its_surroundings(client: TestClient) -> None:
    start = REPORT.text.index("Các huyện")
    span = {"start": start, "end": start + 9, "around": 20}
    body = client.get("/v1/documents/bc-2023/text", params=span).json()
    assert body["text"] == "Các huyện"
    assert body["before"] == REPORT.text[start - 20 : start]
    assert body["after"] == REPORT.text[start + 9 : start + 29]
    assert client.get("/v1/documents/bc-2023/text").json()["text"] == REPORT.text
    for wrong in ({"start": 9, "end": 2}, {"start": 10**9}, {"start": 0, "end": 10**9}, {"start": -1}):
        problem(client.get("/v1/documents/bc-2023/text", params=wrong), 422, "invalid-input")


@pytest.mark.parametrize("document_id", ["..%2F..%2Fetc%2Fpasswd", "..", "%2e%2e", "a%00b", "khong-co", "%F0%9F%98%80"])
def test_no_path_leads_out_of_the_corpus(client: TestClient, document_id: str) -> None:
    for suffix in ("", "/text"):
        response = client.get(f"/v1/documents/{document_id}{suffix}")
        assert response.status_code in (404, 405, 422) or response.json().get("total") == 3
        assert "root:" not in response.text


def test_hostile_titles_travel_as_json_only(client: TestClient) -> None:
    response = client.get(f"/v1/documents/{HOSTILE.document_id}")
    assert response.headers["content-type"] == "application/json"
    assert response.json()["title"] == HOSTILE.title


def test_openapi_describes_examples_and_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    ask = schema["paths"]["/v1/ask"]["post"]
    examples = ask["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        assert Query.model_validate(example["value"])
    assert set(ask["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    assert "application/problem+json" in ask["responses"]["422"]["content"]
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(schema)


def test_docs_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "swagger" in page.lower()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert address.startswith("/")
        assert client.get(address).status_code == 200


@pytest.fixture(scope="module")
def real(sample_assistant: PolicyAssistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


PRAISED = "Mô hình nào của Công an huyện Bình Đại được Ban Dân vận Trung ương đánh giá cao?"
MODEL = "Họ đạo liên giao tự quản"


def test_real_answers_are_cited_and_every_citation_can_be_looked_up(real: TestClient) -> None:
    body = real.post("/v1/ask", json={"question": PRAISED}).json()
    assert body["status"] == "answered"
    assert MODEL in body["answer"]
    assert body["citations"]
    for citation in body["citations"]:
        found = real.get(citation["url"]).json()
        assert found["text"] == citation["quote"]
        assert f"[{citation['n']}]" in body["answer"]
    assert all(milliseconds >= 0 for milliseconds in body["timings_ms"].values())


@pytest.mark.parametrize(
    "written",
    [
        unicodedata.normalize("NFD", PRAISED),
        "mo hinh nao cua cong an huyen binh dai duoc ban dan van trung uong danh gia cao",
    ],
)
def test_real_answers_whatever_way_it_is_typed(real: TestClient, written: str) -> None:
    assert MODEL in real.post("/v1/ask", json={"question": written}).json()["answer"]


def test_real_stream_ends_in_what_ask_answers(real: TestClient) -> None:
    whole = real.post("/v1/ask", json={"question": PRAISED}).json()
    streamed = real.post("/v1/ask", json={"question": PRAISED}, headers={"Accept": "text/event-stream"})
    events = server_sent(streamed.text)
    last = events[-1][1]["answer"]
    assert isinstance(last, dict)
    assert (last["answer"], last["citations"]) == (whole["answer"], whole["citations"])
    assert "".join(str(data["text"]) for name, data in events if name == "delta").strip() == whole["answer"].strip()


def test_real_follow_up_and_abstention(real: TestClient) -> None:
    asked = "Năm 2023 tỉnh Bến Tre công nhận bao nhiêu mô hình?"
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": "146 mô hình [1]"}]
    follow_up = real.post("/v1/ask", json={"question": "Còn năm 2031 thì sao?", "history": history}).json()
    assert "2031" in follow_up["standalone_question"]
    assert follow_up["status"] == "abstained"


def test_real_search_and_documents_agree(real: TestClient) -> None:
    hits = real.post("/v1/search", json={"question": "Cảnh sát biển đồng hành với ngư dân", "k": 5}).json()["hits"]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert "Cảnh sát biển" in hits[0]["quote"]
    listed = real.get("/v1/documents", params={"limit": 500}).json()
    assert {hit["document_id"] for hit in hits} <= {document["document_id"] for document in listed["documents"]}
    decisions = real.get("/v1/documents", params={"doc_type": "Quyết định"}).json()["documents"]
    assert decisions
    assert all(document["kind"] == "Quyết định" for document in decisions)


def test_real_filters_restrict_what_is_cited(real: TestClient) -> None:
    body = {"question": "công tác dân vận năm 2023", "filters": {"year_from": 2023, "year_to": 2023}, "k": 20}
    hits = real.post("/v1/search", json=body).json()["hits"]
    assert hits
    assert {hit["date"][:4] for hit in hits} == {"2023"}


def test_real_answers_to_many_at_once_are_the_same_as_one_by_one(real: TestClient) -> None:
    questions = [PRAISED, "Nghị quyết 05-NQ/TU đặt chỉ tiêu gì?", "Giá vàng hôm nay là bao nhiêu?"] * 4

    def answer(question: str) -> str:
        return str(real.post("/v1/ask", json={"question": question}).json()["answer"])

    alone = [answer(question) for question in questions[:3]] * 4
    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(answer, questions)) == alone
