"""The words with which readers say what they think of an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedbackTexts:
    """The words of one language; the keys of `reasons` are those of the API."""

    good: str
    bad: str
    thanks: str
    heading: str
    reason: str
    reasons: dict[str, str]
    source: str
    source_hint: str
    correct_answer: str
    right_answer: str
    comment: str
    send: str
    cancel: str
    failed: str


VIETNAMESE = FeedbackTexts(
    good="Câu trả lời đúng",
    bad="Câu trả lời chưa đúng",
    thanks="Đã ghi nhận góp ý.",
    heading="Câu trả lời chưa đúng ở đâu?",
    reason="Lý do",
    reasons={
        "wrong": "Sai nội dung",
        "incomplete": "Thiếu ý",
        "wrong_source": "Dẫn sai văn bản",
        "outdated": "Dẫn văn bản đã hết hiệu lực",
        "should_abstain": "Kho không có thông tin này, lẽ ra không trả lời",
        "should_answer": "Kho có thông tin này, lẽ ra phải trả lời",
        "unclear": "Khó hiểu",
        "other": "Lý do khác",
    },
    source="Văn bản lẽ ra phải dẫn",
    source_hint="Gõ để chọn tên tệp trong kho",
    correct_answer="Câu trả lời đúng (nếu biết)",
    right_answer="Câu trả lời đúng",
    comment="Ghi chú",
    send="Gửi góp ý",
    cancel="Thôi",
    failed="Chưa gửi được góp ý. Hãy thử lại.",
)

ENGLISH = FeedbackTexts(
    good="The answer is right",
    bad="The answer is not right",
    thanks="Thank you, noted.",
    heading="What is not right?",
    reason="Reason",
    reasons={
        "wrong": "Wrong content",
        "incomplete": "Incomplete",
        "wrong_source": "Wrong document cited",
        "outdated": "Cites what is no longer in force",
        "should_abstain": "Not in the corpus: it should not have answered",
        "should_answer": "In the corpus: it should have answered",
        "unclear": "Hard to understand",
        "other": "Another reason",
    },
    source="Document that should have been cited",
    source_hint="Type to choose a file of the corpus",
    correct_answer="The right answer (if known)",
    right_answer="The right answer",
    comment="Remark",
    send="Send",
    cancel="Cancel",
    failed="The feedback could not be sent. Try again.",
)
