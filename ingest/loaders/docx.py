"""Word files: paragraphs, numbering, tables and footnotes in reading order, legacy fonts converted run by run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from ingest.encodings import repair
from ingest.legacy import convert, font_encoding, from_symbol
from ingest.loaders.base import RawDocument
from ingest.loaders.numbering import Numbering
from ingest.loaders.tables import table_lines
from vectorstore.text.normalise import clean

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}pPr",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_TEXTBOX = f"{_W}txbxContent"


def load_docx(data: bytes) -> RawDocument:
    """Text of a .docx. Raises ValueError when the package is damaged."""
    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError) as error:
        raise ValueError("not a Word package") from error
    reader = _Reader(document)
    lines = list(reader.blocks(document.element.body))
    notes = list(reader.footnotes())
    text, warnings = repair("\n\n".join([*lines, *notes]))
    title = str(document.core_properties.title or "").strip()
    return RawDocument(clean(text).strip(), title_hint=clean(title), warnings=warnings)


class _Reader:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbering = Numbering(document)
        self._fonts = self._style_fonts()

    def _style_fonts(self) -> dict[str, str]:
        """Style id -> font, its own or inherited."""
        fonts: dict[str, str] = {}
        for style in self._document.styles:
            seen, current = set(), style
            while current is not None and current.style_id not in seen:
                seen.add(current.style_id)
                name = getattr(getattr(current, "font", None), "name", None)
                if name:
                    fonts[style.style_id] = name
                    break
                current = getattr(current, "base_style", None)
        return fonts

    def blocks(self, parent: Any) -> Iterator[str]:
        """Paragraphs and tables under `parent`, each as the lines it makes; empty ones are left out."""
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                lines = table_lines(list(self._rows(element)))
                if lines:
                    yield "\n".join(lines)
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"):
                yield from self.blocks(element)

    def _paragraph(self, element: Any) -> Iterator[str]:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        style_id = style.get(f"{_W}val") if style is not None else self._default_style()
        text = "".join(self._runs(element, self._fonts.get(style_id or "")))
        label = self._numbering.label(element, style_id)
        whole = re.sub(r"[^\S\n]+", " ", f"{label} {text}" if label and text.strip() else text).strip()
        if whole:
            yield whole
        for box in element.iter(_TEXTBOX):
            if not any(parent.tag in _SKIPPED for parent in box.iterancestors()):
                yield from self.blocks(box)

    def _default_style(self) -> str | None:
        default = self._document.styles.element.find(f"{_W}style[@{_W}default='1'][@{_W}type='paragraph']")
        return default.get(f"{_W}styleId") if default is not None else None

    def _runs(self, element: Any, font: str | None) -> Iterator[str]:
        for child in element:
            if child.tag in _SKIPPED or child.tag == _TEXTBOX:
                continue
            if child.tag == f"{_W}r":
                yield self._run(child, font)
            elif len(child):
                yield from self._runs(child, font)

    def _run(self, run: Any, font: str | None) -> str:
        own = run.find(f"{_W}rPr/{_W}rFonts")
        style = run.find(f"{_W}rPr/{_W}rStyle")
        if style is not None:
            font = self._fonts.get(style.get(f"{_W}val"), font)
        name = (own.get(f"{_W}ascii") or own.get(f"{_W}hAnsi")) if own is not None else None
        encoding = font_encoding(name or font)
        text = "".join(_run_part(part) for part in run)
        return convert(text, encoding) if encoding else text

    def _rows(self, table: Any) -> Iterator[list[str]]:
        for row in table.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl"), None) is not table:
                continue  # a row of a table inside a cell comes with that cell
            cells: list[str] = []
            for cell in row.iterfind(f"{_W}tc"):
                span = cell.find(f"{_W}tcPr/{_W}gridSpan")
                text = "\n".join(self.blocks(cell))
                cells.extend([text] * (int(span.get(f"{_W}val", "1")) if span is not None else 1))
            yield cells

    def footnotes(self) -> Iterator[str]:
        """Footnotes and endnotes as "[1] …", in order of their numbers."""
        for part in self._document.part.package.iter_parts():
            if str(part.partname) not in ("/word/footnotes.xml", "/word/endnotes.xml"):
                continue
            for note in etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)):
                text = " ".join(self.blocks(note)).strip()
                if note.get(f"{_W}type") is None and text:
                    yield f"[{note.get(f'{_W}id')}] {text}"


def _run_part(part: Any) -> str:
    if part.tag == f"{_W}t":
        return part.text or ""
    if part.tag in (f"{_W}br", f"{_W}cr"):
        return "\n"
    if part.tag == f"{_W}tab":
        return " "
    if part.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
        return f"[{part.get(f'{_W}id')}]"
    if part.tag == f"{_W}sym":
        code = chr(int(part.get(f"{_W}char", "20"), 16))
        return from_symbol(code) if (part.get(f"{_W}font") or "").lower() == "symbol" else ""
    if part.tag == f"{_W}softHyphen":
        return "\u00ad"  # ư in TCVN3 fonts; elsewhere cleaning takes it out
    return "-" if part.tag == f"{_W}noBreakHyphen" else ""
