"""The content words of a question with their weights, and how much of them a text has."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import regex

from assistant.evidence.synonyms import WRITTEN, WRITTEN_FOLDED
from assistant.question.places import find_provinces
from assistant.question.roles import HEAD
from assistant.question.shorthand import ABBREVIATIONS
from assistant.question.topic import CARRIED_OVER
from assistant.question.understand import Question
from vectorstore.text.normalise import fold, syllables

CARRIED = 0.5  # weight of a word that only says where to look
LEAST_OWN = 3  # content words of what is asked itself, for the others to weigh less
LEAST_CONTENT = 2  # content words that a question must have left without its symbols
LEAST_WORDS = 4  # that a question must have left without the name of its law
# With their diacritics: folded, "bị" would take "bí thư" with it and "bao" would take "báo cáo".
FUNCTION_WORDS = frozenset(
    [
        "ai", "bao", "biết", "bằng", "bị", "bởi", "cho", "chuyện", "các", "cái", "còn", "có", "của", "do", "gì",
        "gồm", "hay", "hãy", "họ", "khi", "không", "kia", "kể", "là", "lượt", "lần", "mấy", "mỗi", "một", "nhiêu",
        "nhé", "như", "nhỉ", "những", "nào", "này", "phải", "rồi", "sao", "sẽ", "theo", "thì", "thế", "trong",
        "tôi", "tại", "từ", "và", "vì", "vậy", "về", "với", "xin", "à", "đâu", "đã", "đó", "đúng", "được", "đến",
        "ạ", "ấy", "ở",
    ]
)  # fmt: skip
# Ways of asking that no document repeats; on folded text.
_CHATTER = re.compile(
    r"\b(?:hien nay|hien tai|bay gio|ca nuoc|toan quoc|"
    r"xin hoi|cho hoi|cho toi biet|cu the|vui long|dien ra|khac nhau|toi muon "
    r"biet|van de gi|"
    r"noi dung gi|viec gi|theo (?:loi|y kien|phat bieu)(?: cua)? [^,?]{3,50}(?=[?.]*\s*$)|"
    r"(?:toi|den) dau(?=\W*$)|sap toi|nuoc minh|duoc neu la|keo? giup|cau noi(?=\W*[\"“”‘']|\W+(?:tren|nay|do|ay)\b)|"
    r"thong tin ve|noi ve|\w+ nao|(?:duoc )?(?:quy dinh|hieu|xac dinh) (?:nhu )?the nao(?: ve)?|"
    r"nhu the nao|(?:hay )?liet ke|(?:(?:keo )?dai )?bao lau|(?:keo )?dai (?=bao nhieu|may )|"
    r"duoc danh gia la|hay neu|neu ro|neu \d{1,2}(?= (?:nhiem vu|noi dung|giai phap|ket qua|muc tieu|chi tieu))|"
    r"(?:theo )?quy dinh (?:tai|cua|trong))\b"
)
# The law that a question refers to says where to look; its articles hardly repeat its name.
_LAW_NAMED = re.compile(
    r"\b(?:(?:theo|tai|trong|cua)\s+)?(?:dieu \d+[^,?]{0,50}?,?\s+(?:trong |cua )?)?(?:bo luat|luat)\s+"
    r"(?:[^\W\d]+\s+){1,6}?(?:nam\s+)?(?:19|20)\d\d\b|\btheo (?:bo luat|luat)\s[^,?]{2,40},"
)
# A period is a constraint on document and sentence, and no more than one word of what is asked.
_PERIOD = re.compile(
    r"\b(?:(?:trong|cua) )?(?:(?:giai doan|nhiem ky|thoi ky)\s+)(?:tu )?(?:nam )?(?:19|20)\d\d\s*(?:[-–]|den)\s*"
    r"(?:nam )?(?:19|20)\d\d\b"
)
_TITLE = regex.compile(r"(?<!\w)(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|[Đđ]/c|[Aa]nh|[Cc]hị)\s+(?=\p{Lu}\p{Ll})")  # before a name
# Who said it: his sentences follow one that names him.
_SPEAKER = re.compile(rf"^\W*theo (?:(?:dong chi|ong|ba) )?(?:{HEAD.pattern})[^,?]{{0,60}},\s*(?=\w)")
# Where and by whom it was said: the article and its section say so, and few of the sentences repeat it.
_AT_EVENT = re.compile(
    r"^\W*(?:(?:tai|trong|o|theo) )?(?:hoi nghi|dai hoi|cuoc hop|phien hop|buoi \w+|hoi thao|hoi thi|ky hop|"
    r"tong ket|bao cao)"
    r"(?:[^,?:]{3,150}[,:]\s*(?=\w)|[^,?:]{3,140}?\b(?:danh gia|nhan dinh|chi ra|khang dinh|xac dinh|"
    r"thong nhat|de ra)\s+(?=\w))"
)
_EVENT_AT_END = re.compile(
    r",?\s+(?:tai|trong|o) (?:hoi nghi|dai hoi|cuoc hop|phien hop|hoi thao|hoi thi|ky hop)[^,?]{3,140}\W*$"
)
_SAID_BY = re.compile(
    r"[^,?]{3,90}?\b(?:noi|neu|cho biet|nhan xet|danh gia|khang dinh|chi ra|nhan manh|mong muon|mong|de nghi|yeu cau|"
    r"cho rang|ke|luu y)\s+(?:rang |la |them )?(?=\w)"
)
# What is left out in brackets need not be said: "(không phải giúp việc gia đình)".
_EXCLUDED = re.compile(r"\((?:khong|tru|ngoai tru|chua)\b[^()]*\)")
# The most and the least as rules write them, on folded text, with what is asked for by other words.
_ALIKE = (
    (re.compile(r"\b(?:toi da|khong qua)\b"), "tối đa không quá cao nhất nhiều nhất dài nhất lâu nhất"),
    (re.compile(r"\b(?:toi thieu|it nhat)\b"), "tối thiểu ít nhất thấp nhất"),
)
# "thống nhất thời hạn" asks for no longest one.
_UNITED = frozenset({"thống_nhất", "hợp_nhất", "thứ_nhất", "đồng_nhất"})
_UNITED_FOLDED = frozenset({*map(fold, _UNITED), "cap_nhat", "nhat_ky"})
_VOWEL = re.compile(r"[aeiouyăâêôơư]|[^\x00-\x7fđ]")
_DAY = re.compile(r"\b(\d{1,2})\s+th[áa]ng\s+(\d{1,2})\b")  # asked about as "20/10"
_ACRONYM = re.compile(r"(?<![/-])\b[A-ZĐ][A-ZĐƯ]+\b")  # not the ends of symbols
_PLACE_NAMED = regex.compile(r"(?<=\b(?:[Tt]ỉnh|[Tt]hành phố))\s+\p{Lu}\p{Ll}*\s+\p{Lu}\p{Ll}*")


@dataclass(frozen=True)
class Terms:
    """The question's content words and word pairs with their idf, and all its runs of three words."""

    unigrams: dict[str, float]
    bigrams: dict[str, float]
    folded: bool
    trigrams: frozenset[str] = frozenset()

    @cached_property
    def otherwise(self) -> dict[str, tuple[str, ...]]:
        """How documents write the everyday words among the terms."""
        written = WRITTEN_FOLDED if self.folded else WRITTEN
        return {word: written[word] for word in self.unigrams if word in written}

    @property
    def superlative(self) -> bool:
        """Whether the most or the least is asked for: "thời hạn dài nhất", which rules call "tối đa"."""
        if self.folded:
            return "nhat" in self.unigrams and not _UNITED_FOLDED & self.bigrams.keys()
        return "nhất" in self.unigrams and not _UNITED & self.bigrams.keys()

    def without(self, names: Iterable[str]) -> Terms:
        """The terms less the words of these names."""
        words = {fold(word) if self.folded else word for name in names for word in syllables(name)}
        if not words:
            return self
        pairs = {pair: idf for pair, idf in self.bigrams.items() if not words & set(pair.split("_"))}
        unigrams = {w: idf for w, idf in self.unigrams.items() if w not in words}
        return Terms(unigrams, pairs, self.folded, self.trigrams)

    def runs(self, text: str) -> float:
        """Share of the question's runs of three words that are in `text`, 0..1."""
        said = _trigrams(text, self.folded) if self.trigrams else frozenset[str]()
        return len(self.trigrams & said) / len(self.trigrams) if said else 0.0

    def read(self, text: str) -> frozenset[str]:
        """Words and pairs of `text` in the same form."""
        for acronym in {match.group().lower() for match in _ACRONYM.finditer(text)} & ABBREVIATIONS.keys():
            text = f"{text} \n {ABBREVIATIONS[acronym]}"
        if self.superlative:
            said = fold(text)
            text = " \n ".join((text, *(words for pattern, words in _ALIKE if pattern.search(said))))
        for day, month in _DAY.findall(text):
            text = f"{text} \n {day}/{month}"
        present = _words_and_pairs(fold(text) if self.folded else text)
        return present | {word for word, others in self.otherwise.items() if not present.isdisjoint(others)}


