"""How much of a legacy file's text comes out right: its characters against a transcript in Unicode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from assistant.wiring import read_document
from vectorstore.errors import PolicyError
from vectorstore.text.normalise import clean

TRANSCRIPT = ".txt.truth"
SHOWN = 3  # differences told for each file


@dataclass(frozen=True, slots=True)
class Transcript:
    """One file: `accuracy` is 1 - edit distance / characters of the transcript, spacing aside; at least 0."""

    file: str
    length: int
    accuracy: float
    caseless: float  # transcripts may not know which letters a font of capitals made large
    differences: tuple[str, ...]


def compare_transcripts(folder: Path, limit: int | None = None) -> list[Transcript]:
    """Every file of the folder that has a transcript; one that cannot be read scores 0."""
    files = [file for file in sorted(folder.iterdir()) if _truth(file).is_file()]
    return [_compare(file, _truth(file).read_text(encoding="utf-8")) for file in files[:limit]]


def _truth(file: Path) -> Path:
    return file.with_name(file.stem + TRANSCRIPT)


def _compare(file: Path, truth: str) -> Transcript:
    try:
        read = read_document(file)[0].text
    except PolicyError as error:
        return Transcript(file.name, len(truth), 0.0, 0.0, (str(error),))
    wanted, got = plain(truth), plain(read)
    return Transcript(
        file.name, len(wanted), accuracy(wanted, got), accuracy(wanted.lower(), got.lower()), differences(wanted, got)
    )


def plain(text: str) -> str:
    """The text without what is a matter of layout: blanks, cell borders, form feeds."""
    return " ".join(re.sub(r"[|\t\x07\x0c]", " ", clean(text)).split())


def accuracy(wanted: str, got: str) -> float:
    """1 - edit distance / length of the transcript, at least 0."""
    return max(0.0, 1 - Levenshtein.distance(wanted, got) / max(len(wanted), 1))


def differences(wanted: str, got: str) -> tuple[str, ...]:
    """The longest differing spans as "wanted → got", letters of another case aside."""
    ours = got.lower()
    edits = [edit for edit in Levenshtein.opcodes(wanted.lower(), ours) if edit.tag != "equal"]
    edits.sort(key=lambda e: -max(e.src_end - e.src_start, e.dest_end - e.dest_start))
    spans = [(_around(wanted, e.src_start, e.src_end), _around(got, e.dest_start, e.dest_end)) for e in edits[:SHOWN]]
    return tuple(f"{theirs} → {read}" for theirs, read in spans)


def _around(text: str, start: int, end: int) -> str:
    return f"…{text[max(0, start - 8) : end + 4][:60]}…"
