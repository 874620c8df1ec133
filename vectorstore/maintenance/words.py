"""The syllable counts as the stored texts make them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from vectorstore.catalogue import Catalogue
from vectorstore.text.normalise import fold, syllables

_TABLES = ("unigrams", "bigrams")
Counts = dict[tuple[str, ...], int]


def wrong_counts(catalogue: Catalogue) -> set[str]:
    """Tables of counts that are not those of the texts."""
    return {table for table, right in _right(catalogue).items() if _held(catalogue, table) != right}


def count_again(catalogue: Catalogue) -> None:
    """Replace the counts by those of the texts."""
    with catalogue.transaction():
        for table, counts in _right(catalogue).items():
            columns = _columns(catalogue, table)
            catalogue.rows(f"DELETE FROM {table}")
            for key, count in counts.items():
                catalogue.rows(f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})", (*key, count))


def _columns(catalogue: Catalogue, table: str) -> list[str]:
    return [row["name"] for row in catalogue.rows(f"PRAGMA table_info({table})")]


def _held(catalogue: Catalogue, table: str) -> Counts:
    return {tuple(row)[:-1]: row["count"] for row in catalogue.rows(f"SELECT * FROM {table}") if row["count"]}


def _right(catalogue: Catalogue) -> dict[str, Counts]:
    keys = {table: _columns(catalogue, table)[:-1] for table in _TABLES}
    counts: dict[str, Counter[tuple[str, ...]]] = {table: Counter() for table in _TABLES}
    for row in catalogue.rows("SELECT collection, text FROM documents WHERE state != 'pending'"):
        words = [word for word in syllables(row["text"]) if word.isalpha()]
        common = {"collection": row["collection"]}
        for word, n in Counter(words).items():
            values = common | {"folded": fold(word), "syllable": word}
            counts["unigrams"][tuple(values[name] for name in keys["unigrams"])] += n
        for (first, second), n in Counter(pairwise(words)).items():
            values = common | {"first": first, "second": second}
            counts["bigrams"][tuple(values[name] for name in keys["bigrams"])] += n
    return {table: dict(found) for table, found in counts.items()}
