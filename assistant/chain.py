"""The assistant: understand → retrieve → answer → verify → cite or abstain, as a LangChain Runnable."""

from __future__ import annotations

import time
from collections.abc import Generator as Generator_
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForChainRun
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, patch_config

from assistant import spoken_of, suggesting, titled
from assistant.answering import about, abstaining, compose, extractive, provision_text, tasks
from assistant.answering.abstention import Calibration
from assistant.answering.extractive import Found
from assistant.answering.totals import insufficient, of_its_period, of_its_year, states_total
from assistant.evidence.constraints import Unmet, unmet
from assistant.evidence.document_meant import dated_otherwise, placed_otherwise
from assistant.evidence.force import Force, notice
from assistant.evidence.terms import question_terms
from assistant.evidence.years import speaks_of
from assistant.question.joined import apart
from assistant.question.topic import CARRIED_OVER
from assistant.question.understand import Question, in_parts, read, understand
from assistant.remembered import RememberedAnswers
from assistant.retrieval import PolicyRetriever, passes, search_fields
from assistant.types import Answer, Delta, Done, Event, Filters, Query, SearchHit, Stage, Withheld
from vectorstore.errors import InvalidInputError, NotReadyError
from vectorstore.records import Document
from vectorstore.store import Store
from vectorstore.text.normalise import nfc

if TYPE_CHECKING:
    from assistant.generation import Generator

EXTRACTIVE = "extractive"
EXAMPLES = 4
_TOLD_APART = ("person", "date", "number")  # a sentence tells by its kind whether it gives one
SURE_APART = 0.5  # least confidence of one of two things asked at once, for it to be answered alone
EXAMPLES_S = 1.5  # the longest time that is spent on finding them


