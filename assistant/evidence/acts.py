"""Which act a day or person is of: the day a bridge was opened is not the day its building began.

Administrative texts name the stages of a thing each by its own word; a sentence on another stage does not answer.
"""

from __future__ import annotations

import re

from assistant.question.asking import asks, asks_written
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
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
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
    return True


def same_part_of_year(question: str, sentence: str) -> bool:
    """False where a quarter is asked about and the sentence speaks of other quarters only."""
    if not asks(_QUARTER, question):
        return True
    asked, said = _quarters(question), _quarters(sentence)
    return not said or bool(asked & said)


def _quarters(text: str) -> set[str]:
    return {_ROMAN.get(quarter, quarter) for quarter in _QUARTER.findall(fold(text))}
