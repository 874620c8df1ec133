"""Questions about figures: "Toàn tỉnh đăng ký 214 mô hình, …" becomes "Toàn tỉnh đăng ký bao nhiêu mô hình?"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.suggesting.candidate import LONGEST, Candidate, begun, flat, inside, written_name
from vectorstore.records import Document
from vectorstore.text.dates import find_years
from vectorstore.text.sentences import split_sentences

_MARKER = re.compile(
    r"^(?:[-–+•*]\s*|\(?\d{1,2}(?:\.\d{1,2})*[.)-]+\s+|[a-zđ]\)\s+|[IVX]{1,5}[.)-]\s*"
    r"|(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười) là,?\s+)+"
)
_OPENER = re.compile(
    r"^(?:Tuy nhiên|Bên cạnh đó|Đồng thời|Ngoài ra|Đặc biệt|Cùng với đó|Mặc dù vậy|Hiện nay|Trong năm|Năm qua|"
    r"Qua thẩm định|Đến nay),?\s+"
)
# What refers to a sentence before it cannot stand alone.
_REFERS = re.compile(
    r"^(?:Trong đó|Theo đó|Qua đó|Nhờ đó|Từ đó|Kết quả|Cụ thể|Trong số đó|Riêng|Còn|Có|Số còn lại|Tổng cộng)\b"
    r"|\b(?:này|đó|ấy|nêu trên|nói trên|trên đây|như trên|sau đây|cùng kỳ)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?:(?P<about>hơn|gần|khoảng|trên|được hơn|được gần)\s+)?"
    r"(?P<number>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?![\d/.-]*\d|[/-])\s*"
)
_LEAST = r"(?: ít nhất| tối thiểu| tối đa| không quá)?"
_VERB = re.compile(
    r"\b(?:có|là|đạt|còn|chiếm|tăng|giảm|gồm|đăng ký|công nhận|tổ chức|xây dựng|tiếp nhận|giải quyết|vận động|"
    r"thành lập|hoàn thành|hỗ trợ|hiến|đóng góp|ban hành|mở|rà soát|chọn|lựa chọn|biên soạn|kiểm tra|giám sát|xử lý|"
    r"trao|tặng|khen thưởng|phát hiện|kết nạp|hòa giải|tuyên truyền|tập huấn|đào tạo|bồi dưỡng|giới thiệu|thực hiện|"
    r"triển khai|huy động|quyên góp|cấp|bố trí|trồng|sửa chữa|nâng cấp|tư vấn|phổ biến|thu hút|phát động|trả lời|"
    r"duy trì|tiếp|thu|chi|cộng thêm)(?: được)?" + _LEAST + r"\s*$",
    re.IGNORECASE,
)
_HARDLY = re.compile(r"\b(?:mới|chỉ|đã|cũng|vẫn) (?=[^ ]+(?: [^ ]+){0,2}$)")  # before the verb, where the head ends
_PASSIVE = re.compile(r"\b(?:đã |sẽ )?được\b")
# What begins with a verb is a task and lacks who does it.
_TASK = re.compile(
    r"^(?:Qua|Thông qua|Trực tiếp|Tổ chức|Thực hiện|Xây dựng|Tiếp tục|Phấn đấu|Nâng|Mở|Chọn|Rà soát|Biên soạn|"
    r"Đẩy mạnh|Tăng cường|Bố trí|Chủ trì|Phối hợp|Đăng ký|Công nhận|Hỗ trợ|Vận động|Thành lập|Hoàn thành|Duy trì|"
    r"Triển khai|Giao|Đề nghị|Yêu cầu|Kiểm tra|Giám sát|Đưa|Bảo đảm|Ban hành|Tham mưu|Chỉ đạo)\b"
)
# One word is enough of a subject where it names a level of the administration.
_VAGUE = re.compile(
    r"^(?:[Nn]ăm \d{4},? )?(?:các |những |mỗi |một số )?(?!(?:huyện|xã|tỉnh|sở|ngành|thôn|bản|phường)\b)[^ ]+ $",
    re.IGNORECASE,
)
_SUM = re.compile(r"^(?:Tổng|Kinh phí|Mức|Số|Tỷ lệ)\b", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(?:là|đạt|tăng|giảm|còn|bố trí|hỗ trợ|cấp)(?: được)?(?: ít nhất| tối thiểu| tối đa| không quá)?$"
)
_MONEY = re.compile(r"^(?:nghìn |triệu |tỷ )?đồng(?P<each>/[\w/ -]+)?$")
# Where the thing that is counted ends.
_END = re.compile(
    r"[,;:.()]|\s[-–]\s|\sso với\b|\s(?:trong đó|gồm|bao gồm|nhằm|để|góp phần|từ ngân sách|do đó)\b"
    r"|\s(?:với|cho|tại|ở|trong|của) (?:\w+ )?\d"
)
_FRAMES = re.compile(r"^(?:Căn cứ|Xét|Theo đề nghị)\b")
MOST_BEFORE = 85  # characters before the figure; a longer thought is no question
_PLACE = 20_000  # characters around the cited place that are looked at


def about_figures(document: Document, place: int = 0) -> Iterator[Candidate]:
    """Questions about the figures of a document, those nearest to `place` first."""
    for start, end in sentences_near(document, place):
        if question := _question(flat(document.text[start:end]), document):
            yield Candidate(question, start, end)


def sentences_near(document: Document, place: int) -> list[tuple[int, int]]:
    """Spans of the sentences around a place of the text, the nearest first."""
    begin = max(0, place - _PLACE)
    spans = split_sentences(document.text[begin : place + _PLACE], begin)
    return sorted(spans, key=lambda span: abs(span[0] - place))


def refers_back(question: str) -> bool:
    """Whether the words need the sentence before them to be understood."""
    return bool(_REFERS.search(question))


def _question(sentence: str, document: Document) -> str:
    """The question for the first figure of a sentence; empty where it would not read well."""
    stripped = _OPENER.sub("", _MARKER.sub("", sentence))
    text = begun(stripped)
    figure = next((m for m in _FIGURE.finditer(text) if not _is_label(text, m)), None)
    if figure is None or _FRAMES.match(text):
        return ""
    head, counted = _HARDLY.sub("", text[: figure.start()].rstrip()), _counted(text[figure.end() :])
    if counted is None:
        return ""
    if not head:  # "146 mô hình được công nhận"
        asked = f"Có bao nhiêu {counted}"
        return placed(f"{asked}?", document) if _PASSIVE.search(asked) and _stands_alone(counted, "") else ""
    if _SUM.match(head) and _MONEY.match(counted) and not _TOLD.search(head):
        head = f"{head} là"
    verb = _VERB.search(head)
    if not verb or _VAGUE.match(head[: verb.start()]) or not _stands_alone(head, counted):
        return ""
    return placed(f"{head} {_how_much(head, counted)}?", document)


def _is_label(text: str, figure: re.Match[str]) -> bool:
    """Whether a number says which one, not how many: a year, a date, the number of a document or provision."""
    before = text[: figure.start()].rstrip().casefold()
    labelled = (
        "năm", "tháng", "ngày", "quý", "số", "điều", "khoản", "điểm", "thứ", "khóa", "khoá", "hạng", "giai đoạn",
        "mục", "chương", "phần", "từ", "đến", "-", "–", "trang", "lúc", "tuổi", "(", "/", "kỳ", "đại hội", "sáng",
        "chiều", "tối",
    )  # fmt: skip
    is_year = bool(re.fullmatch(r"(?:19|20)\d\d", figure["number"]))
    return is_year or before.endswith(labelled)


def _counted(rest: str) -> str | None:
    """What is counted: the words after the figure up to the end of the thought; None where there is none to ask."""
    percent = rest.startswith("%")
    rest = rest[1:] if percent else rest
    end = _END.search(rest)
    words = rest[: end.start()].strip() if end else rest.strip().rstrip("./")
    if end and end[0] == "." and re.match(r"\.\d", rest[end.start() :]):
        return None
    if percent:
        return f"phần trăm {words}".strip()
    return words if re.match(r"[a-zà-ỹđ]", words) else None


def _how_much(head: str, counted: str) -> str:
    money = _MONEY.match(counted)
    if (money or head.startswith("Số ")) and head.endswith((" là", " đạt", " tăng", " giảm", " còn")):
        return "bao nhiêu"
    return "bao nhiêu tiền" if money else f"bao nhiêu {counted}"


def _stands_alone(head: str, counted: str) -> bool:
    whole = f"{head} {counted}"
    years = [str(year) for year in find_years(head)]
    digits = re.sub(r"\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|" + "|".join(years or ["$^"]), "", whole)
    return (
        4 < len(head) <= MOST_BEFORE
        and not _REFERS.search(head)
        and not _TASK.match(head)
        and not re.search(r"\d", digits)
        and head.count(",") <= 1
        and head.count(";") + head.count(":") == 0
        and all(whole.count(a) == whole.count(b) for a, b in ("“”", "()"))
        and whole.count('"') % 2 == 0
        and len(counted) <= 60
    )


def placed(question: str, document: Document) -> str:
    """The question with the document or year it is about, where it names none; empty where none is known."""
    name = written_name(document)
    if question and not find_years(question):
        years = find_years(document.title)
        if name:
            question = f"Theo {name}, {inside(question, document.text)}"
        elif len(years) == 1:
            question = f"Năm {years[0]}, {inside(question, document.text)}"
        else:
            return ""
    return question if len(question) <= LONGEST else ""
