"""Turns a follow-up into a question that stands alone, by rules: ellipsis, references, and topic carried over.

"Còn năm 2023 thì sao?" after "Năm 2017 ai là Trưởng Ban?" becomes "Năm 2023 ai là Trưởng Ban?"; "Hội nghị đó ở đâu?"
takes the conference named before. A question that names its own topic is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question.ellipsis import ask_again, own_question
from assistant.question.references import THAT, name_event, refers, resolve_references
from assistant.question.topic import is_civility, leans, with_topic
from assistant.types import Turn
from vectorstore.text.normalise import LOWER, fold

_SEVERAL_THINGS = re.compile(rf"\b(?:nhung|cac)\s+(?:\w+\s+){{1,3}}{THAT}(?=\s|[?.,!]|$)")  # "những hạn chế đó"
_LOOSE = re.compile(rf"^(?:trong(?:\s+so)?|o|luc|khi|viec)\s+{THAT}\b")
_PRONOUN = re.compile(r"\b(?:nó|họ|bọn họ)\b", re.IGNORECASE)  # not folded: hộ, hồ sơ and hỗ trợ are no pronouns
# Anything that is pointed at: "nguồn này". With diacritics, since "nay" and "do" are much else.
_SOME_THING = re.compile(
    r"\b(?!(?:hiện|năm|ngày|sau|trước|từ|trong|theo|khi|lúc|nơi|do|đến|qua|nhờ|ở|tại|điều|khoản|điểm|luật|như|thế)\b)"
    rf"[{LOWER}]+\s+(?:này|ấy|nói trên|vừa nêu)\b"
)
_COURTESY = re.compile(r"^(?:(?:da|vang|ok|duoc roi|tot|hay|(?:xin )?cam on(?: \w+)?)\s*[,.!]\s*)+(?=\w)")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked with no conversation before it."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked:
        return question
    answers = [turn.content for turn in history if turn.role == "assistant"]
    previous = _resolve_chain(asked, answers)
    return _rewrite(question, previous, answers[-1] if answers else "")


def _resolve_chain(asked: Sequence[str], answers: Sequence[str]) -> str:
    """Earlier follow-ups made standalone in turn, so that a third question can lean on the first."""
    previous = asked[0]
    for position, question in enumerate(asked[1:], start=1):
        if is_civility(question):
            continue
        answer = answers[position - 1] if position - 1 < len(answers) else ""
        previous = _rewrite(question, previous, answer)
    return previous


def _rewrite(question: str, previous: str, answer: str) -> str:
    if is_civility(question):
        return question
    if courtesy := _COURTESY.match(fold(question)):
        question = question[courtesy.end() :]
    if own := own_question(question):
        question = own
    elif (again := ask_again(question, previous)) is not None:
        return again
    typed, question = question, name_event(question, previous)
    resolved = resolve_references(question, previous, answer)
    if resolved != question:
        return resolved
    points = refers(_SEVERAL_THINGS, typed) or refers(_LOOSE, typed)
    points = points or _PRONOUN.search(question) or _SOME_THING.search(question)
    if points or leans(question):
        return with_topic(question, previous)
    return question
