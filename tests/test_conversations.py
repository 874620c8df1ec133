"""Conversations that the server remembers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from little_assistant import LittleAssistant

from assistant.api import ConversationStore, create_app
from assistant.api.conversation_store import Limits
from assistant.api.feedback import Judgement
from assistant.types import Answer
from vectorstore.errors import NotFoundError

QUESTION = "Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu?"
FOLLOW_UP = "Còn cấp huyện thì sao?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(tmp_path / "conversations.sqlite3")
    yield store
    store.close()


@pytest.fixture
def client(store: ConversationStore) -> Iterator[TestClient]:
    with TestClient(create_app(LittleAssistant(), conversations=store)) as client:
        yield client


def begin(client: TestClient, **body: str) -> str:
    response = client.post("/v1/conversations", json=body)
    assert response.status_code == 201
    return str(response.json()["id"])


def test_follow_ups_refer_to_what_was_said_before(client: TestClient) -> None:
    address = f"/v1/conversations/{begin(client)}"
    assert "15 triệu" in client.post(f"{address}/messages", json={"question": QUESTION}).json()["answer"]
    answer = client.post(f"{address}/messages", json={"question": FOLLOW_UP}).json()
    assert answer["standalone_question"] == f"{QUESTION} {FOLLOW_UP}"
    content = client.get(address).json()
    assert content["title"] == QUESTION
    assert [exchange["question"] for exchange in content["exchanges"]] == [QUESTION, FOLLOW_UP]
    assert content["exchanges"][1]["answer"] == answer


def test_streamed_answers_are_kept_too(client: TestClient) -> None:
    address = f"/v1/conversations/{begin(client)}"
    stream = client.post(
        f"{address}/messages", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
    ).text
    assert stream.rstrip().splitlines()[-2] == "event: done"
    assert "15 triệu" in client.get(address).json()["exchanges"][0]["answer"]["answer"]


def test_listing_finding_and_deleting(client: TestClient) -> None:
    begin(client, title="Giảm nghèo")
    second = begin(client, title="Dân vận khéo")
    client.post(f"/v1/conversations/{second}/messages", json={"question": QUESTION})
    listed = client.get("/v1/conversations").json()
    assert (listed["total"], listed["conversations"][0]["id"]) == (2, second)  # the last one used comes first
    assert client.get("/v1/conversations", params={"q": "GIAM ngheo"}).json()["total"] == 1
    assert len(client.get("/v1/conversations", params={"limit": 1, "offset": 1}).json()["conversations"]) == 1
    assert client.delete(f"/v1/conversations/{second}").status_code == 204
    assert client.get("/v1/conversations").json()["total"] == 1
    for gone in (client.get(f"/v1/conversations/{second}"), client.delete(f"/v1/conversations/{second}")):
        assert (gone.status_code, gone.json()["type"]) == (404, "/problems/not-found")
    asked = client.post(f"/v1/conversations/{second}/messages", json={"question": QUESTION})
    assert asked.status_code == 404


def test_they_outlive_the_server_and_belong_to_one_owner(tmp_path: Path, client: TestClient) -> None:
    kept = begin(client)
    client.post(f"/v1/conversations/{kept}/messages", json={"question": QUESTION})
    reopened = ConversationStore(tmp_path / "conversations.sqlite3")
    try:
        assert reopened.get("", kept)[1][0].question == QUESTION
        assert reopened.page("someone else") == (0, [])
        with pytest.raises(NotFoundError):
            reopened.get("someone else", kept)
        with pytest.raises(NotFoundError):
            reopened.delete("someone else", kept)
    finally:
        reopened.close()


def test_what_a_question_was_asked_within_is_kept(client: TestClient) -> None:
    address = f"/v1/conversations/{begin(client)}"
    limits = {"filters": {"doc_type": "Quyết định", "year_from": 2021}, "as_of": "2023-06-30"}
    client.post(f"{address}/messages", json={"question": QUESTION, **limits})
    kept = client.get(address).json()["exchanges"][0]
    assert {name: value for name, value in kept["filters"].items() if value} == limits["filters"]
    assert kept["as_of"] == limits["as_of"]


def test_a_database_of_an_earlier_version_takes_limits_and_judgements(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    answer = Answer(status="abstained", answer="x", standalone_question="x", confidence=0, model="m")
    with closing(sqlite3.connect(path)) as old, old:  # as 0.1.0 made it
        old.executescript(
            "CREATE TABLE conversations (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, "
            "created TEXT NOT NULL, updated TEXT NOT NULL); CREATE TABLE exchanges (position INTEGER PRIMARY KEY "
            "AUTOINCREMENT, conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, "
            "question TEXT NOT NULL, answer TEXT NOT NULL, created TEXT NOT NULL);"
            "INSERT INTO conversations VALUES ('c', '', 'Cũ', '2026', '2026');"
        )
        old.execute("INSERT INTO exchanges VALUES (1, 'c', 'Hỏi?', ?, '2026')", (answer.model_dump_json(),))
    with closing(ConversationStore(path)) as store:
        store.judge("", "c", answer.id, Judgement(rating="down", reason="wrong"))
        exchange = store.get("", "c")[1][0]
        assert (exchange.limits, exchange.judgement) == (Limits(), Judgement(rating="down", reason="wrong"))
        with pytest.raises(NotFoundError):
            store.judge("someone else", "c", answer.id, Judgement(rating="up"))


@pytest.mark.parametrize(
    "body", [{"question": " "}, {"question": "a", "as_of": "2024-13-99"}, {"question": "a", "x": 1}]
)
def test_wrong_questions_are_refused_and_not_kept(client: TestClient, body: dict[str, object]) -> None:
    address = f"/v1/conversations/{begin(client)}"
    assert client.post(f"{address}/messages", json=body).status_code == 422
    assert client.get(address).json()["exchanges"] == []
