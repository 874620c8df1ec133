"""Generative answers: a LangChain chat model on one side, verified sentences on the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from langchain_core.language_models import BaseChatModel

from assistant.generation.condensing import condense
from assistant.generation.errors import GenerationError
from assistant.generation.pump import Pump
from assistant.generation.sentences import Said, SentenceReader
from assistant.generation.sources import Passage, fit, messages
from assistant.generation.verifying import Verify, settle, verify_passages
from assistant.types import Turn
from assistant.verification import Unsupported

State = Literal["kept", "removed", "struck", "abstain"]
_ABSTAIN = re.compile(r"\W*KH[ÔO]NG[_ ]C[ÓO]\b", re.IGNORECASE)
_ABSTAIN_WORD = re.compile(r"KH[ÔO]NG_C[ÓO]\b", re.IGNORECASE)
MAX_ANSWER_CHARS = 20_000  # a model that does not stop is stopped


@dataclass(frozen=True, slots=True)
class GeneratedSentence:
    """One sentence of the model and what verification made of it.

    Only a `kept` sentence may be shown as true; a `struck` one is shown as unsupported; `removed` and `abstain` carry
    their text for the log alone. `citations` are numbers of passages that support it; `unknown` are numbers the model
    cited that no passage has.
    """

    text: str
    citations: tuple[int, ...]
    state: State
    unsupported: tuple[Unsupported, ...] = ()
    unknown: tuple[int, ...] = ()
    score: float = 0.0
    item: bool = False  # an item of a list

    @property
    def shown(self) -> str:
        """What a reader may see: the sentence with its marks, struck through where unsupported, or nothing."""
        if self.state == "kept":
            return f"{self.text} {''.join(f'[{n}]' for n in self.citations)}"
        return f"~~{self.text}~~ (không có căn cứ trong nguồn)" if self.state == "struck" else ""


class Generator:
    """Asks a chat model over numbered passages and lets through what they support.

    `max_context_tokens` bounds the sources in a prompt (tiktoken tokens); `timeout_s` bounds a whole answer, waiting
    included; at most `concurrency` requests run at a time; one that fails before its first word is tried `attempts`
    times. `verify` judges a sentence against passages.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        max_context_tokens: int,
        timeout_s: float,
        verify: Verify = verify_passages,
        unsupported: Literal["remove", "strike"] = "remove",
        concurrency: int = 4,
        attempts: int = 3,
    ) -> None:
        self._pump = Pump(model, timeout_s=timeout_s, concurrency=concurrency, attempts=attempts)
        self._budget = max_context_tokens
        self._verify = verify
        self._failing: State = "struck" if unsupported == "strike" else "removed"
        self.name = str(getattr(model, "model_name", None) or getattr(model, "model", None) or model._llm_type)

    def stream(self, question: str, passages: Sequence[Passage]) -> Iterator[GeneratedSentence]:
        """Sentences of the answer in order, each already verified, as soon as the model has finished it.

        Raises GenerationError where the model fails, is too slow, says nothing, breaks off or does not stop; sentences
        given before then are verified all the same.
        """
        shown = fit(passages, self._budget)
        reader, length = SentenceReader(), 0
        for piece in self._pump.stream(messages(question, shown)):
            length += len(piece)
            for said in reader.feed(piece):
                yield self._judged(said, shown)
            if length > MAX_ANSWER_CHARS:
                raise GenerationError("Mô hình ngôn ngữ nói mãi không dừng.", "The language model does not stop.")
        for said in reader.close():
            yield self._judged(said, shown)

    def condense(self, question: str, history: Sequence[Turn]) -> str:
        """`question` made standalone by the model; the question as it is where the model fails or adds facts."""
        try:
            return condense(self._pump, question, history)
        except GenerationError:
            return question

    def _judged(self, said: Said, passages: Sequence[Passage]) -> GeneratedSentence:
        unknown = tuple(n for n in said.citations if n not in {passage.n for passage in passages})
        if _ABSTAIN_WORD.search(said.text) or _ABSTAIN.fullmatch(said.text.rstrip(" .!")):
            return GeneratedSentence(said.text, (), "abstain", unknown=unknown)
        cited = [passage for passage in passages if passage.n in said.citations]
        verdict, numbers = settle(said.text, cited, passages, self._verify)
        state: State = "kept" if verdict.supported and numbers else self._failing
        return GeneratedSentence(
            said.text, numbers if state == "kept" else (), state, verdict.unsupported, unknown, verdict.score, said.item
        )
