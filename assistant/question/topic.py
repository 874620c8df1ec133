"""What a question is about, and whether it leans on the one before for that."""

from __future__ import annotations

import re
from itertools import pairwise

import regex

from assistant.question.asking import asking_folded
from assistant.question.places import find_provinces
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols

# A greeting or thanks alone neither leans on what was asked before nor is anything to lean on.
_CIVILITY = re.compile(
    r"\W*(?:(?:da|vang|ok|okay|em|anh|chi|xin|cho|toi|rat|nhieu|ban|tro ly|a|nhe|hello|hi|alo|chao|kinh chao|cam on|"
    r"tam biet|tot|hay|duoc roi)\b\W*)+"
)
CARRIED_OVER = re.compile(r"\s\([^()]*\)\?$")  # the topic of the question before; what is asked stands before it
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")  # what was said is no question
_LONGEST_TOPIC = 300  # characters; what is longer was pasted and is no topic
# Words that end the name of a thing in a question: verbs and question words.
ENDS_NAME = re.compile(
    r"\s(?P<word>co|duoc|la|do|to chuc|dien ra|noi|quy dinh ve|quy dinh gi|ban hanh|o dau|khi nao|nao|gi|ai|bao nhieu|"
    r"hinh thuc|vao|thi|da|se|yeu cau|dat|gom|may|nhu the nao|the nao|ra sao|vi sao|tai sao|bang|thuoc|hay|khong|"
    r"chu tri|du|phat bieu|neu|dua|xac dinh|thuc hien trong|ve viec gi|ve van de gi|theo|dang|con|lan "
    r"luot)(?=\s|[?.,!]|$)"
)
QUESTION_WORDS = re.compile(
    r"\b(?:la ai|la gi|ai la|ai|gi|nao|bao nhieu|bao lau|may|o dau|do dau|khi nao|ngay nao|the nao|nhu the nao|"
    r"vi sao|tai sao|dung khong|"
    r"phai khong|khong)\b"
)
YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?\b")
# As written, words that end a name; others that look alike without diacritics are part of it: "nội trú", "đất".
_WRITTEN = {
    "bang": "bằng", "co": "có", "con": "còn", "da": "đã", "dang": "đang", "dat": "đạt", "do": "do", "du": "dự",
    "duoc": "được", "la": "là", "may": "mấy", "neu": "nêu", "noi": "nói|nối", "thi": "thì", "thuoc": "thuộc",
    "vao": "vào",
}  # fmt: skip
_ASKED = re.compile(
    r"\s+(?:(?:la|duoc|dat|co|nhan duoc|tiep nhan)\s+)*(?:bao nhieu|may)\b(?:\s+\w+){0,2}?\s*$|"
    r"\b(?:bao nhieu|may)\s+(?:tien|lan|dong|ngay|thang|nguoi|phan tram|trieu|ty)\b"
)
_LINKING = frozenset(["cac", "co", "den", "duoc", "gio", "la", "nhung", "phai", "thi", "tu"])
_FEW = 4  # content words beside a year that say no topic
_OFFICE = re.compile(r"\b(?:bi thu|chu tich|truong ban|giam doc|bo truong|thu tuong|ai)\b")
_MIDDLING = 8  # at most as many, for a question that takes up words from before
_LONG, _SHARED = 14, 4  # at most as many for one that takes up so many: "Về cán bộ … thì Thủ tướng đề nghị gì?"
_EVENT = re.compile(r"\b(?:hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop|bao cao|nghi quyet|quyet dinh|chi thi)\b")
_COMPARED = re.compile(r"\bso voi (?:cung ky )?(?:nam )?(?:19|20)\d\d\b")
_EVERYWHERE = frozenset({"cong tac", "dan van", "thuc hien", "nhiem vu", "duoc giao", "hoi nghi", "chinh sach"})
AWARDS = re.compile(r"\b(?:bang khen|giay khen|co thi dua|ky niem chuong|huan chuong|huy chuong)\b")
_SHORT = 6  # fewer content words than this, and no name or symbol of its own: the topic comes from before


def is_civility(question: str) -> bool:
    return bool(_CIVILITY.fullmatch(fold(question)))


