"""An optional judge model for what rules cannot see: faithfulness and answer relevancy, in ragas' definitions.

Any LangChain chat model judges (`--judge provider:model`). The two prompts are in `templates/`. The report marks these
figures as judged by a model.
"""

from __future__ import annotations

import os
from importlib.resources import files
from string import Template
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import JsonOutputParser

from assistant.types import Answer
from eval.textmatch import strip_marks
from vectorstore.errors import ConfigurationError

RATINGS = 4  # relevancy is rated 0..4
RAGAS = "ragas:"  # before the name of a judge model that ragas asks (see eval/ragas_judge.py)


class Judge:
    """Rates answered questions with a chat model at temperature 0."""

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self.name = name
        self._model = model | JsonOutputParser()

    def scores(self, question: str, answer: Answer) -> dict[str, float]:
        """Scores 0..1 of one answered question; empty for an abstention or where the model's reply is no rating.

        faithfulness = statements of the answer that the cited quotes support / statements (Es et al. 2023, ragas).
        relevancy = rating 0..4 of how directly and fully the answer meets the question / 4.
        """
        if answer.status != "answered":
            return {}
        text = strip_marks(answer.answer)
        quotes = "\n".join(f"- {citation.quote}" for citation in answer.citations)
        found = {
            "faithfulness": _share(self._ask("judge_faithfulness", answer=text, quotes=quotes)),
            "relevancy": _rating(self._ask("judge_relevancy", question=question, answer=text)),
        }
        return {name: score for name, score in found.items() if score is not None}

    def _ask(self, prompt: str, **values: str) -> Any:
        template = Template((files("eval") / "templates" / f"{prompt}.md").read_text(encoding="utf-8"))
        try:
            return self._model.invoke(template.substitute(values))
        except OutputParserException:
            return None


def _share(reply: Any) -> float | None:
    verdicts = reply.get("statements") if isinstance(reply, dict) else None
    if not isinstance(verdicts, list) or not verdicts:
        return None
    supported = [isinstance(verdict, dict) and verdict.get("supported") is True for verdict in verdicts]
    return sum(supported) / len(supported)


def _rating(reply: Any) -> float | None:
    rating = reply.get("rating") if isinstance(reply, dict) else None
    if isinstance(rating, bool) or not isinstance(rating, int | float):
        return None
    return min(max(float(rating), 0.0), RATINGS) / RATINGS


def open_chat_model(name: str) -> BaseChatModel:
    """The chat model `provider:model`; an OpenAI-compatible server is named by EVAL_JUDGE_BASE_URL."""
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    options: dict[str, Any] = {"temperature": 0}
    if base_url := os.environ.get("EVAL_JUDGE_BASE_URL"):
        options |= {"base_url": base_url, "api_key": os.environ.get("EVAL_JUDGE_API_KEY", "none")}
    try:
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(
            f"Không mở được mô hình {name} (cần dạng nhà_cung_cấp:tên): {error}.",
            f"Cannot open model {name} (expected provider:model): {error}.",
        ) from error
    return opened
