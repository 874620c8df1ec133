"""Things told apart by a number, a modifier or a place: "giai đoạn 2", "cơ sở dữ liệu người lái", "giám đốc sở" of A.

A sentence on their counterpart has all other words of the question.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from assistant.evidence.acts import ROMAN
from assistant.evidence.terms import FUNCTION_WORDS
from assistant.question.asking import asks
from assistant.question.names import PERSON
from assistant.question.roles import HEAD
from assistant.question.topic import AWARDS
from assistant.question.understand import Question
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import UPPER, fold, syllables
from vectorstore.text.symbols import find_symbols, symbols_match

_NUMBERED = re.compile(
    r"\b(?P<what>giai doan|dot|co so|vung|khu|goi thau|hang|nhom|cap do|bac|nha may|loai|chuyen an|bao|vu|du an|"
    r"to cong tac|doan kiem tra|doan giam sat)\s+(?:mang )?(?:bi |ky )?(?:so )?(?P<number>\d{1,4}[a-z]?|[ivx]{1,4})\b"
    r"(?!\s*[-–/.,]\s*\d|\s*%)"
)
# One of its kind and not a part of a series: what is said of it names it, in the sentence or just before.
_CASES = frozenset({"chuyen an", "bao"})
_PLACED = re.compile(
    r"\b(?:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|(?:Tỉnh|Thành|Huyện|Thị|Quận) ủy|Tỉnh đoàn)\s+"
    r"((?:[^\W\d_a-zđ]\w*\s?){1,4})"
)
_LEVEL = re.compile(r"\b(?P<level>tinh|huyen|xa)\b")
LEVEL_WITHIN = 40  # characters between an office and its level
_GOES_ON = frozenset({"có", "đạt", "là", "gồm", "còn", "chiếm", "tăng", "giảm"})  # what ends a subject
_BARE = frozenset(map(fold, FUNCTION_WORDS)) | {"tinh", "nam", "huyen", "xa", "quy", "thang", "so"}
_OF_ANY = frozenset({"dien hinh", "binh quan", "trung binh", "toi da", "toi thieu", "thong thuong"})  # no other thing
_ASKING = frozenset({"gi", "nao", "bao", "may", "ai"})
_OFFICE = re.compile(r"[^,;.:()]{0,80}")  # with the body it is of
_BODY = rf"(Ban|Tổ|Quỹ|Câu lạc bộ|Trung tâm|Đội) ([{UPPER}][^\W\d_]*(?: [^\W\d_]+))"
_BODIES = re.compile(rf"\b{_BODY}")
_BODIES_ASKED = re.compile(rf"(?:mỗi|các|những|số|tỷ lệ|bao nhiêu|thành viên) {_BODY}")
_DATED_ASKED = re.compile(r"\b(?:ban hanh|ky|ra)\b[^?]{0,30}\b(?:ngay|thang|nam|khi|hom) (?:nao|may|bao nhieu)\b")
DATED_WITHIN = 40  # characters between a symbol and its date
LEAST_PERSON = 3  # syllables after "tỉnh" that may be a person's: "Trần Đề" is a place
OPENING = 60  # characters that surely have the first syllables
LEAST_SHARED, MOST_SHARED = 2, 5  # syllables of a name that go on differently


def asks_numbered(question: str) -> bool:
    """Whether a numbered thing is asked about."""
    return bool(_numbered(question))


def other_number(question: str, sentence: str, around: str) -> bool:
    """Whether the sentence has a numbered thing that the question asks about under other numbers only.

    A case or a storm must be named by what stands `around` it.
    """
    said = _numbered(sentence)
    for what, number in _numbered(question):
        numbers = {n for w, n in said if w == what}
        if numbers and number not in numbers:
            return True
        if what in _CASES and not numbers and (what, number) not in _numbered(around):
            return True
    return False


@lru_cache(maxsize=4096)
def _numbered(text: str) -> tuple[tuple[str, str], ...]:
    found = _NUMBERED.finditer(fold(" ".join(text.split())))
    return tuple((one["what"], ROMAN.get(one["number"], one["number"].lstrip("0"))) for one in found)


def other_subject(question: Question, sentence: str) -> bool:
    """Whether a figure of one thing is asked for and the sentence begins with its counterpart.

    Both names begin alike and go on with other words, which neither has elsewhere: "cơ sở dữ liệu phương tiện" and
    "cơ sở dữ liệu người lái".
    """
    if question.expects != "number" or question.yes_no:
        return False
    if _begins_like(question.asking, syllables(fold(sentence[:OPENING])))[1] is None:
        return False
    said, written = syllables(fold(sentence)), syllables(sentence.lower())
    asked, start = _begins_like(question.asking, said)
    if start is None or all(word in _BARE for word in said[:LEAST_SHARED]):
        return False
    length = LEAST_SHARED
    while asked[start + length : start + length + 1] == said[length : length + 1] != []:
        length += 1
    own, other = asked[start + length : start + length + 2], said[length : length + 2]
    if (
        length > MOST_SHARED
        or _ASKING & set(asked[start + length : start + length + 4])
        or min(len(own), len(other)) < 2
    ):
        return False
    placed = {pair for name in question.names for pair in pairwise(syllables(fold(name)))}
    if tuple(own) in placed or _BARE & {*own, *other} or any(word.isdigit() for word in (*own, *other)):
        return False
    if " ".join(other) in _OF_ANY:
        return False
    if not _GOES_ON & set(written[length + 1 : length + 6]):
        return False
    return not (set(own) & set(said)) and other[0] not in asked


def other_body(question: str, sentence: str) -> bool:
    """Whether bodies of one kind are asked about and the sentence names only others with the same head.

    "mỗi Ban Giám sát đầu tư của cộng đồng" and "mỗi Ban Thanh tra nhân dân".
    """
    asked = [(one[1], fold(one[2])) for one in _BODIES_ASKED.finditer(question)]
    if not asked:
        return False
    said = [(one[1], fold(one[2])) for one in _BODIES.finditer(" ".join(sentence.split()))]
    return any((head, name) not in said and any(other == head for other, _ in said) for head, name in asked)


def _begins_like(asking: str, said: list[str]) -> tuple[list[str], int | None]:
    """The folded syllables of the question, and where in them those that the sentence begins with stand."""
    asked = _folded_syllables(asking)
    starts = (at for at in range(len(asked) - LEAST_SHARED) if asked[at : at + LEAST_SHARED] == said[:LEAST_SHARED])
    return asked, next(starts, None)


@lru_cache(maxsize=1024)
def _folded_syllables(text: str) -> list[str]:
    return syllables(fold(text))


def of_other_place(names: tuple[str, ...], question: str, part: str, office: str) -> bool:
    """Whether an office is asked for at one place and this part of a sentence gives it, by its head, at another."""
    asked = set(_placed(question)) & {fold(name) for name in names}
    spans = (_OFFICE.match(part, head.start()) for head in HEAD.finditer(fold(part)) if head.group() == office)
    said = {name for span in spans if span for name in _placed(span.group())}
    return bool(asked and said) and not any(one in other or other in one for one in asked for other in said)


def of_other_award(question: Question, sentence: str) -> bool:
    """Whether an award is asked about and the sentence names others only: "Huân chương" for "Bằng khen"."""
    asked = set(AWARDS.findall(fold(question.asking))) or set(AWARDS.findall(fold(question.text)))
    said = set(AWARDS.findall(fold(sentence))) if asked else set()
    return bool(said) and asked.isdisjoint(said)


def of_other_level(question: Question, sentence: str) -> bool:
    """Whether a figure is asked for of an office and the sentence has that office at other levels only: "cấp huyện"."""
    if question.expects != "number" or question.yes_no:
        return False
    asked, said = _office_levels(question.asking), _office_levels(sentence)
    both = asked.keys() & said.keys()
    if not both:
        return False
    named = {level for level in ("tinh", "huyen", "xa") if f"cap {level}" in fold(sentence)}  # "…; cấp xã 4 lần"
    return all(asked[head].isdisjoint(said[head] | named) for head in both)


@lru_cache(maxsize=4096)
def _office_levels(text: str) -> dict[str, set[str]]:
    """The levels of government at which each office stands in a text, by its folded head."""
    folded, found = fold(" ".join(text.split())), dict[str, set[str]]()
    heads = list(HEAD.finditer(folded))
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(folded)
        if level := _LEVEL.search(folded, head.end(), min(end, head.end() + LEVEL_WITHIN)):
            found.setdefault(head.group(), set()).add(level["level"])
    return found


def _placed(text: str) -> list[str]:
    """The names after "tỉnh", "huyện" …, folded, without persons: "Chánh Thanh tra tỉnh Hoàng Thế Doanh"."""
    named = (name.strip() for name in _PLACED.findall(text))
    return [fold(name) for name in named if len(name.split()) < LEAST_PERSON or not PERSON.fullmatch(name)]


def dates_symbol(question: Question, sentence: str, own: str) -> bool:
    """False where it is asked when a document was issued and the sentence names it without that day."""
    if question.expects != "date" or len(question.symbols) != 1 or not asks(_DATED_ASKED, question.asking):
        return True
    asked = question.symbols[0]
    if any(symbols_match(asked, one) for one in find_symbols(own)):
        return True  # the document itself has its day at its head
    symbols = find_symbols(sentence)
    for place, one in enumerate(symbols):
        if symbols_match(asked, one):
            end = symbols[place + 1].start if place + 1 < len(symbols) else len(sentence)
            if find_dates(sentence[one.end : min(end, one.end + DATED_WITHIN)]):
                return True
    return not any(symbols_match(asked, one) for one in symbols)