def name_end(text: str, start: int) -> int | None:
    """Where a name that begins before `start` ends; None where it goes on to the end of the text."""
    bare = fold(text) == text.lower()
    for match in ENDS_NAME.finditer(asking_folded(text), start):
        typed, word = text[match.start("word") : match.end("word")].lower(), match["word"]
        if bare or word not in _WRITTEN or typed in _WRITTEN[word].split("|"):
            return match.start()
    return None


def without_asked(question: str) -> str:
    """The question without what it counts: "Năm 2025 đường dây nóng nhận được bao nhiêu cuộc gọi?" and what is left."""
    topic = question.rstrip(" ?.!")
    for match in reversed(list(_ASKED.finditer(asking_folded(topic)))):
        topic = f"{topic[: match.start()]} {topic[match.end() :]}"
    return re.sub(r"\s+", " ", topic).strip(" ,")


def leans(question: str) -> bool:
    """Short, and without a year, place, symbol or name of its own."""
    return len(_content(question)) < _SHORT and not _anchored(question)


def takes_up(question: str, previous: str, answer: str) -> bool:
    """Not long, without a name of its own, and with two words running that were just spoken of."""
    words = _content(question)
    if not _SHORT <= len(words) <= _LONG or _anchored(question):
        return False
    spoken = " ".join(re.findall(r"\w+", fold(f"{previous} {answer}")))
    before = f" {spoken} "
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    shared = [pair for pair in pairs if pair not in _EVERYWHERE and f" {pair} " in before]
    if len(words) <= _MIDDLING:
        return bool(shared)
    return len({word for pair in shared for word in pair.split()}) >= _SHARED and not _EVENT.search(fold(question))


def of_year_alone(question: str) -> bool:
    """Whether hardly more is said than a year and that something is asked: "Mục tiêu năm 2024 là bao nhiêu?"."""
    rest = YEAR.sub(" ", "" if _COMPARED.search(fold(question)) else question)
    if not rest:
        return False
    words = [word for word in _content(rest) if word not in ("nam", "trong", "vao")]
    return rest != question and len(words) < _FEW and not _anchored(rest) and not _OFFICE.search(fold(question))


def _content(question: str) -> list[str]:
    words = QUESTION_WORDS.sub(" ", asking_folded(question))
    return [word for word in re.findall(r"\w+", words) if len(word) > 1 and word not in _LINKING]


def _anchored(question: str) -> bool:
    own = YEAR.search(_COMPARED.sub("", fold(question))) or find_provinces(question) or find_symbols(question)
    return bool(own) or len(regex.findall(r"(?<!^)\b\p{Lu}[\w’']+", question)) >= 2


def _without_other_award(question: str, previous: str) -> str:
    """The question before without the award that another one is now asked about instead: "Thế cờ thi đua thì …"."""
    new, old = AWARDS.search(fold(question)), AWARDS.search(fold(previous))
    if not (new and old) or new.group() == old.group():
        return previous
    ends = previous.find(",", old.end())
    return f"{previous[: old.start()].rstrip()}{previous[ends:] if ends >= 0 else ''}"


def with_topic(question: str, previous: str) -> str:
    """The question followed by what the previous one was about."""
    if is_civility(previous) or len(previous) > _LONGEST_TOPIC or not re.search(r"[^\W\d_]{2}", previous):
        return question
    topic = re.sub(
        r"\s*\(([^()]*)\)$", r", \1", without_asked(_without_other_award(question, previous))
    )  # it had a topic added to it as well
    topic = re.sub(r"(?i)\s*\bso với (?:[^,]*)", "", topic)  # what it was compared with is no part of it
    quoted = [match.span() for match in QUOTED.finditer(topic)]
    for match in reversed(list(QUESTION_WORDS.finditer(asking_folded(topic)))):
        if not any(start < match.start() < end for start, end in quoted):
            topic = topic[: match.start()] + topic[match.end() :]
    topic = re.sub(r"\s+", " ", topic).strip(" ,")
    return f"{question.rstrip(' ?.!')} ({topic})?" if len(topic.split()) > 1 else question
