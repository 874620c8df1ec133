"""Questions to go on with: made from what the cited documents say, and offered only if the assistant answers them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from assistant.api.metrics import unmeasured
from assistant.api.protocol import AssistantLike
from assistant.types import Answer, Query
from assistant.ui.turns import Exchange
from vectorstore.errors import PolicyError
from vectorstore.records import Document
from vectorstore.text.normalise import fold

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
    """Up to `MOST` questions whose answers the cited documents hold and the reader has not just been given."""
    answer = exchange.answer
    if answer is None or not answer.citations or answer.status == "abstained":
        return ()
    quiet = unmeasured(assistant)
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
        except PolicyError:
            return tuple(found)
        quotes = {citation.quote for citation in reply.citations}
        if reply.status == "answered" and reply.confidence >= SURE and not quotes & given:
            given |= quotes
            found.append(question)
    return tuple(found)


def _candidates(assistant: AssistantLike, exchange: Exchange, answer: Answer) -> Iterator[str]:
    asked = {fold(exchange.question), fold(answer.standalone_question)}
    cited = dict.fromkeys((citation.document_id, citation.version) for citation in answer.citations)
    tried = 0
    for document in filter(None, (assistant.store.document(*key) for key in list(cited)[:2])):
        for question in dict.fromkeys(_about(document, answer)):
            if len(question) <= _LONGEST and fold(question) not in asked and tried < TRIED:
                tried += 1
                yield question


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
