"""Where a body has its seat, when and where a meeting was held, from when a document is in force."""

from __future__ import annotations

import re

from assistant.evidence.answer_types import names_place
from assistant.question.asking import asks
from assistant.question.places import find_provinces
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold, one_line
from vectorstore.text.symbols import find_symbols

_ASKS_FORCE = re.compile(r"\b(?:hieu luc|ap dung|thi hanh)\b[^?]*\b(?:ngay nao|khi nao|bao gio|thoi gian nao)\b")
_ENACTMENTS = ("bộ luật", "luật", "pháp lệnh", "nghị định", "thông tư", "nghị quyết", "quyết định", "chỉ thị")
_LAW = re.compile(r"(?:Bộ luật|Luật|Pháp lệnh) [^\W\d_a-z]\w*(?: (?!năm\b|có\b|sửa\b|mới\b|số\b)[^\W\d_]+){0,4}")
_THIS_IN_FORCE = re.compile(rf"(?i)\b({'|'.join(_ENACTMENTS)}) này (?:có|bắt đầu có) hiệu lực\b")
_FORCE_DATED = re.compile(
    r"\b(?:hieu luc|ap dung|thi hanh|thuc hien)\b[^.;]{0,90}?(?:\d{1,2}/\d|\b(?:ngay|thang|nam) \d|"
    r"\btu (?:ngay|khi|thoi diem)\b)|"
    r"(?:\d{1,2}/\d|\bngay \d|\btu ngay)[^.;]{0,90}?\b(?:hieu luc|ap dung|thi hanh)\b"
)
_IN_FORCE = re.compile(r"\bhieu luc(?: thi hanh)?(?: ke)? tu ngay\b|\bap dung (?:ke )?tu ngay\b")
# Where something has its place, and not where somebody was met or something was done with it.
_ASKS_SEAT = re.compile(
    r"\b(?:dat|dong|nam|toa lac)(?: tru so| quan)? (?:o|tai) (?:dau|(?:\w+ ){1,2}nao)\b|\bdia chi\b|"
    r"\b(?:tru so|tru so chinh|van phong)\b[^?,]*\b(?:o|tai) (?:dau|(?:\w+ ){1,2}nao)\b"
)
_LAND = re.compile(r"(?i)đất")  # "được cấp đất ở xã nào" asks for no seat
_HELD = re.compile(r"\b(?:to chuc|dien ra|hop|khai mac|khai truong|ra quan|diem)\b")
_MEETING = r"(?:hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop|phien hop|ky hop|buoi le|le)"
_OPENED = r"(?:to chuc|dien ra|khai mac|be mac|hop|duoc mo|mo)"
_WHEN_HELD = re.compile(
    rf"(?:\b{_MEETING}\b[^?]*\b{_OPENED}\b[^?]{{0,30}}|\b{_OPENED} (?:\w+ )?{_MEETING}\b[^?]*)"
    r"\b(?P<when>(?:ngay|khi|luc|hom|thoi gian|thoi diem) nao|bao gio|ngay may)\b"
)
_DAY_SAID = re.compile(
    r"\b(?:ngay|sang|chieu|toi)(?: ngay)? \d|\b(?:hom nay|hom qua|sang nay|chieu nay)\b|^\W*(?:sang|chieu|toi)\b"
)
_WHERE_HELD = re.compile(rf"^(?:ve )?(?:cuoc |buoi )?{_MEETING}\b[^?]*\b(?:o dau|tai dau|(?:noi|cho|dia diem) nao)\b")
_CHAIR_ASKED = re.compile(
    rf"\b{_MEETING}\b[^?]*\bai\b[^?]{{0,12}}\bchu tri\b|\bai\b[^?]{{0,12}}\bchu tri\b[^?]*\b{_MEETING}\b"
)
_AT_MEETING = re.compile(rf"\W*tai {_MEETING}\b")  # "Tại Hội nghị, …" tells what was done there
_CHAIRS_OTHER = re.compile(
    rf"\bchu tri,? (?!{_MEETING}\b|(?:tai|va|la|do|cung|cuoc|buoi|phien|ky hop|giao ban|diem cau|dong chi|ong|ba)\b)\w"
)
_VENUE = re.compile(r"\b(?:truc tuyen|diem cau|dau cau|hoi truong|tru so|trung tam|nha van hoa|khach san|dia diem)\b")
_DATES = re.compile(r"[\s,(]*(?:ngày)?\s*")  # what stands between a symbol and the day of that document
_SEATED_FIRMLY = re.compile(r"(?i)\b(?:địa chỉ|đặt|đóng|nằm|tọa lạc|trụ sở)\b")
_SEATED = re.compile(  # not folded: "đạt", "đồng", "năm"
    r"\b(?:địa chỉ|đặt|đóng|nằm|tọa lạc)\b|\b[Tt]rụ sở\b[^.;]{0,60}(?:\b(?:tại|ở|số)\b|:)|"
    r"\b(?:tại|ở) (?:xã|phường|thị trấn|huyện|quận|thị xã|khu|cụm|đường|số) [^\W_]|"
    r"\b(?:cơ quan|văn phòng|chi nhánh|phân viện)\b[^.;,]{0,60}\b(?:tại|ở) (?:thành phố|tỉnh|tp)\b",
    re.IGNORECASE,
)


