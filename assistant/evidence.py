"""Sentence-level evidence: which sentences of the retrieved passages answer the question.

A linear ranker over a few readable features. Its weights are fitted on public question sets by `python -m eval fit`
and stored in calibration.json; the features are pure functions of the question, the sentence and its passage.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import regex

from assistant.outline import parents
from assistant.question.names import PERSON, find_names, is_common
from assistant.question.places import find_provinces
from assistant.question.roles import asked_role
from assistant.question.understand import Question
from assistant.retrieval import Retrieved
from vectorstore.records import Hit
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold, syllables

FEATURES = (
    "unigrams",  # idf-weighted share of the question's content words in the sentence
    "bigrams",  # the same for word pairs
    "context",  # the same words, counting also title, section and what introduces the sentence
    "context_bigrams",
    "dense",  # cosine of question and sentence
    "passage_dense",  # cosine of question and passage
    "passage_lexical",  # BM25 of the passage as a share of the best one's
    "passage_fused",  # fused score of the passage below the best one's, standard deviations
    "passage_unigrams",  # share of the question's words in the whole passage
    "type",  # a person, number, date or place is asked for and the sentence has one
    "counted",  # "bao nhiêu X": the sentence has a number of X
    "short",  # the sentence is a heading or fragment
    "length",  # log of the sentence's words
    "caption",
)
# With their diacritics: folded, "bị" would take "bí thư" with it and "bao" would take "báo cáo".
FUNCTION_WORDS = frozenset(
    [
        "ai", "bao", "biết", "bằng", "bị", "bởi", "cho", "các", "còn", "có", "của", "do", "gì", "gồm", "hay",
        "hãy", "khi", "không", "kia", "là", "lượt", "lần", "mấy", "một", "nhiêu", "nhé", "như", "nhỉ", "những",
        "nào", "này", "phải", "sao", "sẽ", "theo", "thì", "thế", "trong", "tôi", "tại", "từ", "và", "vì",
        "vậy", "về", "với", "xin", "à", "đâu", "đã", "đó", "đúng", "được", "đến", "ạ", "ấy", "ở",
    ]
)  # fmt: skip
# Ways of asking that no document repeats; on folded text.
_CHATTER = re.compile(
    r"\b(?:hien nay|hien tai|bay gio|xin hoi|cho hoi|cho toi biet|cu the|vui long|dien ra|khac nhau|toi muon "
    r"biet|van de gi|"
    r"noi dung gi|viec gi|thong tin ve|noi ve|\w+ nao)\b"
)
_MONEY_ASKED = re.compile(
    r"\b(?:kinh phi|so tien|bao nhieu tien|muc (?:ho tro|chi|thuong|phat|luong|phu cap|dong gop))\b.*\bbao nhieu\b|"
    r"\bbao nhieu (?:tien|dong|trieu|ty)\b"
)
_MONEY = re.compile(r"\d[\d.,]*\s*(?:đồng|triệu|tỷ|nghìn|ngàn|USD|%|lần)|\d\.\d{3}\.\d{3}", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:bao nhieu|may)\s+(?!(?:la|do|duoc|thi|trong|va|o|co|cho|nam|de|khi|vay|so voi)\b)(\w+)")
_PLACE_NAMED = regex.compile(r"(?<=\b(?:[Tt]ỉnh|[Tt]hành phố))\s+\p{Lu}\p{Ll}*\s+\p{Lu}\p{Ll}*")
_SIGNS = {
    "phan": r"%|phan (?:tram|nghin)",
    "tien": r"\bdong\b|\btrieu\b|\bty\b|\bnghin\b",
    "lau": r"\b(?:ngay|thang|nam|gio|tuan)\b",
}
_DIGIT = re.compile(r"\d")
_ENUMERATOR = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)-]|[a-zđ]\)|[-–+•*]|Điều \d+\.)\s*")
_NO_FIGURE = re.compile(  # numbers that only count or name: years, dates, symbols, provisions
    r"(?i:\b(?:điều|khoản|điểm|chương|mục|phụ lục|ngày|tháng|quý|lần thứ|khóa|nhiệm kỳ)\s+\d+(?:\s+tháng\s+\d+)?)|"
    r"\b0?\d cấp\b|\b(?:19|20)\d\d\b|\d+(?:/\d{4})?[-/][A-ZĐ][\w/-]*|\d{1,2}/\d{1,2}(?:/\d{4})?"
)
_NUMERAL = re.compile(r"\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười)\b")  # một is "a", năm is "year" as well
_TITLED = regex.compile(r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s+(\p{Lu}[\p{Ll}]*)")
# "Ai" in rules is whoever they make responsible, by office or capacity and not by name.
_DUTY = re.compile(r"(?i)\b(?:phải|có quyền|trách nhiệm|được phép|thẩm quyền|theo quy định|luật|điều \d+|xác lập|"
                   r"quyết định|ban hành|đại diện|chủ sở hữu|do ai|là người|là ai)\b")  # fmt: skip
_SUBJECT = re.compile(r"(?i)\b(?:người|cơ quan|tổ chức|cá nhân|thủ tướng|chủ tịch|bộ trưởng|giám đốc|thủ trưởng|"
                      r"tòa án|ủy ban|chính phủ|hội đồng|bộ|sở)\b")  # fmt: skip
# A capitalised word of several syllables written as one is no Vietnamese word: a foreign name.
_FOREIGN = regex.compile(r"\b\p{Lu}\p{Ll}*[aeiouy]\p{Ll}*[^\W\daeiouyàáâãèéêìíòóôõùúăđĩũơưạ-ỹ]+[aeiouy]\p{Ll}*\b")
_PLACE = re.compile(r"\b(?:tại|ở|tỉnh|thành phố|huyện|xã|phường|thị xã|quận|điểm cầu|TP)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """A sentence that may answer, with what made it likely. `start`/`end` point into the document's stored text."""

    hit: Hit
    rank: int  # of its passage
    position: int  # of the sentence within the passage
    start: int
    end: int
    features: np.ndarray  # (len(FEATURES),)
    score: float

    @property
    def text(self) -> str:
        return self.hit.document.text[self.start : self.end]

    @property
    def key(self) -> tuple[str, int]:
        return self.hit.chunk.document_id, self.start


