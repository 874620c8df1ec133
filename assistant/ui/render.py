"""Exchanges, source cards and documents as HTML. Templates escape everything they are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.access import Reader
from assistant.api.protocol import AssistantLike, DocumentStore
from assistant.types import Answer
from assistant.ui.cards import citation_cards, document_cards, facts, grouped, nearest_cards
from assistant.ui.filters import EVERYTHING, Scope, chips, choices
from assistant.ui.links import picture_link
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
        within=", ".join(chip.text for chip in chips(exchange.scope, texts)),
    )


def header_html(texts: Texts, reader: Reader) -> str:
    """The bar at the top, with the tabs that the reader may use."""
    views = [view for view in texts.views if view != "quality" or reader.may("admin")]
    return _templates.get_template("header.html").render(t=texts, views=views, signed_in=bool(reader.id))


def scope_html(scope: Scope, documents: Sequence[Document], texts: Texts) -> str:
    """The chips of a scope and the form that changes it."""
    found = choices(documents, scope)
    return _templates.get_template("scope.html").render(scope=scope, choices=found, chips=chips(scope, texts), t=texts)


def follow_ups_html(questions: Sequence[str], answer: Answer, texts: Texts) -> str:
    """Questions to go on with; nothing where there are none."""
    if not questions:
        return ""
    heading = texts.answerable if answer.status == "abstained" else texts.follow_ups
    return _templates.get_template("follow_ups.html").render(questions=questions, heading=heading)


def panel_html(answer: Answer | None, assistant: AssistantLike, texts: Texts, scope: Scope = EVERYTHING) -> str:
    """What the panel lists: an answer's sources; without sources the closest documents; without answer the corpus.

    Only what is within `scope`.
    """
    note = ""
    if answer is None:
        documents = [document for document in assistant.store.listing() if scope.holds(document)]
        cards = document_cards(documents, texts, MOST_LISTED)
        heading = texts.in_corpus if len(cards) == len(documents) else texts.newest_first
        heading = heading.format(count=len(documents), shown=len(cards))
    elif answer.citations:
        cards = grouped(citation_cards(answer.citations, assistant.store, texts))
        heading = texts.nearest if answer.status == "abstained" else texts.sources
    elif answer.reason == "not_found":
        hits = assistant.search(answer.standalone_question, 10, scope.filters, scope.as_of)
        cards = nearest_cards(hits, assistant.store, texts)
        heading, note = texts.nearest, texts.no_answer_in
    else:
        return ""
    return _templates.get_template("cards.html").render(cards=cards, heading=heading, note=note, t=texts)


def template_html(name: str, **values: object) -> str:
    """A template that needs nothing but the values it is given."""
    return _templates.get_template(name).render(**values)


@dataclass(frozen=True, slots=True)
class Original:
    """The file a document was read from, which can be downloaded; a PDF's pages can be seen as pictures."""

    name: str
    is_pdf: bool


def document_html(
    document: Document,
    start: int,
    end: int,
    texts: Texts,
    *,
    whole_page: bool,
    original: Original | None = None,
    page: int | None = None,
) -> str:
    """The stored text with the span marked, as a page of its own or as a part of one.

    `page` is the page of the span, where it is known.
    """
    body: tuple[Passage, ...] = passages(document.text, start, end)
    return _templates.get_template("page.html" if whole_page else "document.html").render(
        document=document,
        facts=facts(document, texts),
        status_text=texts.statuses.get(document.status, ""),
        passages=body,
        original=original,
        picture=picture_link(document.document_id, document.version, start, end, page),
        page=page,
        up="../" if whole_page else "",  # relative to the page the part stands in
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
