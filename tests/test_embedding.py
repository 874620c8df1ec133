"""The bundled embedding model as it is served: one text one vector, close to float32, tokens and spans in place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from vectorstore.embedding import BUNDLED, PolicyEmbeddings, load_embeddings, prepare_model
from vectorstore.embedding.bundled import read_packed, write_sentence_transformer
from vectorstore.embedding.vocabulary import FrugalTokenizer
from vectorstore.errors import ConfigurationError, NotReadyError

POVERTY = "Tỷ lệ hộ nghèo của huyện giảm từ 6,1% xuống còn 4,3% sau một năm."
TEXTS = [
    POVERTY,
    "Ban Chỉ đạo giao Sở Nông nghiệp chủ trì tổng kết chương trình nông thôn mới.",
    "Trung tâm phục vụ hành chính công tiếp nhận 15.230 hồ sơ, giải quyết đúng hạn 99,2%.",
    "Đoàn thanh niên tổ chức ra quân làm sạch kênh mương, trồng 3.000 cây xanh ven đường liên xã.",
]
LONG = "Hội nghị thống nhất các giải pháp trong thời gian tới. " * 100


def test_the_right_passage_is_nearest(embeddings: PolicyEmbeddings) -> None:
    question = np.array(embeddings.embed_query("Số hộ nghèo thay đổi thế nào?"))
    passages = np.array(embeddings.embed_documents(TEXTS))
    assert (passages @ question).argmax() == 0


def test_vectors_are_close_to_float32(embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    write_sentence_transformer(tmp_path / "float32")
    reference = SentenceTransformer(str(tmp_path / "float32"), device="cpu").encode_document(TEXTS)
    similarity = np.einsum("nd,nd->n", np.array(embeddings.embed_documents(TEXTS)), reference)
    assert similarity.mean() >= 0.99


def test_a_text_has_one_vector_whatever_it_is_embedded_with(embeddings: PolicyEmbeddings, models_dir: Path) -> None:
    together = embeddings.embed_documents([*TEXTS, LONG])
    assert [embeddings.embed_documents([text])[0] for text in [*TEXTS, LONG]] == together
    assert [embeddings.embed_tokens(text).sentence_embedding.tolist() for text in [*TEXTS, LONG]] == together
    assert load_embeddings(BUNDLED, models_dir, threads=1).embed_documents([*TEXTS, LONG]) == together


def test_the_pieces_of_common_characters_cut_a_text_as_the_whole_vocabulary_does(models_dir: Path) -> None:
    path = models_dir / "models" / BUNDLED / "tokenizer.json"
    tokenizer, whole = FrugalTokenizer(path, 512), Tokenizer.from_file(str(path))
    whole.no_padding()
    whole.enable_truncation(512)
    rare = [
        "diện tích ≥ 20 m²",
        "Điều 5 ½…  “b”",
        "北京 và Hà Nội",
        "<mask> <s> x",
        "a\u0301 e\u0302\u0309 trong NFD",
        "",
        LONG,
    ]
    for text in [*TEXTS, *rare]:
        ids, encoding = tokenizer.encode(text)
        expected = whole.encode(text)
        assert (ids.tolist(), encoding.offsets) == (expected.ids, expected.offsets)
        assert encoding.special_tokens_mask == expected.special_tokens_mask


def test_vectors_have_length_one(embeddings: PolicyEmbeddings) -> None:
    vectors = [*embeddings.embed_documents([*TEXTS, LONG, ""]), embeddings.embed_query("Ai chủ trì?")]
    assert np.array(vectors).shape == (7, embeddings.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(7), abs=1e-5)


def test_questions_and_passages_have_prompts_of_their_own(embeddings: PolicyEmbeddings) -> None:
    assert embeddings.embed_query(POVERTY) != embeddings.embed_documents([POVERTY])[0]
    as_question = embeddings.embed_tokens(POVERTY, "query").sentence_embedding
    assert as_question.tolist() == embeddings.embed_query(POVERTY)


def test_decomposed_letters_are_the_same_text(embeddings: PolicyEmbeddings) -> None:
    decomposed = unicodedata.normalize("NFD", POVERTY)
    assert decomposed != POVERTY
    assert embeddings.embed_query(decomposed) == embeddings.embed_query(POVERTY)


@pytest.mark.parametrize("text", ["Ủy  ban\n\nnhân dân xã K’Ré", "  tỉnh Đắk Lắk ", "số 12/2024/QĐ-UBND…", "🇻🇳"])
def test_token_offsets_cover_the_text_without_blanks(embeddings: PolicyEmbeddings, text: str) -> None:
    tokens = embeddings.embed_tokens(text)
    pieces = [text[start:end] for start, end in tokens.offsets]
    assert "".join(pieces) == "".join(text.split())
    assert tokens.vectors.shape == (len(pieces), embeddings.dimensions)
    assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(np.ones(len(pieces)), abs=1e-5)


def test_tokens_of_an_empty_text(embeddings: PolicyEmbeddings) -> None:
    tokens = embeddings.embed_tokens("")
    assert tokens.offsets.shape == (0, 2)
    assert tokens.vectors.shape == (0, embeddings.dimensions)


def test_what_lies_beyond_the_limit_does_not_count(embeddings: PolicyEmbeddings) -> None:
    tokens = embeddings.embed_tokens(LONG)
    last = int(tokens.offsets[-1][1])
    assert 400 < len(tokens.offsets) <= embeddings.max_tokens
    assert last < len(LONG)
    assert embeddings.embed_documents([LONG + "Phụ lục."]) == embeddings.embed_documents([LONG])


def test_a_span_is_the_normalised_mean_of_its_tokens(embeddings: PolicyEmbeddings) -> None:
    text = f"{TEXTS[1]} {POVERTY}"
    spans = [(0, len(TEXTS[1])), (len(TEXTS[1]) + 1, len(text)), (len(text), len(text) + 10)]
    passage, vectors = embeddings.embed_passage_with_spans(text, spans)
    assert passage.tolist() == embeddings.embed_documents([text])[0]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0], abs=1e-5)
    question = np.array(embeddings.embed_query("Số hộ nghèo thay đổi thế nào?"))
    assert vectors[1] @ question > vectors[0] @ question


def test_spans_beyond_the_limit_get_zeros(embeddings: PolicyEmbeddings) -> None:
    _, vectors = embeddings.embed_passage_with_spans(LONG, [(0, 50), (len(LONG) - 50, len(LONG))])
    assert vectors[0].any()
    assert not vectors[1].any()


def test_many_passages_with_spans_equal_one_by_one(embeddings: PolicyEmbeddings) -> None:
    spans = [[(0, 10), (10, 30)] for _ in TEXTS]
    for text, own, (passage, vectors) in zip(
        TEXTS, spans, embeddings.embed_passages_with_spans(TEXTS, spans), strict=True
    ):
        alone = embeddings.embed_passage_with_spans(text, own)
        assert (passage == alone[0]).all()
        assert (vectors == alone[1]).all()


def test_serving_imports_no_training_framework(models_dir: Path) -> None:
    code = """
