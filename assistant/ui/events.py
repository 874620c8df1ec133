"""What happens on the chat page: each function answers one event with new values for the components that change."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from assistant.access import Reader
from assistant.api.conversation_store import ConversationStore
from assistant.api.feedback import FeedbackFile
from assistant.api.gate import reader_of
from assistant.api.protocol import AssistantLike
from assistant.api.service import Service
from assistant.types import MAX_QUESTION_CHARS
from assistant.ui.conversation import answering
from assistant.ui.desk import Asking, Desk
from assistant.ui.feedback import judgement, opinion
from assistant.ui.filters import EVERYTHING, read_scope
from assistant.ui.followups import questions_to_go_on
from assistant.ui.kept import keep, reopened
from assistant.ui.render import (
    exchange_html,
    follow_ups_html,
    header_html,
    panel_html,
    scope_html,
    template_html,
)
from assistant.ui.strings import Texts, texts
from assistant.ui.turns import Exchange
from vectorstore.errors import NotFoundError
from vectorstore.text.normalise import clean

log = logging.getLogger(__name__)
MAX_EXAMPLES = 4
Changes = dict[Any, Any]  # component -> its new value; what is not named stays as it is


@dataclass
class Parts:
    """The components of the page."""

    header: Any
    welcome_box: Any
    welcome: Any
    examples: list[Any]
    past: Any
    current: Any
    suggestions: Any
    scope: Any
    box: Any
    keyboard: Any
    panel: Any
    viewer: Any
    view: Any


class ChatEvents:
    """The functions behind the events of the page."""

    def __init__(self, service: Service, conversations: ConversationStore, feedback: FeedbackFile) -> None:
        self.service = service
        self.conversations = conversations
        self.feedback = feedback
        self.parts: Parts

    # asking -----------------------------------------------------------------------------------------------------------
    def ask(self, question: str, desk: Desk, request: gr.Request, again: bool = False) -> Iterator[Changes]:
        """Answer a question; every step gives new values for what has changed."""
        if not question.strip() or (not again and desk.is_answering(question)):
            yield self._unchanged()
            return
        p, t, assistant = self.parts, texts(desk.language), self.assistant(request)
        asking = desk.ask(question, MAX_QUESTION_CHARS, again)
        changed: Changes = {
            p.welcome_box: gr.update(visible=False),
            p.past: self._drawn(desk, asking.earlier, assistant),
            p.suggestions: "",
            p.panel: "",
            p.box: gr.update(submit_btn=False, stop_btn=t.stop),
        }
        for exchange in answering(assistant, asking, t, lambda: desk.ticket == asking.ticket):
            shown = exchange if exchange.working else self._keep(asking, exchange, t, request)
            if not desk.take(asking.ticket, shown):
                return
            if not shown.working:
                changed[p.panel] = panel_html(shown.answer, assistant, t, shown.scope)
                changed[p.box] = gr.update(submit_btn=t.send, stop_btn=False)
            yield {p.current: self._drawn(desk, [shown], assistant), **changed}
            changed = {}

    def ask_this(self, desk: Desk, event: gr.EventData, request: gr.Request) -> Iterator[Changes]:
        """Ask a question that was typed, or that the page suggested."""
        yield from self.ask(str(_sent(event).get("question", "")), desk, request)

    def retry(self, desk: Desk, event: gr.EventData, request: gr.Request) -> Iterator[Changes]:
        """Ask the newest question again, without any filter where the reader says so."""
        if desk.newest is None:
            return
        if _sent(event).get("widen"):
            desk.scope = EVERYTHING
            yield {self.parts.scope: self._scope(desk, request)}
        yield from self.ask(desk.newest.question, desk, request, again=True)

    def after(self, desk: Desk, request: gr.Request) -> Changes:
        """Once an answer is over or given up: what came late is undone, and questions to go on with are offered."""
        newest = desk.newest
        if newest is None or newest.answer is None:
            return {self.parts.suggestions: "", **self._conversation(desk, request)}
        found = questions_to_go_on(self.assistant(request), tuple(desk.exchanges), lambda: desk.newest is not newest)
        if desk.newest is not newest:
            return self._unchanged()
        return {self.parts.suggestions: follow_ups_html(found, newest.answer, texts(desk.language))}

    def stop(self, desk: Desk, request: gr.Request) -> Changes:
        """Keep what has been written so far and be ready for the next question."""
        desk.stop()
        return self._conversation(desk, request)

    # the page ---------------------------------------------------------------------------------------------------------
    def open(self, desk: Desk, request: gr.Request) -> Changes:
        """What a page that has just been opened shows: a greeting, or the conversation that its address names."""
        wanted = str(dict(request.query_params or {}).get("c", ""))
        notice = self._turn_to(desk, wanted, request) if wanted else ""
        return {**self._words(desk, request, notice), **self._conversation(desk, request)}

    def new_chat(self, desk: Desk, request: gr.Request) -> Changes:
        """Begin anew."""
        desk.lay_out()
        return {self.parts.suggestions: "", **self._conversation(desk, request, empty_box=True)}

    def open_kept(self, desk: Desk, event: gr.EventData, request: gr.Request) -> Changes:
        """Turn to a conversation that was kept."""
        notice = self._turn_to(desk, str(_sent(event).get("id", "")), request)
        changes = {self.parts.suggestions: "", **self._conversation(desk, request, empty_box=True)}
        changes[self.parts.scope] = self._scope(desk, request)
        if notice:
            changes |= self._greeting(desk, request, notice)
        return changes

    def switch(self, desk: Desk, request: gr.Request) -> Changes:
        """The other language, for everything on the page."""
        desk.language = "vi" if desk.language == "en" else "en"
        t = texts(desk.language)
        asking = bool(desk.newest and desk.newest.working)
        box = gr.update(**box_words(t), submit_btn=False if asking else t.send, stop_btn=t.stop if asking else False)
        return {
            **self._words(desk, request),
            **self._conversation(desk, request),
            self.parts.keyboard: f"<p>{t.keyboard}</p>",
            self.parts.viewer: template_html("viewer.html", t=t),
            self.parts.view: template_html("views.html", t=t),
            self.parts.suggestions: "",
            self.parts.box: box,
        }

    def narrow(self, desk: Desk, event: gr.EventData, request: gr.Request) -> Changes:
        """Set the scope of the next questions, as a form or the removal of one limit says."""
        sent = _sent(event)
        lifted = str(sent.get("lift", ""))
        if lifted:
            desk.scope = EVERYTHING if lifted == "all" else desk.scope.without(lifted)
        else:
            desk.scope = read_scope(sent, desk.scope)
        changes = {self.parts.scope: self._scope(desk, request)}
        if desk.newest is None:
            changes[self.parts.panel] = self._panel(desk, request)
        return changes

    def rate(self, desk: Desk, event: gr.EventData, request: gr.Request) -> Changes:
        """Keep what the reader thinks of an answer."""
        sent = _sent(event)
        number = int(sent.get("number") or 0)
        about = desk.answered(number)
        if about is None or about.answer is None or sent.get("rating") not in ("up", "down"):
            return self._unchanged()
        judged, owner = judgement(sent), self.reader(request).id
        self.feedback.add(opinion(about, desk.exchanges[: number - 1], judged), owner)
        with suppress(NotFoundError):  # an answer that could not be kept, or was deleted meanwhile
            self.conversations.judge(owner, about.conversation, about.answer.id, judged)
        desk.judge(number, judged)
        return self._conversation(desk, request)

    # what is seen -----------------------------------------------------------------------------------------------------
    def reader(self, request: gr.Request) -> Reader:
        """Whose request it is."""
        inner = request.request
        assert inner is not None  # every event here comes from a browser
        return reader_of(inner)

    def assistant(self, request: gr.Request) -> AssistantLike:
        """The assistant as the reader of this request may use it."""
        return self.service.limited_to(self.reader(request), "chat").assistant

    def _keep(self, asking: Asking, exchange: Exchange, t: Texts, request: gr.Request) -> Exchange:
        """The exchange as kept in the store; one that ended in an error is not kept."""
        if exchange.answer is None:
            return exchange
        try:
            keep(self.conversations, self.reader(request).id, asking, exchange)
        except sqlite3.Error:
            log.exception("a conversation could not be kept")
            answer = exchange.answer.model_copy(update={"notices": (*exchange.answer.notices, t.not_kept)})
            return replace(exchange, answer=answer)
        return replace(exchange, kept=True)

    def _turn_to(self, desk: Desk, conversation: str, request: gr.Request) -> str:
        """Lay out a kept conversation; what to say where there is none."""
        try:
            desk.lay_out(conversation, reopened(self.conversations, self.reader(request).id, conversation))
        except NotFoundError:
            desk.lay_out()
            return texts(desk.language).kept.gone
        return ""

    def _unchanged(self) -> Changes:
        """Nothing new; Gradio takes no empty answer."""
        return {self.parts.current: gr.skip()}

    def _conversation(self, desk: Desk, request: gr.Request, empty_box: bool = False) -> Changes:
        """The conversation as it stands."""
        p, t, assistant, newest = self.parts, texts(desk.language), self.assistant(request), desk.newest
        changes: Changes = {
            p.past: self._drawn(desk, desk.exchanges[:-1], assistant),
            p.current: self._drawn(desk, desk.exchanges[-1:], assistant),
            p.welcome_box: gr.update(visible=newest is None),
            p.panel: self._panel(desk, request),
        }
        if empty_box:
            changes[p.box] = gr.update(value="", submit_btn=t.send, stop_btn=False)
        elif newest is None or not newest.working:
            changes[p.box] = gr.update(submit_btn=t.send, stop_btn=False)
        return changes

    def _drawn(self, desk: Desk, exchanges: Sequence[Exchange], assistant: AssistantLike) -> str:
        """Exchanges as HTML, one after the other."""
        t = texts(desk.language)
        return "".join(desk.drawn(one, lambda one: exchange_html(one, assistant.store, t)) for one in exchanges)

    def _panel(self, desk: Desk, request: gr.Request) -> str:
        newest = desk.newest
        scope = newest.scope if newest else desk.scope
        if newest and newest.answer is None:
            return ""
        return panel_html(newest.answer if newest else None, self.assistant(request), texts(desk.language), scope)

    def _scope(self, desk: Desk, request: gr.Request) -> str:
        return scope_html(desk.scope, self.assistant(request).store.listing(), texts(desk.language))

    def _words(self, desk: Desk, request: gr.Request, notice: str = "") -> Changes:
        """Header, greeting and filters in the reader's language."""
        header = header_html(texts(desk.language), self.reader(request))
        scope = self._scope(desk, request)
        return {self.parts.header: header, self.parts.scope: scope, **self._greeting(desk, request, notice)}

    def _greeting(self, desk: Desk, request: gr.Request, notice: str = "") -> Changes:
        """The greeting with what the corpus holds now, and questions it can answer."""
        assistant, t = self.assistant(request), texts(desk.language)
        questions = assistant.examples()[:MAX_EXAMPLES]
        count = len(assistant.store.listing())
        may_edit = self.reader(request).may("editor")
        words = {"t": t, "count": count, "has_examples": bool(questions), "notice": notice, "may_edit": may_edit}
        buttons = [gr.update(value=question, visible=True) for question in questions]
        buttons += [gr.update(visible=False)] * (MAX_EXAMPLES - len(buttons))
        examples = dict(zip(self.parts.examples, buttons, strict=True))
        return {self.parts.welcome: template_html("welcome.html", **words), **examples}


def box_words(t: Texts) -> dict[str, Any]:
    """The words of the box that questions are typed in."""
    return {"label": t.ask_label, "placeholder": t.ask_placeholder}


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What the page sent along with an event; strings are in NFC."""
    data = event._data if isinstance(event._data, dict) else {}
    return {name: clean(value) if isinstance(value, str) else value for name, value in data.items()}
