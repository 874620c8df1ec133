"""Documents and chunks as the catalogue keeps them: JSON beside the text, vectors as little-endian floats."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date

import numpy as np

from vectorstore.records import Chunk, Document, Relation

_DATES = ("issue_date", "published_date", "event_date", "effective_date")


def document_record(document: Document) -> str:
    """All fields but the text, as JSON."""
    record = asdict(document)
    del record["text"]
    return json.dumps(record, ensure_ascii=False, default=lambda value: value.isoformat())


def read_document(record: str, text: str) -> Document:
    values = json.loads(record)
    for name in _DATES:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["warnings"] = tuple(values["warnings"])
    values["relations"] = tuple(Relation(**relation) for relation in values["relations"])
    return Document(text=text, **values)


def chunk_record(chunk: Chunk) -> str:
    """The chunk's fields in order, as a JSON array."""
    return json.dumps([getattr(chunk, field.name) for field in fields(Chunk)], ensure_ascii=False)


def read_chunk(record: str) -> Chunk:
    """The chunk; one that was written before its last fields came to be has their defaults."""
    values = dict(zip((field.name for field in fields(Chunk)), json.loads(record), strict=False))
    values["sentences"] = tuple((start, end) for start, end in values["sentences"])
    values["section"] = tuple(values["section"])
    return Chunk(**values)


def vector_bytes(vector: np.ndarray) -> bytes:
    """float32 (d,): exactly what was embedded, so that an index made again is the same index."""
    return vector.astype("<f4").tobytes()


def read_vector(stored: bytes) -> np.ndarray:
    return np.frombuffer(stored, dtype="<f4")


def sentence_bytes(vectors: np.ndarray) -> bytes:
    """float16 (sentences, d): half the room, and more than exact enough to rank sentences."""
    return vectors.astype("<f2").tobytes()


def read_sentences(stored: bytes, sentences: int) -> np.ndarray:
    """float32 (sentences, d); (0, 0) for a chunk without sentences."""
    values = np.frombuffer(stored, dtype="<f2").astype(np.float32)
    return values.reshape(sentences, -1) if sentences else values.reshape(0, 0)
