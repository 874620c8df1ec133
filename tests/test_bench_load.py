"""The load bench: different documents and questions with known answers, users who wait when told to."""

from __future__ import annotations

import asyncio
import time
from itertools import islice

from little_assistant import LittleAssistant
from serving import serving

from assistant.api import ServiceLimits
from assistant.types import Answer, Query
from eval.bench.load_client import Outcome, crowd
from eval.bench.load_texts import reports

QUESTIONS = [("Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?", "8 triệu"), ("Giá vàng hôm nay?", "không bao giờ có")]


def test_reports_differ_and_hold_the_answers_to_their_questions() -> None:
    found = list(islice(reports(1), 900))
    assert found == list(islice(reports(1), 900))
    assert len({report.text for report in found}) == len({report.name for report in found}) == 900
    questions = [question for report in found for question, _ in report.questions]
    assert len(set(questions)) == len(questions)
    for report in found[:5]:
        for question, figure in report.questions:
            commune = question.split(", xã ")[1].split()[:2]
            assert any(figure in line and " ".join(commune) in line for line in report.text.splitlines())


def test_users_ask_and_right_answers_are_counted() -> None:
    with serving(LittleAssistant()) as address:
        outcome = asyncio.run(crowd(address, QUESTIONS, users=2, seconds=0.5))
    assert not outcome.errors
    assert outcome.count("200") == len(outcome.seconds["200"]) > 2
    assert 0 < outcome.right < outcome.count("200")
    assert (outcome.percentile_ms("200", 95) or 0) > 0
    assert outcome.percentile_ms("503", 95) is None


class Slow(LittleAssistant):
    """Keeps its place for a moment."""

    def ask(self, query: Query) -> Answer:
        time.sleep(0.2)
        return super().ask(query)


def test_a_refusal_is_waited_out_and_other_failures_are_named() -> None:
    with serving(Slow(), ServiceLimits(running=1, waiting=0, retry_after_s=1)) as address:
        outcome = asyncio.run(crowd(address, QUESTIONS, users=5, seconds=0.8))
    assert outcome.count("503") == 4  # each of the four who found it taken waited for a second
    assert not outcome.errors
    gone = asyncio.run(crowd(address, QUESTIONS, users=1, seconds=0.01))
    assert set(gone.errors) == {"ConnectError"}
    assert Outcome().errors == {}
