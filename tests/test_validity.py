"""What was in force on a day: effective dates, what later documents changed, and answers as of a day."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.chain import PolicyAssistant
from assistant.types import Answer, Filters, Query
from vectorstore.records import Document, Relation
from vectorstore.validity import changes_to, effective_date, ended_by

REPLACED = "Quyết định 14/2021/QĐ-UBND đã được thay thế bởi Quyết định 22/2023/QĐ-UBND từ ngày 01/09/2023."
MEDIATION = "Tổ hòa giải ở cơ sở được hỗ trợ bao nhiêu đồng mỗi tháng?"


def paper(
    symbol: str | None, issued: date | None = None, *relations: Relation, collection: str = "default"
) -> Document:
    return Document(
        symbol or "khong-so",
        1,
        f"{symbol}.txt",
        "…",
        f"Văn bản {symbol}",
        collection,
        symbol=symbol,
        issue_date=issued,
        effective_date=issued,
        relations=relations,
    )


def does(kind: str, symbol: str, provision: str | None = None) -> Relation:
    return Relation(kind, symbol, provision, 0, 10)  # type: ignore[arg-type]


OLD = paper("14/2021/QĐ-UBND", date(2021, 5, 28))
NEW = paper("22/2023/QĐ-UBND", date(2023, 9, 1), does("replaces", "14/2021/QĐ-UBND"))


# --- from the documents --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clause", "day"),
    [
        ("Quyết định này có hiệu lực thi hành từ ngày 10 tháng 6 năm 2021.", date(2021, 6, 10)),
        ("Thông tư có hiệu lực kể từ ngày 01/7/2023.", date(2023, 7, 1)),
        ("Chỉ thị này có hiệu lực kể từ ngày ký.", date(2021, 5, 28)),
        (
            "1. Thông tư này có hiệu lực kể từ ngày ký.\n2. Điều 37 Thông tư này có hiệu lực từ ngày 01/01/2021.",
            date(2021, 5, 28),
        ),
        (
            "“Điều 9.\nThông tư này có hiệu lực từ ngày 01/3/2020.”\nThông tư này có hiệu lực từ ngày 01/7/2021.",
            date(2021, 7, 1),
        ),
        ("Quyết định này quy định mức hỗ trợ.", date(2021, 5, 28)),
    ],
)
def test_effective_date_is_that_of_the_clause_or_of_issue(clause: str, day: date) -> None:
    assert effective_date(clause, date(2021, 5, 28)) == day


def test_a_replaced_document_ends_when_its_successor_takes_effect() -> None:
    assert ended_by(OLD, [NEW], date(2023, 8, 31)) is None
    change = ended_by(OLD, [OLD, NEW], date(2023, 9, 1))
    assert change is not None and change.by is NEW and change.whole and change.since == date(2023, 9, 1)
    assert ended_by(NEW, [OLD, NEW], date(2030, 1, 1)) is None


def test_an_amended_document_goes_on() -> None:
    amending = paper("08/2024/QĐ-UBND", date(2024, 4, 25), does("amends", "14/2021/QĐ-UBND", "khoản 2 Điều 6"))
    (change,) = changes_to(OLD, [amending])
    assert not change.whole
    assert ended_by(OLD, [amending], date(2030, 1, 1)) is None


def test_a_provision_repealed_does_not_end_the_document() -> None:
    partly = paper("08/2024/QĐ-UBND", date(2024, 4, 25), does("repeals", "14/2021/QĐ-UBND", "khoản 3 Điều 9"))
    wholly = paper("09/2024/QĐ-UBND", date(2024, 5, 25), does("repeals", "14/2021/QĐ-UBND"))
    assert ended_by(OLD, [partly], date(2030, 1, 1)) is None
    assert ended_by(OLD, [partly, wholly], date(2030, 1, 1)) is not None


@pytest.mark.parametrize(
    "other",
    [
        paper("22/2023/QĐ-UBND", date(2023, 9, 1), does("cites", "14/2021/QĐ-UBND")),
        paper("22/2023/QĐ-UBND", date(2023, 9, 1), does("replaces", "14/2020/QĐ-UBND")),
        paper("22/2023/QĐ-UBND", date(2023, 9, 1), does("replaces", "14/2021/NQ-HĐND")),
        paper("22/2023/QĐ-UBND", date(2023, 9, 1), does("replaces", "14/2021/QĐ-UBND"), collection="khac"),
    ],
    ids=["only cited", "another year", "another type", "another collection"],
)
def test_other_documents_change_nothing(other: Document) -> None:
    assert changes_to(OLD, [other]) == []


def test_without_a_symbol_or_a_date_nothing_is_made_up() -> None:
    assert changes_to(paper(None), [NEW]) == []
    undated = paper("22/2023/QĐ-UBND", None, does("replaces", "14/2021/QĐ-UBND"))
    (change,) = changes_to(OLD, [undated])
    assert change.since is None


# --- in answers ----------------------------------------------------------------------------------------------------
def ask(assistant: PolicyAssistant, question: str, as_of: str | None = None, **filters: str) -> Answer:
    return assistant.ask(Query.model_validate({"question": question, "as_of": as_of, "filters": filters}))


def test_the_sample_knows_its_dates_and_relations(sample_assistant: PolicyAssistant) -> None:
    listing = {document.symbol: document for document in sample_assistant.store.listing() if document.symbol}
    old, new, amending = (listing[f"{number}/QĐ-UBND"] for number in ("14/2021", "22/2023", "08/2024"))
    assert (old.effective_date, new.effective_date) == (date(2021, 6, 10), date(2023, 9, 1))
    change = ended_by(old, listing.values(), date(2024, 1, 1))
    assert change is not None and change.by.symbol == new.symbol
    changes = changes_to(listing["31/2022/QĐ-UBND"], listing.values())
    assert [(c.by.symbol, c.whole, c.since) for c in changes] == [(amending.symbol, False, date(2024, 4, 25))]


def test_before_the_replacement_the_old_amount_holds(sample_assistant: PolicyAssistant) -> None:
    answer = ask(sample_assistant, MEDIATION, "2022-06-01")
    assert "150.000 đồng/tổ/tháng" in answer.answer
    assert {citation.source for citation in answer.citations} == {"quyet-dinh-14-2021-qd-ubnd.txt"}
    assert not answer.notices


def test_documents_that_did_not_exist_yet_are_not_cited(sample_assistant: PolicyAssistant) -> None:
    for question in (MEDIATION, "Có bao nhiêu mô hình được công nhận?", "Thời hạn trả lời kiến nghị là bao lâu?"):
        hits = sample_assistant.search(question, as_of=date(2022, 6, 1))
        cited = ask(sample_assistant, question, "2022-06-01").citations
        assert hits
        for place in (*hits, *cited):
            document = sample_assistant.store.document(place.document_id)
            assert document is not None and (document.effective_date or document.best_date or date.min) <= date(
                2022, 6, 1
            )


def test_the_replaced_amount_comes_with_a_notice(sample_assistant: PolicyAssistant) -> None:
    question = "Mức hỗ trợ tổ hòa giải ở cơ sở là bao nhiêu?"
    now = ask(sample_assistant, question, symbol="14/2021/QĐ-UBND")
    assert "150.000" in now.answer and now.notices == (REPLACED,)
    then = ask(sample_assistant, question, "2022-06-01", symbol="14/2021/QĐ-UBND")
    assert "150.000" in then.answer and then.notices == ()


def test_an_amended_clause_comes_with_a_notice(sample_assistant: PolicyAssistant) -> None:
    question = "Theo khoản 2 Điều 6 Quy chế kèm theo Quyết định 31/2022/QĐ-UBND, thời hạn trả lời là bao lâu?"
    assert any("08/2024/QĐ-UBND" in notice for notice in ask(sample_assistant, question).notices)
    assert not ask(sample_assistant, question, "2023-05-10").notices


def test_whether_a_decision_still_holds_depends_on_the_day(sample_assistant: PolicyAssistant) -> None:
    question = "Quyết định 14/2021/QĐ-UBND còn hiệu lực không?"
    now = ask(sample_assistant, question)
    assert now.answer.startswith(REPLACED)
    assert {citation.source for citation in now.citations} == {"quyet-dinh-22-2023-qd-ubnd.txt"}
    assert "thay thế bởi" not in ask(sample_assistant, question, "2022-01-01").answer


def test_filters_and_day_restrict_together(sample_assistant: PolicyAssistant) -> None:
    filters = Filters(symbol="22/2023/QĐ-UBND")
    assert sample_assistant.search(MEDIATION, filters=filters)
    assert not sample_assistant.search(MEDIATION, filters=filters, as_of=date(2022, 6, 1))
    assert ask(sample_assistant, MEDIATION, "2022-06-01", symbol="22/2023/QĐ-UBND").status == "abstained"


def test_the_note_names_the_provision_that_was_amended(sample_assistant: PolicyAssistant) -> None:
    question = "Khoản 2 Điều 6 Quy chế kèm Quyết định 31/2022/QĐ-UBND quy định thời hạn trả lời thế nào?"
    now = sample_assistant.ask(Query(question=question, as_of=date(2024, 6, 1)))
    before = sample_assistant.ask(Query(question=question, as_of=date(2024, 4, 1)))
    amended = "Khoản 2 Điều 6 Quyết định 31/2022/QĐ-UBND đã được sửa đổi, bổ sung bởi Quyết định 08/2024/QĐ-UBND"
    assert any(text.startswith(amended) and text.endswith("từ ngày 25/04/2024.") for text in now.notices)
    assert before.notices == ()
    assert before.citations[0].symbol == "31/2022/QĐ-UBND"


@pytest.mark.parametrize(
    ("provision", "as_of", "words", "source", "notice"),
    [
        ("Khoản 2 Điều 6", "2024-04-01", "15 ngày làm việc", "31/2022/QĐ-UBND", ""),
        ("Khoản 2 Điều 6", "2024-06-01", "10 ngày làm việc", "08/2024/QĐ-UBND", "được sửa đổi, bổ sung"),
        ("Điểm đ khoản 1 Điều 4", "2024-06-01", "Lâm Giang số", "08/2024/QĐ-UBND", "được sửa đổi, bổ sung"),
        ("Điểm d khoản 1 Điều 4", "2024-06-01", "Cổng thông tin điện tử tỉnh", "31/2022/QĐ-UBND", ""),
        ("Khoản 3 Điều 9", "2024-06-01", "ủy quyền cho cấp phó", "31/2022/QĐ-UBND", "bị bãi bỏ"),
        ("Điều 8a", "2024-06-01", "1. Người gửi kiến nghị", "08/2024/QĐ-UBND", "được sửa đổi, bổ sung"),
    ],
)
def test_a_provision_is_given_in_the_words_in_force(
    sample_assistant: PolicyAssistant, provision: str, as_of: str, words: str, source: str, notice: str
) -> None:
    answer = ask(sample_assistant, f"{provision} Quyết định 31/2022/QĐ-UBND quy định gì?", as_of)
    assert answer.status == "answered" and words in answer.answer
    assert {citation.symbol for citation in answer.citations} == {source}
    expected = f"{provision} Quyết định 31/2022/QĐ-UBND đã {notice} bởi Quyết định 08/2024/QĐ-UBND"
    assert [text.startswith(expected) for text in answer.notices] == ([True] if notice else [])


def test_a_provision_that_is_not_there_is_not_made_up(sample_assistant: PolicyAssistant) -> None:
    assert ask(sample_assistant, "Điều 50 Quyết định 31/2022/QĐ-UBND quy định gì?").status == "abstained"


def test_a_point_added_to_a_list_is_told_with_the_list(sample_assistant: PolicyAssistant) -> None:
    question = "Kiến nghị, phản ánh được tiếp nhận qua những hình thức nào theo Quyết định 31/2022/QĐ-UBND?"
    answer = ask(sample_assistant, question, "2024-06-01")
    assert len(answer.notices) == 1 and answer.notices[0].startswith("Điểm đ khoản 1 Điều 4 Quyết định 31/2022/QĐ-UBND")
