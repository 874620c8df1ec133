"""Puts what "còn X?" names in the place of its like in the question before: an office, a body, a place, a measure.

All patterns run on folded text, which has the same length, so a question without diacritics is read the same way.
"""

from __future__ import annotations

import re

import regex

from assistant.question.asking import asking_folded
from assistant.question.names import PERSON, find_names, is_common
from assistant.question.places import find_provinces
from assistant.question.roles import HEAD, asked_role, role_span
from assistant.question.topic import QUESTION_WORDS, YEAR, name_end, with_topic, without_asked
from vectorstore.text.normalise import fold

_MEASURE = re.compile(
    r"(?:tong (?:so|muc|von|kinh phi)|so luong|so tien|so|ty le|chi tieu|chi so|muc|kinh phi|dien tich|dan so|"
    r"san luong|"
    r"doanh thu|thoi han|thoi gian|ket qua|tong thu|tong chi|thu ngan sach|chi ngan sach|thu nhap|gia tri|kim ngach)"
    r"(?:\s+(?=\w)|$)"
)
_MEASURED_END = re.compile(r"\s(?:cua|o|tai|tren dia ban|trong|nam|quy|thang|giai doan|nhiem ky|la|dat)(?=\s|$)")
_HOW_MANY = re.compile(r"\b(?:bao nhieu|may)\b")
_OF_YEAR = r"(?:\s*[,/]?\s*(?:cua )?(?:nam )?(?P<year>(?:19|20)\d\d))"
_PART = (
    r"(?P<part>quy (?:i{1,3}|iv|[1-4])|\d{1,2} thang(?: (?:dau|cuoi)(?: nam)?)?|(?:den |vao )?(?:dau|giua|cuoi) nam|"
    r"ca (?:giai doan|nhiem ky|nam|thoi ky))"
)
_PERIOD = re.compile(rf"{_PART}{_OF_YEAR}?")
_PERIOD_SAID = re.compile(rf"\b{_PERIOD.pattern}\b")
_WHOLE_PERIOD = re.compile(r"ca (?:giai doan|nhiem ky|thoi ky)")
_YEAR_PHRASE = re.compile(r"\b(?:nam\s+)?(?:19|20)\d\d\b")
_AGED = re.compile(r"(?:(?:tu du|tu|tren|duoi|tron|du)\s+)?\d[\d.,]*\s+(?P<unit>\w+)(?:\s+tro len)?")
_BODY = re.compile(
    r"(?:so|bo|cuc|chi cuc|vu|hoi|ban|uy ban|toa an|vien kiem sat|cong an|thanh tra|van phong|cong doan|"
    r"doan thanh nien|"
    r"mat tran|kho bac|ngan hang|lien doan|hoi dong|ubnd|hdnd)\s+\w|(?:tinh|thanh|huyen|thi) (?:doan|doi)\b"
)
_SIDES = (
    "ket qua|thanh tich|uu diem|han che|ton tai|khuyet diem|kho khan|vuong mac|nguyen nhan|nhiem vu|giai phap|muc tieu|"
    "kien nghi|bai hoc|phuong huong"
)
_ASPECT = re.compile(rf"(?:nhung |cac |ve )?(?:{_SIDES})(?:,? (?:va )?(?:{_SIDES}))*")
_WHOSE = re.compile(r"(?P<by>(?:ve )?(?:phia|ben)\s+)\w")
_SIDE_OF = re.compile(rf"\W*(?P<side>(?:nhung |cac )?(?:{_SIDES}))\s+(?:ve|trong|cua|o)\s")
_TOPIC = re.compile(r"\s*\([^()]*\)$")
_ASPECT_ASKED = re.compile(
    rf"\b(?:nhung |cac )?(?:{_SIDES})(?: noi bat| chu yeu| trong tam)? (?:gi|nao)(?: noi bat| chu yeu| trong tam)?\b"
)
_BODY_END = re.compile(r"\s(?:tinh|thanh pho|huyen|xa|cua|o|tai|nam|phai|va|giao)(?=\s|[?.,!]|$)")
_WHOLE = re.compile(r"\b(?:ca nuoc|toan quoc|toan tinh|toan nganh|toan huyen)\b")
_UNIT = r"(?:(?i:tỉnh|thành phố|huyện|thị xã|xã|phường|quận)\s+)"
_PLACE = regex.compile(rf"^(?:(?i:ở|tại|của)\s+)?(?P<place>{_UNIT}?\p{{Lu}}\p{{Ll}}*(?:\s+\p{{Lu}}\p{{Ll}}*){{1,3}})$")
# Typed without capitals: "thế bình sa?" after "ct UBND tỉnh khánh dương là ai".
_SMALL_PLACE = regex.compile(
    r"(?<!cấp )(?<!toàn )(?<!các )(?<!mỗi )\b(?:tỉnh|huyện|xã|phường|thành phố|thị xã)\s+"
    r"((?!(?:được|có|đã|đang|sẽ|là|đạt|tổ|ban|đăng|ủy|này|đó)\s)\p{Ll}+\s+\p{Ll}+)"
    r"(?=\s+(?:là (?:ai|gì|bao nhiêu)|năm \d|có bao nhiêu)\b)"
)
# "thế ở huyện bảo lạc?" after "… ở bảo lâm, cao bằng có mấy học viên"
_AT_SMALL = regex.compile(
    rf"\b(?:ở|tại)\s+(?P<place>{_UNIT}?\p{{Ll}}{{2,}}\s\p{{Ll}}{{2,}})(?=,|\s+(?:là|có|đạt|năm|được|mấy)\b|$)"
)
_UNIT_SMALL = regex.compile(rf"(?:(?:ở|tại)\s+)?(?P<place>{_UNIT}\p{{Ll}}{{2,}}\s\p{{Ll}}{{2,}})")
_TWO_SMALL = regex.compile(r"(?!cấp |toàn |các )\p{Ll}{2,}\s+(?!(?:kia|này|đó|ấy|khác|nào)$)\p{Ll}{2,}")
_PEOPLE = regex.compile(r"(?i:người|dân tộc|đồng bào)\s+(?P<name>\p{Lu}\p{Ll}*(?:\s\p{Lu}\p{Ll}*)?)")
_TITLED_PERSON = regex.compile(rf"(?P<title>(?i:ông|bà|đồng chí|đ/c|anh|chị)\s+)?(?:{PERSON.pattern})")
# What the former holder gave is not what is asked of the other one: "… tặng giấy khen phong trào … là ai?".
_GAVE = re.compile(r"\s(?:đã\s+)?(?:tặng|trao|trao tặng)\s.*?(?=\s(?:là ai|la ai)\b)")
OWN_WORDS = 2  # of a measure, for it to be another one
MOST_INSERTED = 4  # words
_PERSON_ASKED = re.compile(r"\b(?:la ai|ai|do ai|ong nao|ba nao|dong chi nao)\b")


