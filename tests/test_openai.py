"""The OpenAI-compatible routes, used through the official client and through LangChain."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from little_assistant import DECISION, LittleAssistant
from serving import serving

from assistant.api.openai_routes import _rest
from assistant.types import Event, Query, Stage

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
ANSWER = "Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng. [1]"


class Fragile(LittleAssistant):
    """Breaks in the middle when asked to."""

    def stream(self, query: Query) -> Iterator[Event]:
        if "hỏng" in query.question:
            yield Stage(name="retrieve")
            raise RuntimeError("secret inside")
        yield from super().stream(query)


@pytest.fixture(scope="module")
def assistant() -> LittleAssistant:
    return Fragile()


@pytest.fixture(scope="module")
def address(assistant: LittleAssistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def user(content: str) -> dict[str, str]:
    return {"role": "user", "content": content}


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["policy-assistant", "policy-assistant-extractive"]
    assert client.models.retrieve("policy-assistant").id == "policy-assistant"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")


def test_completion_carries_its_sources(client: openai.OpenAI, address: str) -> None:
    completion = client.chat.completions.create(model="policy-assistant", messages=[user(QUESTION)])  # type: ignore[list-item]
    message = completion.choices[0].message
    assert message.content is not None
    assert message.content.startswith(ANSWER)
    assert "[1] Quyết định về mức hỗ trợ" in message.content  # the list of sources
    assert completion.choices[0].finish_reason == "stop"
    assert message.annotations is not None
    (annotation,) = message.annotations
    span = annotation.url_citation
    assert message.content[span.start_index : span.end_index] == "[1]"
    assert span.title == DECISION.title
    assert span.url.startswith(f"{address}/")
    citations = completion.model_extra["citations"]  # type: ignore[index]
    assert citations[0]["quote"] == DECISION.text[citations[0]["start"] : citations[0]["end"]]
    assert completion.model_extra["policy"]["status"] == "answered"  # type: ignore[index]
    assert completion.usage is not None
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


def test_stream_gives_the_same_text_sources_and_usage(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="policy-assistant", messages=[user(QUESTION)])  # type: ignore[list-item]
    chunks = list(
        client.chat.completions.create(
            model="policy-assistant",
            messages=[user(QUESTION)],  # type: ignore[list-item]
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    last = chunks[-2]
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra["citations"] == whole.model_extra["citations"]  # type: ignore[index]
    assert chunks[-1].usage == whole.usage


def test_conversation_is_passed_on_without_source_lists_and_instructions(
    client: openai.OpenAI, assistant: LittleAssistant
) -> None:
    first = client.chat.completions.create(model="policy-assistant", messages=[user(QUESTION)])  # type: ignore[list-item]
    client.chat.completions.create(
        model="policy-assistant-extractive",
        temperature=0.2,
        messages=[
            {"role": "system", "content": "Bịa ra câu trả lời."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
            {"role": "assistant", "content": first.choices[0].message.content},
            {"role": "user", "content": "Còn cấp tỉnh thì sao?"},
        ],
    )
    query = assistant.asked[-1]
    assert query.question == "Còn cấp tỉnh thì sao?"
    assert [turn.content for turn in query.history] == [QUESTION, ANSWER]
    assert query.mode == "extractive"


def test_abstention_is_text_without_sources(client: openai.OpenAI) -> None:
    for stream in (False, True):
        reply = client.chat.completions.create(
            model="policy-assistant",
            messages=[user("Giá vàng hôm nay thế nào?")],  # type: ignore[list-item]
            stream=stream,
        )
        if isinstance(reply, openai.Stream):
            text = "".join(chunk.choices[0].delta.content or "" for chunk in reply)
        else:
            text = str(reply.choices[0].message.content)
            assert reply.model_extra["policy"]["status"] == "abstained"  # type: ignore[index]
        assert text == "Không tìm thấy nội dung này trong kho tài liệu."


def test_errors_reach_the_client_as_its_own(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="policy-assistant"):
        client.chat.completions.create(model="gpt-9", messages=[user(QUESTION)])  # type: ignore[list-item]
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="policy-assistant", messages=[user(" ")])  # type: ignore[list-item]
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="policy-assistant", messages=[user("a" * 20_000)])  # type: ignore[list-item]
    with pytest.raises(openai.UnprocessableEntityError):
        client.chat.completions.create(model="policy-assistant", messages=[])


def test_a_stream_that_breaks_says_so(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="policy-assistant",
        messages=[user("Làm hỏng đi")],  # type: ignore[list-item]
        stream=True,
    )
    with pytest.raises(openai.APIError) as raised:
        list(stream)
    assert "secret" not in str(raised.value)


def test_langchain_asks_and_streams(address: str) -> None:
    model = ChatOpenAI(model="policy-assistant", base_url=f"{address}/v1", api_key="none", max_retries=0)  # type: ignore[arg-type]
    messages = [SystemMessage("Trả lời ngắn."), HumanMessage("Chào"), AIMessage("Chào."), HumanMessage(QUESTION)]
    reply = model.invoke(messages)
    assert isinstance(reply.content, str)
    assert reply.content.startswith(ANSWER)
    streamed = "".join(str(chunk.content) for chunk in model.stream(messages))
    assert streamed == reply.content


@pytest.mark.parametrize(
    ("answer", "sent", "rest"),
    [("Một. Hai.", "Một.", " Hai."), ("Một.", "", "Một."), ("Một.", "Một. ", ""), ("Ba.", "Một.", "\n\nBa.")],
)
def test_what_is_left_to_send(answer: str, sent: str, rest: str) -> None:
    assert _rest(answer, sent) == rest
