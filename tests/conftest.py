"""Fixtures shared by all tests: the bundled embedding model, prepared once and kept between runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.chain import PolicyAssistant
from assistant.settings import Settings
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings, load_embeddings, prepare_model
from vectorstore.store import Store

os.environ.pop("COLUMNS", None)  # that of the other process: consoles would keep it, whatever a test sets
pytest_plugins = ["chat_page"]
REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """A data folder with the bundled model prepared in it: ASSISTANT_TEST_DATA, or data/test-models."""
    folder = Path(os.environ.get("ASSISTANT_TEST_DATA") or REPOSITORY / "data" / "test-models")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "prepare.lock"):  # tests run in two processes
        prepare_model(None, folder)
    return folder


@pytest.fixture(scope="session")
def embeddings(models_dir: Path) -> PolicyEmbeddings:
    """The bundled model, loaded."""
    return load_embeddings(None, models_dir)


@pytest.fixture(scope="session")
def sample_assistant(
    embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PolicyAssistant]:
    """The whole assistant, without a language model, over the sample corpus."""
    folder = tmp_path_factory.mktemp("sample")
    store = Store(folder / "index", embeddings)
    ingest([REPOSITORY / "eval" / "sample" / "documents"], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()
