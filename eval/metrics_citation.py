"""Citation measures after ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations")."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.types import Answer, Claim

Entails = Callable[[str, Sequence[str]], bool]  # (claim, evidence) -> does the evidence say it?


def citation_scores(answer: Answer, entails: Entails) -> dict[str, float]:
    """Citation recall, precision and unsupported claims of one answered question; empty for an abstention.

    recall = claims that the quotes they cite, taken together, entail / claims.
    precision = citations that count / citations, over all claims. A citation counts if its claim is entailed and the
    citation is not irrelevant; it is irrelevant if it does not entail the claim alone and the others do without it.
    unsupported = claims not entailed; `claims` is how many there are.
    """
    if answer.status != "answered" or not answer.claims:
        return {}
    quotes = {citation.n: citation.quote for citation in answer.citations}
    verdicts = [_claim(claim, quotes, entails) for claim in answer.claims]
    supported = sum(1 for entailed, _, _ in verdicts if entailed)
    cited = sum(total for _, _, total in verdicts)
    counting = sum(good for _, good, _ in verdicts)
    return {
        "citation_recall": supported / len(verdicts),
        "citation_precision": counting / cited if cited else 0.0,
        "claims": float(len(verdicts)),
        "unsupported": float(len(verdicts) - supported),
    }


def _claim(claim: Claim, quotes: dict[int, str], entails: Entails) -> tuple[bool, int, int]:
    """(entailed, citations that count, citations) of one claim."""
    evidence = [quotes[n] for n in dict.fromkeys(claim.citations) if n in quotes]
    if not evidence or not entails(claim.text, evidence):
        return False, 0, len(evidence)
    if len(evidence) == 1:
        return True, 1, 1
    good = sum(1 for index in range(len(evidence)) if _needed(claim.text, evidence, index, entails))
    return True, good, len(evidence)


def _needed(text: str, evidence: list[str], index: int, entails: Entails) -> bool:
    rest = evidence[:index] + evidence[index + 1 :]
    return entails(text, [evidence[index]]) or not entails(text, rest)
