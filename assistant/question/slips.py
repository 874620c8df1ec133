"""Slips of the finger: a word that no document has and that is no syllable, one letter away from a frequent one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.question.common_terms import SyllableCounts
from vectorstore.text.normalise import fold, tone_key
from vectorstore.text.syllable import is_syllable

LEAST_LETTERS, LEAST_MARKED = 4, 2
LEAST_SEEN = 5  # how often the documents must have what is taken for the word meant
_LETTERS = "abcdeghiklmnopqrstuvxyđ"
_PAIR = 50  # what a neighbour it is known to stand beside counts for, in occurrences
LEAST_PAIR = 20  # how often the documents must have the word meant beside a neighbour, and never the one typed
# What people say in questions and documents do not, beside any word.
_SPOKEN = frozenset(
    ["nghĩ", "muốn", "thấy", "nghe", "nhớ", "hỏi", "biết", "hiểu", "xem", "tôi", "mình", "ấy", "đó", "nào", "gì", "mấy",
     "đâu", "bao", "nhiêu", "thế", "sao", "vậy", "ạ", "nhé", "à", "còn", "thì", "là", "bảo", "cái", "ông", "bà", "ở",
     "đăng"]
)  # fmt: skip
_I_FOR_Y = str.maketrans("iíìỉĩị", "yýỳỷỹỵ")
_Y_FOR = re.compile(r"(?:k|l|m|t|h|qu)[iíìỉĩị]")  # "kỉ niệm" is "kỷ niệm" where documents write so
_TITLED = re.compile(r"(?<![\w/.@-])[^\W\d_]{3,9}(?![\w/@-]|\.\w)")
LEAST_NAMED = 2  # how often the documents must have the name that a slip of two capitalised words stands for
_LOWER = re.compile(r"(?<![\w/.@-])[^\W\d_]{4,9}(?![\w/@-]|\.\w)")


def mend_slips(text: str, counts: SyllableCounts) -> str:
    """The text with such words as they were meant: "thi hàhn" is "thi hành", "nhữg" is "những"."""
    pieces, end = [], 0
    for word in _LOWER.finditer(text):
        if meant := _meant(word, text, counts):
            pieces += [text[end : word.start()], meant]
            end = word.end()
    return "".join(pieces) + text[end:]


def mend_names(text: str, counts: SyllableCounts) -> str:
    """The text with such slips in names of two words: "Cao Phog" is "Cao Phong" where the documents have that."""
    for word in reversed(list(_TITLED.finditer(text))):
        if meant := _named(word, text, counts):
            text = f"{text[: word.start()]}{meant}{text[word.end() :]}"
    return text


def _named(match: re.Match[str], text: str, counts: SyllableCounts) -> str | None:
    word = match.group().lower()
    if not match.group().istitle() or is_syllable(word) or counts.syllable_forms(fold(word)):
        return None
    before, after = re.search(r"(\w+) $", text[: match.start()]), re.match(r" (\w+)", text[match.end() :])
    left = tone_key(before[1].lower()) if before and before[1].istitle() else ""
    right = tone_key(after[1].lower()) if after and after[1].istitle() else ""

    def beside(form: str) -> int:
        return max(
            counts.bigram_count(left, form) if left else 0,
            counts.bigram_count(form, right) if right else 0,
        )

    forms = {tone_key(one) for one in _near(word, marked=True) if is_syllable(one)}
    best = max(sorted(forms), key=beside, default="")
    return best.capitalize() if best and beside(best) >= LEAST_NAMED else None


def mend_marks(text: str, counts: SyllableCounts) -> str:
    """The text with wrong marks righted: "dân vân" is "dân vận" where no document has the one and many the other."""
    words = list(re.finditer(r"[^\W\d_]+", text))
    typed = [tone_key(word.group().lower()) for word in words]
    pieces, end = [], 0
    for at, word in enumerate(words):
        if meant := _marked(at, words, typed, text, counts):
            pieces += [text[end : word.start()], meant]
            end = word.end()
            typed[at] = meant
    return "".join(pieces) + text[end:]


def _marked(at: int, words: list[re.Match[str]], typed: list[str], text: str, counts: SyllableCounts) -> str | None:
    word = typed[at]
    if not words[at].group().islower() or fold(word) == word or word in _SPOKEN or len(word) < LEAST_MARKED:
        return None
    before = typed[at - 1] if at and text[words[at - 1].end() : words[at].start()] == " " else ""
    after = typed[at + 1] if at + 1 < len(words) and text[words[at].end() : words[at + 1].start()] == " " else ""

    def beside(form: str) -> int:
        left = counts.bigram_count(before, form) if before else 0
        return left + (counts.bigram_count(form, after) if after else 0)

    if beside(word):
        return None
    readings = set(counts.syllable_forms(fold(word)))
    if _Y_FOR.fullmatch(word):
        readings.add(word.translate(_I_FOR_Y))
    readings |= {form for other in _sounds_alike(word) for form in counts.syllable_forms(fold(other))}
    best = max(readings - {word, fold(word)}, key=beside, default=None)
    return best if best and beside(best) >= LEAST_PAIR else None


def _sounds_alike(word: str) -> Iterator[str]:
    """The word begun as others hear it: "sử lý" for "xử lý", "công xuất" for "công suất"."""
    if word[0] in "sx":
        yield f"{'x' if word[0] == 's' else 's'}{word[1:]}"


def _meant(match: re.Match[str], text: str, counts: SyllableCounts) -> str | None:
    word = match.group()
    marked = fold(word) != word  # a bare word may be foreign
    if not word.islower() or len(word) < LEAST_LETTERS or is_syllable(word) or counts.syllable_forms(fold(word)):
        return None
    before = re.findall(r"\w+", text[: match.start()])[-1:]
    after = re.findall(r"\w+", text[match.end() :])[:1]
    best, most = None, 0
    for candidate in dict.fromkeys(_near(word, marked)):
        seen = counts.syllable_forms(fold(candidate)).get(tone_key(candidate), 0) if is_syllable(candidate) else 0
        if seen < LEAST_SEEN:
            continue
        beside = sum(counts.bigram_count(tone_key(one.lower()), tone_key(candidate)) for one in before)
        beside += sum(counts.bigram_count(tone_key(candidate), tone_key(one.lower())) for one in after)
        if seen + _PAIR * beside > most:
            best, most = candidate, seen + _PAIR * beside
    return best


def _near(word: str, marked: bool) -> Iterator[str]:
    """Two letters the other way round; in a word with marks also one letter left out or typed besides."""
    for at in range(len(word) - 1):
        yield f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"
    for at in range(len(word) + 1 if marked else 0):
        for letter in _LETTERS:
            yield f"{word[:at]}{letter}{word[at:]}"
    for at in range(len(word) if marked else 0):
        yield f"{word[:at]}{word[at + 1 :]}"
