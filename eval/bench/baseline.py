"""The stock stack that benchmarks compare with: what a LangChain tutorial builds, with the same embedding model.

RecursiveCharacterTextSplitter (1,000 characters, 200 overlap: the tutorial's values) → HuggingFaceEmbeddings in fp32
through sentence-transformers, with the model's own query and passage prompts → Chroma, cosine → similarity search.
No lexical search, no structure, no abstention, no verification; a language model would answer from the passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.types import SearchHit
from vectorstore.embedding.bundled import write_sentence_transformer

CHUNK_CHARS, OVERLAP_CHARS = 1000, 200
_BATCH = 2000  # Chroma takes about 5,000 records a call


@dataclass(frozen=True, slots=True)
class Text:
    """A document as both stacks get it: its file name and its text."""

    source: str
    text: str


class Baseline:
    """The stock stack over one Chroma folder. `model` is a folder or hub name; None: the bundled model in fp32."""

    def __init__(self, folder: Path, model: str | None = None, threads: int = 2) -> None:
        import torch

        torch.set_num_threads(threads)
        name = model or str(_fp32_folder(folder))
        options = {"normalize_embeddings": True}
        self._store = Chroma(
            "stock",
            HuggingFaceEmbeddings(
                model_name=name,
                model_kwargs={"device": "cpu"},
                encode_kwargs=options | ({} if model else {"prompt": "passage: "}),
                query_encode_kwargs=options | ({} if model else {"prompt": "query: "}),
            ),
            persist_directory=str(folder / "chroma"),
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS, add_start_index=True
        )

    def ingest(self, texts: Sequence[Text]) -> int:
        """Split, embed and store; returns the number of chunks."""
        documents = [Document(text.text, metadata={"source": text.source}) for text in texts]
        chunks = self._splitter.split_documents(documents)
        for start in range(0, len(chunks), _BATCH):
            self._store.add_documents(chunks[start : start + _BATCH])
        return len(chunks)

    def search(self, question: str, k: int) -> list[SearchHit]:
        """The k most similar chunks, in the form the measures read."""
        found = self._store.similarity_search_with_score(question, k)
        return [_hit(rank, document, distance) for rank, (document, distance) in enumerate(found, start=1)]


def _fp32_folder(folder: Path) -> Path:
    target = folder / "model-fp32"
    if not (target / "config.json").exists():
        target.mkdir(parents=True, exist_ok=True)
        write_sentence_transformer(target)
    return target


def _hit(rank: int, document: Document, distance: float) -> SearchHit:
    source, start = document.metadata["source"], int(document.metadata["start_index"])
    return SearchHit(
        rank=rank, score=1 - distance, dense=1 - distance, lexical=None, chunk_id=f"{source}:{start}",
        document_id=source, source=source, title=source, symbol=None, locator="", page=None,
        quote=document.page_content, start=start, end=start + len(document.page_content), url="",
    )  # fmt: skip
