"""What happens when a question is sent: the states of the newest exchange, one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

from pydantic import ValidationError

from assistant.api.protocol import AssistantLike
from assistant.types import Delta, Done, Query, Stage
from assistant.ui.desk import Asking
from assistant.ui.strings import Texts
from assistant.ui.turns import Exchange, history
from vectorstore.errors import PolicyError

log = logging.getLogger(__name__)
REDRAW_S = 0.05  # shortest time between two redraws of a growing answer


def answering(assistant: AssistantLike, asking: Asking, texts: Texts) -> Iterator[Exchange]:
    """The newest exchange as it grows, from its first stage to its answer or a friendly error."""
    exchange = asking.exchange
    yield exchange
    try:
        scope = exchange.scope
        query = Query(
            question=exchange.question, history=history(asking.earlier), filters=scope.filters, as_of=scope.as_of
        )
        for grown in _growing(assistant, exchange, query):
            exchange = grown
            yield grown
    except PolicyError as error:
        message = error.english if texts.language == "en" else str(error)
        yield replace(exchange, stage=None, error=message)
    except ValidationError:
        log.warning("the chat made a question that is not valid", exc_info=True)
        yield replace(exchange, stage=None, error=texts.unexpected)
    except Exception:
        log.exception("answering in the chat failed")
        yield replace(exchange, stage=None, error=texts.unexpected)


def _growing(assistant: AssistantLike, exchange: Exchange, query: Query) -> Iterator[Exchange]:
    drawn = 0.0
    for event in assistant.stream(query):
        if isinstance(event, Stage):
            exchange = replace(exchange, stage=event.name)
            yield exchange
        elif isinstance(event, Delta):
            exchange = replace(exchange, draft=exchange.draft + event.text)
            if time.monotonic() - drawn >= REDRAW_S:
                drawn = time.monotonic()
                yield exchange
        elif isinstance(event, Done):
            yield replace(exchange, stage=None, draft="", answer=event.answer)
