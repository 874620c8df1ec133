"""Comparing Vietnamese texts: what counts as the same words, in facts and in extractive answers."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache
from pathlib import PurePath
from typing import Literal

from vectorstore.text.normalise import clean, tone_key

Language = Literal["vi", "en"]

_WORD = re.compile(r"[^\W\d_]+")
_QUOTES = str.maketrans("“”„«»‘’ʼ´`–—−‑", "\"\"\"\"\"'''''----")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARK = re.compile(r"\s*\[\d+\]")


@lru_cache(maxsize=8192)
def canonical(text: str) -> str:
    """One spelling of `text`: NFC, lower case, one tone placement (uỷ = ủy), plain quotes and dashes, single spaces."""
    plain = clean(text).translate(_QUOTES).lower()
    return " ".join(_WORD.sub(lambda word: tone_key(word.group()), plain).split())


def strip_marks(answer: str) -> str:
    """`answer` without its citation marks [n]."""
    return _MARK.sub("", answer)


@lru_cache(maxsize=8192)
def _pattern(alternative: str) -> re.Pattern[str]:
    wanted = canonical(alternative)
    before = r"(?<!\w)(?<!\d[.,])" if wanted[:1].isdigit() else r"(?<!\w)"
    after = r"(?!\w)(?![.,]\d)" if wanted[-1:].isdigit() else r"(?!\w)"
    return re.compile(before + re.escape(wanted) + after)


def contains(text: str, alternative: str) -> bool:
    """Whether `text` has `alternative` as whole words: 33 is not found in 1933, nor 17 in 17.500."""
    return bool(alternative.strip()) and _pattern(alternative).search(canonical(text)) is not None


def present(text: str, facts: tuple[tuple[str, ...], ...]) -> list[bool]:
    """For each fact, whether one of its alternatives is in `text`."""
    return [any(contains(text, alternative) for alternative in fact) for fact in facts]


def squad_tokens(text: str, language: Language = "vi") -> list[str]:
    """Tokens that SQuAD's exact match and F1 compare.

    `en` is the official script's normalisation: lower case, ASCII punctuation and the articles a/an/the removed.
    `vi` composes characters and tone placement first, removes all punctuation and keeps a/an/the, because "an" is a
    Vietnamese syllable ("công an"). On texts with neither articles nor other than ASCII punctuation both agree.
    """
    if language == "en":
        plain = "".join(char for char in text.lower() if char not in string.punctuation)
        return _ARTICLES.sub(" ", plain).split()
    return "".join(char for char in canonical(text) if not _is_punctuation(char)).split()


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def same_source(expected: str, source: str, symbol: str | None = None) -> bool:
    """Whether a cited file is the expected one: by file name, by name without extension, or by document symbol."""
    wanted, name = canonical(PurePath(expected).name), canonical(PurePath(source).name)
    if wanted == name or wanted == canonical(PurePath(name).stem):
        return True
    return symbol is not None and _symbol_key(symbol) == _symbol_key(expected)


def _symbol_key(symbol: str) -> str:
    return re.sub(r"\s+", "", canonical(symbol))
