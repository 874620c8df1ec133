"""Questions as the fit sees them: what is retrieved for each with the documents that answer it, and without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

from rich.progress import track

from assistant.answering import extractive
from assistant.answering.abstention import Calibration
from assistant.answering.extractive import Found
from assistant.answering.judging import Judged, judge
from assistant.evidence.force import Force
from assistant.evidence.terms import question_terms
from assistant.question.understand import understand
from assistant.settings import load_settings
from assistant.types import Turn
from eval.corpus import open_corpus, open_folders
from eval.datasets import Question, load_questions
from eval.systems import LocalSystem, open_local
from eval.textmatch import present as facts_present

FOLDS = 5


@dataclass(frozen=True)
class Asked:
    """What was retrieved for one question, and what a right answer to it is."""

    question: Question
    judged: Judged | None  # None where nothing was retrieved
    force: Force
    gold: tuple[str, ...]  # ids of the documents that answer; empty when they were left out
    weight: float

    @property
    def fold(self) -> int:
        return crc32("".join(self.question.sources[:1] or (self.question.id,)).encode()) % FOLDS

    @property
    def answerable(self) -> bool:
        return bool(self.gold)

    def find(self, calibration: Calibration) -> Found | None:
        return extractive.choose(self.judged, calibration, self.force) if self.judged else None

    def right(self, found: Found, count: int | None = None) -> bool:
        """Whether the (first `count`) chosen sentences hold every fact and come from a document that answers."""
        chosen = found.chosen[:count]
        said = " ".join(evidence.text for evidence in chosen)
        cited = any(evidence.hit.chunk.document_id in self.gold for evidence in chosen)
        return cited and all(facts_present(said, self.question.facts))


def ask_all(path: Path, corpora: Sequence[Path], cache: Path, weight: float = 1.0) -> list[Asked]:
    """Retrieve for every question of a set, with and without the documents that answer it.

    `corpora` are the folders of its documents; empty where the set brings its own passages.
    """
    questions = load_questions(path)
    corpus = open_folders(corpora) if corpora else open_corpus(path, questions.passages)
    system = open_local(load_settings(), corpus, cache)
    catalogue = system.assistant.store.catalogue
    identifiers = {s: d.document_id for d in catalogue.listing() for s in (d.source, *catalogue.sources(d.document_id))}
    asked = []
    for question in track(questions.questions, description=path.name):
        gold = tuple(identifiers[source] for source in question.sources if source in identifiers)
        cases = (True, False) if gold else (False,)
        asked += [ask_one(system, question, gold, present, weight) for present in cases]
    return [one for one in asked if one is not None]


def ask_one(
    system: LocalSystem, question: Question, gold: tuple[str, ...], present: bool, weight: float
) -> Asked | None:
    """One asking; None for a comparison, which is asked part by part."""
    assistant = system.assistant
    store = assistant.store
    roles: tuple[Any, Any] = ("user", "assistant")
    history = [
        Turn(role=role, content=text) for pair in question.history for role, text in zip(roles, pair, strict=True)
    ]
    understood = understand(question.question, history, store.words)
    if understood.parts:
        return None
    terms = question_terms(understood, store.lexical.document_frequency, store.lexical.count())
    excluded = () if present else gold
    retrieved = assistant.retriever.retrieve(understood, assistant.retrieve_k, as_of=question.as_of, exclude=excluded)
    force = Force(store, question.as_of or date.today())
    named = [document.document_id for document in assistant.retriever.named_documents(understood)]
    judged = judge(understood, retrieved, terms, force, named)
    return Asked(question, judged, force, gold if present else (), weight)
