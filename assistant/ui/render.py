"""Exchanges, source cards and documents as HTML. Templates escape everything they are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.api.protocol import AssistantLike, DocumentStore
from assistant.types import Answer
from assistant.ui.cards import citation_cards, document_cards, facts, grouped, nearest_cards
from assistant.ui.markup import answer_html
from assistant.ui.passages import Passage, passages
from assistant.ui.strings import Texts
from assistant.ui.turns import Exchange
from vectorstore.records import Document

HERE = Path(__file__).parent
MOST_LISTED = 40  # documents listed before a question is asked
HIGH, FAIR = 0.8, 0.6  # confidence from which an answer counts as well or fairly supported
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def exchange_html(exchange: Exchange, store: DocumentStore, texts: Texts) -> str:
    """One question and what is known of its answer."""
    answer = exchange.answer
    return _templates.get_template("exchange.html").render(
        exchange=exchange,
        answer=answer,
        t=texts,
        body=_body(exchange, texts),
        stage=texts.stages.get(exchange.stage or "", texts.working),
        understood=_understood(exchange),
        heading=texts.abstained.get(answer.reason or "not_found", "") if answer else "",
        confidence=_confidence(answer, texts) if answer else None,
        wording=_wording(answer, texts) if answer else "",
        cards=citation_cards(answer.citations, store, texts) if answer else (),
    )


def exchanges_html(exchanges: Sequence[Exchange], store: DocumentStore, texts: Texts) -> str:
    """Several exchanges, one after the other."""
    return "".join(exchange_html(exchange, store, texts) for exchange in exchanges)


def panel_html(answer: Answer | None, assistant: AssistantLike, texts: Texts) -> str:
    """What the panel lists: an answer's sources; without sources the closest documents; without answer the corpus."""
    note = ""
    if answer is None:
        documents = assistant.store.listing()
        cards = document_cards(documents, texts, MOST_LISTED)
        heading = texts.in_corpus if len(cards) == len(documents) else texts.newest_first
        heading = heading.format(count=len(documents), shown=len(cards))
    elif answer.citations:
        cards = grouped(citation_cards(answer.citations, assistant.store, texts))
        heading = texts.nearest if answer.status == "abstained" else texts.sources
    elif answer.reason == "not_found":
        cards = nearest_cards(assistant.search(answer.standalone_question, 10), assistant.store, texts)
        heading, note = texts.nearest, texts.no_answer_in
    else:
        return ""
    return _templates.get_template("cards.html").render(cards=cards, heading=heading, note=note, t=texts)


def template_html(name: str, **values: object) -> str:
    """A template that needs nothing but the values it is given."""
    return _templates.get_template(name).render(**values)


def document_html(document: Document, start: int, end: int, texts: Texts, whole_page: bool) -> str:
    """The stored text with the span marked, as a page of its own or as a part of one."""
    body: tuple[Passage, ...] = passages(document.text, start, end)
    return _templates.get_template("page.html" if whole_page else "document.html").render(
        document=document,
        facts=facts(document, texts),
        status_text=texts.statuses.get(document.status, ""),
        passages=body,
        t=texts,
    )


def _body(exchange: Exchange, texts: Texts) -> Markup:
    answer = exchange.answer
    if answer is None:
        return answer_html(exchange.draft, (), texts, verbatim=False)
    return answer_html(answer.answer, answer.citations, texts, verbatim=_is_verbatim(answer))


def _understood(exchange: Exchange) -> str:
    """The question as understood, where it says more than the one that was typed."""
    understood = exchange.answer.standalone_question if exchange.answer else ""
    return "" if _bare(understood) == _bare(exchange.question) else understood


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(" .?!").casefold()


def _confidence(answer: Answer, texts: Texts) -> tuple[str, str] | None:
    """CSS class and words for the confidence of an answer; an abstention has none to show."""
    if answer.status == "abstained":
        return None
    level = 0 if answer.confidence >= HIGH else 1 if answer.confidence >= FAIR else 2
    return ("high", "fair", "low")[level], texts.confidence[level]


def _is_verbatim(answer: Answer) -> bool:
    quotes = " ".join(citation.quote for citation in answer.citations)
    return answer.model == "extractive" or all(claim.text in quotes for claim in answer.claims)


def _wording(answer: Answer, texts: Texts) -> str:
    if answer.status == "abstained":
        return ""
    return texts.verbatim if _is_verbatim(answer) else texts.worded_by.format(model=answer.model)
