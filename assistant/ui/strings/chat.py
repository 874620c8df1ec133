"""The words of the chat itself, with those of the other parts of the page."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.api.language import Language
from assistant.ui.strings import feedback, kept, library, narrow, quality


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language."""

    language: Language
    brand: str
    tagline: str
    new_chat: str
    other_language: str
    theme: str
    greeting: str
    introduction: str  # {count} documents
    empty_corpus: str
    try_asking: str
    ask_label: str
    ask_placeholder: str
    send: str
    stop: str
    keyboard: str
    you_asked: str
    understood_as: str
    stages: dict[str, str]
    working: str
    stopped: str
    abstained: dict[str, str]
    abstained_hint: str
    confidence: tuple[str, str, str]  # high, fair, low
    verbatim: str
    worded_by: str  # {model}
    copy: str
    copied: str
    download: str
    retry: str
    edit: str
    sources: str
    nearest: str
    panel_label: str
    in_corpus: str  # {count} documents
    newest_first: str  # {shown} of {count}
    no_answer_in: str
    open_source: str  # {n}, {title}
    back: str
    previous: str
    following: str
    open_page: str
    close: str
    opening: str
    cannot_open: str
    page: str
    statuses: dict[str, str]
    version: str
    unexpected: str
    slow: str
    follow_ups: str
    answerable: str  # questions offered where one could not be answered
    views: dict[str, str]  # the tabs
    views_label: str
    loading: str
    load_failed: str
    sign_out: str
    not_kept: str
    narrow: narrow.NarrowTexts
    library: library.LibraryTexts
    kept: kept.KeptTexts
    feedback: feedback.FeedbackTexts
    quality: quality.QualityTexts


VIETNAMESE = Texts(
    language="vi",
    brand="Trợ lý chính sách",
    tagline="Trả lời từ văn bản, dẫn đúng câu gốc",
    new_chat="Cuộc hỏi mới",
    other_language="English",
    theme="Đổi nền sáng, tối",
    greeting="Cần tra cứu nội dung gì?",
    introduction="Câu trả lời lấy từ {count} văn bản trong kho, kèm câu gốc để đối chiếu. "
    "Điều gì kho không có, trợ lý nói rõ là không có.",
    empty_corpus="Kho tài liệu chưa có văn bản nào. Người quản trị nạp văn bản bằng lệnh: assistant ingest <thư mục>.",
    try_asking="Có thể hỏi",
    ask_label="Câu hỏi",
    ask_placeholder="Nhập câu hỏi…",
    send="Gửi",
    stop="Dừng",
    keyboard="Enter để gửi, Shift + Enter để xuống dòng",
    you_asked="Câu hỏi",
    understood_as="Hiểu là:",
    stages={
        "understand": "Đang đọc câu hỏi…",
        "retrieve": "Đang tìm trong tài liệu…",
        "answer": "Đang soạn câu trả lời…",
        "verify": "Đang đối chiếu với câu gốc…",
    },
    working="Đang xử lý…",
    stopped="Đã dừng theo yêu cầu.",
    abstained={
        "not_found": "Không có trong kho tài liệu",
        "out_of_scope": "Ngoài phạm vi kho tài liệu",
        "superseded": "Văn bản được hỏi đã bị thay thế",
        "ambiguous": "Câu hỏi có thể hiểu theo nhiều cách",
    },
    abstained_hint="Có thể hỏi lại cụ thể hơn: nêu năm, cơ quan, địa phương hoặc số ký hiệu văn bản.",
    confidence=("Căn cứ chắc chắn", "Căn cứ khá rõ", "Căn cứ còn yếu, nên đọc câu gốc"),
    verbatim="Trích nguyên văn",
    worded_by="Diễn đạt bởi {model}, đã đối chiếu với câu gốc",
    copy="Chép kèm nguồn",
    copied="Đã chép",
    download="Tải về",
    retry="Hỏi lại",
    edit="Sửa câu hỏi",
    sources="Nguồn trích dẫn",
    nearest="Nội dung gần nhất trong kho",
    panel_label="Nguồn và văn bản gốc",
    in_corpus="{count} văn bản trong kho",
    newest_first="{shown} văn bản mới nhất trong số {count} văn bản của kho",
    no_answer_in="Các văn bản gần với câu hỏi nhất. Chúng không trả lời câu hỏi này.",
    open_source="Nguồn {n}: {title}",
    back="Quay lại",
    previous="Nguồn trước",
    following="Nguồn sau",
    open_page="Mở trang riêng",
    close="Đóng",
    opening="Đang mở văn bản…",
    cannot_open="Không mở được văn bản. Hãy thử lại.",
    page="trang {page}",
    statuses={"in_force": "Còn hiệu lực", "amended": "Đã được sửa đổi, bổ sung", "superseded": "Đã bị thay thế"},
    version="bản {version}",
    unexpected="Có lỗi ngoài dự kiến khi trả lời. Hãy bấm “Hỏi lại”; nếu vẫn lỗi, báo người quản trị.",
    slow="Mô hình trả lời chậm hơn thường lệ. Có thể chờ tiếp hoặc bấm Dừng.",
    follow_ups="Có thể hỏi tiếp",
    answerable="Kho có thể trả lời",
    views={"chat": "Hỏi đáp", "library": "Thư viện", "kept": "Đã lưu", "quality": "Chất lượng"},
    views_label="Các mục",
    loading="Đang tải…",
    load_failed="Không tải được. Kiểm tra kết nối rồi thử lại.",
    sign_out="Đăng xuất",
    not_kept="Câu trả lời này chưa lưu được vào mục Đã lưu.",
    narrow=narrow.VIETNAMESE,
    library=library.VIETNAMESE,
    kept=kept.VIETNAMESE,
    feedback=feedback.VIETNAMESE,
    quality=quality.VIETNAMESE,
)