@dataclass(frozen=True)
class Terms:
    """The question's content words and word pairs with their idf."""

    unigrams: dict[str, float]
    bigrams: dict[str, float]
    folded: bool

    def without(self, names: Iterable[str]) -> Terms:
        """The terms less the words of these names."""
        words = {fold(word) if self.folded else word for name in names for word in syllables(name)}
        if not words:
            return self
        pairs = {pair: idf for pair, idf in self.bigrams.items() if not words & set(pair.split("_"))}
        return Terms({w: idf for w, idf in self.unigrams.items() if w not in words}, pairs, self.folded)

    def read(self, text: str) -> set[str]:
        """Words and pairs of `text` in the same form."""
        words = syllables(fold(text) if self.folded else text)
        return {*words, *(f"{a}_{b}" for a, b in pairwise(words))}


def question_terms(question: Question, frequency: Callable[[str, bool], int], total: int) -> Terms:
    """idf = ln(1 + (N - n + .5) / (n + .5)) (BM25's); words that only ask are left out."""
    folded = question.unaccented
    words = [
        "" if word in FUNCTION_WORDS else word
        for word in syllables(_without_chatter(_without_places(question.search_text)))
    ]
    content = [fold(word) for word in words] if folded else words

    def idf(term: str) -> float:
        n = frequency(term, folded)
        return math.log(1 + (total - n + 0.5) / (n + 0.5)) if n <= total else 0.1

    pairs = [f"{a}_{b}" for a, b in pairwise(content) if a and b]
    return Terms({w: idf(w) for w in content if w}, {p: idf(p) for p in pairs}, folded)


def _without_places(text: str) -> str:
    """A province asked about is a constraint on the document; few of its sentences repeat the name."""
    for _, start, end in reversed(find_provinces(text)):
        text = f"{text[:start]} {text[end:]}"
    return str(_PLACE_NAMED.sub(" ", text))


def _without_chatter(text: str) -> str:
    pieces, end = [], 0
    for match in _CHATTER.finditer(fold(text)):
        pieces.append(text[end : match.start()])
        end = match.end()
    return " ".join([*pieces, text[end:]])


