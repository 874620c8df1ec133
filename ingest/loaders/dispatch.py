"""Choosing the loader of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.encodings import decode
from ingest.loaders.base import MAX_BYTES, MAX_TEXT_CHARS, RawDocument, UnreadableFileError
from ingest.loaders.html import load_html
from ingest.loaders.plain import load_markdown, load_text


def _load_page(data: bytes) -> RawDocument:
    return load_html(decode(data)[0])


_LOADERS: dict[str, Callable[[bytes], RawDocument]] = {
    ".txt": load_text,
    ".md": load_markdown,
    ".html": _load_page,
    ".htm": _load_page,
}
SUPPORTED_SUFFIXES = tuple(_LOADERS)


def load(path: Path) -> RawDocument:
    """Clean text of the file. Raises UnreadableFileError with the reason and what to do."""
    loader = _LOADERS.get(path.suffix.lower())
    if loader is None:
        raise UnreadableFileError(
            f"{path.name}: chưa hỗ trợ định dạng {path.suffix or '(không có đuôi)'}. "
            f"Dùng một trong: {', '.join(SUPPORTED_SUFFIXES)}.",
            f"{path.name}: format {path.suffix or '(no suffix)'} is not supported. "
            f"Use one of: {', '.join(SUPPORTED_SUFFIXES)}.",
        )
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(f"{path.name}: tệp rỗng (0 byte).", f"{path.name}: the file is empty (0 bytes).")
    if size > MAX_BYTES:
        raise UnreadableFileError(
            f"{path.name}: tệp {size // 2**20} MB vượt giới hạn {MAX_BYTES // 2**20} MB. Hãy tách nhỏ tệp.",
            f"{path.name}: {size // 2**20} MB exceeds the limit of {MAX_BYTES // 2**20} MB. Split the file.",
        )
    raw = loader(path.read_bytes())
    if not any(char.isalnum() for char in raw.text[:MAX_TEXT_CHARS]):
        raise UnreadableFileError(
            f"{path.name}: không có chữ nào đọc được. Nếu là bản chụp, hãy quét lại rõ hơn.",
            f"{path.name}: no readable text. If it is a scan, scan it again more clearly.",
        )
    return raw
