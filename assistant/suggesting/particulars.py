"""Questions about a document as a whole: what it replaced, since when it holds, who signed it; when a meeting was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.suggesting.candidate import LONGEST, Candidate, flat, inside, written_name
from vectorstore.records import Document
from vectorstore.text.dates import find_years

# Kinds that take effect on a day; a report or a plan does not.
_REGULATING = (
    "Luật", "Bộ luật", "Pháp lệnh", "Nghị định", "Nghị quyết", "Quyết định", "Thông tư", "Thông tư liên tịch",
    "Quy định", "Quy chế", "Chỉ thị",
)  # fmt: skip
_THEME = re.compile(r"\bchủ đề (?P<of>(?:công tác|hoạt động|năm)[^:“\"\n,;]{3,70}?)(?: là|:)\s*[“\"]", re.IGNORECASE)
_PARTS = ("chủ trì", "phát biểu chỉ đạo tại", "phát biểu kết luận", "phát biểu kết thúc")
_MEETING = re.compile(r"(?:Hội nghị|Hội thảo|Đại hội|Lễ)\b")


def about_document(document: Document) -> Iterator[Candidate]:
    """Questions that the whole document may answer, the more telling ones first."""
    for question in _questions(document):
        if len(question) <= LONGEST:
            yield Candidate(question, 0, len(document.text))


def about_change(document: Document) -> Iterator[Candidate]:
    """What became of a document that later ones changed; their texts answer, so any place will do."""
    name = written_name(document)
    if name and document.status == "superseded":
        yield Candidate(f"{name} đã bị thay thế bởi văn bản nào?", 0, 0)
    if name and document.status == "amended":
        yield Candidate(f"{name} được sửa đổi, bổ sung bởi văn bản nào?", 0, 0)


def about_signer(document: Document) -> Iterator[Candidate]:
    """Who signed it, where it has a name to ask for it by."""
    if document.signer and (name := written_name(document)):
        yield Candidate(f"Ai ký {name}?", 0, len(document.text))


def about_theme(document: Document) -> Iterator[Candidate]:
    """What the theme of a year's work is, where a document tells it in quotation marks."""
    text = document.text
    for match in _THEME.finditer(text):
        sentence = text[text.rfind("\n", 0, match.start()) + 1 : match.end()]
        theme, years = flat(match["of"]), find_years(match["of"]) or find_years(sentence)
        if len(set(years)) == 1:
            year = "" if find_years(theme) else f" {years[0]}" if theme.endswith("năm") else f" năm {years[0]}"
            yield Candidate(f"Chủ đề {theme}{year} là gì?", match.start(), match.end())


def _questions(document: Document) -> Iterator[str]:
    name = written_name(document)
    kinds = {relation.kind for relation in document.relations if relation.provision is None}
    if name and "replaces" in kinds:
        yield f"{name} thay thế văn bản nào?"
    if name and "amends" in kinds:
        yield f"{name} sửa đổi, bổ sung văn bản nào?"
    takes_effect = document.kind in _REGULATING and document.effective_date not in (None, document.issue_date)
    if name and takes_effect:
        yield f"{name} có hiệu lực từ ngày nào?"
    title = flat(document.title).rstrip(" .")
    if not name and _MEETING.match(title):
        for part in _PARTS:
            if re.search(rf"\b{part}\b", document.text, re.IGNORECASE):
                yield f"Ai {part} {inside(title)}?"
        if document.event_date:
            yield f"{title} diễn ra ngày nào?"
