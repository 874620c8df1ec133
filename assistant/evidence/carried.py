"""A follow-up asks for something new: a sentence that has only the words of its carried-over topic answers nothing."""

from __future__ import annotations

from itertools import pairwise

from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import about
from assistant.evidence.terms import FUNCTION_WORDS
from assistant.question.places import find_provinces
from assistant.question.understand import Question
from vectorstore.text.normalise import fold, syllables

SEVERAL = 2  # words of what is asked that need not follow one another
_WANTED = ("text", "list")  # who, when and how many are told by the kind of thing alone
# What texts say in other words, or not at all.
_GENERIC = frozenset(
    ["cần", "phải", "làm", "gồm", "hết", "xong", "mất", "nhận", "ra", "bao", "thêm", "cụ", "thể", "chính", "chủ", "yếu",
     "nội", "dung", "quy", "định"]
)  # fmt: skip
_LIKE = {
    "han che": ("tồn tại", "khuyết điểm", "khó khăn", "vướng mắc", "bất cập", "chưa", "chậm"),
    "ton tai": ("hạn chế", "khuyết điểm", "khó khăn", "vướng mắc", "bất cập", "chưa"),
    "kho khan": ("hạn chế", "tồn tại", "vướng mắc", "bất cập", "chưa"),
    "ket qua": ("thành tích", "đạt", "tăng", "giảm", "đã"),
    "muc dich": ("nhằm", "để"),
    "nguyen nhan": ("do", "vì", "bởi"),
    "nhiem vu": ("giao", "yêu cầu", "tập trung", "triển khai", "tiếp tục"),
    "giai phap": ("tập trung", "triển khai", "tăng cường", "tiếp tục"),
}  # with diacritics, as texts have them


def repeats_topic(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence, with what it stands under, has nothing of what the follow-up itself asks for."""
    if question.expects not in _WANTED or question.confirm or question.asking == question.text:
        return False
    asking = question.asking
    for _, start, end in reversed(find_provinces(asking)):  # its documents name the place anyway
        asking = f"{asking[:start]} {asking[end:]}"
    words = [word for word in syllables(asking) if word not in FUNCTION_WORDS and word not in _GENERIC]
    own = [fold(word) for word in words]
    if question.yes_no:  # "Mai Cao Bằng có mưa không?": nothing of it is told, in whatever words
        passage = f" {' '.join(syllables(fold(f'{evidence.hit.chunk.text} {about(evidence)}')))} "
        return bool(own) and not any(f" {one} " in passage for one in own)
    pairs = [f"{one} {other}" for one, other in pairwise(own)]
    text = f"{evidence.text} {about(evidence)}"
    plain, written = (f" {' '.join(syllables(form))} " for form in (fold(text), text.lower()))
    like = (other for pair in pairs for other in _LIKE.get(pair, ()))
    named = (
        any(f" {one} " in plain for one in pairs or own)
        or sum(f" {one} " in plain for one in set(own)) >= SEVERAL
        or any(f" {other} " in written for other in like)
    )
    return bool(own) and not named
