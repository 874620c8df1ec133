"""What a reader thinks of an answer in the chat, as the API's feedback keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from assistant.api.feedback import Judgement, Opinion, Reason
from assistant.ui.turns import Exchange, history

LONGEST = 4000


def judgement(sent: Mapping[str, Any]) -> Judgement:
    """The judgement in a form that was filled in; what is too long is cut."""
    bad = sent.get("rating") == "down"
    reason = sent.get("reason") if sent.get("reason") in get_args(Reason) else None

    def words(name: str, most: int = LONGEST) -> str:
        return str(sent.get(name) or "").strip()[:most] if bad else ""

    return Judgement(
        rating="down" if bad else "up",
        reason=reason if bad else None,
        corrected_answer=words("corrected_answer") or None,
        corrected_source=words("corrected_source", 500) or None,
        corrected_unanswerable=bad and reason == "should_abstain",
        comment=words("comment"),
    )


def opinion(about: Exchange, earlier: Sequence[Exchange], judged: Judgement) -> Opinion:
    """The judgement with the exchange it is about and what was asked before it."""
    assert about.answer is not None
    return Opinion(question=about.question, history=history(earlier), answer=about.answer, **judged.model_dump())
