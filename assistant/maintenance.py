"""Checking and repairing a whole data folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from assistant.api.jobs import JobStore
from assistant.api.originals import Originals
from assistant.api.originals_check import check_originals, mend_originals
from assistant.backup.members import CATALOGUE, JOBS, ORIGINALS, is_database, members
from assistant.settings import Settings
from assistant.wiring import open_for_maintenance, rebuilder
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ConfigurationError
from vectorstore.maintenance import Finding, check, repair


def check_all(settings: Settings, embeddings: PolicyEmbeddings | None = None) -> list[Finding]:
    """All that is wrong with the data folder; nothing is changed. Raises PolicyError where it cannot be told."""
    return _go_over(settings, embeddings, mend=False)[0]


def repair_all(settings: Settings, embeddings: PolicyEmbeddings | None = None) -> tuple[list[Finding], list[Finding]]:
    """Mend what can be mended: what was found, and what remains."""
    return _go_over(settings, embeddings, mend=True)


def _go_over(
    settings: Settings, embeddings: PolicyEmbeddings | None, *, mend: bool
) -> tuple[list[Finding], list[Finding]]:
    corrupt = list(_corrupt(settings.data_dir))
    names = {finding.subject for finding in corrupt}
    if CATALOGUE in names:
        return corrupt, corrupt
    with ExitStack() as stack:
        try:
            store = stack.enter_context(closing(open_for_maintenance(settings, embeddings)))
        except ConfigurationError as error:
            if isinstance(error.__cause__, sqlite3.Error):
                found = [*corrupt, Finding("catalogue-corrupt", str(error.__cause__))]
                return found, found
            raise
        originals = None
        if ORIGINALS not in names and JOBS not in names:
            originals = stack.enter_context(closing(Originals(settings.data_dir / "originals")))
        if originals is None:  # nothing can be made again from files that nobody knows of
            before = after = check(store)
        else:
            jobs = stack.enter_context(closing(JobStore(settings.data_dir / JOBS)))
            before = after = check_originals(originals, jobs, store.catalogue)
            if mend:
                found, remaining = repair(store, rebuilder(store, originals))
                mend_originals(originals, check_originals(originals, jobs, store.catalogue))
                after = remaining + check_originals(originals, jobs, store.catalogue)
            else:
                found = check(store)
            before = found + before
    return [*corrupt, *before], [*corrupt, *after]


def _corrupt(folder: Path) -> Iterator[Finding]:
    """Databases that SQLite cannot read through."""
    for name in members(folder) if folder.exists() else ():
        path = folder / name
        if not (is_database(path) or name.endswith(".sqlite3")):
            continue
        try:
            with closing(sqlite3.connect(path, timeout=60)) as database:
                verdict = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            verdict = str(error)
        if verdict != "ok":
            yield Finding("catalogue-corrupt" if name == CATALOGUE else "database-corrupt", name)
