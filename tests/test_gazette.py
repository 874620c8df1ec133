"""Metadata and structure of real gazette documents, where the shared evaluation material is at hand."""

import json
import re
from pathlib import Path

import pytest

from ingest.metadata import read_metadata
from ingest.structure import blocks
from vectorstore.text.normalise import clean

GAZETTE = Path(__file__).resolve().parents[2] / "shared" / "eval" / "gazette"
SAMPLE_STEP = 2  # every second document

pytestmark = pytest.mark.skipif(not GAZETTE.is_dir(), reason="the shared gazette documents are not here")


@pytest.fixture(scope="module")
def read() -> list[tuple[dict[str, object], dict[str, object]]]:
    """Pairs of what is known of a document and what was read from it."""
    rows = [json.loads(line) for line in (GAZETTE / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]
    pairs = []
    for row in rows[::SAMPLE_STEP]:
        text = clean((GAZETTE / "text" / row["file"]).read_text(encoding="utf-8"))
        parts = blocks(text)
        values = read_metadata(text, parts, row["file"]).values
        articles = [int(re.match(r"\d+", part.article)[0]) for part in parts if part.article]  # type: ignore[index]
        found = {**values, "issue_date": str(values.get("issue_date")), "articles_at_line_start": articles}
        pairs.append((row, found))
    return pairs


@pytest.mark.parametrize(
    ("name", "least"), [("symbol", 0.98), ("kind", 0.98), ("issue_date", 0.97), ("articles_at_line_start", 0.95)]
)
def test_share_read_right(read: list[tuple[dict[str, object], dict[str, object]]], name: str, least: float) -> None:
    known = [(row, found) for row, found in read if row[name] != "Khác"]  # "other" says nothing of the type
    wrong = [(row["file"], row[name], found.get(name)) for row, found in known if row[name] != found.get(name)]
    assert 1 - len(wrong) / len(known) >= least, wrong
