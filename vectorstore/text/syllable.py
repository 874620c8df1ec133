"""Is this Vietnamese? A grammar of written syllables, used to judge decodings and extracted pages."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from vectorstore.text.normalise import LOWER, UPPER

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo "
    "ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac "
    "oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong "
    "op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc "
    "uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn "
    "ương ươp ươt ươu ưt ưu y ych yêm yên yêng yêt yêu ynh yt"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS.replace(' ', '|')})?(?:{_RIMES.replace(' ', '|')})")
_STOPPED = re.compile(r"(?:c|ch|p|t)$")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKED = re.compile(f"[{LOWER[3:]}{UPPER[3:]}]")


@lru_cache(maxsize=32768)
def is_syllable(word: str) -> bool:
    """Whether `word` can be a Vietnamese syllable: known onset and rime, one tone, a final stop takes acute or dot."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in decomposed if mark in _TONES]
    bare = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not _STOPPED.search(bare) or tones in (["\u0301"], ["\u0323"])


def vietnamese_share(text: str) -> float:
    """Share of the words of `text` that are Vietnamese syllables with a diacritic: about 0.75 in clean text, 0..1."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    return sum(1 for word in words if _MARKED.search(word) and is_syllable(word)) / len(words)


def count_words(text: str) -> int:
    """How many words of two letters and more the text has."""
    return len(_WORD.findall(text))
