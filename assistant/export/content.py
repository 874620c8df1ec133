"""What an exported document says, block by block, whatever the file format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assistant.types import Answer, Citation

Kind = Literal["day", "title", "subject", "heading", "subheading", "body", "source", "quote", "note"]
TITLE = "KẾT QUẢ TRA CỨU VĂN BẢN"
CLOSING = (
    "Bản tra cứu do hệ thống lập tự động, không thay thế văn bản gốc; khi sử dụng cần đối chiếu với văn bản được dẫn."
)
NO_QUESTION = "(Không lưu nội dung câu hỏi)"
_ILLEGAL = re.compile(r"[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MARK = re.compile(r" \[(?=\d)")  # a mark stays on the line of what it proves
_STRUCK = re.compile(r"~~(.+?)~~", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: what it is decides how it looks."""

    kind: Kind
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer; `time` is ISO 8601. Questions may not have been kept."""

    question: str | None
    answer: Answer
    time: str


@dataclass(frozen=True, slots=True)
class Report:
    """One answer, or a conversation; the `subject` stands under the title unless it is empty."""

    subject: str
    exchanges: tuple[Asked, ...]
    made: date


def blocks(report: Report) -> Iterator[Block]:
    """The paragraphs of a report in order."""
    day = report.made
    yield _block("day", Run(f"Ngày {day.day:02} tháng {day.month:02} năm {day.year}", italic=True))
    yield _block("title", Run(TITLE))
    if report.subject:
        yield _block("subject", Run(report.subject))
    for number, asked in enumerate(report.exchanges, start=1):
        yield from _exchange(number, asked)
    yield _block("note", Run(CLOSING, italic=True))


def _exchange(number: int, asked: Asked) -> Iterator[Block]:
    answer = asked.answer
    abstained = answer.status == "abstained"
    yield _block("heading", Run(f"{roman(number)}. {asked.question or NO_QUESTION}"))
    yield _block("subheading", Run("1. Trả lời: không có trong kho văn bản" if abstained else "1. Trả lời"))
    for line in answer.answer.splitlines():
        if line.strip():
            yield _block("body", *_struck(_MARK.sub("\u00a0[", line.strip())))
    for notice in answer.notices:
        yield _block("body", Run("Lưu ý: ", bold=True), Run(notice, italic=True))
    if answer.citations:
        yield _block("subheading", Run("2. Nội dung gần nhất trong kho" if abstained else "2. Nguồn trích dẫn"))
    named: dict[tuple[str, int], int] = {}  # where a document was named in full
    for citation in answer.citations:
        first = named.setdefault((citation.document_id, citation.version), citation.n)
        yield _block("source", Run(f"[{citation.n}] "), *_source(citation, first))
        yield _block("quote", Run(f"“{' '.join(citation.quote.split())}”", italic=True))
    yield _block("note", Run(_facts(asked)))


def _source(citation: Citation, first: int) -> Iterator[Run]:
    """A document in full, with symbol, date, place, page and file; after that, where it was named and the place."""
    place = (citation.locator, citation.page and f"trang {citation.page}")
    if first != citation.n:
        yield Run("; ".join(part for part in (f"Văn bản tại [{first}]", *place) if part) + ".")
        return
    day = date.fromisoformat(citation.date).strftime("%d/%m/%Y") if citation.date else ""
    parts = (
        citation.symbol and f"số {citation.symbol}",
        day and f"ngày {day}",
        *place,
        f"tệp {citation.source}" + (f", bản {citation.version}" if citation.version > 1 else ""),
    )
    yield Run(citation.title, bold=True)
    yield Run("; " + "; ".join(part for part in parts if part) + ".")


def _facts(asked: Asked) -> str:
    answer = asked.answer
    when = datetime.fromisoformat(asked.time).astimezone().strftime("%H:%M ngày %d/%m/%Y")
    wording = "trích nguyên văn" if answer.model == "extractive" else f"lời văn của {answer.model}, đã đối chiếu nguồn"
    sure = "" if answer.status == "abstained" else f"Độ tin cậy {answer.confidence:.0%}; {wording}. "
    return f"{sure}Trả lời lúc {when}. Mã câu trả lời: {answer.id}."


def _struck(line: str) -> Iterator[Run]:
    """The line with what verification struck out marked as such."""
    for index, piece in enumerate(_STRUCK.split(line)):
        if piece:
            yield Run(piece, struck=index % 2 == 1)


def _block(kind: Kind, *runs: Run) -> Block:
    return Block(kind, tuple(Run(_ILLEGAL.sub("", run.text), run.bold, run.italic, run.struck) for run in runs))


def roman(number: int) -> str:
    """1 → I, 4 → IV, as headings of administrative documents are numbered."""
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text
