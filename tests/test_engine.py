"""Search by a distributed engine: Milvus in its official local form, in a process of its own and over the wire."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.chain import PolicyAssistant
from assistant.doctor import checks
from assistant.settings import Settings
from assistant.types import Answer, Filters, Query, Turn
from assistant.wiring import engine_address, open_assistant, open_store
from eval.bench.milvus_server import MilvusServer
from vectorstore.conditions import Conditions
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.engine import EngineAddress, counts
from vectorstore.engine.expressions import NAMED, expression
from vectorstore.engine.milvus import ROWS, MilvusIndex
from vectorstore.errors import ConfigurationError, NotReadyError
from vectorstore.maintenance import check, repair
from vectorstore.mending import RESTORED
from vectorstore.published import publish
from vectorstore.records import Chunk, Document
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]
QUESTIONS = [json.loads(line) for line in (ROOT / "eval/sample/questions.jsonl").read_text().splitlines()]
BRIDGE = ["Cầu Suối Vàng khánh thành ngày 12/4/2022.", "Kinh phí xây cầu là 18,6 tỷ đồng."]
SCHOOL = ["Trường mầm non xã Bản Lim có 214 cháu.", "Nhà trường được công nhận chuẩn quốc gia mức độ 1."]
FOREST = ["Tổ bảo vệ rừng tuần tra 96 buổi trong năm.", "Không để xảy ra vụ cháy rừng nào."]
ASKED = ("Cầu Suối Vàng khánh thành ngày nào?", "truong mam non co bao nhieu chau", "tuần tra bao nhiêu buổi")
Open = Callable[..., Store]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("milvus")) as server:
        yield server


_numbers = count()


@pytest.fixture(scope="module")
def database(server: MilvusServer) -> Callable[[], str]:
    """Addresses of databases that nobody else uses."""
    from pymilvus import MilvusClient

    def made() -> str:
        name = f"kho_{next(_numbers)}"
        with closing(MilvusClient(server.address)) as client:
            client.create_database(name)
        return f"{server.address}/{name}"

    return made


@pytest.fixture
def opened(database: Callable[[], str], embeddings: PolicyEmbeddings, tmp_path: Path) -> Iterator[Open]:
    """Opens stores at tmp_path, all over one database."""
    address, stores = database(), []

    def again(name: str = "index", **options: object) -> Store:
        engine = options.pop("engine", EngineAddress(address))
        stores.append(Store(tmp_path / name, embeddings, engine=engine, **options))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Open) -> Store:
    return opened()


def paper(name: str, sentences: list[str], version: int = 1, **fields: object) -> tuple[Document, list[Chunk]]:
    """A document of one passage."""
    text, spans, at = " ".join(sentences), [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(name, version, f"{name}.txt", text, name, content_hash=digest, **fields)
    return document, [Chunk(name, version, 0, len(text), text, tuple(spans), context=f"Tài liệu {name}")]


def fill(store: Store) -> None:
    for name, sentences in (("cau", BRIDGE), ("truong", SCHOOL), ("rung", FOREST)):
        store.add(*paper(name, sentences))


def seen(store: Store, question: str, **options: object) -> tuple[list[str], list[str]]:
    """Documents found by vector and by words, best first."""
    vector = np.array(store.embeddings.embed_query(question), dtype=np.float32)
    both = store.nearest(vector, 9, **options), store.by_words(question, 9, "ầ" not in question, **options)
    owners = [store.catalogue.owners([chunk_id for chunk_id, _ in found]) for found in both]
    return tuple([own[chunk_id][0] for chunk_id, _ in found] for own, found in zip(owners, both, strict=True))


def scores(store: Store) -> list[object]:
    """Everything that is found, in every digit."""
    vectors = [np.array(store.embeddings.embed_query(question), dtype=np.float32) for question in ASKED]
    found: list[object] = [store.nearest(vector, 9) for vector in vectors]
    return found + [store.by_words(question, 9, folded) for question in ASKED for folded in (False, True)]


# the same answers -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def taken_over(
    sample_assistant: PolicyAssistant, database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PolicyAssistant]:
    """The sample corpus, made with the embedded indexes and opened with the engine."""
    from pymilvus import MilvusClient

    folder, address = tmp_path_factory.mktemp("taken over"), database()
    (folder / "index").mkdir()
    sample_assistant.store.catalogue.copy_to(folder / "index" / "catalogue.sqlite3")
    settings = Settings(data_dir=folder, search_url=address, answer_cache=0)
    store = Store(folder / "index", sample_assistant.store.embeddings, engine=EngineAddress(address))
    with closing(MilvusClient(address)) as client:
        client.flush(ROWS)  # the local form has indexes of what is on disk alone
    yield open_assistant(settings, store)
    store.close()


def right(answer: Answer, asked: dict[str, Any]) -> bool:
    """Whether it has the facts and cites their source, or abstains where nothing is to be found."""
    if not asked["answerable"]:
        return answer.status == "abstained"
    told, cited = answer.answer.lower(), {citation.source for citation in answer.citations}
    facts = all(any(a.lower() in told for a in fact) for fact in asked["facts"])
    return facts and not cited.isdisjoint(asked["sources"]) and answer.status == "answered"


def test_an_index_that_is_there_is_taken_over(taken_over: PolicyAssistant, sample_assistant: PolicyAssistant) -> None:
    store, other = taken_over.store, sample_assistant.store
    assert store.dense.count() == other.dense.count() == store.lexical.count() == other.lexical.count()
    assert store.dense.chunk_ids() == store.catalogue.ready_chunk_ids()
    assert store.lexical.document_frequency("dân_vận") == other.lexical.document_frequency("dân_vận") > 0
    assert store.lexical.document_frequency("dan", folded=True) == other.lexical.document_frequency("dan", folded=True)
    assert store.catalogue.lexical() == {} and check(store) == []


def test_it_finds_the_same(taken_over: PolicyAssistant, sample_assistant: PolicyAssistant) -> None:
    """Of dense neighbours all; of BM25 the same passages, in an order that the fixed length may change a little."""
    shares = []
    for asked in QUESTIONS[:40]:
        question = asked["question"]
        vector = np.array(taken_over.store.embeddings.embed_query(question), dtype=np.float32)
        one, other = (a.store.nearest(vector, 20) for a in (taken_over, sample_assistant))
        assert [i for i, _ in one] == [i for i, _ in other]
        assert [s for _, s in one] == pytest.approx([s for _, s in other], abs=1e-4)
        words, tantivy = (dict(a.store.by_words(question, 20)) for a in (taken_over, sample_assistant))
        shares.append(len(words.keys() & tantivy.keys()) / len(tantivy))
        for chunk_id in words.keys() & tantivy.keys():
            assert words[chunk_id] == pytest.approx(tantivy[chunk_id], rel=0.25)
    assert np.mean(shares) > 0.9


def test_it_answers_the_same(taken_over: PolicyAssistant, sample_assistant: PolicyAssistant) -> None:
    differing, rights = [], [0, 0]
    for asked in QUESTIONS[::3]:
        roles = ("user", "assistant")
        turns = [Turn(role=r, content=t) for pair in asked.get("history", ()) for r, t in zip(roles, pair, strict=True)]
        query = Query(question=asked["question"], history=tuple(turns))
        answers = [assistant.ask(query) for assistant in (taken_over, sample_assistant)]
        for place, answer in enumerate(answers):
            rights[place] += right(answer, asked)
        if (answers[0].status, answers[0].answer) != (answers[1].status, answers[1].answer):
            differing.append(asked["id"])
    assert len(differing) <= 4, differing
    assert rights[0] >= rights[1] - 1, rights


def test_filters_and_days_hold(taken_over: PolicyAssistant, sample_assistant: PolicyAssistant) -> None:
    narrowed = (
        (Filters(doc_type="Báo cáo"), None),
        (Filters(organ="ủy ban nhân dân", year_from=2022), None),
        (Filters(year_to=2021), date(2021, 6, 30)),
        (Filters(), date(2022, 12, 31)),
    )
    for filters, day in narrowed:
        for asked in QUESTIONS[:3]:
            one, other = (a.search(asked["question"], 8, filters, day) for a in (taken_over, sample_assistant))
            documents = [{hit.document_id for hit in found} for found in (one, other)]
            assert documents[0] and len(documents[0] & documents[1]) >= len(documents[1]) - 1


# conditions -----------------------------------------------------------------------------------------------------------
def test_many_documents_are_asked_for_by_what_they_have_in_common(store: Store) -> None:
    for number, (kind, organ, day) in enumerate(
        [("Báo cáo", "UBND tỉnh Lâm Giang", date(2020, 5, 1)), ("Báo cáo", "Sở \"Y\" 100%", date(2023, 5, 1)),
         ("Quyết định", "UBND tỉnh Lâm Giang", date(2023, 5, 2)), ("Báo cáo", None, None)]
    ):  # fmt: skip
        store.add(*paper(f"d{number}", [*BRIDGE, f"Bản thứ {number}."], kind=kind, organ=organ, issue_date=day))
    every = frozenset(f"d{number}" for number in range(4)) | {f"x{number}" for number in range(NAMED)}
    asked = {
        Conditions(kind="báo cáo"): {"d0", "d1", "d3"},
        Conditions(organ="Lâm Giang"): {"d0", "d2"},
        Conditions(organ='"y" 100%'): {"d0", "d1", "d2", "d3"},  # a pattern's own marks are left to the catalogue
        Conditions(year_from=2021): {"d1", "d2"},
        Conditions(year_to=2021): {"d0"},
        Conditions(day=date(2023, 5, 1)): {"d0", "d1", "d3"},
        Conditions(kind="Báo cáo", year_from=2020, year_to=2022, day=date(2020, 5, 1)): {"d0"},
        Conditions(): {"d0", "d1", "d2", "d3"},
    }
    for conditions, documents in asked.items():
        assert "x1" not in expression(every, conditions)
        assert [set(found) for found in seen(store, ASKED[0], among=every, meant=conditions)] == [documents, documents]
    some = frozenset({"d1", "d2"} | {f"x{number}" for number in range(NAMED)})  # not all that meet them are meant
    assert set(seen(store, ASKED[0], among=some, meant=Conditions(kind="Báo cáo"))[0]) == {"d1"}
    assert set(seen(store, ASKED[0], among=frozenset({"d3"}))[1]) == {"d3"}
    assert seen(store, ASKED[0], among=frozenset()) == ([], [])


# who may see what -----------------------------------------------------------------------------------------------------
def test_no_digit_depends_on_another_collection(store: Store) -> None:
    for name, sentences in (("cau", BRIDGE), ("truong", SCHOOL), ("rung", FOREST)):
        store.add(*paper(name, sentences, collection="A"))
    store.add(*paper("kin", ["Mật danh Hoàng Oanh Vĩ."], collection="B"))
    reader, other = store.limited_to(["A"]), store.limited_to(["B"])
    before, others = scores(reader), scores(other)
    together = scores(store)
    for number in range(12):
        store.add(*paper(f"gan{number}", [*BRIDGE, *SCHOOL, f"Bản {number}."], collection="B"))
    assert scores(reader) == before and scores(other) != others and scores(store) != together
    assert scores(store.limited_to(["A", "B"])) == scores(store)
    assert {o for found in seen(reader, "Hoàng Oanh Vĩ") for o in found} == {"cau", "truong", "rung"}
    assert seen(store.limited_to(["C"]), ASKED[0]) == ([], [])
    assert set(seen(store, ASKED[0], meant=Conditions(collection="A"))[0]) == {"cau", "truong", "rung"}
    store.remove("gan3")
    assert scores(reader) == before


# states ---------------------------------------------------------------------------------------------------------------
def test_versions_and_removals(store: Store) -> None:
    fill(store)
    assert [found[0] for found in seen(store, ASKED[0])] == ["cau", "cau"]
    store.add(*paper("cau", ["Cầu Suối Vàng dài 120 mét."], version=2))
    assert store.dense.count() == store.lexical.count() == 3
    assert store.lexical.document_frequency("kinh") == 0 and store.lexical.document_frequency("mét") == 1
    store.remove("cau")
    assert "cau" not in {name for found in seen(store, ASKED[0]) for name in found}
    assert store.dense.chunk_ids() == store.catalogue.ready_chunk_ids() and check(store) == []


def test_every_state_finds_its_own(store: Store, opened: Open) -> None:
    fill(store)
    before = scores(store)
    with store.snapshot() as view:
        writer = opened()
        writer.add(*paper("cau", ["Cầu Suối Vàng dài 120 mét."], version=2))
        writer.remove("rung")
        writer.add(*paper("moi", [*BRIDGE, "Bản mới."]))
        assert [[(i, pytest.approx(s, abs=1e-5)) for i, s in found] for found in scores(view)] == before
    assert set(seen(store, ASKED[0])[0]) == {"cau", "truong", "moi"}


def test_what_is_being_added_is_not_found(store: Store) -> None:
    fill(store)
    before = scores(store)
    document, chunks = paper("cau2", [*BRIDGE, "Bản nháp."])
    store.catalogue.put_pending(document, chunks)  # as a writer does that is killed then
    store.dense.add("default", chunks, np.stack([store.embed(chunks)[chunks[0].chunk_id][0]]))
    assert store.dense.count() == 4 and scores(store) == before


def test_what_a_killed_writer_left_is_mended_on_opening(store: Store, opened: Open) -> None:
    fill(store)
    before = scores(store)
    document, chunks = paper("cau2", BRIDGE)
    with suppress(KeyboardInterrupt), store.writing("cau2"):
        store.catalogue.put_pending(document, chunks)
        store.dense.add("default", chunks, np.stack([store.embed(chunks)[chunks[0].chunk_id][0]]))
        raise KeyboardInterrupt
    again = opened()
    assert again.dense.count() == 3 and scores(again) == before


def test_another_host_reads_what_is_published(opened: Open, tmp_path: Path) -> None:
    store = opened(publishing=True)
    fill(store)
    assert publish(store, tmp_path / "chung")
    reader = opened("chung", published=True)
    before = scores(reader)
    assert before == scores(store)
    store.remove("cau")
    assert scores(reader) == before  # what is retired goes with the next publication
    assert publish(store, tmp_path / "chung") and store.dense.count() == 2
    assert scores(reader) == scores(store) != before


# faults ---------------------------------------------------------------------------------------------------------------
def test_a_server_that_is_away(embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    with MilvusServer(tmp_path / "milvus") as server:
        address = EngineAddress(server.address)
        with closing(Store(tmp_path / "index", embeddings, engine=address)) as store:
            fill(store)
            before = scores(store)
            server.kill()
            with pytest.raises(NotReadyError) as caught:
                seen(store, ASKED[0])
            assert "ASSISTANT_SEARCH_URL" in str(caught.value) and "ASSISTANT_SEARCH_URL" in caught.value.english
            with pytest.raises(NotReadyError):
                Store(tmp_path / "other", embeddings, engine=address)
            Store(tmp_path / "index", embeddings, engine=address, mend="if possible").close()
            settings = Settings(data_dir=tmp_path, search_url=server.address)
            assert [finding.state for finding in checks.engine(settings)] == ["problem"]
            server.start()
            assert scores(store) == before
            assert [finding.state for finding in checks.engine(settings)] == ["ok"]


class Nothing:
    """Rebuilds nothing: the texts are whole."""

    def chunks(self, document: Document, before: list[Chunk]) -> list[Chunk]:
        return before

    def document(self, document_id: str, version: int) -> None:
        return None


def test_what_disagrees_is_found_and_mended(store: Store) -> None:
    fill(store)
    before = scores(store)
    index = store.dense
    assert isinstance(index, MilvusIndex) and store.engine
    (bridge,), (school,), (forest,) = (store.catalogue.document_chunks(name, 1) for name in ("cau", "truong", "rung"))
    vectors = index.vectors([bridge.chunk_id, school.chunk_id])
    index.add("default", [bridge], -vectors[bridge.chunk_id][None])
    index.add(
        "default", [replace(school, text="Khác hẳn.", context=str(n)) for n in range(1)], vectors[school.chunk_id][None]
    )
    index.delete([forest.chunk_id])
    stray = replace(bridge, start=1)
    index.add("default", [stray], vectors[bridge.chunk_id][None])
    store.catalogue.rows("UPDATE engine_terms SET passages = 7 WHERE term = ?", (counts.PASSAGES,))
    found, remaining = repair(store, Nothing())
    assert {(finding.kind, finding.subject) for finding in found} == {
        ("dense-vector", bridge.chunk_id), ("dense-labels", school.chunk_id), ("dense-missing", forest.chunk_id),
        ("dense-extra", stray.chunk_id), ("lexical-counts", "default"),
    }  # fmt: skip
    assert remaining == [] and scores(store) == before


def test_a_server_that_lost_everything_is_filled_again(store: Store, opened: Open) -> None:
    fill(store)
    before = scores(store)
    store.dense.discard()
    with pytest.raises(NotReadyError):
        seen(store, ASKED[0])
    assert opened().dense.count() == 3 and scores(store) == before
    store.catalogue.set_meta("writing", RESTORED)  # the catalogue of a backup was put there
    assert opened().dense.count() == 3 and scores(store) == before and check(store) == []


# configuration --------------------------------------------------------------------------------------------------------
def test_back_to_the_embedded_indexes_and_again_to_the_engine(store: Store, opened: Open) -> None:
    fill(store)
    embedded = opened(engine=None)
    assert embedded.lexical.count() == 3 and not counts.kept(embedded.catalogue)
    embedded.add(*paper("moi", [*BRIDGE, "Bản mới."]))
    embedded.close()
    again = opened()
    assert again.dense.count() == again.lexical.count() == 4 and check(again) == []


def test_vectors_kept_as_int8_give_exact_scores(opened: Open, database: Callable[[], str]) -> None:
    store = opened(engine=EngineAddress(database(), quantised=True))
    fill(store)
    vector = np.array(store.embeddings.embed_query(ASKED[0]), dtype=np.float32)
    own = store.catalogue.vectors(sorted(store.catalogue.ready_chunk_ids()))
    found = store.nearest(vector, 9)
    assert found == sorted(((i, float(v @ vector)) for i, v in own.items()), key=lambda pair: -pair[1])
    assert store.reindex(lambda done, every: None) == 3 and store.nearest(vector, 9) == found
    assert check(store) == []


def test_settings(database: Callable[[], str], embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, search_url=database(), search_quantised=True)
    assert engine_address(settings) == EngineAddress(str(settings.search_url), quantised=True)
    with closing(Store(tmp_path / "index", embeddings, engine=engine_address(settings))) as store:
        fill(store)
        assert open_assistant(settings, store).search(ASKED[0], 1)[0].document_id == "cau"
    assert engine_address(Settings(data_dir=tmp_path)) is None
    for wrong in ({"search_url": "http://127.0.0.1:1", "chroma_url": "http://127.0.0.1:2"}, {"publish_to": tmp_path}):
        with pytest.raises(ConfigurationError) as caught:
            open_store(Settings(data_dir=tmp_path, **wrong))
        assert "ASSISTANT_SEARCH_URL" in caught.value.english


def test_without_its_client_the_program_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "from vectorstore.engine import EngineAddress\nfrom vectorstore.engine.client import connect\n"
        "connect(EngineAddress('http://127.0.0.1:1'), 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "ConfigurationError" in done.stderr and "policy-assistant[milvus]" in done.stderr
