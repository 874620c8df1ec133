"""`python -m eval bench metadata`: what is read of documents against what is known of them, with every miss.

`--gazette FOLDER` holds `metadata.jsonl`, a line a document: `file`, `symbol`, `kind` ("Khác": not judged),
`issue_date` and `articles_at_line_start`; the documents lie beside it or in `text/` and `pdf/`, a PDF under the name
of its text.
`--legacy FOLDER` holds files each with its Unicode transcript, `NAME.txt.truth`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.wiring import read_document
from eval.bench.transcripts import compare_transcripts
from eval.environment import environment
from vectorstore.errors import InvalidInputError, PolicyError
from vectorstore.records import Document
from vectorstore.text.normalise import fold
from vectorstore.text.organs import ORGAN_PHRASES
from vectorstore.text.symbols import find_symbols

MEASURES = ("symbol", "kind", "issue_date", "organ", "articles")
CHANGES = ("replaces", "amends", "repeals")


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one document: what is known (None: not judged) and what was read (None: unknown)."""

    file: str
    measure: str
    known: Any
    read: Any
    why: str = ""

    @property
    def right(self) -> bool:
        return bool(self.known == self.read)


def main(arguments: Sequence[str]) -> int:
    """Command line of the benchmark; returns the exit code."""
    options = argparse.ArgumentParser(prog="python -m eval bench metadata", description=__doc__)
    options.add_argument("--gazette", type=Path, help="folder with metadata.jsonl and the documents")
    options.add_argument("--legacy", type=Path, help="folder with files and their .txt.truth")
    options.add_argument("--limit", type=int, help="look at this many documents only")
    options.add_argument("--show", action="store_true", help="also all that was read, for a reader's eye")
    options.add_argument("--json", action="store_true", help="machine-readable output")
    given = options.parse_args(arguments)
    if not (given.gazette or given.legacy):
        options.error("--gazette or --legacy")
    readings: list[Reading] = []
    shown: list[dict[str, Any]] = []
    for file, row in _documents(given.gazette)[: given.limit] if given.gazette else ():
        try:
            document, articles = read_document(file)
        except PolicyError as error:
            readings.extend(Reading(file.name, measure, row.get(measure), None, str(error)) for measure in MEASURES[:3])
            continue
        readings.extend(judge(file.name, row, document, articles))
        shown.append(_as_shown(file, document))
    transcripts = compare_transcripts(given.legacy, given.limit) if given.legacy else []
    rows = summarise(readings)
    misses = [reading for reading in readings if reading.known is not None and not reading.right]
    if given.json:
        found = {"rows": rows, "misses": [asdict(miss) for miss in misses], "read": shown}
        found["transcripts"] = [asdict(item) for item in transcripts]
        print(json.dumps(found | {"environment": environment()}, ensure_ascii=False, indent=1, default=str))
        return 0
    _print(rows, misses, transcripts, shown if given.show else ())
    return 0


def judge(file: str, row: dict[str, Any], document: Document, articles: Sequence[str]) -> Iterator[Reading]:
    """The readings of one document against its row."""
    kind, why = row.get("kind"), document.provenance
    yield Reading(file, "symbol", row.get("symbol"), document.symbol, why.get("symbol", ""))
    yield Reading(file, "kind", None if kind == "Khác" else kind, document.kind, why.get("kind", ""))
    day = document.issue_date.isoformat() if document.issue_date else None
    yield Reading(file, "issue_date", row.get("issue_date"), day, why.get("issue_date", ""))
    yield _organ(file, row.get("symbol") or "", document)
    numbers = [int(match[0]) for article in articles if (match := re.match(r"\d+", article))]
    yield Reading(file, "articles", row.get("articles_at_line_start"), numbers)


def _organ(file: str, symbol: str, document: Document) -> Reading:
    """The organ against the code in the symbol; codes without a known name are not judged."""
    found = next(iter(find_symbols(symbol)), None)
    code = re.sub(r"\d+$", "", found.organ or "") if found else ""
    names = [phrase for phrase, of in ORGAN_PHRASES.items() if of == code]
    right = any(fold(document.organ or "").startswith(name) for name in names)
    known = (document.organ if right else f"theo ký hiệu: {code}") if names else None
    return Reading(file, "organ", known, document.organ, document.provenance.get("organ", ""))


def summarise(readings: Iterable[Reading]) -> list[dict[str, Any]]:
    """A row a measure and format: how many were judged, right, unknown and wrong."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for reading in readings:
        if reading.known is None:
            continue
        form = Path(reading.file).suffix.lstrip(".")
        start = {"measure": reading.measure, "format": form, "judged": 0, "right": 0, "unknown": 0, "wrong": 0}
        row = rows.setdefault((reading.measure, form), start)
        row["judged"] += 1
        row["right" if reading.right else "unknown" if reading.read is None else "wrong"] += 1
    return [row | {"share": row["right"] / row["judged"]} for row in rows.values()]


def _documents(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Every document in the folder with what is known of it ({} where nothing is)."""
    listing = folder / "metadata.jsonl"
    if not listing.is_file():
        raise InvalidInputError(f"Không có {listing}.", f"There is no {listing}.")
    lines = listing.read_text(encoding="utf-8").splitlines()
    known = {Path(row["file"]).stem: row for line in lines if line.strip() for row in [json.loads(line)]}
    files = (file for place in (folder, folder / "text", folder / "pdf") for file in sorted(place.glob("*")))
    return [(file, known.get(file.stem, {})) for file in files if file.suffix in (".txt", ".pdf", ".docx", ".html")]


def _as_shown(file: Path, document: Document) -> dict[str, Any]:
    names = ("symbol", "kind", "organ", "level", "place", "issue_date", "effective_date", "signer", "title", "period")
    changes = [
        " ".join(filter(None, (relation.kind, relation.symbol, relation.provision)))
        for relation in document.relations
        if relation.kind in CHANGES
    ]
    return {"file": file.name} | {name: getattr(document, name) for name in names} | {"changes": changes}


def _print(
    rows: Sequence[dict[str, Any]], misses: Sequence[Reading], transcripts: Sequence[Any], shown: Iterable[Any]
) -> None:
    console = Console()
    if rows:
        table = Table("measure", "format", "judged", "right", "unknown", "wrong", "share", title="metadata")
        for row in rows:
            table.add_row(*(f"{cell:.1%}" if isinstance(cell, float) else str(cell) for cell in row.values()))
        console.print(table)
    for miss in misses:
        console.print(f"{miss.file} · {miss.measure}: {miss.read}, known {miss.known} ({miss.why})", markup=False)
    if transcripts:
        table = Table("file", "characters", "whatever the case", "largest differences", title="transcripts")
        for item in transcripts:
            table.add_row(item.file, f"{item.accuracy:.2%}", f"{item.caseless:.2%}", "\n".join(item.differences))
        console.print(table)
        total = sum(item.length for item in transcripts)
        mean = sum(item.caseless * item.length for item in transcripts) / max(total, 1)
        console.print(f"{mean:.2%} of {total:,} characters, whatever the case")
    for item in shown:
        console.print(json.dumps(item, ensure_ascii=False, default=str), markup=False, highlight=False)
    console.print(" · ".join(f"{key} {value}" for key, value in environment().items()), style="dim")
