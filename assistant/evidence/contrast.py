"""Opposites of administrative prose: a sentence on the one answers no question about the other.

"Cấp huyện" beside "cấp xã", "đăng ký" beside "công nhận": such sentences differ in one word, and similarity hardly
tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.evidence.outline import parents
from assistant.evidence.sentences import Evidence
from assistant.question.asking import asks_written
from assistant.question.places import find_provinces
from assistant.question.understand import Question

# Each line is a set of alternatives. With their diacritics: folded, "tối đa" is also "tôi đã".
_SETS = tuple(
    tuple((word, re.compile(rf"\b(?:{word})\b")) for word in words)
    for words in (
        ("cấp trung ương", "cấp tỉnh", "cấp huyện", "cấp xã"),
        ("cả nước|toàn quốc", "toàn tỉnh|tỉnh ta"),
        ("tập thể", "cá nhân"),
        ("đăng ký", "công nhận"),
        ("thành thị", "nông thôn"),
        ("xuất khẩu", "nhập khẩu"),
        ("cao nhất", "thấp nhất"),
        ("tối đa", "tối thiểu"),
        ("chủ quan", "khách quan"),
        ("toàn bộ", "một phần"),
        ("đã được", "chưa được"),
        ("khen thưởng", "kỷ luật"),
        ("định kỳ", "đột xuất"),
        ("lần đầu", "lần (?:thứ )?hai|các lần sau|những lần sau"),
        ("thu ngân sách", "chi ngân sách"),
        ("(?<!cận )hộ nghèo", "hộ cận nghèo"),
        *(
            (rf"(?<!phó ){office}", rf"phó {office}")
            for office in ("trưởng ban", "chủ tịch", "bí thư", "giám đốc", "thủ tướng")
        ),
    )
)
# Whom rules provide for, as they are called; who is of two kinds is said to be.
_GROUPS = tuple(
    re.compile(rf"\b(?:{words})\b")
    for words in (
        "học sinh|sinh viên|học viên|người học|trẻ em|trẻ",
        "giáo viên|nhà giáo|giảng viên|thầy cô|thầy giáo|cô giáo",
        "người cao tuổi|người già",
        "người khuyết tật",
        "hộ nghèo|hộ cận nghèo|người nghèo",
        "hộ kinh doanh",
        "hợp tác xã",
        "bệnh nhân|người bệnh",
        "bác sĩ|nhân viên y tế|cán bộ y tế",
        "thương binh|bệnh binh|liệt sĩ|người có công",
    )
)
# Whom somebody looks after is not who gets the allowance: "người cao tuổi chăm sóc người khuyết tật được trợ cấp …".
_CARE = r"(?:chăm sóc|nuôi dưỡng|nuôi|dạy|giảng dạy|điều trị|phục vụ|giúp đỡ|giúp|trông|đưa đón|hướng dẫn|bảo trợ)"
_CARES = re.compile(rf"\b{_CARE}\b")
_CARED_FOR = re.compile(
    rf"\b{_CARE}\s+(?:cho\s+)?(?:[^\W\d]+\s+){{0,2}}?(?=(?:{'|'.join(g.pattern for g in _GROUPS)}))"
)
# These are also said of anyone, and of those above: that a rule speaks of "cán bộ" does not rule out who else is one.
_ANYONE = re.compile(r"\b(?:cán bộ|công chức|viên chức|người lao động|doanh nghiệp|công ty)\b")
# The organisations of the political system: what one of them did, another did not.
_ORGANISATIONS = tuple(
    re.compile(rf"\b(?:{words})\b")
    for words in (
        "hội nông dân",
        "hội (?:liên hiệp )?phụ nữ",
        "đoàn thanh niên|tỉnh đoàn|thành đoàn|huyện đoàn",
        "hội cựu chiến binh",
        "liên đoàn lao động|công đoàn",
        "hội người cao tuổi",
        "hội chữ thập đỏ",
        "mặt trận",
        "công an",
    )
)
_SEVERAL_LEVELS = re.compile(r"\b(?:hai|ba|bốn|các|2|3|4) cấp(?= (?:tỉnh|huyện|xã)\b)")  # "ba cấp tỉnh Hải Lâm"
_FIELD = re.compile(r"\b(lĩnh vực|nhóm) (?!(?:nào|gì|này|đó)\b)([^\W\d]+(?: [^\W\d]+)?)")
# "cao hơn bình quân chung cả nước (47,5%)" is said of a part.
_THAN_WHOLE = re.compile(r"\b(?:so với|hơn|bằng|vượt|trên|dưới)\s+(?:\w+\s+){0,4}?(?:của )?(?:cả nước|toàn quốc)\b")
_MEETING_OF_ALL = re.compile(r"\b(?:đại hội|hội nghị|hội thi|liên hoan)(?: \w+){0,3} toàn quốc\b")  # a name, no scope
_NATION = 1  # the country beside one province
SCOPES = 2  # how many of the sets are levels of government


def uncompared(sentence: str) -> str:
    """The sentence in lower case, without what only compares a part with the whole country."""
    return _MEETING_OF_ALL.sub(" ", _THAN_WHOLE.sub(" ", sentence.lower()))


def clashes(question: Question, evidence: Evidence) -> int:
    """How many of the question's alternatives the sentence, or what it stands under, replaces by another one."""
    asked = _asked(question.text)
    if not any(asked):
        return 0
    levels = [uncompared(evidence.text), *lines_above(evidence)]
    return sum(_clash(words, wanted, levels) for words, wanted in zip(_SETS, asked, strict=True))


