"""As many distinct documents as a benchmark wants, from a few real ones: their articles in other company."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from random import Random

from eval.bench.baseline import Text

_ARTICLE = re.compile(r"^Điều \d+[a-zđ]?(?=[.:])", re.MULTILINE)
_NUMBER = re.compile(r"(?<=Số: )\d+|(?<=số )\d+")


def recombined(texts: Sequence[Text], count: int, seed: int = 0) -> list[Text]:
    """`count` documents: the given ones, then masthead and preamble of each again over articles drawn from all.

    A made document has another number and about as many articles as the one it takes its head from; texts without
    articles are drawn from whole. Equal arguments give equal documents.
    """
    random = Random(seed)
    pool = [article for text in texts for article in _parts(text.text)[1]]
    made = list(texts[:count])
    while len(made) < count:
        like = texts[len(made) % len(texts)]
        head, articles = _parts(like.text)
        chosen = random.sample(pool, min(max(1, len(articles)), len(pool)))
        numbered = [_ARTICLE.sub(f"Điều {n}", article, count=1) for n, article in enumerate(chosen, start=1)]
        head = _NUMBER.sub(str(1000 + len(made)), head, count=1)
        name = PurePath(like.source)
        made.append(Text(f"{name.stem}-{len(made):05}{name.suffix}", "\n".join([head.rstrip(), *numbered])))
    return made


def _parts(text: str) -> tuple[str, list[str]]:
    """What stands above the first article, and the articles; a text without any is one part."""
    starts = [match.start() for match in _ARTICLE.finditer(text)]
    if not starts:
        return "", [text]
    ends = [*starts[1:], len(text)]
    return text[: starts[0]], [text[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]
