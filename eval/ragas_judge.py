"""ragas' own faithfulness and answer relevancy, asked of any LangChain chat model: `--judge ragas:provider:model`.

Needs the extra `ragas`. Relevancy compares questions that the model makes of the answer with the one that was asked, by
the configured embedding model; its level depends on that model, so compare it only with runs of the same one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine
from typing import Any, TypeVar

from langchain_core.embeddings import Embeddings
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import PydanticOutputParser
from pydantic import BaseModel, ValidationError

from assistant.types import Answer
from eval.judge import Judge
from eval.textmatch import strip_marks
from vectorstore.errors import ConfigurationError

T = TypeVar("T", bound=BaseModel)


class RagasJudge(Judge):
    """Rates answered questions by ragas' collection metrics. Raises ConfigurationError where ragas cannot be used."""

    def __init__(self, model: BaseChatModel, embeddings: Embeddings, name: str) -> None:
        super().__init__(model, name)
        try:
            from ragas.metrics.collections import AnswerRelevancy, Faithfulness
        except ImportError as error:
            raise ConfigurationError(
                f'Không dùng được ragas: {error}. Cài bằng `pip install "policy-assistant[ragas]"`.',
                f'Cannot use ragas: {error}. Install it with `pip install "policy-assistant[ragas]"`.',
            ) from error
        llm = _model(model)
        self._faithfulness = Faithfulness(llm=llm)
        self._relevancy = AnswerRelevancy(llm=llm, embeddings=_embedding(embeddings))

    def scores(self, question: str, answer: Answer) -> dict[str, float]:
        """faithfulness and relevancy as ragas computes them; without what the model's reply gave no value for."""
        if answer.status != "answered":
            return {}
        text, quotes = strip_marks(answer.answer), [citation.quote for citation in answer.citations]
        found = {
            "faithfulness": _value(self._faithfulness.ascore(question, text, quotes)),
            "relevancy": _value(self._relevancy.ascore(question, text)),
        }
        return {name: score for name, score in found.items() if score is not None}


def _value(asked: Coroutine[Any, Any, Any]) -> float | None:
    try:
        value = float(asyncio.run(asked).value)
    except (OutputParserException, ValidationError):
        return None
    return None if math.isnan(value) else value


def _model(model: BaseChatModel) -> Any:
    """A LangChain chat model as ragas asks one: ragas' prompts hold the JSON schema of the reply."""
    from ragas.llms.base import InstructorBaseRagasLLM

    class Model(InstructorBaseRagasLLM):  # type: ignore[misc]
        def generate(self, prompt: str, response_model: type[T]) -> T:
            reply: T = (model | PydanticOutputParser(pydantic_object=response_model)).invoke(prompt)
            return reply

        async def agenerate(self, prompt: str, response_model: type[T]) -> T:
            reply: T = await (model | PydanticOutputParser(pydantic_object=response_model)).ainvoke(prompt)
            return reply

    return Model()


def _embedding(embeddings: Embeddings) -> Any:
    """LangChain embeddings as ragas asks them."""
    from ragas.embeddings.base import BaseRagasEmbedding

    class Embedding(BaseRagasEmbedding):  # type: ignore[misc]
        def embed_text(self, text: str, **kwargs: Any) -> list[float]:
            return embeddings.embed_query(text)

        async def aembed_text(self, text: str, **kwargs: Any) -> list[float]:
            return embeddings.embed_query(text)

    return Embedding()
