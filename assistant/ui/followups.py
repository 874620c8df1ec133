"""Questions to go on with: from the cited documents, and offered only if the assistant answers them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from assistant.api.protocol import AssistantLike
from assistant.api.unobserved import unobserved
from assistant.suggesting import Known, follow_ups, tried_out
from assistant.types import Answer, Citation, SearchHit
from assistant.ui.turns import Exchange
from vectorstore.records import Document

MOST = 3
MOST_DOCUMENTS = 3
SECONDS = 1.5  # the longest time that is spent on them
_NEAREST = 5  # passages looked at where nothing was cited


def questions_to_go_on(
    assistant: AssistantLike, exchanges: Sequence[Exchange], given_up: Callable[[], bool] = lambda: False
) -> tuple[str, ...]:
    """Up to `MOST` questions whose answers the newest answer's documents hold and the reader has not been given.

    Where nothing was found, what nearby documents answer, or any. Once they are
    `given_up`, because the reader asks on, no further one is tried out.
    """
    newest = exchanges[-1]
    if newest.answer is None:
        return ()
    known = Known()
    for exchange in exchanges:
        if exchange.answer is not None:
            known.note(exchange.question, exchange.answer)
            known.asked.append(exchange.answer.standalone_question)
    scope, ends = newest.scope, time.monotonic() + SECONDS

    def enough() -> bool:
        return given_up() or time.monotonic() > ends

    made = follow_ups(_documents(assistant, newest, newest.answer))
    found = tried_out(unobserved(assistant), made, known, MOST, enough, scope.filters, scope.as_of)
    if not found and scope.open and newest.answer.status == "abstained":
        found = [question for question in assistant.examples() if not known.asks_again(question)][:MOST]
    return tuple(found)


def _documents(assistant: AssistantLike, exchange: Exchange, answer: Answer) -> list[tuple[Document, int]]:
    """The first documents that the answer cites, then those nearest to the question, with the place in each."""
    scope, near = exchange.scope, list[Citation | SearchHit](answer.citations)
    if near or answer.reason == "not_found":
        near += assistant.search(answer.standalone_question, _NEAREST, scope.filters, scope.as_of)
    places: dict[tuple[str, int], int] = {}
    for hit in near:
        places.setdefault((hit.document_id, hit.version), hit.start)
    found = ((assistant.store.document(*key), place) for key, place in list(places.items())[:MOST_DOCUMENTS])
    return [(document, place) for document, place in found if document is not None]
