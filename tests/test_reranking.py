"""The optional cross-encoder: off by default, loaded by folder, its order mixed into that of retrieval."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.chain import PolicyAssistant
from assistant.reranking import CrossEncoderReranker
from assistant.retrieval import CROSS_ENCODED, PolicyRetriever, fuse
from assistant.settings import Settings
from assistant.types import Query
from assistant.wiring import open_assistant
from vectorstore.errors import ConfigurationError

QUESTION = "Năm 2022 Nhân dân hiến bao nhiêu ha đất?"


def make_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """A tiny random CrossEncoder with a word vocabulary, in `folder`."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = [
        "năm",
        "nhân",
        "dân",
        "hiến",
        "đất",
        "ha",
        "đóng",
        "góp",
        "ngày",
        "công",
        "mô",
        "hình",
        "2021",
        "2022",
        "2023",
    ]
    vocabulary = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(
        vocab_size=len(vocabulary), max_position_embeddings=64, num_labels=labels, initializer_range=0.5, **sizes
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("cross") / "tiny")


def test_none_by_default(sample_assistant: PolicyAssistant) -> None:
    assert Settings().reranker_model is None
    assert sample_assistant.retriever.reranker is None


def test_passages_come_in_the_mixed_order_with_their_own_vectors(
    sample_assistant: PolicyAssistant, folder: Path, tmp_path: Path
) -> None:
    store = sample_assistant.store
    assistant = open_assistant(Settings(data_dir=tmp_path, reranker_model=str(folder)), store)
    assert isinstance(assistant.retriever.reranker, CrossEncoderReranker)
    question = sample_assistant._understand(Query(question=QUESTION))
    plain = PolicyRetriever(store=store).retrieve(question, 12)
    reranked = assistant.retriever.retrieve(question, 12)
    read = assistant.retriever.reranker.scores(question.search_text, [hit.chunk.indexed_text for hit in plain.hits])
    assert len(set(read.round(3).tolist())) > 6  # the tiny model does tell passages apart
    expected = fuse(np.array([hit.score for hit in plain.hits]), read, CROSS_ENCODED)
    order = np.argsort(-expected, kind="stable")
    assert [hit.chunk.chunk_id for hit in reranked.hits] == [plain.hits[i].chunk.chunk_id for i in order]
    assert [hit.chunk.chunk_id for hit in reranked.hits] != [hit.chunk.chunk_id for hit in plain.hits]
    for place, i in enumerate(order):
        np.testing.assert_array_equal(reranked.sentence_vectors[place], plain.sentence_vectors[i])


def test_readers_of_fewer_collections_keep_it(sample_assistant: PolicyAssistant, folder: Path, tmp_path: Path) -> None:
    assistant = open_assistant(Settings(data_dir=tmp_path, reranker_model=str(folder)), sample_assistant.store)
    assert assistant.limited_to(["default"]).retriever.reranker is assistant.retriever.reranker
    assert assistant.limited_to(["default"]).ask(Query(question=QUESTION)).status in ("answered", "abstained")


def test_what_is_no_reranker_is_refused_in_words(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="không-có"):
        CrossEncoderReranker(str(tmp_path / "không-có"))
    with pytest.raises(ConfigurationError, match="không phải 3"):
        CrossEncoderReranker(str(make_cross_encoder(tmp_path / "three", labels=3)))
