"""Near-duplicates are found among many documents without looking at each of them."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.duplicates import ALIKE, NearDuplicates, resemblance, sketch
from vectorstore.catalogue import Catalogue
from vectorstore.records import Document

SYLLABLES = [first + last for first in ("b", "c", "đ", "h", "l", "m", "n", "t") for last in ("a", "e", "i", "ô", "ươi")]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.sqlite3")) as opened:
        yield opened


def document(name: str, text: str, version: int = 1, collection: str = "chung") -> Document:
    provenance = {"sketch": sketch(text)}
    return Document(
        name, version, f"{name}.txt", text, f"Văn bản {name}", collection, provenance=provenance, content_hash=text
    )


def put(catalogue: Catalogue, one: Document) -> None:
    catalogue.put_pending(one, [])
    catalogue.mark_ready(one, {})


def text_of(seed: int, length: int = 150) -> str:
    return " ".join(random.Random(seed).choices(SYLLABLES, k=length))


def altered(text: str, words: int, seed: int) -> str:
    """The text with so many syllables replaced."""
    parts, chance = text.split(), random.Random(seed)
    for at in chance.sample(range(len(parts)), words):
        parts[at] = "khác"
    return " ".join(parts)


def test_what_is_found_is_what_comparing_with_every_document_finds(catalogue: Catalogue) -> None:
    texts = [altered(text_of(i // 4), i % 4 * 2, i) for i in range(80)]
    stored = [document(f"d{i}", text) for i, text in enumerate(texts)]
    for one in stored:
        put(catalogue, one)
    duplicates = NearDuplicates(catalogue)
    near = 0
    for i in range(40):
        new = document("moi", altered(text_of(i // 2), i % 9, 1000 + i))
        shares = [resemblance(new.provenance["sketch"], other.provenance["sketch"]) for other in stored]
        found = duplicates.most_alike(new)
        assert (found[1] if found else 0.0) == (max(shares) if max(shares) >= ALIKE else 0.0)
        near += found is not None
    assert 5 < near < 40  # both happen


def test_what_was_written_since_is_found_and_what_is_no_longer_there_is_not(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    text, duplicates = text_of(1), NearDuplicates(catalogue)
    new = document("moi", altered(text, 1, 1))
    assert duplicates.most_alike(new) is None
    with closing(Catalogue(tmp_path / "catalogue.sqlite3")) as other_process:
        other_process.put_pending(document("cu", text), [])
        assert duplicates.most_alike(new) is None  # seen, but it cannot be found yet
        other_process.mark_ready(document("cu", text), {})
        found = duplicates.most_alike(new)
        assert found is not None and (found[0].document_id, found[0].source) == ("cu", "cu.txt")
        put(other_process, document("cu", text_of(2), version=2))
        assert duplicates.most_alike(new) is None  # its present version says something else
        put(other_process, document("cu", text, version=3))
        assert duplicates.most_alike(new) is not None
        other_process.delete("cu")
    assert duplicates.most_alike(new) is None


def test_a_document_is_no_duplicate_of_itself_nor_of_one_in_another_collection(catalogue: Catalogue) -> None:
    text = text_of(3)
    put(catalogue, document("rieng", text, collection="riêng"))
    put(catalogue, document("day", text))
    duplicates = NearDuplicates(catalogue)
    assert duplicates.most_alike(document("day", altered(text, 1, 1), version=2)) is None
    found = duplicates.most_alike(document("moi", text))
    assert found is not None and found[0].document_id == "day"
    assert duplicates.most_alike(document("ngan", "quá ngắn")) is None


def test_an_earlier_version_does_not_hide_the_one_that_replaced_it(catalogue: Catalogue) -> None:
    texts = [text_of(seed) for seed in range(6)]
    for seed, text in enumerate(texts):
        put(catalogue, document(f"d{seed}", text))
    duplicates = NearDuplicates(catalogue)
    assert duplicates.most_alike(document("moi", text_of(99))) is None  # all of the first versions are known now
    for seed, text in enumerate(texts):
        put(catalogue, document(f"d{seed}", altered(text, 1, seed), version=2))
    found = [duplicates.most_alike(document("moi", text)) for text in texts]
    assert [(one[0].document_id, one[0].version) for one in found if one] == [(f"d{seed}", 2) for seed in range(6)]
