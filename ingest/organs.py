"""Issuing bodies: their names as written in a sentence, their level, and the places they are named after."""

from __future__ import annotations

import re
from collections import Counter

from vectorstore.text.normalise import LOWER, UPPER, fold
from vectorstore.text.symbols import Symbol

_WORD = rf"[{UPPER}][{LOWER}’']+"
_NAME = rf"{_WORD}(?:[ -]{_WORD})*"
# Names with their capitals: what a masthead sets in capitals is written out with them.
_NAMES = (
    "Chính phủ", "Thủ tướng Chính phủ", "Quốc hội", "Ủy ban Thường vụ Quốc hội", "Chủ tịch nước", "Bộ Chính trị",
    "Ban Bí thư", "Ban Chấp hành Trung ương", "Văn phòng Trung ương Đảng", "Ban Dân vận Trung ương",
    "Ban Tổ chức Trung ương", "Ban Tuyên giáo Trung ương", "Ủy ban Kiểm tra Trung ương", "Ban Nội chính Trung ương",
    "Trung ương", "Bộ Công an", "Bộ Quốc phòng", "Bộ Ngoại giao", "Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính",
    "Bộ Y tế", "Bộ Xây dựng", "Bộ Công Thương", "Bộ Kế hoạch và Đầu tư", "Bộ Lao động - Thương binh và Xã hội",
    "Bộ Giáo dục và Đào tạo", "Bộ Khoa học và Công nghệ", "Bộ Giao thông vận tải", "Bộ Tài nguyên và Môi trường",
    "Bộ Nông nghiệp và Môi trường", "Bộ Nông nghiệp và Phát triển nông thôn", "Bộ Thông tin và Truyền thông",
    "Bộ Văn hóa, Thể thao và Du lịch", "Bộ Dân tộc và Tôn giáo", "Ủy ban Dân tộc", "Thanh tra Chính phủ",
    "Ngân hàng Nhà nước Việt Nam", "Ngân hàng Nhà nước", "Văn phòng Chính phủ", "Kiểm toán Nhà nước",
    "Tổng cục Thuế", "Tổng cục Hải quan", "Tổng cục Thống kê",
    "Bộ Công nghiệp", "Bộ Thương mại", "Bộ Thủy sản", "Bộ Bưu chính, Viễn thông", "Bộ Văn hóa - Thông tin",
    "Bộ Khoa học, Công nghệ và Môi trường", "Ban Quản lý", "khu công nghiệp", "các",
    "Tòa án nhân dân tối cao", "Viện kiểm sát nhân dân tối cao", "Hội đồng Công tác quần chúng Trung ương",
    "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam", "Bảo hiểm xã hội Việt Nam", "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "Ban Dân vận", "Ban Tổ chức", "Ban Tuyên giáo", "Ban Nội chính", "Ban Thường vụ", "Ban Chấp hành", "Ban Chỉ đạo",
    "Ủy ban Kiểm tra", "Ủy ban nhân dân", "Hội đồng nhân dân", "Tỉnh ủy", "Thành ủy", "Huyện ủy", "Thị ủy",
    "Quận ủy", "Đảng ủy", "Đảng bộ", "Văn phòng", "Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp", "Sở Y tế", "tỉnh",
    "thành phố", "huyện", "quận", "thị xã", "thị trấn", "xã", "phường", "của", "về", "và", "khóa", "nhiệm kỳ",
)  # fmt: skip
_SPELLED = {name.lower(): name for name in _NAMES}
_SYMBOLIC = re.compile(r"\S+")
_KEPT = re.compile(r".*\d.*|[IVX]+|[A-ZĐ]{2,}[-/].*|[^\w]+")  # symbols, numbers, Roman numerals
_SPELLING = re.compile(rf"\b(?:{'|'.join(re.escape(key) for key in sorted(_SPELLED, key=len, reverse=True))})\b")
_PARTY_COMMITTEE = re.compile(r"(?:Tỉnh|Thành|Huyện|Thị|Quận|Đảng) ủy\b")
_PART_OF = re.compile(
    r"(?:Ban (?!Thường vụ|Chấp hành)|Văn phòng|Ủy ban Kiểm tra|Sở |Trường |Trung tâm |Phòng |Chi cục |Thanh tra |"
    r"Tổng cục |Cục |Vụ |Viện |Kho bạc |Công an |Hạt |Liên đoàn )"
)
_NAMES_ITS_PLACE = re.compile(r"Tổng cục|Cục|Vụ|Viện")  # of a ministry: "Tổng cục Thuế", not "… Bộ Tài chính"
_ABBREVIATED = {"UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân", "BQL": "Ban Quản lý"}
# Bodies of the State and of the Party's centre: one name says all, whatever else the masthead repeats.
_STATE = re.compile(r"Bộ |Chính phủ|Thủ tướng|Quốc hội|Chủ tịch nước|Ngân hàng|Tòa án|Viện kiểm sát|Kiểm toán|"
                    r"Thanh tra|Ủy ban Thường vụ Quốc hội|Ủy ban Dân tộc|Bảo hiểm|.* Trung ương|Ban Bí thư|"
                    r"Văn phòng Chính phủ")  # fmt: skip
