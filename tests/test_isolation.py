"""What a reader gets does not depend, in any digit, on documents of collections that the reader may not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from guarded import Guarded, finished, guarded

from vectorstore.embedding import PolicyEmbeddings

QUESTIONS = (
    "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?",
    "moi mo hinh cap xa duoc ho tro bao nhieu",
    "Ai hướng dẫn thủ tục thanh toán kinh phí hỗ trợ?",
    "Quyết định 41/2023/QĐ-UBND quy định về vấn đề gì?",
    "Quyết định 41/2023/QĐ-UBND còn hiệu lực không, bị văn bản nào thay thế?",
    "Giám đốc Sùng Vần Xuyên giữ chức vụ gì?",
    "tham canh rung luong giong keo lai",
    "Mức hỗ trợ mỗi mô hình cấp tỉnh năm 2025 là bao nhiêu?",
    "Giá vàng hôm nay?",
)
REPLACING = """ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: 88/2025/QĐ-UBND

QUYẾT ĐỊNH
Về mức hỗ trợ mô hình Dân vận khéo

Điều 1. Mỗi mô hình cấp huyện được hỗ trợ 15 triệu đồng, mỗi mô hình cấp xã 9 triệu đồng, cấp tỉnh 30 triệu đồng.
Điều 2. Quyết định này thay thế Quyết định số 41/2023/QĐ-UBND. Giám đốc Sở Tài chính Sùng Vần Xuyên thực hiện.
Điều 3. Kỹ thuật thâm canh rừng luồng và giống keo lai áp dụng theo hướng dẫn của ngành.
"""
NEAR_COPY = "Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng từ ngân sách địa phương, văn bản số {}. "


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("isolated"), embeddings) as server:
        yield server


def everything(client: TestClient) -> list[Any]:
    """All that search, ask, the documents and the OpenAI format say, but for ids and times made for the request."""
    got: list[Any] = []
    for question in QUESTIONS:
        got.append(client.post("/v1/search", json={"question": question, "k": 50}).json())
        for filters in ({}, {"year_from": 2020}, {"collection": "B"}):
            answer = client.post("/v1/ask", json={"question": question, "filters": filters}).json()
            got.append({key: value for key, value in answer.items() if key not in ("id", "timings_ms")})
        body = {"model": "policy-assistant", "messages": [{"role": "user", "content": question}]}
        got.append(client.post("/v1/chat/completions", json=body).json()["choices"])
    got.append(client.get("/v1/documents").json())
    got += [client.get(f"/v1/documents/{d['document_id']}").json() for d in got[-1]["documents"]]
    return got


def upload(server: Guarded, name: str, text: str, collection: str) -> str:
    """Add a document as an administrator; gives its id."""
    admin = server.client("admin")
    sent = admin.post("/v1/documents", files={"file": (name, text.encode())}, data={"collection": collection})
    (file,) = finished(admin, sent.headers["location"])["files"]  # type: ignore[misc]
    assert file["outcome"] == "added", file
    return str(file["document_id"])


def test_documents_of_another_collection_change_nothing(server: Guarded) -> None:
    reader, other = server.client("reader A"), server.client("reader B")
    before, others = everything(reader), everything(other)
    assert any(answer.get("status") == "answered" for answer in before if isinstance(answer, dict))
    added = [upload(server, "thay-the.txt", REPLACING, "B")]
    for number in range(4):
        copies = "".join(NEAR_COPY.format(f"{number}{place}") for place in range(40))
        added.append(upload(server, f"gan-giong-{number}.txt", f"BÁO CÁO\nKết quả đợt {number}\n\n{copies}", "B"))
    assert everything(reader) == before
    assert everything(other) != others  # they do weigh where they may be seen
    server.client("admin").delete(f"/v1/documents/{added[0]}")
    assert everything(reader) == before


def test_what_one_may_see_together_is_weighed_together(server: Guarded) -> None:
    """A word counts for a reader of two collections by how rare it is in both, as it does for one of them all."""
    text = "BÁO CÁO\nCông tác ngoại vụ\n\nHội nghị xúc tiến thương mại có 12 đoàn khách."
    upload(server, "ngoai-vu.txt", text, "C")
    _, key = server.keys.create("đọc A và C", "reader", ["A", "C"])
    both = server.client()
    both.headers["Authorization"] = f"Bearer {key}"
    hits = both.post("/v1/search", json={"question": "Hội nghị hỗ trợ mô hình cấp huyện", "k": 50}).json()["hits"]
    assert {hit["source"] for hit in hits} == {"ngoai-vu.txt", "quyet-dinh-ho-tro.txt"}
    assert hits[0]["source"] == "quyet-dinh-ho-tro.txt"
    listed = both.get("/v1/documents").json()
    assert {document["collection"] for document in listed["documents"]} == {"A", "C"}
    answer = both.post("/v1/ask", json={"question": "Hội nghị xúc tiến thương mại có bao nhiêu đoàn khách?"}).json()
    assert re.search(r"12 đoàn khách", answer["answer"])
