"""The words of the quality page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QualityTexts:
    """The words of one language; the keys of `figures` are those of summary.json."""

    heading: str
    live: str
    live_note: str
    answered: str
    abstained: str
    failed: str
    up: str
    down: str
    reasons: str
    nothing_asked: str
    no_feedback: str
    report: str
    report_of: str  # {name}, {day}, {count}
    no_report: str
    open_report: str
    figures: dict[str, str]
    interval: str  # {low}, {high}


VIETNAMESE = QualityTexts(
    heading="Chất lượng",
    live="Đang phục vụ",
    live_note="Tính từ khi máy chủ khởi động; góp ý tính trên toàn bộ tệp góp ý.",
    answered="Đã trả lời",
    abstained="Báo không có trong kho",
    failed="Gặp lỗi",
    up="Góp ý: đúng",
    down="Góp ý: chưa đúng",
    reasons="Lý do chưa đúng",
    nothing_asked="Chưa có câu hỏi nào từ khi khởi động.",
    no_feedback="Chưa có góp ý nào.",
    report="Lượt đánh giá gần nhất",
    report_of="{name} · {day} · {count} câu hỏi",
    no_report="Chưa có lượt đánh giá. Chạy: python -m eval run --questions cau-hoi.xlsx --corpus van-ban/",
    open_report="Mở báo cáo đầy đủ",
    figures={
        "accuracy": "Đúng và dẫn đúng nguồn, hoặc từ chối đúng",
        "answer_accuracy": "Trả lời đúng (câu có trong kho)",
        "selective_accuracy": "Đúng trong số câu đã trả lời",
        "coverage": "Tỷ lệ có trả lời",
        "citation_recall": "Ý có nguồn chứng minh",
        "citation_precision": "Trích dẫn đúng chỗ",
        "abstention_f1": "Từ chối đúng lúc (F1)",
        "unsupported_rate": "Ý không có căn cứ",
    },
    interval="khoảng tin cậy 95 %: {low}–{high}",
)

ENGLISH = QualityTexts(
    heading="Quality",
    live="In service",
    live_note="Since the server was started; feedback counts the whole feedback file.",
    answered="Answered",
    abstained="Not in the corpus",
    failed="Failed",
    up="Feedback: right",
    down="Feedback: not right",
    reasons="Why not right",
    nothing_asked="Nothing has been asked since the start.",
    no_feedback="No feedback yet.",
    report="Latest evaluation",
    report_of="{name} · {day} · {count} questions",
    no_report="No evaluation yet. Run: python -m eval run --questions questions.xlsx --corpus documents/",
    open_report="Open the full report",
    figures={
        "accuracy": "Right and rightly cited, or rightly refused",
        "answer_accuracy": "Right answers (of the answerable)",
        "selective_accuracy": "Right among those answered",
        "coverage": "Share answered",
        "citation_recall": "Claims borne out by their sources",
        "citation_precision": "Citations in the right place",
        "abstention_f1": "Refused when it should (F1)",
        "unsupported_rate": "Claims without support",
    },
    interval="95% interval: {low}–{high}",
)
