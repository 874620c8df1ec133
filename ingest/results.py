"""What a run over files tells: what became of each, how far it is, and all of it by outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Outcome = Literal["added", "new_version", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; `reason` says why it failed or what the reader should know.

    A `passing` failure is none of the file's: the disk was full, say, and it can be tried again.
    """

    path: Path
    outcome: Outcome
    reason: str = ""
    chunks: int = 0
    document_id: str = ""
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """One file is done: `done` of `total`."""

    done: int
    total: int
    result: FileResult


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done to file number `number` of `total`, before it is done."""

    number: int
    total: int
    path: Path
    name: Literal["read", "store"]  # text, metadata and chunks; then embedding and indexing


@dataclass(frozen=True, slots=True)
class Summary:
    """Results by outcome; `failed` files did not stop the others, `unsupported` ones in folders were left out."""

    added: list[FileResult] = field(default_factory=list)
    new_versions: list[FileResult] = field(default_factory=list)
    unchanged: list[FileResult] = field(default_factory=list)
    failed: list[FileResult] = field(default_factory=list)
    unsupported: list[Path] = field(default_factory=list)

    @property
    def results(self) -> list[FileResult]:
        return [*self.added, *self.new_versions, *self.unchanged, *self.failed]

    def note(self, result: FileResult) -> None:
        """File `result` under its outcome."""
        lists = {
            "added": self.added,
            "new_version": self.new_versions,
            "unchanged": self.unchanged,
            "failed": self.failed,
        }
        lists[result.outcome].append(result)