_BODY = re.compile(
    rf"(?:Ban|Bộ|Ủy ban|Uỷ ban|Hội đồng|Tỉnh ủy|Thành ủy|Huyện ủy|Đảng ủy|Sở|Văn phòng)"
    rf"(?: (?:Dân vận|Tổ chức|Tuyên giáo|Nội chính|Kiểm tra|Thường vụ|Chấp hành|Chỉ đạo|(?:Tỉnh|Thành|Huyện|Đảng) ủy|"
    rf"Trung ương|{_NAME}|nhân dân|dân tộc|dân vận|công tác|quần chúng|và|tỉnh|huyện|thành phố|thị xã|xã|phường|ủy))+"
)
_BY_CODE = {
    "CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "BNV": "Bộ Nội vụ", "BTC": "Bộ Tài chính", "BCA": "Bộ Công an",
    "BQP": "Bộ Quốc phòng", "BTP": "Bộ Tư pháp", "BYT": "Bộ Y tế", "BXD": "Bộ Xây dựng", "BCT": "Bộ Công Thương",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư", "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội",
    "BGDĐT": "Bộ Giáo dục và Đào tạo", "BKHCN": "Bộ Khoa học và Công nghệ", "NHNN": "Ngân hàng Nhà nước Việt Nam",
    "CTN": "Chủ tịch nước", "VPTW": "Văn phòng Trung ương Đảng", "BDVTW": "Ban Dân vận Trung ương",
    "TU": "Tỉnh ủy", "TW": "Ban Chấp hành Trung ương",
}  # fmt: skip
_LEVELS = (
    ("central", re.compile(r"\btrung ương\b|\bchính phủ\b|\bquốc hội\b|^bộ (?!tư lệnh|chỉ huy)\w|"
                           r"\bbộ chính trị\b|\bban bí thư\b|"
                           r"\btối cao\b|\bchủ tịch nước\b|\bnhà nước\b|\btoàn quốc\b|\bviệt nam$")),
    # "Hợp tác xã", "thị xã" and "xã hội" are no communes
    ("commune", re.compile(r"(?<!hợp tác )(?<!thị )\b(?:xã|phường|thị trấn)\b(?! hội)")),
    ("district", re.compile(r"\b(?:huyện|quận|thị xã|huyện ủy|quận ủy|thị ủy)\b")),
    ("province", re.compile(r"\b(?:tỉnh|tỉnh ủy|thành ủy|thành phố|sở)\b")),
)  # fmt: skip
_LEVEL_OF_CODE = {"TU": "province", "HU": "district", "QU": "district", "ThU": "district", "UBND": "province",
                  "HĐND": "province"}  # fmt: skip
_HELD_AT = re.compile(rf"\btại (?:tỉnh |thành phố |TP\.? ?)?({_NAME})")
_PROVINCE = re.compile(rf"\btỉnh ({_WORD}(?: {_WORD}){{0,2}})")
_PROVINCE_OF_COMMITTEE = re.compile(rf"\bTỉnh ủy ({_WORD} {_WORD})\b(?! [{UPPER}])")  # three words are its secretary
_WORKS_WITH = re.compile(rf"\blàm việc (?:với|tại) (?:lãnh đạo )?(?:tỉnh|thành phố|TP\.?) ({_NAME})")
_NOT_PLACES = re.compile(
    r"(?:Hội(?! An\b)|Đại hội|Ban|Bộ|Ủy|Uỷ|Nghị|Quyết|Điều|Khoản|Luật|Công|Thông|Phiên|Kỳ|Đảng|Chỉ|"
    r"Nhà(?! Bè\b)|Phòng|Trung tâm|Trụ sở|Cung|Quảng trường|Khách sạn|"
    r"Sân|Khu|Văn phòng|Trường(?! Sa)|Học viện|Viện|Bảo tàng|Rạp|Thư viện|Trung đoàn)\b",
    re.IGNORECASE,
)


