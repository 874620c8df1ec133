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
    r"^\W*trong (?:so |tong so )?(?P<total>\d[\d.,]*\s[^?]{3,200}),\s*"
    r"(?P<part>[^,?]*\b(?:bao nhieu|may)\b[^?]*)"
)
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
    (re.compile(r"(?<!thanh )\bpho nao\b|\bduong nao\b"), re.compile(r"\b(?:(?<!thành )phố|đường)\b")),
    (
        re.compile(r"\bchuc(?: vu| danh)? gi truoc (?:khi|do)\b|\btruoc khi (?:lam|giu|duoc|tro thanh)\b.*\bchuc\b"),
        re.compile(r"\bnguyên\b|\btrước (?:khi|đó|đây)\b|\btừng\b"),
    ),
    (
        re.compile(r"\bgiu chuc\b.*\b(?:tu|ke tu) (?:khi|bao gio|ngay|thang|nam)\b|\bnham chuc\b"),
        re.compile(r"\bgiữ chức\b|\bbổ nhiệm\b|\bđược bầu\b|\bnhậm chức\b|\btừ (?:ngày|tháng|năm)\b"),
    ),
    (re.compile(r"\btham luan\b"), re.compile(r"\btham luận\b")),
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
    if not wanted and not asks(_OF_TOTAL, question) and not asks(_NTH_ASKED, question):
        return True
    written = re.sub(r"\s+", " ", sentence).lower()
    said = fold(written)
    return all(told.search(written) for told in wanted) and _names_part(question, said) and _is_nth(question, said)


def _names_part(question: str, said: str) -> bool:
    """Whether the sentence has any two words running, or the one, that tell the part from its total."""
    asked = asks(_OF_TOTAL, question)
    if asked is None:
        return True
    total = set(syllables(asked["total"]))
    bare = {fold(word) for word in FUNCTION_WORDS}
    own = [word if word not in total and word not in bare else "" for word in syllables(asked["part"])]
    there = f" {' '.join(syllables(said))} "
    pairs = [f" {one} {other} " for one, other in pairwise(own) if one and other]
    return not any(own) or any(pair in there for pair in pairs or [f" {word} " for word in own if word])


def _is_nth(question: str, said: str) -> bool:
    asked = asks(_NTH_ASKED, question)
    if asked is None:
        return True
    number = int(asked["nth"]) if asked["nth"].isdigit() else _ORDINALS.index(asked["nth"]) + 1
    named = {asked["nth"], *([_SAID_AS[number]] if number < len(_SAID_AS) else [])}
    words = "|".join(map(re.escape, sorted(named)))
    return re.search(rf"\b(?:{words}) la\b|\bthu (?:{words})\b|^\W*{number}[.)]", said) is not None
