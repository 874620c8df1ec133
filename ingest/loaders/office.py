"""Older office files (.doc, .rtf, .odt) by way of LibreOffice, which keeps fonts, tables and numbering."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from ingest.loaders.base import RawDocument, UnreadableFileError
from ingest.loaders.docx import load_docx

SECONDS = 120


def load_office(path: Path, suffix: str) -> RawDocument:
    """Text of a .doc, .rtf or .odt (`suffix` says which). Raises UnreadableFileError without LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableFileError(
            f"{path.name}: đọc tệp {suffix} cần LibreOffice (gói libreoffice-writer-nogui). "
            "Hãy cài đặt, hoặc lưu lại tệp thành .docx.",
            f"{path.name}: reading {suffix} files needs LibreOffice. Install it, or save the file as .docx.",
        )
    with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
        source = Path(folder) / f"source{suffix}"
        shutil.copyfile(path, source)
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
                   "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source)]  # fmt: skip
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnreadableFileError(
                f"{path.name}: LibreOffice không mở được tệp trong {SECONDS} giây. Hãy lưu lại tệp thành .docx.",
                f"{path.name}: LibreOffice could not open the file within {SECONDS} seconds. Save it as .docx.",
            ) from error
        converted = source.with_suffix(".docx")
        if not converted.exists():
            raise UnreadableFileError(
                f"{path.name}: LibreOffice không mở được tệp; tệp có thể hỏng hoặc có mật khẩu.",
                f"{path.name}: LibreOffice cannot open the file; it may be damaged or protected by a password.",
            )
        return load_docx(converted.read_bytes())