def read_organ(lines: list[str], *, joint: bool = False) -> str | None:
    """The body a masthead names in its capital lines, superior first, written as in a sentence.

    A `joint` document has several, which are all named.
    """
    spelt = list(dict.fromkeys(spell(_in_full(line)) for line in lines))
    own = max((i for i in range(1, len(spelt)) if _PART_OF.match(spelt[i])), default=0)
    unit = fold(" ".join(spelt[own:]))
    named = [name for name in _NAMES if _STATE.match(name) and fold(name) in unit]
    named = [name for name in named if not any(name != other and fold(name) in fold(other) for other in named)]
    if named:
        first = sorted(named, key=lambda name: unit.find(fold(name)))
        return " - ".join(first) if joint else max(named, key=len)
    if not spelt:
        return None
    whole = " ".join(spelt[own:])
    above = " ".join(spelt[:own])
    if own and fold(above) not in fold(whole) and not _NAMES_ITS_PLACE.match(whole):
        place = above if _PARTY_COMMITTEE.match(above) else above.removeprefix("Ủy ban nhân dân").strip()
        whole = whole if fold(_bare(place)) in fold(whole) else f"{whole} {place}"
    return whole[:1].upper() + whole[1:]


def _in_full(line: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: _ABBREVIATED.get(word[0], word[0]).upper(), line)


def in_full(name: str) -> str:
    """ "UBND tỉnh A" as "Ủy ban nhân dân tỉnh A"."""
    return re.sub(r"\b(?:UBND|HĐND)\b", lambda word: _ABBREVIATED[word[0]], name)


def _bare(place: str) -> str:
    """ "tỉnh Bà Rịa - Vũng Tàu" without what it is."""
    return re.sub(r"^(?:tỉnh|thành phố|huyện|quận|thị xã)\s+", "", place)


def spell(capitals: str, others_proper: bool = True) -> str:
    """ "ỦY BAN NHÂN DÂN TỈNH LÂM GIANG" as in a sentence: known names by the table, other words as proper names.

    In a title (`others_proper` False) the other words are plain ones.
    """
    if capitals != capitals.upper():
        return capitals
    line = " ".join(capitals.split())
    lower = line.lower().replace("uỷ", "ủy")
    words: list[str] = []
    position = 0
    for match in _SPELLING.finditer(lower):
        words.append(_other(line[position : match.start()], others_proper))
        words.append(_SPELLED[match.group()])
        position = match.end()
    words.append(_other(line[position:], others_proper))
    return re.sub(r"\s+", " ", "".join(words)).strip()


def _other(text: str, proper: bool) -> str:
    return (
        _proper(text)
        if proper
        else _SYMBOLIC.sub(lambda word: word[0] if _KEPT.fullmatch(word[0]) else word[0].lower(), text)
    )


def _proper(text: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: word[0] if re.fullmatch("[IVX]+", word[0]) else word[0].capitalize(), text)


def organ_in(sentence: str) -> str | None:
    """The first body a title or an opening sentence names, with at least three words."""
    folded = fold(sentence)
    named = [
        (folded.find(fold(key)), name) for key, name in _SPELLED.items() if name[0].isupper() and len(name.split()) > 2
    ]
    known = min((pair for pair in named if pair[0] >= 0), default=None, key=lambda pair: (pair[0], -len(pair[1])))
    match = _BODY.search(sentence)
    longer = match is not None and (known is None or (match.start() <= known[0] and len(match.group()) > len(known[1])))
    if match and longer and len(match.group().split()) > 2:
        return match.group()
    return known[1] if known else None


def organ_of_symbol(symbol: Symbol) -> str | None:
    """The body a symbol's code stands for, where it is unique."""
    code = symbol.organ or ""
    if code.startswith("UBTVQH"):
        return "Ủy ban Thường vụ Quốc hội"
    return "Quốc hội" if code.startswith("QH") else _BY_CODE.get(code)


def level_of(organ: str | None, symbol: Symbol | None = None) -> str | None:
    """ "central", "province", "district" or "commune" by the body's name, else by the symbol's code."""
    lower = (organ or "").lower().replace("uỷ", "ủy")
    for level, pattern in _LEVELS:
        if pattern.search(lower):
            return level
    if symbol and symbol.organ:
        known = _LEVEL_OF_CODE.get(symbol.organ)
        return known or ("central" if organ_of_symbol(symbol) or symbol.organ.endswith("TW") else None)
    return None


def place_held(opening: str) -> str | None:
    """The place a report's opening says something was held at."""
    places = (match[1] for match in _HELD_AT.finditer(opening) if not _NOT_PLACES.match(opening, match.start(1)))
    return next(places, None)


def province_in(text: str) -> str | None:
    """The province that a provincial text names most."""
    named = (*_PROVINCE_OF_COMMITTEE.finditer(text), *_PROVINCE.finditer(text))
    counted = Counter(match[1] for match in named if not _NOT_PLACES.match(match[1]))
    # Of as many, one of two words: three are often the holder of an office, "Phó Chủ tịch UBND tỉnh Lục Thị Hoài"
    return max(counted, key=lambda name: (counted[name], -len(name.split())), default=None)


def visited_in(title: str) -> str | None:
    """The province that a report is on of a visit from the centre: "Phó Thủ tướng … làm việc với tỉnh A về …"."""
    match = _WORKS_WITH.search(title)
    return match[1] if match else None
