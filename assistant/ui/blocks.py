"""The chat page: Gradio components, and which function each event calls."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.access import LOCAL
from assistant.api.conversation_store import ConversationStore
from assistant.api.feedback import FeedbackFile
from assistant.api.service import Service
from assistant.types import MAX_QUESTION_CHARS
from assistant.ui.desk import Desk
from assistant.ui.events import MAX_EXAMPLES, ChatEvents, Parts, box_words
from assistant.ui.filters import EVERYTHING
from assistant.ui.render import header_html, scope_html, template_html
from assistant.ui.strings import Texts, texts

CONCURRENT = 4  # questions answered at a time; more wait in Gradio's queue
# What the page's script asks for (static/js/core.js) becomes an event of this name, with its data.
_BUS_JS = """element.addEventListener('pa-event', e => {
  const known = ['new_chat', 'language', 'retry', 'ask_this', 'open_kept', 'narrow', 'rate'];
  if (known.includes(e.detail.name)) trigger(e.detail.name, e.detail.data);
});
element.dataset.listens = "yes";"""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def create_ui(service: Service, conversations: ConversationStore, feedback: FeedbackFile) -> gr.Blocks:
    """The chat over what each reader may see, to be mounted in a server (`assistant.ui.mount`)."""
    events = ChatEvents(service, conversations, feedback)
    t = texts("vi")
    with gr.Blocks(title=t.brand, fill_width=True, fill_height=True, analytics_enabled=False) as page:
        desk = gr.State(Desk())
        bus = _html('<span id="pa-bus-end"></span>', "pa-bus", _BUS_JS)
        events.parts = _layout(t)
        _connect(page, events, desk, bus)
    page.queue(default_concurrency_limit=CONCURRENT, max_size=64, api_open=False)
    return page


def _layout(t: Texts) -> Parts:
    header = _html(header_html(t, LOCAL), "pa-header")
    with gr.Row(elem_id="pa-main"):
        with gr.Column(elem_id="pa-chat"):
            with gr.Column(elem_id="pa-scroll"):
                with gr.Column(elem_id="pa-welcome") as welcome_box:
                    welcome = _html("", "pa-greeting")
                    with gr.Column(elem_id="pa-examples"):
                        examples = [gr.Button("", visible=False) for _ in range(MAX_EXAMPLES)]
                past = _html("", "pa-past")
                with gr.Column(elem_id="pa-now"):
                    current = _html("", "pa-current")
                    suggestions = _html("", "pa-suggestions")
            with gr.Column(elem_id="pa-composer"):
                scope = _html(scope_html(EVERYTHING, [], t), "pa-scope")
                box = gr.Textbox(
                    **box_words(t), submit_btn=t.send, stop_btn=False, lines=1, max_lines=6, interactive=True,
                    max_length=MAX_QUESTION_CHARS, show_label=False, container=False, elem_id="pa-box",
                )  # fmt: skip
                keyboard = _html(f"<p>{t.keyboard}</p>", "pa-keyboard")
        view = _html(template_html("views.html", t=t), "pa-view")  # filled by the page's script
        with gr.Column(elem_id="pa-side"):
            panel = _html("", "pa-cards")  # filled when a reader opens the page
            viewer = _html(template_html("viewer.html", t=t), "pa-viewer")
    return Parts(
        header, welcome_box, welcome, examples, past, current, suggestions, scope, box, keyboard, panel, viewer, view
    )  # fmt: skip


def _connect(page: gr.Blocks, events: ChatEvents, desk: Any, bus: Any) -> None:
    p = events.parts
    talk = [p.welcome_box, p.past, p.current, p.suggestions, p.panel, p.box]
    greeting = [p.welcome, *p.examples]
    # "multiple": by default Gradio ignores a question while it still waits for word that the last one was cancelled.
    work: dict[str, Any] = {"concurrency_id": "ask", "trigger_mode": "multiple", **_QUIET}
    quick: dict[str, Any] = {"queue": False, **_QUIET}
    asking = [
        bus.retry(events.retry, [desk], [*talk, p.scope], **work),
        bus.ask_this(events.ask_this, [desk], talk, **work),
        *(button.click(events.ask, [button, desk], talk, **work) for button in p.examples),
    ]
    for work_begun in asking:  # also when it was cancelled, once nothing more can come
        work_begun.then(events.after, [desk], talk, **quick)
    p.box.stop(events.stop, [desk], talk, cancels=asking, **quick)
    bus.new_chat(events.new_chat, [desk], talk, cancels=asking, **quick)
    bus.open_kept(events.open_kept, [desk], [*talk, p.scope, *greeting], cancels=asking, **quick)
    words = [p.header, p.scope, *greeting]
    bus.language(events.switch, [desk], [*words, *talk, p.keyboard, p.viewer, p.view], **quick)
    bus.narrow(events.narrow, [desk], [p.scope, p.panel], **quick)
    bus.rate(events.rate, [desk], talk, **quick)
    page.load(events.open, [desk], [*words, *talk], **quick)


def _html(value: str, elem_id: str, js: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=js, apply_default_css=False)
