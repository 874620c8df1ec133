"""A question that names nothing is asked of the document that the conversation is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant import spoken_of
from assistant.chain import PolicyAssistant
from assistant.question.understand import understand
from assistant.settings import Settings
from assistant.types import Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

DECISION = """ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: {number}/2031/QĐ-UBND
Lâm Giang, ngày {day} tháng 4 năm 2031

QUYẾT ĐỊNH
Quy định hỗ trợ {work} trên địa bàn tỉnh Lâm Giang

Điều 1. Mức hỗ trợ
Mỗi hộ {work} được hỗ trợ {amount} triệu đồng một năm.

Điều 2. Hồ sơ
Hồ sơ đề nghị gồm đơn theo mẫu và {paper}.

Điều 3. Thời hạn
Ủy ban nhân dân cấp xã trả kết quả trong {days} ngày làm việc.
"""
DECISIONS = {
    "chè": DECISION.format(number=41, day=10, work="trồng chè cổ thụ", amount=12, paper="sơ đồ nương chè", days=7),
    "ong": DECISION.format(number=57, day=21, work="nuôi ong khoái", amount=9, paper="sổ theo dõi đàn ong", days=15),
    "cá": DECISION.format(
        number=63, day=28, work="nuôi cá nước lạnh", amount=20, paper="phiếu xét nghiệm nước", days=5
    ),
}


@pytest.fixture(scope="module")
def assistant(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    folder = tmp_path_factory.mktemp("spoken")
    for name, text in DECISIONS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with closing(Store(folder / "index", embeddings)) as store:
        ingest([folder / f"{name}.txt" for name in DECISIONS], store)
        yield open_assistant(Settings(data_dir=folder), store)


def _talk(assistant: PolicyAssistant, *asked: str) -> str:
    history: list[Turn] = []
    answer = ""
    for question in asked:
        answer = assistant.ask(Query(question=question, history=tuple(history))).answer
        history += [Turn(role="user", content=question), Turn(role="assistant", content=answer)]
    return answer


@pytest.mark.parametrize(
    ("first", "paper", "days"),
    [
        ("Hộ trồng chè cổ thụ được hỗ trợ bao nhiêu một năm?", "sơ đồ nương chè", "07 ngày"),
        ("Hộ nuôi ong khoái được hỗ trợ bao nhiêu một năm?", "sổ theo dõi đàn ong", "15 ngày"),
        ("ho nuoi ca nuoc lanh duoc ho tro bao nhieu mot nam", "phiếu xét nghiệm nước", "5 ngày"),
    ],
)
def test_a_question_that_names_nothing_is_asked_of_the_document_last_quoted(
    assistant: PolicyAssistant, first: str, paper: str, days: str
) -> None:
    assert paper in _talk(assistant, first, "Hồ sơ đề nghị gồm những gì?")
    assert days.lstrip("0") in _talk(
        assistant, first, "Hồ sơ đề nghị gồm những gì?", "Trả kết quả trong bao nhiêu ngày?"
    )


def test_a_new_topic_is_not_dragged_into_the_old_one(assistant: PolicyAssistant) -> None:
    first = "Hộ trồng chè cổ thụ được hỗ trợ bao nhiêu một năm?"
    assert "sổ theo dõi đàn ong" in _talk(assistant, first, "Hồ sơ đề nghị hỗ trợ nuôi ong khoái gồm những gì?")
    assert "phiếu xét nghiệm nước" in _talk(assistant, first, "Hồ sơ theo Quyết định 63/2031/QĐ-UBND gồm những gì?")


def test_what_the_conversation_is_about_is_found_by_what_was_quoted(assistant: PolicyAssistant) -> None:
    question = understand("Hồ sơ gồm những gì?", (), assistant.store.words)
    quoted = "Mỗi hộ nuôi ong khoái được hỗ trợ 9 triệu đồng một năm. [1]"
    turns = [
        Turn(role="assistant", content=quoted),
        Turn(role="assistant", content="Không tìm thấy trong kho tài liệu."),
    ]
    found = spoken_of.documents(question, turns, assistant.store)
    assert [assistant.store.listing().by_id[i].symbol for i in found] == ["57/2031/QĐ-UBND"]
    assert not spoken_of.documents(question, turns[1:], assistant.store)
    invented = [Turn(role="assistant", content="Mỗi hộ nuôi ong khoái được hỗ trợ 90 triệu đồng một năm. [1]")]
    assert not spoken_of.documents(question, invented, assistant.store)
