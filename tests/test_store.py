"""The store on real parts: Chroma, tantivy, SQLite and the bundled model, in one process and in several."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
import pytest

from vectorstore.catalogue import Catalogue
from vectorstore.chroma import DenseIndex
from vectorstore.embedding import PolicyEmbeddings, load_embeddings
from vectorstore.errors import ConfigurationError, NotFoundError, NotReadyError
from vectorstore.lexical_snapshots import folder_of
from vectorstore.records import Chunk, Document
from vectorstore.serialise import chunk_record, read_chunk
from vectorstore.store import Store

BRIDGE = ["Cầu Suối Vàng khánh thành ngày 12/4/2022.", "Kinh phí xây cầu là 18,6 tỷ đồng."]
SCHOOL = ["Trường mầm non xã Bản Lim có 214 cháu.", "Nhà trường được công nhận chuẩn quốc gia mức độ 1."]
FOREST = ["Tổ bảo vệ rừng tuần tra 96 buổi trong năm.", "Không để xảy ra vụ cháy rừng nào."]
Open = Callable[[], Store]


def paper(
    name: str, sentences: list[str], version: int = 1, collection: str = "default"
) -> tuple[Document, list[Chunk]]:
    """A document of one passage."""
    text = " ".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    document = Document(name, version, f"{name}.txt", text, name, collection)
    return document, [Chunk(name, version, 0, len(text), text, tuple(spans), context=f"Tài liệu {name}")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def reopen(folder: Path, embeddings: PolicyEmbeddings) -> Iterator[Open]:
    """Opens the store, closing the one opened before, as a program that is started again does."""
    opened: list[Store] = []

    def again() -> Store:
        for before in opened:
            before.close()
        opened[:] = [Store(folder, embeddings)]
        return opened[0]

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen: Open) -> Store:
    return reopen()


def dense(store: Store, question: str, **options: list[str]) -> list[str]:
    """Documents found by vector, nearest first."""
    vector = np.array(store.embeddings.embed_query(question))
    found = store.dense.search(vector, 5, store.lexical.sizes(), **options)
    chunks = store.catalogue.chunks([chunk_id for chunk_id, _ in found])
    return [chunks[chunk_id][0].document_id for chunk_id, _ in found if chunk_id in chunks]


def nearest(store: Store, vector: np.ndarray) -> str:
    """The chunk that is found by a vector."""
    return store.dense.search(vector, 1, store.lexical.sizes())[0][0]


def lexical(store: Store, question: str, **options: list[str]) -> list[str]:
    """Documents found by words, best first."""
    found = store.lexical.search(question, 5, **options)
    chunks = store.catalogue.chunks([chunk_id for chunk_id, _ in found])
    return [chunks[chunk_id][0].document_id for chunk_id, _ in found if chunk_id in chunks]


def fill(store: Store) -> None:
    for name, sentences in (("cau", BRIDGE), ("truong", SCHOOL), ("rung", FOREST)):
        store.add(*paper(name, sentences))


def soon(true: Callable[[], bool]) -> bool:
    """Whether it becomes true: what another process wrote is seen after a moment."""
    deadline = time.monotonic() + 30
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def contents(store: Store) -> tuple[dict[str, list[float]], set[str]]:
    """Everything retrieval rests on: vectors by chunk id, and the ids of the lexical index."""
    vectors = store.dense.vectors(sorted(store.dense.chunk_ids()))
    return {chunk_id: vector.tolist() for chunk_id, vector in vectors.items()}, store.lexical.chunk_ids()


# --- adding, replacing, removing ----------------------------------------------------------------------------
def test_what_is_added_is_found_by_meaning_and_by_words(store: Store) -> None:
    fill(store)
    assert dense(store, "Bao nhiêu trẻ em đi học mẫu giáo?")[0] == "truong"
    assert lexical(store, "kinh phí xây cầu")[0] == "cau"
    assert {d.document_id for d in store.listing()} == {"cau", "truong", "rung"}
    assert all(document.text == "" for document in store.listing())


def test_removed_documents_are_gone_everywhere(store: Store) -> None:
    fill(store)
    store.remove("truong")
    assert "truong" not in dense(store, "trường mầm non") + lexical(store, "trường mầm non")
    assert store.document("truong") is None
    assert store.words.syllable_forms("truong") == {}
    assert store.dense.count() == store.lexical.count() == 2
    with pytest.raises(NotFoundError, match="assistant documents"):
        store.remove("truong")


def test_a_new_version_is_retrieved_and_the_old_one_stays_citable(store: Store) -> None:
    fill(store)
    (_, (old,)), (newer, chunks) = paper("cau", BRIDGE), paper("cau", [BRIDGE[0], "Cầu đã đóng để sửa."], version=2)
    store.add(newer, chunks)
    assert [c.version for c, _ in store.catalogue.chunks([old.chunk_id, chunks[0].chunk_id]).values()] == [2]
    assert lexical(store, "đóng để sửa")[0] == "cau"
    assert lexical(store, "18,6") == []
    assert store.dense.count() == store.lexical.count() == 3
    current, former = store.document("cau"), store.document("cau", 1)
    assert current is not None and former is not None and current.version == 2
    assert former.text[old.sentences[1][0] : old.sentences[1][1]] == BRIDGE[1]
    assert [v.version for v in store.catalogue.versions("cau")] == [1, 2]


def test_same_content_under_another_name_is_remembered_as_a_source(store: Store) -> None:
    fill(store)
    store.add_source("cau", 1, "cau-ban-sao.txt", "default")
    found = store.find_by_source("cau-ban-sao.txt", "default")
    assert found is not None and found.document_id == "cau"
    assert sorted(store.catalogue.sources("cau")) == ["cau-ban-sao.txt", "cau.txt"]
    assert store.find_by_source("cau-ban-sao.txt", "khac") is None


def test_adding_a_version_twice_changes_nothing(store: Store) -> None:
    store.add(*paper("cau", BRIDGE))
    before = contents(store), store.words.syllable_forms("cau")
    store.add(*paper("cau", BRIDGE))
    assert (contents(store), store.words.syllable_forms("cau")) == before


def test_collections_and_documents_restrict_the_search(store: Store) -> None:
    store.add(*paper("xa", BRIDGE, collection="xa"))
    store.add(*paper("huyen", BRIDGE, collection="huyen"))
    for found in (dense, lexical):
        assert sorted(found(store, "cầu Suối Vàng")) == ["huyen", "xa"]
        assert found(store, "cầu Suối Vàng", document_ids=["xa"]) == ["xa"]
        assert found(store, "cầu Suối Vàng", document_ids=[]) == []
    assert [d.document_id for d in store.documents("huyen")] == ["huyen"]
    many = [f"d{number}" for number in range(70_000)]
    assert dense(store, "cầu Suối Vàng", document_ids=[*many, "xa"]) == ["xa"]


def test_scores_over_two_collections_are_those_of_one_index_over_both(store: Store, reopen: Open) -> None:
    """As far as their texts are equally long: BM25 weighs length by the average of each collection."""
    texts = [f"{word} nói về việc {other} của xã." for word, other in zip("abcdef", "aabbbf", strict=True)]
    for number, text in enumerate(texts):
        store.add(*paper(f"t{number}", [text], collection="xa" if number < 2 else "huyen"))
        store.add(*paper(f"c{number}", [text], collection="chung"))
    for question in ("việc b", "việc a của xã", "f"):
        for folded in (False, True):
            apart = store.limited_to(["xa", "huyen"]).lexical.search(question, 9, folded)
            together = store.limited_to(["chung"]).lexical.search(question, 9, folded)
            assert [score for _, score in apart] == pytest.approx([score for _, score in together], rel=1e-5)
    seen = store.limited_to(["xa"])
    assert (seen.lexical.count(), seen.lexical.document_frequency("việc"), seen.lexical.document_frequency("f")) == (
        2,
        2,
        0,
    )
    assert (store.lexical.count(), store.lexical.document_frequency("f")) == (12, 2)


def test_a_limited_reader_is_given_the_exact_nearest(store: Store) -> None:
    chance = np.random.default_rng(5)
    for number in range(60):
        words = " ".join(chance.choice(["cầu", "đường", "trường", "rừng", "lúa", "điện"], 6))
        store.add(*paper(f"t{number}", [f"Báo cáo số {number}: {words}."], collection="xa" if number % 3 else "huyen"))
    seen = store.limited_to(["xa"])
    vector = np.array(store.embeddings.embed_query("trường học"), dtype=np.float32)
    vectors = store.catalogue.vectors(sorted(store.catalogue.collection_chunk_ids()["xa"]))
    expected = sorted(((float(own @ vector), chunk_id) for chunk_id, own in vectors.items()), reverse=True)
    assert [score for _, score in seen.nearest(vector, 7)] == pytest.approx(
        [score for score, _ in expected[:7]], abs=1e-6
    )
    assert {chunk_id for chunk_id, _ in seen.nearest(vector, 99)} == set(vectors)
    assert len(seen.nearest(vector, 99, frozenset({"t1", "t3"}))) == 1  # t3 is of the other collection
    store.remove("t1")
    assert seen.nearest(vector, 99, ["t1"]) == []
    assert len(seen.nearest(vector, 99)) == len(vectors) - 1
    assert store.limited_to(["khong co"]).nearest(vector, 9) == []


def test_words_are_counted_for_each_collection(store: Store, reopen: Open, folder: Path) -> None:
    store.add(*paper("xa", ["Thôn Vàng khánh thành."], collection="xa"))
    store.add(*paper("huyen", ["Thôn Vắng khánh kiệt."], collection="huyen"))
    for again in (False, True):
        assert store.words.syllable_forms("vang") == {"vàng": 1, "vắng": 1}
        assert store.limited_to(["xa"]).words.syllable_forms("vang") == {"vàng": 1}
        assert store.limited_to(["xa"]).words.bigram_count("khánh", "kiệt") == 0
        assert store.limited_to(["xa", "huyen"]).words.bigram_count("khánh", "kiệt") == 1
        if not again:  # a catalogue of before, which counted all collections together, is counted again
            store.catalogue._connection.executescript(
                "DROP TABLE unigrams; DROP TABLE bigrams; PRAGMA user_version = 3;"
                "CREATE TABLE unigrams (folded TEXT, syllable TEXT, count INTEGER);"
                "CREATE TABLE bigrams (first TEXT, second TEXT, count INTEGER);"
            )
            store.close()
            store = reopen()


@pytest.mark.parametrize("shared", [False, True])  # one index for each collection, or once one for all of them
def test_an_index_of_before_that_was_changed_in_place_is_replaced(
    store: Store, reopen: Open, folder: Path, shared: bool
) -> None:
    fill(store)
    before = contents(store)
    store.catalogue._connection.execute("DELETE FROM meta WHERE key = 'lexical'")
    store.close()
    (snapshot,) = (folder / "lexical").glob("*/*")
    for path in list(snapshot.iterdir()):
        path.rename((folder / "lexical" if shared else snapshot.parent) / path.name)
    snapshot.rmdir()
    again = reopen()
    assert contents(again) == before
    (own,) = (folder / "lexical").iterdir()
    assert [path.is_dir() for path in own.iterdir()] == [True]


def test_the_index_of_a_collection_without_documents_is_dropped(
    store: Store, folder: Path, embeddings: PolicyEmbeddings
) -> None:
    store.add(*paper("xa", BRIDGE, collection="xa"))
    store.add(*paper("huyen", SCHOOL, collection="huyen"))
    store.remove("xa")
    with closing(Store(folder, embeddings)):
        assert len(list((folder / "lexical").glob("*/*"))) == 1
    store.add(*paper("moi", BRIDGE, collection="xa"))  # by a process that had it open before
    assert store.limited_to(["xa"]).lexical.search("cầu Suối Vàng", 5)


def test_pending_documents_are_never_found(store: Store, reopen: Open) -> None:
    fill(store)
    document, chunks = paper("cho", ["Dự thảo chưa nạp xong nói về cầu Suối Vàng."])
    store.catalogue.put_pending(document, chunks)
    store.dense.add("default", chunks, np.array([store.embeddings.embed_documents([chunks[0].text])[0]]))
    for opened in (lambda: store, reopen):
        found = opened()
        assert "cho" not in dense(found, chunks[0].text) + lexical(found, chunks[0].text)
        assert found.document("cho") is None and "cho" not in {d.document_id for d in found.listing()}
    assert found.dense.count() == found.lexical.count() == 3


def test_each_sentence_has_a_vector_that_knows_its_passage(store: Store) -> None:
    fill(store)
    _, (chunk,) = paper("cau", BRIDGE)
    _, vectors = store.catalogue.chunks([chunk.chunk_id])[chunk.chunk_id]
    assert vectors.shape == (len(BRIDGE), store.embeddings.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(2), abs=1e-3)
    cost = np.array(store.embeddings.embed_query("Xây cầu hết bao nhiêu tiền?"))
    assert (vectors @ cost).argmax() == 1
    alone = np.array(store.embeddings.embed_documents([BRIDGE[1]])[0])
    assert vectors[1] @ alone < 0.999  # the sentence before it counts too


# --- opening again ------------------------------------------------------------------------------------------
def test_reopening_changes_nothing(store: Store, reopen: Open) -> None:
    fill(store)
    before, documents = contents(store), store.documents()
    again = reopen()
    assert contents(again) == before
    assert again.documents() == documents


def test_an_index_of_another_model_is_refused_until_reindexed(
    store: Store, folder: Path, models_dir: Path, tmp_path: Path
) -> None:
    fill(store)
    store.close()
    other = other_model(models_dir, tmp_path)
    with pytest.raises(ConfigurationError, match="assistant reindex") as caught:
        Store(folder, other)
    assert "assistant reindex" in caught.value.english
    with closing(Store(folder, other, other_model=True)) as opened:
        steps: list[tuple[int, int]] = []
        assert opened.reindex(lambda done, total: steps.append((done, total))) == 3
        assert steps == [(1, 3), (2, 3), (3, 3)]
    with closing(Store(folder, other)) as opened:
        assert dense(opened, "Bao nhiêu trẻ em đi học mẫu giáo?")[0] == "truong"
    with pytest.raises(ConfigurationError, match="assistant reindex"):
        Store(folder, store.embeddings)


def test_an_interrupted_reindex_has_to_be_run_again(
    store: Store, folder: Path, models_dir: Path, tmp_path: Path
) -> None:
    fill(store)
    store.close()
    other = other_model(models_dir, tmp_path)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with closing(Store(folder, other, other_model=True)) as opened, pytest.raises(KeyboardInterrupt):
        opened.reindex(stop)
    for model in (other, store.embeddings):
        with pytest.raises(ConfigurationError, match="assistant reindex"):
            Store(folder, model)
    with closing(Store(folder, other, other_model=True)) as opened:
        opened.reindex(lambda done, total: None)
    with closing(Store(folder, other)) as opened:
        assert opened.dense.count() == 3


def other_model(models_dir: Path, tmp_path: Path) -> PolicyEmbeddings:
    """The same weights under another name."""
    model = load_embeddings(None, models_dir)
    model.model_id = "mo-hinh-khac@1"
    return model


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: shutil.rmtree(index / "chroma"),
        lambda index: shutil.rmtree(index / "lexical"),
        lambda index: [shutil.rmtree(index / name) for name in ("chroma", "lexical")],
        lambda index: cut_in_half(index / "chroma" / "chroma.sqlite3"),
        lambda index: [cut_in_half(path) for path in (index / "lexical").glob("*/*/meta.json")],
        lambda index: [cut_in_half(path) for path in (index / "lexical").glob("*/*/*.store")],
        lambda index: [path.unlink() for path in (index / "lexical").glob("*/*/*.term")],
    ],
    ids=["no chroma", "no lexical", "neither", "half a chroma", "half a meta", "half a store", "no terms"],
)
def test_lost_or_damaged_indexes_are_made_again_from_the_catalogue(
    store: Store, reopen: Open, folder: Path, damage: Callable[[Path], object]
) -> None:
    fill(store)
    before = contents(store)
    store.close()
    damage(folder)
    again = reopen()
    assert contents(again) == before
    assert dense(again, "cháy rừng")[0] == lexical(again, "cháy rừng")[0] == "rung"


def test_a_half_saved_graph_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    chunks = [Chunk(f"d{n}", 1, n, n + 1, "x", ((n, n + 1),)) for n in range(1200)]
    vectors = np.random.default_rng(7).normal(size=(1200, 384)).astype(np.float32)
    with closing(DenseIndex(folder)) as index:
        index.add("default", chunks, vectors)
    (graph,) = folder.glob("*/*.pickle")
    graph.write_bytes(b"")  # what a process killed while saving leaves
    with closing(DenseIndex(folder)) as index:
        assert index.damaged()
        index.discard()
        assert index.count() == 0 and not index.damaged()
        index.add("default", chunks[:5], vectors[:5])
        assert index.search(vectors[3], 1, {folder_of("default"): 5})[0][0] == chunks[3].chunk_id


@pytest.mark.parametrize("name", ["header.bin", "data_level0.bin", "length.bin", "index_metadata.pickle"])
def test_a_graph_with_a_flipped_bit_is_made_again_and_never_opened(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "chroma"
    chunks = [Chunk(f"d{n}", 1, n, n + 1, "x", ((n, n + 1),)) for n in range(1200)]
    vectors = np.random.default_rng(7).normal(size=(1200, 64)).astype(np.float32)
    with closing(DenseIndex(folder)) as index:
        index.add("default", chunks, vectors)
    with closing(DenseIndex(folder)) as index:
        assert not index.damaged()
    (graph,) = folder.glob(f"*/{name}")
    content = bytearray(graph.read_bytes())
    content[len(content) // 3] ^= 64
    graph.write_bytes(content)
    with closing(DenseIndex(folder)) as index:
        assert index.damaged()
        index.discard()
        assert not index.damaged()


def test_a_damaged_catalogue_is_said_and_left_alone(store: Store, folder: Path, embeddings: PolicyEmbeddings) -> None:
    fill(store)
    store.close()
    (folder / "catalogue.sqlite3").write_bytes(b"not a database " * 100)
    with pytest.raises(ConfigurationError, match=r"catalogue\.sqlite3.*sao lưu"):
        Store(folder, embeddings)
    assert (folder / "chroma").is_dir()


def test_a_catalogue_of_before_vectors_were_kept_gets_them(store: Store, reopen: Open, folder: Path) -> None:
    fill(store)
    before = contents(store)
    store.close()
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as old:
        old.executescript("ALTER TABLE chunks DROP COLUMN vector; DROP TABLE checksums; PRAGMA user_version = 0")
    shutil.rmtree(folder / "chroma")
    again = reopen()
    assert contents(again) == before
    assert set(again.catalogue.vectors(sorted(before[0]))) == set(before[0])


def test_a_catalogue_of_a_newer_program_is_refused(store: Store, folder: Path, embeddings: PolicyEmbeddings) -> None:
    store.catalogue._connection.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(ConfigurationError, match="mới hơn"):
        Store(folder, embeddings)


def test_a_chroma_server_that_is_not_there_is_named(tmp_path: Path, embeddings: PolicyEmbeddings) -> None:
    with pytest.raises(NotReadyError, match=re.escape("http://127.0.0.1:9")):
        Store(tmp_path, embeddings, "http://127.0.0.1:9")


# --- several at once ----------------------------------------------------------------------------------------
def hold_the_lock(folder: Path, models: Path, holding: Event, release: Event) -> None:
    with closing(Store(folder, load_embeddings(None, models))) as store, store.write_lock:
        holding.set()
        release.wait(30)


def add_many(folder: Path, models: Path, started: Event, go_on: Event) -> None:
    with closing(Store(folder, load_embeddings(None, models))) as store:
        for number in range(40):
            store.add(*paper(f"van-ban-{number}", [f"Văn bản số {number} nói về giếng nước thứ {number}."]))
            if number == 2:
                started.set()
                assert go_on.wait(30)


def save_graphs(folder: Path, started: Event) -> None:
    with closing(DenseIndex(folder)) as index:
        for first in range(0, 2600, 100):
            index.add("default", GRAPH[first : first + 100], POINTS[first : first + 100])
            started.set()


DEFAULT = {folder_of("default"): 2600}
GRAPH = [Chunk(f"d{n}", 1, n, n + 1, "x", ((n, n + 1),)) for n in range(2600)]
POINTS = np.random.default_rng(3).normal(size=(2600, 64)).astype(np.float32)
SPAWN = multiprocessing.get_context("spawn")


def test_a_second_writer_waits_while_readers_go_on(
    store: Store, folder: Path, models_dir: Path, embeddings: PolicyEmbeddings
) -> None:
    fill(store)
    holding, release = SPAWN.Event(), SPAWN.Event()
    other = SPAWN.Process(target=hold_the_lock, args=(folder, models_dir, holding, release))
    other.start()
    assert holding.wait(60)
    writer = threading.Thread(target=lambda: store.add(*paper("moi", ["Thêm một văn bản mới."])))
    writer.start()
    with closing(Store(folder, embeddings)) as reader:
        assert dense(reader, "cháy rừng")[0] == "rung"
        assert store.document("moi") is None  # still waiting
        release.set()
        writer.join(30)
        other.join(30)
        assert other.exitcode == 0
        assert lexical(store, "văn bản mới")[0] == "moi"
        assert soon(lambda: dense(reader, "thêm một văn bản mới")[0] == "moi")  # it was open all along


def test_a_reader_opening_in_the_middle_of_a_write_disturbs_nothing(
    store: Store, folder: Path, models_dir: Path, embeddings: PolicyEmbeddings
) -> None:
    fill(store)
    started, go_on = SPAWN.Event(), SPAWN.Event()
    writer = SPAWN.Process(target=add_many, args=(folder, models_dir, started, go_on))
    writer.start()
    assert started.wait(60)
    go_on.set()
    while writer.is_alive():
        with closing(Store(folder, embeddings)) as reader:
            assert dense(reader, "cháy rừng")[0] == lexical(reader, "cháy rừng")[0] == "rung"
        assert dense(store, "cầu Suối Vàng khánh thành")[0] == "cau"
    assert writer.exitcode == 0
    for number in (0, 17, 39):
        (_, (chunk,)) = paper(f"van-ban-{number}", [f"Văn bản số {number} nói về giếng nước thứ {number}."])
        assert chunk.chunk_id in store.dense.chunk_ids()
        (own,) = store.catalogue.vectors([chunk.chunk_id]).values()
        assert soon(
            lambda own=own, chunk=chunk: store.dense.search(own, 1, store.lexical.sizes())[0][0] == chunk.chunk_id
        )
    assert store.dense.count() == 43


def test_graphs_saved_by_another_process_are_seen(tmp_path: Path) -> None:
    folder, started = tmp_path / "chroma", SPAWN.Event()
    with closing(DenseIndex(folder)) as reader:
        assert reader.count() == 0
        writer = SPAWN.Process(target=save_graphs, args=(folder, started))
        writer.start()
        assert started.wait(60)
        while writer.is_alive():
            assert reader.search(POINTS[5], 1, DEFAULT)[0][0] == GRAPH[5].chunk_id
        assert writer.exitcode == 0
        assert soon(lambda: reader.search(POINTS[-1], 1, DEFAULT)[0][0] == GRAPH[-1].chunk_id)
        found = [reader.search(POINTS[n], 1, DEFAULT)[0][0] == GRAPH[n].chunk_id for n in range(0, 2600, 20)]
        assert np.mean(found) > 0.95  # all but what an approximate graph may miss


def test_a_collection_made_anew_by_another_process_is_found(store: Store, folder: Path, models_dir: Path) -> None:
    fill(store)
    worker = SPAWN.Process(target=reindex, args=(folder, models_dir))
    worker.start()
    worker.join(60)
    assert worker.exitcode == 0
    assert dense(store, "cháy rừng")[0] == "rung"


def reindex(folder: Path, models: Path) -> None:
    with closing(Store(folder, load_embeddings(None, models))) as store:
        store.reindex(lambda done, total: None)


def test_threads_share_a_store(store: Store) -> None:
    fill(store)
    found: list[str] = []

    def ask() -> None:
        found.extend(dense(store, "cháy rừng")[0] for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    store.add(*paper("moi", ["Thêm một văn bản mới."]))
    for thread in threads:
        thread.join(30)
    assert found == ["rung"] * 40


def test_metadata_survives_the_catalogue(store: Store) -> None:
    document, chunks = paper("cau", BRIDGE)
    document = replace(document, pages=3, warnings=("mờ",), provenance={"title": "dòng đầu"}, period="2022")
    store.add(document, [replace(chunks[0], section=("I", "1"), locator="mục I.1", page=2, kind="caption")])
    assert store.document("cau") == document
    (chunk,) = store.catalogue.document_chunks("cau", 1)
    assert (chunk.section, chunk.page, chunk.kind, chunk.embedded_text) == (
        ("I", "1"), 2, "caption", f"Tài liệu cau\n{document.text}",
    )  # fmt: skip


def test_chunks_of_an_earlier_version_are_read_and_embedded_as_they_were(store: Store) -> None:
    fill(store)
    (chunk,) = paper("cau", BRIDGE)[1]
    record = json.loads(chunk_record(chunk))
    assert read_chunk(json.dumps(record)) == chunk
    earlier = read_chunk(json.dumps(record[:-1]))  # before a part of the context was embedded
    assert earlier == chunk and earlier.embedded_text == earlier.indexed_text
    assert replace(chunk, brief="Cầu").embedded_text == f"Cầu\n{chunk.text}"


def test_listing_sees_what_another_connection_wrote(store: Store, folder: Path) -> None:
    fill(store)
    assert len(store.listing()) == 3
    other = Catalogue(folder / "catalogue.sqlite3")
    other.delete("cau")
    other.close()
    assert len(store.listing()) == 2


def test_a_snapshot_goes_on_seeing_its_state(store: Store) -> None:
    """What is replaced and removed meanwhile is found as it was, dense, lexical and in the catalogue."""
    fill(store)
    before = lexical(store, "cháy rừng"), store.lexical.chunk_ids()
    vector = np.array(store.embeddings.embed_query("cháy rừng"), dtype=np.float32)
    scores = dict(store.nearest(vector, 9))
    limited = store.limited_to(["default"])
    with store.snapshot() as seen, limited.snapshot() as own:
        listing = seen.listing()
        store.remove("rung")
        store.add(*paper("cau", ["Cầu Suối Vàng cháy rừng."], version=2))
        store.add(*paper("moi", ["Cháy rừng ở xã mới."]))
        for view in (seen, own):
            assert dict(view.nearest(vector, 9)) == pytest.approx(scores, abs=1e-5)
            assert (lexical(view, "cháy rừng"), view.lexical.chunk_ids()) == before
            assert [d.document_id for d in view.listing()] == [d.document_id for d in listing]
            assert view.words.syllable_forms("moi") == {}
        assert "rung" not in dense(store, "cháy rừng")
    with store.snapshot() as seen:
        assert {d.document_id for d in seen.listing()} == {"cau", "truong", "moi"}
        assert seen.lexical.chunk_ids() == seen.catalogue.ready_chunk_ids() == store.dense.chunk_ids()


def test_lexical_snapshots_stay_for_as_long_as_they_are_read(store: Store, folder: Path) -> None:
    fill(store)
    with store.snapshot() as seen:
        before = lexical(seen, "cháy rừng")
        for number in range(4):
            store.add(*paper(f"moi{number}", ["Cháy rừng ở xã mới."]))
        assert len(list((folder / "lexical").glob("*/*"))) == 2  # the one that is read, and the newest
        assert lexical(seen, "cháy rừng") == before
    del seen
    with store.snapshot():
        store.add(*paper("them", ["Trồng rừng."]))
    store.remove("them")
    assert len(list((folder / "lexical").glob("*/*"))) <= 2
