"""Mends how a question was typed: Telex left-overs, abbreviations, and missing diacritics.

Diacritics are restored with syllable and bigram counts of the corpus itself, so the words it knows are the words the
documents use (Viterbi over the written forms of each folded syllable; backing off to the unigram).
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

import regex

from assistant.question.common_terms import SyllableCounts, WithCommonTerms
from assistant.question.names import PERSON
from assistant.question.places import mend_provinces, with_provinces
from assistant.question.shorthand import spell_out
from assistant.question.slips import mend_marks, mend_names, mend_slips
from vectorstore.text.normalise import fold, nfc, tone_key
from vectorstore.text.syllable import is_syllable
from vectorstore.text.symbols import find_symbols

# "giừơng": the tone on the first of two letters where it belongs on the second.
_MISPLACED = re.compile(r"(?i)[^\W\d_]*(?:[ừứửữự]ơ|[ìíỉĩị]ê|[ùúủũụ]ô|[ỳýỷỹỵ]ê)[^\W\d_]*")
_UO = re.compile(r"(?i)[ưừứửữự]o(?=[ngcptmi])")  # "Thưong": no syllable has the one horn without the other
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TELEX_SHAPES = [("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"), ("dd", "đ")]
_SLIP = math.log(100)  # how much likelier a bare syllable in an accented question is meant than left without its marks
_HEAPS = 0.75  # growth of the words that follow one
_UNSEEN = 0.01  # share of a pair that was never seen, in the weight of one that was
_KNOWN_SHARE = 0.5  # of the words of a question that the corpus knows; below it, it is in another language
_UNMARKED = frozenset({"cho", "do", "hay", "khi", "qua", "ra", "sau", "theo", "trong"})  # joining words without marks
_UNACCENTED_SHARE = 0.2  # Vietnamese text has diacritics on about 3 of 4 syllables

_COMRADE = regex.compile(rf"(?<![\w/.-])đc(?=\s+{PERSON.pattern})")  # before a name no "được"
_SHORT_UNITS = {"p.": "phường", "q.": "quận", "h.": "huyện", "tx.": "thị xã"}
_SHORT_UNIT = re.compile(r"\b(?:p|q|h|tx)\.(?=\s?[A-ZĐ])\s?")
# "3000 điện thoại" is written "3.000 điện thoại"; a year, a code or a symbol keeps its digits.
_THOUSANDS = re.compile(r"(?<![\w/.,-])(?!(?:19|20)\d\d\b)(\d{1,3})(\d{3})(?=\s+[^\W\d_])(?![/-])")
_THAT_NUMBER = re.compile(r"\btrong so do\b", re.IGNORECASE)  # and no "sơ đồ"
_OF_DOCUMENT = re.compile(
    r"\b(?:so|qd|nq|ct|kl|hd|kh|tb|nd|tt|quyet dinh|nghi quyet|nghi dinh|thong tu|chi thi|ket luan|huong dan|cong van|"
    r"ke hoach|thong bao|quy dinh|luat)\s+$"
)
_YEAR_WORD = re.compile(r"\b(?:nắm|nằm|nẳm)(?=\s+(?:19|20)\d\d\b)")  # whatever stands before a year is "năm"
# What a word before a number can only be in a question: "nam 2023", "tu 1/7", "ngay 15".
_BEFORE_NUMBER = {"nam": "năm", "tu": "từ", "den": "đến", "ngay": "ngày", "thang": "tháng", "khoan": "khoản"}


@dataclass(frozen=True)
class Spelled:
    """A question as mended. `unaccented`: it was typed without diacritics, so words should match folded."""

    text: str
    unaccented: bool


def mend(question: str, counts: SyllableCounts) -> Spelled:
    """Decode Telex left-overs, then restore diacritics: on all words of a question that has practically none, else on
    those that the corpus does not know as typed."""
    text = _UO.sub(lambda two: two.group().replace("o", "ơ").replace("O", "Ơ"), nfc(question).strip())
    text = _MISPLACED.sub(lambda word: tone_key(word.group()), text)
    typed = [word.group() for word in _WORD.finditer(text)]
    accented = sum(fold(word) != word.lower() for word in typed)
    unaccented = len(typed) >= 2 and accented <= _UNACCENTED_SHARE * len(typed)
    text = _COMRADE.sub("đồng chí", text)
    text = spell_out(_THAT_NUMBER.sub("trong số đó", text), counts)
    text = _SHORT_UNIT.sub(lambda match: f"{_SHORT_UNITS[match.group().strip()]} ", text)
    text = _YEAR_WORD.sub(r"năm", _WORD.sub(lambda match: _decode_telex(match.group(), counts), text))
    text = mend_names(mend_slips(_THOUSANDS.sub(_dotted, mend_provinces(text)), counts), counts)
    words = list(_WORD.finditer(text))
    known = WithCommonTerms(counts)
    if unaccented and sum(bool(known.syllable_forms(fold(word.group()))) for word in words) < _KNOWN_SHARE * len(words):
        return Spelled(text, True)
    if not unaccented:
        text = mend_marks(text, known)
        words = list(_WORD.finditer(text))
    restored = _restore(text, words, known, unaccented)
    return Spelled(with_provinces(restored) if unaccented else restored, unaccented)


def _dotted(match: re.Match[str]) -> str:
    """ "12911 tập thể" as it is written; the number of a document has no dot: "quyết định 1076"."""
    return match.group() if _OF_DOCUMENT.search(fold(match.string[: match.start()])) else f"{match[1]}.{match[2]}"


def _decode_telex(word: str, counts: SyllableCounts) -> str:
    """The syllable a Telex user meant (`vânj` → `vận`), if the word is none and the decoded one is known."""
    lower = word.lower()
    if len(lower) < 2 or counts.syllable_forms(fold(lower)):
        return word
    for candidate in _telex_readings(lower):
        if candidate in counts.syllable_forms(fold(candidate)):
            return candidate.capitalize() if word[0].isupper() else candidate
    return word


def _telex_readings(word: str) -> list[str]:
    toned = [at for at in range(1, len(word)) if word[at] in _TELEX_TONES]
    once = re.sub(r"([^\W\d_])\1+$", r"\1", word)  # a key held too long: "côngg"
    bases = [(word, ""), (once, ""), *((word[:at] + word[at + 1 :], _TELEX_TONES[word[at]]) for at in toned)]
    readings = []
    for base, tone in bases:
        for keys, letter in _TELEX_SHAPES:
            base = base.replace(keys, letter)
        for position, letter in enumerate(base):
            if fold(letter) in "aeiouy":
                marked = unicodedata.normalize("NFC", base[: position + 1] + tone + base[position + 1 :])
                readings.append(tone_key(marked))
    return readings


# How questions are put; reports and decisions hardly ever contain these words, so the corpus cannot teach them.
_ASKING = {
    "hien nay": "hiện nay", "hom nay": "hôm nay", "hien tai": "hiện tại", "bay gio": "bây giờ",
    "bao nhieu": "bao nhiêu", "la gi": "là gì", "la ai": "là ai", "o dau": "ở đâu", "khi nao": "khi nào", "the "
    "nao": "thế nào",
    "nhu the nao": "như thế nào", "vi sao": "vì sao", "tai sao": "tại sao", "bao gio": "bao giờ", "bao lau": "bao lâu",
    "dung khong": "đúng không", "phai khong": "phải không", "thi sao": "thì sao", "gi": "gì", "ai": "ai", "nao": "nào",
    "bo may": "bộ máy", "nha may": "nhà máy", "may moc": "máy móc", "may tinh": "máy tính",
    "may": "mấy", "cho biet": "cho biết", "con nam": "còn năm", "nhung gi": "những gì", "ve viec gi": "về việc gì",
    "noi ve": "nói về", "noi gi": "nói gì", "ve van de gi": "về vấn đề gì", "ngay nao": "ngày nào",
    "thang nao": "tháng nào", "nam nao": "năm nào", "do ai": "do ai", "ai ky": "ai ký",
    "co phai": "có phải", "the con": "thế còn",
    "tinh nay": "tỉnh này", "tinh do": "tỉnh đó", "huyen nay": "huyện này", "huyen do": "huyện đó",
    "ong ay": "ông ấy", "ba ay": "bà ấy", "hoi nghi do": "hội nghị đó", "hoi nghi nay": "hội nghị này",
    "nghi quyet nay": "nghị quyết này", "nghi quyet do": "nghị quyết đó", "van ban nay": "văn bản này",
    "van ban do": "văn bản đó", "quyet dinh nay": "quyết định này", "mo hinh do": "mô hình đó",
    "tap the nao": "tập thể nào", "ca nhan nao": "cá nhân nào", "muc bao nhieu": "mức bao nhiêu",
}  # fmt: skip

_UNIQUE = frozenset({"bao", "nhiêu", "lâu"})  # hardly anything else in a question; "bảo", "báo" are words of documents
_ASKING_WORDS = frozenset(tone_key(word) for phrase in _ASKING.values() for word in phrase.split())


def _asking_forms(words: list[re.Match[str]]) -> dict[int, str]:
    """Positions whose written form the way of asking settles, longest phrases first."""
    folded = [fold(word.group()) for word in words]
    settled: dict[int, str] = {}
    for phrase in sorted(_ASKING, key=len, reverse=True):
        parts, forms = phrase.split(), _ASKING[phrase].split()
        for start in range(len(folded) - len(parts) + 1):
            span = range(start, start + len(parts))
            if folded[start : start + len(parts)] == parts and not any(i in settled for i in span):
                settled.update(zip(span, forms, strict=True))
    return settled


def _before_numbers(text: str, words: list[re.Match[str]]) -> dict[int, str]:
    """Positions of words whose form the number after them settles."""
    return {
        position: _BEFORE_NUMBER[word.group().lower()]
        for position, word in enumerate(words)
        if word.group().lower() in _BEFORE_NUMBER
        and re.match(r"\s+\d", text[word.end() :])
        and not (position and fold(words[position - 1].group()) == "thong")  # "thông tư 40"
    }


def _readings(word: str, counts: SyllableCounts, unaccented: bool) -> dict[str, int]:
    """What a typed word may stand for, with how often the corpus has it. A known accented word stands for itself."""
    as_typed = tone_key(word.lower())
    forms = counts.syllable_forms(fold(word))
    bare = fold(word) == word.lower()
    if as_typed in _ASKING_WORDS and not bare:
        return _settled(as_typed, counts)
    meant = as_typed in forms if bare else as_typed in forms or is_syllable(word)
    if not forms or (not unaccented and (not bare or word[0].isupper()) and meant):
        return _settled(as_typed, counts)
    if unaccented and not bare and as_typed in forms:
        return _settled(as_typed, counts)
    if not unaccented and bare and is_syllable(word):
        return _settled(as_typed, counts) if as_typed in _UNMARKED else {as_typed: 1, **forms}
    return forms


def _settled(form: str, counts: SyllableCounts) -> dict[str, int]:
    """The one reading, with how often it occurs: before a frequent word a pair seen once says little."""
    return {form: max(1, counts.syllable_forms(fold(form)).get(form, 0))}


def _restore(text: str, words: list[re.Match[str]], counts: SyllableCounts, unaccented: bool) -> str:
    kept = [(symbol.start, symbol.end) for symbol in find_symbols(text)]
    columns = [
        {word.group().lower(): 1}
        if any(start <= word.start() < end and not word.group().islower() for start, end in kept)
        else _readings(word.group(), counts, unaccented)
        for word in words
    ]
    if not words:
        return text
    for position, form in _asking_forms(words).items():
        typed = words[position].group().lower()
        if unaccented or form in _UNIQUE or typed not in counts.syllable_forms(fold(typed)):
            columns[position] = _settled(form, counts)
    for position, form in _before_numbers(text, words).items() if unaccented else ():
        columns[position] = _settled(form, counts)
    # In an accented question a bare word is mostly meant as it stands, unless no syllable is written so ("hop").
    meant = [not unaccented and is_syllable(word.group()) for word in words]
    costs = [
        {form: _SLIP for form in column if kept_as and form != tone_key(word.group().lower())}
        for column, kept_as, word in zip(columns, meant, words, strict=True)
    ]
    path = _viterbi(columns, costs, counts)
    pieces, end = [], 0
    for word, written in zip(words, path, strict=True):
        letters = word.group()
        if written in (letters.lower(), tone_key(letters.lower())):
            pieces += [text[end : word.start()], letters]
            end = word.end()
            continue
        cased = written.upper() if letters.isupper() and len(letters) > 1 else written
        cased = cased[0].upper() + cased[1:] if letters[0].isupper() else cased
        pieces += [text[end : word.start()], cased]
        end = word.end()
    return "".join(pieces) + text[end:]


def _followers(count: int) -> float:
    """About how many different words follow one that occurs so often (Heaps): a frequent one is no surprise before a
    word that it was never seen with."""
    return float(max(count, 1) ** _HEAPS)


def _viterbi(columns: list[dict[str, int]], costs: list[dict[str, float]], counts: SyllableCounts) -> list[str]:
    """The most probable written forms, one per column of {form: count}; `costs` are taken off their log-probability."""
    scores = {form: math.log(count) - costs[0].get(form, 0.0) for form, count in columns[0].items()}
    back: list[dict[str, str]] = []
    previous_column = columns[0]
    for column, cost in zip(columns[1:], costs[1:], strict=True):
        total = sum(column.values())
        best: dict[str, tuple[float, str]] = {}
        new = {before: _followers(n) for before, n in previous_column.items()}
        for form, count in column.items():
            best[form] = max(
                (
                    score
                    + math.log(
                        (counts.bigram_count(before, form) + _UNSEEN * new[before] * count / total)
                        / (previous_column[before] + new[before])
                    ),
                    before,
                )
                for before, score in scores.items()
            )
        back.append({form: before for form, (_, before) in best.items()})
        scores = {form: score - cost.get(form, 0.0) for form, (score, _) in best.items()}
        previous_column = column
    path = [max(scores, key=lambda form: scores[form])]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]
