"""Proper names in a question or a sentence: persons, places, and other runs of capitalised syllables."""

from __future__ import annotations

import regex

from assistant.question.lunar_years import lunar_years
from assistant.question.places import find_provinces
from vectorstore.text.normalise import fold, tone_key

_SYLLABLE = r"\p{Lu}[\p{Ll}]*(?:['’]\p{Lu}?\p{Ll}+)?"
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Tô|Đinh|Đoàn|Lương|Mai|Trịnh|Cao|"
    "Lâm|Tạ|Hà|Đào|Phùng|Chu|Châu|Quách|Tống|Thái|Lưu|La|Từ|Điểu|Y|A|Hầu|Giàng|Lò|Vàng|Sùng|Nông|Triệu|Vi|Kim|Thạch|"
    "Danh|Bế|Hứa|Mạc|Ma|Quàng|Cầm|Hạng|Thào|Lầu|Vừ|Mùa|Tòng|Lường|Hoàng|Khuất|Kiều|Nghiêm|Ninh|Ông|Tăng|Thân|Viên|Vương"
)
PERSON = regex.compile(rf"(?<!\w)(?:{_SURNAMES})(?:\s+{_SYLLABLE}){{1,4}}(?!\w)")
_TITLES = frozenset({"Ông", "Bà", "Anh", "Chị", "Cô", "Cụ"})
_RUN = regex.compile(rf"(?<![\w/-])(?:{_SYLLABLE})(?:\s+{_SYLLABLE})+(?![\w/-])")
# Syllables that begin offices, organs and kinds of documents: capitalised, but not part of anybody's name.
_COMMON = frozenset(
    [
        "ai", "bà", "ban", "bằng", "bảng", "báo", "bcđ", "bí", "bộ", "ca", "các", "chánh", "chỉ", "chi", "chính",
        "chủ", "chương", "công", "cộng", "cục", "đại", "đài", "dân", "đảng", "điều", "định", "đoàn", "đồng", "giao",
        "đồng_chí", "hai", "hđnd", "hoạch", "hội", "huân", "hướng", "huyện", "kế", "kết", "khoản", "kinh",
        "luật", "mặt", "một", "mttq", "mục", "nam", "năm", "ngày", "nghị", "người", "nhà", "nhân", "những", "ở", "ông",
        "phần", "phân", "phó", "phòng", "quốc", "quy", "quỹ", "quyết", "số", "sở", "tại", "tài", "thành", "thanh",
        "theo", "thông", "thủ", "thư", "thứ", "tỉnh", "tổ", "tòa", "tổng", "trong", "trung", "trưởng",
        "trường", "ubnd", "ủy", "ủy_ban", "văn", "viên", "viện", "việt", "vụ", "vùng", "xã",
    ]
)  # fmt: skip
_COUNTRIES = frozenset({"Trung Quốc", "Hàn Quốc", "Đài Loan"})  # of syllables that begin offices
_COMMON_FOLDED = frozenset(map(fold, _COMMON))


LEAST_NAME, LONGEST_PLACE = 2, 2  # syllables
_UNIT_BEFORE = regex.compile(r"(?i)\b(?:huyện|thị xã|xã|phường|quận|thị trấn|thành phố|tỉnh)\s+$")
_AT_BEFORE = regex.compile(r"(?i)\b(?:ở|tại)\s+$")
_OPENS_PLACE = frozenset(
    ["Bình", "An", "Tân", "Phú", "Thạnh", "Long", "Hòa", "Hưng", "Thuận", "Vĩnh", "Mỹ", "Sơn", "Đông", "Tây", "Nam",
     "Bắc", "Thanh", "Yên", "Gia", "Giao", "Đại"]
)  # fmt: skip
# Words that open a question in capitals before a name: "Trước Manning", "Theo Luật Đất đai".
_OPENERS = frozenset(
    "trước sau tại theo trong khi vào đến tên cho với ngoài ở bên phía còn thế vậy hồi".split()  # noqa: SIM905
)