def says_from_when(question: str, sentence: str) -> bool:
    """Whether it is asked from when something is in force and the sentence says that: "có hiệu lực từ ngày …"."""
    return bool(asks(_ASKS_FORCE, question) and _IN_FORCE.search(fold(one_line(sentence))))


def in_force_itself(question: str, sentence: str, headings: str) -> bool:
    """False where it is asked from when a law is in force and the sentence says no day, or says it of a circular."""
    if not asks(_ASKS_FORCE, question):
        return True
    if not _FORCE_DATED.search(fold(one_line(sentence))):
        return False
    if (law := _LAW.search(question)) and fold(law.group()) not in fold(one_line(f"{headings} {sentence}")):
        return False  # that another one is in force says nothing of it
    if not (own := _THIS_IN_FORCE.search(one_line(sentence))):
        return True
    asked = {kind for kind in _ENACTMENTS if re.search(rf"(?i)\b{kind}\b", question)}
    return not asked or fold(own[1]) in {fold(kind) for kind in asked} or "này" in question


def says_where(question: str, sentence: str) -> bool:
    """False where it is asked where a body or a thing has its seat and the sentence speaks of no seat."""
    seat = asks(_ASKS_SEAT, question)
    if not seat or asks(_HELD, question) or _LAND.match(question, seat.start()):
        return True
    subject = re.escape(question[: seat.start()].strip())
    beside = rf"(?i)^\W*(?:\w+ ){{0,3}}{subject}\s+(?:tại|ở|thuộc|nằm)\b"  # "Công ty A tại thành phố B"
    if _HELD.search(fold(sentence)) and not _SEATED_FIRMLY.search(sentence):
        return False
    return bool(_SEATED.search(sentence) or (subject and re.search(beside, one_line(sentence))))


def tells_of_meeting(question: str, sentence: str) -> bool:
    """False where it is asked when, where or by whom a meeting was held and the sentence tells that of something else.

    "Ban hành Hướng dẫn số 17-HD/TU, ngày 06/10" tells no day of a meeting. Where both are asked, either will do.
    """
    when, where = asks(_WHEN_HELD, question), asks(_WHERE_HELD, question)
    said = fold(sentence)
    if asks(_CHAIR_ASKED, question) and _CHAIRS_OTHER.search(said) and not re.search(rf"\b{_MEETING}\b", said):
        return False  # "chủ trì 531 cuộc giám sát"
    if asks(_CHAIR_ASKED, question) and "doi thoai" in said and "doi thoai" not in fold(question):
        return re.search(rf"\b{_MEETING}\b", said) is not None  # who chaired a dialogue did not chair the meeting
    if not (when or where):
        return True
    placed = bool(where) and bool(names_place(sentence) or find_provinces(sentence) or _VENUE.search(said))
    placed = placed and bool(_HELD.search(said) or _VENUE.search(said)) and not _AT_MEETING.match(said)
    if not when or placed:
        return placed
    ends = [symbol.end for symbol in find_symbols(sentence)]
    days = [mention for mention in find_dates(sentence) if mention.day]
    of_documents = days and all(any(_DATES.fullmatch(sentence[end : day.start]) for end in ends) for day in days)
    if of_documents and not re.search(rf"\b{_MEETING}\b", said):
        return False
    return bool(days or _DAY_SAID.search(said)) or when["when"] not in ("ngay nao", "ngay may", "hom nao")
