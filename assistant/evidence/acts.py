"""Which act a day or person is of: the day a bridge was opened is not the day its building began.

Administrative texts name the stages of a thing each by its own word; a sentence on another stage does not answer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.question.asking import asks, asks_written
from assistant.question.understand import Question
from vectorstore.text.dates import find_dates, find_years
from vectorstore.text.normalise import fold

# Each stage with the words that texts use for it. Not folded: "ký" and "kỳ", "bắt" and "bật".
_STAGES = {
    "khởi công": "khởi công|động thổ",
    "khánh thành": "khánh thành",
    "thông xe": "thông xe",
    "nghiệm thu": "nghiệm thu",
    "bàn giao": "bàn giao|giao",
    "khai mạc": "khai mạc",
    "bế mạc": "bế mạc",
    "hết hiệu lực": "hết hiệu lực|thay thế|bãi bỏ",
    "thành lập": "thành lập|ra đời",
    "giải thể": "giải thể",
    "bổ nhiệm": "bổ nhiệm",
    "miễn nhiệm": "miễn nhiệm",
    "sinh": "sinh|tuổi",
    "khởi tố": "khởi tố",
    "xét xử": "xét xử|xử",
}
_WHEN = re.compile(r"\b(?:ngày|tháng|năm|khi|hôm|lúc) nào\b|\bbao giờ\b|\b(?:ngày|tháng|năm) (?:mấy|bao nhiêu)\b")
_ASKED = {stage: re.compile(rf"\b(?:được |đã |bị )?{stage}\b") for stage in _STAGES}
_SAID = {stage: re.compile(rf"\b(?:{words})\b") for stage, words in _STAGES.items()}
_QUARTER = re.compile(r"\bquy\s+(i{1,3}|iv|[1-4])\b(?!\s*%)")
_MONTHS = re.compile(r"\b0?([2-9]|1[01]) thang(?: (dau|cuoi)| (?=nam\b|/))")
_ALL_YEAR = re.compile(r"\bca nam\b(?! (?:va |lan )?(?:nu|gioi)\b)")  # not "cả nam và nữ"
_WHOLE_YEAR = re.compile(r"(?i)^\W*(?:trong )?năm (?:19|20)\d\d\b")
_DAY_OR_MONTH = re.compile(r"\b(?:thang|ngay|quy|sang|chieu|toi|tuan|dau|cuoi|giua|het|truoc)\b")
_MONTH = re.compile(r"(?i)\btháng (0?[1-9]|1[0-2])(?:/| năm )((?:19|20)\d\d)\b")
_REACHED = re.compile(r"\b(?:den|toi|het|cuoi)(?: het| cuoi)?\s*$")
_OF_MEETING = re.compile(
    r"\b(?:hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop|phien hop|nghi quyet|quyet dinh|chi thi|ket luan|ke hoach|"
    r"thong bao|bao cao|huong dan|den|tu)\b[^,;]{0,60}$"
)
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
# What is asked to be done, and by when; what a sentence then must not say instead, and must say.
_DONE = re.compile(r"\b(?:hoàn thành|xong|về đích|đưa vào (?:sử dụng|khai thác|vận hành)|kết thúc)\b")
_BEGUN = re.compile(r"\b(?:khởi công|động thổ|khởi động|bắt đầu|phê duyệt)\b")
_BY = re.compile(r"\b(?:trước|đến|hết|chậm nhất|hạn|(?:trong|vào) (?:tháng|quý|năm) [\divx]+)\b")
_AFTER = 3  # words that may stand between the stage and "ngày nào"


def names_stage(question: str, sentence: str) -> bool:
    """False where it is asked when a thing reached a stage ("khởi công ngày nào") that the sentence does not name."""
    when = asks_written(_WHEN, question)
    if not when:
        return True
    asked, said = question.lower(), re.sub(r"\s+", " ", sentence).lower()
    for stage, pattern in _ASKED.items():
        beside = any(
            len(asked[match.end() : when.start()].split()) <= _AFTER
            for match in pattern.finditer(asked, 0, when.start())
        )
        if (beside or asked.startswith(stage)) and not _SAID[stage].search(said):
            return False
    done = _DONE.search(asked)
    if done and not _DONE.search(said) and " | " not in said:  # the head of its table says what a day is for
        return not _BEGUN.search(said) and _BY.search(said) is not None
    return True


def tells_when(question: Question, sentence: str) -> bool:
    """False where it is asked when, and the only dates of the sentence are years that the question names itself."""
    if question.expects != "date" or question.yes_no or question.confirm or not question.years:
        return True
    years = set(find_years(sentence))
    if not years or not years <= set(question.years) or re.search(r"\d{4}\s*[-–]\s*\d{4}", sentence):
        return True
    return any(mention.month for mention in find_dates(sentence)) or _DAY_OR_MONTH.search(fold(sentence)) is not None


def same_part_of_year(question: str, sentence: str, *around: str) -> bool:
    """False where a quarter or some months are asked about and the sentence, or what it stands under, has others only.

    `around` are its headings, the title and the opening, of which the first that names any decides.
    """
    if not any(asks(part, question) for part in (_QUARTER, _MONTHS, _ALL_YEAR)):
        return True
    asked = _parts_of_year(question)
    above = () if _WHOLE_YEAR.search(sentence) else around
    said = next((parts for text in (sentence, *above) if (parts := _parts_of_year(text))), None)
    return not said or bool(asked & said)


def same_month(question: str, sentence: str) -> bool:
    """False where a survey or count of one month is asked about and the sentence names other months of that year only.

    The month of a meeting or document is not that of what it tells.
    """
    months = list(_MONTH.finditer(question))
    if len(months) == 1 and _REACHED.search(fold(question[: months[0].start()])):  # "hết tháng 10/2016", "10/2023"
        alike = [one[2] for one in _MONTH.finditer(sentence) if int(one[1]) == int(months[0][1])]
        if alike and months[0][2] not in alike:
            return False
    asked = [one for one in months if not _OF_MEETING.search(fold(question[: one.start()]))]
    if len(asked) != 1:
        return True
    month, year = int(asked[0][1]), asked[0][2]
    said = {int(one[1]) for one in _MONTH.finditer(sentence) if one[2] == year}
    return not said or month in said


@lru_cache(maxsize=4096)
def _parts_of_year(text: str) -> frozenset[str]:
    """Quarters as "1" to "4", months as "6 dau", the whole as "ca nam": of "quý III", "6 tháng đầu năm", "cả năm"."""
    folded = fold(text)
    quarters = {ROMAN.get(quarter, quarter) for quarter in _QUARTER.findall(folded)}
    months = {f"{int(number)} {end or 'dau'}" for number, end in _MONTHS.findall(folded)}
    return frozenset(quarters | months | set(_ALL_YEAR.findall(folded)))
