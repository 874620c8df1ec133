"""The words about kept conversations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """The words of one language."""

    heading: str
    search: str
    nothing: str
    empty: str
    more: str  # {count}
    rename: str
    name: str
    save: str
    link: str
    linked: str
    delete: str
    confirm: str
    gone: str
    failed: str


VIETNAMESE = KeptTexts(
    heading="Cuộc hỏi đã lưu",
    search="Tìm trong tên và câu hỏi",
    nothing="Không có cuộc hỏi nào khớp.",
    empty="Chưa có cuộc hỏi nào. Câu hỏi được trả lời sẽ tự lưu ở đây, chỉ riêng người dùng này xem được.",
    more="Xem thêm {count} cuộc hỏi",
    rename="Đổi tên",
    name="Tên cuộc hỏi",
    save="Lưu tên",
    link="Chép liên kết",
    linked="Đã chép",
    delete="Xóa",
    confirm="Bấm lần nữa để xóa hẳn",
    gone="Không có cuộc hỏi này, hoặc đã bị xóa.",
    failed="Chưa làm được. Hãy thử lại.",
)

ENGLISH = KeptTexts(
    heading="Saved conversations",
    search="Search names and questions",
    nothing="No conversation matches.",
    empty="Nothing here yet. Answered questions are saved here by themselves, for this user only.",
    more="Show {count} more",
    rename="Rename",
    name="Name of the conversation",
    save="Save name",
    link="Copy link",
    linked="Copied",
    delete="Delete",
    confirm="Press again to delete for good",
    gone="There is no such conversation, or it has been deleted.",
    failed="That did not work. Try again.",
)
