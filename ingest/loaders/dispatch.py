"""Choosing the loader of a file by what it holds, and keeping damaged or hostile files from doing harm."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

from ingest.loaders.base import MAX_BYTES, MAX_TEXT_CHARS, RawDocument, UnreadableFileError
from ingest.loaders.office import load_office
from ingest.loaders.plain import load_markdown, load_page, load_text

SUPPORTED_SUFFIXES = (".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".doc", ".rtf", ".odt")
MAX_UNPACKED = 600 * 2**20
MAX_RATIO = 200  # unpacked to packed; a text compresses twentyfold, a bomb a thousandfold
SECONDS = {".docx": 180, ".pdf": 3600}  # a long scan takes seconds a page
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def load(path: Path) -> RawDocument:
    """Clean text of the file. Raises UnreadableFileError with the reason and what to do."""
    _check_size(path)
    suffix, warning = _real_suffix(path)
    raw = _load(path, suffix)
    _check_text(path, raw)
    if not warning:
        return raw
    return RawDocument(raw.text, raw.page_starts, raw.title_hint, raw.published, (warning, *raw.warnings))


def _load(path: Path, suffix: str) -> RawDocument:
    if suffix in (".docx", ".odt"):
        _check_package(path)
    if suffix in SECONDS:
        return _load_apart(path, suffix)
    if suffix in (".doc", ".rtf", ".odt"):
        return load_office(path, suffix)
    data = path.read_bytes()
    if suffix in (".html", ".htm"):
        return load_page(data)
    return load_markdown(data) if suffix == ".md" else load_text(data)


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(f"{path.name}: tệp rỗng (0 byte).", f"{path.name}: the file is empty (0 bytes).")
    if size > MAX_BYTES:
        raise UnreadableFileError(
            f"{path.name}: tệp {size // 2**20} MB vượt giới hạn {MAX_BYTES // 2**20} MB. Hãy tách nhỏ tệp.",
            f"{path.name}: {size // 2**20} MB exceeds the limit of {MAX_BYTES // 2**20} MB. Split the file.",
        )


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
        raise UnreadableFileError(
            f"{path.name}: tệp có mật khẩu. Hãy bỏ mật khẩu rồi nạp lại.",
            f"{path.name}: the file is protected by a password. Remove it and try again.",
        )
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
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "word/document.xml" in names:
                return ".docx"
            return ".odt" if "content.xml" in names and "mimetype" in names else None
    except zipfile.BadZipFile as error:
        raise _damaged(path) from error


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise _damaged(path)
            unpacked = sum(entry.file_size for entry in entries)
            ratio = unpacked / max(sum(entry.compress_size for entry in entries), 1)
    except zipfile.BadZipFile as error:
        raise _damaged(path) from error
    if unpacked > MAX_UNPACKED or (unpacked > 50 * 2**20 and ratio > MAX_RATIO):
        raise UnreadableFileError(
            f"{path.name}: nội dung nén bung ra {unpacked // 2**20} MB, vượt giới hạn an toàn.",
            f"{path.name}: the packed content unpacks to {unpacked // 2**20} MB, beyond the safe limit.",
        )


def _looks_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head:
        return False
    zeros = head.count(0)
    return zeros < 0.1 * len(head) or zeros > 0.6 * len(head)


def _reject(path: Path, named: str) -> None:
    if named in SUPPORTED_SUFFIXES:
        raise _damaged(path)
    known = ", ".join(SUPPORTED_SUFFIXES)
    raise UnreadableFileError(
        f"{path.name}: chưa hỗ trợ định dạng {named or '(không có đuôi)'}. Dùng một trong: {known}.",
        f"{path.name}: format {named or '(no suffix)'} is not supported. Use one of: {known}.",
    )


def _damaged(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}: tệp hỏng, thiếu một phần hoặc không đúng định dạng {path.suffix}. Hãy lấy lại tệp gốc.",
        f"{path.name}: the file is damaged, cut off or not a {path.suffix} file. Get the original again.",
    )


def _load_apart(path: Path, suffix: str) -> RawDocument:
    """Run the loader in a process of its own, so that a hostile file can neither hang nor exhaust this one."""
    environment = dict(os.environ)
    root = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
    environment["OMP_THREAD_LIMIT"] = "2"
    command = [sys.executable, "-m", "ingest.loaders.worker", suffix, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS[suffix], env=environment, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            f"{path.name}: đọc tệp quá {SECONDS[suffix] // 60} phút nên đã dừng. Hãy tách nhỏ tệp.",
            f"{path.name}: reading took more than {SECONDS[suffix] // 60} minutes and was stopped. Split the file.",
        ) from error
    if done.returncode == 0:
        fields = json.load(io.BytesIO(done.stdout))
        published = date.fromisoformat(fields["published"]) if fields["published"] else None
        starts, warnings = tuple(fields["page_starts"]), tuple(fields["warnings"])
        return RawDocument(fields["text"], starts, fields["title_hint"], published, warnings)
    if done.returncode == 3:
        raise UnreadableFileError(
            f"{path.name}: tệp có mật khẩu. Hãy bỏ mật khẩu rồi nạp lại.",
            f"{path.name}: the file is protected by a password. Remove it and try again.",
        )
    raise _damaged(path)


def _check_text(path: Path, raw: RawDocument) -> None:
    if len(raw.text) > MAX_TEXT_CHARS:
        raise UnreadableFileError(
            f"{path.name}: văn bản dài {len(raw.text):,} ký tự, vượt giới hạn {MAX_TEXT_CHARS:,}. Hãy tách nhỏ tệp.",
            f"{path.name}: {len(raw.text):,} characters exceed the limit of {MAX_TEXT_CHARS:,}. Split the file.",
        )
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
