"""What a check can find, in words, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mend = Literal["restore", "document", "rows", "words", "dense", "dense anew", "lexical anew", "originals"]
# kind of finding -> what mends it, Vietnamese, English; {0} is the subject
_KINDS: dict[str, tuple[Mend, str, str]] = {
    "catalogue-corrupt": ("restore", "danh mục bị hỏng: {0}", "the catalogue is corrupt: {0}"),
    "database-corrupt": ("restore", "cơ sở dữ liệu bị hỏng: {0}", "a database is corrupt: {0}"),
    "document-altered": (
        "document", "văn bản {0} không còn như khi ghi", "document {0} is not as it was written"),
    "document-lost": ("document", "mất văn bản {0}", "document {0} is lost"),
    "chunk-altered": ("document", "đoạn {0} không còn như khi ghi", "chunk {0} is not as it was written"),
    "chunk-lost": ("document", "mất đoạn {0}", "chunk {0} is lost"),
    "interrupted": ("rows", "văn bản {0} nạp dở dang", "document {0} was interrupted while being added"),
    "state-wrong": ("rows", "văn bản {0} không có đúng một bản hiện hành", "document {0} has not one current version"),
    "row-orphaned": ("rows", "dữ liệu của văn bản không còn: {0}", "a row of a document that is gone: {0}"),
    "words-wrong": ("words", "bảng đếm âm tiết sai: {0}", "the syllable counts are wrong: {0}"),
    "dense-unreadable": ("dense anew", "chỉ mục Chroma không đọc được: {0}", "the Chroma index cannot be read: {0}"),
    "dense-missing": ("dense", "chỉ mục véctơ thiếu đoạn {0}", "the vector index lacks chunk {0}"),
    "dense-extra": ("dense", "chỉ mục véctơ thừa đoạn {0}", "the vector index has chunk {0} too many"),
    "dense-text": (
        "dense", "chỉ mục véctơ có nội dung khác ở đoạn {0}", "the vector index has another text for chunk {0}"),
    "dense-vector": (
        "dense", "chỉ mục véctơ có véctơ khác ở đoạn {0}", "the vector index has another vector for chunk {0}"),
    "dense-unfindable": (
        "dense anew", "chỉ mục véctơ không tìm ra đoạn {0}", "the vector index does not find chunk {0} by its vector"),
    "lexical-unreadable": (
        "lexical anew", "chỉ mục từ không đọc được: {0}", "the lexical index cannot be read: {0}"),
    "lexical-missing": ("lexical anew", "chỉ mục từ thiếu đoạn {0}", "the lexical index lacks chunk {0}"),
    "lexical-extra": ("lexical anew", "chỉ mục từ thừa đoạn {0}", "the lexical index has chunk {0} too many"),
    "lexical-twice": ("lexical anew", "chỉ mục từ có đoạn {0} nhiều lần", "the lexical index has chunk {0} twice"),
    "lexical-text": (
        "lexical anew", "chỉ mục từ có nội dung khác ở đoạn {0}", "the lexical index has another text for chunk {0}"),
    "lexical-counts": (
        "lexical anew", "số đoạn có mỗi từ sai ở kho con {0}", "how many passages have a word is wrong in {0}"),
    "original-altered": ("restore", "tệp gốc {0} không còn như khi nhận", "original {0} is not as it was received"),
    "original-lost": ("restore", "mất tệp gốc {0}", "original {0} is lost"),
    "original-orphaned": ("originals", "tệp gốc {0} không thuộc văn bản nào", "original {0} belongs to no document"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; `subject` is what it is about: an id, a file or a message."""

    kind: str
    subject: str

    @property
    def mend(self) -> Mend:
        """What mends it; "restore" where only a backup has what is needed."""
        return _KINDS[self.kind][0]

    @property
    def vietnamese(self) -> str:
        return _KINDS[self.kind][1].format(self.subject)

    @property
    def english(self) -> str:
        return _KINDS[self.kind][2].format(self.subject)
