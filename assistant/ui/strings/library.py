"""The words of the library and of uploading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryTexts:
    """The words of one language. Relations are named from the document's side: what it does, what is done to it."""

    heading: str
    count: str  # {count}, {total}
    search: str
    kind: str
    status: str
    all: str
    sort: str
    sorts: dict[str, str]
    undated: str
    nothing: str
    empty: str
    more: str  # {count}
    versions: str  # {count}
    choose: str
    by_year: str
    by_kind: str
    by_organ: str
    read: str
    details: str
    original: str
    ask_within: str
    facts: str
    fields: dict[str, str]
    relations: str
    no_relations: str
    does: dict[str, str]
    done: dict[str, str]
    partly: str  # {provisions}
    absent: str
    history: str
    current: str
    timeline: str
    events: dict[str, str]
    text_view: str
    image_view: str
    page_image: str  # {page}
    upload: str
    upload_explain: str
    choose_files: str
    collection: str
    sending: str
    outcomes: dict[str, str]
    sections: str  # {count}
    too_large: str
    send_failed: str
    indexing: str  # {count}


VIETNAMESE = LibraryTexts(
    heading="Thư viện văn bản",
    count="{count}/{total} văn bản",
    search="Tìm theo tên, số ký hiệu, cơ quan, tên tệp",
    kind="Loại văn bản",
    status="Hiệu lực",
    all="Tất cả",
    sort="Sắp xếp",
    sorts={"newest": "Mới nhất trước", "oldest": "Cũ nhất trước", "title": "Theo tên", "organ": "Theo cơ quan",
           "symbol": "Theo số ký hiệu"},
    undated="Không rõ ngày",
    nothing="Không có văn bản nào khớp. Thử bớt từ khóa hoặc bỏ lọc.",
    empty="Kho chưa có văn bản nào.",
    more="Xem thêm {count} văn bản",
    versions="{count} phiên bản",
    choose="Chọn một văn bản để xem quan hệ, các phiên bản và dòng thời gian.",
    by_year="Theo năm",
    by_kind="Theo loại",
    by_organ="Theo cơ quan",
    read="Đọc toàn văn",
    details="Thông tin văn bản",
    original="Tải tệp gốc",
    ask_within="Hỏi về văn bản này",
    facts="Thông tin",
    fields={"symbol": "Số ký hiệu", "kind": "Loại", "organ": "Cơ quan ban hành", "place": "Địa phương",
            "signer": "Người ký", "issue_date": "Ngày ban hành", "effective_date": "Ngày có hiệu lực",
            "event_date": "Ngày diễn ra", "published_date": "Ngày đăng", "period": "Giai đoạn", "source": "Tệp",
            "collection": "Bộ sưu tập", "pages": "Số trang"},
    relations="Quan hệ với văn bản khác",
    no_relations="Chưa ghi nhận quan hệ thay thế, sửa đổi hay căn cứ nào.",
    does={"replaces": "Thay thế", "amends": "Sửa đổi, bổ sung", "repeals": "Bãi bỏ", "based_on": "Căn cứ",
          "issued_with": "Ban hành kèm theo", "cites": "Dẫn chiếu"},
    done={"replaces": "Bị thay thế bởi", "amends": "Được sửa đổi, bổ sung bởi", "repeals": "Bị bãi bỏ bởi",
          "based_on": "Là căn cứ của", "issued_with": "Có văn bản kèm theo", "cites": "Được dẫn chiếu bởi"},
    partly="một phần: {provisions}",
    absent="không có trong kho",
    history="Các phiên bản trong kho",
    current="đang dùng",
    timeline="Dòng thời gian",
    events={"issued": "Ban hành", "effective": "Có hiệu lực", "event": "Diễn ra", "published": "Đăng tin",
            "replaces": "Bị thay thế", "amends": "Được sửa đổi, bổ sung", "repeals": "Bị bãi bỏ",
            "repeals_part": "Bị bãi bỏ một phần", "earlier": "Văn bản được thay thế hoặc sửa đổi"},
    text_view="Dạng chữ",
    image_view="Ảnh trang",
    page_image="Ảnh trang {page}",
    upload="Nạp văn bản",
    upload_explain="Kéo thả tệp vào đây, hoặc chọn tệp: .txt .md .html .docx .pdf (.doc .rtf .odt nếu có LibreOffice).",
    choose_files="Chọn tệp…",
    collection="Nạp vào bộ sưu tập",
    sending="Đang gửi",
    outcomes={"waiting": "Đang đọc và lập chỉ mục…", "added": "Đã nạp", "new_version": "Đã nạp thành phiên bản mới",
              "unchanged": "Đã có trong kho, không đổi", "failed": "Không nạp được"},
    sections="{count} đoạn",
    too_large="Tệp quá lớn so với mức máy chủ cho phép.",
    send_failed="Không gửi được tệp. Kiểm tra kết nối rồi thử lại.",
    indexing="Đang nạp {count} tệp vào kho; câu trả lời sẽ dùng chúng khi nạp xong.",
)  # fmt: skip

