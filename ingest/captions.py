"""Captions of pictures: short lines that show who stands, speaks or hands over, and their fragments."""

from __future__ import annotations

import re
from collections.abc import MutableSequence, Sequence
from typing import Literal

from ingest.markers import read_marker
from ingest.paragraphs import Paragraph
from vectorstore.text.normalise import UPPER, fold

Label = Literal["body", "title", "heading", "caption", "boilerplate", "dateline", "byline", "signature"]
_PHOTO_START = re.compile(
    r"(?:anh(?: minh hoa)?\s*[:.]|quang canh|toan canh|mot goc|hinh anh|(?:cac )?dai bieu|lanh dao|diem cau|"
    r"chu tri (?:hoi nghi|buoi)|(?:cac )?(?:dong chi|d/c|ong|ba|dai dien|tap the|thu truong|chu tich|bi thu|pho|truong|"
    r"uy vien|tong bi thu|thu tuong|thuong truc|bo truong|giam doc|can bo|nhan dan|ba con|doan)\b)"
)
# Verbs are matched with their diacritics: without them "nhân dân" hides a "nhận" and "Đảng" an "đang".
PHOTO_VERB = re.compile(
    r"\b(?:phát biểu|trao|tặng|nhận|chụp ảnh|chủ trì|dự|tham dự|thăm|tham quan|bắt tay|cắt băng|ký kết|biểu quyết|"
    r"thảo luận|kết thúc|kết luận|chúc mừng|tham luận|điều hành|trình bày|quang cảnh|toàn cảnh|một góc|"
    r"tại (?:buổi|hội nghị)|sáng \d|khai mạc|bế mạc)\b"
)
_REPORTS = re.compile(
    r"\b(?:khẳng định|nhấn mạnh|yêu cầu|cho biết|đề nghị|báo cáo|cho rằng|ghi nhận|biểu dương|nêu rõ|chỉ rõ|đánh giá|"
    r"thống nhất)\b"
)
# A sentence of a report says when in its course something was done; a caption shows it.
_TOLD = re.compile(r"\b(?:đã|đang|sẽ|được|cần|phải|tiếp tục|nhằm|về việc)\b")
_NUMBERED_PHOTO = re.compile(r".*[-–(]\s*(?:anh|hinh)\s*\d+\)?")
_NEARLY_FINAL = re.compile(r"[;:,]$")
MAX_CAPTION_WORDS = 45


def is_caption(text: str) -> bool:
    """A short line that shows rather than tells: who stands, speaks or hands over, with no report in it."""
    line = text.strip()
    folded = fold(line)
    lower = line.lower()
    if len(folded.split()) > MAX_CAPTION_WORDS or _REPORTS.search(lower) or _NEARLY_FINAL.search(line):
        return False
    if _NUMBERED_PHOTO.fullmatch(folded) or re.match(r"anh(?: minh hoa)?\s*:", folded):
        return True
    if read_marker(line) or (line.endswith(".") and _TOLD.search(lower)):
        return False
    two_sentences = re.search(rf"[.!?…][”\"'’)]*\s+[{UPPER}“\"]", line)
    if two_sentences or (":" in line and not re.search(r"\b(?:trao|tặng)\b", lower)):
        return False
    return bool(_PHOTO_START.match(folded) and PHOTO_VERB.search(lower))


def join_captions(paragraphs: Sequence[Paragraph], labels: MutableSequence[Label]) -> None:
    """Captions broken into fragments: an unfinished hand-over, and short lines right under an open caption."""
    for index, paragraph in enumerate(paragraphs[:-1]):
        hands_over = _NEARLY_FINAL.search(paragraph.text.strip()) and not paragraphs[index + 1].blank_before
        if labels[index] == "body" and hands_over and is_caption(paragraph.text.strip().rstrip(",;:")):
            labels[index] = "caption"
    for index in range(1, len(paragraphs)):
        paragraph, before = paragraphs[index], paragraphs[index - 1]
        joined = labels[index - 1] == "caption" and not paragraph.blank_before and labels[index] == "body"
        if joined and paragraph.words <= 25 and not before.text.rstrip().endswith((".", "!", "…")):
            labels[index] = "caption"
