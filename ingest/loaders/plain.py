"""Plain text and Markdown."""

from __future__ import annotations

from markdown_it import MarkdownIt

from ingest.encodings import decode
from ingest.loaders.base import RawDocument
from ingest.loaders.html import load_html
from vectorstore.text.normalise import clean


def load_text(data: bytes) -> RawDocument:
    """The file as it is, in clean characters."""
    text, warnings = decode(data)
    return RawDocument(clean(text).strip("\n"), warnings=warnings)


def load_markdown(data: bytes) -> RawDocument:
    """Markdown without its marks: headings, lists, tables and paragraphs as lines."""
    text, warnings = decode(data)
    markup = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    loaded = load_html(f"<html><body><article>{markup}</article></body></html>")
    return RawDocument(loaded.text, title_hint=loaded.title_hint, warnings=warnings)


def load_page(data: bytes) -> RawDocument:
    """A web page in any encoding its bytes show."""
    text, warnings = decode(data)
    loaded = load_html(text)
    return RawDocument(loaded.text, title_hint=loaded.title_hint, published=loaded.published, warnings=warnings)
