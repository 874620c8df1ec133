"""Whether each upload is kept as it came, and nothing that no document needs."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.api.jobs import JobStore
from assistant.api.originals import Originals
from vectorstore.catalogue import Catalogue
from vectorstore.maintenance.findings import Finding


def check_originals(originals: Originals, jobs: JobStore, catalogue: Catalogue) -> list[Finding]:
    """Findings about the kept uploads; ask while nobody uploads, or what is arriving is taken for left over."""
    needed = {content_hash for _, _, content_hash in originals.links()}
    awaited = {file.hash for job in jobs.unfinished() for file in job.files if file.outcome == "waiting"}
    there = {path.name for path in _files(originals)}
    found = [Finding("original-lost", name) for name in sorted((needed | awaited) - there)]
    found += [
        Finding("original-altered", name) for name in sorted(there & (needed | awaited)) if _altered(originals, name)
    ]
    found += [Finding("original-orphaned", name) for name in sorted(there - needed - awaited)]
    known = {
        (row["document_id"], row["version"]) for row in catalogue.rows("SELECT document_id, version FROM documents")
    }
    gone = {document for document, version, _ in originals.links() if (document, version) not in known}
    return found + [Finding("original-orphaned", f"→ {document}") for document in sorted(gone)]


def mend_originals(originals: Originals, found: list[Finding]) -> None:
    """Drop what belongs to no document."""
    for finding in found:
        if finding.kind != "original-orphaned":
            continue
        if finding.subject.startswith("→ "):
            for content_hash in originals.forget(finding.subject.removeprefix("→ ")):
                originals.drop_unused(content_hash)
        else:
            originals.path(finding.subject).unlink(missing_ok=True)


def _files(originals: Originals) -> list[Path]:
    own = "originals.sqlite3"
    return [path for path in originals.folder.iterdir() if path.is_file() and not path.name.startswith(own)]


def _altered(originals: Originals, name: str) -> bool:
    with originals.path(name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() != name