_LOWER_PERSON = regex.compile(
    rf"(?<!\w)(?:ông|bà|đồng chí|đ/c)\s+((?:{_SURNAMES.lower()})(?:\s+\p{{Ll}}+){{1,3}}?)"
    r"(?=\s+(?:giữ|là|làm|đang|đã|nói|phát biểu|yêu cầu|đề nghị|nhấn mạnh|khẳng định|ký|sinh|có|được|bị|thôi|nghỉ|"
    r"từng|trao|tặng|dự|chủ trì|kết luận|công bố|cho biết|cho rằng|mong|chỉ đạo|thay mặt)\b|\W*$)"
)


# "chủ tịch ubnd tỉnh bình sa là ai": what stands there is no verb, as in "tỉnh đăng ký bao nhiêu".
_LOWER_PLACE = regex.compile(
    r"\b(tỉnh|huyện|thị xã|thành phố)\s+((?!(?:ủy|đoàn|đội|này|đó|nào|ấy|kia)\s)\p{Ll}{2,} "
    r"(?!(?:này|đó|nào|ấy|kia)\b)\p{Ll}{2,})"
    r"(?=\s+là ai\b)"
)


def capitalised_persons(text: str) -> str:
    """The text with capitals on persons typed without: "ông đỗ văn phới giữ chức vụ gì"."""
    return str(_LOWER_PERSON.sub(lambda match: match.group().replace(match[1], match[1].title()), text))


def capitalised_places(text: str) -> str:
    """The text with capitals on a place typed without, where all of it is: "chủ tịch ubnd tỉnh bình sa là ai"."""
    if _RUN.search(text):
        return text
    return str(_LOWER_PLACE.sub(lambda match: f"{match[1]} {match[2].title()}", text))


def uncapitalised(question: str) -> str:
    """The question with the capital taken off a first word that is no name."""
    first = question.split(maxsplit=1)[:1]
    return question[:1].lower() + question[1:] if first and first[0].lower() in _OPENERS else question


def is_common(word: str) -> bool:
    """Whether the word begins offices, organs or kinds of documents rather than a name.

    Diacritics tell ("Văn phòng", but "Vân Khê"); a word typed without them is taken for any of its readings.
    """
    bare = fold(word) == word.lower()
    return fold(word) in _COMMON_FOLDED if bare else tone_key(word.lower()) in _COMMON


def _trimmed(words: list[str], before: str) -> list[str]:
    """Without the words at either end that begin offices and organs; "huyện Bình Đại" is one."""
    if " ".join(words[-2:]) in _COUNTRIES:
        return words[-2:]
    rest = list(words)
    while rest and is_common(rest[0]):
        rest.pop(0)
    while rest and is_common(rest[-1]):
        rest.pop()
    placed = _UNIT_BEFORE.search(before) or (words[0] in _OPENS_PLACE and _AT_BEFORE.search(before))
    return words[:LONGEST_PLACE] if len(rest) < LEAST_NAME and placed else rest


def _last_province(run: str) -> str:
    """The province that a longer run of capitals ends in: "Sở Công Thương Hà Tĩnh"."""
    for name, start, end in find_provinces(run):
        if start > 0 and end == len(run):
            return name
    return ""


def find_names(text: str) -> list[str]:
    """Persons and places named in `text`: runs of two or more capitalised syllables, offices and organs cut off."""
    names: list[str] = []
    for match in _RUN.finditer(text):
        words = match.group().split()
        if words[0] in _TITLES and PERSON.fullmatch(" ".join(words[1:])):  # "Ông" is a surname as well
            words.pop(0)
        whole = " ".join(words)
        if PERSON.fullmatch(whole) is None and (last := _last_province(whole)):
            found = [" ".join(_trimmed(words[: len(words) - len(last.split())], text[: match.start()])), last]
            names += [one for one in found if len(one.split()) >= LEAST_NAME and one not in names]
            continue
        if PERSON.fullmatch(whole) is None:
            words = _trimmed(words, text[: match.start()])
        name = " ".join(words)
        if lunar_years(name):
            continue
        if len(words) >= LEAST_NAME and fold(name) != "viet nam" and name not in names and not name.isupper():
            names.append(name)
    return names
