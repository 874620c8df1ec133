"""While one file is stored the next is embedded and one read; what comes of it is the same as one after the other."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import Progress, Stage, ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.embedding.base import ForwardPass, Prompt, Vectors
from vectorstore.store import Store


class Counting(PolicyEmbeddings):
    """A model that counts the passages that it was given to embed."""

    def __init__(self, model: PolicyEmbeddings) -> None:
        self._model = model
        self.model_id, self.dimensions, self.max_tokens = model.model_id, model.dimensions, model.max_tokens
        self.passages = 0

    def forward(self, text: str, prompt: Prompt) -> ForwardPass:
        return self._model.forward(text, prompt)

    def embed_passages_with_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[tuple[Vectors, Vectors]]:
        self.passages += len(texts)
        return self._model.embed_passages_with_spans(texts, spans)


@pytest.fixture
def model(embeddings: PolicyEmbeddings) -> Counting:
    return Counting(embeddings)


@pytest.fixture
def store(model: Counting, tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "index", model)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "van-ban"
    path.mkdir()
    for number in range(5):
        (path / f"{number}.txt").write_text(report(number, 1), encoding="utf-8")
    return path


def report(number: int, provisions: int) -> str:
    said = [
        f"Điều {i}. Nội dung thứ {i}\n\nXã số {number} có {100 * number + i} hộ dân được công nhận đạt chuẩn văn hóa."
        for i in range(1, provisions + 1)
    ]
    return f"Kết quả công tác năm 20{number + 10}\n\n" + "\n\n".join(said) + "\n"


def test_every_passage_is_embedded_once_and_has_its_own_vectors(store: Store, model: Counting, folder: Path) -> None:
    (folder / "3.txt").write_bytes(b"")  # cannot be read
    seen: list[Progress] = []
    ingest([folder], store, on_progress=seen.append)
    assert [(step.done, step.result.path.name) for step in seen] == [(n + 1, f"{n}.txt") for n in range(5)]
    chunks = [c for d in store.documents() for c in store.catalogue.document_chunks(d.document_id, d.version)]
    assert model.passages == len(chunks) > 4
    stored = store.catalogue.chunks([chunk.chunk_id for chunk in chunks])
    for chunk_id, (own, sentences) in store.embed(chunks).items():
        np.testing.assert_array_equal(store.catalogue.vectors([chunk_id])[chunk_id], own)
        np.testing.assert_allclose(stored[chunk_id][1], sentences, atol=1e-3)  # stored as float16


def test_a_text_that_is_there_already_is_not_embedded(store: Store, model: Counting, folder: Path) -> None:
    ingest([folder], store)
    before = model.passages
    assert len(ingest([folder], store, again=True).unchanged) == 5
    assert model.passages == before


def test_nobody_waits_for_a_long_document_once_the_ingest_is_given_up(
    store: Store, model: Counting, folder: Path
) -> None:
    (folder / "1.txt").write_text(report(1, 600), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        ingest([folder], store, on_stage=given_up_at_the_second)
    assert [document.source for document in store.documents()] == ["0.txt"]
    assert model.passages < 600  # those that it had begun with, and no more


def given_up_at_the_second(stage: Stage) -> None:
    if stage.name == "store" and stage.number == 2:
        raise KeyboardInterrupt
