"""A page of a PDF as a picture with the cited sentence marked, so that it can be compared with the paper."""

from __future__ import annotations

import io
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

Box = tuple[float, float, float, float]  # left, bottom, right, top in points
SCALE = 1.8  # pixels a point: 130 dpi
MOST_PIXELS = 12_000_000
MARK = (255, 226, 130)
_LEFT_OUT = re.compile(r"[\s\u00ad\u0002\ufffe-]")  # what line breaks add and take away
_pdfium = threading.Lock()  # PDFium is not made for threads


def page_of(path: Path, quote: str, hint: int | None) -> int:
    """The page, from 1, on which the quote stands; the hinted one is looked at first, and given where it is on none."""
    sought = _bare(quote)[:80]
    found = hint or 1
    with _pdfium, closing(pdfium.PdfDocument(path)) as document:
        count = len(document)
        found = min(found, count)
        for index in (found - 1, *range(count)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                if sought and sought in _bare(text.get_text_range()):
                    return int(index + 1)
    return int(found)


def page_picture(path: Path, number: int, quote: str) -> bytes | None:
    """The page, from 1, as PNG with the part of the quote on it marked; None where there is no such page."""
    with _pdfium, closing(pdfium.PdfDocument(path)) as document:
        if not 1 <= number <= len(document):
            return None
        with closing(document[number - 1]) as page, closing(page.get_textpage()) as text:
            width, height = page.get_size()
            scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
            picture = page.render(scale=scale).to_pil().convert("RGB")
            boxes = [tuple(edge * scale for edge in box) for box in _lines(_boxes(text, quote))]
    return _png(_marked(picture, boxes))


def _boxes(text: pdfium.PdfTextPage, quote: str) -> list[Box]:
    """Where the characters of the quote stand; of a quote that runs on over pages, those on this one."""
    bare, places = "", []
    for index in range(text.count_chars()):
        for char in _bare(text.get_text_range(index, 1)):
            bare += char
            places.append(index)
    start, end = _overlap(bare, _bare(quote))
    return [text.get_charbox(place) for place in dict.fromkeys(places[start:end])]


def _overlap(page: str, quote: str) -> tuple[int, int]:
    """The span of the page that holds the quote, its end, or its beginning; empty where there is nothing of it."""
    if quote and (at := page.find(quote)) >= 0:
        return at, at + len(quote)
    for size in range(min(len(page), len(quote)) - 1, 15, -1):
        if page.endswith(quote[:size]):
            return len(page) - size, len(page)
        if page.startswith(quote[-size:]):
            return 0, size
    return 0, 0


def _lines(boxes: Sequence[Box]) -> Iterator[Box]:
    """Boxes of characters joined to one box a line."""
    line: list[Box] = []
    for box in boxes:
        middle = (box[1] + box[3]) / 2
        if line and not (line[-1][1] - 2 <= middle <= line[-1][3] + 2):
            yield _around(line)
            line = []
        line.append(box)
    if line:
        yield _around(line)


def _around(boxes: Sequence[Box]) -> Box:
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left) - 1, min(bottom) - 2, max(right) + 1, max(top) + 2


def _marked(picture: Image.Image, boxes: Sequence[Sequence[float]]) -> Image.Image:
    """The picture as if gone over with a marker: dark letters stay dark."""
    layer = Image.new("RGB", picture.size, "white")
    draw = ImageDraw.Draw(layer)
    for left, bottom, right, top in boxes:
        draw.rectangle((left, picture.height - top, right, picture.height - bottom), fill=MARK)
    return ImageChops.multiply(picture, layer)


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _bare(text: str) -> str:
    return _LEFT_OUT.sub("", unicodedata.normalize("NFC", text))
