"""What happens when a question is sent: the states of the newest exchange, one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import Empty

from pydantic import ValidationError

from assistant.api.protocol import AssistantLike
from assistant.types import Delta, Event, Query, Stage
from assistant.ui.ahead import Events, reading_ahead
from assistant.ui.desk import Asking
from assistant.ui.strings import Texts
from assistant.ui.turns import Exchange, history
from vectorstore.disk import disk_error
from vectorstore.errors import PolicyError

log = logging.getLogger(__name__)
REDRAW_S = 0.05  # shortest time between two redraws of a growing answer
LOOK_UP_S = 0.25  # pause in which it is seen that a silent answer is no longer wanted
STAGE_S = 0.15  # a stage that is over sooner is not worth a redraw, which would hold up the first words


def answering(
    assistant: AssistantLike, asking: Asking, texts: Texts, wanted: Callable[[], bool] = lambda: True
) -> Iterator[Exchange]:
    """The newest exchange as it grows, from its first stage to its answer or a friendly error.

    Once it is not `wanted` any more nothing further comes and the work is ended, however long the model keeps silent.
    """
    exchange = asking.exchange
    try:
        scope = exchange.scope
        query = Query(
            question=exchange.question, history=history(asking.earlier), filters=scope.filters, as_of=scope.as_of
        )
        with reading_ahead(lambda: assistant.stream(query)) as events:
            yield exchange
            for grown in _growing(events, exchange, wanted):
                exchange = grown
                yield grown
    except PolicyError as error:
        message = error.english if texts.language == "en" else str(error)
        yield replace(exchange, stage=None, error=message)
    except ValidationError:
        log.warning("the chat made a question that is not valid", exc_info=True)
        yield replace(exchange, stage=None, error=texts.unexpected)
    except Exception as error:
        log.exception("answering in the chat failed")
        found = disk_error(error)
        told = texts.unexpected if found is None else found.english if texts.language == "en" else str(found)
        yield replace(exchange, stage=None, error=told)


def _growing(events: Events, exchange: Exchange, wanted: Callable[[], bool]) -> Iterator[Exchange]:
    """The exchange after each event, those close together as one; the first words are not waited with."""
    drawn, shown = time.monotonic(), exchange
    while wanted():
        due = drawn + (STAGE_S if exchange.draft == shown.draft else REDRAW_S)
        changed = exchange != shown
        try:
            event = events.get(timeout=max(0.0, due - time.monotonic()) if changed else LOOK_UP_S)
        except Empty:
            event = None
        else:
            if event is None:
                return
            if isinstance(event, Exception):
                raise event
            exchange = _after(exchange, event)
        is_due = changed and (event is None or time.monotonic() >= due)
        if is_due or exchange.answer is not None or (exchange.draft and not shown.draft):
            drawn, shown = time.monotonic(), exchange
            yield exchange


def _after(exchange: Exchange, event: Event) -> Exchange:
    if isinstance(event, Stage):
        return replace(exchange, stage=event.name)
    if isinstance(event, Delta):
        return replace(exchange, draft=exchange.draft + event.text)
    return replace(exchange, stage=None, draft="", answer=event.answer)
