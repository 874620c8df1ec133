"""Gives an answer the way the client asked for it: whole as JSON, or as Server-Sent Events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import anyio.to_thread
from fastapi import Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse

from assistant.api.problems import stream_problem
from assistant.api.service import Service
from assistant.types import Answer, Done, Event, Query

EVENT_STREAM = "text/event-stream"
Keep = Callable[[Answer], None]


async def answer_response(service: Service, query: Query, request: Request, keep: Keep | None = None) -> Response:
    """The answer to `query` as `request` accepts it; `keep` is given the complete answer before the client has it."""
    if EVENT_STREAM in request.headers.get("accept", ""):
        return await _streamed(service, query, request, keep)
    answer = await service.run(lambda: service.assistant.ask(query))
    if keep is not None:
        await anyio.to_thread.run_sync(keep, answer)
    # Straight from the typed value: FastAPI would validate what has been validated already.
    return Response(answer.model_dump_json(), media_type="application/json")


async def _streamed(service: Service, query: Query, request: Request, keep: Keep | None) -> EventSourceResponse:
    """Server-Sent Events `stage`, `delta`, `done`. What fails before the first event is an ordinary problem."""
    events = await service.stream(query)
    first = await anext(events)

    async def messages() -> AsyncIterator[dict[str, str]]:
        try:
            yield _message(first)
            async for event in events:
                if keep is not None and isinstance(event, Done):
                    await anyio.to_thread.run_sync(keep, event.answer)
                yield _message(event)
        except Exception as error:
            yield {"event": "error", "data": stream_problem(error, request).model_dump_json(exclude_none=True)}

    return event_stream(service, messages())


def event_stream(service: Service, messages: AsyncIterator[dict[str, str]]) -> EventSourceResponse:
    """Server-Sent Events with a heartbeat; a server told to stop lets them finish for a while."""
    limits = service.admission.limits
    return EventSourceResponse(
        messages,
        ping=limits.heartbeat_s,
        shutdown_grace_period=limits.shutdown_s,
        headers={"X-Accel-Buffering": "no"},
    )


def _message(event: Event) -> dict[str, str]:
    return {"event": event.event, "data": event.model_dump_json()}
