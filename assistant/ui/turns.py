"""The conversation as the chat holds it: one value a question, from being asked to being answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.api.feedback import Judgement
from assistant.types import Answer, Turn
from assistant.ui.filters import EVERYTHING, Scope

MAX_TURNS = 10  # earlier questions and answers sent along with a follow-up
MAX_CONTENT = 20_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what has become of it: a stage and a draft at first, an answer or an error at last."""

    number: int
    question: str
    conversation: str = ""  # id of the conversation it belongs to
    scope: Scope = EVERYTHING  # what it was asked within
    stage: str | None = None
    draft: str = ""
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False
    kept: bool = False  # whether it can be reopened later
    judgement: Judgement | None = None  # what the reader thinks of the answer

    @property
    def working(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and self.error is None and not self.stopped


def history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The answered exchanges as the conversation that a follow-up question refers to."""
    turns: list[Turn] = []
    for exchange in exchanges[-MAX_TURNS:]:
        if exchange.answer is not None:
            turns.append(Turn(role="user", content=exchange.question[:MAX_CONTENT]))
            turns.append(Turn(role="assistant", content=exchange.answer.answer[:MAX_CONTENT]))
    return tuple(turns)
