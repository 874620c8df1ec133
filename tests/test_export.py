"""Answers and conversations as .docx and .pdf, opened by other programs than the ones that wrote them."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from docx import Document
from fastapi.testclient import TestClient
from little_assistant import LittleAssistant

from assistant.api import ConversationStore, create_app
from assistant.audit import AuditLog
from assistant.export import Asked, Report, docx_bytes, pdf_bytes
from assistant.export.content import CLOSING, TITLE, roman
from assistant.types import Answer, Citation

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
UNKNOWN = "Giá vàng hôm nay ra sao thế?"
LONG = "Ủy ban nhân dân các xã, phường báo cáo kết quả rà soát trước ngày 15 tháng 12 hằng năm."


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    conversations = ConversationStore()
    yield TestClient(create_app(LittleAssistant(), conversations=conversations, audit=AuditLog()))
    conversations.close()


def citation(n: int, **more: object) -> Citation:
    known = {
        "document_id": f"d{n}",
        "title": f"Báo cáo {n}",
        "symbol": f"{n}/BC-UBND",
        "locator": "mục II",
        "page": n,
        "quote": LONG,
    }
    return Citation(n=n, source=f"{n}.pdf", start=0, end=9, url="", date="2024-01-31", **{**known, **more})  # type: ignore[arg-type]


def report(count: int = 1, text: str = f"{LONG} [1]", **more: object) -> Report:
    more.setdefault("citations", (citation(1), citation(2)))
    answer = Answer(status="answered", answer=text,
                    standalone_question=QUESTION, confidence=0.87, model="extractive", **more)  # type: ignore[arg-type]  # fmt: skip
    return Report("", (Asked(QUESTION, answer, "2024-03-05T01:02:03+00:00"),) * count, date(2024, 3, 5))


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def pdf_text(content: bytes) -> list[str]:
    """The words of each page, spaces evened out."""
    document = pdfium.PdfDocument(content)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def test_an_answer_by_api_as_both_formats(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    (cited,) = answer["citations"]
    word, pdf = (client.get(f"/v1/answers/{answer['id']}/export", params={"format": f}) for f in ("docx", "pdf"))
    assert word.headers["content-disposition"] == f'attachment; filename="tra-cuu-{answer["id"][:8]}.docx"'
    assert pdf.headers["content-type"] == "application/pdf"
    for text in ("\n".join(paragraphs(word.content)), " ".join(pdf_text(pdf.content))):
        flat = " ".join(text.split())
        parts = (TITLE, f"I. {QUESTION}", "2. Nguồn trích dẫn", cited["title"],
                 "số 05/2022/QĐ-UBND", "ngày 15/03/2022", cited["locator"], f"“{cited['quote']}”", "bản 2",
                 answer["id"], CLOSING)  # fmt: skip
        assert [part for part in parts if part not in flat] == []
    assert client.get(f"/v1/answers/{answer['id']}/export", params={"format": "odt"}).status_code == 422


def test_a_conversation_with_an_abstention(client: TestClient) -> None:
    address = f"/v1/conversations/{client.post('/v1/conversations', json={}).json()['id']}"
    assert client.get(f"{address}/export").status_code == 422  # nothing to export yet
    for question in (QUESTION, UNKNOWN):
        client.post(f"{address}/messages", json={"question": question})
    words = paragraphs(client.get(f"{address}/export").content)
    assert [line for line in words if line.startswith(("I. ", "II. "))] == [f"I. {QUESTION}", f"II. {UNKNOWN}"]
    assert "1. Trả lời: không có trong kho văn bản" in words
    assert f"II. {UNKNOWN}" in " ".join(pdf_text(client.get(f"{address}/export?format=pdf").content))
    assert client.get("/v1/conversations/khong-co/export").status_code == 404


def test_docx_has_the_administrative_layout() -> None:
    document = Document(io.BytesIO(docx_bytes(report())))
    section = document.sections[0]
    measures = (section.page_width, section.page_height, section.left_margin, section.right_margin, section.top_margin)
    assert [round(length.mm) for length in measures] == [210, 297, 30, 20, 20]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [f"I. {QUESTION}"]
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        assert document.styles[name].font.name == "Times New Roman"
        assert 'w:val="vi-VN"' in document.styles[name].element.xml
    body = next(p for p in document.paragraphs if p.text.startswith(LONG))
    assert (body.runs[0].font.size.pt, round(body.paragraph_format.first_line_indent.mm, 1)) == (14, 12.7)


def test_pdf_embeds_its_font_and_numbers_pages_from_the_second() -> None:
    document = pdfium.PdfDocument(pdf_bytes(report(6)))
    assert len(document) > 1
    assert [round(length / 72 * 25.4) for length in document[0].get_size()] == [210, 297]
    content = pdf_bytes(report(6))
    assert content.count(b"/FontFile2") >= 3  # regular, bold, italic
    pages = pdf_text(content)
    assert not pages[0].startswith("1 ")
    assert pages[1].startswith("2 ")


def test_what_was_struck_out_notices_and_odd_characters_survive() -> None:
    text = "Đúng <b>& rõ</b> [1]\n- ~~Sai hẳn 99.~~ (không có căn cứ trong nguồn)\x00\x0b\ud7ff"
    made = report(text=text, notices=("Văn bản đã bị thay thế.",))
    document = Document(io.BytesIO(docx_bytes(made)))
    struck = [run.text for p in document.paragraphs for run in p.runs if run.font.strike]
    assert struck == ["Sai hẳn 99."]
    assert "Đúng <b>& rõ</b>\u00a0[1]" in [p.text for p in document.paragraphs]
    assert "Lưu ý: Văn bản đã bị thay thế." in [p.text for p in document.paragraphs]
    assert "Đúng <b>& rõ</b> [1]" in pdf_text(pdf_bytes(made))[0]


def test_a_document_cited_again_is_named_once() -> None:
    made = report(citations=(citation(1), citation(2, document_id="d1", locator="mục III", page=None)))
    sources = [line for line in paragraphs(docx_bytes(made)) if line.startswith("[")]
    assert sources == ["[1] Báo cáo 1; số 1/BC-UBND; ngày 31/01/2024; mục II; trang 1; tệp 1.pdf.",
                       "[2] Văn bản tại [1]; mục III."]  # fmt: skip


def test_roman_numbers() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 49, 90)] == ["I", "IV", "IX", "XIV", "XLIX", "XC"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx_bytes(report(3)))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
               "--outdir", str(tmp_path), str(tmp_path / "a.docx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pages = pdf_text((tmp_path / "a.pdf").read_bytes())
    assert TITLE in pages[0]
    assert pages[1].startswith("2 ")
    assert " ".join(pages).count(f"“{LONG}”") == 6
