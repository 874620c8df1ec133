"""A question that asks several things at once, as the questions it consists of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.question.asking import asking_folded
from assistant.question.clauses import of_document
from assistant.question.compared import by_place
from assistant.question.joined import clauses
from assistant.question.places import find_provinces
from assistant.question.roles import HEAD
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol

_COMPARE = re.compile(r"\blan luot\b|\bso sanh\b|\bso voi\b|\bkhac (?:nhau|gi)\b|\bthay doi\b|\btang hay giam\b")
_COMPARED = re.compile(r"(?i)\s*\b(?:lần lượt|so sánh|so với|giữa)\b")
_DIFFERENCE = re.compile(r"\s*(?:có gì )?khác (?:nhau|gì)(?: (?:thế nào|như thế nào|ra sao|gì|không))*", re.IGNORECASE)
_YEAR_PHRASE = re.compile(r"(?:\b[Nn]ăm|\b[Nn]am)?\s*\b((?:19|20)\d\d)\b")
_PERIOD = re.compile(r"\d{4}\s*[-–]\s*\d{4}|giai doan|nhiem ky")
# "tại hội nghị … năm 2017 và tại hội nghị năm 2023"
_BETWEEN_EVENTS = re.compile(
    r"(?:, )?(?:va|voi) (?:(?:tai|o|cua|trong|khi (?:tham )?du|khi) )?(?:hoi nghi|dai hoi|hoi thao|hoi thi|nam|bao cao|"
    r"tong ket)(?: (?:tong ket|do|nay))?"
)
_WHOLE = re.compile(r"\b(?:ca nuoc|toan quoc)\b")
_BETWEEN_SCOPES = re.compile(
    r"\s*,?\s*(?:va|voi|so voi)\s+(?:(?:cua|o|tai|toan)\s+)?(?P<level>cap\s+(?=tinh))?(?:tinh\s+|thanh pho\s+)?"
)
# What a question turns on, on folded text: two of them with "và" between are two questions.
_ASKS = re.compile(
    r"\bbao nhieu\b|\bai\b|\b(?:khi|ngay|nam|thang) nao\b|\bo dau\b|"
    r"\bmay\s+(?=(?:nguoi|mo hinh|to|xa|huyen|ngay|lan)\b)"
)
_AND = re.compile(r"\s*,?\s+va\s+|\s*;\s*")
_AMOUNT = r"(?:tong so|so luong|so|ty le|kinh phi|dien tich|dan so|san luong|doanh thu|muc(?! tieu))"
_TWO_AMOUNTS = re.compile(
    rf"(?P<frame>(?:[^,]{{3,60}},\s*)?)(?P<one>\b{_AMOUNT}\s[^,?]{{3,80}}?)\s*,?\s+va\s+"
    rf"(?P<two>{_AMOUNT}\s[^,?]{{3,80}}?)(?P<tail>(?:\s(?:cua|o|tai)\s[^?]{{3,60}}?)?"
    r"(?:\s(?:trong )?nam\s\d{4})?\s(?:lan luot )?(?:la|dat)\s(?:bao nhieu|may)\b[^?]*)\?*\s*$"
)
_TWO_APART = re.compile(
    rf"\W*(?P<one>{_AMOUNT}\s[^,?]{{3,100}}?\bnam \d{{4}})\s*,?\s+va\s+(?P<two>{_AMOUNT}\s[^,?]{{3,100}}?\bnam \d{{4}})"
    r"\s+(?P<tail>(?:lan luot )?(?:la|dat)\s(?:bao nhieu|may))\W*$"
)
_TWO_ALIKE = re.compile(
    r"\W*(?P<one>(?P<head>(?!nam |ngay |thang )[a-z]+ [a-z]+)\b[^?]{4,120}?)\s*,?\s+va\s+"
    r"(?P<two>(?P=head)\b[^?]{4,120}?)\s+"
    r"(?P<tail>(?:lan luot )?(?:la )?(?:nhung )?(?:gi|ai|bao nhieu|ngay nao|o dau|khi nao|the nao)|"
    r"(?:cung |deu )?(?:trien khai|to chuc|dien ra|hop|khai mac|de ra|cong bo)\b[^?]{0,60}"
    r"\b(?:gi|ai|bao nhieu|nao|o dau))\W*$"
)
_GOAL_ALONE = re.compile(
    r"(?P<goal>muc tieu|chi tieu|ke hoach|du kien|phan dau)\s+(?:(?:den|cho|trong|vao)\s+)?(?:nam|giai doan|"
    r"nhiem ky|cuoi)\b"
)
_ASKED_OF = re.compile(r"\s+(?:la|dat|duoc|con)?\s*\bbao nhieu\b")
_OF_PERIOD = re.compile(
    r"(?i)\s*,?\s*(?:trong |cua )?(?:giai đoạn|giai doan|nhiệm kỳ|nhiem ky|năm|nam)\s+(?:19|"
    r"20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?"
)
_TWO_OFFICES = re.compile(
    rf"(?P<one>{HEAD.pattern})\s+va\s+(?P<two>{HEAD.pattern}(?:\s*[-–]\s*{HEAD.pattern})?)(?=\s+\w[^?]*\b(?:la|gom)\s+(?:nhung\s+)?ai\b)"
)
_PERSON = rf"(?:{HEAD.pattern}|(?:nguoi|dong chi) (?:ky|chu tri|dung dau|phat bieu|trinh bay|doc|phu trach))"
_TWO_PERSONS = re.compile(
    rf"\W*(?P<one>{_PERSON}\b[^?]{{8,}}?)\s*,?\s+va\s+(?P<two>{_PERSON}\b[^?]{{4,}}?)\s*,?\s+"
    r"lan luot la (?:nhung )?ai\W*$"
)
_AT_EVENT = r"(?:tai|o|trong) (?:hoi nghi|dai hoi|hoi thao|hoi thi)\b"
_TWO_EVENTS = re.compile(
    rf"(?P<head>[^?]{{8,}}?)\s(?P<one>{_AT_EVENT}[^,?]*?\b(?:19|20)\d\d\b[^,?]*?)\s*,?\s(?:va|voi)\s"
    rf"(?P<two>{_AT_EVENT}[^?]*?\b(?:19|20)\d\d\b[^?]*?)\W*$"
)
_ASKED_THERE = re.compile(r"\b(?:gi|ai|nao|bao nhieu|may|the nao|ra sao)\W*$")
_NTH = r"(?:[ivxlc]+|\d{1,2}|nhat|nhi|hai|ba|tu|nam)"
_TWO_ORDINALS = re.compile(
    rf"\b(?P<kind>khoa|lan thu|giai|hang|ky hop thu|phien thu|dot)\s+(?P<one>{_NTH})\s*(?:,|va|"
    rf"voi)\s*(?:(?P=kind)\s+)?(?P<two>{_NTH})\b"
)
_BRACKETED = re.compile(
    r"(?P<one>[^()]{8,}\([^()]{3,80}\))\s*,?\s*(?:và|với)\s+(?P<two>[^()]{4,}\([^()]{3,80}\))"
    r"(?P<tail>[^()]*\b(?:bao nhiêu|ai|gì|ngày nào|khi nào|ở đâu|mấy)\b[^()]*)$"
)
_EACH = re.compile(r"(?i)\s+(?:mỗi|từng) (?:tỉnh|huyện|xã|nơi|địa phương|đơn vị|bên)(?=\s)")
_UNITS = frozenset({"tỉnh", "huyện", "xã", "phường", "sở", "bộ", "tp", "ban"})
LEAST_WORDS = 4  # of a part that can stand alone
LEAST_FRAME = 2  # of what a second part takes over from the first


def split(text: str, years: Sequence[int], symbols: Sequence[Symbol]) -> tuple[str, ...]:
    """The parts of a question on two or three years, documents, places or facts; none where it is one question."""
    folded = asking_folded(text)
    return (
        _bracketed(text)
        or _alike(text, folded)
        or _amounts_apart(text, folded)
        or _persons_apart(text, folded)
        or _at_events(text, folded)
        or _years(text, years, folded)
        or _symbols(text, symbols, folded)
        or of_document(text, symbols)
        or by_place(text)
        or _offices(text, folded)
        or _ordinals(text, folded)
        or _places(text, folded)
        or _amounts(text, folded)
        or _facts(text, folded)
        or clauses(text)
    )


def _bracketed(text: str) -> tuple[str, ...]:
    """One question each, where two things are told apart in brackets: "… A (hội nghị 2023) và … B (buổi họp …)"."""
    pair = _BRACKETED.match(text)
    if pair is None:
        return ()
    one, two, tail = pair["one"].strip(), pair["two"].strip(), _COMPARED.sub("", pair["tail"])
    first = two.split()[0]
    if (
        first.lower() in _UNITS and (start := one.rfind(f" {first} ", 0, one.find("("))) > 0
    ):  # "… tỉnh A (…) và tỉnh B (…)"
        two = f"{one[:start]} {two}"
    return tuple(f"{part} {tail.strip(' ?')}?" for part in (one, two))


def _years(text: str, years: Sequence[int], folded: str) -> tuple[str, ...]:
    """One question a year, when a question asks about two or three years side by side ("năm 2017 và năm 2023")."""
    found = list(_YEAR_PHRASE.finditer(text))
    if not 2 <= len(found) <= 3 or len(years) != len(found) or _PERIOD.search(folded):
        return ()
    gaps = [fold(text[a.end() : b.start()]).strip() for a, b in pairwise(found)]
    listed = all(
        _BETWEEN_EVENTS.fullmatch(gap) or gap in ("va", ",", ", va", "voi", "den", "hay", "hoac", "so voi")
        for gap in gaps
    )
    span = gaps == ["den"] and fold(text[: found[0].start()]).split()[-1:] == ["tu"]  # "từ năm 2021 đến năm 2023"
    if (span or not listed) and not _COMPARE.search(folded):
        return ()
    parts = []
    for match in found:
        if listed:
            part = f"{text[: found[0].start()]} năm {match[1]}{text[found[-1].end() :]}"
        else:
            others = [other for other in found if other is not match]
            part = text
            for other in reversed(others):
                part = part[: other.start()] + part[other.end() :]
        parts.append(_tidy(part))
    return tuple(parts)


def _symbols(text: str, symbols: Sequence[Symbol], folded: str) -> tuple[str, ...]:
    """One question a document, when two are compared ("Quyết định 14 và Quyết định 22 khác nhau thế nào")."""
    if len(symbols) != 2 or not _COMPARE.search(folded):
        return ()
    first, second = symbols
    head, tail = text[: first.start], _DIFFERENCE.sub("", text[second.end :])
    return tuple(re.sub(r"\s+", " ", f"{head}{one.text}{tail}").strip() for one in (first, second))


def _offices(text: str, folded: str) -> tuple[str, ...]:
    """One question an office, when two of one body are asked for: "Chủ tịch và Phó Chủ tịch X lần lượt là ai?"."""
    pair = _TWO_OFFICES.search(folded)
    if pair is None:
        return ()
    head, tail = text[: pair.start()], text[pair.end("two") :]
    return tuple(_tidy(f"{head}{text[pair.start(name) : pair.end(name)]}{tail}") for name in ("one", "two"))


def _ordinals(text: str, folded: str) -> tuple[str, ...]:
    """One question a term or congress, when two are named side by side ("khóa XIII và khóa XIV lần lượt là ai")."""
    pair = _TWO_ORDINALS.search(folded) if _COMPARE.search(folded) else None
    if pair is None:
        return ()
    head, tail = text[: pair.start()], text[pair.end() :]
    kind = text[pair.start("kind") : pair.end("kind")]
    return tuple(_tidy(f"{head}{kind} {text[pair.start(name) : pair.end(name)]}{tail}") for name in ("one", "two"))


def _places(text: str, folded: str) -> tuple[str, ...]:
    """One question a place, when two stand side by side ("của cả nước và của Bến Tre")."""
    provinces = [(start, end) for _, start, end in find_provinces(text)]
    places = sorted([*provinces, *(match.span() for match in _WHOLE.finditer(folded))])
    if len(places) != 2 or not (_COMPARE.search(folded) or re.search(rf"\bbao nhieu\b|\bmay\b|\b{_AMOUNT}\b", folded)):
        return ()
    (first, first_end), (second, second_end) = places
    between = _BETWEEN_SCOPES.fullmatch(folded, first_end, second)
    if between is None:
        return ()
    second = between.start("level") if between["level"] else second  # "của cả nước và của cấp tỉnh Bến Tre"
    head, tail = text[:first], _EACH.sub("", _DIFFERENCE.sub("", text[second_end:]))
    return tuple(_tidy(f"{head}{place}{tail}") for place in (text[first:first_end], text[second:second_end]))


def _amounts(text: str, folded: str) -> tuple[str, ...]:
    """ "Số tổ hòa giải và tỷ lệ hòa giải thành năm 2023 là bao nhiêu?": one question each, with what both share."""
    match = _TWO_AMOUNTS.match(folded)
    if not match:
        return ()
    frame, one, two, tail = (text[match.start(name) : match.end(name)] for name in ("frame", "one", "two", "tail"))
    return tuple(_tidy(f"{frame}{amount}{tail}?") for amount in (one, two))


def _amounts_apart(text: str, folded: str) -> tuple[str, ...]:
    """Two amounts, each with a year of its own: "Số X ở A năm 2014 và số Y ở B năm 2021 lần lượt là bao nhiêu?"."""
    match = _TWO_APART.match(folded)
    if match is None:
        return ()
    one, two, tail = (text[match.start(name) : match.end(name)] for name in ("one", "two", "tail"))
    return tuple(_tidy(f"{part} {tail}?") for part in (one, two))


def _persons_apart(text: str, folded: str) -> tuple[str, ...]:
    """ "Trưởng Ban … tại hội nghị năm 2021 và người ký báo cáo năm 2022 lần lượt là ai?": one question each."""
    pair = _TWO_PERSONS.match(folded)
    if pair is None:
        return ()
    return tuple(_tidy(f"{text[pair.start(name) : pair.end(name)]} là ai?") for name in ("one", "two"))


def _at_events(text: str, folded: str) -> tuple[str, ...]:
    """ "Bà A giữ chức gì tại hội nghị … năm 2020 và tại hội nghị … năm 2023?": one question each."""
    pair = _TWO_EVENTS.match(folded)
    if pair is None or not _ASKED_THERE.search(pair["head"]):
        return ()
    head = text[: pair.end("head")]
    return tuple(_tidy(f"{head} {text[pair.start(name) : pair.end(name)]}?") for name in ("one", "two"))


def _alike(text: str, folded: str) -> tuple[str, ...]:
    """ "Chủ đề … của A và chủ đề … của B là gì?": one question each, where both begin with the same two words."""
    pair = _TWO_ALIKE.match(folded)
    if pair is None:
        return ()
    one, two, tail = (text[pair.start(name) : pair.end(name)].strip(" ,") for name in ("one", "two", "tail"))
    return tuple(f"{part} {_COMPARED.sub('', tail).strip(' ?')}?" for part in (one, two))


def _facts(text: str, folded: str) -> tuple[str, ...]:
    """ "… bao nhiêu mô hình và bao nhiêu được công nhận?": one question each; the second takes over the frame."""
    asked = list(_ASKS.finditer(folded))
    if len(asked) != 2 or any(match.group() == "o dau" for match in asked):  # one sentence says when and where
        return ()
    joint = next(iter(_AND.finditer(folded, asked[0].end(), asked[1].start() + 1)), None)
    if joint is None or "," in text[joint.end() : asked[1].start()]:
        return ()
    one, two = text[: joint.start()], text[joint.end() :]
    leading = asked[1].start() - joint.end() <= len("co ")
    if leading and len(text[: asked[0].start()].split()) < LEAST_FRAME:
        return ()
    if leading:
        two = f"{text[: asked[0].start()]}{text[asked[1].start() :]}"
    two = _of_the_same(one, two)
    missing = [year for year in find_years(one) if not find_years(two)]
    two = f"{two.rstrip(' ?.')} năm {missing[0]}?" if missing else two
    both = (_tidy(f"{one.rstrip(' ?.')}?"), _tidy(two))
    return both if all(len(part.split()) >= LEAST_WORDS for part in both) else ()


def _of_the_same(one: str, two: str) -> str:
    """ "… đạt bao nhiêu và mục tiêu đến năm 2030 là bao nhiêu?": the goal of what the first part asks about."""
    goal = _GOAL_ALONE.match(fold(two))
    asked = _ASKED_OF.search(fold(one)) if goal else None
    if goal is None or asked is None:
        return two
    thing = _OF_PERIOD.sub("", one[: asked.start()]).strip(" ,")
    return f"{two[: goal.end('goal')]} {thing[:1].lower()}{thing[1:]} {two[goal.end('goal') :].strip()}"


def _tidy(part: str) -> str:
    part = _COMPARED.sub("", _DIFFERENCE.sub("", part))
    return re.sub(r"\s+", " ", part).strip(" ,.;")
