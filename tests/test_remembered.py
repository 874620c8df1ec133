"""Answers are kept for when the same is asked again, and never outlive what they depend on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.chain import PolicyAssistant
from assistant.settings import Settings
from assistant.types import Answer, Done, Query
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

HOSE = "Xã Thượng Khê có bao nhiêu máy bơm chữa cháy?"
PUMPS = "BÁO CÁO\nCông tác phòng cháy, chữa cháy năm 2029 của xã Thượng Khê\n\nXã Thượng Khê có {} máy bơm chữa cháy.\n"


@pytest.fixture
def store(tmp_path: Path, embeddings: PolicyEmbeddings) -> Iterator[Store]:
    store = Store(tmp_path / "index", embeddings)
    yield store
    store.close()


def add(store: Store, folder: Path, name: str, text: str, collection: str = "default") -> None:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    assert not ingest([file], store, collection).failed


def ask(assistant: PolicyAssistant, question: str = HOSE) -> Answer:
    return assistant.ask(Query(question=question))


def remembered(answer: Answer) -> bool:
    """An answer that was worked out has taken time."""
    return answer.timings_ms == {"total": 0.0}


def test_the_same_question_has_the_same_answer_under_an_id_of_its_own(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a.txt", PUMPS.format(14))
    assistant = open_assistant(Settings(data_dir=tmp_path), store)
    first, second = ask(assistant), ask(assistant)
    assert not remembered(first) and remembered(second) and first.id != second.id
    leave = {"id", "timings_ms"}
    assert first.model_dump(exclude=leave) == second.model_dump(exclude=leave) and "14" in second.answer
    events = list(assistant.stream(Query(question=HOSE)))
    assert "".join(event.text for event in events if event.event == "delta") == first.answer
    assert isinstance(events[-1], Done) and remembered(events[-1].answer)


def test_nothing_is_kept_where_none_is_wanted(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a.txt", PUMPS.format(14))
    assistant = open_assistant(Settings(data_dir=tmp_path, answer_cache=0), store)
    assert not remembered(ask(assistant)) and not remembered(ask(assistant))


def test_a_changed_corpus_is_asked_anew(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a.txt", PUMPS.format(14))
    assistant = open_assistant(Settings(data_dir=tmp_path), store)
    assert "14" in ask(assistant).answer
    add(store, tmp_path, "a.txt", PUMPS.format(23))
    assert "23" in ask(assistant).answer
    store.remove(ask(assistant).citations[0].document_id)
    add(store, tmp_path, "b.txt", "THÔNG BÁO\nLịch tiếp công dân\n\nChủ tịch xã tiếp công dân vào sáng thứ Năm.\n")
    assert ask(assistant).status == "abstained"


def test_readers_of_other_collections_do_not_share_answers(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a.txt", PUMPS.format(14), "A")
    add(store, tmp_path, "b.txt", PUMPS.format(37), "B")
    assistant = open_assistant(Settings(data_dir=tmp_path), store)
    of_a, of_b = assistant.limited_to(["A"]), assistant.limited_to(["B"])
    for _ in range(2):
        assert "14" in ask(of_a).answer and "37" not in ask(of_a).answer
        assert "37" in ask(of_b).answer and "14" not in ask(of_b).answer
    assert remembered(ask(of_a))
