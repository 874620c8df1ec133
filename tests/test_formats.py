"""One text, saved in every format, comes back the same."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import matplotlib
import pypdfium2
import pytest
from docx.oxml.ns import qn
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.legacy import _TCVN3
from ingest.loaders import load
from ingest.loaders.base import UnreadableFileError
from ingest.pipeline import build_document

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents"
TEXT = (SAMPLE / "nghi-quyet-05-nq-tu-2021.txt").read_text(encoding="utf-8")
LINES = [line.strip() for line in TEXT.split("\n") if line.strip()]
FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
needs_ocr = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def words(text: str) -> list[str]:
    return re.findall(r"[^\s|]+", text)


def word_file(path: Path) -> Path:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def pdf_file(path: Path, lines: list[str], password: str | None = None) -> Path:
    """Pages with a running header and a page number, 34 lines each."""
    if "Body" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Body", str(FONT)))
    canvas = Canvas(str(path), encrypt=StandardEncryption(password) if password else None)
    wrapped = [part for line in lines for part in simpleSplit(line, "Body", 11, 440)]
    for page, start in enumerate(range(0, len(wrapped), 34), start=1):
        canvas.setFont("Body", 11)
        canvas.drawString(80, 800, "VĂN BẢN CỦA TỈNH ỦY LÂM GIANG")
        canvas.drawString(300, 30, str(page))
        for row, line in enumerate(wrapped[start : start + 34]):
            canvas.drawString(80, 760 - 20 * row, line)
        canvas.showPage()
    canvas.save()
    return path


def scan(source: Path, path: Path) -> Path:
    """The pages of a PDF as pictures only, as a scanner at 200 dpi makes them."""
    document = pypdfium2.PdfDocument(str(source))
    pictures = [page.render(scale=200 / 72, grayscale=True).to_pil() for page in document]
    pictures[0].save(path, "PDF", resolution=200, save_all=True, append_images=pictures[1:])
    document.close()
    return path


def test_word(tmp_path: Path) -> None:
    assert words(load(word_file(tmp_path / "a.docx")).text) == words(TEXT)


def test_word_numbering_tables_and_line_breaks(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Nhiệm vụ trọng tâm", style="Heading 1")
    for line in ("Đối thoại định kỳ", "Công khai kết quả"):
        document.add_paragraph(line, style="List Number")
    document.add_paragraph("Niêm yết tại thôn", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Đơn vị", "Số cuộc", "Xã Nậm Sin", "12"), strict=True):
        cell.text = text
    document.add_paragraph("Dòng một").add_run().add_break()
    document.save(str(tmp_path / "a.docx"))
    lines = [line for line in load(tmp_path / "a.docx").text.split("\n") if line]
    assert lines == [
        "Nhiệm vụ trọng tâm", "1. Đối thoại định kỳ", "2. Công khai kết quả", "- Niêm yết tại thôn",
        "Đơn vị | Số cuộc", "Đơn vị: Xã Nậm Sin | Số cuộc: 12", "Dòng một",
    ]  # fmt: skip


def test_word_leaves_out_what_was_deleted_under_track_changes(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Thời hạn là ")
    run = paragraph.add_run("mười ngày")._r
    deleted = paragraph._p.makeelement(qn("w:del"), {})
    paragraph._p.replace(run, deleted)
    deleted.append(run)
    paragraph.add_run("năm ngày.")
    document.save(str(tmp_path / "a.docx"))
    assert load(tmp_path / "a.docx").text == "Thời hạn là năm ngày."


def test_word_in_legacy_fonts_is_converted_run_by_run(tmp_path: Path) -> None:
    back = {letter: code for code, letter in _TCVN3.items() if ord(code) < 256}
    document = docx.Document()
    paragraph = document.add_paragraph()
    for font, text in (
        (".VnTime", "Tăng cường đối thoại với nhân dân"),
        ("Times New Roman", " ở cơ sở"),
        (".VnTimeH", " kính gửi"),
    ):
        run = paragraph.add_run("".join(back.get(char, char) for char in text) if font.startswith(".Vn") else text)
        run.font.name = font
    document.save(str(tmp_path / "a.docx"))
    assert load(tmp_path / "a.docx").text == "Tăng cường đối thoại với nhân dân ở cơ sở KÍNH GỬI"


@needs_office
@pytest.mark.parametrize(("suffix", "filter_name"), [("doc", "doc"), ("rtf", "rtf"), ("odt", "odt")])
def test_older_office_formats(tmp_path: Path, suffix: str, filter_name: str) -> None:
    source = word_file(tmp_path / "a.docx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", filter_name, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert words(load(tmp_path / f"a.{suffix}").text) == words(TEXT)


def test_pdf_without_its_headers_and_page_numbers(tmp_path: Path) -> None:
    raw = load(pdf_file(tmp_path / "a.pdf", LINES))
    assert words(raw.text) == words(TEXT)
    assert raw.pages and raw.pages >= 2 and raw.page_starts[0] == 0


def test_pdf_pages_reach_the_chunks(tmp_path: Path) -> None:
    document, chunks = build_document(pdf_file(tmp_path / "a.pdf", LINES))
    assert (document.symbol, document.kind) == ("05-NQ/TU", "Nghị quyết")
    pages = [chunk.page for chunk in chunks]
    assert pages == sorted(pages, key=lambda page: page or 0) and {1, document.pages} <= set(pages)
    from_text, _ = build_document(SAMPLE / "nghi-quyet-05-nq-tu-2021.txt")
    assert document.title == from_text.title and document.issue_date == from_text.issue_date


@needs_ocr
def test_a_scan_is_read_by_ocr_and_said_to_be(tmp_path: Path) -> None:
    raw = load(scan(pdf_file(tmp_path / "a.pdf", LINES[:24]), tmp_path / "scan.pdf"))
    wanted, read = "".join(words(" ".join(LINES[:24]))), "".join(words(raw.text))
    assert any("OCR" in warning for warning in raw.warnings)
    assert same_share(wanted, read) >= 0.99


def same_share(wanted: str, read: str) -> float:
    """1 - edit distance / length, by lines of a table kept one row at a time."""
    row = list(range(len(read) + 1))
    for i, char in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(read, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (char != other))
    return 1 - row[-1] / len(wanted)


def test_a_locked_pdf_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="mật khẩu"):
        load(pdf_file(tmp_path / "a.pdf", LINES[:3], password="bi-mat"))


def test_a_pdf_cut_off_in_the_middle_is_reported(tmp_path: Path) -> None:
    data = io.BytesIO(pdf_file(tmp_path / "a.pdf", LINES).read_bytes())
    (tmp_path / "b.pdf").write_bytes(data.getvalue()[:400])
    with pytest.raises(UnreadableFileError, match="hỏng"):
        load(tmp_path / "b.pdf")
