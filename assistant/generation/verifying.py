"""A sentence against the passages it cites, and the search for passages it should have cited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.generation.sentences import URL
from assistant.generation.sources import Passage
from assistant.verification import Unsupported, Verdict, verify_claim

Verify = Callable[[str, Sequence[Passage]], Verdict]


def verify_passages(claim: str, passages: Sequence[Passage]) -> Verdict:
    """Verdict on `claim` against the text of `passages`; their titles, dates and symbols are its context."""
    told = [part for p in passages for part in (p.title, p.date, p.symbol, p.locator) if part]
    verdict = verify_claim(claim, [p.text for p in passages], context=told)
    addresses = [url for url in URL.findall(claim) if not any(url in p.text for p in passages)]
    if addresses:
        extra = tuple(Unsupported("quote", url) for url in addresses)
        return Verdict(False, verdict.unsupported + extra, verdict.score)
    return verdict


def settle(
    claim: str, cited: Sequence[Passage], passages: Sequence[Passage], verify: Verify
) -> tuple[Verdict, tuple[int, ...]]:
    """The verdict on `claim` and the numbers it may be shown with.

    Of the cited passages those that support it alone are kept, else all if together they do. Where they do not, or
    none is cited, the first single passage that does takes their place. No numbers come with a failing verdict.
    """
    alone = [passage.n for passage in cited if verify(claim, [passage]).supported]
    if alone:
        first = next(passage for passage in cited if passage.n == alone[0])
        return verify(claim, [first]), tuple(alone)
    verdict = verify(claim, cited) if cited else None
    if verdict is not None and verdict.supported:
        return verdict, tuple(passage.n for passage in cited)
    for passage in passages:
        if passage not in cited and (found := verify(claim, [passage])).supported:
            return found, (passage.n,)
    return verdict or _closest(claim, passages, verify), ()


def _closest(claim: str, passages: Sequence[Passage], verify: Verify) -> Verdict:
    """Why an uncited claim fails: the verdict of the passage that covers most of it."""
    verdicts = [verify(claim, [passage]) for passage in passages]
    nothing = Verdict(False, (Unsupported("support", claim),), 0.0)
    return max(verdicts, key=lambda verdict: verdict.score, default=nothing)
