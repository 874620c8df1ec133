"""Titles as they are written in a sentence: capitals of a heading set right, the type before the subject."""

from __future__ import annotations

import re

from ingest.organs import spell
from vectorstore.text.normalise import fold

_VERB = re.compile(
    r"(?:ban hanh|quy dinh|sua doi|bo sung|bai bo|huong dan|tong ket|so ket|ket qua|tinh hinh|trien khai|cat giam|"
    r"tiep tuc|tang cuong|day manh|phe duyet|thanh lap|ve|cua|phan cong|cong bo|kien toan|thuc hien|giao|dieu chinh|"
    r"thong qua|quan ly|xu ly|mot so|chi tiet|danh muc|cong tac|phuong huong|nang cao|tieu chi)\b"
)


def cased(subject: str, text: str) -> str:
    """A subject set in capitals as the text itself writes it elsewhere, else spelt out."""
    words = subject.split()
    small = next((i for i, word in enumerate(words) if word != word.upper()), len(words))
    capitals = " ".join(words[:small])
    if small < 2 or not any(char.isalpha() for char in capitals):
        return subject
    written = re.compile(r"\s+".join(re.escape(word) for word in capitals.split()), re.IGNORECASE)
    written_out = (m.group() for m in written.finditer(text))
    found = next((said for said in written_out if said != said.upper() and said != said.lower()), None)
    spelt = " ".join(found.split()) if found else spell(capitals, others_proper=False)
    return spelt + subject[len(capitals) :]


def lower_first(subject: str) -> str:
    """The subject after the type: "Ban hành Quy chế" goes on in small letters, "Công đoàn" and "GRDP" do not."""
    first = subject.split(" ", 1)[0]
    verbs = _VERB.match(fold(subject))
    return subject[:1].lower() + subject[1:] if verbs and first != first.upper() else subject
