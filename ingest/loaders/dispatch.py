"""Choosing the loader of a file by what it holds, and keeping damaged or hostile files from doing harm."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import replace
from pathlib import Path

from ingest.loaders.apart import LOADER, damaged, locked, too_long
from ingest.loaders.base import MAX_BYTES, MAX_TEXT_CHARS, RawDocument, UnreadableFileError
from ingest.loaders.worker import read_file

SUPPORTED_SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".doc", ".rtf", ".odt")
MAX_UNPACKED = 600 * 2**20
MAX_RATIO = 200  # unpacked to packed; a text compresses twentyfold, a bomb a thousandfold
MAX_DIRECTORY = 4 * 2**20  # bytes of a package's table of contents; Word's have a few kilobytes
SMALL_TEXT = 4 * 2**20  # bytes of plain text that are read here and now
_BROKEN_PACKAGE = (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error)  # what zipfile raises
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def load(path: Path, max_bytes: int = MAX_BYTES) -> RawDocument:
    """Clean text of the file. Raises UnreadableFileError with the reason and what to do."""
    size = _check_size(path, max_bytes)
    suffix, warning = _real_suffix(path)
    if suffix in (".docx", ".odt"):
        _check_package(path)
    # Plain text is harmless; what needs a parser is read in another process.
    raw = read_file(suffix, path) if suffix == ".txt" and size <= SMALL_TEXT else LOADER.load(path, suffix)
    _check_text(path, raw)
    return replace(raw, warnings=(warning, *raw.warnings)) if warning else raw


def _check_size(path: Path, max_bytes: int) -> int:
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(f"{path.name}: tệp rỗng (0 byte).", f"{path.name}: the file is empty (0 bytes).")
    if size > max_bytes:
        raise UnreadableFileError(
            f"{path.name}: tệp {size / 2**20:.0f} MB vượt giới hạn {max_bytes // 2**20} MB. "
            "Hãy tách nhỏ tệp hoặc tăng ASSISTANT_INGEST_MAX_MB.",
            f"{path.name}: {size / 2**20:.0f} MB exceeds the limit of {max_bytes // 2**20} MB. "
            "Split the file or raise ASSISTANT_INGEST_MAX_MB.",
        )
    return size


def _real_suffix(path: Path) -> tuple[str, str]:
    """The suffix that fits the content, and a warning where the name says otherwise."""
    named = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(4096)
    found = _sniff(path, head)
    if found is None:
        if named not in (".txt", ".md", ".html", ".htm"):
            _reject(path, named)
        if named == ".txt" and _looks_binary(head):
            raise UnreadableFileError(
                f"{path.name}: nội dung không phải văn bản. Kiểm tra lại định dạng của tệp.",
                f"{path.name}: the content is not text. Check the format of the file.",
            )
        return named, ""
    if found == "locked":
        raise locked(path)
    same = found == named or {found, named} <= {".html", ".htm"} or (found == ".html" and named == ".md")
    return (
        (named, "") if same else (found, f"Tệp mang đuôi {named or '(trống)'} nhưng nội dung là {found[1:].upper()}.")
    )


def _sniff(path: Path, head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return _package_kind(path)
    if head.startswith(_OLE):
        with path.open("rb") as file:
            start = file.read(2**20)
        return "locked" if "EncryptedPackage".encode("utf-16-le") in start else ".doc"
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    if head.lstrip().startswith(b"{\\rtf"):
        return ".rtf"
    start_of_text = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return ".html" if start_of_text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) else None


def _package_kind(path: Path) -> str | None:
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "word/document.xml" in names:
                return ".docx"
            return ".odt" if "content.xml" in names and "mimetype" in names else None
    except _BROKEN_PACKAGE as error:
        raise damaged(path) from error


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise locked(path)
            unpacked = sum(entry.file_size for entry in entries)
            ratio = unpacked / max(sum(entry.compress_size for entry in entries), 1)
    except _BROKEN_PACKAGE as error:
        raise damaged(path) from error
    if unpacked > MAX_UNPACKED or (unpacked > 50 * 2**20 and ratio > MAX_RATIO):
        raise _bomb(path, f"{unpacked // 2**20} MB")


def _check_directory(path: Path) -> None:
    """Refuse a package whose table of contents alone would fill the memory; its size stands at the file's end."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if 0 <= at <= len(tail) - 22 and struct.unpack_from("<I", tail, at + 12)[0] > MAX_DIRECTORY:
        raise _bomb(path, "quá nhiều tệp con")


def _bomb(path: Path, how: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}: nội dung nén bung ra {how}, vượt giới hạn an toàn. Hãy kiểm tra nguồn gốc của tệp.",
        f"{path.name}: the packed content unpacks beyond the safe limit. Check where the file comes from.",
    )


def _looks_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head:
        return False
    zeros = head.count(0)
    return zeros < 0.1 * len(head) or zeros > 0.6 * len(head)


def _reject(path: Path, named: str) -> None:
    if named in SUPPORTED_SUFFIXES:
        raise damaged(path)
    known = ", ".join(SUPPORTED_SUFFIXES)
    raise UnreadableFileError(
        f"{path.name}: chưa hỗ trợ định dạng {named or '(không có đuôi)'}. Dùng một trong: {known}.",
        f"{path.name}: format {named or '(no suffix)'} is not supported. Use one of: {known}.",
    )


def _check_text(path: Path, raw: RawDocument) -> None:
    if len(raw.text) > MAX_TEXT_CHARS:
        raise too_long(path, len(raw.text))
    if not any(char.isalnum() for char in raw.text):
        raise UnreadableFileError(
            f"{path.name}: không có chữ nào đọc được. Nếu là bản chụp, hãy quét lại rõ hơn.",
            f"{path.name}: no readable text. If it is a scan, scan it again more clearly.",
        )
    strange = sum(1 for char in raw.text if char == "\ufffd" or "\ue000" <= char <= "\uf8ff")
    if strange > 0.05 * len(raw.text):
        raise UnreadableFileError(
            f"{path.name}: chữ trong tệp bị hỏng phông hoặc sai bảng mã, không khôi phục được. Hãy tìm bản khác.",
            f"{path.name}: the text is broken by its fonts or encoding and cannot be restored. Find another copy.",
        )