def role_instead(rest: str, base: str) -> str | None:
    """Another office in the place of the one asked about, whose body stays: "Còn Phó Trưởng ban?"."""
    new = HEAD.search(fold(rest))
    if new is None or new.start() > len("các "):
        return None
    old = HEAD.search(fold(base))
    if old is None:
        who = _PERSON_ASKED.search(fold(base))
        return with_topic(f"{rest} là ai", base) if who else None
    if old.group().endswith(" ban") and not new.group().endswith(" ban") and fold(rest) == new.group():
        rest = f"{rest} Ban"  # "Chánh Văn phòng" of the "Ban" that the old office has in its name
    role, span = asked_role(rest), role_span(base)
    end = span[1] if role and role.organ and span else old.end()  # it brings a body of its own
    after = _GAVE.sub("", base[end:]) if _PERSON_ASKED.search(fold(base)) else base[end:]
    return f"{base[: old.start()]}{rest}{after}?"


def person_instead(rest: str, base: str) -> str | None:
    """Another person in the place of the only one that the question names: "Còn bà Hoa?"."""
    named = [*_TITLED_PERSON.finditer(base)] if _TITLED_PERSON.fullmatch(rest) else []
    if len(named) != 1 or not (named[0]["title"] or named[0].start() == 0):
        return None  # "Chủ tịch tỉnh Lê Văn A": the office is his and not the other's
    put = f"{rest[:1].upper()}{rest[1:]}" if named[0].start() == 0 else rest
    return f"{base[: named[0].start()]}{put}{base[named[0].end() :]}?"


