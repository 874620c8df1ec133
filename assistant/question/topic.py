"""What a question is about, and whether it leans on the one before for that."""

from __future__ import annotations

import re

import regex

from assistant.question.places import find_provinces
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols

# A greeting or thanks alone neither leans on what was asked before nor is anything to lean on.
_CIVILITY = re.compile(
    r"\W*(?:(?:da|vang|ok|okay|em|anh|chi|xin|cho|toi|rat|nhieu|ban|tro ly|a|nhe|hello|hi|alo|chao|kinh chao|cam on|"
    r"tam biet|tot|hay|duoc roi)\b\W*)+"
)
_LONGEST_TOPIC = 300  # characters; what is longer was pasted and is no topic
# Words that end the name of a thing in a question: verbs and question words.
ENDS_NAME = re.compile(
    r"\s(?:co|duoc|la|do|to chuc|dien ra|noi|quy dinh ve|quy dinh gi|ban hanh|o dau|khi nao|nao|gi|ai|bao nhieu|"
    r"hinh thuc|vao|thi|da|se|yeu cau|dat|gom|may|nhu the nao|the nao|ra sao|vi sao|tai sao|bang|thuoc|hay|khong|"
    r"chu tri|du|phat bieu|neu|dua|xac dinh|thuc hien trong|ve viec gi|ve van de gi|theo|dang|con|lan "
    r"luot)(?=\s|[?.,!]|$)"
)
QUESTION_WORDS = re.compile(
    r"\b(?:la ai|la gi|ai la|ai|gi|nao|bao nhieu|may|o dau|khi nao|ngay nao|the nao|nhu the nao|vi sao|tai sao|"
    r"dung khong|"
    r"phai khong|khong)\b"
)
YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?\b")
_SHORT = 5  # fewer content words than this, and no name or symbol of its own: the topic comes from before


def is_civility(question: str) -> bool:
    return bool(_CIVILITY.fullmatch(fold(question)))


def leans(question: str) -> bool:
    """Short, and without a year, place, symbol or name of its own."""
    words = QUESTION_WORDS.sub(" ", fold(question))
    content = [word for word in re.findall(r"\w+", words) if len(word) > 1]
    own = YEAR.search(question) or find_provinces(question) or find_symbols(question)
    capitals = regex.findall(r"(?<!^)\b\p{Lu}[\w’']+", question)
    return len(content) < _SHORT and not own and len(capitals) < 2


def with_topic(question: str, previous: str) -> str:
    """The question followed by what the previous one was about."""
    if is_civility(previous) or len(previous) > _LONGEST_TOPIC or not re.search(r"[^\W\d_]{2}", previous):
        return question
    topic = previous.rstrip(" ?.!")
    for match in reversed(list(QUESTION_WORDS.finditer(fold(topic)))):
        topic = topic[: match.start()] + topic[match.end() :]
    topic = re.sub(r"\s+", " ", topic).strip(" ,")
    return f"{question.rstrip(' ?.!')} ({topic})?" if topic else question
