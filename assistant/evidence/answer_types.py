"""Whether a sentence has the kind of thing that is asked for: a name, a figure of what is counted, a date, a place."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from assistant.evidence.answer_forms import (
    gives_limits,
    gives_reason,
    gives_symbol,
    gives_wording,
    names_group,
    puts_place,
    reports_speech,
)
from assistant.evidence.counting import NO_FIGURE, PEOPLE, TIME_UNITS, as_typed, counted_noun
from assistant.evidence.money_asked import SHARE, asks_money, says_money
from assistant.evidence.terms import without_law
from assistant.question.asking import asks, asks_whom
from assistant.question.names import PERSON, find_names, is_common
from assistant.question.places import find_provinces
from assistant.question.roles import HEAD, asked_role
from assistant.question.understand import Question
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold

LONGEST_MEMBER = 16  # words of a line that lists one member
NO_DEFINITION = 0.2  # of a sentence that speaks of the term without saying what it is
_DEFINED = re.compile(
    r"^\W*(?:thế nào là |khái niệm )?((?:[^\W\d]+[\s,]+){0,7}[^\W\d]+)[\"”]?\s+"
    r"(?:là gì|nghĩa là gì|được hiểu là gì|"
    r"được hiểu (?:như )?thế nào|là (?:[^\W\d]+ ){0,3}(?:như )?thế nào)\b",
    re.IGNORECASE,
)
_DEFINITION_OF = re.compile(
    r"^\W*(?:nêu |cho biết )?(?:định nghĩa|khái niệm)\s+(?:của |về )?(?:cụm từ |từ )?"
    r"[\"“]?([^\"“”?]{2,80})[\"”]?\s*[?.]*\s*$",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\W*(?:(?:theo|tai|trong)\s+)?(?:(?:nghi quyet|nghi dinh|quyet dinh|thong tu|quy dinh|luat|huong dan)\s+)?"
    r"(?:so\s+)?"
)
_WITHIN = re.compile(
    r"(?i)\s*(?:trong|theo|tại|của)\s+"
    r"(?:nghị quyết|nghị định|quyết định|thông tư|quy định|luật|hướng dẫn)(?:\s+số)?\s*$"
)
_ACCORDING = re.compile(r"^\s*theo\s[^,?]{3,80},\s*", re.IGNORECASE)
_IS_WHAT = re.compile(r"\s+là (?:gì|(?:như )?thế nào)$", re.IGNORECASE)
_RULES = re.compile(r"^(?:quy định|nêu|định nghĩa|giải thích)\s+(?:về\s+|rằng\s+)?", re.IGNORECASE)
_OF_COST = re.compile(r"%\s+(?:\w+\s+){0,2}?(?:muc|chi phi|kinh phi|gia tri|tong|luong|so tien|hoc phi|phi|von|gia)\b")
_NTH_ASKED = re.compile(r"\b(?:thu|khoa|vung|hang) (?:may|bao nhieu)\b")
_NTH = re.compile(
    r"\b(?:[Tt]hứ|[Kk]h(?:óa|oá)|[Vv]ùng|[Hh]ạng)\s+(?:[IVXLC]+|\d+|nhất|nhì|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)\b"
)
_DURATION = re.compile(
    r"(?:\d|\b(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)\b)(?:\s*\([^)]*\))?\s+(?:ngay|thang|nam|gio|tuan|phut)\b"
)
_WORD = re.compile(r"[^\W\d_]{2}")
_QUANTITY_ASKED = re.compile(
    r"\b(?:dan so|so luong|dien tich|kinh phi|san luong|doanh thu|khoi luong|chieu (?:dai|cao|rong)|so tien)\b"
)
# "có hiệu lực kể từ ngày ký": which day it is depends on another, and no calendar day is given.
_DAY_ASKED = re.compile(r"\bngay (?:nao|may)\b")
_WEEKLY_ASKED = re.compile(r"\bbuoi nao\b|\bngay nao trong tuan\b")
_WEEKDAY = re.compile(r"(?i)\bthứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])\b|\bchủ nhật\b")
_ANY_YEAR = re.compile(r"(?i)\bnăm\s+\d{3,4}\b")  # long ago as well
_RELATIVE_DAY = re.compile(
    r"\b(?:ke tu|tinh tu|tu) (?:ngay|thoi diem) (?!\d)|\bngay (?:tiep theo|lien ke|dau tien|cuoi cung|lam viec)\b"
)
_PLACE_ASKED = re.compile(r"\b(?:tinh|huyen|xa|phuong|thanh pho|thi xa|quan) nao\b")
_CAPITALISED = regex.compile(r"(?<=[\p{Ll},]\s)\p{Lu}\p{Ll}+(?:\s+\p{Lu}\p{Ll}+)*")
_DIGIT = re.compile(r"\d")
_ENUMERATOR = re.compile(
    r"^\s*(?:(?i:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) là,|"
    r"\d{1,2}(?:\.\d{1,2})*[.)-]|[a-zđ]\)|[-–+•*]|Điều \d+\.)\s*"
)
_NUMERAL = re.compile(r"\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười)\b")  # một is "a", năm is "year" as well
_NAME_ASKED = re.compile(r"\bten (?:la|goi)\b")
_QUOTED = re.compile(r"[\"“]([^\"“”]{2,80})[\"”]")
_COUNTED_IN_WORDS = re.compile(r"\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười)\b\s*(?:\([^)]*\)\s*)?((?:\w+\s*){1,3})")
_TITLED = regex.compile(r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s+(\p{Lu}[\p{Ll}]*)")
# "Ai" in rules is whoever they make responsible, by office or capacity and not by name.
_DUTY = re.compile(r"(?i)\b(?:phải|có quyền|trách nhiệm|được phép|thẩm quyền|theo quy định|luật|điều \d+|xác lập|"
                   r"quyết định|thành lập|bổ nhiệm|ban hành|phê duyệt|thẩm định|chấp thuận|chi trả|"
                   r"đại diện|chủ sở hữu|do ai|là người|là ai)\b")  # fmt: skip
_SUBJECT = re.compile(r"(?i)\b(?:người|cơ quan|tổ chức|cá nhân|thủ tướng|chủ tịch|bộ trưởng|giám đốc|thủ trưởng|"
                      r"cha|luật sư|chủ (?:tàu|rừng|nhà|đầu tư|sở hữu|hộ)|cục trưởng|vụ trưởng|chánh|thống đốc|"
                      r"hiệu trưởng|tòa án|ủy ban|chính phủ|hội đồng|bộ|sở)\b")  # fmt: skip
_IS_WHO = re.compile(r"(?i)\blà người\b")
_WHO_DID = re.compile(r"\W*ai (?:da |la nguoi )?(?P<did>[a-z]+ [a-z]+)\b")
# A capitalised word of several syllables written as one is no Vietnamese word: a foreign name.
_FOREIGN = regex.compile(r"\b\p{Lu}\p{Ll}*[aeiouy]\p{Ll}*[^\W\daeiouyàáâãèéêìíòóôõùúăđĩũơưạ-ỹ]+[aeiouy]\p{Ll}*\b")
_AT_CAPITAL = regex.compile(
    r"\b(?:[Tt]ại|[Ởở])\s+(?:(?:tỉnh|thành phố|huyện|xã|phường|thị xã|quận|thôn)\s+)?\p{Lu}\p{Ll}*\s+\p{Lu}"
)
_REGION = re.compile(r"\b[Mm]iền (?:Bắc|Trung|Nam|núi)\b|\b(?:Tây|Trung|Nam|Bắc) (?:Nguyên|Bộ)\b|\b[Đđ]ồng bằng sông\b")
_AT_HALL = re.compile(
    r"\b(?:[Tt]ại|[Ởở])\s+(?i:hội trường|trụ sở|nhà|trung tâm|sở chỉ huy|sân vận động|quảng trường)\b"
)
_AT_PLACE = re.compile(
    r"\b(?:tỉnh|thành phố|huyện|xã|phường|thị xã|thị trấn|quận|thôn|khu công nghiệp|cụm công nghiệp)\s+$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:tại|ở|tỉnh|thành phố|huyện|xã|phường|thị xã|quận|điểm cầu|TP)\b", re.IGNORECASE)


def _has_figure(question: Question, sentence: str) -> bool:
    """A figure that is no date or symbol; of the time unit asked for, and no mere share where a quantity is asked."""
    if not _WORD.search(sentence):
        return False  # a piece of a formula
    folded = fold(question.asking)
    unit = fold(counted_noun(question) or "")
    if unit in TIME_UNITS:
        numeral = r"(?:\d|\b(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi))(?:\s*\([^)]*\))?"
        counted = rf"{numeral}\s+(?:(?:tram|nghin|ngan|trieu|ty)\s+)*{unit}\b"
        return re.search(counted, fold(NO_FIGURE.sub(" ", sentence))) is not None
    noun = counted_noun(question)
    if noun and re.search(rf"(?<!năm )(?<![/.,\d])\d{{4}} {re.escape(noun)}\b", as_typed(question, sentence)):
        return True  # "2000 khách" is no year
    if "bao lau" in folded:
        return _DURATION.search(fold(NO_FIGURE.sub("", sentence))) is not None
    if _NTH_ASKED.search(folded):
        return _NTH.search(sentence) is not None
    share_asked = "phan tram" in folded or "ty le" in folded
    said = SHARE.sub("", sentence) if _QUANTITY_ASKED.search(folded) and not share_asked else sentence
    return _says_figure(said) and (not unit or _counts_in_digits(said) or _counts_in_words(unit, said))


def _counts_in_digits(sentence: str) -> bool:
    return _DIGIT.search(NO_FIGURE.sub("", sentence)) is not None


def _counts_in_words(unit: str, sentence: str) -> bool:
    """Whether a numeral stands before what is counted: "bốn nhiệm vụ", but not "hai bên" where groups are."""
    counted = (fold(found) for found in _COUNTED_IN_WORDS.findall(sentence.lower()))
    people = PEOPLE.fullmatch(unit) is not None
    return any(unit in words.split() or (people and any(map(PEOPLE.fullmatch, words.split()))) for words in counted)


@lru_cache(maxsize=8192)
def _says_figure(sentence: str) -> bool:
    return bool(_DIGIT.search(NO_FIGURE.sub("", sentence))) or bool(_NUMERAL.search(sentence))


def _by_office_alone(asking: str, line: str) -> bool:
    """ "Thủ tướng Chính phủ đánh giá cao …" where it is asked who did: it says who, though no name."""
    did = _WHO_DID.match(fold(asking))
    return did is not None and (
        re.match(rf"\W*(?:dong chi )?(?:{HEAD.pattern})(?: \w+){{0,6}} {did['did']}\b", fold(line)) is not None
    )


def _by_other_office(question: Question, sentence: str) -> bool:
    """An item of a list of members that gives the holder by another office: "Bộ trưởng Bộ Nội vụ, Phó Trưởng ban"."""
    role = asked_role(question.asking)
    if role is None or _ENUMERATOR.match(sentence) is None or len(sentence.split()) > LONGEST_MEMBER:
        return False
    held = [HEAD.match(part.strip()) for part in re.split(r"[,:]", fold(_ENUMERATOR.sub("", sentence)))]
    heads = [match.group() for match in held if match]
    return len(heads) == 2 and role.head in heads and heads[0] != heads[1]


def _names_person(line: str) -> bool:
    places = {name for name, _, _ in find_provinces(line)} - {"Hồ Chí Minh"}  # "Hà" is a surname, "Hà Nội" is nobody
    return any(not _is_place(match.group(), line) and match.group() not in places for match in PERSON.finditer(line))


def _is_place(name: str, line: str) -> bool:
    """Two syllables after "huyện"; three are rather "Chủ tịch Ủy ban nhân dân huyện Nguyễn Văn A"."""
    if name == "Hồ Chí Minh":
        return re.search(r"(?i)\b(?:thành phố|tp\.?)\s*$", line[: line.find(name)]) is not None
    return len(name.split()) == 2 and _AT_PLACE.search(line, 0, line.find(name)) is not None


def _names_thing(question: Question, line: str) -> bool:
    """Whether "… tên là gì" is asked and the line quotes a name that the question does not have."""
    asked = fold(question.text)
    return bool(_NAME_ASKED.search(asked)) and any(fold(name) not in asked for name in _QUOTED.findall(line))


def _without_echoes(question: Question, sentence: str) -> str:
    """The sentence less the figures that it has from the question: the 2 of "cầu Rạch Miễu 2" counts nothing."""
    for number in question.numbers:
        before = re.search(rf"([^\W\d_]+)\s+{re.escape(number)}(?![\d.,]*\d)", question.text)
        if before:
            sentence = re.sub(rf"(?i)\b{before[1]}\s+{re.escape(number)}(?![\d.,]*\d)", before[1], sentence)
    return sentence


def asked_definition(question: Question) -> str | None:
    """The term in "X là gì?"; None where no definition is asked for."""
    if question.expects != "text":
        return None
    text = without_law(_after_symbol(question))
    asked = _DEFINITION_OF.match(text) or _DEFINED.match(text)
    return _IS_WHAT.sub("", _RULES.sub("", asked[1].strip(' "“”,'))) if asked else None


def _after_symbol(question: Question) -> str:
    """The question without the document that it begins with: "Theo Quyết định 31/2031/QĐ-UBND, X là gì?"."""
    first = question.symbols[0] if question.symbols else None
    opens = first is not None and _OPENS.fullmatch(fold(question.text[: first.start]))
    text = question.text[first.end :].lstrip(" ,") if first and opens else question.text
    if first and not opens and (within := _WITHIN.search(question.text, 0, first.start)):
        text = f"{question.text[: within.start()]}{question.text[first.end :]}"  # "X trong Thông tư … được hiểu là gì?"
    return _ACCORDING.sub("", text)


def names_place(sentence: str) -> bool:
    """Whether the sentence says where: "tại Trung tâm Văn hóa …", "ở tỉnh X"."""
    return _AT_CAPITAL.search(sentence) is not None or _AT_HALL.search(sentence) is not None


def answers_type(question: Question, sentence: str) -> float:
    """1 if the sentence has the kind of thing asked for, 0 if not, .5 if nothing particular is asked for."""
    listed, sentence = sentence, _ENUMERATOR.sub("", sentence)
    if question.expects == "person":
        line = re.sub(r"\s+", " ", sentence)
        titled = _TITLED.search(line)
        named = titled is not None and not is_common(titled[1])
        places = {name for name, _, _ in find_provinces(line)}
        others = [name for name in find_names(line) if name not in places and name not in question.names]
        if named or _names_person(line) or _FOREIGN.search(line) or any(not _is_place(name, line) for name in others):
            return 1.0
        if names_group(question.asking, line) or _names_thing(question, line):
            return 1.0
        if _by_other_office(question, listed):
            return 1.0
        of_rule = _DUTY.search(question.asking) or _IS_WHO.search(line)
        if asks_whom(question.asking):  # "lo Tết cho ai" is answered by "người nghèo"
            return 0.5
        if _by_office_alone(question.asking, line):
            return 0.5
        by_capacity = of_rule and not asked_role(question.asking) and _SUBJECT.search(line)
        return 0.5 if by_capacity else 0.0
    if question.expects == "number" and not question.yes_no:
        sentence = _without_echoes(question, sentence)
    if asks_money(question):
        # A share is no sum: "bao nhiêu tiền" is not told by "đạt 73,9% chỉ tiêu"; that a grant covers 50% tells it.
        sum_asked = asks(_QUANTITY_ASKED, question.asking) and not _OF_COST.search(fold(sentence))
        return float(says_money(SHARE.sub("", sentence) if sum_asked else sentence))
    if question.expects == "number":
        return float(_has_figure(question, sentence))
    if question.expects == "date":
        of_day = asks(_DAY_ASKED, question.asking)
        by_another = of_day and _RELATIVE_DAY.search(fold(sentence))
        stated = any(when.day or not of_day for when in find_dates(sentence))  # a year alone says no day
        stated = stated or bool(asks(_WEEKLY_ASKED, question.asking) and _WEEKDAY.search(sentence))
        stated = stated or bool(_ANY_YEAR.search(sentence) and "nam nao" in fold(question.asking))
        return 1.0 if stated else 0.5 if by_another else 0.0
    if question.expects == "place" and _REGION.search(sentence):
        return 1.0
    if question.expects == "place" and asks(_PLACE_ASKED, question.asking):
        asked = fold(question.asking)
        capitals = (name for name in _CAPITALISED.findall(sentence) if not is_common(name.split()[0]))
        persons = {match.group() for match in PERSON.finditer(sentence) if not _is_place(match.group(), sentence)}
        return float(any(fold(name) not in asked and name not in persons for name in capitals))
    if question.expects == "place":
        return float(bool(_PLACE.search(sentence)) or len(re.findall(r"(?<=\s)[A-ZĐ][a-zà-ỹ]+", sentence)) > 1)
    if question.confirm and any(puts_place(question.statement, name) for name in question.names):
        return float(_AT_CAPITAL.search(sentence) is not None)
    if (numbered := gives_symbol(question.asking, sentence)) is not None:
        return 1.0 if numbered else NO_DEFINITION
    if (worded := gives_wording(question.asking, sentence)) is not None:
        return 1.0 if worded else NO_DEFINITION
    if (reported := reports_speech(question.asking, sentence)) is not None:
        return 1.0 if reported else NO_DEFINITION
    if (reason := gives_reason(question.asking, sentence)) is not None:
        return 1.0 if reason else NO_DEFINITION
    if (limits := gives_limits(question.asking, sentence)) is not None:
        return 1.0 if limits else NO_DEFINITION
    if term := asked_definition(question):
        defines = re.match(rf"\W*{re.escape(term)}\W*(?:\([^)]*\)\s*)?(?:được hiểu )?là\b", sentence, re.IGNORECASE)
        return 1.0 if defines else NO_DEFINITION
    return 0.5