def period_instead(rest: str, base: str) -> str | None:
    """Another part of the year, or of another one, in the place of the period asked about: "Còn quý II?"."""
    new = _PERIOD.fullmatch(fold(rest))
    old = (_PERIOD_SAID.search(fold(base)) or _YEAR_PHRASE.search(fold(base))) if new else None
    if new is None or old is None:
        return None
    part, year = rest[new.start("part") : new.end("part")], new["year"]
    if not year and not _WHOLE_PERIOD.match(new["part"]):
        year = next(iter(re.findall(YEAR, old.group())), None)
    tail = base[old.end() :]
    if new["year"]:
        tail = YEAR.sub(new["year"], tail)
    of = f" {year}" if fold(part).endswith(" nam") else f" năm {year}"
    return f"{base[: old.start()]}{part}{of if year else ''}{tail}?"


def figure_instead(rest: str, base: str) -> str | None:
    """Another figure of the same unit: "Thế từ 100 tuổi trở lên?" after "… tròn 80 tuổi …"."""
    new = _AGED.fullmatch(fold(rest))
    if new is None or YEAR.search(rest):
        return None
    old = next((found for found in _AGED.finditer(fold(base)) if found["unit"] == new["unit"]), None)
    return f"{base[: old.start()]}{rest}{base[old.end() :]}?" if old else None


def measure_instead(rest: str, base: str) -> str | None:
    """Another measure of the same thing: "Còn tỷ lệ …?" takes the place of what was measured or counted before."""
    said, before = fold(rest), fold(base)
    if not _is_measure(rest):
        return None
    words = [word for word in said[_MEASURE.match(said).end() :].split() if len(word) > 1]  # type: ignore[union-attr]
    if words and _HOW_MANY.search(before) and all(re.search(rf"\b{re.escape(word)}\b", before) for word in words):
        return f"{base}?"  # it was asked as "bao nhiêu …"
    if _is_measure(base) and (end := _MEASURED_END.search(before)) and not _MEASURED_END.search(said):
        return f"{rest[:1].upper()}{rest[1:]}{base[end.start() :]}?"
    figure = _HOW_MANY.search(asking_folded(base)) or _is_measure(base)
    return with_topic(f"{rest} {'là bao nhiêu' if figure else 'thế nào'}", without_asked(base))


def measures_another(rest: str, base: str) -> bool:
    """Whether another measure is asked for in words of its own: "chỉ số chuyển đổi số … thứ mấy" after PAR INDEX."""
    said = _MEASURE.match(fold(rest))
    if said is None or not _is_measure(rest):
        return False
    thing = QUESTION_WORDS.split(_MEASURED_END.split(fold(rest)[said.end() :])[0])[0].split()
    before = set(fold(base).split())
    return len([word for word in thing if word not in before]) >= OWN_WORDS


def place_and_year(text: str) -> str:
    """Only where and of when a question is: "Ninh Thuận năm 2022"."""
    places = dict.fromkeys(name for name, _, _ in find_provinces(text))
    years = dict.fromkeys(YEAR.findall(text))
    return ", ".join([*places, *(f"năm {year}" for year in years)]) or text


def _is_measure(text: str) -> bool:
    """Not "sở", "sổ": the first word is "số" or typed without diacritics."""
    match = _MEASURE.match(fold(text))
    first = text.split()[0].lower() if text.split() else ""
    return match is not None and (fold(first) != "so" or first in ("số", "so"))


def aspect_instead(rest: str, base: str) -> str | None:
    """Another side of the same matter: "Hạn chế thì sao?" after "… có những kết quả gì nổi bật?"."""
    old = _ASPECT_ASKED.search(fold(base)) if _ASPECT.fullmatch(fold(rest)) else None
    if old is None:
        return None
    return f"{base[: old.start()]}những {rest[:1].lower()}{rest[1:]} gì{base[old.end() :]}?"


