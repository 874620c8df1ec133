"""Questions to go on with: made from what the cited documents say, and offered only if the assistant answers them."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from assistant.api.protocol import AssistantLike
from assistant.api.unobserved import unobserved
from assistant.types import Answer, Citation, Query, SearchHit
from assistant.ui.turns import Exchange
from vectorstore.records import Document
from vectorstore.text.normalise import fold

log = logging.getLogger(__name__)
MOST = 3
TRIED = 10  # candidates asked at most, within
SECONDS = 1.5
SURE = 0.6  # confidence from which an answer is worth offering
_LONGEST = 130
_COUNT = re.compile(
    r"(?:^|[.;\n]\s*|\s)(?P<subject>(?:Năm \d{4}, )?"
    r"(?:toàn tỉnh|cả nước|toàn ngành|tỉnh|huyện|xã|các \w+)[^.;,\n]{0,40}?)"
    r"\s(?P<verb>đăng ký|tổ chức|xây dựng|tiếp nhận|giải quyết|công nhận|vận động|thành lập|hoàn thành|hỗ trợ)"
    r"(?: được)?\s\d[\d.,]*\s(?P<what>[a-zà-ỹ][^.;,:()\d\n]{3,40}?)(?=[.;,:(]|\s(?:trong|tại|với|và|để)\s)",
    re.IGNORECASE,
)
_PROVISION = re.compile(r"^\s*Điều (?P<n>\d+)\. (?P<title>[^\n.;:]{4,60})$", re.MULTILINE)


def follow_ups(assistant: AssistantLike, exchange: Exchange) -> tuple[str, ...]:
    """Up to `MOST` questions whose answers the cited documents hold and the reader has not just been given.

    Where nothing was cited, questions that the nearest documents answer, or any.
    """
    answer = exchange.answer
    if answer is None:
        return ()
    quiet = unobserved(assistant)
    ends, given = time.monotonic() + SECONDS, {citation.quote for citation in answer.citations}
    found: list[str] = []
    for question in _candidates(assistant, exchange, answer):
        if len(found) == MOST or time.monotonic() > ends:
            break
        query = Query(
            question=question, filters=exchange.scope.filters, as_of=exchange.scope.as_of, mode="extractive"
        )  # fmt: skip
        try:
            reply = quiet.ask(query)
        except Exception:  # the reader has the answer; a suggestion that fails is no reason to bother them
            log.exception("a question to suggest could not be tried out")
            break
        quotes = {citation.quote for citation in reply.citations}
        if reply.status == "answered" and reply.confidence >= SURE and not quotes & given:
            given |= quotes
            found.append(question)
    return tuple(found)


def _candidates(assistant: AssistantLike, exchange: Exchange, answer: Answer) -> Iterator[str]:
    asked = {fold(exchange.question), fold(answer.standalone_question)}
    near: Sequence[Citation | SearchHit] = answer.citations
    if not near and answer.reason == "not_found":
        near = assistant.search(answer.standalone_question, 5, exchange.scope.filters, exchange.scope.as_of)
    cited = dict.fromkeys((place.document_id, place.version) for place in near)
    documents = filter(None, (assistant.store.document(*key) for key in list(cited)[:2]))
    made = chain.from_iterable(_about(document, answer) for document in documents) if cited else assistant.examples()
    fitting = (q for q in dict.fromkeys(made) if len(q) <= _LONGEST and fold(q) not in asked)
    yield from islice(fitting, TRIED)


def _about(document: Document, answer: Answer) -> Iterator[str]:
    """Questions that the document should answer: those nearest to the cited place first."""
    place = next((c.start for c in answer.citations if c.document_id == document.document_id), 0)
    name = f"{document.kind} {document.symbol}" if document.kind and document.symbol else ""
    if name and any(relation.kind == "replaces" for relation in document.relations):
        yield f"{name} thay thế văn bản nào?"
    counts = sorted(_COUNT.finditer(document.text), key=lambda match: abs(match.start() - place))
    for match in counts[:5]:
        subject = match["subject"].strip()
        yield f"{subject[0].upper()}{subject[1:]} {match['verb']} bao nhiêu {match['what'].strip()}?"
    if name:
        provisions = sorted(_PROVISION.finditer(document.text), key=lambda match: abs(match.start() - place))
        for match in provisions[:3]:
            yield f"Điều {match['n']} {name} quy định gì về {match['title'].strip().lower()}?"
        yield f"{name} có hiệu lực từ ngày nào?"
        yield f"Ai ký {name}?"
