"""Questions about what a provision or a section holds, in the words that its heading calls for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.suggesting.candidate import LONGEST, Candidate, begun, flat, inside, written_name
from vectorstore.records import Document

_PROVISION = re.compile(r"^[ \t]*Điều (\d+[a-zđ]?)\.[ \t]*(.*)$", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*(?:[IVX]{1,5}|\d{1,2}(?:\.\d{1,2})*|[A-H])[.)-]+[ \t]*(\S.{3,90}?)[ \t]*$", re.MULTILINE)
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
    (r"(?:phạm vi[^.]*, )?đối tượng áp dụng$", "{name} áp dụng đối với những đối tượng nào?"),
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
    found = _provisions(document.text) or _sections(document.text)
    templates = _OF_PROVISIONS if _PROVISION.search(document.text) else _OF_SECTIONS
    for title, start, end in sorted(found, key=lambda item: 0 if item[1] <= place < item[2] else abs(item[1] - place)):
        question = _question(title, name, templates)
        if question and len(question) <= LONGEST:
            yield Candidate(question, start, end)


def _provisions(text: str) -> list[tuple[str, int, int]]:
    """Title and span of each provision that has a title of its own."""
    return [item for item in _spans(text, _PROVISION, 2) if _is_title(item[0])]


def _sections(text: str) -> list[tuple[str, int, int]]:
    return [item for item in _spans(text, _SECTION, 1) if _is_title(item[0])]


def _spans(text: str, pattern: re.Pattern[str], group: int) -> list[tuple[str, int, int]]:
    matches = list(pattern.finditer(text))
    starts = [match.start() for match in matches] + [len(text)]
    return [
        (_sentence_case(flat(match[group])), start, end)
        for match, (start, end) in zip(matches, pairwise(starts), strict=True)
    ]


def _sentence_case(title: str) -> str:
    """A heading in capitals as one writes it in a sentence; abbreviations and names in it are lost, so it is short."""
    return begun(title.lower()) if title.isupper() else title


def _is_title(title: str) -> bool:
    return 6 <= len(title) <= 80 and not _SENTENCE_END.search(title) and " này" not in title and not _FRAME.match(title)


def _question(title: str, name: str, templates: tuple[tuple[str, str], ...]) -> str:
    for pattern, template in templates:
        if match := re.match(pattern, title, re.IGNORECASE):
            rest = match.groupdict().get("rest") or ""
            return template.format(
                title=begun(title), lower=inside(title), rest=begun(rest), rest_lower=rest.lower(), name=name
            )
    return ""
