"""Puts the chat at `/` of the API's application, with its static files and document pages."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from assistant.ui.blocks import create_ui
from assistant.ui.document_page import document_pages
from assistant.ui.feedback_form import feedback_form
from assistant.ui.kept import kept_routes
from assistant.ui.library import library_pages
from assistant.ui.quality import quality_pages
from assistant.ui.security import SecurityHeaders

STATIC = Path(__file__).parent / "static"
FONTS = Path(str(files("fontpkg_be_vietnam_pro"))) / "files"
# Relative addresses keep working behind a proxy that serves the assistant under a path.
HEAD = """
<link rel="icon" href="ui/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="ui/app.css">
<link rel="stylesheet" href="ui/chat.css">
<link rel="stylesheet" href="ui/rooms.css">
<script type="module" src="ui/app.js"></script>
"""


def mount(app: FastAPI, eval_results: Path = Path("eval-results")) -> FastAPI:
    """The same application (of `create_app`) with the chat at `/`; `eval_results` is where evaluations are written.

    Call it last: what is mounted at `/` takes all other addresses.
    """
    # Gradio reports usage to its makers unless told not to; nothing may leave this machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    app.mount("/ui/fonts", StaticFiles(directory=FONTS), name="fonts")
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    state = app.state
    for routes in (
        document_pages(state.service, state.corpus_changes),
        library_pages(state.service, state.corpus_changes),
        kept_routes(state.conversations),
        feedback_form(state.service),
        quality_pages(state.metrics, state.feedback, eval_results),
    ):
        app.include_router(routes)
    app.state.document_page = "/documents"
    app.add_middleware(SecurityHeaders)
    _in_event_loop(lambda: _mount_chat(app))
    return app


def _mount_chat(app: FastAPI) -> None:
    gr.mount_gradio_app(
        app,
        create_ui(app.state.service, app.state.conversations, app.state.feedback),
        path="/",
        theme=_theme(),
        head=HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
    )


def _in_event_loop(work: Callable[[], None]) -> None:
    """Run `work` with an event loop running: without one, Gradio opens one for every lock and leaves it open."""

    async def run() -> None:
        work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(run())
    else:
        work()


def _theme() -> gr.themes.Base:
    family = [gr.themes.Font(name) for name in ("Be Vietnam Pro", "system-ui", "Segoe UI", "Noto Sans", "sans-serif")]
    monospace = [gr.themes.Font(name) for name in ("ui-monospace", "Consolas", "monospace")]
    return gr.themes.Base(font=family, font_mono=monospace, primary_hue="blue", neutral_hue="slate")
