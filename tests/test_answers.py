"""The whole chain over the sample documents: right answers, verbatim quotes, honest abstention, LangChain."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai_server
import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document as LangChainDocument
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from assistant.chain import PolicyAssistant
from assistant.generation import Generator
from assistant.question.understand import understand
from assistant.settings import Settings
from assistant.types import Answer, Delta, Done, Event, Filters, Query, Stage, Turn
from assistant.wiring import open_assistant
from eval.bench.adversary import QueuedModel
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ConfigurationError, InvalidInputError, NotReadyError
from vectorstore.store import Store

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample"
COST = "Tổng kinh phí thực hiện Kế hoạch 186/KH-UBND là bao nhiêu?"
LAND = "Năm 2022 Nhân dân hiến bao nhiêu ha đất?"


def ask(assistant: PolicyAssistant, question: str, *history: str, **options: Any) -> Answer:
    turns = tuple(Turn(role="assistant" if n % 2 else "user", content=text) for n, text in enumerate(history))
    return assistant.ask(Query(question=question, history=turns, **options))


def with_model(assistant: PolicyAssistant, generator: Generator) -> PolicyAssistant:
    """The same assistant, talking through a chat model."""
    return PolicyAssistant(assistant.store, assistant.retriever, assistant.calibration, generator)


def queued(*answers: str) -> Generator:
    return Generator(QueuedModel(answers=list(answers)), max_context_tokens=3000, timeout_s=20)


# --- answers -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "fact", "source"),
    [
        (COST, "4.680 triệu đồng", "ke-hoach-186-kh-ubnd-2023.txt"),
        (LAND, "26,7 ha", "bao-cao-dan-van-2022.txt"),
        ('Quỹ "Vì người nghèo" năm 2022 vận động được bao nhiêu?', "28,4 tỷ đồng", "bao-cao-dan-van-2022.txt"),
        ("Ai ký Chỉ thị số 12-CT/TU?", "Đinh Trọng Nhã", "chi-thi-12-ct-tu-2022.txt"),
        ("Quyết định 22/2023/QĐ-UBND có hiệu lực khi nào?", "01 tháng 9 năm 2023", "quyet-dinh-22-2023-qd-ubnd.txt"),
    ],
)  # fmt: skip
def test_a_right_answer_is_quoted_from_the_right_document(
    sample_assistant: PolicyAssistant, question: str, fact: str, source: str
) -> None:
    answer = ask(sample_assistant, question)
    assert answer.status == "answered" and answer.reason is None
    assert fact in answer.answer and "[1]" in answer.answer
    assert source in {citation.source for citation in answer.citations}
    assert {n for claim in answer.claims for n in claim.citations} == {c.n for c in answer.citations}
    assert 0 < answer.confidence <= 1 and answer.model == "extractive" and answer.timings_ms["total"] > 0


def test_every_quote_is_verbatim_and_every_statement_cited(sample_assistant: PolicyAssistant) -> None:
    rows = [json.loads(line) for line in (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    seen = 0
    for row in rows[::3]:
        answer = ask(sample_assistant, row["question"], *[text for turn in row["history"] for text in turn])
        assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        for claim in answer.claims:
            assert claim.citations and claim.text in answer.answer
        for citation in answer.citations:
            document = sample_assistant.store.document(citation.document_id, citation.version)
            assert document is not None
            assert citation.quote == document.text[citation.start : citation.end] != ""
            assert (citation.source, citation.title) == (document.source, document.title)
            assert f"start={citation.start}&end={citation.end}" in citation.url
            seen += 1
        assert answer.status == "answered" or answer.reason
    assert len(rows[::3]) >= 39 and seen >= 39


def test_a_question_without_diacritics_is_the_same_question(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "tong kinh phi thuc hien ke hoach 186/KH-UBND la bao nhieu")
    assert answer.standalone_question.startswith("tổng kinh phí thực hiện kế hoạch 186/KH-UBND")
    assert "4.680 triệu đồng" in answer.answer


def test_a_follow_up_is_asked_as_it_is_meant(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Thế năm 2022 thì sao?", "Năm 2021 Nhân dân hiến bao nhiêu ha đất?", "18,4 ha [1].")
    assert answer.standalone_question == LAND
    assert "26,7 ha" in answer.answer


def test_a_comparison_answers_each_part_or_says_which_it_cannot(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Năm 2022 và năm 1999 Nhân dân hiến bao nhiêu ha đất?")
    assert "26,7 ha" in answer.answer
    assert answer.answer.splitlines()[-1].startswith("Không tìm thấy") and "1999" in answer.answer.splitlines()[-1]


def test_two_facts_asked_for_at_once_are_both_given(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Năm 2022 có bao nhiêu mô hình được đăng ký và bao nhiêu mô hình được công nhận?")
    assert ["1.517" in line for line in answer.answer.splitlines()] == [True, False]
    assert "1.103" in answer.answer.splitlines()[1]


@pytest.mark.parametrize(
    ("question", "opening", "stated"),
    [
        ("Có phải ông Hoàng Kim Thuyết là Bí thư Tỉnh ủy không?", "Đúng, tài liệu ghi:", "Hoàng Kim Thuyết"),
        ("Ông Đặng Hữu Trác là Bí thư Tỉnh ủy, đúng không?", "Tài liệu không ghi Đặng Hữu Trác", "Hoàng Kim Thuyết"),
        (
            "Có đúng là ông Bùi Văn Cường là Bí thư Tỉnh ủy không?",
            "Tài liệu không ghi Bùi Văn Cường",
            "Hoàng Kim Thuyết",
        ),
    ],
)
def test_who_holds_an_office_is_confirmed_or_corrected(
    sample_assistant: PolicyAssistant, question: str, opening: str, stated: str
) -> None:
    answer = ask(sample_assistant, question)
    assert answer.status == "answered" and answer.answer.startswith(opening)
    assert f"{stated}, Bí thư Tỉnh ủy" in answer.claims[0].text


def test_the_office_of_a_person_is_read_where_it_is_stated(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Ông Đặng Hữu Trác giữ chức vụ gì?")
    assert answer.status == "answered" and "Chủ tịch Ủy ban nhân dân tỉnh" in answer.answer


def test_what_a_text_is_about_may_be_told_by_another_and_that_is_said(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Nghị quyết số 25-NQ/TW nói về vấn đề gì?")
    assert answer.answer.startswith("Kho tài liệu không có văn bản 25-NQ/TW")
    assert "công tác dân vận trong tình hình mới" in answer.answer
    assert ask(sample_assistant, "Nghị quyết số 99-NQ/TW nói về vấn đề gì?").status == "abstained"


def test_items_that_answer_alike_are_given_together_under_their_lead(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Mức hỗ trợ mô hình cấp tỉnh là bao nhiêu?")
    assert [claim.text[:2] for claim in answer.claims] == ["1.", "a)", "b)"]
    assert "15.000.000" in answer.answer and "5.000.000" in answer.answer and "cấp tỉnh" in answer.claims[0].text


def test_a_goal_for_the_next_year_is_no_result_of_this_one(sample_assistant: PolicyAssistant) -> None:
    for question in (
        "Năm 2023 thu ngân sách nhà nước trên địa bàn đạt bao nhiêu?",
        "nam 2023 thu ngan sach nha nuoc tren dia ban dat bao nhieu",
    ):
        answer = ask(sample_assistant, question).answer
        assert "6.842 tỷ đồng" in answer and "7.250" not in answer


def test_a_total_of_a_period_is_no_figure_of_one_of_its_years(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Năm 2020 có bao nhiêu mô hình dân vận khéo được công nhận?")
    assert answer.status == "abstained" and "3.460" not in answer.answer


def test_a_list_is_given_whole_and_in_order(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Điều 5 Quyết định 14/2021/QĐ-UBND quy định hồ sơ gồm những gì?")
    items = [claim.text[:2] for claim in answer.claims]
    assert items[-3:] == ["a)", "b)", "c)"]


# --- abstention --------------------------------------------------------------------------------------------------
def test_something_else_entirely_is_out_of_scope(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Giá vàng hôm nay bao nhiêu?")
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "out_of_scope", ())
    assert "không trả lời" in answer.answer and answer.confidence < 0.3


def test_what_the_documents_do_not_tell_is_said_with_what_is_nearest(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, "Ai là Bí thư Tỉnh ủy Hà Giang?")
    assert (answer.status, answer.reason) == ("abstained", "not_found")
    assert "Hà Giang" in answer.answer.splitlines()[0]
    assert "Nội dung gần nhất" in answer.answer
    (citation,) = answer.citations
    assert " ".join(citation.quote.split()) in answer.answer


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(sample_assistant: PolicyAssistant, question: str) -> None:
    with pytest.raises((InvalidInputError, ValidationError)):
        ask(sample_assistant, question)
    with pytest.raises(InvalidInputError, match="trống"):
        sample_assistant.search(question)


def test_without_documents_it_says_how_to_add_some(embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "index", embeddings)) as store:
        assistant = open_assistant(Settings(data_dir=tmp_path), store)
        assert not assistant.ready()
        with pytest.raises(NotReadyError, match="assistant ingest"):
            ask(assistant, COST)


# --- filters and collections ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "filters",
    [
        Filters(doc_type="quyết định"),
        Filters(organ="ủy ban nhân dân"),
        Filters(symbol="Quyết định 14/2021/QĐ-UBND"),
        Filters(year_from=2024),
        Filters(year_to=2018),
        Filters(collection="khac"),
    ],
)
def test_filters_hide_what_does_not_pass(sample_assistant: PolicyAssistant, filters: Filters) -> None:
    assert "bao-cao-dan-van-2022.txt" not in {c.source for c in ask(sample_assistant, LAND, filters=filters).citations}
    assert "26,7 ha" not in ask(sample_assistant, LAND, filters=filters).answer
    found = sample_assistant.search(LAND, filters=filters)
    documents = {hit.document_id: sample_assistant.store.document(hit.document_id) for hit in found}
    for document in documents.values():
        assert document is not None and document.best_date is not None
        assert not filters.doc_type or document.kind == "Quyết định"
        assert not filters.organ or "ủy ban nhân dân" in (document.organ or "").lower()
        assert not filters.symbol or document.symbol == "14/2021/QĐ-UBND"
        assert not filters.year_from or document.best_date.year >= 2024
        assert not filters.year_to or document.best_date.year <= 2018
    assert bool(found) == (filters.collection is None)


def test_filters_let_through_what_passes(sample_assistant: PolicyAssistant) -> None:
    filters = Filters(doc_type="Báo cáo", year_from=2022, year_to=2022, collection="default")
    assert "26,7 ha" in ask(sample_assistant, "Nhân dân hiến bao nhiêu ha đất?", filters=filters).answer


def test_collections_do_not_mix(embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    text = (
        "BÁO CÁO\nKết quả hòa giải năm {year}\n\nNăm {year}, toàn xã hòa giải thành {n} vụ việc tranh chấp đất đai.\n"
    )
    with closing(Store(tmp_path / "index", embeddings)) as store:
        for name, n in (("xa-mot", 31), ("xa-hai", 57)):
            (tmp_path / f"{name}.txt").write_text(text.format(year=2022, n=n), encoding="utf-8")
            ingest([tmp_path / f"{name}.txt"], store, name)
        assistant = open_assistant(Settings(data_dir=tmp_path), store)
        question = "Năm 2022 toàn xã hòa giải thành bao nhiêu vụ việc tranh chấp đất đai?"
        for name, n, other in (("xa-mot", "31", "57"), ("xa-hai", "57", "31")):
            answer = ask(assistant, question, filters=Filters(collection=name))
            assert n in answer.answer and other not in answer.answer
            assert {hit.source for hit in assistant.search(question, filters=Filters(collection=name))} == {
                f"{name}.txt"
            }


# --- search ------------------------------------------------------------------------------------------------------
def test_search_ranks_passages_with_their_scores(sample_assistant: PolicyAssistant) -> None:
    hits = sample_assistant.search(LAND, k=5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert any("26,7 ha" in hit.quote for hit in hits)
    for hit in hits:
        document = sample_assistant.store.document(hit.document_id, hit.version)
        assert document is not None and hit.quote == document.text[hit.start : hit.end]
        assert hit.dense is not None and -1 <= hit.dense <= 1


def test_the_same_passages_are_found_with_and_without_the_texts_of_their_documents(
    sample_assistant: PolicyAssistant,
) -> None:
    store = sample_assistant.store
    asked = understand(LAND, (), store.words)
    whole = sample_assistant.retriever.retrieve(asked, 5).hits
    bare = sample_assistant.retriever.retrieve(asked, 5, texts=False).hits
    assert [(hit.chunk, hit.score) for hit in whole] == [(hit.chunk, hit.score) for hit in bare]
    for one, other in zip(whole, bare, strict=True):
        assert one.document == replace(other.document, text=one.document.text) and other.document.text == ""
        assert one.chunk.text == one.document.text[one.chunk.start : one.chunk.end]


# --- streaming -----------------------------------------------------------------------------------------------------
def pieces(events: list[Event]) -> tuple[list[str], str, Answer]:
    """Stages, then text, then the answer: anything else fails."""
    kinds = "".join({Stage: "s", Delta: "d", Done: "."}[type(event)] for event in events)
    assert kinds == "s" * kinds.count("s") + "d" * kinds.count("d") + ".", kinds
    stages = [event.name for event in events if isinstance(event, Stage)]
    text = "".join(event.text for event in events if isinstance(event, Delta))
    assert isinstance(events[-1], Done)
    return stages, text, events[-1].answer


def test_events_come_in_order_and_the_text_is_the_answer(sample_assistant: PolicyAssistant) -> None:
    stages, text, answer = pieces(list(sample_assistant.stream(COST)))
    assert stages[:2] == ["understand", "retrieve"] and "answer" in stages
    assert text == answer.answer
    assert "4.680" in text


def test_an_abstention_streams_to_the_same_end(sample_assistant: PolicyAssistant) -> None:
    _, text, answer = pieces(list(sample_assistant.stream("Giá vàng hôm nay bao nhiêu?")))
    assert answer.status == "abstained"
    assert text in ("", answer.answer)


# --- a chat model --------------------------------------------------------------------------------------------------
def test_mode_llm_without_a_model_is_noticed(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, LAND, mode="llm")
    assert "26,7 ha" in answer.answer and answer.model == "extractive"
    assert any("mô hình ngôn ngữ" in notice for notice in answer.notices)
    assert not ask(sample_assistant, LAND).notices


def test_only_verified_sentences_of_the_model_are_shown(sample_assistant: PolicyAssistant) -> None:
    model = queued("Năm 2022, Nhân dân hiến 26,7 ha đất [1]. Nhân dân còn hiến 99 con trâu [1].")
    assistant = with_model(sample_assistant, model)
    _, text, answer = pieces(list(assistant.stream(LAND)))
    assert text.strip() == answer.answer
    assert "26,7 ha" in answer.answer and "trâu" not in answer.answer
    assert answer.model == model.name != "extractive"
    assert any("1 câu" in notice for notice in answer.notices)
    for citation in answer.citations:
        document = assistant.store.document(citation.document_id, citation.version)
        assert document is not None and citation.quote == document.text[citation.start : citation.end]
    assert any("26,7 ha" in citation.quote for citation in answer.citations)


def test_mode_extractive_leaves_the_model_alone(sample_assistant: PolicyAssistant) -> None:
    assert ask(with_model(sample_assistant, queued()), LAND, mode="extractive").model == "extractive"


@pytest.mark.parametrize("said", ["Nhân dân hiến 99 con trâu [1].", "KHÔNG_CÓ", ""])
def test_where_nothing_of_the_model_holds_the_documents_answer(sample_assistant: PolicyAssistant, said: str) -> None:
    answer = ask(with_model(sample_assistant, queued(said, said)), LAND)
    assert answer.model == "extractive" and "26,7 ha" in answer.answer and "trâu" not in answer.answer


def test_a_failing_model_is_noticed_and_the_documents_answer(sample_assistant: PolicyAssistant) -> None:
    with openai_server.serving({}) as server:
        settings = Settings(chat_model="openai:error", chat_base_url=server.url, chat_timeout_s=20)
        answer = ask(open_assistant(settings, sample_assistant.store), LAND)
    assert answer.model == "extractive" and "26,7 ha" in answer.answer
    assert any("Mô hình ngôn ngữ không trả lời được" in notice for notice in answer.notices)


def test_a_configured_model_answers(sample_assistant: PolicyAssistant) -> None:
    with openai_server.serving({"tot": "Năm 2022, Nhân dân hiến 26,7 ha đất [1]."}) as server:
        settings = Settings(chat_model="openai:tot", chat_base_url=server.url, chat_timeout_s=20)
        answer = ask(open_assistant(settings, sample_assistant.store), LAND)
    assert answer.model == "tot" and answer.answer.startswith("Năm 2022, Nhân dân hiến 26,7 ha đất")
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", ["qwen", "khong-co-nha-nay:qwen"])
def test_a_model_that_cannot_be_had_is_a_configuration_error(sample_assistant: PolicyAssistant, name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        open_assistant(Settings(chat_model=name), sample_assistant.store)


# --- LangChain ---------------------------------------------------------------------------------------------------
class Counting(BaseCallbackHandler):
    """Notes what was started and ended."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.ended = 0

    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        self.started.append(kwargs.get("name") or "")

    def on_chain_end(self, outputs: Any, **kwargs: Any) -> None:
        self.ended += 1


