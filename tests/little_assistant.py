"""A small real assistant for the tests of API and chat: word overlap over three documents, no model, no index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from assistant.retrieval import passes
from assistant.types import Answer, Citation, Claim, Delta, Done, Event, Filters, Query, SearchHit, Stage
from vectorstore.records import Document, Relation

REPORT = Document(
    document_id="bc-2023",
    version=1,
    source="bao-cao-2023.txt",
    title="Báo cáo tổng kết công tác dân vận năm 2023 của tỉnh Hương Giang",
    kind="Báo cáo",
    symbol="152-BC/BDVTU",
    organ="Ban Dân vận Tỉnh ủy",
    level="province",
    issue_date=date(2023, 12, 28),
    status="in_force",
    text=(
        "BÁO CÁO\ntổng kết công tác dân vận năm 2023\n\n"
        "I. Kết quả\n\n"
        "Năm 2023, toàn tỉnh đăng ký 214 mô hình “Dân vận khéo”, trong đó 187 mô hình được công nhận cấp tỉnh. "
        "Các huyện tổ chức 96 cuộc đối thoại với nhân dân.\n\n"
        "II. Hạn chế\n\n"
        "Một số nơi còn lúng túng khi nhân rộng mô hình; kinh phí hỗ trợ <b>chậm</b> & chưa đều.\n"
    ),
)
DECISION = Document(
    document_id="qd-05",
    version=2,
    source="quyet-dinh-05.txt",
    title="Quyết định về mức hỗ trợ mô hình “Dân vận khéo” giai đoạn 2022–2025",
    kind="Quyết định",
    symbol="05/2022/QĐ-UBND",
    organ="Ủy ban nhân dân tỉnh Hương Giang",
    level="province",
    issue_date=date(2022, 3, 15),
    status="in_force",
    relations=(Relation("replaces", "11/2018/QĐ-UBND", None, 0, 10),),
    text=(
        "QUYẾT ĐỊNH\n\nĐiều 1. Phạm vi\nQuyết định này quy định mức hỗ trợ cho mô hình được công nhận.\n\n"
        "Điều 2. Mức hỗ trợ\nMỗi mô hình cấp tỉnh được hỗ trợ 15 triệu đồng. "
        "Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng.\n"
    ),
)
HOSTILE = Document(
    document_id="xss-1",
    version=1,
    source='"><img src=x onerror=alert(1)>.txt',
    title="<script>alert('tiêu đề')</script> Thông báo lịch tiếp công dân",
    text=(
        'Thông báo lịch tiếp công dân: <img src=x onerror="window.hacked=1"> thứ Năm hằng tuần tại trụ sở. '
        "</mark><script>window.hacked=1</script>\n"
    ),
    kind="Thông báo",
    organ="<i>Văn phòng</i>",
    issue_date=date(2024, 5, 2),
)
NO_FILTERS = Filters()
_WORDS = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?:[^.\n]|\.(?!\s|$))+\.?")


@dataclass
class LittleStore:
    """Documents held in a list."""

    held: list[Document] = field(default_factory=lambda: [REPORT, DECISION, HOSTILE])

    def listing(self) -> list[Document]:
        return [replace(document, text="") for document in self.held]

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        found = [d for d in self.held if d.document_id == document_id and version in (None, d.version)]
        return found[0] if found else None

    def versions(self, document_id: str) -> list[Document]:
        return [document for document in self.held if document.document_id == document_id]

    def file(self, document_id: str, version: int) -> Path | None:
        return None


class LittleAssistant:
    """Quotes the sentence that shares most words with the question; abstains below half."""

    def __init__(self) -> None:
        self.store = LittleStore()
        self.asked: list[Query] = []

    def ready(self) -> bool:
        return bool(self.store.held)

    def limited_to(self, collections: Iterable[str]) -> LittleAssistant:
        view = copy(self)
        view.store = LittleStore([document for document in self.store.held if document.collection in set(collections)])
        return view

    def examples(self) -> list[str]:
        return [
            "Năm 2023 toàn tỉnh đăng ký bao nhiêu mô hình “Dân vận khéo”?",
            "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?",
            "Lịch tiếp công dân vào ngày nào?",
        ]

    def search(
        self, question: str, k: int = 10, filters: Filters = NO_FILTERS, as_of: date | None = None
    ) -> list[SearchHit]:
        ranked = sorted(self._sentences(question, filters, as_of), key=lambda item: -item[0])[:k]
        return [
            SearchHit(rank=rank, score=score, dense=None, lexical=None, chunk_id=f"c{rank}", **_place(document, span))
            for rank, (score, document, span) in enumerate(ranked, start=1)
        ]

    def ask(self, query: Query) -> Answer:
        return [event for event in self.stream(query) if isinstance(event, Done)][-1].answer

    def stream(self, query: Query) -> Iterator[Event]:
        self.asked.append(query)
        yield Stage(name="understand")
        question = self._standalone(query)
        yield Stage(name="retrieve")
        found = self._sentences(question, query.filters, query.as_of)
        score, document, span = max(found, key=lambda item: item[0], default=(0.0, REPORT, (0, 0)))
        yield Stage(name="answer")
        if score < 0.5:
            text = "Không tìm thấy nội dung này trong kho tài liệu."
            yield Delta(text=text)
            yield Done(
                answer=Answer(
                    status="abstained",
                    reason="not_found",
                    answer=text,
                    standalone_question=question,
                    confidence=score,
                    model="little",
                )
            )
            return
        citation = Citation(n=1, **_place(document, span))
        text = f"{citation.quote} [1]"
        for word in re.findall(r"\S+\s*", text):
            yield Delta(text=word)
        yield Done(
            answer=Answer(
                status="answered",
                answer=text,
                claims=(Claim(text=citation.quote, citations=(1,)),),
                citations=(citation,),
                standalone_question=question,
                confidence=score,
                model="little",
            )
        )

    def _standalone(self, query: Query) -> str:
        earlier = [turn.content for turn in query.history if turn.role == "user"]
        return f"{earlier[-1]} {query.question}" if earlier and query.question.startswith("Còn") else query.question

    def _sentences(
        self, question: str, filters: Filters, as_of: date | None
    ) -> list[tuple[float, Document, tuple[int, int]]]:
        asked = set(_WORDS.findall(question.lower()))
        found = []
        for document in (held for held in self.store.held if passes(held, filters, as_of)):
            for match in _SENTENCE.finditer(document.text):
                words = set(_WORDS.findall(match.group().lower()))
                found.append((len(asked & words) / max(len(asked), 1), document, match.span()))
        return found


def _place(document: Document, span: tuple[int, int]) -> dict[str, object]:
    start, end = span
    start += len(document.text[start:end]) - len(document.text[start:end].lstrip())
    return {
        "document_id": document.document_id,
        "source": document.source,
        "title": document.title,
        "symbol": document.symbol,
        "locator": "đoạn 1",
        "page": None,
        "quote": document.text[start:end],
        "start": start,
        "end": end,
        "url": f"/documents/{document.document_id}?start={start}&end={end}",
        "date": document.best_date.isoformat() if document.best_date else None,
        "version": document.version,
    }
