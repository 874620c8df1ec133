"""Filters over the sample corpus, made up by hypothesis: what they let through is what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.api import create_app
from assistant.chain import PolicyAssistant
from vectorstore.text.normalise import fold

ORGANS = ("Ủy ban nhân dân", "uy ban nhan dan", "BAN DÂN VẬN", "Tỉnh ủy", "Hội đồng nhân dân tỉnh Lâm Giang")
KINDS = ("Quyết định", "quyet dinh", "Báo cáo", "NGHỊ QUYẾT", "Chỉ thị", "Công văn")
SYMBOLS = {
    "31/2022/QĐ-UBND": "31",
    "qd 31": "31",
    "Chỉ thị số 12-CT/TU": "12",
    "25-NQ/TW": "25",
    "999/2050/QĐ-UBND": "999",
}
QUESTIONS = (
    "Mỗi mô hình được hỗ trợ bao nhiêu?",
    "Bao nhiêu mô hình Dân vận khéo được công nhận?",
    "nhiem vu nam 2024",
)
YEARS = st.integers(2010, 2030)
ANYTHING = st.text(max_size=30)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "organ": st.sampled_from(ORGANS) | ANYTHING,
        "doc_type": st.sampled_from(KINDS) | ANYTHING,
        "symbol": st.sampled_from(sorted(SYMBOLS)),
        "year_from": YEARS,
        "year_to": YEARS,
        "collection": st.sampled_from(("default", "khác")) | ANYTHING,
    },
)
AS_OF = st.none() | st.dates().map(str)
often = settings(
    max_examples=int(os.environ.get("ASSISTANT_TEST_FUZZ", "25")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def client(sample_assistant: PolicyAssistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def documents(client: TestClient) -> dict[str, dict[str, Any]]:
    """What the documents say of themselves, by id."""
    return {d["document_id"]: d for d in client.get("/v1/documents?limit=500").json()["documents"]}


def search(client: TestClient, question: str, filters: dict[str, Any], as_of: str | None) -> list[str]:
    """Ids of the documents found, one a hit."""
    body = {"question": question, "filters": filters, "as_of": as_of, "k": 50}
    answer = client.post("/v1/search", json=body)
    assert answer.status_code == 200, answer.text
    return [hit["document_id"] for hit in answer.json()["hits"]]


def allows(filters: dict[str, Any], as_of: str | None, document: dict[str, Any]) -> bool:
    """Whether the filters, read plainly, let the document through."""
    day = document["issue_date"] or document["event_date"] or document["published_date"]
    year = int(day[:4]) if day else None
    return (
        (not filters.get("organ") or fold(filters["organ"]) in fold(document["organ"] or ""))
        and (not filters.get("doc_type") or fold(filters["doc_type"]) == fold(document["kind"] or ""))
        and (not filters.get("collection") or filters["collection"] == document["collection"])
        and ("symbol" not in filters or (document["symbol"] or "").startswith(SYMBOLS[filters["symbol"]]))
        and (as_of is None or day is None or day <= as_of)
        and ("year_from" not in filters or (year is not None and year >= filters["year_from"]))
        and ("year_to" not in filters or (year is not None and year <= filters["year_to"]))
    )


@often
@given(question=st.sampled_from(QUESTIONS), filters=FILTERS, as_of=AS_OF)
def test_only_what_the_filters_allow_is_found(
    client: TestClient, documents: dict[str, dict[str, Any]], question: str, filters: dict[str, Any], as_of: str | None
) -> None:
    for found in search(client, question, filters, as_of):
        assert allows(filters, as_of, documents[found]), (filters, documents[found])


@often
@given(question=st.sampled_from(QUESTIONS), filters=FILTERS, as_of=AS_OF)
def test_answers_cite_only_what_the_filters_allow(
    client: TestClient, documents: dict[str, dict[str, Any]], question: str, filters: dict[str, Any], as_of: str | None
) -> None:
    answer = client.post("/v1/ask", json={"question": question, "filters": filters, "as_of": as_of})
    assert answer.status_code == 200, answer.text
    for citation in answer.json()["citations"]:
        assert allows(filters, as_of, documents[citation["document_id"]])


@often
@given(
    filters=st.dictionaries(
        st.sampled_from(("organ", "doc_type", "symbol", "year_from", "year_to", "collection", "khác")),
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    ),
    as_of=st.none() | st.text(max_size=12) | st.integers(),
)
def test_filters_of_any_shape_are_answered_or_refused_with_the_reason(
    client: TestClient, filters: dict[str, Any], as_of: object
) -> None:
    answer = client.post("/v1/search", json={"question": QUESTIONS[0], "filters": filters, "as_of": as_of})
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 422:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/invalid-input"