@lru_cache(maxsize=4096)  # the same sentences are read for one question after another
def _words_and_pairs(text: str) -> frozenset[str]:
    words = syllables(text)
    return frozenset((*words, *(f"{a}_{b}" for a, b in pairwise(words))))


def question_terms(question: Question, frequency: Callable[[str, bool], int], total: int) -> Terms:
    """idf = ln(1 + (N - n + .5) / (n + .5)) (BM25's); words that only ask are left out."""
    folded = question.unaccented
    words = [
        ""
        if word in FUNCTION_WORDS or word in ABBREVIATIONS or (_is_short(word) and not frequency(word, folded))
        else word
        for word in syllables(_without_chatter(_without_period(without_law(_without_places(_without_frame(question))))))
    ]
    content = [fold(word) for word in words] if folded else words

    def idf(term: str) -> float:
        n = frequency(term, folded)
        return math.log(1 + (total - n + 0.5) / (n + 0.5)) if n <= total else 0.1

    pairs = [f"{a}_{b}" for a, b in pairwise(content) if a and b]
    asked = _asked_words(question, folded) or set(content)
    share = {term: 1.0 if set(term.split("_")) <= asked else CARRIED for term in (*content, *pairs)}
    runs = _trigrams(question.search_text, folded)
    weighed = {w: share[w] * idf(w) for w in content if w}
    return Terms(weighed, {p: share[p] * idf(p) for p in pairs}, folded, runs)


