"""What a document gives one body to do: that body's own item or section, and not what others do with it.

"2. Thanh tra tỉnh" with "a) …", "b) …" below it, or "Sở Tư pháp: xây dựng …; tham mưu …".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering import listing
from assistant.evidence.outline import PLAIN, level, parents
from assistant.evidence.sentences import Evidence
from assistant.question.shorthand import ABBREVIATIONS
from assistant.question.topic import CARRIED_OVER
from assistant.question.understand import Question
from vectorstore.records import Chunk
from vectorstore.text.normalise import fold

_UNITS = frozenset({"tinh", "thanh", "huyen", "xa", "phuong", "cac", "cap", "trung", "dia"})  # which one it is
MOST_TASKS = 15
LEAST_NAME = 2  # words of a body's name that a line must begin with
_BODY = (
    r"(?:so|bo|cuc|chi cuc|vu|hoi(?! nghi| thao| thi| cho| dam| khoe)|ban|uy ban|"
    r"ubnd|hdnd|ubmttq|toa an|vien|cong an|thanh tra|van phong|cong doan|"
    r"doan|mat tran|kho bac|ngan hang|lien doan|hoi dong|bao|dai|truong|trung tam|dang uy|"
    r"ban chi huy|bo chi huy)\s+[a-z]"
)
_BODY = rf"(?:(?:tinh|thanh|huyen|thi) (?:doan|doi)\b|{_BODY})"
_GIVEN = re.compile(
    rf"\b(?:giao(?! ban (?:chia|hang|dinh|thang|tuan|quy|dau|chung|cong)\b)|"
    rf"phan cong)\s+(?:nhiem vu )?(?:cho )?(?P<body>{_BODY}.*?)\s+(?:phai |thuc hien )?"
    r"(?:(?:nhung |cac )?(?:nhiem vu|viec|cong viec|trach nhiem)|lam|nhung gi|gi)\b"
)
_DOES = re.compile(
    rf"(?:^|,\s|\b(?:thi|the|vay|va)\s)(?P<body>{_BODY}.*?)\s+(?:thi\s+)?"
    r"(?:duoc (?:giao|phan cong)|phai lam|phai thuc hien|"
    r"co (?:nhung |cac )?(?:nhiem vu|trach nhiem)|chiu trach nhiem|"
    r"(?<!cach )lam|dam nhan|phu trach)\b[^?]*\b(?:gi|nao)\b"
)
# As written: "số cuộc đối thoại", "bỏ quên", "bản tóm tắt" begin no body, and "giáo viên" is given nothing.
_WRITTEN = {
    "so": "sở", "bo": "bộ", "cuc": "cục", "vu": "vụ", "hoi": "hội", "ban": "ban", "vien": "viện", "bao": "báo",
    "dai": "đài", "truong": "trường", "doan": "đoàn",
}  # fmt: skip
_GIVES = re.compile(r"(?i)\b(?:giao|phân công)\b")
_WHILE = re.compile(r"\bvua\b")  # "vừa làm y tế thôn, bản vừa làm …" is no body
_DEMANDS = re.compile(r"\b(?:yeu cau|de nghi|giao|chi dao|phan cong|muon)\b")
_MARK = re.compile(r"\W*(?:(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[ivx]+)[.)]\s*|điều \d+\.\s*)?(?:giao\s+)?", re.IGNORECASE)
_ENDS = re.compile(
    r"\s*(?:$|[:,;.]|\b(?:tinh|thanh pho|huyen|xa|chu tri|phoi hop|co trach nhiem|tham muu|thuc hien|huong dan|to chuc|"
    r"kiem tra|bo tri|xay dung|theo doi|chiu)\b)"
)


def asked_body(question: Question) -> tuple[str, ...]:
    """The folded words of the body whose tasks are asked for; empty where none are."""
    if question.confirm or question.expects not in ("list", "text"):
        return ()
    said = _spelled(CARRIED_OVER.sub("", question.text))
    given = _GIVEN.search(said) if question.unaccented or _GIVES.search(question.text) else None
    match = given or _DOES.search(said)
    if match is None or _WHILE.search(match["body"]):
        return ()
    body = tuple(match["body"].split())
    written = _WRITTEN.get(body[0], "")
    return body if question.unaccented or re.search(rf"(?i)\b{written}", question.text) else ()


def names_body(body: Sequence[str], text: str) -> bool:
    """False where `text` does not name the body whose tasks are asked for."""
    unit = next((place for place, word in enumerate(body) if place and word in _UNITS), len(body))
    name = " ".join(body[:unit])
    if unit < LEAST_NAME or _DEMANDS.search(name):  # "Bộ yêu cầu tỉnh … làm gì": who demands is not who has to
        return True
    return re.search(rf"\b{re.escape(name)}\b", _spelled(text)) is not None


def of_body(question: Question, best: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The item or section of the body, in the document of the best sentence; empty where it has none."""
    body = asked_body(question)
    if len(body) < LEAST_NAME:
        return []
    document = best.hit.document.text
    heads = [line for line in re.finditer(r"[^\n]+", document) if _begins_with(body, line.group())]
    for head in heads:
        start = head.start() + len(head.group()) - len(head.group().lstrip())
        found = [
            one for one in listing.sentences(best, chunks) if _of_item(one, start, head.end()) or _below(one, start)
        ]
        if found:
            return found[:MOST_TASKS]
    return []


def _begins_with(body: Sequence[str], line: str) -> bool:
    if level(line) == PLAIN and ":" not in line:
        return False
    said = _spelled(line[_mark_end(line) :])
    for count in range(len(body), LEAST_NAME - 1, -1):
        name = " ".join(body[:count])
        if said.startswith(name):
            return _ENDS.match(said, len(name)) is not None
    return False


def _mark_end(line: str) -> int:
    match = _MARK.match(line)
    return match.end() if match else 0


def _of_item(sentence: Evidence, start: int, end: int) -> bool:
    """Whether the sentence is in the paragraph of the item itself, which texts break over lines."""
    text = sentence.hit.document.text
    stop = end
    while text[stop : stop + 1] == "\n" and (line := text[stop + 1 :].partition("\n")[0]).strip():
        if level(line) != PLAIN or text[stop - 1] in ".;:":
            break
        stop += 1 + len(line)
    return start <= sentence.start < stop


def _below(sentence: Evidence, start: int) -> bool:
    return any(above == start for above, _ in parents(sentence.hit.document.text, sentence.start))


def _spelled(text: str) -> str:
    words = (ABBREVIATIONS.get(word.lower(), word) for word in re.split(r"\s+", text.strip()))
    return fold(" ".join(words))
