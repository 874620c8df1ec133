"""Answers given before, kept by everything that they depend on, so that none is ever stale."""

from __future__ import annotations

from datetime import date
from threading import Lock
from uuid import uuid4

from cachetools import LRUCache

from assistant.types import Answer, Query
from vectorstore.store import Store

Key = tuple[int, frozenset[str] | None, date, str]


class RememberedAnswers:
    """The last extractive answers. What a chat model says is not kept: it may say it otherwise the next time."""

    def __init__(self, size: int) -> None:
        """Keep `size` answers; 0 keeps none."""
        self._answers: LRUCache[Key, Answer] = LRUCache(size)
        self._lock = Lock()

    @staticmethod
    def key(store: Store, query: Query) -> Key:
        """The state of the corpus, what of it may be seen, the day (it decides what is in force), and all of the query.

        The settings are not part of it: they hold for as long as the process does, and so do the answers.
        """
        return store.catalogue.state, store.collections, date.today(), query.model_dump_json()

    def get(self, key: Key) -> Answer | None:
        """The same answer under an id of its own, since each is put on record; None where it is not known."""
        with self._lock:
            found = self._answers.get(key)
        if found is None:
            return None
        again = found.model_copy(update={"id": uuid4().hex, "timings_ms": {"total": 0.0}})
        return again.withholding(found.withheld)

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer."""
        with self._lock:
            if self._answers.maxsize:
                self._answers[key] = answer
