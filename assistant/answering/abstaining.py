"""Saying honestly that the corpus does not know, why, and what it has close by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.about import mentioned, not_here
from assistant.answering.compose import Numbering
from assistant.answering.extractive import Found
from assistant.evidence.constraints import Unmet
from assistant.evidence.sentences import Evidence
from assistant.evidence.units import lower_unit
from assistant.evidence.years import of_the_year, own_years
from assistant.question.understand import Question
from assistant.types import Answer, Claim, Reason
from vectorstore.records import Document
from vectorstore.text.dates import find_years
from vectorstore.text.symbols import find_symbols, symbols_match

OUT_OF_SCOPE = 0.35  # share of the question's weight found in the best passage below which it is about something else
_NAMED = {
    "year": "năm {}",
    "symbol": "văn bản {}",
    "number": "số liệu {}",
    "name": "{}",
    "role": "chức vụ được hỏi",
    "provision": "điều khoản được hỏi",
    "date": "ngày {}",
    "predecessor": "người giữ chức vụ này trước {}",
}
_KINDS = {
    "person": "người được hỏi",
    "number": "số liệu được hỏi",
    "date": "thời gian được hỏi",
    "place": "địa điểm được hỏi",
    "organ": "cơ quan được hỏi",
}


def abstain(
    question: Question,
    found: Sequence[Found],
    documents: Sequence[Document],
    notices: tuple[str, ...],
    insufficient: str = "",
) -> Answer:
    """An abstention with its reason, and the closest thing that the documents do say, cited.

    `insufficient` says why, where some parts of the question have an answer and the whole has none.
    """
    nearest = max(found, key=lambda part: part.confidence, default=None)
    reason: Reason = "not_found"
    if nearest is None or nearest.about < OUT_OF_SCOPE:
        reason = "out_of_scope"
    elsewhere = bool(documents) and _missing_document(question, documents)
    mention = mentioned(question, nearest.ranked) if nearest and elsewhere else None
    reason = "not_found" if mention else reason
    lines = [insufficient or _statement(question, nearest, reason)]
    numbering = Numbering()
    claims: tuple[Claim, ...] = ()
    if mention:
        text = re.sub(r"\s+", " ", mention.text)
        claims = (Claim(text=text, citations=(numbering.cite(mention),)),)
        lines = [f"{not_here(question)} nên không trả lời được; văn bản này chỉ được nhắc đến: “{text}” [1]"]
    elif elsewhere and (nearest is None or not nearest.related):
        lines = [f"{not_here(question)}, và không thấy văn bản nào nhắc đến văn bản này."]
    elif nearest is not None and nearest.related:
        closest = nearest.closest and (_other_years(nearest) or _part(nearest))
        evidence = nearest.closest[0] if nearest.closest and closest else nearest.chosen[0]
        n = numbering.cite(evidence)
        text = re.sub(r"\s+", " ", evidence.text)
        claims = (Claim(text=text, citations=(n,)),)
        when = "" if insufficient else _of_years(question, evidence)  # it was found to be of the year asked about
        lines.append(f"Nội dung gần nhất trong kho tài liệu{when}: “{text}” [{n}]")
    elif documents:
        lines.append(
            f"Kho tài liệu hiện có {len(documents)} văn bản, ví dụ: {_titles(_near_first(nearest, documents))}."
        )
    return Answer(
        status="abstained",
        reason=reason,
        answer="\n".join(lines),
        claims=claims,
        citations=tuple(numbering.citations),
        standalone_question=question.text,
        confidence=round((min if insufficient else max)((part.confidence for part in found), default=0.0), 3),
        model="extractive",
        notices=notices,
    )


def _missing_document(question: Question, documents: Sequence[Document]) -> bool:
    """Whether one document is asked about by its symbol, and is not here."""
    own = (symbol for document in documents for symbol in find_symbols(document.symbol or ""))
    return len(question.symbols) == 1 and not any(symbols_match(question.symbols[0], symbol) for symbol in own)


def _statement(question: Question, nearest: Found | None, reason: Reason) -> str:
    if reason == "out_of_scope":
        return "Câu hỏi này nằm ngoài nội dung các văn bản trong kho tài liệu nên tôi không trả lời."
    if nearest and nearest.related and (unit := _part(nearest)):
        return f"Kho tài liệu chỉ có số liệu của {unit}, không có số liệu chung được hỏi."
    missing = _missing(nearest.unmet) if nearest else ""
    if nearest and (there := _other_years(nearest)):
        asked = ", ".join(str(year) for year in question.years)
        return f"Kho tài liệu có nội dung gần với câu hỏi của năm {there}, không có của năm {asked}."
    if missing:
        return (
            f"Không tìm thấy trong kho tài liệu thông tin trả lời câu hỏi này (không có nội dung phù hợp về {missing})."
        )
    return "Không tìm thấy trong kho tài liệu thông tin trả lời câu hỏi này."


def _part(nearest: Found) -> str | None:
    """The lower unit whose figure the nearest content gives, where that is all that is wrong with it."""
    if not nearest.closest or [problem.value for problem in nearest.closest[1]] != ["level"]:
        return None
    return lower_unit(nearest.question, nearest.closest[0])


def _missing(problems: Sequence[Unmet]) -> str:
    named = (
        _KINDS.get(problem.value, "") if problem.kind == "kind" else _NAMED[problem.kind].format(problem.value)
        for problem in problems
    )
    return ", ".join(dict.fromkeys(filter(None, named)))


def _other_years(nearest: Found) -> str:
    """The years that the nearest content speaks of, where the year asked about is all that it lacks."""
    if (
        not nearest.unmet
        or not nearest.related
        or not nearest.closest
        or {problem.kind for problem in nearest.closest[1]} != {"year"}
    ):
        return ""
    evidence = nearest.closest[0]
    if any(str(year) in evidence.hit.document.text for year in nearest.question.years):
        return ""  # the document does speak of that year; only not in this sentence
    documents = {one.hit.document.document_id: one.hit.document for one in nearest.ranked}.values()
    if any(of_the_year(document, year) for document in documents for year in nearest.question.years):
        return ""  # nor may it be said that there is nothing of a year where a report on it is at hand
    return ", ".join(str(year) for year in _years(evidence))


def _years(evidence: Evidence) -> list[int]:
    """The years that a sentence speaks of: its own, else those of its document."""
    document = evidence.hit.document
    when = document.best_date
    return own_years(evidence.text) or find_years(document.period or "") or ([when.year] if when else [])


def _of_years(question: Question, evidence: Evidence) -> str:
    """ " (năm 2023)", where another year was asked about."""
    years = _years(evidence)
    if not question.years or set(years) & set(question.years) or not years:
        return ""
    return f" (năm {', '.join(str(year) for year in years)})"


def _near_first(nearest: Found | None, documents: Sequence[Document]) -> list[Document]:
    """The documents, those with the passages nearest to the question first."""
    order = dict.fromkeys(evidence.hit.document.document_id for evidence in nearest.ranked) if nearest else {}
    places = {document_id: place for place, document_id in enumerate(order)}
    return sorted(documents, key=lambda document: places.get(document.document_id, len(places)))


def _titles(documents: Sequence[Document], most: int = 3) -> str:
    return "; ".join(f"“{document.title}”" for document in documents[:most])