ENGLISH = LibraryTexts(
    heading="Document library",
    count="{count} of {total} documents",
    search="Search title, number, body, file name",
    kind="Kind",
    status="Validity",
    all="All",
    sort="Sort",
    sorts={"newest": "Newest first", "oldest": "Oldest first", "title": "By title", "organ": "By body",
           "symbol": "By number"},
    undated="Date unknown",
    nothing="No document matches. Use fewer words or remove a filter.",
    empty="There are no documents yet.",
    more="Show {count} more",
    versions="{count} versions",
    choose="Choose a document to see its relations, versions and timeline.",
    by_year="By year",
    by_kind="By kind",
    by_organ="By body",
    read="Read the text",
    details="About the document",
    original="Download the original",
    ask_within="Ask about this document",
    facts="Facts",
    fields={"symbol": "Number", "kind": "Kind", "organ": "Issuing body", "place": "Place", "signer": "Signed by",
            "issue_date": "Issued", "effective_date": "In effect from", "event_date": "Held on",
            "published_date": "Published", "period": "Period", "source": "File", "collection": "Collection",
            "pages": "Pages"},
    relations="Relations to other documents",
    no_relations="No replacement, amendment or legal basis is recorded.",
    does={"replaces": "Replaces", "amends": "Amends", "repeals": "Repeals", "based_on": "Based on",
          "issued_with": "Issued with", "cites": "Cites"},
    done={"replaces": "Replaced by", "amends": "Amended by", "repeals": "Repealed by", "based_on": "Basis of",
          "issued_with": "Has attached", "cites": "Cited by"},
    partly="in part: {provisions}",
    absent="not in the corpus",
    history="Versions in the corpus",
    current="current",
    timeline="Timeline",
    events={"issued": "Issued", "effective": "In effect", "event": "Held", "published": "Published",
            "replaces": "Replaced", "amends": "Amended", "repeals": "Repealed",
            "repeals_part": "Repealed in part",
            "earlier": "Document replaced or amended by this one"},
    text_view="Text",
    image_view="Page image",
    page_image="Image of page {page}",
    upload="Add documents",
    upload_explain="Drop files here, or choose them: .txt .md .html .docx .pdf (.doc .rtf .odt with LibreOffice).",
    choose_files="Choose files…",
    collection="Add to collection",
    sending="Sending",
    outcomes={"waiting": "Reading and indexing…", "added": "Added", "new_version": "Added as a new version",
              "unchanged": "Already there, unchanged", "failed": "Could not be added"},
    sections="{count} passages",
    too_large="The file is larger than the server accepts.",
    send_failed="The file could not be sent. Check the connection and try again.",
    indexing="{count} files are being added; answers will use them once they are in.",
)  # fmt: skip
