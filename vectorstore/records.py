"""The values that are stored and found: documents, chunks, hits. Plain and immutable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ChunkKind = Literal["body", "caption"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Relation:
    """A sentence of one document that names another: `kind` is what it does to it."""

    kind: Literal["replaces", "amends", "repeals", "based_on", "issued_with", "cites"]
    symbol: str  # normalised symbol of the other document, e.g. "290-QĐ/TW"; it need not be in the corpus
    provision: str | None  # which part, as written ("khoản 2 Điều 5"); None for the whole document
    start: int
    end: int  # span of the sentence that says so, in the stored text


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document. `text` is what quotes are cut from; every span points into it."""

    document_id: str
    version: int
    source: str  # file name the reader knows, e.g. "bao-cao-2023.txt"
    text: str
    title: str
    collection: str = "default"
    kind: str | None = None  # Vietnamese type name: "Báo cáo", "Nghị quyết", …
    symbol: str | None = None
    organ: str | None = None
    level: str | None = None  # "central" | "province" | "district" | "commune"
    place: str | None = None
    issue_date: date | None = None
    published_date: date | None = None
    event_date: date | None = None
    effective_date: date | None = None  # from which day it applies, as its own clause says; else the day of issue
    period: str | None = None  # "2023", "2016-2020", "khóa XIII"
    signer: str | None = None
    status: str = "unknown"  # validity: "in_force" | "amended" | "superseded" | "unknown"
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    provenance: dict[str, str] = field(default_factory=dict)  # metadata field -> the rule and span it came from
    content_hash: str = ""  # sha256 of the stored text

    @property
    def best_date(self) -> date | None:
        """The date a reader would date the document by: issue, else event, else publication."""
        return self.issue_date or self.event_date or self.published_date


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable passage: a span of its document's stored text, in whole sentences."""

    document_id: str
    version: int
    start: int
    end: int
    text: str  # == document.text[start:end]
    sentences: tuple[Span, ...]  # spans in the stored text, in order, inside [start, end)
    kind: ChunkKind = "body"
    section: tuple[str, ...] = ()  # titles from the outermost heading inwards
    locator: str = ""  # what an official would write: "Điều 5 khoản 2", "mục II.3", "đoạn 7"
    page: int | None = None
    context: str = ""  # title, date and section: indexed before the text, never quoted
    brief: str = ""  # what of it is embedded; all of it where this is empty

    @property
    def chunk_id(self) -> str:
        """Hash of document, version and span: the same passage has the same id in every build."""
        key = f"{self.document_id}\x00{self.version}\x00{self.start}\x00{self.end}"
        return hashlib.sha256(key.encode()).hexdigest()[:24]

    @property
    def indexed_text(self) -> str:
        """What the lexical index sees."""
        return f"{self.context}\n{self.text}" if self.context else self.text

    @property
    def embedded_text(self) -> str:
        """What the embedding model sees: each word costs time, and many of them would make passages alike."""
        before = self.brief or self.context
        return f"{before}\n{self.text}" if before else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk with its scores: `score` is the fused one, larger is better."""

    chunk: Chunk
    document: Document
    score: float
    dense: float | None = None  # cosine similarity, -1..1
    lexical: float | None = None  # BM25