import json, sys
from pathlib import Path
from vectorstore.embedding import load_embeddings
model = load_embeddings(None, Path(sys.argv[1]))
model.embed_query("Ai chủ trì?"), model.embed_documents(["Hội nghị"]), model.embed_tokens("Hội nghị")
print(json.dumps(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules))))
"""
    run = subprocess.run([sys.executable, "-c", code, str(models_dir)], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []


def test_preparing_again_changes_nothing(models_dir: Path) -> None:
    manifest = prepare_model(None, models_dir)
    before = {path: path.stat().st_mtime_ns for path in (models_dir / "models" / BUNDLED).iterdir()}
    said: list[str] = []
    assert prepare_model(BUNDLED, models_dir, said.append) == manifest
    assert before == {path: path.stat().st_mtime_ns for path in (models_dir / "models" / BUNDLED).iterdir()}
    assert len(said) == 1
    assert manifest.fidelity_mean >= 0.99
    assert manifest.prompts == {"query": "query: ", "passage": "passage: "}


def test_an_unprepared_default_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="assistant models prepare") as caught:
        load_embeddings(None, tmp_path)
    assert "assistant models prepare" in caught.value.english


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "tokenizer-common.json", "manifest.json"])
def test_a_damaged_model_is_refused_by_the_file_at_fault(models_dir: Path, tmp_path: Path, file: str) -> None:
    folder = tmp_path / "models" / BUNDLED
    shutil.copytree(models_dir / "models" / BUNDLED, folder, copy_function=os.link)
    half = (folder / file).read_bytes()[: (folder / file).stat().st_size // 2]
    (folder / file).unlink()  # the copy is a hard link: write a new file, not into the shared one
    (folder / file).write_bytes(half)
    with pytest.raises(ConfigurationError, match=rf"{file}.*assistant models prepare"):
        load_embeddings(None, tmp_path)


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(5000)])
def test_a_file_that_is_not_the_packed_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "e5.bin").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"e5\.bin"):
        read_packed(tmp_path / "e5.bin")
