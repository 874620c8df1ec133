"""Puts the thing meant in place of a reference to it: "hội nghị đó", "chức vụ này", "bà ấy"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from assistant.question.names import PERSON, find_names
from assistant.question.places import find_provinces
from assistant.question.roles import Role, asked_role, role_span
from assistant.question.topic import YEAR, name_end, with_topic
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import DOCUMENT_TYPES, find_symbols

_HEADS = (
    "hoi nghi|hoi thi|hoi thao|dai hoi|cuoc hop|buoi le|nghi quyet|quyet dinh|quy dinh|quy che|chi thi|ket luan|"
    "huong dan|chuong trinh|ke hoach|thong tu|nghi dinh|luat|bo luat|thong bao|bao cao|de an|phong trao|mo hinh|"
    "cuoc thi|cuoc van dong|du an|cong trinh|van ban|tinh|huyen|thanh pho|xa|co quan|don vi|ban|hoi dong|uy ban|bo|so|"
    "nam|nhiem ky|giai doan|bai viet|ban tin|bai"
)
_DOCUMENTS = frozenset(
    [
        "bao cao", "bo luat", "chi thi", "chuong trinh", "de an", "huong dan", "ke hoach", "ket luan", "luat",
        "nghi dinh", "nghi quyet", "quy che", "quy dinh", "quyet dinh", "thong bao", "thong tu", "van ban",
    ]
)  # fmt: skip
_HELD_AT = frozenset(
    {"hoi thi", "hoi nghi", "hoi thao", "dai hoi", "cuoc thi", "phong trao", "cuoc van dong", "buoi le"}
)
_WHO_BEFORE = re.compile(r"^(?:the |vay )?truoc (?:ba|ong|dong chi) (?:ay|do|nay)\b.*\b(?:la ai|ai)\b")
_GIVEN = regex.compile(r"(?<![\p{L}])(?:Ông|Bà|Đồng chí|ông|bà|đồng chí)\s+(\p{Lu}\p{Ll}*)(?=\s+\p{Ll})")
_PLACES_BY_SIZE = ("xa", "phuong", "huyen", "thanh pho", "tinh")
_PLACES = frozenset(_PLACES_BY_SIZE)
_CAPITALS = regex.compile(r"\p{Lu}\p{Ll}*(?:['’]\p{Lu}?\p{Ll}+)?(?:\s+\p{Lu}\p{Ll}*){0,3}")
_EARLIER = re.compile(r"^(?:the )?truoc (?:do|day)\b")
# "các xã trên địa bàn" points at nothing.
_ON = (
    r"(?!\s+(?:dia ban|dia phan|co so|toan|pham vi|cac|mot|moi|mang|moi truong|dat|bien|the gioi|linh vuc|tong|dau|\d))"
)
THAT = rf"(?P<that>do|nay|ay|tren{_ON}|noi tren|vua neu|vua roi|kia)"
_DEMONSTRATIVES = frozenset(["đó", "này", "ấy", "trên", "nói trên", "vừa nêu", "vừa rồi", "kia"])
_BY = re.compile(  # "chức danh do ai bổ nhiệm"
    r"\s+(?:ai|co quan|don vi|to chuc|ca nhan|nguoi|ong|ba|dong chi|chu tich|giam doc|bo|so|ban|uy ban|hoi dong|"
    r"chinh phu|thu tuong|quoc hoi|nha nuoc|ngan sach|cap|tinh|huyen|xa)\b"
)
_OFFICE = re.compile(rf"\b(?:chuc|chuc vu|chuc danh|vi tri|cuong vi)\s+(?:vu\s+)?{THAT}\b")
_REFERENCE = re.compile(rf"\b(?P<head>{_HEADS})\s+{THAT}(?=\s|[?.,!]|$)")
_PERSON = re.compile(rf"\b(?:ba|ong|dong chi|anh|chi|vi|nguoi)\s+{THAT}(?=\s|[?.,!]|$)")
_AT_EVENT = re.compile(r"\b(?:tai|trong|o)\s+(?P<event>hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop)\s*[?.!]*$")
_THEREIN = re.compile(rf"\b(?:o|tai)\s+{THAT}(?=\s|[?.,!]|$)")
_HE_WITHIN = re.compile(r"(?<=\s)(?:ông|bà)(?=\s+(?:đang|đã|còn|có|giữ|nói|yêu cầu|đề nghị|nhấn mạnh|phát biểu|làm)\b)")
# An office of a body that only its head names: "Phó Chủ tịch Hội đồng là ai?"
_BARE_BODY = regex.compile(
    r"(?i:chủ tịch|phó chủ tịch|trưởng ban|phó trưởng ban|ủy viên|thành viên|thường trực|tổ trưởng)\s+"
    r"(?P<body>(?i:hội đồng|ban chỉ đạo|ủy ban|tổ công tác))(?=\s+(?:là|gồm|có|do|đã|được|nào|thì)\b|\W*$)"
)
_HE = regex.compile(r"(?:Ông|Bà|Đồng chí)(?=\s+(?!ấy|này|đó|bà|ông|kia|nào|con)\p{Ll})")  # "Ông yêu cầu gì?"
_BARE = re.compile(  # "Hội nghị có bao nhiêu đại biểu?"
    r"^(?P<event>hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop)(?=\s+(?:co|duoc|do|dien ra|bat dau|to chuc|ban|thong nhat|"
    r"ket thuc|hop)\b)"
)
# Not folded: "lễ" is an event and "Lê" is none.
_EVENTS = re.compile(
    r"\b(?:hội nghị|hoi nghi|đại hội|dai hoi|hội thảo|hoi thao|hội thi|hoi thi|cuộc họp|cuoc hop|buổi lễ|buoi le|lễ)\b",
    re.IGNORECASE,
)
_TITLED = regex.compile(r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s+((?:\p{Lu}[\w’']*\s?){2,5})")
_BARE_EVENT = re.compile(
    r"(?:hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop)"
    r"(?: (?:tong ket|so ket|truc tuyen|toan quoc|nay|tren|tong|cong tac|hop))*"
)
LAST_SAID = 2  # the question before and its answer
LONGEST_QUOTED = 150  # characters of a name in quotation marks


def refers(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    """The first match in the folded question whose last word points at something: "Sở đó", but not "sổ đỏ"."""
    return next((match for match in pattern.finditer(fold(question)) if _points(question, match)), None)


def _points(question: str, match: re.Match[str]) -> bool:
    typed, before = question[match.start("that") : match.end("that")].lower(), fold(question)[: match.start("that")]
    if typed in _DEMONSTRATIVES:
        return True
    if typed != fold(typed) or (typed == "nay" and before.endswith(("nam ", "hien "))):
        return False
    bare = fold(question) == question.lower()
    return bare or not (typed == "do" and _BY.match(fold(question), match.end("that")))


def name_event(question: str, previous: str) -> str:
    """Refers to the event spoken of where the question leaves it out: "Bà ấy nói gì tại hội nghị?", "Ai nói ở đó?"."""
    if he := _HE.match(question):
        question = f"{he.group()} ấy{question[he.end() :]}"
    elif bare_he := _HE_WITHIN.search(question):
        question = f"{question[: bare_he.end()]} ấy{question[bare_he.end() :]}"
    bare = None if refers(_REFERENCE, question) else _BARE.match(fold(question))
    if bare and re.search(rf"\b{bare['event']}\b", fold(previous)):
        question = f"{question[: bare.end()]} đó{question[bare.end() :]}"
    if refers(_PERSON, question) and (where := _AT_EVENT.search(fold(question))):
        question = f"{question[: where.end('event')]} đó{question[where.end('event') :]}"
    if (there := refers(_THEREIN, question)) and (event := _EVENTS.search(previous)):
        question = f"{question[: there.start()]}tại {event.group().lower()} đó{question[there.end() :]}"
    return question


def name_in_full(question: str, *texts: str) -> str:
    """ "Bà Hoa yêu cầu gì?" with the name that was given in full before."""
    if given := _GIVEN.search(question):
        for text in texts:
            for person in PERSON.finditer(text):
                if person.group().split()[-1] == given[1]:
                    return f"{question[: given.start(1)]}{person.group()}{question[given.end(1) :]}"
    return question


def name_body(question: str, *texts: str) -> str:
    """ "Phó Chủ tịch Hội đồng là những ai?" with the body as it was named in full before."""
    bare = _BARE_BODY.search(question)
    if bare is None or YEAR.search(question) or find_provinces(question):
        return question
    for text in texts:
        name = _named_thing(fold(bare["body"]), text)
        if name and len(name.split()) > len(bare["body"].split()) + 1:
            return f"{question[: bare.start('body')]}{name[:1].upper()}{name[1:]}{question[bare.end('body') :]}"
    return question


def name_document(question: str, said: Sequence[str]) -> str:
    """ "Kết luận này ai ký?" with the symbol named last of that type, however long ago; `said` oldest first."""
    match = refers(_REFERENCE, question)
    if match is None or match["head"] not in _DOCUMENTS - {"van ban", "bao cao", "chuong trinh"}:
        return question
    if _symbol_of(match["head"], *said[-LAST_SAID:]):
        return question  # it was just spoken of
    symbol = _symbol_of(match["head"], *reversed(said))
    return f"{question[: match.start()]}{symbol}{question[match.end() :]}" if symbol else question


def resolve_references(question: str, previous: str, answer: str) -> str:
    """The question with what was named before in place of the reference to it; the topic added if nothing is found."""

    def thing(match: re.Match[str]) -> str | None:
        head = match["head"]
        if head in _DOCUMENTS and (symbol := _symbol_of(head, previous, answer)):
            return symbol
        if head in _PLACES:
            return _place_meant(head, previous, answer)
        return next((name for text in (previous, answer) if (name := _named_thing(head, text))), None)

    folded = fold(question)
    if match := refers(_THEREIN, question):
        there = next((p for text in (answer, previous) for head in _PLACES_BY_SIZE for p in _places(head, text)), None)
        if there:
            return f"{question[: match.start('that')]}{there}{question[match.end() :]}"
    if match := refers(_REFERENCE, question):
        if name := thing(match):
            put = f"{question[: match.start()]}{name}{question[match.end() :]}"
            places = dict.fromkeys(place for place, _, _ in find_provinces(previous))
            if match["head"] in _HELD_AT and len(places) == 1 and not find_provinces(put):
                put = f"{put.rstrip(' ?.!')} ({next(iter(places))})?"  # "tỉnh này có hội thi … không?" said where
            if _BARE_EVENT.fullmatch(fold(name)):  # "hội nghị tổng kết" in the answer: of what, the question said
                put = with_topic(put, previous)
            he, who = refers(_PERSON, put), _person(answer) or _person(previous)
            return f"{put[: he.start()]}{who}{put[he.end() :]}" if he and who else put
        if not refers(_PERSON, question):
            return with_topic(question, previous)
    if (match := refers(_OFFICE, question)) and (role := asked_role(previous)):
        named = _as_written(role, previous)
        if _EARLIER.match(folded) and (name := _person(answer)):
            return f"Ai giữ chức {named} trước {name}?"
        return f"{question[: match.start()]}chức {named}{question[match.end() :]}"
    if match := refers(_PERSON, question):
        role = asked_role(previous)
        if role and _WHO_BEFORE.match(folded) and (name := _person(answer)):
            return f"Ai giữ chức {_as_written(role, previous)} trước {name}?"
        for text in (answer, previous):
            if name := _person(text):
                return f"{question[: match.start()]}{name}{question[match.end() :]}"
        return with_topic(question, previous)
    return question


def _place_meant(head: str, previous: str, answer: str) -> str | None:
    """The place of that kind that was asked about, else the one that the answer begins with."""
    asked, said = _places(head, previous), _places(head, answer)
    own = [name for name in find_names(previous) if PERSON.fullmatch(name) is None]
    named = [place for place in said if any(place.endswith(name) for name in own)]
    if found := [*asked, *named, *said]:
        return found[0]
    unmarked = (text for text in (previous, answer) if text.islower())  # capitals would tell where the name ends
    return next((name for text in unmarked if (name := _named_thing(head, text))), None)


def _places(head: str, text: str) -> list[str]:
    """ "tỉnh Lâm Giang" wherever the text has one, the head in lower case; "Tỉnh ủy Lâm Giang" is in it as well."""
    return [
        f"{text[match.start() : match.start() + len(head)].lower()} {name.group()}"
        for match in re.finditer(rf"\b{head}\b(?: uy\b)?\s+", fold(text))
        if (name := _CAPITALS.match(text, match.end()))
    ]


def _as_written(role: Role, text: str) -> str:
    span = role_span(text)
    return text[slice(*span)] if span else role.wording


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
        stop = name_end(text, match.end())
        comma = re.search(r"[,;.?!\[\n]\s|[?!\[\n]|\.$", folded[match.end() :])
        ends = [len(text)]
        if stop is not None:
            ends.append(stop)
        if comma:
            ends.append(match.end() + comma.start())
        place = match.start() + len(head)  # "Tỉnh ủy Lâm Giang" sits in "tỉnh Lâm Giang"
        end = _past_quotation(text, match.start(), min(ends))
        name = f"{text[match.start() : place]}{text[match.end() : end]}".strip(" .,?")
        if len(name.split()) > len(head.split()) and len(name) > len(best):
            best = name
    return best[:1].lower() + best[1:] if best and not best.isupper() else (best or None)


def _past_quotation(text: str, start: int, end: int) -> int:
    """`end`, or where the quotation closes that it is within: “Chi hội trưởng nói hai thứ tiếng” is a name."""
    for opening, closing in ("“”", '""'):
        opened = text.rfind(opening, start, end)
        within = text.count(opening, start, end) % 2 if opening == closing else opened > text.rfind(closing, start, end)
        closes = text.find(closing, end, end + LONGEST_QUOTED) if within else -1
        if closes >= 0:
            return closes + 1
    return end


def _person(text: str) -> str | None:
    match = PERSON.search(text)
    titled = _TITLED.search(text)
    return match.group() if match else titled[1].strip() if titled else None
