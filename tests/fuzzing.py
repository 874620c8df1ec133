"""Feeds mutated files of every format to the loaders. For long: `python tests/fuzzing.py --minutes 30`.

A loader may read a damaged file or refuse it with a PolicyError; anything else is a finding, and so is a file of a few
kilobytes that takes longer than `MOST_S`. Each format gets the same time, so the quick ones most files.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from docx import Document as WordDocument
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.pipeline import build_document
from vectorstore.errors import PolicyError

SAMPLE = Path(__file__).parents[1] / "eval" / "sample" / "documents"
TEXT = (SAMPLE / "bao-cao-dan-van-2022.txt").read_text(encoding="utf-8")
TOKENS = [
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae" * 50, b"9" * 400, "\u0302".encode() * 300, b"# " * 2000,
    b"%PDF-1.7", b"PK\x03\x04", b"{\\rtf1", b"\\u-999999?", b"/Length 99999999999", b"<< /Kids [1 0 R] >>",
    b"<table><tr><td colspan=99999999>", b"<!ENTITY a '&a;'>", b"&#x110000;", b"<w:p><w:r>", b"<div>" * 3000,
]  # fmt: skip
MOST_S = 100  # on a busy machine; a page read by OCR or a start of LibreOffice takes some seconds
SOURCES = ("txt", "md", "html", "docx", "pdf", "rtf", "odt", "doc")


def word() -> bytes:
    document = WordDocument()
    for line in TEXT.splitlines()[:40]:
        document.add_paragraph(line)
    document.add_table(2, 2).cell(0, 0).text = "Chỉ tiêu"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def pdf() -> bytes:
    """Two pages in a font that has Vietnamese letters: without them each page would be read by OCR, and slowly."""
    font = Path(str(files("fontpkg_spectral"))) / "files" / "Spectral-Regular.ttf"
    pdfmetrics.registerFont(TTFont("Body", str(font)))
    target = io.BytesIO()
    canvas = Canvas(target)
    for page in range(2):
        canvas.setFont("Body", 11)
        for number in range(30):
            canvas.drawString(60, 780 - 20 * number, f"Báo cáo trang {page} dòng {number}: hòa giải thành 310 vụ việc.")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def seeds(folder: Path, suffixes: tuple[str, ...] = SOURCES) -> dict[str, bytes]:
    """A sound file of each format; the older office formats where LibreOffice is there to write them."""
    html = (SAMPLE / "bao-cao-dan-van-2023.html").read_bytes()
    markdown = (SAMPLE / "bao-cao-dan-chu-co-so-2022.md").read_bytes()
    made = {"txt": TEXT.encode(), "md": markdown, "html": html, "docx": word(), "pdf": pdf()}
    (folder / "goc.docx").write_bytes(made["docx"])
    for suffix in set(suffixes) & {"rtf", "odt", "doc"}:
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", suffix,
                   "--outdir", str(folder), str(folder / "goc.docx")]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (FileNotFoundError, subprocess.SubprocessError):
            continue
        made[suffix] = (folder / f"goc.{suffix}").read_bytes()
    return {suffix: content for suffix, content in made.items() if suffix in suffixes}


def mutate(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut, doubled or replaced; in a ZIP package, those of one of its files."""
    if content.startswith(b"PK\x03\x04") and chance.random() < 0.7:
        return _mutate_package(content, chance)
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at : at + chance.choice((1, 10, 1000, len(data)))]
        elif kind == 2:
            data[at:at] = chance.choice(TOKENS)
        elif kind == 3:
            data[at:at] = data[at : at + chance.choice((10, 1000, 20_000))]
        else:
            data[at : at + 8] = chance.randbytes(8)
    return bytes(data)


def _mutate_package(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        held = {name: package.read(name) for name in package.namelist()}
    name = chance.choice(sorted(held))
    likely = [name for name in held if name.endswith(("document.xml", "content.xml", "styles.xml", "numbering.xml"))]
    name = chance.choice(likely) if likely and chance.random() < 0.7 else name
    held[name] = mutate(held[name].replace(b"PK\x03\x04", b"") or b" ", chance)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for other, data in held.items():
            package.writestr(other, data)
    return target.getvalue()


def attempt(folder: Path, suffix: str, content: bytes) -> str:
    """What becomes of a file: "read", "refused", or the trace of what should not have happened."""
    path = folder / f"van-ban.{suffix}"
    path.write_bytes(content)
    try:
        document, chunks = build_document(path)
    except PolicyError:
        return "refused"
    except BaseException:
        return traceback.format_exc()
    for chunk in chunks:
        if document.text[chunk.start : chunk.end] != chunk.text:
            return f"a chunk is no passage of its document: {chunk.start}-{chunk.end}"
    return "read"


def run(
    folder: Path, found: dict[str, bytes], seed: int, go_on: Callable[[int], bool]
) -> Iterator[tuple[str, str, bytes]]:
    """Format, outcome and content of one file after the other, of the format that has had the least time."""
    chance, number, spent = random.Random(seed), 0, dict.fromkeys(sorted(found), 0.0)
    while go_on(number):
        suffix = min(spent, key=lambda name: spent[name])
        content = mutate(found[suffix], chance)
        began = time.monotonic()
        outcome = attempt(folder, suffix, content)
        took = time.monotonic() - began
        spent[suffix] += took
        yield suffix, outcome if took < MOST_S else f"{outcome}: took {took:.0f} s", content
        number += 1


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--formats", nargs="*", default=list(SOURCES))
    options.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    given = options.parse_args()
    ends, counts = time.monotonic() + given.minutes * 60, Counter[tuple[str, str]]()
    with tempfile.TemporaryDirectory() as work:
        found = seeds(Path(work), tuple(given.formats))
        for suffix, outcome, content in run(Path(work), found, given.seed, lambda number: time.monotonic() < ends):
            kind = outcome if outcome in ("read", "refused") else "FINDING"
            counts[suffix, kind] += 1
            if kind == "FINDING":
                given.findings.mkdir(exist_ok=True)
                stem = given.findings / f"{suffix}-{counts[suffix, kind]}"
                stem.with_suffix(f".{suffix}").write_bytes(content)
                stem.with_suffix(".trace").write_text(outcome, encoding="utf-8")
    for (suffix, kind), count in sorted(counts.items()):
        print(f"{suffix:5} {kind:8} {count}")
    return 1 if any(kind == "FINDING" for _, kind in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
