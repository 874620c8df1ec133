"""Turns a follow-up into a question that stands alone, by rules: ellipsis, references, and topic carried over.

"Còn năm 2023 thì sao?" after "Năm 2017 ai là Trưởng Ban?" becomes "Năm 2023 ai là Trưởng Ban?"; "Hội nghị đó ở đâu?"
takes the conference named before. A question that names its own topic is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from assistant.question.ellipsis import ask_again, own_question, year_named
from assistant.question.names import PERSON, find_names
from assistant.question.references import (
    THAT,
    name_body,
    name_document,
    name_event,
    name_in_full,
    refers,
    resolve_references,
)
from assistant.question.topic import YEAR, is_civility, leans, of_year_alone, takes_up, with_topic
from assistant.types import Turn
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import DOCUMENT_TYPES, find_symbols

_SEVERAL_THINGS = re.compile(rf"\b(?:nhung|cac)\s+(?:\w+\s+){{1,3}}{THAT}(?=\s|[?.,!]|$)")  # "những hạn chế đó"
# Not folded: any thing pointed at; "sau đó" and "hiện nay" point at a time.
_POINTED = regex.compile(
    r"\b(?!(?-i:\p{Lu}))(?!(?:sau|trước|trong|từ|do|lúc|khi|hiện|ngày|năm|điều|nhờ|theo|như|cùng|hôm|đến)\s)\w+\s+"
    r"(?:đó|này|ấy|nói trên|vừa nêu)\b",
    regex.IGNORECASE,
)
_MOVES_ON = re.compile(r"^(?:sang|qua|buoc sang|den) (?:nam )?(?:19|20)\d\d\b")
_CHANGES_TO = re.compile(  # "Sang 2024 thì đổi thành gì?"
    r"^(?:sang|qua|buoc sang|den) (?:nam )?(?P<year>(?:19|20)\d\d)(?: thi)?"
    r"(?: (?:doi|chuyen|thay doi|thay) (?:thanh|sang|la) (?:cai )?gi| la gi| sao| the nao| ra sao)\W*$"
)
_NO_SUBJECT = re.compile(
    r"^(?:tang|giam|dat|chiem|gom|bao gom|ap dung|keo dai|trong do|phoi hop|chia thanh|tap trung|"
    r"huy dong|dien ra)\b.*\b(?:bao nhieu|gi|nao|may|ai)\b|"
    r"^(?:tinh|huyen|xa|phuong|thanh pho|don vi|dia phuong|nganh|noi|doi|ai|nguoi) (?:nao )?(?:\w+ ){0,4}"
    r"(?:nhieu|it|cao|thap|lon|nho|nhanh|cham|tot|kem) nhat\b(?!\s+(?:ve|o|tai|trong|nam)\b)"
)
_SUPPOSES = re.compile(r"^(?:neu|truong hop|gia su)\b")
_LOOSE = re.compile(rf"^(?:trong(?:\s+so)?|o|luc|khi|viec)\s+{THAT}\b")
_PRONOUN = re.compile(r"\b(?:nó|họ|bọn họ)\b", re.IGNORECASE)  # not folded: hộ, hồ sơ and hỗ trợ are no pronouns
# "nq đó ai ký?" is asked of a resolution.
_TYPES = ("NQ", "QĐ", "CT", "KH", "TT", "NĐ", "KL", "TB", "BC")
_DOCUMENTS = {fold(short): DOCUMENT_TYPES[short].lower() for short in _TYPES}
_SHORT_REFERENCE = re.compile(r"(?i)\b(nq|qđ|qd|ct|kh|tt|nđ|nd|kl|tb|bc)(?=\s+(?:đó|này|ấy|do|nay|ay)\b)")
_AS_WELL = re.compile(r"(?i)\b(?:cùng kỳ|cung ky)\s+(năm (?:ngoái|trước|kia)|nam (?:ngoai|truoc|kia))\b")
_THEN = re.compile(r"\b(?:luc|khi|hoi|thoi diem|thoi gian|nam) (?:do|ay)\b(?! thi)")
_YEAR_PHRASE = re.compile(r"\s*\b(?:trong )?(?:năm|nam)?\s*(?:19|20)\d\d\b", re.IGNORECASE)
# "Quay lại hội nghị năm 2017, bản tin do ai viết?"
_BACK_TO = re.compile(
    r"^(?:quay (?:lai|ve|tro lai)|tro (?:lai|ve)|ve lai)\s+(?:(?:voi|ve|chuyen|cau hoi|"
    r"van de)\s+)*(?P<topic>[^,:]{8,120})[,:]\s*(?=\w)"
)
# "Chuyện khác: …" begins anew.
_ANEW = re.compile(r"^(?:a,? |o,? )?(?:chuyen|viec|van de|cau hoi|noi dung) khac\s*[:,.]\s*(?=\w)")
_SPEECH = re.compile(
    r"\b(?:yeu cau|noi|phat bieu|nhan manh|khang dinh|de nghi|ket luan|chi dao|luu y|danh gia)\b[^?]{0,20}"
    r"\b(?:gi|the nao|ra sao)\b"
)
_EVENT = re.compile(r"\b(?:hoi nghi|dai hoi|hoi thao|cuoc hop|buoi le|le)\b")
# Of what, was said before.
_NO_OBJECT = re.compile(r"\b(?:co|da) (?:tham )?du (?:khong|chua)\b|\bde (?:to chuc|thuc hien|trien khai)\W*$")
_REMAINING = re.compile(r"^(?:the |vay |con )?(?:\w+ ){1,4}con lai\b")  # "Năm điểm còn lại …": of what was counted
_COURTESY = re.compile(r"^(?:(?:da|vang|ok|duoc roi|tot|hay|(?:xin )?cam on(?: \w+)?)\s*[,.!]\s*)+(?=\w)")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked with no conversation before it."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked:
        return question
    answers = [turn.content for turn in history if turn.role == "assistant"]
    previous = _resolve_chain(asked, answers)
    question = name_document(question, [turn.content for turn in history])
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
    question = _AS_WELL.sub(r"\1", _SHORT_REFERENCE.sub(lambda said: _DOCUMENTS[fold(said[1])], question))
    if anew := _ANEW.match(fold(question)):
        return question[anew.end() :]
    if courtesy := _COURTESY.match(fold(question)):
        question = question[courtesy.end() :]
    if back := _BACK_TO.match(fold(question)):
        rest = question[back.end() :]
        return with_topic(f"{rest[:1].upper()}{rest[1:]}", question[back.start("topic") : back.end("topic")])
    if moved := _CHANGES_TO.match(fold(question)):
        return ask_again(f"Còn năm {moved['year']} thì sao?", previous) or question
    if own := own_question(question, previous):
        if find_symbols(previous) and not find_symbols(own) and not find_names(own) and not YEAR.search(own):
            return with_topic(own, previous)  # what is asked of another group is asked of the same document
        question = own
    elif (again := ask_again(question, previous)) is not None:
        return again
    if (then := _THEN.search(fold(question))) and len(years := set(YEAR.findall(previous))) == 1:
        question = f"{question[: then.start()]}năm {years.pop()}{question[then.end() :]}"
        question = f"{question[:1].upper()}{question[1:]}"
    named = name_body(name_in_full(question, answer, previous), previous, answer)
    typed, question = question, name_event(named, previous)
    if (dated := year_named(question, previous)) != question and not find_symbols(question):
        return with_topic(dated, _YEAR_PHRASE.sub("", previous))
    resolved = resolve_references(question, previous, answer)
    if resolved != question:
        return resolved
    if (_MOVES_ON.match(fold(question)) or of_year_alone(question)) and not find_symbols(question):
        return with_topic(question, _YEAR_PHRASE.sub("", previous))
    if _REMAINING.match(fold(question)):
        return with_topic(question, _YEAR_PHRASE.sub("", previous))
    return with_topic(question, previous) if _needs_topic(typed, question, previous, answer) else question


def _needs_topic(typed: str, question: str, previous: str, answer: str) -> bool:
    """Whether what the question is about was said before it."""
    if refers(_SEVERAL_THINGS, typed) or refers(_LOOSE, typed) or _PRONOUN.search(question) or leans(question):
        return True
    if find_symbols(question):
        return False
    if _said_by_one_named(question, answer):
        return True
    pointed = (
        _POINTED.search(question)
        or _NO_OBJECT.search(fold(question))
        or _SUPPOSES.match(fold(question))
        or _NO_SUBJECT.match(fold(question))
    )
    return bool(pointed) or takes_up(question, previous, answer)


def _said_by_one_named(question: str, answer: str) -> bool:
    """Whether it is asked what somebody whom the answer named says, and nothing of when and where."""
    if not _SPEECH.search(fold(question)) or YEAR.search(question) or _EVENT.search(fold(question)):
        return False
    return any(person.group() in answer for person in PERSON.finditer(question))
