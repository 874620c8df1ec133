"""Vietnamese characters and search tokens: cleaning, folding, tone placement, syllables.

Everything here keeps offsets where it says so, because quotes are cut from the stored text by offset.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Token = tuple[str, int, int]  # the token and its span in the text it was read from

# For character classes: Unicode mixes Vietnamese capitals and small letters, so a range such as À-Ỹ matches both.
LOWER = "a-zàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
UPPER = "A-Z" + LOWER[3:].upper()

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_SHAPES = "\u0302\u0306\u031b"  # circumflex, breve, horn: part of the letter, so they precede the tone
_MARKS = re.compile(f"[{_SHAPES}{_TONES}]{{2,}}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# Look-alikes typed or extracted for the Vietnamese letter: eth and African D for Đ, OI for Ư (a common PDF font fault).
_LOOK_ALIKES = str.maketrans("\u00d0\u00f0\u0189\u01a2\u01a3", "ĐđĐƯư")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u00b4\u0060", "'''''")


def nfc(text: str) -> str:
    """Compose `text`; also repairs a tone mark typed before the circumflex, breve or horn, which NFC alone leaves."""
    composed = unicodedata.normalize("NFC", text)
    if not any(mark in composed for mark in _SHAPES):
        return composed
    decomposed = unicodedata.normalize("NFD", composed)
    ordered = _MARKS.sub(lambda run: "".join(sorted(run.group(), key=lambda mark: mark in _TONES)), decomposed)
    return unicodedata.normalize("NFC", ordered)


def clean(text: str) -> str:
    """Repair characters, not words: NFC, plain spaces and line ends, nothing invisible. Typing errors stay."""
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return nfc(text.translate(_LOOK_ALIKES))


class _Folder(dict[int, str]):
    """Character table for `str.translate`, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0]
        lower = "d" if base in "đĐ\u00d0\u00f0" else base.lower()
        self[code] = lower[0] if lower else char
        return self[code]


_FOLDER = _Folder()
_BLANKS = re.compile(r"\s+")
REMEMBERED_CHARS = 2000  # sentences and passages, which the rules of answering look at over and over; not documents


def fold(text: str) -> str:
    """Lower-case without diacritics (đ becomes d). One character in, one out, so offsets of NFC text are kept."""
    return _remembered_fold(text) if len(text) <= REMEMBERED_CHARS else text.translate(_FOLDER)


@lru_cache(maxsize=8192)
def _remembered_fold(text: str) -> str:
    return text.translate(_FOLDER)


def one_line(text: str) -> str:
    """With one blank for every run of blanks and line ends: texts from PDF files break lines anywhere."""
    return _remembered_line(text) if len(text) <= REMEMBERED_CHARS else _BLANKS.sub(" ", text)


@lru_cache(maxsize=8192)
def _remembered_line(text: str) -> str:
    return _BLANKS.sub(" ", text)


_ONSET = re.compile(r"qu|gi(?=[aeiouyăâêôơư])|[^aeiouyăâêôơư]*", re.IGNORECASE)
_VOWELS = frozenset("aeiouyăâêôơư")
_SHAPED = frozenset("ăâêôơư")


@lru_cache(maxsize=65536)
def tone_key(syllable: str) -> str:
    """Put the tone mark where the traditional rule wants it, so that uỷ and ủy, khoẻ and khỏe become equal.

    The rule: after the onset (`qu`, and `gi` before a vowel, are onsets) a shaped vowel (ăâêôơư) takes the tone, the
    last one if there are two; else the last vowel before a final consonant; else the first of two, the middle of three.
    What is not a Vietnamese syllable comes back unchanged.
    """
    decomposed = unicodedata.normalize("NFD", syllable)
    tones = [mark for mark in decomposed if mark in _TONES]
    if len(tones) != 1:
        return syllable
    bare = unicodedata.normalize("NFC", decomposed.replace(tones[0], ""))
    position = _tone_position(bare.lower())
    if position is None:
        return syllable
    return unicodedata.normalize("NFC", bare[: position + 1] + tones[0] + bare[position + 1 :])


def _tone_position(bare: str) -> int | None:
    onset = _ONSET.match(bare)
    start = onset.end() if onset else 0
    end = start
    while end < len(bare) and bare[end] in _VOWELS:
        end += 1
    rest = bare[end:]
    if end == start or len(rest) > 2 or any(char in _VOWELS for char in rest):
        return None
    shaped = [i for i in range(start, end) if bare[i] in _SHAPED]
    if shaped:
        return shaped[-1]
    if rest:
        return end - 1
    return start + (1 if end - start >= 3 else 0)


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_][^\W_]*(?:['\u2018\u2019\u02bc][^\W\d_]+)*")
# 25-NQ/TW, 30/2020/NĐ-CP, 10/01/2018, 2016 - 2020: also kept whole. Spaces only before capitals or a year, because
# "năm 2023 - Hà Nội" is no symbol.
_COMPOUND = re.compile(
    r"(?<![\w/-])\d+(?:[.,]\d+)?(?:[-–/][^\W_]+|\s?[-–/]\s?(?:[A-ZĐƯ]{1,10}\d{0,2}|(?:19|20)\d\d)(?![^\W_]))+"
)
_JOINING = ".,'\u2018\u2019\u02bc"  # what _TOKEN has inside a token
_SEPARATOR = re.compile(r"\s*[-–]\s*")
_SLASH = re.compile(r"\s*/\s*")


def syllables(text: str) -> list[str]:
    """Search tokens of `text` in order; see `syllable_spans`. Accepts any Unicode form."""
    text, found, at = nfc(text), list[str](), 0
    for compound in _COMPOUND.finditer(text):
        end = compound.end()
        if text[end : end + 1] in _JOINING:  # the last token may go on beyond the compound
            for token in _TOKEN.finditer(text, at):
                if token.start() >= end:
                    break
                found.append(_search_form(token.group()))
                at = token.end()
        else:
            found += [_search_form(token) for token in _TOKEN.findall(text, at, end)]
        found.append(_whole(compound)[0])
        at = max(at, end)
    return found + [_search_form(token) for token in _TOKEN.findall(text, at)]


def syllable_spans(text: str) -> list[Token]:
    """Search tokens with their spans in `text` (NFC): lower-case syllables with one tone placement.

    K’Ré and K'Ré are one token; 183.676 stays whole; 05 and 5 are one token. A symbol, date or range gives its parts
    and then itself: 25-NQ/TW → 25, nq, tw, 25-nq/tw.
    """
    compounds = list(_COMPOUND.finditer(text))
    tokens: list[Token] = []
    waiting = 0
    for match in _TOKEN.finditer(text):
        while waiting < len(compounds) and compounds[waiting].end() <= match.start():
            tokens.append(_whole(compounds[waiting]))
            waiting += 1
        tokens.append((_search_form(match.group()), match.start(), match.end()))
    tokens.extend(_whole(compound) for compound in compounds[waiting:])
    return tokens


@lru_cache(maxsize=65536)
def _search_form(token: str) -> str:
    if token[0].isdigit():
        return token.lstrip("0") or "0" if token.isdigit() else token
    return tone_key(token.lower().translate(_APOSTROPHES))


def _whole(compound: re.Match[str]) -> Token:
    text = _SLASH.sub("/", _SEPARATOR.sub("-", compound.group())).lower()
    parts = re.split(r"([-/])", text)
    return "".join(_search_form(part) if part else part for part in parts), compound.start(), compound.end()