def side_instead(rest: str, base: str) -> str | None:
    """Whose shortcomings, results …: "Còn phía Mặt trận thì sao?" after "Hạn chế về lấy ý kiến Nhân dân?"."""
    whose = _WHOSE.match(fold(rest))
    side = _SIDE_OF.match(fold(base)) if whose else None
    if whose is None or side is None:
        return None
    topic = _TOPIC.search(base)
    return f"{base[: side.end('side')]} của {rest[whose.end('by') :]}{topic.group() if topic else ''}?"


def place_instead(rest: str, base: str) -> str | None:
    """Another place, whatever its name, in the place of the one named or of the whole country."""
    new = _PLACE.match(rest)
    if (old := _SMALL_PLACE.search(base)) and (new or _TWO_SMALL.fullmatch(rest)) and not is_common(rest.split()[0]):
        rest = new["place"] if new else rest
        return f"{base[: old.start(1)]}{rest}{base[old.end(1) :]}?"
    if (at := _AT_SMALL.search(base)) and (small := _UNIT_SMALL.fullmatch(rest)):
        return f"{base[: at.start('place')]}{small['place']}{base[at.end('place') :]}?"
    if new is None or PERSON.fullmatch(new["place"]) or not (find_provinces(rest) or find_names(new["place"])):
        return None
    name = new["place"]
    if whole := _WHOLE.search(fold(base)):
        after = base[whole.end() :]  # "toàn tỉnh Lâm Giang": the district is one of that province
        unit = f", {whole.group().split()[-1].replace('tinh', 'tỉnh')}" if after[1:2].isupper() else ""
        return f"{base[: whole.start()]}{name}{unit}{after}?"
    places = [old for old in find_names(base) if PERSON.fullmatch(old) is None]
    if not places:
        return None
    start = base.rfind(places[-1])
    unit = regex.search(rf"{_UNIT}$", base[:start])
    if unit and regex.match(_UNIT, name):
        start = unit.start()
    return f"{base[:start]}{name}{base[base.rfind(places[-1]) + len(places[-1]) :]}?"


def people_instead(rest: str, base: str) -> str | None:
    """Another ethnic group: "Còn trong đồng bào Hoa?" after "… hộ nghèo trong đồng bào Khmer"."""
    new, old = _PEOPLE.search(rest), _PEOPLE.search(base)
    if not (new and old) or rest[new.end() :].strip():
        return None
    return f"{base[: old.start('name')]}{new['name']}{base[old.end('name') :]}?"


def body_instead(rest: str, base: str) -> str | None:
    """Another body in the place of the one that does or is given something: "Còn Sở Tài chính?"."""
    if not _BODY.match(fold(rest)):
        return None
    before = fold(base)
    for old in re.finditer(rf"\b{_BODY.pattern}", before):
        if fold(rest).startswith(before[old.start() : old.end() - 2]) or base[old.start()].isupper():
            ends = [end for end in (name_end(base, old.end() - 1), _after(_BODY_END, before, old.end() - 1)) if end]
            put = f"{base[: old.start()]}{rest}{base[min(ends) if ends else len(base) :]}?"
            return re.sub(r"(?i)\b(tỉnh|huyện|xã|thành phố) \1\b", r"\1", put)
    return None


def _after(pattern: re.Pattern[str], folded: str, start: int) -> int | None:
    found = pattern.search(folded, start)
    return found.start() if found else None


def half_instead(rest: str, base: str) -> str | None:
    """A word of two syllables in the place of the one that ends alike: "ngoại trú" for "nội trú"."""
    words = fold(rest).split()
    if QUESTION_WORDS.search(fold(rest)) or not 2 <= len(words) <= MOST_INSERTED:
        return None
    ends = re.search(rf"\b{re.escape(words[0])} {re.escape(words[-1])}\b", fold(base)) if len(words) > 2 else None
    if ends:  # "hộ cận nghèo" for "hộ nghèo"
        return f"{base[: ends.start()]}{rest}{base[ends.end() :]}?"
    if len(words) > 2:
        return None
    other = re.search(rf"\b(?!{re.escape(words[0])}\b)[^\W\d]+\s+{re.escape(words[1])}\b", fold(base))
    return f"{base[: other.start()]}{rest}{base[other.end() :]}?" if other else None