def says_opposite(question: Question, evidence: Evidence) -> bool:
    """Whether a figure is asked for and the sentence itself has an opposite of what it is asked of: "xuất khẩu"."""
    if question.expects != "number" or question.yes_no:
        return False
    asked = _asked(question.text)[SCOPES:]
    return any(
        _clash(words, wanted, [evidence.text.lower()]) for words, wanted in zip(_SETS[SCOPES:], asked, strict=True)
    )


def of_another(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence is on another organisation than the one asked about, or only on other fields."""
    if question.yes_no:
        return False
    wanted = [one for one in _ORGANISATIONS if asks_written(one, question.text)]
    if not wanted and not asks_written(_FIELD, question.text):
        return False
    asked, said = " ".join(question.text.lower().split()), " ".join(evidence.text.lower().split())
    levels = [said, *lines_above(evidence)] if len(wanted) == 1 else []
    first = next((text for text in levels if any(one.search(text) for one in _ORGANISATIONS)), "")
    if first and not any(wanted[0].search(text) for text in levels):
        head = re.match(r"\W*(?:\d+[.)]|[a-zđ]\))?\W*(?:các\s+|cấp\s+)*(.{0,40})", first)
        if head and any(one.match(head[1]) for one in _ORGANISATIONS):
            return True
    fields = [(kind, field) for kind, field in _FIELD.findall(asked) if kind in said]
    return question.expects == "number" and any(field not in said for _, field in fields)


def other_scope(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence speaks of another level of government than is asked about, or its passage of none."""
    own, of_nation = _asked(question.asking)[0], _asked(question.text)[_NATION]
    asked = (own, of_nation)  # the level that the topic of a follow-up was counted at need not be said again
    if not any(asked):
        return False
    levels = [uncompared(evidence.text), *lines_above(evidence)]
    if any(_clash(words, wanted, levels) for words, wanted in zip(_SETS, asked, strict=False)):
        return True
    around = f"{evidence.hit.chunk.indexed_text.lower()} {' '.join(levels)}"
    if question.expects in ("organ", "person"):  # "UBND tỉnh", "các tỉnh ủy" are of that level
        return any(word in own and word.removeprefix("cấp ") not in around for word, _ in _SETS[0])
    return any(word in own and not pattern.search(around) for word, pattern in _SETS[0])


def other_group(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence provides for a group of people and its passage never speaks of the one asked about."""
    asked = [pattern for pattern in _GROUPS if asks_written(pattern, question.text)]
    if not asked:
        return False
    text, chunk, document = evidence.text.lower(), evidence.hit.chunk, evidence.hit.document
    around = " ".join((text, chunk.indexed_text.lower(), document.title.lower(), *lines_above(evidence)))
    text, around = " ".join(text.split()), " ".join(around.split())  # PDF files break lines anywhere
    if _only_cared_for(question.text.lower(), asked, text):
        return True
    if any(pattern.search(around) for pattern in asked):
        return False
    return any(pattern.search(text) for pattern in (*_GROUPS, _ANYONE))


def _only_cared_for(question: str, asked: Sequence[re.Pattern[str]], sentence: str) -> bool:
    """Whether the sentence names those asked about only as the ones whom another group looks after."""
    cared = [found.end() for found in _CARED_FOR.finditer(sentence)]
    if not cared or _CARES.search(question):
        return False
    named = [found.start() for pattern in asked for found in pattern.finditer(sentence)]
    others = [found.start() for pattern in (*_GROUPS, _ANYONE) for found in pattern.finditer(sentence)]
    return bool(named) and all(start in cared for start in named) and min(others) < min(named)


def of_asked_level(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence, or what it stands under, names the one level of government that is asked about."""
    wanted = _asked(question.text)[0]
    if len(wanted) != 1:
        return False
    levels = [evidence.text.lower(), *lines_above(evidence)]
    return any(word in wanted and pattern.search(text) for text in levels for word, pattern in _SETS[0])


@lru_cache(maxsize=256)
def _asked(question: str) -> tuple[frozenset[str], ...]:
    """Of each set the alternatives that the question names."""
    text = _SEVERAL_LEVELS.sub(" ", question.lower())
    asked = [frozenset(word for word, pattern in words if pattern.search(text)) for words in _SETS]
    if find_provinces(question) and not asked[_NATION]:
        asked[_NATION] = frozenset({_SETS[_NATION][1][0]})  # "của Bến Tre" is asked of a province, not of the country
    return tuple(asked)


def _clash(words: tuple[tuple[str, re.Pattern[str]], ...], wanted: frozenset[str], levels: list[str]) -> bool:
    if not wanted or len(wanted) == len(words):
        return False
    for text in levels:  # the nearest line that says any of them decides
        if said := {word for word, pattern in words if pattern.search(text)}:
            return not said & wanted
    return False


def lines_above(evidence: Evidence) -> list[str]:
    """The lines that the sentence is subordinate to, nearest first, in lower case."""
    text = evidence.hit.document.text
    return [text[start:end].lower() for start, end in parents(text, evidence.start)]
