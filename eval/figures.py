"""The figures of a report: name in Vietnamese and English, unit, and which direction is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "number", "ms", "tokens", "money"]


@dataclass(frozen=True, slots=True)
class Figure:
    """How a figure is shown. `means` of a per-question score, or computed over all questions together."""

    key: str
    vietnamese: str
    english: str
    unit: Unit = "share"
    higher_is_better: bool = True


FIGURES = (
    Figure("accuracy", "Đúng (trả lời đúng hoặc từ chối đúng)", "Right (answered right or rightly abstained)"),
    Figure("answer_accuracy", "Trả lời đúng câu có đáp án", "Answer accuracy on answerable questions"),
    Figure("selective_accuracy", "Đúng trong số câu đã trả lời", "Right among those answered"),
    Figure("coverage", "Tỷ lệ câu được trả lời", "Share of questions answered"),
    Figure("facts", "Đủ dữ kiện", "All facts present"),
    Figure("source", "Dẫn đúng nguồn", "Right source cited"),
    Figure("em", "Trùng khớp (SQuAD EM)", "SQuAD exact match"),
    Figure("f1", "SQuAD F1", "SQuAD F1"),
    Figure("recall@1", "Recall@1 (văn bản)", "Recall@1 (documents)"),
    Figure("recall@5", "Recall@5 (văn bản)", "Recall@5 (documents)"),
    Figure("recall@10", "Recall@10 (văn bản)", "Recall@10 (documents)"),
    Figure("mrr@10", "MRR@10 (văn bản)", "MRR@10 (documents)"),
    Figure("ndcg@10", "nDCG@10 (văn bản)", "nDCG@10 (documents)"),
    Figure("fact_recall@1", "Dữ kiện trong đoạn đầu", "Fact recall@1 (passages)"),
    Figure("fact_recall@5", "Dữ kiện trong 5 đoạn đầu", "Fact recall@5 (passages)"),
    Figure("fact_recall@10", "Dữ kiện trong 10 đoạn đầu", "Fact recall@10 (passages)"),
    Figure("citation_recall", "Độ phủ trích dẫn (ALCE)", "Citation recall (ALCE)"),
    Figure("citation_precision", "Độ chính xác trích dẫn (ALCE)", "Citation precision (ALCE)"),
    Figure("unsupported_rate", "Câu không được nguồn chứng thực", "Unsupported-claim rate", higher_is_better=False),
    Figure("abstention_precision", "Từ chối: độ chính xác", "Abstention precision"),
    Figure("abstention_recall", "Từ chối: độ phủ", "Abstention recall"),
    Figure("abstention_f1", "Từ chối: F1", "Abstention F1"),
    Figure("auroc_answerable", "AUROC: có hay không có đáp án", "AUROC: answerable or not"),
    Figure("auroc_right", "AUROC: câu đã trả lời đúng hay sai", "AUROC: answered right or wrong"),
    Figure("aurc", "AURC (rủi ro – độ phủ)", "AURC (risk–coverage)", higher_is_better=False),
    Figure("ece", "Sai số hiệu chỉnh (ECE, 15 khoảng)", "Calibration error (ECE, 15 bins)", higher_is_better=False),
    Figure("judge_faithfulness", "Trung thực với nguồn (mô hình chấm)", "Faithfulness (judged by a model)"),
    Figure("judge_relevancy", "Đúng trọng tâm (mô hình chấm)", "Answer relevancy (judged by a model)"),
    Figure("latency_p50", "Thời gian trả lời, trung vị", "Latency p50", "ms", higher_is_better=False),
    Figure("latency_p95", "Thời gian trả lời, p95", "Latency p95", "ms", higher_is_better=False),
    Figure("latency_p99", "Thời gian trả lời, p99", "Latency p99", "ms", higher_is_better=False),
    Figure("tokens_in", "Token đọc vào mỗi câu", "Input tokens a question", "tokens", higher_is_better=False),
    Figure("tokens_out", "Token sinh ra mỗi câu", "Output tokens a question", "tokens", higher_is_better=False),
    Figure("cost", "Chi phí mỗi câu", "Cost a question", "money", higher_is_better=False),
)

BY_KEY = {figure.key: figure for figure in FIGURES}
# What the tables by kind show: abstention and calibration measures need both kinds of questions together.
KIND_FIGURES = ("accuracy", "coverage", "facts", "source", "f1", "recall@1", "mrr@10", "fact_recall@5",
                "citation_recall", "citation_precision", "unsupported_rate", "latency_p50")  # fmt: skip

STAGES = {
    "not_ingested": ("Chưa nạp vào kho", "Not ingested"),
    "not_retrieved": ("Không tìm thấy đoạn có dữ kiện", "Not retrieved"),
    "ranked_low": ("Tìm thấy nhưng xếp hạng thấp", "Ranked low"),
    "not_selected": ("Có trong đoạn đã đọc nhưng chọn câu khác", "Not selected"),
    "wrong_source": ("Đúng nội dung, sai nguồn", "Wrong source"),
    "wrongly_answered": ("Câu dẫn có dữ kiện nhưng câu trả lời sai", "Wrongly answered"),
    "wrongly_refused": ("Từ chối nhầm", "Wrongly refused"),
    "rejected": ("Bị bước kiểm chứng loại", "Rejected by verification"),
    "answered_unanswerable": ("Lẽ ra phải từ chối", "Should have abstained"),
    "error": ("Lỗi khi hỏi", "Failed with an error"),
}


def shown(key: str, value: float | None) -> str:
    """A figure's value as a reader wants it: 87.5%, 412 ms, 0.031."""
    if value is None or value != value:
        return "–"
    unit = BY_KEY[key].unit if key in BY_KEY else "number"
    if unit == "ms":
        return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"
    if unit == "tokens":
        return f"{value:,.0f}"
    if unit == "money":
        return f"{value:.5f}"
    return f"{value:.3f}"
