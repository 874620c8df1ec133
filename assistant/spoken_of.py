"""Which documents a conversation is about: those that the last answer quotes.

"Hồ sơ gồm những gì?" after an answer on a decision asks for that decision's, though it names nothing. What is quoted is
found again by its words, so that a client need send no more than the texts of a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question.understand import Question
from assistant.types import Turn
from vectorstore.store import Store
from vectorstore.text.normalise import nfc

LAST = 3  # answers that are looked at, the last first: one that found nothing quotes nothing
QUOTES = 2  # of an answer that are looked up, the first ones
CANDIDATES = 5  # passages that are compared with a quote
LEAST, MOST = 25, 300  # characters of a quote that are compared
_MARK = re.compile(r"\s*\[\d{1,3}\]\s*")
_BLANK = re.compile(r"\s+")


def documents(question: Question, history: Sequence[Turn], store: Store) -> frozenset[str]:
    """Ids of the documents that the last answer with a quote is from; none where the question names its own."""
    if question.symbols or question.parts:
        return frozenset()
    answers = [turn.content for turn in history if turn.role == "assistant"]
    for answer in answers[: -LAST - 1 : -1]:
        quotes = [_plain(piece)[:MOST] for piece in _MARK.split(answer)]
        found = {d for quote in [q for q in quotes if len(q) >= LEAST][:QUOTES] if (d := _source(quote, store))}
        if found:
            return frozenset(found)
    return frozenset()


def _source(quote: str, store: Store) -> str | None:
    stored = store.catalogue.chunks([chunk_id for chunk_id, _ in store.by_words(quote, CANDIDATES)])
    theirs = (chunk.document_id for chunk, _ in stored.values() if quote in _plain(chunk.text))
    return next(theirs, None)


def _plain(text: str) -> str:
    return _BLANK.sub(" ", nfc(text)).strip()
