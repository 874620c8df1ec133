"""Which one is asked for: "huyện nào", "công ty nào", "những cá nhân nào", "luật nào", and which has the most."""

from __future__ import annotations

import re

from assistant.question.asking import asks, asks_written
from assistant.question.names import PERSON, find_names
from assistant.question.topic import QUOTED
from vectorstore.text.normalise import UPPER, fold, one_line
from vectorstore.text.syllable import is_syllable

# Not folded: "xã", "đồng" and "thống nhất", "hợp nhất" would do.
_MORE = r"(?:nhiều|cao|thấp|lớn|nhỏ|dài|ngắn|mạnh|yếu|tốt|kém|đông|gần|xa)"
_MOST_OF = rf"\b{_MORE}\b(?:\s+\w+){{0,9}}?\s+(?<!thống )(?<!hợp )(?<!thứ )(?<!cập )nhất\b"
# "nhất trí"; "nhất là ở vùng sâu" is "above all".
_MOST_OF += r"(?! trí\b| thể\b| là (?:ở|tại|những|các|đối|với|trong|khi|người|vùng|việc)\b)"
_WHICH = r"(?:(?!khi|thế|ngày|lúc|năm|tháng|giờ)\w+ nào|ai|ở đâu)"
_ASKS_MEMBERS = re.compile(
    r"(?:\b(?P<counted>tap the|ca nhan)\b[^?]*)?"
    r"\b(?:la|gom|do la) (?:(?:nhung|cac|\d+) )+(?:\w+, )?(?P<what>tap the|ca nhan|don vi|co quan) nao\b"
)
_ASKS_MOST = re.compile(rf"\b{_WHICH}\b.*(?:{_MOST_OF}|\bdẫn đầu\b)|{_MOST_OF}.*\b{_WHICH}\b")
_MOST = re.compile(
    rf"{_MOST_OF}|\b(?:dẫn|đứng|hàng) đầu\b|\bđầu tiên\b|\bduy nhất\b|\bcá biệt\b|\bkỷ lục\b|\btối (?:đa|thiểu)\b|"
    rf"\btập trung (?:nhiều |chủ yếu )?(?:ở|tại|vào)\b|\bchủ yếu\b"
)
# "huyện Hữu Lũng 97 hộ, huyện Chi Lăng 49 hộ": the most is seen.
_UNIT_FIGURE = re.compile(
    rf"(?:[{UPPER}]\w* ){{1,4}}\(\d|"
    rf"(?i:huyện|xã|tỉnh|thành phố|phường|quận|sở|trường)\s+(?:[{UPPER}]\w*\s+){{1,4}}\(?\d"
)
# Of which one: a name of its own, not just the word for it.
_ASKS_ONE_OF = re.compile(
    r"\b(?:ở|tại|của|thuộc|trong)\s+(bệnh viện|công ty|trường|ngân hàng|nhà máy|hợp tác xã|doanh nghiệp) nào\b|"
    r"^\W*(nhà thầu|công ty|doanh nghiệp) nào\b"
)
_ASKS_NAMES = re.compile(
    r"\b(?:những|các|kể tên|tên|liệt kê)\s+(?:\d+\s+)?(tập thể|cá nhân|doanh nghiệp|đơn vị|địa phương|huyện|"
    r"xã|tỉnh|bệnh viện)"
    r"(?= nào\b| đó\b| này\b| ấy\b| kia\b)"
)
_NAMED_ONE = re.compile(r"(?i:đồng chí|ông|bà|anh|chị|đ/c)\s+[A-ZĐÀ-Ỹ]|[“\"]")
_ASKS_UNIT = re.compile(r"(?<!ở )(?<!tại )\b(huyện|xã|tỉnh|phường|thị xã|quận|thôn) nào\b(?! (?:cũng|đó|thì))")
_FIRM = "công ty|liên danh|tập đoàn|tổng công ty|hợp tác xã|doanh nghiệp"
_ASKS_WHICH = re.compile(
    r"\b(?!(?:thế|như|ngày|năm|tháng|quý|khi|lúc|người|việc|cách|mức|nơi|giờ|hôm|bao|gian|điểm|nhóm|loại|dung|vị|quan|cấp|"
    r"đề|vụ|quả|pháp|tượng|chí|ai|kỳ|tiêu|nào)\s)(\w+) nào\b"
)
# Words that may stand before the name of a thing; others are part of another word: "chủ tịch A" for "quốc tịch nào".
_JOINS = frozenset(
    ["là", "của", "theo", "trong", "tại", "và", "với", "có", "bởi", "do", "bằng", "vào", "về", "các", "những", "một",
     "qua", "từ", "đến", "ở", "cho", "cả", "như", "gồm", "hai", "ba", "trên", "mang", "được", "tên", "sang", "dự",
     "hiện", "hành", "đổi", "sung"]
)  # fmt: skip


