"""What the server sends to browsers, without one: headers, addresses, markup."""

from __future__ import annotations

import re

import httpx
import pytest
from little_assistant import DECISION, HOSTILE

from assistant.ui.markup import answer_html
from assistant.ui.passages import passages
from assistant.ui.strings import VIETNAMESE


def test_one_port_serves_chat_api_and_docs(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert "gradio" in client.get("/").text
        assert client.get("/healthz").json() == {"status": "ok"}
        answer = client.post("/v1/ask", json={"question": "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"})
        assert answer.json()["status"] == "answered"
        assert "swagger" in client.get("/docs").text
        missing = client.get("/v1/khong-co")
        assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_pages_refer_to_no_other_host(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        page = client.get("/")
        policy = page.headers["content-security-policy"]
        assert "http" not in policy
        for style in re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page.text):
            assert "//" not in style
            assert client.get(f"/{style.lstrip('/')}").status_code == 200
        font = client.get("/ui/fonts/BeVietnamPro-Regular.ttf")
        assert font.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/ui/../blocks.py", "/ui/%2e%2e/blocks.py", "/ui/fonts/..%2f..%2f__init__.py", "/documents/..%2f..%2fetc%2fpasswd",
     "/gradio_api/file=/etc/passwd", "/gradio_api/file=../pyproject.toml"],
)  # fmt: skip
def test_no_path_leads_out(address: str, path: str) -> None:
    response = httpx.get(address + path)
    assert response.status_code in (403, 404)
    assert "root:" not in response.text
    assert "import" not in response.text


def test_document_page_escapes_and_forbids_scripts(address: str) -> None:
    page = httpx.get(f"{address}/documents/{HOSTILE.document_id}", params={"start": 0, "end": 29})
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert f'<mark id="quote">{HOSTILE.text[:29]}</mark>' in page.text
    assert httpx.get(f"{address}/documents/khong-co").status_code == 404
    assert httpx.get(f"{address}/documents/{HOSTILE.document_id}", params={"start": -1}).status_code == 422


def test_the_link_of_a_citation_opens_for_people_and_programs(address: str) -> None:
    link = f"{address}/v1/documents/{DECISION.document_id}/text"
    span = {"version": 2, "start": 0, "end": 10}
    assert httpx.get(link, params=span).json()["text"] == DECISION.text[:10]
    page = httpx.get(link, params=span, headers={"Accept": "text/html,*/*;q=0.8"}, follow_redirects=True)
    assert page.url.fragment == "quote"
    assert f'<mark id="quote">{DECISION.text[:10]}</mark>' in page.text


def test_gradio_offers_no_endpoint_of_its_own(address: str) -> None:
    info = httpx.get(f"{address}/gradio_api/info").json()
    assert info["named_endpoints"] == {}


def test_passages_keep_every_character_and_mark_across_paragraphs() -> None:
    start, end = DECISION.text.index("Điều 2"), DECISION.text.index("triệu")
    found = passages(DECISION.text, start, end)
    assert "".join(piece.text for p in found for piece in p.pieces) == DECISION.text.replace("\n", "")
    marked = [piece for p in found for piece in p.pieces if piece.marked]
    assert "".join(piece.text for piece in marked) == DECISION.text[start:end].replace("\n", "")
    assert [piece.first for piece in marked] == [True] + [False] * (len(marked) - 1)
    assert [p.pieces[0].text for p in found if p.heading] == ["QUYẾT ĐỊNH", "Điều 1. Phạm vi", "Điều 2. Mức hỗ trợ"]
    assert not any(piece.marked for p in passages(DECISION.text, 5, 5) for piece in p.pieces)


def test_model_text_becomes_lists_but_never_links_or_html() -> None:
    text = "Gồm hai việc:\n\n- **một** [1]\n- hai <b>đậm</b> [x](http://a.b) ![i](http://a.b/c.png)"
    html = answer_html(text, (), VIETNAMESE, verbatim=False)
    assert "<li><strong>một</strong>" in html
    assert "&lt;b&gt;" in html
    assert "<a" not in html
    assert "<img" not in html
    assert '<span class="cite pending">1</span>' in html


def test_verbatim_text_is_not_read_as_markdown() -> None:
    html = answer_html("Mức *(1)* và _a_ * b\n1. Một", (), VIETNAMESE, verbatim=True)
    assert html == "<p>Mức *(1)* và _a_ * b</p><p>1. Một</p>"