class PolicyAssistant(Runnable[Any, Any]):
    """Answers questions over a store. `invoke` gives the Answer, `stream` the events that lead to it.

    Input is a Query, its dict, or just the question as a string.
    """

    def __init__(
        self,
        store: Store,
        retriever: PolicyRetriever,
        calibration: Calibration,
        generator: Generator | None = None,
        retrieve_k: int = 16,
        answer_threshold: float = 0.25,
        remembered: int = 0,
    ) -> None:
        """Over a store; `remembered` extractive answers are kept for as long as what they depend on stays the same."""
        self.store = store
        self.retriever = retriever
        self.calibration = calibration
        self.generator = generator
        self.retrieve_k = retrieve_k
        self.answer_threshold = answer_threshold
        self.remembered = RememberedAnswers(remembered)
        self._examples: tuple[Sequence[Document] | None, list[str]] = (None, [])  # and the listing they were made of

    # the typed door ---------------------------------------------------------------------------------------------------
    def ask(self, query: Query) -> Answer:
        """The whole answer. Raises InvalidInputError for a blank question, NotReadyError without documents."""
        answer: Answer = self.invoke(query)
        return answer

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> list[SearchHit]:
        """The k best passages with their scores."""
        with self.store.snapshot() as store:
            return self._over(store)._search(question, k, filters, as_of)

    def _search(self, question: str, k: int, filters: Filters | None, as_of: date | None) -> list[SearchHit]:
        self._check(question)
        understood = understand(question, (), self.store.words)
        hits = self.retriever.retrieve(understood, k, filters, as_of, texts=False).hits
        return [
            SearchHit(
                rank=rank,
                score=hit.score,
                dense=hit.dense,
                lexical=hit.lexical,
                chunk_id=hit.chunk.chunk_id,
                quote=hit.chunk.text,
                start=hit.chunk.start,
                end=hit.chunk.end,
                url=compose.url(hit.chunk, hit.chunk.start, hit.chunk.end),
                **search_fields(hit.chunk, hit.document),
            )
            for rank, hit in enumerate(hits, start=1)
        ]

    def ready(self) -> bool:
        """Whether there is anything to answer from."""
        return bool(self.store.listing())

    def limited_to(self, collections: Iterable[str]) -> PolicyAssistant:
        """The assistant of a reader who may see only these collections: nothing of others is shown or counted."""
        return self._over(self.store.limited_to(collections))

    def _over(self, store: Store) -> PolicyAssistant:
        view = copy(self)
        view.store = store
        view.retriever = self.retriever.model_copy(update={"store": store})
        return view

    def examples(self) -> list[str]:
        """Questions the documents at hand can answer, to show to a newcomer."""
        listing = self.store.listing()
        made_of, questions = self._examples
        if made_of is not listing:
            ends = time.monotonic() + EXAMPLES_S
            questions = suggesting.examples(self, EXAMPLES, lambda: time.monotonic() > ends)
            # A list cut short on a busy machine is not kept: the next reader may get more.
            if len(questions) == EXAMPLES or time.monotonic() < ends:
                self._examples = listing, questions
        return list(questions)

    # the Runnable -----------------------------------------------------------------------------------------------------
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        def run(query: Query, run_manager: CallbackManagerForChainRun, config: RunnableConfig) -> Answer:
            child = patch_config(config, callbacks=run_manager.get_child())
            return next(event.answer for event in self._events(query, child) if isinstance(event, Done))

        answer: Answer = self._call_with_config(run, as_query(input), config)
        return answer

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Event]:
        def run(
            queries: Iterator[Query], run_manager: CallbackManagerForChainRun, config: RunnableConfig
        ) -> Iterator[Event]:
            child = patch_config(config, callbacks=run_manager.get_child())
            for query in queries:
                yield from self._events(query, child)

        yield from self._transform_stream_with_config(iter([as_query(input)]), run, config)

    # the steps --------------------------------------------------------------------------------------------------------
    def _check(self, question: str) -> None:
        if not question.strip():
            raise InvalidInputError("Câu hỏi trống. Hãy nhập nội dung cần hỏi.", "The question is empty.")
        if not self.ready():
            raise NotReadyError(
                "Kho tài liệu chưa có văn bản nào. Nạp văn bản bằng `assistant ingest THƯ_MỤC`.",
                "There are no documents yet. Add some with `assistant ingest FOLDER`.",
            )

    def _events(self, query: Query, config: RunnableConfig) -> Iterator[Event]:
        """The events of a question, all from the state of the corpus in which it was asked."""
        with self.store.snapshot() as store:
            view = self._over(store)
            if self.generator and query.mode != EXTRACTIVE:
                yield from view._answered(query, config)
                return
            key = self.remembered.key(store, query)
            if answer := self.remembered.get(key):
                yield from _told_again(answer)
                return
            for event in view._answered(query, config):
                if isinstance(event, Done):
                    self.remembered.put(key, event.answer)
                yield event

    def _answered(self, query: Query, config: RunnableConfig) -> Iterator[Event]:
        self._check(query.question)
        timings: dict[str, float] = {}
        yield Stage(name="understand")
        with timed(timings, "understand"):
            question = self._understand(query)
        yield Stage(name="retrieve", detail=question.text)
        with timed(timings, "retrieve"):
            beside: set[str] = set()  # the documents that the parts before were found in
            step: Runnable[Question, Found | None] = RunnableLambda(
                lambda q: self._find(q, query, beside), name="retrieve"
            )
            whole = step.invoke(question, config) if question.total else None
            if whole is not None and states_total(question, whole):
                parts: list[Found | None] = [whole]
            else:
                parts = []
                for part in in_parts(question):
                    found = step.invoke(part, config)
                    if found and part.total and part is not question:  # a period's figure beside one of its years'
                        found = of_its_period(part, found)
                    parts.append(of_its_year(found) if found and question.total else found)
                    if found and self._is_good(found):
                        beside |= {evidence.hit.chunk.document_id for evidence in found.chosen}
            if len(parts) == 1 and not (parts[0] and self._is_good(parts[0])):
                parts = self._apart(question, step, config) or parts
        yield Stage(name="answer")
        with timed(timings, "answer"):
            answer = yield from self._answer(query, question, parts)
        timings["total"] = sum(timings.values())
        yield Done(answer=answer.model_copy(update={"timings_ms": {k: round(v, 1) for k, v in timings.items()}}))

    def _understand(self, query: Query) -> Question:
        asked = nfc(query.question)
        question = understand(asked, query.history, self.store.words)
        if self.generator and query.history and query.mode != EXTRACTIVE and question.text == question.asked:
            condensed = self.generator.condense(question.text, query.history)
            return read(question.asked, condensed, question.unaccented)
        return question

    def _apart(
        self, question: Question, step: Runnable[Question, Found | None], config: RunnableConfig
    ) -> list[Found | None]:
        """Of two things asked at once that nothing answers together, each alone; empty where neither is answered."""
        texts = () if question.confirm else apart(question.text)
        parts = [step.invoke(read(text, text, question.unaccented), config) for text in texts]
        good = [part for part in parts if part and self._is_good(part)]
        sure = any(part.confidence >= SURE_APART and part.question.expects in _TOLD_APART for part in good)
        return parts if sure else []

    def _is_good(self, found: Found) -> bool:
        return found.confidence >= self.answer_threshold and not found.unmet

    def _find(self, question: Question, query: Query, beside: Set[str] = frozenset()) -> Found | None:
        """What the documents have on a question; what leans on a part before it is looked for where that was found."""
        force = Force(self.store, query.as_of or date.today())
        named = self.retriever.named_documents(question) if question.symbols else []
        named = [
            document
            for document in named
            if not (dated_otherwise(question, document) or placed_otherwise(question, document))
            and passes(document, query.filters, query.as_of)
        ]
        aspect = about.asked_aspect(question)
        if aspect and (found := self._about(question, aspect, named, force)):
            return found
        if (of_title := about.asked_of_title(question)) and (found := self._titled(question, of_title, query, force)):
            return found
        if found := self._provision(question, named, force):
            return found
        near = spoken_of.documents(question, query.history, self.store) if query.history else frozenset()
        near |= frozenset(beside) if CARRIED_OVER.search(question.text) else frozenset()
        retrieved = self.retriever.retrieve(question, self.retrieve_k, query.filters, query.as_of, near=near)
        lexical = self.store.lexical
        terms = question_terms(question, lexical.document_frequency, lexical.count())
        identifiers = [document.document_id for document in named]
        found = extractive.find(question, retrieved, terms, self.calibration, force, identifiers, near)
        if found and aspect in about.STATED_ONLY and not named:
            # Who signed a document that is only cited, or when, is nowhere stated: similar sentences must not answer.
            return replace(found, confidence=min(found.confidence, 0.1))
        cites = {"subject": about.cited, "issue_date": about.cited_date, "organ": about.cited_organ}
        asked_within = question.provisions or tasks.asked_body(question)  # of an article, or whom it gives what to do
        told = cites.get(aspect or "") if not named and not asked_within else None
        if found and told and (sentence := told(question, [e for e in found.ranked if about.may_cite(question, e)])):
            opening = f"{about.not_here(question)}; văn bản khác nhắc đến như sau:"
            return replace(found, chosen=(sentence,), unmet=(), confidence=about.CITED, opening=opening, notices=())
        return found

    def _provision(self, question: Question, named: list[Document], force: Force) -> Found | None:
        """The words of a provision of the one document named."""
        if len(named) != 1 or not (document := self.store.document(named[0].document_id, named[0].version)):
            return None
        return provision_text.find(question, document, force)

    def _titled(self, question: Question, aspect: str, query: Query, force: Force) -> Found | None:
        """The same of the one document that the question names by its title."""
        documents = (d for d in self.store.listing() if passes(d, query.filters, query.as_of))
        document = titled.named(question, documents)
        if document is None or placed_otherwise(question, document):
            return None
        return self._about(question, aspect, [document], force)

    def _about(self, question: Question, aspect: str, named: list[Document], force: Force) -> Found | None:
        """A fact about the one document named, from where the document states it."""
        if len(named) != 1 or not (document := self.store.document(named[0].document_id, named[0].version)):
            return None
        changes = force.changes(document)
        changed_by = [self.store.document(c.by.document_id, c.by.version) for c in changes]
        evidence = about.evidence_about(aspect, document, [d for d in changed_by if d])
        if evidence is None:
            return None
        problems = [p for p in unmet(question, evidence) if p.kind == "date"]
        problems += [Unmet("year", str(y)) for y in question.firm_years if not speaks_of(document, y)]
        notices = tuple(notice(about.evidence_about("subject", document, ()) or evidence, c) for c in changes)
        opening = ""
        if aspect == "replaced_by" and changes:
            opening, notices = notices[-1], ()
        sure = 0.95 if not problems else 0.1
        return Found(question, (evidence,), tuple(problems), sure, 1.0, (evidence,), notices, opening=opening)

    def _answer(self, query: Query, question: Question, parts: list[Found | None]) -> Generator_[Event, None, Answer]:
        found = [part for part in parts if part is not None]
        notices: list[str] = []
        withheld: list[Withheld] = []
        good = [part for part in found if self._is_good(part)]
        short = insufficient(question, [part for part in found if part not in good], len(good), len(parts))
        good = [] if short else good
        if query.mode != EXTRACTIVE and self.generator and good:
            from assistant.answering.generative import generate  # a chat model's libraries load only where there is one

            for event in generate(self.generator, question, good, notices, withheld):
                if isinstance(event, Answer):
                    return event.withholding(withheld)
                if event is not None:
                    yield event
        elif query.mode == "llm":
            notices.append("Chưa cấu hình mô hình ngôn ngữ; câu trả lời được trích nguyên văn từ tài liệu.")
        if not good:
            documents = [d for d in self.store.listing() if passes(d, query.filters, query.as_of)]
            return abstaining.abstain(question, found, documents, tuple(notices), short)
        notices += [text for part in good for text in part.notices]
        answer = compose.extracted(question, good, [p for p in found if p not in good], tuple(dict.fromkeys(notices)))
        for text in compose.pieces(answer.answer):
            yield Delta(text=text)
        return answer.withholding(withheld)


def _told_again(answer: Answer) -> Iterator[Event]:
    """The events of an answer that was found before."""
    yield Stage(name="understand")
    yield Stage(name="retrieve", detail=answer.standalone_question)
    yield Stage(name="answer")
    for text in compose.pieces(answer.answer) if answer.status == "answered" else ():
        yield Delta(text=text)
    yield Done(answer=answer)


def as_query(value: Any) -> Query:
    """A Query from what LangChain hands over: a Query, its dict, or the question as a string."""
    if isinstance(value, Query):
        return value
    return Query(question=value) if isinstance(value, str) else Query.model_validate(value)


@contextmanager
def timed(timings: dict[str, float], name: str) -> Iterator[None]:
    """Record the milliseconds that the block takes."""
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = (time.perf_counter() - started) * 1000
