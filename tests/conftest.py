"""Fixtures shared by all tests: the bundled embedding model, prepared once and kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vectorstore.embedding import PolicyEmbeddings, load_embeddings, prepare_model

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """A data folder with the bundled model prepared in it: ASSISTANT_TEST_DATA, or data/test-models."""
    folder = Path(os.environ.get("ASSISTANT_TEST_DATA") or REPOSITORY / "data" / "test-models")
    prepare_model(None, folder)
    return folder


@pytest.fixture(scope="session")
def embeddings(models_dir: Path) -> PolicyEmbeddings:
    """The bundled model, loaded."""
    return load_embeddings(None, models_dir)
