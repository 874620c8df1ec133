"""A chat model that gets figures wrong, always in the same way: what the gate uses to see that verification works.

It answers every question with a sentence of its sources, every figure in it changed. An assistant that verifies
what its model says lets none of that through; one whose verification is off states wrong figures with a citation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from vectorstore.text.sentences import split_sentences

_SOURCE = re.compile(r'<nguon so="(\d+)"[^>]*>\n(.*?)\n</nguon>', re.DOTALL)
_FIGURE = re.compile(r"(?<![\w/.,-])[1-9]\d*(?:\.\d{3})*(?:,\d+)?(?![\w/-])")
_ENUMERATOR = re.compile(r"^\W*\d+(?:\.\d+)*[.)-]\s*")  # the number of a clause is not a figure


class CarelessModel(BaseChatModel):
    """Quotes the first sentence that has a figure, with the last digit of every figure changed."""

    @property
    def _llm_type(self) -> str:
        return "careless"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        said = careless_answer([str(message.content) for message in messages])
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=said))])


def careless_answer(prompt: Sequence[str]) -> str:
    """The wrong sentence with its citation mark; KHÔNG_CÓ where no source has a figure."""
    for number, text in _SOURCE.findall("\n".join(prompt)):
        for start, end in split_sentences(text):
            sentence = _ENUMERATOR.sub("", " ".join(text[start:end].split()).rstrip("."))
            if _FIGURE.search(sentence):
                return f"{_FIGURE.sub(_changed, sentence)} [{number}]."
    return "KHÔNG_CÓ"


def _changed(figure: re.Match[str]) -> str:
    """The figure with another last digit: 183.676 becomes 183.677."""
    written = figure.group()
    return f"{written[:-1]}{(int(written[-1]) + 1) % 10 or 3}"