@pytest.mark.parametrize("value", [COST, {"question": COST, "mode": "extractive"}, Query(question=COST)])
def test_a_string_a_dict_and_a_query_are_all_asked(sample_assistant: PolicyAssistant, value: Any) -> None:
    assert "4.680" in sample_assistant.invoke(value).answer
    assert isinstance(list(sample_assistant.stream(value))[-1], Done)


def test_it_is_a_runnable_that_composes_and_batches(sample_assistant: PolicyAssistant) -> None:
    first, second = sample_assistant.batch([COST, {"question": LAND}])
    assert "4.680" in first.answer and "26,7 ha" in second.answer
    chain = sample_assistant | RunnableLambda(lambda answer: answer.citations[0].source)
    assert chain.invoke(COST) == "ke-hoach-186-kh-ubnd-2023.txt"


def test_callbacks_see_the_run_and_its_steps(sample_assistant: PolicyAssistant) -> None:
    for run in (sample_assistant.invoke, lambda *a, **k: list(sample_assistant.stream(*a, **k))):
        handler = Counting()
        run(COST, config={"callbacks": [handler]})
        assert "PolicyAssistant" in handler.started and "retrieve" in handler.started
        assert handler.ended == len(handler.started)


def test_the_retriever_gives_langchain_documents(sample_assistant: PolicyAssistant) -> None:
    found = sample_assistant.retriever.invoke(LAND)
    assert found and all(isinstance(document, LangChainDocument) for document in found)
    best = next(document for document in found if "26,7 ha" in document.page_content)
    stored = sample_assistant.store.document(best.metadata["document_id"], best.metadata["version"])
    assert stored is not None and stored.text[best.metadata["start"] : best.metadata["end"]] == best.page_content
    assert best.metadata["source"] == "bao-cao-dan-van-2022.txt"


