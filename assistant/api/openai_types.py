"""The OpenAI chat format: what its clients send, and an answer in the shape they read."""

from __future__ import annotations

import re
import time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from assistant.types import MAX_QUESTION_CHARS, Answer, Citation, Mode, Query, Turn
from vectorstore.errors import InvalidInputError, NotFoundError
from vectorstore.text.tokens import count_tokens

MODELS: dict[str, Mode] = {"policy-assistant": "auto", "policy-assistant-extractive": "extractive"}
SOURCES = "\n\nNguồn trích dẫn:\n"
_MAX_TURNS = 20
_MARK = re.compile(r"\[(\d{1,3})\]")


class Part(BaseModel):
    """One part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation. System messages are accepted and not followed: the corpus decides."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The text of all parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What to add to a stream."""

    model_config = ConfigDict(extra="ignore")

    include_usage: StrictBool | None = False


class ChatRequest(BaseModel):
    """A chat completion request. Sampling parameters are accepted and have no effect: answers rest on quotes."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field(max_length=200, examples=["policy-assistant"])
    messages: list[Message] = Field(min_length=1, max_length=500)
    stream: StrictBool | None = False
    stream_options: StreamOptions | None = None

    @property
    def prompt_tokens(self) -> int:
        """Tokens of everything sent (o200k_base)."""
        return sum(count_tokens(message.text) for message in self.messages)

    def query(self) -> Query:
        """The last user message as the question, what came before as the conversation.

        Raises NotFoundError for an unknown model, InvalidInputError where there is no usable question.
        """
        if self.model not in MODELS:
            known = ", ".join(MODELS)
            raise NotFoundError(
                f"Không có mô hình {self.model!r}. Các mô hình: {known}.", f"No model {self.model!r}. Models: {known}."
            )
        last = max((i for i, message in enumerate(self.messages) if message.role == "user"), default=None)
        if last is None or not (question := self.messages[last].text.strip()):
            raise InvalidInputError(
                "Tin nhắn cuối của người dùng đang để trống.", "There is no user message with text to answer."
            )
        if len(question) > MAX_QUESTION_CHARS:
            raise InvalidInputError(
                f"Câu hỏi dài quá {MAX_QUESTION_CHARS} ký tự. Hãy rút gọn.",
                f"The question is over {MAX_QUESTION_CHARS} characters. Shorten it.",
            )
        return Query(question=question, history=_history(self.messages[:last]), mode=MODELS[self.model])


class Completion:
    """One answer on its way into the OpenAI format. `base` is the server's address, for links."""

    def __init__(self, request: ChatRequest, answer_id: str, base: str) -> None:
        self.request = request
        self.base = base.rstrip("/")
        self.head = {"id": f"chatcmpl-{answer_id}", "created": int(time.time()), "model": request.model}

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A `chat.completion`, with our own fields beside those of the format."""
        content = answer.answer + source_list(answer.citations)
        message = {"role": "assistant", "content": content, "refusal": None, **self._sources(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        usage = self.usage(content)
        return {**self.head, "object": "chat.completion", "choices": [choice], "usage": usage, **_extras(answer)}

    def chunk(self, delta: dict[str, Any], finish: str | None = None, **extras: Any) -> dict[str, Any]:
        """A `chat.completion.chunk`."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self.head, "object": "chat.completion.chunk", "choices": [choice], **extras}

    def last_chunk(self, answer: Answer) -> dict[str, Any]:
        """The chunk that ends the message and carries its sources."""
        return self.chunk(self._sources(answer), "stop", **_extras(answer))

    def usage_chunk(self, content: str) -> dict[str, Any]:
        """The chunk after the last, for clients that asked for token counts."""
        return {**self.head, "object": "chat.completion.chunk", "choices": [], "usage": self.usage(content)}

    def usage(self, content: str) -> dict[str, int]:
        """Token counts of the request and of the text given."""
        asked, written = self.request.prompt_tokens, count_tokens(content)
        return {"prompt_tokens": asked, "completion_tokens": written, "total_tokens": asked + written}

    def _sources(self, answer: Answer) -> dict[str, Any]:
        return {"annotations": url_citations(answer, self.base)}


def url_citations(answer: Answer, base: str) -> list[dict[str, Any]]:
    """A `url_citation` for every [n] in the text of the answer."""
    by_number = {citation.n: citation for citation in answer.citations}
    marks = [(match, by_number.get(int(match.group(1)))) for match in _MARK.finditer(answer.answer)]
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": match.start(),
                "end_index": match.end(),
                "title": citation.title,
                "url": base + citation.url,
            },
        }
        for match, citation in marks
        if citation is not None
    ]


def source_list(citations: tuple[Citation, ...]) -> str:
    """The sources as text, for clients that show nothing but the message."""
    if not citations:
        return ""
    return SOURCES + "\n".join(_source_line(citation) for citation in citations)


def _source_line(citation: Citation) -> str:
    facts = ", ".join(part for part in (citation.symbol, citation.date, citation.locator) if part)
    return f"[{citation.n}] {citation.title}{f' ({facts})' if facts else ''}: “{citation.quote}”"


def _extras(answer: Answer) -> dict[str, Any]:
    kept = {"id", "status", "reason", "confidence", "standalone_question", "notices"}
    return {
        "citations": [citation.model_dump(mode="json") for citation in answer.citations],
        "policy": answer.model_dump(mode="json", include=kept),
    }


def _history(messages: list[Message]) -> tuple[Turn, ...]:
    turns = [(m.role, m.text.partition(SOURCES)[0][:20_000]) for m in messages if m.text.strip()]
    kept = [Turn(role=role, content=text) for role, text in turns if role in ("user", "assistant")]
    return tuple(kept[-_MAX_TURNS:])
