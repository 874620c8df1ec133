"""Questions that sound like the documents and ask for what they do not have: each is made from one that they answer.

A year, a province, the number of a document or a person is replaced by another that no document names, so that the
right reply is to say so. Such questions find answers that rest on the wrong frame, in any number and without a writer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.question.names import PERSON
from assistant.question.places import PROVINCES, find_provinces
from eval.datasets import Question
from vectorstore.records import Document
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match

STEPS = [step for distance in range(1, 16) for step in (-distance, distance)]  # the nearest years first
NEAREST = 2  # absent years drawn from
PERSONS = ("Lương Văn Thụ", "Đoàn Thị Ngà", "Phùng Quốc Khải", "Vương Thị Hạnh Chi")


@dataclass(frozen=True)
class _Known:
    """What the documents name anywhere."""

    text: str
    folded: str
    years: frozenset[int]
    symbols: tuple[Symbol, ...]


def near_misses(questions: Iterable[Question], documents: Sequence[Document], rng: random.Random) -> Iterator[Question]:
    """The answerable of `questions` with another year, province, symbol or person than `documents` have; no doubles.

    Left out are follow-ups, whose frame stands in the turns before, and statements put for confirmation.
    """
    text = "\n".join(f"{document.title}\n{document.text}" for document in documents)
    known = _Known(text, fold(text), frozenset(find_years(text)), tuple(find_symbols(text)))
    seen: set[str] = set()
    for question in questions:
        if not question.answerable or question.history or question.kind == "false_premise":
            continue
        for kind, altered in _altered(question.question, known, rng):
            if altered not in seen:
                seen.add(altered)
                yield _unanswerable(kind, question, altered)


def _altered(asked: str, known: _Known, rng: random.Random) -> Iterator[tuple[str, str]]:
    """(what was replaced, the question then)."""
    years = set(find_years(asked))
    year = years.pop() if len(years) == 1 else None
    absent = [year + step for step in STEPS if year + step not in known.years][:NEAREST] if year else []
    if absent and str(year) in asked:
        yield "year", asked.replace(str(year), str(rng.choice(absent)))
    places, elsewhere = find_provinces(asked), [name for name in PROVINCES if fold(name) not in known.folded]
    if places and elsewhere:
        _, start, end = places[0]
        yield "place", f"{asked[:start]}{rng.choice(elsewhere)}{asked[end:]}"
    for symbol in find_symbols(asked)[:1]:
        number = re.sub(r"\d+", lambda _: str(rng.randint(300, 899)), symbol.text, count=1)
        if not any(symbols_match(made, one) for made in find_symbols(number) for one in known.symbols):
            yield "symbol", f"{asked[: symbol.start]}{number}{asked[symbol.end :]}"
    persons = [match for match in PERSON.finditer(asked) if not find_provinces(match.group())]
    if persons and (strangers := [name for name in PERSONS if name not in known.text]):
        yield "person", f"{asked[: persons[0].start()]}{rng.choice(strangers)}{asked[persons[0].end() :]}"


def _unanswerable(kind: str, question: Question, altered: str) -> Question:
    return Question(
        id=f"{question.id}-{kind}", kind=f"near_miss_{kind}", question=altered, answerable=False, draft=True,
        evidence=f"altered from: {question.question}",
    )  # fmt: skip
