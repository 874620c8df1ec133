"""What "bao nhiêu X" counts, and whether a sentence has a figure of that and of nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.evidence.money_asked import MONEY_SIGNS
from assistant.question.asking import asking_folded
from assistant.question.understand import Question
from vectorstore.text.normalise import fold, one_line

_PART_COUNTED = re.compile(
    r"\b(?:bao nhieu|may) (?P<whole>[^\W\d]+ [^\W\d]+) (?P<part>(?!(?:o|tai|trong|cua|duoc|bi|la|va|da|nam|den|tren|co|"
    r"cho|voi|tham|dat|tu|theo|thuoc|dang|se|moi|con|phai|so|hoan|thi)\b)[^\W\d]+ [^\W\d]+)\b"
)
_OFFICIALS = frozenset({"can", "dang", "cong", "vien", "can bo", "dang vien", "cong chuc"})  # who may be "31 đồng chí"
_COMRADES = re.compile(r"\d\s+(?:luot )?dong chi\b")
_COUNTED = re.compile(
    r"(?<!\bso )(?<!\bvung )(?<!\bcap )(?<!\bkhoa )(?<!\bthu )(?<!\bhang )(?<!\bloai )(?<!\bnhom )"
    r"(?<!\bquy )(?<!\bdot )"
    r"\b(?:bao nhieu|may)\s+(?:(?:cai|chiec)\s+(?=\w))?"
    r"(?!(?:la|do|duoc|thi|trong|va|o|co|cho|nam|de|khi|vay|mot|moi|so voi|tro|ve|\d+)\b)(\w+)"
)
_SPELLED_NUMERAL = r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|chục|trăm|nghìn|triệu)"
_TIMES = re.compile(r"(?:bao nhieu|may) lan (?:muc|luong|tien|so|he so)\b")  # a factor: "Mức 0,5" answers it
_PIECES = frozenset(["cái", "chiếc", "cai", "chiec"])  # "xây được mấy cái?": of what, was said before
_FROM_TO = frozenset(["từ", "đến", "tu", "den"])  # "bao nhiêu từ ngày 01 tháng 10"
# How texts write what is counted, on folded text. Units are said in one way and written in another: "mấy ký gạo?" is
# answered by "15 kg gạo".
_SIGNS = {
    "phần": r"%|phan (?:tram|nghin|hai|ba|tu|bon|nam|muoi)\b",
    "tiền": rf"{MONEY_SIGNS}|\d\s*%",
    **dict.fromkeys(("kinh", "vốn", "đồng", "triệu", "tỷ", "tỉ", "nghìn", "ngàn"), MONEY_SIGNS),
    "tiếng": r"\b(?:gio|tieng)\b",
    "lâu": r"\b(?:ngay|thang|nam|gio|tuan)\b",
    **dict.fromkeys(("ký", "kí", "cân"), r"\b(?:kg|ky|can|kilogam)\b"),
    "mét": r"\b(?:m|m[23²³]|met)\b",
    **dict.fromkeys(("hecta", "héc"), r"\b(?:ha|hecta|hec)\b"),
}
_OTHERWISE_READ = ("ky", "ki", "can")  # typed without diacritics: kỳ, cán (bộ)
_SIGNS |= {bare: signs for word, signs in _SIGNS.items() if (bare := fold(word)) not in _OTHERWISE_READ}
# After a figure these count nothing of their own: "67 được cấp tỉnh công nhận".
_NO_NOUN = re.compile(
    r"duoc|la|do|trong|thuoc|tai|o|va|tro|den|so|tang|giam|dat|bang|cho|voi|se|da|cua|theo|tu|co|hoac|hay|moi|tren|"
    r"dong|trieu|ty|nghin|tram|ngan|chiec|don|vi|lan|loai"
)
_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:(?:ty|trieu|nghin|ngan)\s+)*(?:dong\b(?! (?:chi|ho|bao|su|hon)\b)|usd\b)")
PEOPLE = re.compile(
    r"nguoi|dong|can|dang|hoc|luot|ca|hoi|doan|ong|ba|cong|nhan|vien|dai|thanh|uy|chien|lao|the|tre|em|ho"
)
# "11 thành viên" answers "bao nhiêu người?"
_MEMBERS = re.compile(
    r"(?i)\d\s+(?:thành viên|ủy viên|đại biểu|hội viên|đoàn viên|đồng chí|cán bộ|chiến sĩ|học sinh|cá nhân|ca|"
    r"trường hợp|bệnh nhân|lao động|lượt|(?:nghìn|triệu) dân(?! tộc))\b"
)
TIME_UNITS = frozenset({"ngay", "thang", "gio", "tuan"})
_LENGTHS = TIME_UNITS | {"nam", "tuoi", "met", "km", "ha", "kg"}
_STRUCTURE = frozenset({"dieu", "khoan", "chuong", "trang"})
NO_FIGURE = re.compile(  # numbers that only count or name: years, dates, symbols, provisions
    r"(?i:(?:\bngày\s+)?\b\d{1,2}/(?:0?[1-9]|1[0-2])\b(?:/\d{4})?)"  # "17/21 chỉ tiêu" is no day
    r"(?!\s+(?:số|tổng|thành viên|diện tích|thời gian|mức|chỉ tiêu|tiêu chí|mục tiêu|nhiệm vụ|xã|huyện|thôn)\b)|"
    r"(?i:\b(?:điều|khoản|điểm|chương|mục|phụ lục|mẫu số|mẫu|biểu số|bảng)\s+\d+"
    r"(?![\d.,]*\d|\s*(?:%|(?:nghìn|ngàn|triệu|tỷ|đồng|USD)\b)))|"
    r"(?i:\b(?:ngày|tháng|quý|lần thứ|khóa|nhiệm kỳ)\s+\d+(?:\s+tháng\s+\d+)?)|"
    r"(?i:\b(?:cầu|đường|tuyến|vùng|khu|trạm|nhà máy|trường|quốc lộ|tỉnh lộ|cảng|hồ|bệnh viện)\s+)"
    r"(?:[A-ZĐ][^\W\d_]*\s+){1,4}\d{1,2}(?=\s*[,;.)])|"  # "cầu Rạch Miễu 2"
    r"\b0?\d cấp\b|\b(?:19|20)\d\d\b|\d+(?:/\d{4})?[-/][A-ZĐ][\w/-]*|\b[A-Z]+-\d+"
)
_BODY_OF = re.compile(  # "40 chi, tổ hội nông dân" are no farmers
    r"(?i)\b(?:hội|đoàn|tổ hội|chi hội)(?: liên hiệp)? (?:nông dân|phụ nữ|thanh niên|cựu chiến binh|người cao tuổi)\b"
)
_ITEM = re.compile(r"^\W*\d{1,2}[.)-]\s")
_ORGANISED = frozenset({"nong", "phu", "thanh", "cuu"})
_YEAR_OR_DATE = re.compile(r"(?i)\b(?:ngày\s+)?\d{1,2}/\d{1,2}(?:/\d{4})?\b|\bnăm (?:19|20)\d\d\b")


def counted_noun(question: Question) -> str | None:
    """The noun that "bao nhiêu X" counts, as typed: "hộ" and "họ" are told apart where the question has diacritics."""
    return _counted_noun(question.asking, question.unaccented)


@lru_cache(maxsize=256)
def _counted_noun(asking: str, unaccented: bool) -> str | None:
    folded = asking_folded(asking)
    asked = _COUNTED.search(folded)
    if not asked or _TIMES.match(folded, asked.start()):
        return None
    noun = asked[1] if unaccented else asking[asked.start(1) : asked.end(1)].lower()
    return None if noun in _FROM_TO or noun in _PIECES else noun


def as_typed(question: Question, text: str) -> str:
    return fold(text) if question.unaccented else text.lower()


def names_counted(question: Question, text: str) -> bool:
    """Whether what "bao nhiêu X" counts is named at all in `text` (percent and money by their signs)."""
    noun = counted_noun(question)
    if not noun:
        return True
    if fold(noun) in _STRUCTURE:  # "khoản 3 Điều này" counts none
        return re.search(rf"\d\s+{fold(noun)}\b(?! nay)", fold(text)) is not None
    if signs := _SIGNS.get(noun):
        return re.search(signs, fold(text)) is not None
    if fold(noun) == "nguoi" and _MEMBERS.search(text):
        return True
    if fold(noun) in _OFFICIALS and _COMRADES.search(fold(text)):
        return True
    return re.search(rf"\b{re.escape(noun)}\b", as_typed(question, text)) is not None


def only_shares(question: Question, sentence: str) -> bool:
    """Whether things are counted in the question and every figure of the sentence is a share: "chiếm 83%"."""
    noun = counted_noun(question)
    if not noun or noun in _SIGNS or fold(noun) in _STRUCTURE | TIME_UNITS | {"phan", "diem", "lan"}:
        return False
    said = NO_FIGURE.sub(" ", sentence)
    figures = re.findall(r"\d[\d.,]*\s*(%|điểm phần trăm|phần trăm)?", said)
    worded = re.search(rf"\b{_SPELLED_NUMERAL}\s+(?:\w+\s+)?{re.escape(noun)}\b", said.lower())
    return bool(figures) and all(figures) and worded is None


def counts_other(question: Question, sentence: str) -> bool:
    """Whether every figure of the sentence counts something else than is asked for: "3 chương trình" for guests."""
    noun = counted_noun(question)
    if not noun or noun in _SIGNS or fold(noun) in _STRUCTURE | TIME_UNITS:
        return False
    said = NO_FIGURE.sub(" ", _BODY_OF.sub(" ", sentence) if fold(noun) in _ORGANISED else sentence)
    said = _ITEM.sub("", said)
    counted = re.findall(r"\d[\d.,]*\s*(%|\w*)", _AMOUNT.sub("0 vnd", fold(said)))
    if re.search(rf"\b{re.escape(noun)}\b", as_typed(question, said)):
        others = (_LENGTHS | {"lan", "vnd"}) - {fold(noun)}  # "5 năm qua, cán bộ …" counts none
        return bool(counted) and others.issuperset(counted)
    people = PEOPLE.fullmatch(fold(noun)) or fold(noun) in _ORGANISED
    return bool(counted) and all(
        (word in ("%", "vnd") or (word.isalpha() and not _NO_NOUN.fullmatch(word)))
        and not (people and PEOPLE.fullmatch(word))
        for word in counted
    )


def counts_whole(question: Question, sentence: str) -> bool:
    """Whether a part is counted in the question and the sentence has a figure of the whole, and names the part without.

    "1.874 giáo viên, trong đó thiếu nhiều nhất là … giáo viên tiếng Anh" says not how many teachers of English.
    """
    asked = _PART_COUNTED.search(asking_folded(question.asking))
    if asked is None:
        return False
    said = fold(one_line(sentence))
    named = f"{asked['whole']} {asked['part']}"
    if named not in said or re.search(rf"\d[\d.,]*\s+(?:\w+\s+)?{named}\b|\b{named}\b[^,;.]{{0,40}}\d", said):
        return False
    return re.search(rf"\d[\d.,]*\s+{asked['whole']}\b(?! {asked['part']})", said) is not None


def counts_asked(question: Question, sentence: str) -> float:
    """1 if the sentence has a number of what is counted in the question, 0 if not, .5 if nothing is."""
    noun = counted_noun(question)
    if not noun:
        return 0.5
    dated = NO_FIGURE if fold(noun) in TIME_UNITS else _YEAR_OR_DATE  # "ngày 01 tháng 10" counts no months
    said = as_typed(question, dated.sub(" ", sentence))
    counted = rf"\d[\d.,]*\s+(?:\w+\s+){{0,2}}?{re.escape(noun)}\b|\b{re.escape(noun)}\b[^.;]{{0,40}}?\d"
    return float(re.search(counted, said) is not None)
