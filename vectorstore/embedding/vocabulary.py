"""A tokenizer that starts in a third of the time: most texts need few of the pieces of a multilingual vocabulary.

A unigram tokenizer only ever uses pieces that occur in the text. So for a text of Vietnamese and ASCII characters those
made of such characters do, and give the very same ids; the whole vocabulary is loaded when another character is met.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

COMMON_FILE = "tokenizer-common.json"
_SPACE = "\u2581"  # how a unigram vocabulary writes one
_LETTERS = "aăâeêioôơuưyđ"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_OTHERS = "\n\t\u00a0“”‘’–—…•·°×§²³½"


def write_common(whole: Path, common: Path) -> bool:
    """Write the pieces of common characters beside the whole tokenizer; False where it is of another kind."""
    parts = json.loads(whole.read_text(encoding="utf-8"))
    model = parts["model"]
    if model["type"] != "Unigram" or model.get("byte_fallback"):
        return False
    tokenizer, pieces = Tokenizer.from_file(str(whole)), {piece for piece, _ in model["vocab"]}
    characters = _common(tokenizer, pieces)
    special = {token["content"] for token in parts["added_tokens"]}
    used = set().union(*(_image(tokenizer, character) for character in characters)) | {_SPACE}
    ids = [i for i, (piece, _) in enumerate(model["vocab"]) if piece in special or used.issuperset(piece)]
    model["vocab"] = [model["vocab"][i] for i in ids]
    model["unk_id"] = ids.index(model["unk_id"])
    for token in parts["added_tokens"]:
        token["id"] = ids.index(token["id"])
    for each in (parts["post_processor"] or {}).get("special_tokens", {}).values():
        each["ids"] = [ids.index(i) for i in each["ids"]]
    content = {
        "characters": "".join(sorted(characters)),
        "ids": ids,
        "tokenizer": json.dumps(parts, ensure_ascii=False),
    }
    common.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return True


def _image(tokenizer: Tokenizer, character: str) -> set[str]:
    """What the tokenizer makes of a character before it looks for pieces."""
    return set(tokenizer.normalizer.normalize_str(f"a{character}a")) if tokenizer.normalizer else {character}


def _common(tokenizer: Tokenizer, pieces: set[str]) -> set[str]:
    """Characters of which the vocabulary has everything that they may become."""
    letters = {unicodedata.normalize("NFC", letter + tone) for letter in _LETTERS for tone in _TONES}
    letters = {form for form in letters if len(form) == 1}
    every = letters | {letter.upper() for letter in letters} | set(map(chr, range(32, 127))) | set(_OTHERS)
    return {c for c in every if all(i in pieces for i in _image(tokenizer, c) - {" "})}


class FrugalTokenizer:
    """The tokenizer of a prepared model's folder. Safe to use from several threads."""

    def __init__(self, whole: Path, max_tokens: int) -> None:
        self._path, self._max_tokens = whole, max_tokens
        self._lock = threading.Lock()
        self._characters: frozenset[str] = frozenset()
        common = whole.with_name(COMMON_FILE)
        if common.exists():
            content = json.loads(common.read_text(encoding="utf-8"))
            self._common = self._ready(Tokenizer.from_str(content["tokenizer"]))
            self._ids = np.array(content["ids"], np.int64)
            self._characters = frozenset(content["characters"])
        else:
            _ = self._whole

    def _ready(self, tokenizer: Any) -> Any:
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._max_tokens)
        return tokenizer

    @cached_property
    def _whole(self) -> Any:
        with self._lock:
            return self._ready(Tokenizer.from_file(str(self._path)))

    def encode(self, text: str) -> tuple[np.ndarray, Any]:
        """Token ids, int64 (tokens,), and the encoding with their offsets in the text."""
        if self._characters.issuperset(text):
            encoding = self._common.encode(text)
            return self._ids[encoding.ids], encoding
        encoding = self._whole.encode(text)
        return np.array(encoding.ids, np.int64), encoding
