"""`/feedback-form`: the form in which a reader says what is wrong with an answer, with the files there are to name."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.api.service import Service
from assistant.ui.own_page import FRAGMENT
from assistant.ui.render import template_html
from assistant.ui.strings import texts


def feedback_form(service: Service) -> APIRouter:
    """The route of the form."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feedback-form")
    async def form(request: Request, lang: Annotated[str, Query(max_length=5)] = "vi") -> HTMLResponse:
        documents = await anyio.to_thread.run_sync(service.seen_by(request).assistant.store.listing)
        return HTMLResponse(template_html("feedback.html", t=texts(lang), documents=documents), headers=FRAGMENT)

    return router
