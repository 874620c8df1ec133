"""The chat page: Gradio components, and which of them change when something happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.api.protocol import AssistantLike
from assistant.api.service import Service
from assistant.types import MAX_QUESTION_CHARS
from assistant.ui.conversation import answering
from assistant.ui.render import exchange_html, exchanges_html, panel_html, template_html
from assistant.ui.strings import Texts, texts
from assistant.ui.turns import Exchange

MAX_EXAMPLES = 4
CONCURRENT = 4  # questions answered at a time; more wait in Gradio's queue
# What a button of a gr.HTML asks for is the name of the event it triggers.
_HEADER_JS = """element.addEventListener('click', e => {
  const action = e.target.closest('[data-action]')?.dataset.action;
  if (action === 'new_chat') trigger('new_chat');
  if (action === 'language') trigger('language');
});"""
_EXCHANGE_JS = """element.addEventListener('click', e => {
  if (e.target.closest('[data-action]')?.dataset.action === 'retry') trigger('retry');
});"""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class ChatPage:
    """The components of the page and the functions behind their events."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def seen_by(self, request: gr.Request) -> AssistantLike:
        """The assistant as the reader of this request may use it."""
        inner = request.request
        assert inner is not None  # every event here comes from a browser
        return self.service.seen_by(inner).assistant

    def build(self) -> gr.Blocks:
        """Lay the page out and connect its events."""
        t = texts("vi")
        with gr.Blocks(title=t.brand, fill_width=True, fill_height=True, analytics_enabled=False) as page:
            self._state()
            self._layout(t)
            self._connect(page)
        page.queue(default_concurrency_limit=CONCURRENT, max_size=64, api_open=False)
        return page

    # layout -----------------------------------------------------------------------------------------------------------
    def _state(self) -> None:
        self.language = gr.State("vi")
        self.exchanges = gr.State([])  # list[Exchange], the newest last

    def _layout(self, t: Texts) -> None:
        self.header = _html(template_html("header.html", t=t), "pa-header", _HEADER_JS)
        with gr.Row(elem_id="pa-main"):
            with gr.Column(elem_id="pa-chat"):
                with gr.Column(elem_id="pa-scroll"):
                    with gr.Column(elem_id="pa-welcome") as self.welcome_box:
                        self.welcome = _html("", "pa-greeting")
                        with gr.Column(elem_id="pa-examples"):
                            self.examples = [gr.Button("", visible=False) for _ in range(MAX_EXAMPLES)]
                    self.past = _html("", "pa-past")
                    self.current = _html("", "pa-current", _EXCHANGE_JS)
                with gr.Column(elem_id="pa-composer"):
                    self.box = gr.Textbox(**_box(t), lines=1, max_lines=6, max_length=MAX_QUESTION_CHARS)
                    self.keyboard = _html(f"<p>{t.keyboard}</p>", "pa-keyboard")
            with gr.Column(elem_id="pa-side"):
                self.panel = _html("", "pa-cards")  # filled when a reader opens the page
                self.viewer = _html(template_html("viewer.html", t=t), "pa-viewer")

    # events -----------------------------------------------------------------------------------------------------------
    def _connect(self, page: gr.Blocks) -> None:
        shown = [self.exchanges, self.welcome_box, self.past, self.current, self.panel, self.box]
        state = [self.exchanges, self.language]
        work: dict[str, Any] = {"outputs": shown, "concurrency_id": "ask", **_QUIET}
        asking = [
            self.box.submit(self.ask, [self.box, *state], **work),
            self.current.retry(self.retry, state, **work),
            *(button.click(self.ask, [button, *state], **work) for button in self.examples),
        ]
        self.box.stop(self.stop, state, shown, cancels=asking, queue=False, **_QUIET)
        for work_begun in asking:  # cancelling triggers `failure` once nothing more can come: what came late is undone
            work_begun.failure(self.stop, state, shown, queue=False, **_QUIET)
        self.header.new_chat(self.clear, [self.language], shown, cancels=asking, queue=False, **_QUIET)
        words = [self.header, self.keyboard, self.viewer, self.welcome, *self.examples]
        self.header.language(self.switch, state, [self.language, *words, *shown[2:]], queue=False, **_QUIET)
        page.load(self.open, [self.language], [self.panel, self.welcome, *self.examples], queue=False, **_QUIET)

    def ask(
        self, question: str, exchanges: list[Exchange], language: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question; every step gives new values for all that the page shows."""
        t = texts(language)
        if not question.strip():
            yield (gr.skip(),) * 6
            return
        assistant = self.seen_by(request)
        past = exchanges_html(exchanges, assistant.store, t)
        box = gr.update(value="", submit_btn=False, stop_btn=t.stop)
        opening, panel = (gr.update(visible=False), past), ""
        for exchange in answering(assistant, exchanges, question, t):
            held = [*exchanges, exchange]
            html = exchange_html(exchange, assistant.store, t)
            if exchange.working:
                yield (held, *opening, html, panel, box)
                opening, panel, box = (gr.skip(), gr.skip()), gr.skip(), gr.skip()
            else:
                sources = panel_html(exchange.answer, assistant, t)
                yield (held, *opening, html, sources, gr.update(submit_btn=t.send, stop_btn=False))

    def retry(self, exchanges: list[Exchange], language: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Ask the newest question again."""
        if not exchanges:
            yield (gr.skip(),) * 6
            return
        yield from self.ask(exchanges[-1].question, exchanges[:-1], language, request)

    def stop(self, exchanges: list[Exchange], language: str, request: gr.Request) -> tuple[Any, ...]:
        """Keep what has been written so far and be ready for the next question."""
        t = texts(language)
        if exchanges and exchanges[-1].working:
            exchanges = [*exchanges[:-1], replace(exchanges[-1], stage=None, stopped=True)]
        store = self.seen_by(request).store
        current = exchange_html(exchanges[-1], store, t) if exchanges else ""
        box = gr.update(submit_btn=t.send, stop_btn=False)
        return exchanges, gr.skip(), gr.skip(), current, gr.skip(), box

    def clear(self, language: str, request: gr.Request) -> tuple[Any, ...]:
        """Begin anew."""
        t = texts(language)
        panel = panel_html(None, self.seen_by(request), t)
        return [], gr.update(visible=True), "", "", panel, gr.update(value="", submit_btn=t.send, stop_btn=False)

    def switch(self, exchanges: list[Exchange], language: str, request: gr.Request) -> tuple[Any, ...]:
        """The other language, for everything on the page."""
        t = texts("vi" if language == "en" else "en")
        newest = exchanges[-1] if exchanges else None
        assistant = self.seen_by(request)
        return (
            t.language,
            template_html("header.html", t=t),
            f"<p>{t.keyboard}</p>",
            template_html("viewer.html", t=t),
            *self.greet(t.language, request),
            exchanges_html(exchanges[:-1], assistant.store, t),
            exchange_html(newest, assistant.store, t) if newest else "",
            panel_html(newest.answer if newest else None, assistant, t),
            gr.update(**_box(t)),
        )

    def open(self, language: str, request: gr.Request) -> tuple[Any, ...]:
        """What a page that has just been opened shows."""
        panel = panel_html(None, self.seen_by(request), texts(language))
        return panel, *self.greet(language, request)

    def greet(self, language: str, request: gr.Request) -> tuple[Any, ...]:
        """The greeting with what the corpus holds now, and questions it can answer."""
        assistant = self.seen_by(request)
        questions = assistant.examples()[:MAX_EXAMPLES]
        count = len(assistant.store.listing())
        html = template_html("welcome.html", t=texts(language), count=count, has_examples=bool(questions))
        buttons = [gr.update(value=question, visible=True) for question in questions]
        buttons += [gr.update(visible=False)] * (MAX_EXAMPLES - len(buttons))
        return html, *buttons


def create_ui(service: Service) -> gr.Blocks:
    """The chat over what each reader may see, to be mounted in a server (`assistant.ui.mount`)."""
    return ChatPage(service).build()


def _html(value: str, elem_id: str, js: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=js, apply_default_css=False)


def _box(t: Texts) -> dict[str, Any]:
    return {
        "label": t.ask_label,
        "placeholder": t.ask_placeholder,
        "submit_btn": t.send,
        "stop_btn": False,
        "show_label": False,
        "container": False,
        "elem_id": "pa-box",
    }
