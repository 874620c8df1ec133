"""Puts the thing meant in place of a reference to it: "hội nghị đó", "chức vụ này", "bà ấy"."""

from __future__ import annotations

import re

import regex

from assistant.question.names import PERSON
from assistant.question.roles import asked_role
from assistant.question.topic import ENDS_NAME, with_topic
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import DOCUMENT_TYPES, find_symbols

_HEADS = (
    "hoi nghi|hoi thi|dai hoi|nghi quyet|quyet dinh|quy dinh|quy che|chi thi|ket luan|huong dan|chuong trinh|ke hoach|"
    "thong tu|nghi dinh|luat|bo luat|thong bao|bao cao|de an|phong trao|mo hinh|cuoc thi|cuoc van dong|du an|"
    "cong trinh|van ban|tinh|huyen|thanh pho|xa|co quan|don vi|ban|hoi dong|uy ban|bo|so|nam|nhiem ky|giai doan"
)
_DOCUMENTS = frozenset(
    [
        "bao cao", "bo luat", "chi thi", "chuong trinh", "de an", "huong dan", "ke hoach", "ket luan", "luat",
        "nghi dinh", "nghi quyet", "quy che", "quy dinh", "quyet dinh", "thong bao", "thong tu", "van ban",
    ]
)  # fmt: skip
_OFFICE = re.compile(r"\b(?:chuc|chuc vu|chuc danh|vi tri|cuong vi)\s+(?:vu\s+)?(?:do|nay|ay|tren)\b")
_EARLIER = re.compile(r"^(?:the )?truoc (?:do|day)\b")
THAT = r"(?:do|nay|ay|tren|noi tren|vua neu|vua roi|kia)"
_REFERENCE = re.compile(rf"\b(?P<head>{_HEADS})\s+{THAT}(?=\s|[?.,!]|$)")
_PERSON = re.compile(rf"\b(?:ba|ong|dong chi|anh|chi|vi|nguoi)\s+{THAT}(?=\s|[?.,!]|$)")
_AT_EVENT = re.compile(r"\b(?:tai|trong|o)\s+(?P<event>hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop)\s*[?.!]*$")
_THERE = re.compile(rf"\b(?:o|tai)\s+{THAT}(?=\s*[?.!]*$)")
_EVENTS = re.compile(r"\b(?:hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop|buoi le|le)\b")
_TITLED = regex.compile(r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s+((?:\p{Lu}[\w’']*\s?){2,5})")


def name_event(question: str, previous: str) -> str:
    """Refers to the event spoken of where the question leaves it out: "Bà ấy nói gì tại hội nghị?", "Ai nói ở đó?"."""
    folded = fold(question)
    if _PERSON.search(folded) and (where := _AT_EVENT.search(folded)):
        question = f"{question[: where.end('event')]} đó{question[where.end('event') :]}"
    if (there := _THERE.search(folded)) and (event := _EVENTS.search(fold(previous))):
        question = f"{question[: there.start()]}tại {event.group()} đó?"
    return question


def resolve_references(question: str, previous: str, answer: str) -> str:
    """The question with what was named before in place of the reference to it; the topic added if nothing is found."""

    def thing(match: re.Match[str]) -> str | None:
        head = match["head"]
        if head in _DOCUMENTS and (symbol := _symbol_of(head, previous, answer)):
            return symbol
        for text in (previous, answer):
            if name := _named_thing(head, text):
                return name
        return None

    folded = fold(question)
    if match := _REFERENCE.search(folded):
        if name := thing(match):
            return f"{question[: match.start()]}{name}{question[match.end() :]}"
        return with_topic(question, previous)
    if (match := _OFFICE.search(folded)) and (role := asked_role(previous)):
        start = fold(previous).find(role.head)
        named = previous[start : start + len(role.wording)] if start >= 0 else role.wording
        if _EARLIER.match(folded) and (name := _person(answer)):
            return f"Ai giữ chức {named} trước {name}?"
        return f"{question[: match.start()]}chức {named}{question[match.end() :]}"
    if match := _PERSON.search(folded):
        for text in (answer, previous):
            if name := _person(text):
                return f"{question[: match.start()]}{name}{question[match.end() :]}"
        return with_topic(question, previous)
    return question


def _symbol_of(head: str, *texts: str) -> str | None:
    """The document last named by symbol, of the type that `head` says; "văn bản" may be any."""
    for text in texts:
        for symbol in reversed(find_symbols(text)):
            name = DOCUMENT_TYPES.get(symbol.named or symbol.type or "", "")
            if head == "van ban" or fold(name) == head:
                return symbol.text if fold(symbol.text).startswith(fold(name)) else f"{name} {symbol.text}".strip()
    return None


def _named_thing(head: str, text: str) -> str | None:
    """The longest mention in `text` that begins with `head`, up to the verb or the end of the clause."""
    folded, best = fold(text), ""
    for match in re.finditer(rf"\b{head}\b(?: uy\b)?", folded):
        stop = ENDS_NAME.search(folded, match.end())
        comma = re.search(r"[,;.?!\[\n]\s|[?!\[\n]|\.$", folded[match.end() :])
        ends = [len(text)]
        if stop:
            ends.append(stop.start())
        if comma:
            ends.append(match.end() + comma.start())
        place = match.start() + len(head)  # "Tỉnh ủy Lâm Giang" sits in "tỉnh Lâm Giang"
        name = f"{text[match.start() : place]}{text[match.end() : min(ends)]}".strip(" .,?")
        if len(name.split()) > len(head.split()) and len(name) > len(best):
            best = name
    return best[:1].lower() + best[1:] if best and not best.isupper() else (best or None)


def _person(text: str) -> str | None:
    match = PERSON.search(text)
    titled = _TITLED.search(text)
    return match.group() if match else titled[1].strip() if titled else None
