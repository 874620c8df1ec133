"""How much of a claim's wording its evidence covers."""

from __future__ import annotations

from itertools import pairwise

from assistant.verification.lexicon import STOPWORDS, Words, keys
from assistant.verification.matching import Evidence
from assistant.verification.stream import Stream, find

# Frames that assert nothing of their own.
_FRAMES: tuple[Words, ...] = tuple(
    keys(frame)
    for frame in (
        "theo báo cáo", "theo văn bản", "theo tài liệu", "theo nguồn", "theo đó", "cụ thể là", "cụ thể", "như vậy",
        "ngoài ra", "bên cạnh đó", "đồng thời", "trong đó", "tóm lại", "báo cáo nêu rõ", "văn bản nêu rõ",
        "tài liệu cho biết", "báo cáo cho biết", "theo thông tin", "theo nội dung", "theo số liệu",
        "số liệu cho thấy",
    )
)  # fmt: skip


def coverage(claim: Stream, evidence: Evidence) -> float:
    """Share (0-1) of the claim's content words, and of its pairs of neighbouring ones, that the evidence has.

    Words count two thirds, pairs one third: words alone cannot tell a sentence from its neighbour on the same matter.
    Numbers, names and the like are judged apart, so here they are words among others.
    """
    framed = {at + i for frame in _FRAMES for at in find(frame, claim.keys) for i in range(len(frame))}
    tokens = [token for index, token in enumerate(claim.tokens) if index not in framed]
    content = [token.key for token in tokens if token.key not in STOPWORDS]
    if not content:
        return 1.0
    known = evidence.words()
    words = sum(key in known for key in content) / len(content)
    pairs = [
        (one.key, other.key)
        for one, other in pairwise(tokens)
        if not other.gap and not {one.key, other.key} <= STOPWORDS
    ]
    if not pairs:
        return words
    known_pairs = {pair for stream in evidence.everything for pair in pairwise(stream.keys)}
    return (2 * words + sum(pair in known_pairs for pair in pairs) / len(pairs)) / 3