def _is_short(word: str) -> bool:
    """Whether it can be no syllable, and so is an abbreviation."""
    return 3 <= len(word) <= 6 and word.isalpha() and not _VOWEL.search(word)


@lru_cache(maxsize=4096)
def _trigrams(text: str, folded: bool) -> frozenset[str]:
    words = syllables(fold(text) if folded else text)
    return frozenset(map("_".join, zip(words, words[1:], words[2:], strict=False)))


def _asked_words(question: Question, folded: bool) -> set[str]:
    """What is asked itself, without the topic that was added to a follow-up or the event that a question opens with."""
    topic, folded_text = CARRIED_OVER.search(question.text), fold(question.text)
    event = _AT_EVENT.match(folded_text)
    start = event.end() if event else 0
    said = _SAID_BY.match(folded_text, start)
    end = topic.start() if topic else len(question.text)
    held = _EVENT_AT_END.search(folded_text, start, end)
    end = held.start() if held else end
    for opening in (said.end() if said else start, start):
        own = question.text[opening:end]
        content = [word for word in syllables(_without_chatter(own)) if word not in FUNCTION_WORDS]
        if len(content) >= LEAST_OWN:
            break
    weighty = len(content) >= LEAST_OWN and (topic or opening or held)
    return set(syllables(fold(own) if folded else own)) if weighty else set()


def _without_frame(question: Question) -> str:
    """A symbol is a constraint on the document; a heading that repeats it must not count towards an answer."""
    text = question.search_text
    for symbol in question.symbols:
        text = text.replace(symbol.text, " ")
    content = [word for word in syllables(_without_chatter(text)) if word not in FUNCTION_WORDS]
    return text if len(content) >= LEAST_CONTENT else question.search_text


def _without_places(text: str) -> str:
    """A province asked about is a constraint on the document; few of its sentences repeat the name."""
    for _, start, end in reversed(find_provinces(text)):
        text = f"{text[:start]} {text[end:]}"
    return str(_PLACE_NAMED.sub(" ", text))


def without_law(text: str) -> str:
    """The question without the name of the law it refers to, unless hardly anything would be left."""
    rest = "".join(_kept(_LAW_NAMED, text))
    return rest if len(syllables(rest)) > LEAST_WORDS else text


def _without_period(text: str) -> str:
    rest = "".join(_kept(_PERIOD, text))
    return rest if len(syllables(rest)) > LEAST_WORDS else text


def _without_chatter(text: str) -> str:
    untitled = _TITLE.sub("", "".join(_kept(_SPEAKER, text)))
    return " ".join(_kept(_CHATTER, "".join(_kept(_EXCLUDED, untitled))))


def _kept(pattern: re.Pattern[str], text: str) -> list[str]:
    """What of `text` lies outside the matches of `pattern`, which is for folded text."""
    pieces, end = [], 0
    for match in pattern.finditer(fold(text)):
        pieces.append(text[end : match.start()])
        end = match.end()
    return [*pieces, text[end:]]


def coverage(weights: dict[str, float], present: Set[str]) -> float:
    """Share of the weight that is present, 0..1; 0 when there is nothing to cover."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0
