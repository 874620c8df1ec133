"""Loads files in a process of its own: `python -m ingest.loaders.worker`, started and asked by `ingest.loaders.apart`.

A request is a line of JSON {"suffix", "path"}; the answer is its length (8 bytes, big-endian) and JSON: the document,
or {"error": "locked" | "memory" | "damaged"}, or {"error": "said", "vietnamese", "english"}. "used" is the most
memory held so far; "stuck" says that a program it started was given up and may have left others running.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from ingest.loaders.base import MAX_TEXT_CHARS, RawDocument, UnreadableFileError

MEMORY = 600 * 2**20  # bytes of private memory; a program it starts (LibreOffice, Tesseract) gets as much
_RECURSION = 20_000  # pages nest deeper than the default allows; the stack below holds that
_STACK = 256 * 2**20


def read_file(suffix: str, path: Path) -> RawDocument:
    """The file by the loader of its suffix."""
    if suffix == ".pdf":
        from ingest.loaders.pdf import load_pdf

        return load_pdf(path.read_bytes())
    if suffix == ".docx":
        from ingest.loaders.docx import load_docx

        return load_docx(path.read_bytes())
    if suffix in (".doc", ".rtf", ".odt"):
        from ingest.loaders.office import load_office

        return load_office(path, suffix)
    from ingest.loaders.plain import load_markdown, load_page, load_text

    loaders = {".html": load_page, ".htm": load_page, ".md": load_markdown}
    return loaders.get(suffix, load_text)(path.read_bytes())


def _answer(suffix: str, path: Path) -> dict[str, Any]:
    try:
        raw = read_file(suffix, path)
    except UnreadableFileError as error:
        stuck = isinstance(error.__cause__, subprocess.TimeoutExpired)
        return {"error": "said", "vietnamese": str(error), "english": error.english, "stuck": stuck}
    except ValueError as error:
        return {"error": "locked" if type(error).__name__ == "LockedPdfError" else "damaged"}
    except (MemoryError, RecursionError):
        return {"error": "memory"}
    except Exception as error:  # libraries for damaged formats raise whatever they please
        return {"error": "damaged", "why": type(error).__name__}
    if len(raw.text) > MAX_TEXT_CHARS:
        return {"error": "long", "length": len(raw.text)}
    return {
        "text": raw.text,
        "page_starts": raw.page_starts,
        "title_hint": raw.title_hint,
        "published": raw.published.isoformat() if raw.published else None,
        "warnings": raw.warnings,
        "ocr_pages": raw.ocr_pages,
        "unsure_lines": raw.unsure_lines,
    }


def most_memory() -> int:
    """The most memory this process has held, bytes; 0 where the system does not tell.

    `getrusage` would count what the starting process held before this program was loaded.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _serve(answers: BinaryIO) -> None:
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer = _answer(request["suffix"], Path(request["path"]))
        answer = {"stuck": False, **answer, "used": most_memory()}
        body = json.dumps(answer).encode("ascii")
        answers.write(struct.pack(">Q", len(body)) + body)
        answers.flush()


def main() -> None:
    """Answer until the other end closes. Whatever a library prints goes to standard error."""
    import threading

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY + _STACK, MEMORY + _STACK))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.setrecursionlimit(_RECURSION)
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(answers,))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
