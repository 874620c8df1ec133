"""PDF files: the text layer page by page; a page whose text is missing or broken is read by OCR."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from contextlib import closing

import pypdfium2 as pdfium

from ingest.encodings import best_encoding, convert_lines, repair
from ingest.loaders.base import RawDocument
from ingest.loaders.ocr import PageReading, largest_picture, read_page
from ingest.paragraphs import furniture_lines
from vectorstore.text.normalise import clean
from vectorstore.text.syllable import count_words, vietnamese_share

HEALTHY = 0.35  # share of Vietnamese syllables; clean pages have 0.75 and more, tables and lists of names less
FEW_WORDS = 12  # a page with fewer words is not judged by its words
MAX_OCR_PAGES = 400
_HYPHENS = re.compile("[\u0002\ufffe]\r?\n?|\u00ad\r?\n")  # how pdfium marks a hyphen at a line's end


class LockedPdfError(ValueError):
    """The file asks for a password."""


def load_pdf(data: bytes) -> RawDocument:
    """Text of a PDF without running headers, with the offsets of its pages. Raises ValueError or LockedPdfError."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise LockedPdfError(str(error)) from error
        raise ValueError(str(error)) from error
    with closing(document):
        pages = [_page_text(document, index) for index in range(len(document))]
        pages, warnings = _repaired(pages)
        read, notes = _read_pictures(document, pages)
    pages = [read[index].text if index in read else page for index, page in enumerate(pages)]
    bodies = _without_furniture([clean(page) for page in pages])
    text, starts = _joined(bodies)
    unsure = tuple(clean(line) for reading in read.values() for line in reading.unsure)
    numbers = tuple(index + 1 for index in read)
    return RawDocument(text, starts, warnings=(*warnings, *notes), ocr_pages=numbers, unsure_lines=unsure)


def _page_text(document: pdfium.PdfDocument, index: int) -> str:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        return _HYPHENS.sub("-", text.get_text_range()).replace("\r\n", "\n")


def _repaired(pages: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    whole = "\n".join(pages)
    encoding = best_encoding(whole)
    if encoding:
        _, warnings = repair(whole)
        return [convert_lines(page, encoding) for page in pages], warnings
    fixed, warnings = repair(whole)
    return ([repair(page)[0] for page in pages], warnings) if fixed != whole else (list(pages), ())


def _read_pictures(
    document: pdfium.PdfDocument, pages: Sequence[str]
) -> tuple[dict[int, PageReading], tuple[str, ...]]:
    """What the pictures of those pages say whose text cannot be right (by index), and notes on what was done."""
    bodies = _without_furniture([clean(page) for page in pages])
    doubtful = [index for index, body in enumerate(bodies) if needs_ocr(body, _has_picture(document, index))]
    if not doubtful:
        return {}, ()
    if shutil.which("tesseract") is None:
        missing = f"{len(doubtful)} trang không có chữ đọc được và máy chưa cài Tesseract (gói tesseract-ocr-vie)."
        return {}, (missing,)
    read = {}
    for index in doubtful[:MAX_OCR_PAGES]:
        with closing(document[index]) as page:
            reading = read_page(page, masthead=index == 0)
        text = reading.text
        if count_words(bodies[index]) < FEW_WORDS <= count_words(text) or _better(text, bodies[index]):
            read[index] = reading
    ranges = _ranges([index + 1 for index in read])
    notes = [f"Trang {ranges} được nhận dạng từ ảnh (OCR); nên đối chiếu bản gốc khi trích dẫn."] if read else []
    if len(doubtful) > MAX_OCR_PAGES:
        notes.append(f"Chỉ nhận dạng {MAX_OCR_PAGES} trang ảnh đầu tiên trong {len(doubtful)} trang.")
    return read, tuple(notes)


def needs_ocr(page: str, has_picture: bool) -> bool:
    """Whether a page's text (without running headers) cannot be all it shows: a picture of a page, or no real words."""
    return has_picture if count_words(page) < FEW_WORDS else vietnamese_share(page) < HEALTHY


def _better(text: str, page: str) -> bool:
    return vietnamese_share(text) > max(HEALTHY, vietnamese_share(page))


def _has_picture(document: pdfium.PdfDocument, index: int) -> bool:
    with closing(document[index]) as page:
        return largest_picture(page)[0] > 0.3


def _without_furniture(pages: Sequence[str]) -> list[str]:
    """Pages without the lines that belong to the paper: running headers, page numbers, signature stamps."""
    lines = [(number, line) for number, page in enumerate(pages) for line in page.split("\n")]
    dropped = furniture_lines([line for _, line in lines], [number for number, _ in lines])
    kept: list[list[str]] = [[] for _ in pages]
    for position, (number, line) in enumerate(lines):
        if position not in dropped:
            kept[number].append(line.rstrip())
    return ["\n".join(page).strip() for page in kept]


def _joined(pages: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    starts: list[int] = []
    text = ""
    for page in pages:
        starts.append(len(text))
        text += page + "\n" if page else ""
    return text.rstrip("\n"), tuple(starts)


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