ENGLISH = Texts(
    language="en",
    brand="Policy assistant",
    tagline="Answers from documents, with the exact sentence",
    new_chat="New conversation",
    other_language="Tiếng Việt",
    theme="Switch between light and dark",
    greeting="What do you need to look up?",
    introduction="Answers come from the {count} documents in the corpus, with the original sentence to check. "
    "What the corpus does not hold, the assistant says it does not hold.",
    empty_corpus="There are no documents yet. An administrator adds them with: assistant ingest <folder>.",
    try_asking="You may ask",
    ask_label="Question",
    ask_placeholder="Type a question, in Vietnamese…",
    send="Send",
    stop="Stop",
    keyboard="Enter to send, Shift + Enter for a new line",
    you_asked="Question",
    understood_as="Understood as:",
    stages={
        "understand": "Reading the question…",
        "retrieve": "Searching the documents…",
        "answer": "Composing the answer…",
        "verify": "Checking against the original…",
    },
    working="Working…",
    stopped="Stopped as asked.",
    abstained={
        "not_found": "Not in the corpus",
        "out_of_scope": "Outside what the corpus covers",
        "superseded": "The document asked about has been replaced",
        "ambiguous": "The question can be read in several ways",
    },
    abstained_hint="Try to be more specific: name the year, the body, the place or the document number.",
    confidence=("Well supported", "Fairly supported", "Weakly supported: read the original"),
    verbatim="Quoted verbatim",
    worded_by="Worded by {model}, checked against the original",
    copy="Copy with sources",
    copied="Copied",
    download="Download",
    retry="Ask again",
    edit="Edit question",
    sources="Cited sources",
    nearest="Closest content in the corpus",
    panel_label="Sources and original text",
    in_corpus="{count} documents in the corpus",
    newest_first="The newest {shown} of the corpus's {count} documents",
    no_answer_in="The documents closest to the question. They do not answer it.",
    open_source="Source {n}: {title}",
    back="Back",
    previous="Previous source",
    following="Next source",
    open_page="Open on its own page",
    close="Close",
    opening="Opening the document…",
    cannot_open="The document cannot be opened. Try again.",
    page="page {page}",
    statuses={"in_force": "In force", "amended": "Amended", "superseded": "Replaced"},
    version="version {version}",
    unexpected="Something unexpected went wrong. Press “Ask again”; if it persists, tell the administrator.",
    slow="The model is slower than usual. Wait, or press Stop.",
    follow_ups="You may ask next",
    answerable="The corpus can answer",
    views={"chat": "Ask", "library": "Library", "kept": "Saved", "quality": "Quality"},
    views_label="Sections",
    loading="Loading…",
    load_failed="This could not be loaded. Check the connection and try again.",
    sign_out="Sign out",
    not_kept="This answer could not be saved under Saved.",
    narrow=narrow.ENGLISH,
    library=library.ENGLISH,
    kept=kept.ENGLISH,
    feedback=feedback.ENGLISH,
    quality=quality.ENGLISH,
)


def texts(language: str | None) -> Texts:
    """The words of a language; Vietnamese for anything but `en`."""
    return ENGLISH if language == "en" else VIETNAMESE
