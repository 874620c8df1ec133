"""Loads one file in a process of its own: `python -m ingest.loaders.worker SUFFIX PATH`, the result as JSON.

Exit codes: 0 read, 3 protected by a password, anything else unreadable.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from ingest.loaders.base import RawDocument

MEMORY = 4 * 2**30  # address space in bytes


def _load(suffix: str, path: Path) -> RawDocument:
    data = path.read_bytes()
    if suffix == ".pdf":
        from ingest.loaders.pdf import load_pdf

        return load_pdf(data)
    from ingest.loaders.docx import load_docx

    return load_docx(data)


def main() -> int:
    """Entry point; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        raw = _load(sys.argv[1], Path(sys.argv[2]))
    except ValueError as error:
        return 3 if type(error).__name__ == "LockedPdfError" else 4
    except (MemoryError, RecursionError):
        return 5
    json.dump(
        {
            "text": raw.text,
            "page_starts": raw.page_starts,
            "title_hint": raw.title_hint,
            "published": raw.published.isoformat() if raw.published else None,
            "warnings": raw.warnings,
        },
        sys.stdout,
        ensure_ascii=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
