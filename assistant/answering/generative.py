"""Answering with a chat model: passages in, verified sentences out, each cited at the exact spans that support it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.compose import Numbering
from assistant.answering.extractive import Found
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import about
from assistant.generation import GeneratedSentence, GenerationError, Generator, Passage
from assistant.question.understand import Question
from assistant.types import Answer, Claim, Delta, Event, Withheld
from assistant.verification import verify_claim
from vectorstore.text.normalise import fold, syllables

MOST_PASSAGES = 8
MOST_SPANS = 3  # most sentences of a passage cited for one claim
FALLBACK = "Mô hình ngôn ngữ không trả lời được ({}); câu trả lời dưới đây được trích nguyên văn từ tài liệu."
NOTHING_LEFT = "Câu trả lời của mô hình ngôn ngữ không được nguồn nào chứng thực; dưới đây là trích dẫn nguyên văn."


def generate(
    generator: Generator, question: Question, found: Sequence[Found], notices: list[str], withheld: list[Withheld]
) -> Iterator[Event | Answer | None]:
    """Events as verified sentences come; last the Answer, or None where the extractive answer must be given instead.

    `notices` receives why, where the model failed, cited what does not exist, or said what no source supports;
    `withheld` the sentences that no source supports.
    """
    passages = _passages(found)
    numbering, claims, lines, said = Numbering(), list[Claim](), list[str](), set[str]()
    try:
        for sentence in generator.stream(question.text, [passage for passage, _ in passages]):
            if sentence.unknown:
                notices.append(f"Mô hình dẫn nguồn không tồn tại: {', '.join(map(str, sentence.unknown))}.")
            if sentence.text in said:  # a model that goes round in circles
                continue
            said.add(sentence.text)
            if sentence.state == "kept":
                numbers = _cite(sentence, passages, numbering)
                claims.append(Claim(text=sentence.text, citations=numbers))
                lines.append(f"{sentence.text} {''.join(f'[{n}]' for n in numbers)}")
            elif sentence.state == "struck":
                lines.append(sentence.shown)
            if sentence.state in ("removed", "struck"):
                parts = tuple(f"{part.kind}: {part.text}" for part in sentence.unsupported)
                withheld.append(Withheld(text=sentence.text, struck=sentence.state == "struck", unsupported=parts))
            if sentence.state in ("kept", "struck"):
                yield Delta(text=("\n" if sentence.item else " ") + lines[-1] if len(lines) > 1 else lines[-1])
    except GenerationError as error:
        notices.append(FALLBACK.format(str(error).rstrip(".")))
        yield None
        return
    if not claims:
        if withheld:
            notices.append(NOTHING_LEFT)
        yield None
        return
    if withheld:
        notices.append(f"Đã loại {len(withheld)} câu của mô hình vì không có căn cứ trong nguồn được dẫn.")
    yield Answer(
        status="answered",
        answer="\n".join(lines) if any(line.startswith("-") for line in lines) else " ".join(lines),
        claims=tuple(claims),
        citations=tuple(numbering.citations),
        standalone_question=question.text,
        confidence=round(max(part.confidence for part in found), 3),
        model=generator.name,
        notices=tuple(dict.fromkeys(notices)),
    )


def _passages(found: Sequence[Found]) -> list[tuple[Passage, Evidence]]:
    """The passages of the best sentences, best first, each once; parts of a comparison take turns."""
    chosen: dict[str, Evidence] = {}
    for rank in range(max(len(part.ranked) for part in found)):
        for part in found:
            if rank < len(part.ranked) and len(chosen) < MOST_PASSAGES:
                evidence = part.ranked[rank]
                chosen.setdefault(evidence.hit.chunk.chunk_id, evidence)
    return [(_passage(n, evidence), evidence) for n, evidence in enumerate(chosen.values(), start=1)]


def _passage(n: int, evidence: Evidence) -> Passage:
    chunk, document = evidence.hit.chunk, evidence.hit.document
    when = document.best_date
    return Passage(
        n=n,
        text=chunk.text,
        title=document.title,
        date=when.isoformat() if when else document.period,
        symbol=document.symbol,
        locator=chunk.locator,
    )


def _cite(
    sentence: GeneratedSentence, passages: Sequence[tuple[Passage, Evidence]], numbering: Numbering
) -> tuple[int, ...]:
    by_number = {passage.n: evidence for passage, evidence in passages}
    numbers = [n for cited in sentence.citations for n in _narrow(sentence.text, by_number[cited], numbering)]
    return tuple(dict.fromkeys(numbers))


def _narrow(claim: str, evidence: Evidence, numbering: Numbering) -> list[int]:
    """Cite the fewest sentences of the passage, at most MOST_SPANS, that together support the claim."""
    chunk, document = evidence.hit.chunk, evidence.hit.document
    words = set(syllables(fold(claim)))
    spans = sorted(
        chunk.sentences, key=lambda span: -len(words & set(syllables(fold(document.text[span[0] : span[1]]))))
    )
    chosen: list[tuple[int, int]] = []
    for span in spans[:MOST_SPANS]:
        chosen.append(span)
        if verify_claim(claim, [document.text[a:b] for a, b in chosen], context=[about(evidence)]).supported:
            break
    return [numbering.cite_span(evidence.hit, start, end) for start, end in sorted(chosen)]
