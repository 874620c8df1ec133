"""Offers only what was tried out: each question is asked, and kept where it is answered from where it was made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from assistant.evidence.terms import FUNCTION_WORDS
from assistant.suggesting.candidate import Candidate, written_name
from assistant.suggesting.figures import about_figures
from assistant.suggesting.headings import about_headings
from assistant.suggesting.occasions import about_occasions
from assistant.suggesting.particulars import about_change, about_document, about_signer, about_theme
from assistant.types import Answer, Filters, Query
from vectorstore.records import Document
from vectorstore.text.normalise import fold, syllables

if TYPE_CHECKING:
    from assistant.api.protocol import AssistantLike

log = logging.getLogger(__name__)
SURE = 0.6  # confidence from which an answer is worth offering
ALIKE = 0.75  # share of equal words from which two questions ask the same
OF_A_KIND = 6  # candidates of one kind that are looked at in a document
TRIED = 9  # questions that are asked of one document at most
TRIED_FOR_EXAMPLE = 4
_EXAMPLES_FROM = 12  # documents that examples are looked for in
_NO_FILTERS = Filters()
Made = tuple[Document, Candidate]


@dataclass
class Known:
    """What a reader has asked and been shown: no reason to offer it. What is offered is added."""

    asked: list[str] = field(default_factory=list)
    shown: list[tuple[str, int, int]] = field(default_factory=list)  # document, start, end of a quote

    def note(self, question: str, answer: Answer) -> None:
        """Add a question and where its answer stands."""
        self.asked.append(question)
        self.shown += [(c.document_id, c.start, c.end) for c in answer.citations]

    def asks_again(self, question: str) -> bool:
        """Whether the question says what another one said."""
        return any(_alike(question, other) for other in self.asked)

    def shows_again(self, answer: Answer) -> bool:
        """Whether the answer quotes what has been read already."""
        return any(
            c.document_id == document and c.start < end and start < c.end
            for c in answer.citations
            for document, start, end in self.shown
        )


def follow_ups(documents: Sequence[tuple[Document, int]]) -> Iterator[Made]:
    """Questions about documents just cited, nearest to the cited place in each."""
    for document, place in documents:
        for candidate in islice(chain(_interleaved(_kinds(document, place)), about_signer(document)), TRIED):
            yield document, candidate


def tried_out(
    assistant: AssistantLike,
    made: Iterable[Made],
    known: Known,
    most: int,
    enough: Callable[[], bool],
    filters: Filters = _NO_FILTERS,
    as_of: date | None = None,
) -> list[str]:
    """The first `most` questions that are answered from where they were made, until it is `enough`."""
    found: list[str] = []
    for document, candidate in made:
        if len(found) == most or enough():
            break
        if known.asks_again(candidate.question):
            continue
        query = Query(question=candidate.question, filters=filters, as_of=as_of, mode="extractive")
        try:
            answer = assistant.ask(query)
        except Exception:  # the reader lacks nothing: a question that fails is not offered
            log.exception("a question to offer could not be tried out")
            break
        if _answers(answer, document, candidate) and not known.shows_again(answer):
            found.append(candidate.question)
            known.note(candidate.question, answer)
    return found


def examples(assistant: AssistantLike, most: int, enough: Callable[[], bool]) -> list[str]:
    """Questions to begin with: of the newest documents of each kind, one a document, no two of a kind in a row.

    Since when a document holds, who signed it and the like is asked only where too little else can be.
    """
    found: list[str] = []
    known, forms = Known(), set[str]()
    documents = [assistant.store.document(d.document_id, d.version) for d in _varied(assistant.store.listing())]
    for telling in (True, False):
        for turn, document in enumerate(documents):
            if len(found) == most or enough():
                return found
            if document is None:
                continue
            kinds = _telling(document, 0) if telling else [chain(about_document(document), about_signer(document))]
            if turn % 2:
                kinds.reverse()
            fresh = (c for c in _interleaved(kinds) if _form(c, document) not in forms)
            made = {c.question: (document, c) for c in islice(fresh, TRIED_FOR_EXAMPLE)}
            for question in tried_out(assistant, made.values(), known, 1, enough):
                forms.add(_form(made[question][1], document))
                found.append(question)
    return found


def _form(candidate: Candidate, document: Document) -> str:
    """How a question is put, whatever document it is about: a page of examples has each form once."""
    return candidate.question.replace(written_name(document) or "\0", "…")


def _kinds(document: Document, place: int) -> list[Iterator[Candidate]]:
    """Questions about a document, a series a kind. Of one that was replaced, what it says is not asked for."""
    if document.status == "superseded":
        return [about_change(document), about_document(document)]
    return [*_telling(document, place), about_document(document)]


def _telling(document: Document, place: int) -> list[Iterator[Candidate]]:
    return [
        about_figures(document, place),
        chain(about_change(document), about_headings(document, place)),
        chain(about_theme(document), about_occasions(document, place)),
    ]


def _interleaved(kinds: Iterable[Iterator[Candidate]]) -> Iterator[Candidate]:
    limited = [islice(kind, OF_A_KIND) for kind in kinds]
    return (candidate for turn in zip_longest(*limited) for candidate in turn if candidate is not None)


def _varied(documents: Iterable[Document]) -> Iterator[Document]:
    """Documents that hold, the newest of each kind first, then the second ones."""
    kinds: dict[str, list[Document]] = {}
    holding = (document for document in documents if document.status != "superseded")
    for document in sorted(holding, key=lambda document: document.best_date or date.min, reverse=True):
        kinds.setdefault(document.kind or "", []).append(document)
    turns = zip_longest(*kinds.values())
    return islice((document for turn in turns for document in turn if document is not None), _EXAMPLES_FROM)


def _answers(answer: Answer, document: Document, candidate: Candidate) -> bool:
    """Whether it is answered, surely enough, from the place that the question was made from."""
    if answer.status != "answered" or answer.confidence < SURE:
        return False
    anywhere = candidate.start == candidate.end
    return anywhere or any(
        c.document_id == document.document_id and c.start < candidate.end and candidate.start < c.end
        for c in answer.citations
    )


def _alike(one: str, other: str) -> bool:
    first, second = (_content(question) for question in (one, other))
    return len(first & second) >= ALIKE * max(len(first), len(second), 1)


def _content(question: str) -> set[str]:
    return {fold(word) for word in syllables(question) if word not in FUNCTION_WORDS}
