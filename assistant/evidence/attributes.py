"""What is asked of a thing that the documents mention: a part of its total, its address, an office held before.

A sentence that has the thing alone is very like such a question and does not answer it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.evidence.terms import FUNCTION_WORDS
from assistant.question.asking import asks
from vectorstore.text.normalise import fold, syllables

# "Trong 183.676 mô hình đăng ký, lĩnh vực kinh tế chiếm bao nhiêu?": the part has a name of its own.
_OF_TOTAL = re.compile(
    r"^\W*(?:the |vay |con )?(?:(?:den|tinh den|trong|nam) [^,?]{3,40},\s*)?"
    r"trong (?:(?:tong )?so (?!do\b|nay\b|ay\b)|(?=\d))"
    r"(?P<total>(?:\d[\d.,]*\s)?[^?]{3,200}),\s*"
    r"(?P<part>(?!\s|moi |tung |ca |hay )[^,?]*\b(?:bao nhieu|may)\b[^?]*)"
)
# "Trong 286 đơn khiếu nại, tố cáo … có bao nhiêu đơn tố cáo?"
_SOME_OF = re.compile(
    r"^\W*(?:the |vay |con )?trong (?:(?:tong )?so )?(?P<figure>\d[\d.,]*)\s[^?]{3,200}?\bco (?:bao nhieu|may) "
    r"(?P<part>\w+(?: \w+){1,7}?)\W*$"
)
_HOW_MANY = re.compile(r"\b(?:bao nhiêu|bao nhieu|mấy|may)(?: [^\W\d_]+)?")  # with the unit
# What is asked, on folded text, and what a sentence must have that tells it, as written: "biểu dương", "cơ quan".
_TOLD_BY = (
    (
        re.compile(r"\bdia chi\b(?! (?:email|thu dien tu|web))"),
        re.compile(r"\bđịa chỉ\b|\bsố \d+[A-Za-z]?\b(?![-/])|\bđường\b|(?<!thành )\bphố\b|\bphường\b"),
    ),
    (
        re.compile(r"\b(?:hoi truong|khach san|nha van hoa|san van dong|rap) nao\b"),
        re.compile(r"\b(?:hội trường|khách sạn|nhà văn hóa|sân vận động|rạp|trung tâm|cung|trụ sở|nhà hát)\b"),
    ),
    (re.compile(r"\bso dien thoai\b.*\b(?:so nao|la gi|bao nhieu|so may)\b"), re.compile(r"\d[\d .-]{6,}\d")),
    (
        re.compile(r"(?<!thanh )\bpho nao\b|\bduong nao\b"),
        re.compile(r"\b(?:(?<!thành )phố|đường|quốc lộ|tỉnh lộ|cao tốc|đại lộ)\b|\b(?:ql|đt)\.? ?\d"),
    ),
    (
        re.compile(
            r"\bchuc(?: vu| danh)? gi truoc (?:khi|do)\b|"
            r"\btruoc khi (?:lam|giu|duoc|tro thanh)\b.*\b(?:chuc|cong tac|lam viec|lam gi|don vi nao|co quan nao)\b"
        ),
        re.compile(r"\bnguyên\b|\btrước (?:khi|đó|đây)\b|\btừng (?:là|giữ|làm|đảm|kinh|công tác)\b"),
    ),
    (
        re.compile(r"\bgiu chuc\b.*\b(?:tu|ke tu) (?:khi|bao gio|ngay|thang|nam)\b|\bnham chuc\b"),
        re.compile(r"\bgiữ chức\b|\bbổ nhiệm\b|\bđược bầu\b|\bnhậm chức\b|\btừ (?:ngày|tháng|năm)\b"),
    ),
    (re.compile(r"\btham luan\b"), re.compile(r"\btham luận\b")),
    (re.compile(r"\bdiem cau nao\b"), re.compile(r"\b(?:điểm|đầu) cầu\b")),
    (
        re.compile(r"\b(?:hieu luc|thoi han|keo dai|nhiem ky|trong) (?:may|bao nhieu) nam\b"),
        re.compile(
            r"\b(?:\d{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) năm\b(?! \d{4})|"
            r"\d{4}\s*[-–]\s*\d{4}|\bđến (?:hết )?năm\b"
        ),
    ),
    (
        re.compile(r"\bphu trach (?:linh vuc|mang|cong tac|dia ban|nhung|gi)\b"),
        re.compile(r"\bphụ trách\b|\bphân công\b"),
    ),
)
# "Nhiệm vụ thứ tư trong 6 nhiệm vụ là gì?" is told by an item that is numbered so.
_NTH_ASKED = re.compile(
    r"\b(?:nhiem vu|muc tieu|giai phap|noi dung|chi tieu|tieu chi|nguyen nhan|bai hoc|han che) thu "
    r"(?P<nth>nhat|hai|ba|tu|nam|sau|bay|tam|chin|muoi|\d{1,2})\b"
)
_ORDINALS = ("nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi")
_SAID_AS = ("", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")


def names_attribute(question: str, sentence: str) -> bool:
    """False where something of a thing is asked for that the sentence says nothing of."""
    wanted = [told for asked, told in _TOLD_BY if asks(asked, question)]
    if not wanted and not asks(_OF_TOTAL, question) and not asks(_SOME_OF, question) and not asks(_NTH_ASKED, question):
        return True
    written = re.sub(r"\s+", " ", sentence).lower()
    said = fold(written)
    return all(told.search(written) for told in wanted) and _names_part(question, said) and _is_nth(question, said)


def _names_part(question: str, said: str) -> bool:
    """Whether the sentence has any two words running, or the one, that tell the part from its total."""
    if some := asks(_SOME_OF, question):
        names = [f" {' '.join(syllables(some['part'])[-2:])} "]
        return _figure_beside(names, said, some["figure"].rstrip(".,"))
    asked = asks(_OF_TOTAL, question)
    if asked is None:
        return True
    total = set(syllables(asked["total"]))
    part = question[asked.start("part") : asked.end("part")]
    unaccented = fold(part) == part.lower()
    bare = {fold(word) for word in FUNCTION_WORDS} if unaccented else FUNCTION_WORDS  # "nhi" is no "nhỉ"
    written = syllables(_HOW_MANY.sub(" ", part.lower()))
    own = [fold(word) if fold(word) not in total and word not in bare else "" for word in written]
    there = f" {' '.join(syllables(said))} "
    pairs = [f" {one} {other} " for one, other in pairwise(own) if one and other]
    names = pairs or [f" {word} " for word in own if word]
    if any(own) and not any(pair in there for pair in names):
        return False
    figure = re.match(r"\d[\d.,]*", asked["total"])
    return not names or _figure_beside(names, said, figure.group().rstrip(".,") if figure else "")


def _figure_beside(names: list[str], said: str, total: str) -> bool:
    """Whether a clause that names the part has a figure that is not the total: "…, trong đó huyện A 97 hộ"."""
    clauses = re.split(r"[,;:]\s|\btrong do\b|\btap trung\b|\bchu yeu\b", said)
    named = [one for one in clauses if any(name in f" {' '.join(syllables(one))} " for name in names)]
    figures = [figure for one in named for figure in re.findall(r"\d[\d.,]*\d|\d", one)]
    return any(figure != total and figure.lstrip("0") != total.lstrip("0") for figure in figures)


def _is_nth(question: str, said: str) -> bool:
    asked = asks(_NTH_ASKED, question)
    if asked is None:
        return True
    number = int(asked["nth"]) if asked["nth"].isdigit() else _ORDINALS.index(asked["nth"]) + 1
    named = {asked["nth"], *([_SAID_AS[number]] if number < len(_SAID_AS) else [])}
    words = "|".join(map(re.escape, sorted(named)))
    return re.search(rf"\b(?:{words}) la\b|\bthu (?:{words})\b|^\W*{number}[.)]", said) is not None
