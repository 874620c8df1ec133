"""The documents a benchmark runs on, as plain texts that both stacks can be given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.bench.baseline import Text
from eval.corpus import Corpus, open_corpus
from eval.datasets import Passage
from vectorstore.errors import InvalidInputError

SAMPLE = Path(__file__).parents[1] / "sample"
_READABLE = {".txt", ".md"}


def read_texts(path: Path | None, passages: Sequence[Passage], folder: Path) -> tuple[Corpus, list[Text]]:
    """The corpus, and its texts in name order. Only .txt and .md files are given to either stack.

    The stock stack has no loaders of its own, so formats that need one would compare loaders, not stacks.
    """
    corpus = open_corpus(path, passages)
    files = [
        file
        for root in corpus.paths(folder)
        for file in (sorted(root.rglob("*")) if root.is_dir() else [root])
        if file.suffix.lower() in _READABLE
    ]
    texts = [Text(file.name, file.read_text(encoding="utf-8")) for file in sorted(files, key=lambda file: file.name)]
    if not texts:
        raise InvalidInputError(f"{path} không có tệp .txt hay .md nào.", f"{path} has no .txt or .md file.")
    return corpus, texts


def write_texts(texts: Sequence[Text], folder: Path) -> Path:
    """Write texts as files into a new folder, for ingestion."""
    folder.mkdir(parents=True)
    for text in texts:
        (folder / text.source).write_text(text.text, encoding="utf-8")
    return folder
