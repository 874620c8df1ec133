"""Makes a true claim false in one particular. Each function gives the false claim, or None where it does not apply."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from vectorstore.text.symbols import find_symbols

_UPPER = "A-Z" + "".join(
    chr(c) for c in range(0xC0, 0x1EFA) if chr(c).isupper() and unicodedata.name(chr(c)).startswith("LATIN")
)
_LOWER = "a-z" + "".join(
    chr(c) for c in range(0xE0, 0x1EFA) if chr(c).islower() and unicodedata.name(chr(c)).startswith("LATIN")
)
_CAP = f"[{_UPPER}][{_LOWER}]+"
_SURNAME = (
    "Nguyễn|Trần|Lê|Phạm|Huỳnh|Hoàng|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đào|Đoàn|Trịnh|Trương|Đinh|Lâm|Mai|"
    "Tô|Tạ|Cao|Lưu"
)
PERSON = re.compile(rf"\b(?:{_SURNAME})(?: {_CAP}){{2,3}}(?![\w-])")
_NO_PLACE = "(?!Ban |Hội |Bộ |Ủy |Đảng )"
PLACE = re.compile(rf"\b(?:tại|huyện|tỉnh|xã|thành phố) (?P<place>{_NO_PLACE}{_CAP} {_CAP})(?! [{_UPPER}])")
_NUMBER = re.compile(r"(?<![\w./,-])\d+(?:[.,]\d+)*(?![\w/-]|[.,]\d)")
_YEAR = re.compile(r"(?<![\w./-])(?:19|20)\d\d(?![\w/]|[.,]\d)")
_DAY = re.compile(r"(?<=[nN]gày )(\d{1,2})(?=/| tháng)|(?<=[sS]áng )(\d{1,2})(?=/| tháng)")
_ROLE_SWAPS = {
    "Phó Chủ tịch": "Chủ tịch", "Chủ tịch": "Bí thư", "Phó Bí thư": "Bí thư", "Bí thư": "Chủ tịch",
    "Phó Trưởng Ban": "Trưởng Ban", "Phó Trưởng ban": "Trưởng ban", "Trưởng Ban": "Phó Trưởng Ban",
    "Trưởng ban": "Phó Trưởng ban", "Phó Thủ tướng": "Thủ tướng", "Thủ tướng": "Chủ tịch nước",
    "Giám đốc": "Phó Giám đốc",
}  # fmt: skip
_COUNTED = (
    "mô hình",
    "tập thể",
    "cá nhân",
    "hộ",
    "người",
    "tỷ đồng",
    "cuộc",
    "đơn vị",
    "xã",
    "lượt người",
    "công trình",
)


@dataclass(frozen=True, slots=True)
class World:
    """Names of the whole corpus, to put in place of those of a claim."""

    persons: tuple[str, ...]
    places: tuple[str, ...]


def survey(texts: list[str]) -> World:
    """The persons and places that `texts` name."""
    joined = "\n".join(texts)
    return World(tuple(sorted(set(PERSON.findall(joined)))), tuple(sorted(set(PLACE.findall(joined)))))


def _replace(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _numbers(text: str) -> list[re.Match[str]]:
    taken = [(symbol.start, symbol.end) for symbol in find_symbols(text)]
    days = [match.span() for match in _DAY.finditer(text)]
    return [
        match
        for match in _NUMBER.finditer(text)
        if not _YEAR.fullmatch(match.group())
        and not any(a < match.end() and match.start() < b for a, b in taken + days)
        and not re.search(r"(?:tháng|ngày|số|quý|Điều|khoản|Khoản|điểm|lần thứ)\s$", text[: match.start()])
    ]


def _digit(text: str, world: World, random: Random) -> str | None:
    found = _numbers(text)
    if not found:
        return None
    match = random.choice(found)
    places = [i for i, char in enumerate(match.group()) if char.isdigit()]
    place = random.choice(places if len(places) == 1 else places[-max(1, len(places) - 1) :] or places)
    new = random.choice([d for d in "123456789" if d != match.group()[place]])
    return _replace(text, match, match.group()[:place] + new + match.group()[place + 1 :])


def _year(text: str, world: World, random: Random) -> str | None:
    found = list(_YEAR.finditer(text))
    if not found:
        return None
    match = random.choice(found)
    return _replace(text, match, str(int(match.group()) + random.choice((-3, -2, -1, 1, 2))))


def _date(text: str, world: World, random: Random) -> str | None:
    match = _DAY.search(text)
    if match is None:
        return None
    return _replace(text, match, str((int(match.group()) + random.randrange(1, 25)) % 28 + 1))


def _name(text: str, world: World, random: Random) -> str | None:
    found = list(PERSON.finditer(text))
    others = [name for name in world.persons if name not in text]
    if not found or not others:
        return None
    match = random.choice(found)
    if random.random() < 0.5:
        return _replace(text, match, random.choice(others))
    syllables = match.group().split()
    syllables[random.randrange(len(syllables))] = random.choice(
        [s for s in random.choice(others).split() if s not in syllables] or ["Khang"]
    )
    return _replace(text, match, " ".join(syllables))


def _symbol(text: str, world: World, random: Random) -> str | None:
    found = [symbol for symbol in find_symbols(text) if re.search(r"\d", symbol.text)]
    if not found:
        return None
    symbol = random.choice(found)
    number = re.search(r"\d+", symbol.text)
    assert number is not None
    new = (
        symbol.text[: number.start()]
        + f"{int(number.group()) + random.randrange(1, 40):02d}"
        + symbol.text[number.end() :]
    )
    if random.random() < 0.4 and symbol.type and symbol.type in symbol.text:
        swaps = {"NQ": "CT", "CT": "NQ", "QĐ": "KL", "KL": "QĐ", "KH": "QĐ", "CTr": "NQ", "HD": "KL"}
        new = symbol.text.replace(symbol.type, swaps.get(symbol.type, "TB"), 1)
    return text[: symbol.start] + new + text[symbol.end :]


def _place(text: str, world: World, random: Random) -> str | None:
    found = list(PLACE.finditer(text))
    others = [place for place in world.places if place not in text]
    if not found or not others:
        return None
    match = random.choice(found)
    return text[: match.start("place")] + random.choice(others) + text[match.end("place") :]


_AFFIRMED = re.compile(
    rf"\b(?<!chưa )(?<!không )(?:(?P<done>đã) (?=[{_LOWER}]{{2,}})|(?P<have>có) (?=\d)|(?P<must>phải) "
    rf"|(?P<can>được) (?=[{_LOWER}]{{2,}}))"
)
_DENIED = re.compile(rf" (?:không|chưa)(?= (?!những|chỉ|ngừng|gian|khí)[{_LOWER}]+ [{_LOWER}]+)")


def _negation(text: str, world: World, random: Random) -> str | None:
    denied = [m for m in _DENIED.finditer(text) if not text[: m.start()].endswith(("hàng", "phòng"))]
    if denied:
        return _replace(text, random.choice(denied), "")
    affirmed = list(_AFFIRMED.finditer(text))
    if not affirmed:
        return None
    match = random.choice(affirmed)
    new = {"done": "chưa ", "have": "không có ", "must": "không phải ", "can": "không được "}[match.lastgroup or "have"]
    return _replace(text, match, new)


def _role(text: str, world: World, random: Random) -> str | None:
    """Two persons changed over, or an office turned into another, where a person holds it."""
    persons = list(dict.fromkeys(PERSON.findall(text)))
    offices = [office for office in _ROLE_SWAPS if re.search(rf"\b{office}\b", text)]
    if not persons or not offices:
        return None
    if len(persons) >= 2 and random.random() < 0.6:
        one, other = random.sample(persons, 2)
        return text.replace(one, "\0").replace(other, one).replace("\0", other)
    office = offices[0]
    return re.sub(rf"\b{office}\b", _ROLE_SWAPS[office], text, count=1)


def _noun(text: str, world: World, random: Random) -> str | None:
    """The number counts something else."""
    pattern = rf"(?<=\d )(?:{'|'.join(_COUNTED)})\b"
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    match = random.choice(found)
    near = text[max(0, match.start() - 80) : match.end() + 80]
    return _replace(text, match, random.choice([noun for noun in _COUNTED if noun not in near] or ["dự án"]))


def _quote(text: str, world: World, random: Random) -> str | None:
    match = re.search(r"[“\"]([^“”\"]{12,})[”\"]", text)
    if match is None:
        return None
    words = match[1].split()
    words[random.randrange(len(words))] = random.choice(("đổi mới", "kỷ cương", "phát triển", "trách nhiệm"))
    return text[: match.start(1)] + " ".join(words) + text[match.end(1) :]


MUTATIONS: dict[str, Callable[[str, World, Random], str | None]] = {
    "digit": _digit,
    "year": _year,
    "date": _date,
    "name": _name,
    "symbol": _symbol,
    "place": _place,
    "negation": _negation,
    "role": _role,
    "counted noun": _noun,
    "quotation": _quote,
}
# Those that concern numbers, dates, symbols and names have the stricter target.
STRICT = frozenset({"digit", "year", "date", "name", "symbol"})