def test_several_ask_at_once(sample_assistant: PolicyAssistant) -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(sample_assistant, COST).answer)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 6 and len(set(answers)) == 1


def test_examples_can_be_answered(sample_assistant: PolicyAssistant) -> None:
    examples = sample_assistant.examples()
    assert examples
    assert all(ask(sample_assistant, question).status == "answered" for question in examples)


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Settings come from the test alone."""
    monkeypatch.chdir(tmp_path)
    yield


def test_a_document_outside_the_filter_answers_nothing(sample_assistant: PolicyAssistant) -> None:
    question = "Quyết định 22/2023/QĐ-UBND do ai ký?"
    assert "22/2023/QĐ-UBND" in {c.symbol for c in sample_assistant.ask(Query(question=question)).citations}
    answer = sample_assistant.ask(Query(question=question, filters=Filters(doc_type="Báo cáo")))
    assert "22/2023/QĐ-UBND" not in {citation.symbol for citation in answer.citations}


def test_a_total_of_several_years_does_not_answer_for_one_of_them(sample_assistant: PolicyAssistant) -> None:
    answer = sample_assistant.ask(Query(question="Toàn tỉnh tổ chức bao nhiêu cuộc đối thoại năm 2022?"))
    assert "168 cuộc đối thoại" in answer.claims[0].text