def coverage(weights: dict[str, float], present: set[str]) -> float:
    """Share of the weight that is present, 0..1; 0 when there is nothing to cover."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def collect(question: Question, retrieved: Retrieved, terms: Terms) -> list[Evidence]:
    """All sentences of the retrieved passages with their features, not yet scored."""
    fused = np.array([hit.score for hit in retrieved.hits])
    top_lexical = max((hit.lexical or 0.0 for hit in retrieved.hits), default=0.0) or 1.0
    found: list[Evidence] = []
    for rank, (hit, vectors) in enumerate(zip(retrieved.hits, retrieved.sentence_vectors, strict=True)):
        passage = np.array([hit.dense or 0.0, (hit.lexical or 0.0) / top_lexical, fused[rank] - fused[0]])
        found += _of_passage(question, terms, hit, rank, vectors @ retrieved.question_vector, passage)
    return found


def _of_passage(
    question: Question, terms: Terms, hit: Hit, rank: int, cosines: np.ndarray, passage: np.ndarray
) -> list[Evidence]:
    text = hit.document.text
    sentences = [text[start:end] for start, end in hit.chunk.sentences]
    read = [terms.read(sentence) for sentence in sentences]
    document = hit.document
    heading = terms.read(
        " \n ".join(filter(None, (hit.chunk.context, document.organ, document.place, document.symbol)))
    )
    whole = coverage(terms.unigrams, set().union(heading, *read))
    found = []
    for position, (start, end) in enumerate(hit.chunk.sentences):
        sentence, present = sentences[position], read[position]
        around = present | heading | _introduction(terms, text, start, read, position)
        words = len(sentence.split())
        features = np.array(
            [
                coverage(terms.unigrams, present),
                coverage(terms.bigrams, present),
                coverage(terms.unigrams, around),
                coverage(terms.bigrams, around),
                cosines[position],
                *passage,
                whole,
                answers_type(question, sentence),
                counts_asked(question, sentence),
                float(words < 5),
                math.log(max(words, 1)),
                float(hit.chunk.kind == "caption"),
            ]
        )
        found.append(Evidence(hit, rank, position, start, end, features, 0.0))
    return found


def _introduction(terms: Terms, text: str, start: int, read: list[set[str]], position: int) -> set[str]:
    """Words of what introduces a sentence: the lines that an item is subordinate to, else the sentence before."""
    if above := parents(text, start):
        return set().union(*(terms.read(text[begin:end]) for begin, end in above))
    return read[position - 1] if position else set()


def names_counted(question: Question, text: str) -> bool:
    """Whether what "bao nhiêu X" counts is named at all in `text` (percent and money by their signs)."""
    asked = _COUNTED.search(fold(question.text))
    if not asked:
        return True
    signs = _SIGNS.get(asked[1])
    return re.search(signs or rf"\b{re.escape(asked[1])}\b", fold(text)) is not None


def counts_asked(question: Question, sentence: str) -> float:
    """1 if the sentence has a number of what is counted in the question, 0 if not, .5 if nothing is."""
    asked = _COUNTED.search(fold(question.text))
    if not asked:
        return 0.5
    noun = asked[1]
    counted = rf"\d[\d.,]*\s+(?:\w+\s+){{0,2}}?{re.escape(noun)}\b|\b{re.escape(noun)}\b[^.;]{{0,40}}?\d"
    return float(re.search(counted, fold(sentence)) is not None)


def answers_type(question: Question, sentence: str) -> float:
    """1 if the sentence has the kind of thing asked for, 0 if not, .5 if nothing particular is asked for."""
    sentence = _ENUMERATOR.sub("", sentence)
    if question.expects == "person":
        line = re.sub(r"\s+", " ", sentence)
        titled = _TITLED.search(line)
        named = titled is not None and not is_common(titled[1])
        places = {name for name, _, _ in find_provinces(line)}
        others = [name for name in find_names(line) if name not in places and name not in question.names]
        if named or PERSON.search(line) or _FOREIGN.search(line) or others:
            return 1.0
        by_capacity = _DUTY.search(question.text) and not asked_role(question.text) and _SUBJECT.search(line)
        return 0.5 if by_capacity else 0.0
    if _MONEY_ASKED.search(fold(question.text)):
        return float(bool(_MONEY.search(sentence)))
    if question.expects == "number":
        return float(bool(_DIGIT.search(_NO_FIGURE.sub("", sentence))) or bool(_NUMERAL.search(sentence)))
    if question.expects == "date":
        return float(bool(find_dates(sentence)))
    if question.expects == "place":
        return float(bool(_PLACE.search(sentence)) or len(re.findall(r"(?<=\s)[A-ZĐ][a-zà-ỹ]+", sentence)) > 1)
    return 0.5
