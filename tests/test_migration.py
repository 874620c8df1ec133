"""An index as an earlier version stored it opens, is migrated and answers.

`data/index-0.1.tar.xz` holds the index of two documents of the sample, made by version 0.1.0 with catalogue schema 3.
"""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from assistant.maintenance import check_all
from assistant.settings import Settings
from assistant.types import Query
from assistant.wiring import open_assistant
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ConfigurationError
from vectorstore.schema import SCHEMA_VERSION
from vectorstore.store import Store

STORED = Path(__file__).parent / "data" / "index-0.1.tar.xz"


@pytest.fixture
def folder(tmp_path: Path, models_dir: Path) -> Path:
    with tarfile.open(STORED) as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "models").symlink_to(models_dir / "models")
    return tmp_path


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "index" / "catalogue.sqlite3")) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_index_is_migrated_and_answers(folder: Path, embeddings: PolicyEmbeddings) -> None:
    assert version(folder) == 3
    settings = Settings(data_dir=folder)
    with closing(Store(folder / "index", embeddings)) as store:
        assert version(folder) == SCHEMA_VERSION
        assert {document.source for document in store.listing()} == {
            "bao-cao-dan-van-2022.txt", "quyet-dinh-22-2023-qd-ubnd.txt",
        }  # fmt: skip
        answer = open_assistant(settings, store).ask(Query(question="Năm 2022 Nhân dân hiến bao nhiêu ha đất?"))
        assert "26,7 ha đất" in answer.answer
        assert answer.citations[0].source == "bao-cao-dan-van-2022.txt"
    assert check_all(settings, embeddings) == []


def test_an_index_of_a_newer_version_is_refused_untouched(folder: Path, embeddings: PolicyEmbeddings) -> None:
    with closing(sqlite3.connect(folder / "index" / "catalogue.sqlite3")) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = {path: path.read_bytes() for path in folder.joinpath("index").rglob("*.bin")}
    with pytest.raises(ConfigurationError, match="mới hơn") as caught:
        Store(folder / "index", embeddings)
    assert "Upgrade the program" in caught.value.english
    assert version(folder) == SCHEMA_VERSION + 1
    assert before == {path: path.read_bytes() for path in folder.joinpath("index").rglob("*.bin")}
