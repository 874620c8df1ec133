"""Questions about what a provision or a section holds, in the words that its heading calls for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.suggesting.candidate import LONGEST, Candidate, begun, flat, inside, written_name
from vectorstore.records import Document

_PROVISION = re.compile(r"^[ \t]*Điều (\d+[a-zđ]?)\.[ \t]*(.*)$", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*(?:[IVX]{1,5}|\d{1,2}(?:\.\d{1,2})*|[A-H])[.)-]+[ \t]*(\S.{3,90}?)[ \t]*$", re.MULTILINE)
_ITEM = re.compile(r"(?:\d{1,2}[.)]|[a-zđ]\)|[-–+•“\"])")
SHORT_TITLE = 45  # characters; so short a line was not broken by the width of the page
# Who is to carry a document out stands where a title might.
_OFFICES = re.compile(
    r"(?:các )?(?:thành viên|bộ trưởng|chánh|giám đốc|thủ trưởng|chủ tịch|tổng|cục trưởng|vụ trưởng|ông|bà|đồng chí|"
    r"trong)\b|.*\b(?:chịu trách nhiệm|nếu)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.:;!?/,]$")
# Headings that tell what every document has.
_FRAME = re.compile(
    r"(?:hiệu lực|điều khoản|tổ chức (?:thực hiện|thi hành)|trách nhiệm (?:thi hành|thực hiện)|giải thích|"
    r"quy định chung|phạm vi(?!.*đối tượng)|đặt vấn đề|tình hình|nơi nhận|phụ lục|bố cục)",
    re.IGNORECASE,
)
# The beginning of a provision's heading -> how what it holds is asked for: {title} as it stands, {lower} inside a
# sentence, {rest} what follows the beginning, {name} the document. The first that fits is used.
_OF_PROVISIONS = (
    (r"(?:phạm vi[^.]*(?:,| và) )?đối tượng áp dụng$", "{name} áp dụng đối với những đối tượng nào?"),
    (r"mức .*\b(?:hỗ trợ|chi|thu|phạt|thưởng|đóng|phí|trợ cấp|phụ cấp|vay)\b", "{title} theo {name} là bao nhiêu?"),
    (r"(?:thành phần )?hồ sơ\b", "{title} theo {name} gồm những gì?"),
    (r"(?:thời hạn|thời gian)\b", "{title} theo {name} là bao lâu?"),
    (r"(?:nguồn )?kinh phí(?: thực hiện| hỗ trợ)?$", "Kinh phí thực hiện {name} lấy từ nguồn nào?"),
    (r"kinh phí\b", "{title} theo {name} lấy từ nguồn nào?"),
    (r"nguyên tắc\b", "{name} quy định những {lower} nào?"),
    (r"(?:điều kiện|tiêu chuẩn|tiêu chí|nhiệm vụ|quyền hạn)\b", "{title} theo {name} là gì?"),
    (r"trách nhiệm của (?P<rest>.+)", "{rest} có trách nhiệm gì theo {name}?"),
    (r"quyền và nghĩa vụ của (?P<rest>.+)", "{rest} có những quyền và nghĩa vụ gì theo {name}?"),
    (r"(?:trình tự|thủ tục|quy trình|cách thức)\b", "{title} theo {name} được thực hiện như thế nào?"),
    (r"(?:hình thức|phương thức|biện pháp|nội dung)\b", "{title} theo {name} gồm những gì?"),
    (r"", "{name} quy định thế nào về {lower}?"),
)  # fmt: skip
_OF_SECTIONS = (
    (r".*?\b(?P<rest>(?:tồn tại, |khó khăn, )?hạn chế)\b", "{name} nêu những {rest_lower} nào?"),
    (r"nguyên nhân\b", "{name} nêu những nguyên nhân nào?"),
    (r".*\bbài học kinh nghiệm\b", "{name} rút ra những bài học kinh nghiệm nào?"),
    (r"(?:một số )?(?P<rest>(?:kiến nghị|đề xuất)(?:, (?:kiến nghị|đề xuất))?)\b", "{name} có những {rest_lower} gì?"),
    (r"(?:phương hướng, )?(?P<rest>nhiệm vụ trọng tâm.*|(?:các )?chỉ tiêu.*|mục tiêu.*|quan điểm.*)",
     "{rest} theo {name} là gì?"),
    (r"(?:mục đích|yêu cầu)\b", "{title} của {name} là gì?"),
)  # fmt: skip


def about_headings(document: Document, place: int = 0) -> Iterator[Candidate]:
    """Questions about the provisions and sections of a document, those nearest to `place` first."""
    name = written_name(document)
    if not name:
        return
    found = _spans(document.text, _PROVISION, 2)
    templates: tuple[tuple[str, str], ...] = _OF_PROVISIONS
    if not found:
        found, templates = _spans(document.text, _SECTION, 1), _OF_SECTIONS
    for title, start, end in sorted(found, key=lambda item: 0 if item[1] <= place < item[2] else abs(item[1] - place)):
        question = _question(title, name, templates)
        if question and len(question) <= LONGEST:
            yield Candidate(question, start, end)


def _spans(text: str, pattern: re.Pattern[str], group: int) -> list[tuple[str, int, int]]:
    """Title and span of each part that has a title of its own."""
    matches = list(pattern.finditer(text))
    starts = [match.start() for match in matches] + [len(text)]
    found = [(_sentence_case(flat(match[group])), match, end) for match, end in zip(matches, starts[1:], strict=True)]
    return [(title, m.start(), end) for title, m, end in found if _is_title(title) and _ends(title, text, m.end())]


def _ends(title: str, text: str, end: int) -> bool:
    """Whether a title ends where its line does: in texts broken by their width the next line may go on with it."""
    following = text[end + 1 : end + 60].split("\n")[0].strip()
    return not following or bool(_ITEM.match(following)) or (len(title) < SHORT_TITLE and following[0].isupper())


def _sentence_case(title: str) -> str:
    """A heading in capitals as one writes it in a sentence; abbreviations and names in it are lost, so it is short."""
    return begun(title.lower()) if title.isupper() else title


def _is_title(title: str) -> bool:
    is_sentence = _SENTENCE_END.search(title) or " này" in title or _OFFICES.match(title)
    return 6 <= len(title) <= 80 and not is_sentence and not _FRAME.match(title)


def _question(title: str, name: str, templates: tuple[tuple[str, str], ...]) -> str:
    for pattern, template in templates:
        if match := re.match(pattern, title, re.IGNORECASE):
            rest = match.groupdict().get("rest") or ""
            return template.format(
                title=begun(title), lower=inside(title), rest=begun(rest), rest_lower=rest.lower(), name=name
            )
    return ""
