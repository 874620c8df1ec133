"""BM25 as a product of two sparse vectors: what a passage says of a term, times how much the term counts in a question.

The first depends on the passage alone, so that the engine can keep it; the second on how many passages of those that
may be seen have the term, which the catalogue knows of every state. So a score depends on nothing else, as it does with
an index for each collection, and scores of several collections compare.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping

from vectorstore.lexical import asked_terms, terms
from vectorstore.records import Chunk
from vectorstore.text.normalise import fold

K1, B = 1.2, 0.75  # as tantivy has them
USUAL_TERMS = 250  # in a passage: fixed, where BM25 takes the mean of the corpus, which changes with every document
NUMBERS = 2**32 - 2  # that Milvus takes, from 1
NOTHING = {0: 1e-6}  # the terms of a passage that has none: Milvus takes no empty vector
Weights = dict[int, float]


def number(term: str, folded: bool) -> int:
    """The dimension of a term, 1 to 2^32 - 2; another one for the terms without diacritics.

    Now and then two terms share one: of 60 million, which 100 million passages have, one in seventy does.
    """
    return zlib.crc32(term.encode(), int(folded)) % NUMBERS + 1


def passage_weights(chunk: Chunk) -> Weights:
    """(k1 + 1) tf / (tf + k1 (1 - b + b terms / usual terms)) of each term, as written and without diacritics."""
    written = terms(chunk.indexed_text)
    found: Weights = {}
    for folded, words in ((False, written), (True, fold(" ".join(written)).split())):
        long = K1 * (1 - B + B * len(words) / USUAL_TERMS)
        for term, times in Counter(words).items():
            found[number(term, folded)] = (K1 + 1) * times / (times + long)
    return found or dict(NOTHING)


def question_numbers(question: str, folded: bool) -> Counter[int]:
    """The terms of a question by number, with how often each is asked for."""
    return Counter(number(term, folded) for term in asked_terms(question, folded))


def question_weights(asked: Mapping[int, int], passages_with: Mapping[int, int], passages: int) -> Weights:
    """What each term counts; those that no passage has are left out. ln(1 + (N - n + .5) / (n + .5)), as tantivy."""
    return {
        term: times * math.log(1 + (max(passages, n) - n + 0.5) / (n + 0.5))
        for term, times in asked.items()
        if (n := passages_with.get(term, 0)) > 0
    }


def score(asked: Weights, passage: Weights) -> float:
    """The product, for a passage that the engine no longer has."""
    return math.fsum(weight * passage[term] for term, weight in asked.items() if term in passage)


def numbers(chunks: Iterable[Chunk]) -> Counter[int]:
    """How many of the passages have each term."""
    return Counter(term for chunk in chunks for term in passage_weights(chunk) if term)
