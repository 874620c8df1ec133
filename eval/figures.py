"""The figures of a report: name in Vietnamese and English, unit, and which direction is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "number", "ms", "tokens", "money"]


@dataclass(frozen=True, slots=True)
class Figure:
    """How a figure is shown."""

    key: str
    vietnamese: str
    english: str
    unit: Unit = "share"
    higher_is_better: bool = True
    note: tuple[str, str] | None = None  # what it means, for a reader who does not know the measure


FIGURES = (
    Figure(
        "accuracy",
        "Đúng (trả lời đúng hoặc từ chối đúng)",
        "Right (answered right or rightly abstained)",
        note=(
            "Câu có đáp án: nêu đủ mọi dữ kiện và dẫn một nguồn đúng. Câu không có đáp án: từ chối trả lời.",
            "Answerable: every fact given and one right source cited. Unanswerable: abstained from.",
        ),
    ),
    Figure("answer_accuracy", "Trả lời đúng câu có đáp án", "Answer accuracy on answerable questions"),
    Figure(
        "selective_accuracy",
        "Đúng trong số câu đã trả lời",
        "Right among those answered",
        note=("Khi trợ lý đã trả lời thì tin được bao nhiêu.", "How far an answer can be relied on once it is given."),
    ),
    Figure("coverage", "Tỷ lệ câu được trả lời", "Share of questions answered"),
    Figure("facts", "Đủ dữ kiện", "All facts present"),
    Figure("source", "Dẫn đúng nguồn", "Right source cited"),
    Figure(
        "em",
        "Trùng khớp (SQuAD EM)",
        "SQuAD exact match",
        note=(
            "Chỉ có ý nghĩa khi câu trả lời là một cụm từ; trợ lý trả lời bằng câu.",
            "Only meaningful for span answers; the assistant answers in sentences.",
        ),
    ),
    Figure("f1", "SQuAD F1", "SQuAD F1"),
    Figure(
        "recall@1",
        "Recall@1 (văn bản)",
        "Recall@1 (documents)",
        note=("Văn bản đúng đứng đầu kết quả tìm kiếm.", "The right document comes first in the search."),
    ),
    Figure("recall@5", "Recall@5 (văn bản)", "Recall@5 (documents)"),
    Figure("recall@10", "Recall@10 (văn bản)", "Recall@10 (documents)"),
    Figure(
        "mrr@10",
        "MRR@10 (văn bản)",
        "MRR@10 (documents)",
        note=("Trung bình của 1/thứ hạng văn bản đúng đầu tiên.", "Mean of 1/rank of the first right document."),
    ),
    Figure("ndcg@10", "nDCG@10 (văn bản)", "nDCG@10 (documents)"),
    Figure("fact_recall@1", "Dữ kiện trong đoạn đầu", "Fact recall@1 (passages)"),
    Figure(
        "fact_recall@5",
        "Dữ kiện trong 5 đoạn đầu",
        "Fact recall@5 (passages)",
        note=(
            "Phần dữ kiện nằm trong 5 đoạn đầu của nguồn đúng: trần của câu trả lời.",
            "Share of the facts in the first 5 passages of a right source: the ceiling of any answer.",
        ),
    ),
    Figure("fact_recall@10", "Dữ kiện trong 10 đoạn đầu", "Fact recall@10 (passages)"),
    Figure(
        "citation_recall",
        "Độ phủ trích dẫn (ALCE)",
        "Citation recall (ALCE)",
        note=(
            "Phần câu trả lời được chính câu dẫn chứng thực; trích nguyên văn thì gần như luôn đạt 1.",
            "Share of statements that their own quotes bear out; close to 1 by construction for verbatim answers.",
        ),
    ),
    Figure(
        "citation_precision",
        "Độ chính xác trích dẫn (ALCE)",
        "Citation precision (ALCE)",
        note=("Phần trích dẫn thực sự cần cho câu nó đi kèm.", "Share of citations that their statement needs."),
    ),
    Figure("unsupported_rate", "Câu không được nguồn chứng thực", "Unsupported-claim rate", higher_is_better=False),
    Figure(
        "abstention_precision",
        "Từ chối: độ chính xác",
        "Abstention precision",
        note=("Trong các lần từ chối, bao nhiêu lần là đúng.", "Of the abstentions, how many were right."),
    ),
    Figure(
        "abstention_recall",
        "Từ chối: độ phủ",
        "Abstention recall",
        note=(
            "Trong các câu không có đáp án, bao nhiêu câu được từ chối.",
            "Of the unanswerable questions, how many were abstained from.",
        ),
    ),
    Figure("abstention_f1", "Từ chối: F1", "Abstention F1"),
    Figure(
        "auroc_answerable",
        "AUROC: có hay không có đáp án",
        "AUROC: answerable or not",
        note=(
            "Xác suất câu có đáp án được chấm tin cậy cao hơn câu không có; 0,5 là đoán mò.",
            "Chance that an answerable question gets the higher confidence; 0.5 is guessing.",
        ),
    ),
    Figure("auroc_right", "AUROC: câu đã trả lời đúng hay sai", "AUROC: answered right or wrong"),
    Figure(
        "aurc",
        "AURC (rủi ro – độ phủ)",
        "AURC (risk–coverage)",
        higher_is_better=False,
        note=(
            "Tỷ lệ sai trung bình khi giữ dần từ câu tự tin nhất.",
            "Mean error rate over keeping 1, 2, … most confident answers.",
        ),
    ),
    Figure(
        "ece",
        "Sai số hiệu chỉnh (ECE, 15 khoảng)",
        "Calibration error (ECE, 15 bins)",
        higher_is_better=False,
        note=(
            "Độ lệch giữa độ tin cậy công bố và tỷ lệ đúng thật.",
            "Gap between stated confidence and the share right.",
        ),
    ),
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
KIND_FIGURES = ("accuracy", "coverage", "facts", "f1", "recall@1", "mrr@10", "fact_recall@5", "citation_recall",
                "unsupported_rate", "latency_p50")  # fmt: skip

# Kinds of questions in Vietnamese; in English they are called what they are called in the set.
KINDS = {
    "number": "số liệu", "person": "người", "date_place": "thời gian, địa điểm", "content": "nội dung",
    "symbol": "số ký hiệu", "undiacritic": "không dấu", "typo": "lỗi gõ", "followup": "hỏi tiếp",
    "compare": "so sánh", "unanswerable": "không có đáp án", "false_premise": "tiền đề sai",
    "extractive": "trích đoạn", "retrieval": "tìm kiếm", "question": "câu hỏi",
    "list": "liệt kê", "article": "điều khoản", "temporal": "thời điểm", "feedback": "phản hồi",
    "model": "mô hình soạn",
    "standalone": "hỏi độc lập", "unaccented": "không dấu", "accented": "có dấu",
}  # fmt: skip

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