def asks_which_most(question: str) -> bool:
    """Whether it is asked which of several has the most or least of something."""
    return asks_written(_ASKS_MOST, question) is not None


def says_which_most(question: str, sentence: str) -> bool:
    """False where it is asked which has the most of something and the sentence ranks nothing."""
    if not asks_written(_ASKS_MOST, question):
        return True
    said = one_line(sentence)
    return _MOST.search(said.lower()) is not None or len(_UNIT_FIGURE.findall(said)) > 1


def names_kind(question: str, sentence: str) -> bool:
    """Whether it is asked "luật nào", "cầu nào" and the sentence has one by name: "Luật Đất đai", "cầu Hàm Luông"."""
    asked = asks_written(_ASKS_WHICH, question)
    if asked is None:
        return False
    named = re.compile(rf"(?:(\w+) )?(?i:\b{asked[1]})\s+(?:số\s+)?[“\"]?[{UPPER}]")
    before = re.findall(r"\w+", question[: asked.start()].lower())[-1:]
    beside = (found[1] for found in named.finditer(one_line(sentence)))
    return any(word is None or word.lower() in _JOINS or [word.lower()] == before for word in beside)


def names_one_of(question: str, sentence: str) -> bool:
    """False where it is asked "ở bệnh viện nào" and the sentence names no hospital."""
    if not (asked := asks_written(_ASKS_ONE_OF, question)):
        return True
    named = asked[1] or asked[2]
    kinds = _FIRM if named in ("doanh nghiệp", "nhà thầu") else named
    said = one_line(sentence)
    # A firm may be called by its name alone, which is no Vietnamese syllable: "Viettel".
    brands = (word for word in re.findall(r"[A-Z][a-z]\w+", said) if not is_syllable(word))
    if named in _FIRM and any(name.lower() not in question.lower() for name in brands):
        return True
    return re.search(rf"\b(?i:{kinds})\s+(?:\w+\s+){{0,2}}?[^\W\d_a-zđ]", said) is not None


def says_which(question: str, sentence: str) -> bool:
    """False where it is asked "những tập thể nào" and the sentence only counts or mentions them: "cho các tập thể"."""
    asked = asks_written(_ASKS_NAMES, question)
    if not asked:
        return True
    said = one_line(sentence)
    if asked[1] == "cá nhân" and not (PERSON.search(said) or _NAMED_ONE.search(said) or said.rstrip().endswith(":")):
        return False
    named = rf"{re.escape(asked[1])}\s+(?:cơ quan\b|[“\"]?[^\W\d_a-zđ])|(?:gồm|là|như)\b|:"
    only_mentioned = re.search(
        rf"(?:\d|(?:các|những)(?: tập thể,?(?: và)?)?)\s+{re.escape(asked[1])}\b(?!\s*(?:[:(]|gồm|là|như))", said
    )
    return only_mentioned is None or re.search(named, said) is not None


def names_unit(question: str, sentence: str) -> bool:
    """False where it is asked "huyện nào" beside a figure and the sentence names no district, or none but the asked."""
    if not (asked := asks_written(_ASKS_UNIT, question)):
        return True
    said = one_line(sentence)
    if re.search(rf"(?i:\b{asked[1]})\s+(?:(?i:của|ở)\s+)?[{UPPER}]", said) or " | " in said:
        return True
    return any(name not in question and PERSON.fullmatch(name) is None for name in find_names(said))


def names_members(question: str, sentence: str) -> bool:
    """False where it is asked which ones they are and the sentence says only how many: "cho 05 tập thể xuất sắc"."""
    asked = asks(_ASKS_MEMBERS, question)
    if not asked:
        return True
    said = QUOTED.sub(" ", one_line(sentence))
    called = re.search(rf"\b{asked['counted'] or asked['what']}\b", fold(said))
    return called is None or re.search(rf":|[{UPPER}][^\W\d_]+", said[called.end() :]) is not None
