"""Reading a page from its picture with Tesseract: the picture made fit for it, and which numbers it was unsure of."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageFilter

DPI = 300
COARSE_DPI = 250  # below this a scan is enlarged softly; pdfium's own enlarging leaves steps that look like tone marks
SECONDS = 120
MAX_PIXELS = 40_000_000
SURE = 80  # Tesseract's confidence, 0-100, from which a number is believed; handwriting and blots stay below


@dataclass(frozen=True, slots=True)
class PageReading:
    """Text of a page, and those of its lines that hold a number which may have been misread."""

    text: str
    unsure: tuple[str, ...] = ()


def read_page(page: pdfium.PdfPage, *, masthead: bool = False) -> PageReading:
    """The page as Tesseract reads it; empty where that takes too long.

    A page with a `masthead` is read as lines of changing size, others as one even block, which keeps table rows whole.
    """
    picture, dpi = _picture(page)
    data = io.BytesIO()
    picture.save(data, "PNG")
    command = ["tesseract", "-", "-", "-l", "vie", "--psm", "4" if masthead else "6", "--dpi", str(dpi), "tsv"]
    try:
        done = subprocess.run(command, input=data.getvalue(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return PageReading("")
    return _reading(done.stdout.decode("utf-8", errors="replace"))


def largest_picture(page: pdfium.PdfPage) -> tuple[float, float]:
    """The share of the page that its largest picture covers, and that picture's resolution (dots an inch, or 0)."""
    width, height = page.get_size()
    best = (0.0, 0.0)
    for item in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        share = (right - left) * (top - bottom) / max(width * height, 1)
        if share > best[0]:
            best = (share, item.get_px_size()[0] / max(right - left, 1) * 72)
    return best


def _picture(page: pdfium.PdfPage) -> tuple[Image.Image, int]:
    width, height = page.get_size()
    scale = min(DPI / 72, (MAX_PIXELS / max(width * height, 1)) ** 0.5)
    own = largest_picture(page)[1] / 72
    coarse = 0 < own < min(COARSE_DPI / 72, scale)
    with closing(page.render(scale=own if coarse else scale, grayscale=True)) as bitmap:
        picture: Image.Image = bitmap.to_pil().copy()
    if coarse:
        size = (round(width * scale), round(height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(1.5))
    return picture, round(scale * 72)


def _reading(table: str) -> PageReading:
    """Lines from Tesseract's table of words, blank lines between its paragraphs."""
    lines: list[str] = []
    unsure: list[str] = []
    paragraph: tuple[str, ...] | None = None
    for place, words in _lines(table):
        text = " ".join(word for word, _ in words)
        if paragraph is not None and place != paragraph:
            lines.append("")
        paragraph = place
        lines.append(text)
        if any(confidence < SURE and _numeric(word) for word, confidence in words):
            unsure.append(text)
    return PageReading("\n".join(lines), tuple(unsure))


def _numeric(word: str) -> bool:
    """A number, or what may be left of one: digits, or nothing but signs ("!Ƒ" for a handwritten 11)."""
    return any(char.isdigit() for char in word) or (len(word) < 4 and not word.isalpha())


def _lines(table: str) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
    """(block and paragraph, words with their confidence) of each line."""
    key: tuple[str, ...] = ()
    words: list[tuple[str, float]] = []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != "5" or not (row["text"] or "").strip():
            continue
        here = (row["block_num"], row["par_num"], row["line_num"])
        if here != key and words:
            yield key[:2], words
            words = []
        key = here
        words.append((row["text"].strip(), float(row["conf"])))
    if words:
        yield key[:2], words
