"""The library in a real browser: finding, relations, versions, timeline, page images, uploads, and who may do what."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from chat_page import Open, ask, barriers, needs_browser
from PIL import Image
from playwright.sync_api import Page, expect
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from serving import serving

from assistant.access import KeyStore
from assistant.api import Library
from assistant.chain import PolicyAssistant
from assistant.settings import Settings
from assistant.ui.library_view import detail
from assistant.ui.page_image import page_of, page_picture
from assistant.ui.strings import ENGLISH, VIETNAMESE
from assistant.wiring import CorpusEditing, ingest_paths, open_assistant
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

WORDS = VIETNAMESE.library
FIRST = """ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: 12/2019/QĐ-UBND
Lâm Giang, ngày 04 tháng 3 năm 2019

QUYẾT ĐỊNH
Quy định mức chi cho tổ hòa giải ở cơ sở

Điều 1. Mỗi tổ hòa giải được hỗ trợ 2 triệu đồng một năm từ ngân sách cấp xã.
"""
SECOND = """ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: 30/2022/QĐ-UBND
Lâm Giang, ngày 15 tháng 8 năm 2022

QUYẾT ĐỊNH
Quy định mức chi cho công tác hòa giải ở cơ sở

Điều 1. Mỗi tổ hòa giải được hỗ trợ 4 triệu đồng một năm từ ngân sách cấp xã.
Điều 2. Quyết định này thay thế Quyết định số 12/2019/QĐ-UBND ngày 04 tháng 3 năm 2019 của Ủy ban nhân dân tỉnh.
"""
PAGES = (
    ["ỦY BAN NHÂN DÂN TỈNH LÂM GIANG", "Số: 77/2024/QĐ-UBND", "Lâm Giang, ngày 05 tháng 6 năm 2024", "QUYẾT ĐỊNH",
     "Quy định mức hỗ trợ tổ tự quản bảo vệ môi trường",
     "Điều 1. Quyết định này quy định mức hỗ trợ tổ tự quản bảo vệ môi trường ở thôn."],
    ["Điều 2. Mỗi tổ tự quản bảo vệ môi trường được hỗ trợ 6 triệu đồng một năm, tổ ở",
     "xã đặc biệt khó khăn được hỗ trợ 9 triệu đồng một năm.", "Điều 3. Kinh phí do ngân sách cấp huyện bảo đảm."],
)  # fmt: skip
QUOTE = "tổ ở xã đặc biệt khó khăn được hỗ trợ 9 triệu đồng một năm."


@dataclass
class Place:
    """A server over a real index, with its keys and a PDF to send it."""

    address: str
    keys: KeyStore
    pdf: Path
    first_key: str = ""

    def sign_in(self, page: Page, role: str) -> None:
        _, text = self.keys.create(f"khóa {role}", role, ["kho"] if role != "admin" else None)  # type: ignore[arg-type]
        page.request.post(f"{self.address}/sign-in", form={"key": text, "next": "/"})


def pdf_file(path: Path) -> Path:
    font = Path(str(files("fontpkg_be_vietnam_pro"))) / "files" / "BeVietnamPro-Regular.ttf"
    pdfmetrics.registerFont(TTFont("Vietnam", str(font)))
    canvas = Canvas(str(path))
    for lines in PAGES:
        canvas.setFont("Vietnam", 12)
        for row, line in enumerate(lines):
            canvas.drawString(70, 780 - 22 * row, line)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("library")
    (folder / "12-2019.txt").write_text(FIRST, encoding="utf-8")
    (folder / "30-2022.txt").write_text(SECOND, encoding="utf-8")
    settings, store = Settings(data_dir=folder), Store(folder / "index", embeddings)
    ingest_paths(settings, [folder / "12-2019.txt", folder / "30-2022.txt"], "kho", store=store)
    library, keys = Library(CorpusEditing(store), folder), KeyStore(folder / "access.sqlite3")
    with serving(open_assistant(settings, store), None, library=library, keys=keys) as address:
        yield Place(address, keys, pdf_file(folder / "quyet-dinh-77.pdf"))
    library.close()
    keys.close()
    store.close()


def open_library(page: Page) -> None:
    page.get_by_role("link", name=VIETNAMESE.views["library"]).click()
    expect(page.get_by_role("heading", name=WORDS.heading)).to_be_visible()


@needs_browser
def test_find_a_document_and_see_what_replaced_it(open_chat: Open, place: Place) -> None:
    page = open_chat(at=place.address)
    open_library(page)
    rows = page.locator(".library .row-title")
    expect(rows).to_have_count(2)
    expect(page.locator(".library .group h3")).to_have_text(["2022", "2019"])
    page.get_by_role("searchbox", name=WORDS.search).fill("12/2019 to hoa giai")
    expect(rows).to_have_count(1)
    expect(page.locator(".library .badge")).to_have_text("Đã bị thay thế")
    page.get_by_role("button", name="Quy định mức chi cho tổ hòa giải").click()
    detail = page.locator("#pa-viewer .detail")
    expect(detail.locator(".relations")).to_contain_text("Bị thay thế bởi")
    expect(detail.locator(".timeline li")).to_have_text(
        [r"04/03/2019Ban hành", "15/08/2022Bị thay thế: 30/2022/QĐ-UBND"]
    )
    assert barriers(page) == []
    detail.get_by_role("button", name="30/2022/QĐ-UBND").first.click()
    expect(detail.locator(".relations dt").first).to_have_text("Thay thế")
    detail.get_by_role("button", name=WORDS.read).click()
    expect(page.locator("#pa-viewer .document-text")).to_contain_text("4 triệu đồng")
    page.get_by_role("button", name=VIETNAMESE.close).click()
    page.get_by_role("searchbox", name=WORDS.search).fill("không có văn bản này")
    expect(page.get_by_text(WORDS.nothing)).to_be_visible()


def test_who_amends_a_document_is_listed_once_with_its_provisions(sample_assistant: PolicyAssistant) -> None:
    store = sample_assistant.store
    amended = next(document for document in store.listing() if document.symbol == "31/2022/QĐ-UBND")
    found = detail(store, amended)
    changes = {(r.kind, r.symbol): r.provisions for r in found.done if r.kind in ("amends", "repeals")}
    assert len([r for r in found.done if r.kind in ("amends", "repeals")]) == len(changes) == 2
    assert "khoản 2 Điều 6" in changes["amends", "08/2024/QĐ-UBND"]
    assert changes["repeals", "08/2024/QĐ-UBND"] == ("khoản 3 Điều 9",)
    assert [moment.symbol for moment in found.moments].count("08/2024/QĐ-UBND") == 1
    amending = next(document for document in store.listing() if document.symbol == "08/2024/QĐ-UBND")
    assert [r.symbol for r in detail(store, amending).does if r.kind == "amends"] == ["31/2022/QĐ-UBND"]


@needs_browser
def test_sorting_stepping_and_the_other_language(open_chat: Open, place: Place) -> None:
    page = open_chat(at=place.address)
    open_library(page)
    expect(page).to_have_url(f"{place.address}/?view=library")
    page.get_by_label(WORDS.sort).select_option("oldest")
    expect(page.locator(".library .group h3")).to_have_text(["2019", "2022"])
    page.locator(".library .row-main").first.click()
    page.get_by_role("button", name=VIETNAMESE.following).click()
    expect(page.locator(".viewer-count")).to_have_text("2/2")
    expect(page.locator("#pa-viewer .detail h2")).to_contain_text("công tác hòa giải")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name=ENGLISH.library.heading)).to_be_visible()
    page.reload()  # the address opens the same room
    expect(page.get_by_role("heading", name=WORDS.heading)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible()


@needs_browser
def test_ask_within_one_document(open_chat: Open, place: Place) -> None:
    page = open_chat(at=place.address)
    open_library(page)
    page.get_by_role("button", name="Quy định mức chi cho tổ hòa giải").click()
    page.get_by_role("button", name=WORDS.ask_within).click()
    expect(page.locator(".chip span")).to_have_text(["12/2019/QĐ-UBND"])
    ask(page, "Mỗi tổ hòa giải được hỗ trợ bao nhiêu?")
    expect(page.locator("#pa-current .answer")).to_contain_text("2 triệu đồng")


@needs_browser
def test_editors_upload_and_see_progress_and_reasons_and_the_page_of_a_pdf(open_chat: Open, place: Place) -> None:
    page = open_chat(at=place.address, before=lambda page: place.sign_in(page, "editor"))
    open_library(page)
    page.get_by_text(WORDS.upload, exact=True).click()
    bad = {"name": "bang-tinh.xyz", "mimeType": "text/plain", "buffer": b"x"}
    page.locator(".upload input[type=file]").set_input_files(str(place.pdf))
    expect(page.locator(".upload-row .outcome.added")).to_have_text(re.compile(r"Đã nạp · \d đoạn"))
    page.locator(".upload input[type=file]").set_input_files([bad])  # type: ignore[list-item]
    expect(page.locator(".upload-row .outcome.failed")).to_have_text(WORDS.outcomes["failed"])
    expect(page.locator(".upload-row .reason")).to_contain_text("chưa hỗ trợ định dạng")
    expect(page.locator(".library .group .row-title").first).to_contain_text("tự quản bảo vệ môi trường")
    page.get_by_role("link", name=VIETNAMESE.views["chat"]).click()
    ask(page, "Tổ tự quản bảo vệ môi trường ở xã đặc biệt khó khăn được hỗ trợ bao nhiêu một năm?")
    page.locator("#pa-current button.cite").first.click()
    expect(page.locator("#pa-viewer mark").first).to_be_in_viewport()
    page.get_by_role("button", name=WORDS.image_view).click()
    picture = page.locator("#pa-viewer .page-image img")
    expect(picture).to_be_visible()
    page.wait_for_function("() => document.querySelector('.page-image img').naturalWidth > 500")
    with page.expect_download() as download:
        page.get_by_role("link", name=WORDS.original).click()
    assert Path(download.value.path()).read_bytes() == place.pdf.read_bytes()
    assert barriers(page) == []


@needs_browser
def test_readers_cannot_add_and_only_administrators_see_quality(open_chat: Open, place: Place) -> None:
    page = open_chat(at=place.address, before=lambda page: place.sign_in(page, "reader"))
    open_library(page)
    expect(page.get_by_text(WORDS.upload, exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name=VIETNAMESE.views["quality"])).to_have_count(0)
    form = {"file": {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}}
    refused = page.request.post(f"{place.address}/library/files", multipart=form, headers={"X-Policy-Page": "1"})
    assert refused.status == 403
    assert page.request.get(f"{place.address}/quality").status == 403
    page.get_by_role("button", name=VIETNAMESE.sign_out).click()
    expect(page.get_by_label("Khóa truy cập")).to_be_visible()


def test_other_sites_cannot_make_a_browser_upload(place: Place) -> None:
    _, text = place.keys.create("khóa khác", "editor", ["kho"])
    with httpx.Client(base_url=place.address) as client:
        client.post("/sign-in", data={"key": text, "next": "/"})
        refused = client.post("/library/files", files={"file": ("a.txt", b"x")})
        assert refused.status_code == 403
        assert client.get("/library").status_code == 200
    assert httpx.get(f"{place.address}/library").status_code == 401


def test_the_mark_lies_where_the_quote_stands(tmp_path: Path) -> None:
    pdf = pdf_file(tmp_path / "a.pdf")
    assert page_of(pdf, QUOTE, hint=1) == 2
    assert page_of(pdf, "không có ở đâu cả", hint=1) == 1
    plain, marked = (Image.open(io.BytesIO(page_picture(pdf, 2, quote) or b"")) for quote in ("", QUOTE))
    assert plain.getcolors(plain.width * plain.height) != marked.getcolors(marked.width * marked.height)
    yellow = [y for y in range(marked.height) if any(marked.getpixel((x, y))[2] < 140 < marked.getpixel((x, y))[0]
              for x in range(0, marked.width, 3))]  # fmt: skip
    scale = marked.height / plain_height(pdf)
    assert min(yellow) == pytest.approx((plain_height(pdf) - 780 - 12) * scale, abs=10)  # two lines: the first …
    assert max(yellow) == pytest.approx((plain_height(pdf) - 780 + 22 + 5) * scale, abs=10)  # … and the second
    assert page_picture(pdf, 3, QUOTE) is None


def plain_height(pdf: Path) -> float:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    height = float(document[0].get_height())
    document.close()
    return height
