"""Any sentence-transformers model: prepared or as it is, with its own pooling and prompts, whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vectorstore.embedding import PolicyEmbeddings, load_embeddings, prepare_model
from vectorstore.embedding.prompts import resolve_prompts
from vectorstore.errors import ConfigurationError

TEXTS = ["Ủy ban nhân dân xã tổ chức hội nghị.", "Sở Nội vụ báo cáo kết quả năm.", "dân vận khéo"]
WORDS = sorted({word for text in TEXTS for word in text.replace(".", "").split()})


def make_model(folder: Path, *, pooling: str = "cls", dense: bool = False, outlier: float = 0, seed: int = 0) -> Path:
    """A tiny random sentence-transformers model with a word vocabulary, in `folder`."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "dò:", ".", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    torch.manual_seed(seed)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    bert = BertModel(BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, **sizes))
    if outlier:
        bert.embeddings.word_embeddings.weight.data[0, 0] = outlier
    base = folder.parent / f"{folder.name}-base"
    bert.save_pretrained(base)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special).save_pretrained(base)
    modules: list[Any] = [Transformer(str(base), max_seq_length=16), Pooling(32, pooling)]
    if dense:
        modules.append(Dense(32, 8))
    SentenceTransformer(modules=modules, prompts={"query": "dò: "}, device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("tiny") / "tiny")


def vectors(embeddings: PolicyEmbeddings) -> np.ndarray[Any, Any]:
    return np.array([*embeddings.embed_documents(TEXTS), embeddings.embed_query(TEXTS[0])])


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_prepared_and_unprepared_agree(tmp_path: Path, pooling: str) -> None:
    folder = make_model(tmp_path / "tiny", pooling=pooling)
    plain = load_embeddings(str(folder), tmp_path / "data")
    manifest = prepare_model(str(folder), tmp_path / "data")
    prepared = load_embeddings(str(folder), tmp_path / "data")
    assert manifest.pooling == pooling
    assert manifest.prompts == {"query": "dò: ", "passage": ""}
    assert (prepared.max_tokens, prepared.dimensions) == (plain.max_tokens, plain.dimensions) == (16, 32)
    assert prepared.model_id != plain.model_id
    assert np.einsum("nd,nd->n", vectors(prepared), vectors(plain)).min() > 0.99
    left, right = prepared.embed_tokens(TEXTS[0]), plain.embed_tokens(TEXTS[0])
    assert left.offsets.tolist() == right.offsets.tolist()
    assert np.einsum("nd,nd->n", left.vectors, right.vectors).min() > 0.98


def test_unprepared_vectors_do_not_depend_on_batch_mates(model: Path, tmp_path: Path) -> None:
    plain = load_embeddings(str(model), tmp_path)
    together = plain.embed_documents(TEXTS)
    assert [plain.embed_documents([text])[0] for text in TEXTS] == together
    assert plain.embed_tokens(TEXTS[0]).sentence_embedding == pytest.approx(together[0], abs=1e-6)
    assert plain.embed_documents([]) == []


def test_the_model_id_follows_the_weights_not_the_place(model: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(model, tmp_path / "elsewhere" / model.name)
    other = make_model(tmp_path / model.name, seed=1)
    first, second, third = (prepare_model(str(folder), tmp_path / "data").model_id for folder in (model, moved, other))
    assert first == second != third


def test_an_unsupported_stack_is_refused_but_runs_unprepared(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "stack", dense=True)
    with pytest.raises(ConfigurationError, match="Dense") as caught:
        prepare_model(str(folder), tmp_path / "data")
    assert "ASSISTANT_EMBEDDING_MODEL" in str(caught.value)
    assert len(load_embeddings(str(folder), tmp_path / "data").embed_query("dân vận")) == 8


def test_a_model_that_loses_too_much_to_int8_is_refused(tmp_path: Path) -> None:
    # One weight a million times the others takes the whole int8 range of the table; the words all become alike.
    folder = make_model(tmp_path / "fragile", outlier=1e5)
    with pytest.raises(ConfigurationError, match="cosine"):
        prepare_model(str(folder), tmp_path / "data")
    assert [path for path in (tmp_path / "data" / "models").iterdir() if path.is_dir()] == []


def test_an_interrupted_run_leaves_nothing_half(model: Path, tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from vectorstore.embedding import prepare_model
def stop(line):
    if "int8" in line: os._exit(9)
prepare_model(sys.argv[1], Path(sys.argv[2]), stop)
"""
    run = subprocess.run([sys.executable, "-c", code, str(model), str(tmp_path)], capture_output=True, check=False)
    assert run.returncode == 9
    assert [path.name[0] for path in (tmp_path / "models").iterdir()] == [".", "."]  # the lock and the leftovers
    prepare_model(str(model), tmp_path)
    assert len([path for path in (tmp_path / "models").iterdir() if path.is_dir()]) == 1
    assert load_embeddings(str(model), tmp_path).dimensions == 32


def test_two_runs_at_once_make_one_model(model: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: prepare_model(str(model), tmp_path), range(2))
    assert first == second


def test_a_damaged_or_outdated_model_is_made_afresh(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "tiny")
    before = prepare_model(str(folder), tmp_path / "data")
    (prepared,) = [path for path in (tmp_path / "data" / "models").iterdir() if path.is_dir()]
    (prepared / "model.onnx").write_bytes(b"")
    assert prepare_model(str(folder), tmp_path / "data") == before
    shutil.rmtree(folder)
    make_model(folder, seed=1)
    assert prepare_model(str(folder), tmp_path / "data").model_id != before.model_id


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="empty"):
        prepare_model(str(tmp_path / "empty"), tmp_path / "data")
    with pytest.raises(ConfigurationError, match="empty"):
        load_embeddings(str(tmp_path / "empty"), tmp_path / "data")


E5 = {"query": "query: ", "passage": "passage: "}


@pytest.mark.parametrize(
    ("name", "configured", "expected"),
    [
        ("intfloat/multilingual-e5-base", {}, E5),
        ("intfloat/multilingual-e5-base", {"query": "q: ", "document": ""}, {"query": "q: ", "passage": ""}),
        ("intfloat/multilingual-e5-large-instruct", {}, {"query": "", "passage": ""}),
        ("someone/vietnamese-bi-encoder", {"query": "", "document": ""}, {"query": "", "passage": ""}),
        ("someone/model", {"query": "hỏi: ", "corpus": "đoạn: "}, {"query": "hỏi: ", "passage": "đoạn: "}),
        ("someone/te5t", {}, {"query": "", "passage": ""}),
    ],
)
def test_prompts(name: str, configured: dict[str, str | None], expected: dict[str, str]) -> None:
    assert resolve_prompts(name, configured) == expected
