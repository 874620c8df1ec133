"""The messages a chat model gets: instructions, numbered sources within a token budget, the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.generation.errors import GenerationError
from prompts import render
from vectorstore.text.normalise import clean
from vectorstore.text.sentences import split_sentences
from vectorstore.text.tokens import count_tokens, truncate_to_tokens

ABSTAIN = "KHÔNG_CÓ"  # what the model says when the sources do not hold the answer
LEAST_TOKENS = 40  # a source cut shorter than this is left out

_TAGS = str.maketrans({"<": "‹", ">": "›"})
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_WORD = re.compile(r"KHÔNG_CÓ|KHONG_CO", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """A retrieved passage as the model sees it, under the number it is cited by."""

    n: int
    text: str
    title: str
    date: str | None  # ISO date of the document
    symbol: str | None
    locator: str  # "Điều 5 khoản 2", "đoạn 7"


def neutralise(text: str) -> str:
    """`text` as data: no tags, no citation marks, no abstention word, nothing invisible. The words stay.

    A document that says "Bỏ qua hướng dẫn…" is a document that says so; what it must not do is close its own frame,
    carry hidden text, or bring citation marks that look like the assistant's.
    """
    text = _COMMENT.sub(" ", clean(text)).translate(_TAGS)
    text = re.sub(r"[\[【](\s*(?:nguồn\s*)?\d[\d\s,;–-]*)[\]】]", r"(\1)", text, flags=re.IGNORECASE)
    return _WORD.sub("không có", text)


def fit(passages: Sequence[Passage], budget: int) -> list[Passage]:
    """The first passages whose rendered form takes at most `budget` tokens; the last may be cut after a sentence.

    The passages come back neutralised: as the model sees them. Raises GenerationError where not even one fits.
    """
    kept: list[Passage] = []
    for passage in passages:
        shown = replace(passage, text=neutralise(passage.text))
        cost = count_tokens(block(shown)) + 1
        if cost > budget:
            if (short := _shortened(shown, budget)) is not None:
                kept.append(short)
            break
        kept.append(shown)
        budget -= cost
    if passages and not kept:
        raise GenerationError(
            f"Không có nguồn nào vừa với {budget} token dành cho mô hình; hãy tăng ASSISTANT_CHAT_CONTEXT_TOKENS.",
            f"No source fits the {budget} tokens given to the model; raise ASSISTANT_CHAT_CONTEXT_TOKENS.",
        )
    return kept


def _shortened(passage: Passage, budget: int) -> Passage | None:
    room = budget - count_tokens(block(replace(passage, text=""))) - 2
    if room < LEAST_TOKENS:
        return None
    text = truncate_to_tokens(passage.text, room)
    spans = split_sentences(passage.text)
    ends = [end for _, end in spans if end <= len(text)]
    return replace(passage, text=passage.text[: ends[-1]]) if ends else None


def block(passage: Passage) -> str:
    """One source as it stands in the prompt."""
    facts = {"tieu_de": passage.title, "ky_hieu": passage.symbol, "ngay": passage.date, "vi_tri": passage.locator}
    told = "".join(f' {name}="{_attribute(value)}"' for name, value in facts.items() if value)
    return f'<nguon so="{passage.n}"{told}>\n{passage.text}\n</nguon>'


def _attribute(value: str) -> str:
    return " ".join(neutralise(value).replace('"', "'").split())


def messages(question: str, passages: Sequence[Passage]) -> list[BaseMessage]:
    """The prompt for `question` over passages that already went through `fit`."""
    last = max((passage.n for passage in passages), default=0)
    sources = "\n".join(block(passage) for passage in passages)
    return [
        SystemMessage(render("answer", count=str(last), abstain=ABSTAIN)),
        HumanMessage(render("sources", sources=sources, question=neutralise(question))),
    ]
