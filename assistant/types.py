"""What goes into the assistant and what comes out: the typed values behind chat, API, command line and eval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr
from pydantic_core import PydanticCustomError

Mode = Literal["auto", "extractive", "llm"]
Status = Literal["answered", "abstained"]
Reason = Literal["not_found", "out_of_scope", "superseded", "ambiguous"]
MAX_QUESTION_CHARS = 4000


def _iso_text(value: object) -> object:
    """pydantic would read a number as seconds since 1970; a date is written 2024-01-31 or it is refused."""
    if isinstance(value, str | date):
        return value
    raise PydanticCustomError("date_parsing", "must be a date such as 2024-01-31")


def _number(value: object) -> object:
    """JSON's 2021 and 2021.0 are whole numbers; "2021" and true are not."""
    if isinstance(value, str | bool):
        raise PydanticCustomError("int_type", "must be an integer")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_text)]
WholeNumber = Annotated[int, BeforeValidator(_number)]
Year = Annotated[WholeNumber, Field(ge=1900, le=2200)]


class Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(Value):
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Filters(Value):
    """Restricts what may be cited. Empty fields restrict nothing."""

    organ: str | None = None
    doc_type: str | None = None
    symbol: str | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    collection: str | None = None


class Query(Value):
    """A question with its conversation and the restrictions it is asked under."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    history: tuple[Turn, ...] = Field((), max_length=50)
    filters: Filters = Filters()
    as_of: IsoDate | None = None
    mode: Mode = "auto"


class Citation(Value):
    """A verbatim span of a stored document. `quote == document.text[start:end]` always holds."""

    n: int
    document_id: str
    source: str
    title: str
    symbol: str | None
    locator: str
    page: int | None
    quote: str
    start: int
    end: int
    url: str
    date: str | None = None  # ISO date of the document, where the document tells
    version: int = 1


class SearchHit(Value):
    """A retrieved chunk with its scores and the fields of a citation; `quote` is the chunk's stored text."""

    rank: int
    score: float
    dense: float | None  # cosine similarity
    lexical: float | None  # BM25
    chunk_id: str
    document_id: str
    source: str
    title: str
    symbol: str | None
    locator: str
    page: int | None
    quote: str
    start: int
    end: int
    url: str
    date: str | None = None
    version: int = 1


class Claim(Value):
    """One statement of the answer and the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]


class Withheld(Value):
    """A sentence of the chat model that verification did not let through; `struck`: shown, but as unsupported."""

    text: str
    struck: bool
    unsupported: tuple[str, ...]  # the parts that no source supports


class Answer(Value):
    """The whole result of a question. An abstention is an answer too: `status` tells, `reason` says why."""

    id: str = Field(default_factory=lambda: uuid4().hex)
    status: Status
    reason: Reason | None = None
    answer: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    standalone_question: str
    confidence: float = Field(ge=0, le=1)
    model: str
    notices: tuple[str, ...] = ()  # what the reader must also know: a fallback, a superseded source
    timings_ms: dict[str, float] = {}
    _withheld: tuple[Withheld, ...] = PrivateAttr(())  # for the audit log; part of no output

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """What verification kept from the reader."""
        return self._withheld

    def withholding(self, sentences: Sequence[Withheld]) -> Answer:
        """The same answer, knowing what was kept from the reader."""
        copy = self.model_copy()
        copy._withheld = tuple(sentences)
        return copy


class Stage(Value):
    """Streaming event: a step of the chain has begun (`understand`, `retrieve`, `answer`, `verify`)."""

    event: Literal["stage"] = "stage"
    name: str
    detail: str = ""


class Delta(Value):
    """Streaming event: text to append to the answer shown so far; only verified text is ever sent."""

    event: Literal["delta"] = "delta"
    text: str


class Done(Value):
    """Streaming event, always the last: the complete answer, which replaces what was streamed."""

    event: Literal["done"] = "done"
    answer: Answer


Event = Stage | Delta | Done
