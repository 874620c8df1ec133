"""How often each collection has each syllable, and each pair of them: from these, missing diacritics are restored."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from vectorstore.text.normalise import fold, syllables

_AMONG = "(? IS NULL OR collection IN (SELECT value FROM json_each(?)))"
_MOST_KNOWN = 50_000  # counts, some 20 MB
Known = dict[tuple[str | None, ...], list[sqlite3.Row]]
Rows = Callable[[str, Sequence[Any]], list[sqlite3.Row]]


def count_words(connection: sqlite3.Connection, collection: str, text: str, sign: int) -> None:
    """Count (+1) or uncount (-1) the alphabetic syllables of a text and their pairs."""
    words = [word for word in syllables(text) if word.isalpha()]
    connection.executemany(
        "INSERT INTO unigrams VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(fold(word), word, collection, sign * n) for word, n in Counter(words).items()],
    )
    connection.executemany(
        "INSERT INTO bigrams VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(first, second, collection, sign * n) for (first, second), n in Counter(pairwise(words)).items()],
    )


class Words:
    """The counts of those collections that may be seen; None for all."""

    def __init__(self, rows: Rows, collections: Iterable[str] | None = None, known: Known | None = None) -> None:
        """`known` remembers counts of the state that `rows` sees, for whoever else asks in it."""
        self._rows = rows
        self._among = None if collections is None else json.dumps(sorted(collections))
        self._known: Known = {} if known is None else known
        self._keep = known is not None

    def syllable_forms(self, folded: str) -> dict[str, int]:
        """The written forms that fold to `folded`, with how often the documents have each."""
        sql = (
            f"SELECT syllable, sum(count) AS n FROM unigrams WHERE folded = ? AND {_AMONG} "
            "GROUP BY syllable HAVING n > 0 ORDER BY syllable"
        )
        found = self._counted(sql, folded)
        return {row["syllable"]: row["n"] for row in found}

    def bigram_count(self, first: str, second: str) -> int:
        """How often the documents have the two syllables one after the other."""
        sql = f"SELECT coalesce(sum(count), 0) AS n FROM bigrams WHERE first = ? AND second = ? AND {_AMONG}"
        return int(self._counted(sql, first, second)[0]["n"])

    def _counted(self, sql: str, *words: str) -> list[sqlite3.Row]:
        key = (self._among, *words)
        found = self._known.get(key)
        if found is None:
            found = self._rows(sql, (*words, self._among, self._among))
            if self._keep:
                self._known[key] = found
        return found


class KnownWords:
    """Counts that have been asked for, by state; those of the last few. Safe to use from several threads."""

    def __init__(self) -> None:
        self._states: dict[int, Known] = {}

    def of(self, state: int) -> Known:
        known = self._states.get(state)
        if known is None or len(known) > _MOST_KNOWN:
            known = {}
            self._states = {state: known, **dict(list(self._states.items())[:2])}
        return known
