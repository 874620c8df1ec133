"""The documents that questions are asked of: files of a folder, or passages that came inside a question set."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eval.datasets import Passage, file_name
from eval.formats import read_passages
from vectorstore.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Corpus:
    """Either files or passages, with the hash of their names and contents."""

    files: tuple[Path, ...]
    passages: tuple[Passage, ...]
    digest: str

    def paths(self, folder: Path) -> list[Path]:
        """The files to ingest; passages are first written into `folder`, the title as the first line."""
        if not self.passages:
            return list(self.files)
        folder.mkdir(parents=True, exist_ok=True)
        for passage in self.passages:
            text = passage.text
            if passage.title and not text.lstrip().startswith(passage.title):
                text = f"{passage.title}\n\n{text}"
            (folder / file_name(passage.id)).write_text(text, encoding="utf-8")
        return [folder]


def open_corpus(path: Path | None, passages: Sequence[Passage]) -> Corpus:
    """The corpus at `path` (a folder, a file, or a passage file corpus.jsonl), else the set's own passages."""
    if path is None:
        if not passages:
            raise InvalidInputError(
                "Bộ câu hỏi không kèm văn bản; hãy chỉ kho văn bản bằng --corpus hoặc máy chủ đang chạy bằng --url.",
                "The question set brings no documents; name them with --corpus, or a running server with --url.",
            )
        return _of_passages(passages)
    if not path.exists():
        raise InvalidInputError(f"Không có kho văn bản {path}.", f"There is no corpus {path}.")
    listing = path / "corpus.jsonl" if path.is_dir() else path
    if listing.suffix == ".jsonl" and listing.is_file():
        problems: list[str] = []
        found = tuple(read_passages(listing, problems))
        if not found:
            raise InvalidInputError(f"{listing} không có đoạn nào dùng được.", f"{listing} has no usable passage.")
        return _of_passages(found)
    return open_folders([path])


def open_folders(paths: Sequence[Path]) -> Corpus:
    """The files of several folders (or single files) as one corpus."""
    files: list[Path] = []
    for path in paths:
        inside = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        if not inside:
            raise InvalidInputError(f"Kho văn bản {path} trống.", f"Corpus {path} is empty.")
        files += inside
    digest = _digest(part for file in files for part in (file.name.encode(), file.read_bytes()))
    return Corpus(tuple(paths), (), digest)


def _of_passages(passages: Sequence[Passage]) -> Corpus:
    parts = (part.encode() for passage in passages for part in (passage.id, passage.title, passage.text))
    return Corpus((), tuple(passages), _digest(parts))


@cache
def code_digest(*packages: str) -> str:
    """Hash of the source, data and prompts of our own packages, so that results of older code are not reused.

    Taken once a process, because a process runs the code it has loaded.
    """
    parts: list[bytes] = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        for file in sorted(file for folder in folders for file in Path(folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                parts += [file.name.encode(), file.read_bytes()]
    return _digest(parts)


def _digest(parts: Iterable[bytes]) -> str:
    state = hashlib.sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.hexdigest()
