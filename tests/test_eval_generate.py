"""Drafting questions from documents and from feedback: answers stand in the text, near misses do not."""

from __future__ import annotations

import json
import random
from pathlib import Path

from langchain_core.language_models import FakeListChatModel
from little_assistant import LittleAssistant

from assistant.types import Query
from eval.datasets import Question
from eval.drafts import draft
from eval.feedback import read_feedback
from eval.generate import generate
from eval.near_misses import near_misses
from eval.textmatch import contains
from vectorstore.records import Document

TEXT = (
    "Báo cáo kết quả công tác dân vận năm 2022 của tỉnh Hương Giang.\n\n"
    "Năm 2022, toàn tỉnh có 1.214 mô hình Dân vận khéo được công nhận cấp huyện, tăng 5% so với năm trước.\n"
    "Hội nghị tổng kết được tổ chức ngày 12/01/2023 tại thành phố Hương Giang.\n"
    "Dự hội nghị có đồng chí Trưởng Ban Dân vận Tỉnh ủy Nguyễn Thị Minh Thu và nhiều đại biểu.\n"
    "Các đơn vị thực hiện Nghị quyết số 25-NQ/TW về tăng cường và đổi mới sự lãnh đạo đối với công tác dân vận.\n"
)
REPORT = Document("d", 1, "bc-2022.txt", TEXT, title="Báo cáo công tác dân vận năm 2022")


def drafts(sentence: str) -> dict[str, tuple[str, str]]:
    return {made.kind: (made.question, made.answer) for made in draft(sentence, "BC")}


def test_rules_ask_for_the_figure_the_date_the_person_and_the_subject() -> None:
    _, _, figure, day, role, symbol, *_ = TEXT.split("\n")
    assert drafts(figure)["number"] == (
        "Theo “BC”, toàn tỉnh có bao nhiêu mô hình Dân vận khéo được công nhận cấp huyện?", "1.214"
    )  # fmt: skip
    assert drafts(day)["date_place"] == (
        "Theo “BC”, Hội nghị tổng kết được tổ chức ngày nào tại thành phố Hương Giang?", "12/01/2023"
    )  # fmt: skip
    assert drafts(role)["person"] == ("Theo “BC”, ai là Trưởng Ban Dân vận Tỉnh ủy?", "Nguyễn Thị Minh Thu")
    asked, about = drafts(symbol)["symbol"]
    assert "25-NQ/TW" in asked
    assert about.startswith("tăng cường và đổi mới")


def test_generated_sets_are_drafts_whose_answers_are_in_the_text() -> None:
    made = generate([REPORT], per_kind=5, seed=1)
    assert made == generate([REPORT], per_kind=5, seed=1)
    kinds = {question.kind for question in made}
    assert {"number", "date_place", "person", "symbol", "near_miss_year", "near_miss_symbol"} <= kinds
    assert all(question.draft for question in made)
    assert len({question.id for question in made}) == len(made)
    for question in made:
        if question.answerable:
            assert contains(TEXT, question.facts[0][0])
            assert question.sources == ("bc-2022.txt",)
        else:
            assert question.question not in question.evidence  # something was altered


def test_a_chat_model_drafts_too_but_only_what_the_passage_says() -> None:
    reply = json.dumps([
        {"question": "Năm 2022 tỉnh Hương Giang công nhận bao nhiêu mô hình?", "answer": "1.214 mô hình"},
        {"question": "Bao nhiêu huyện?", "answer": "99 huyện"},
        "rác",
    ])  # fmt: skip
    made = [q for q in generate([REPORT], 3, 0, FakeListChatModel(responses=[reply])) if q.kind == "model"]
    assert [question.facts for question in made] == [(("1.214 mô hình",),)]
    assert not [q for q in generate([REPORT], 3, 0, FakeListChatModel(responses=["không biết"])) if q.kind == "model"]


def test_feedback_becomes_draft_questions(tmp_path: Path) -> None:
    assistant = LittleAssistant()
    good = assistant.ask(Query(question="Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu")).model_dump(mode="json")
    refused = assistant.ask(Query(question="Thời tiết hôm nay ra sao")).model_dump(mode="json")
    turns = [{"role": "user", "content": "Hỏi"}, {"role": "assistant", "content": "Đáp"}]
    rows = [
        {"id": "1", "rating": "up", "answer": good, "history": turns},
        {"id": "2", "rating": "up", "answer": refused},
        {"id": "3", "rating": "down", "answer": good, "corrected_answer": "9 triệu đồng", "corrected_source": "b.txt"},
        {"id": "4", "rating": "down", "answer": good, "corrected_unanswerable": True},
        {"id": "5", "rating": "down", "answer": good},
    ]
    file = tmp_path / "feedback.jsonl"
    common = {"time": "2024-05-02T08:00:00+07:00", "question": "Hỗ trợ bao nhiêu?"}
    file.write_text("".join(json.dumps(row | common) + "\n" for row in rows), encoding="utf-8")
    found = read_feedback(file)
    up, absent, corrected, refuse = found.questions
    assert (up.facts[0][0], up.sources) == ("Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng.", ("quyet-dinh-05.txt",))
    assert up.history == (("Hỏi", "Đáp"),)
    assert not absent.answerable
    assert (corrected.facts, corrected.sources) == ((("9 triệu đồng",),), ("b.txt",))
    assert not refuse.answerable
    assert all(question.draft for question in found.questions)
    assert found.problems[0].startswith("feedback.jsonl:5:")


def test_near_misses_of_a_set_ask_for_what_no_document_has() -> None:
    asked = Question(
        id="a", kind="number", question="Năm 2022 tỉnh Nghệ An có bao nhiêu mô hình theo Nghị quyết số 25-NQ/TW?",
        facts=(("1.214",),), sources=("bc-2022.txt",),
    )  # fmt: skip
    follows = asked.model_copy(update={"id": "b", "history": (("Năm 2022 thế nào?", "Tốt [1]."),)})
    made = {one.kind: one for one in near_misses([asked, asked, follows], [REPORT], random.Random(0))}
    assert set(made) == {"near_miss_year", "near_miss_place", "near_miss_symbol"}
    assert all(not one.answerable and one.question != asked.question for one in made.values())
    assert "2022" not in made["near_miss_year"].question and "Nghệ An" in made["near_miss_year"].question
    assert "Nghệ An" not in made["near_miss_place"].question and "25-NQ/TW" not in made["near_miss_symbol"].question
