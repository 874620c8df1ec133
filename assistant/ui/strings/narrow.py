"""The words with which a question is narrowed to some of the documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NarrowTexts:
    """The words of one language."""

    open: str
    heading: str
    explain: str
    organ: str
    kind: str
    collection: str
    any: str
    years: str
    year_from: str
    year_to: str
    as_of: str
    as_of_hint: str
    apply: str
    clear: str
    remove: str  # {what}
    active: str
    from_year: str  # {year}
    until_year: str  # {year}
    on_day: str  # {day}
    matching: str  # {count}, {total}
    nothing: str
    asked_within: str  # {scope}
    widen: str


VIETNAMESE = NarrowTexts(
    open="Thu hẹp phạm vi",
    heading="Chỉ tìm trong",
    explain="Áp dụng cho câu hỏi sắp gửi và các câu hỏi tiếp theo, cho đến khi bỏ lọc.",
    organ="Cơ quan ban hành",
    kind="Loại văn bản",
    collection="Bộ sưu tập",
    any="Tất cả",
    years="Năm ban hành",
    year_from="Từ năm",
    year_to="Đến năm",
    as_of="Tính đến ngày",
    as_of_hint="Chỉ xét văn bản đã có và quy định còn hiệu lực vào ngày này.",
    apply="Áp dụng",
    clear="Bỏ lọc",
    remove="Bỏ: {what}",
    active="Đang lọc",
    from_year="Từ năm {year}",
    until_year="Đến năm {year}",
    on_day="Tính đến {day}",
    matching="{count}/{total} văn bản",
    nothing="Không có văn bản nào trong phạm vi này.",
    asked_within="Trong phạm vi: {scope}",
    widen="Bỏ lọc và hỏi lại",
)

ENGLISH = NarrowTexts(
    open="Narrow the search",
    heading="Search only in",
    explain="Applies to the next question and to follow-ups until the filters are removed.",
    organ="Issuing body",
    kind="Kind of document",
    collection="Collection",
    any="All",
    years="Year of issue",
    year_from="From",
    year_to="To",
    as_of="As of",
    as_of_hint="Only documents that existed and rules that held on that day.",
    apply="Apply",
    clear="Remove filters",
    remove="Remove: {what}",
    active="Active filters",
    from_year="From {year}",
    until_year="Until {year}",
    on_day="As of {day}",
    matching="{count} of {total} documents",
    nothing="No document is within these limits.",
    asked_within="Within: {scope}",
    widen="Remove the filters and ask again",
)
