"""What every embedding model of this project can do: LangChain's `Embeddings` plus vectors of tokens and spans."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

Prompt = Literal["query", "passage"]
Vectors = NDArray[np.float32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Token vectors of one text, for late interaction, and the vector of the whole text from the same pass.

    `offsets` (n, 2) are character spans in the text, `vectors` (n, d) and `sentence_embedding` (d,) are
    L2-normalised float32. Special tokens, the prompt and whatever lies beyond the model's limit are left out.
    """

    offsets: Offsets
    vectors: Vectors
    sentence_embedding: Vectors


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """One forward pass over prompt + text: `hidden` (n, d) are the last layer's vectors of the text's own tokens."""

    offsets: Offsets
    hidden: Vectors
    sentence_embedding: Vectors


class PolicyEmbeddings(Embeddings):
    """A LangChain embedding model that knows its prompts and can show token vectors.

    All vectors are L2-normalised float32 and a text has one vector, whatever it is embedded with. Texts longer than
    `max_tokens` (prompt and special tokens included) are cut there: what follows does not influence the vector.
    """

    model_id: str  # name + hash of weights and quantisation: an index remembers it
    dimensions: int
    max_tokens: int
    supports_tokens: bool = True  # whether embed_tokens and embed_passage_with_spans work

    @abstractmethod
    def forward(self, text: str, prompt: Prompt) -> ForwardPass:
        """Run the model once over the prompt and `text`."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, d floats."""
        vector: list[float] = self.forward(text, "query").sentence_embedding.tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of passages, one list of d floats each."""
        return [self.forward(text, "passage").sentence_embedding.tolist() for text in texts]

    def embed_tokens(self, text: str, prompt: Prompt = "passage") -> TokenVectors:
        """Vectors of the text's tokens and of the text, from one forward pass."""
        done = self.forward(text, prompt)
        return TokenVectors(done.offsets, normalised(done.hidden), done.sentence_embedding)

    def embed_passage_with_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[Vectors, Vectors]:
        """The passage's vector (d,) and, per character span, the normalised mean of its token vectors (len(spans), d).

        Tokens see the whole passage, so a span's vector carries its context ("late chunking", arXiv:2409.04701). A
        span without tokens, such as one beyond `max_tokens`, gets zeros.
        """
        done = self.forward(text, "passage")
        means = np.zeros((len(spans), self.dimensions), np.float32)
        for row, (start, end) in enumerate(spans):
            inside = (done.offsets[:, 0] < end) & (done.offsets[:, 1] > start)
            if inside.any():
                means[row] = done.hidden[inside].mean(axis=0)
        return done.sentence_embedding, normalised(means)

    def embed_passages_with_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[tuple[Vectors, Vectors]]:
        """`embed_passage_with_spans` for many passages, in their order, on all the threads the model may use."""
        return [self.embed_passage_with_spans(text, own) for text, own in zip(texts, spans, strict=True)]


def normalised(vectors: Vectors) -> Vectors:
    """The vectors scaled to length one along the last axis; zero vectors stay zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.where(length > 0, length, 1)).astype(np.float32, copy=False)
    return scaled


def text_tokens(text: str, prompt_length: int, spans: Offsets, special: NDArray[np.bool_]) -> tuple[Offsets, Offsets]:
    """Which tokens of prompt + `text` belong to the text, and their character spans in it.

    `spans` (n, 2) are offsets in prompt + text. A piece such as "▁dân" covers the blank before the word, which is
    taken off its span; pieces of nothing but blanks are dropped. Returns indices (m,) and spans (m, 2).
    """
    kept, own = [], []
    for index, (start, end) in enumerate((spans - prompt_length).tolist()):
        start = max(start, 0)
        while start < end and text[start].isspace():
            start += 1
        if start < end and not special[index]:
            kept.append(index)
            own.append((start, end))
    return np.array(kept, np.int64), np.array(own, np.int64).reshape(-1, 2)
