"""`python -m eval generate`: drafts a question set from documents, for a person to review.

Rules make questions with answers (see `drafts`), and of these near misses that the documents do not answer (see
`near_misses`). With a chat model, passages are also given to it. Every row is marked `"draft": true`.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from string import Template

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import JsonOutputParser

from eval.datasets import Question
from eval.drafts import Draft, draft
from eval.near_misses import near_misses
from eval.textmatch import contains
from vectorstore.records import Document
from vectorstore.text.sentences import split_sentences

PER_PASSAGE = 3  # questions asked of the chat model for each passage
PASSAGE_CHARS = 2500


def generate(
    documents: Sequence[Document], per_kind: int, seed: int, model: BaseChatModel | None = None
) -> list[Question]:
    """At most `per_kind` drafts of each kind, drawn with `seed` and spread over the documents."""
    rng = random.Random(seed)
    by_kind: dict[str, list[Question]] = defaultdict(list)
    for document in documents:
        for made in _answerable(document):
            by_kind[made.kind].append(made)
    kept = [made for kind in sorted(by_kind) for made in _spread(by_kind[kind], per_kind, rng)]
    near = list(near_misses(kept, documents, rng))
    kept += _spread(near, per_kind, rng)
    if model is not None:
        kept += list(_by_model(documents, per_kind, model, rng))
    return [question.model_copy(update={"id": f"gen-{n:04d}"}) for n, question in enumerate(kept, start=1)]


def _answerable(document: Document) -> Iterator[Question]:
    seen: set[str] = set()
    for start, end in split_sentences(document.text):
        for made in draft(document.text[start:end], _topic(document)):
            if made.question not in seen:
                seen.add(made.question)
                yield _question(made, document.source)


def _topic(document: Document) -> str:
    title = re.sub(r"\s+", " ", document.title).strip(" .")
    return title if len(title) <= 120 else f"{title[:117].rsplit(' ', 1)[0]}…"


def _question(made: Draft, source: str) -> Question:
    return Question(
        id="draft", kind=made.kind, question=made.question, facts=((made.answer,),), sources=(source,),
        evidence=made.sentence, draft=True,
    )  # fmt: skip


def _spread(questions: Sequence[Question], most: int, rng: random.Random) -> list[Question]:
    """At most `most` questions, taken in turn from each source so that no document dominates."""
    by_source: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        by_source[question.sources[0] if question.sources else ""].append(question)
    for members in by_source.values():
        rng.shuffle(members)
    taken: list[Question] = []
    while len(taken) < most and any(by_source.values()):
        for source in sorted(by_source):
            if by_source[source] and len(taken) < most:
                taken.append(by_source[source].pop())
    return taken


def _by_model(documents: Sequence[Document], most: int, model: BaseChatModel, rng: random.Random) -> Iterator[Question]:
    """Questions written by a chat model; those whose answer is not word for word in the passage are dropped."""
    prompt = Template((files("eval") / "templates" / "draft_questions.md").read_text(encoding="utf-8"))
    chain = model | JsonOutputParser()
    chosen = rng.sample(list(documents), min(len(documents), -(-most // PER_PASSAGE)))
    made: list[Question] = []
    for document in chosen:
        passage = document.text[:PASSAGE_CHARS]
        try:
            reply = chain.invoke(prompt.substitute(title=document.title, passage=passage, count=PER_PASSAGE))
        except OutputParserException:
            continue
        for item in [item for item in reply if isinstance(item, dict)] if isinstance(reply, list) else []:
            asked, answer = (str(item.get(key, "")).strip() for key in ("question", "answer"))
            if asked and answer and contains(passage, answer):
                made.append(_question(Draft("model", asked, answer, passage), document.source))
    yield from made[:most]
