"""From evidence to the answer that is shown: claims, numbered citations, and the text with its [n] marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answering.extractive import Found, opening
from assistant.answering.totals import untotalled
from assistant.evidence.outline import introduces
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import flat
from assistant.evidence.tables import is_row
from assistant.question.topic import CARRIED_OVER
from assistant.question.understand import Question
from assistant.retrieval import search_fields
from assistant.types import Answer, Citation, Claim
from vectorstore.records import Chunk, Hit

EXTRACTIVE_MODEL = "extractive"


class Numbering:
    """Gives each cited span one number, in order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.citations: list[Citation] = []

    def cite(self, evidence: Evidence) -> int:
        """The number of this sentence's citation."""
        return self.cite_span(evidence.hit, evidence.start, evidence.end)

    def cite_span(self, hit: Hit, start: int, end: int) -> int:
        """The number of the citation of a span in the hit's document."""
        chunk = hit.chunk
        key = (chunk.document_id, start, end)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.citations.append(
                Citation(
                    n=self._numbers[key],
                    quote=hit.document.text[start:end],
                    start=start,
                    end=end,
                    url=url(chunk, start, end),
                    **search_fields(chunk, hit.document),
                )
            )
        return self._numbers[key]


def url(chunk: Chunk, start: int, end: int) -> str:
    """Where the API shows the span in its document."""
    return f"/v1/documents/{chunk.document_id}/text?version={chunk.version}&start={start}&end={end}"


def extracted(question: Question, good: Sequence[Found], lacking: Sequence[Found], notices: tuple[str, ...]) -> Answer:
    """The answer in the documents' own sentences; parts of a comparison follow one another, each cited."""
    numbering = Numbering()
    claims: list[Claim] = []
    lines: list[str] = []
    for found in good:
        sentences = []
        for evidence in found.chosen:
            text = one_line(evidence.text)
            if any(claim.text == text for claim in claims) and not introduces(text):  # two lists may open alike
                continue
            n = numbering.cite(evidence)
            claims.append(Claim(text=text, citations=(n,)))
            sentences.append(f"{text} [{n}]")
        start = opening(found.question, found) or _label(found, [*good, *lacking])
        separator = "\n" if len(sentences) > 2 or any(is_row(e.text) for e in found.chosen) else " "
        if sentences:
            lines.append(separator.join([start, *sentences] if start else sentences))
    if question.total and all(found.question is not question for found in good):
        lines.insert(0, untotalled(question))
    quoted = {evidence.key for found in good for evidence in found.chosen}
    # What is quoted for one part may be what the other asks for, if its year and place are what is asked.
    missing = [f for f in lacking if f.unmet or not f.chosen or f.chosen[0].key not in quoted]
    lines += [f"Không tìm thấy trong kho tài liệu: {CARRIED_OVER.sub('?', found.question.text)}" for found in missing]
    return Answer(
        status="answered",
        answer="\n".join(lines),
        claims=tuple(claims),
        citations=tuple(numbering.citations),
        standalone_question=question.text,
        confidence=round(min(found.confidence for found in good), 3),
        model=EXTRACTIVE_MODEL,
        notices=notices,
    )


def _label(found: Found, parts: Sequence[Found]) -> str:
    """The place or year that a part of the answer is about, where its sentences leave it unsaid: "Bến Tre:"."""
    others = [part.question for part in parts if part is not found]
    said = flat(" ".join(evidence.text for evidence in found.chosen))
    own = [name for name in found.question.names if others and all(name not in other.names for other in others)]
    own += [f"năm {y}" for y in found.question.years if others and all(y not in other.years for other in others)]
    unsaid = [words for words in own if flat(words.removeprefix("năm ")) not in said]
    label = ", ".join(unsaid)
    return f"{label[0].upper()}{label[1:]}:" if label else ""


def one_line(text: str) -> str:
    """A sentence that the document breaks over lines, on one line."""
    return re.sub(r"\s+", " ", text).strip()


def pieces(text: str) -> Iterator[str]:
    """The answer in pieces small enough to be read as they come."""
    yield from re.findall(r"\S+\s*|\s+", text)
