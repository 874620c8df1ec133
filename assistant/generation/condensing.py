"""Follow-ups made standalone by the chat model, checked against the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.messages import HumanMessage

from assistant.generation.pump import Pump
from assistant.generation.sources import neutralise
from assistant.types import MAX_QUESTION_CHARS, Turn
from assistant.verification import adds_particulars
from prompts import render
from vectorstore.text.normalise import clean
from vectorstore.text.tokens import truncate_to_tokens

LAST_TURNS = 8
SHARE = 1 / 3  # of the time for an answer, which comes on top
TURN_TOKENS = 300  # of each earlier message
_SPEAKERS = {"user": "Cán bộ", "assistant": "Trợ lý"}
_LABEL = re.compile(r"^\s*(?:[-*>#]+\s*)?(?:câu hỏi(?: độc lập| cuối)?|question)\s*:\s*", re.IGNORECASE)
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL | re.IGNORECASE)


def condense(pump: Pump, question: str, history: Sequence[Turn]) -> str:
    """The standalone form of `question`, or `question` where there is no history or the model's answer is unusable.

    Unusable is what is empty, too long, or names a number, date, symbol or name that nobody in the conversation named.
    """
    if not history:
        return question
    told = [truncate_to_tokens(turn.content, TURN_TOKENS) for turn in history[-LAST_TURNS:]]
    lines = [
        f"{_SPEAKERS[turn.role]}: {neutralise(text)}" for turn, text in zip(history[-LAST_TURNS:], told, strict=True)
    ]
    prompt = render("condense", history="\n".join(lines), question=neutralise(question))
    standalone = _only_line("".join(pump.stream([HumanMessage(prompt)], SHARE)))
    if not standalone or len(standalone) > MAX_QUESTION_CHARS or adds_particulars(standalone, [question, *told]):
        return question
    return standalone


def _only_line(text: str) -> str:
    text = clean(_THINKING.sub("", text)).strip()
    lines = [line for line in text.splitlines() if line.strip()]
    return _LABEL.sub("", lines[0]).strip(" \"“”'*") if len(lines) == 1 else ""
