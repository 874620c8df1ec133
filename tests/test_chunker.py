"""Chunks are whole sentences of one section, verbatim, in bounds, the same in every build."""

from pathlib import Path

import pytest

from ingest.chunker import BRIEF_LINE_CHARS, BRIEF_TITLE_CHARS, MAX_TOKENS
from ingest.pipeline import build_document
from vectorstore.text.tokens import count_tokens

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents"
ITEMS = "\n".join(
    f"{label}) {'Rà soát hồ sơ, đối chiếu danh sách và niêm yết công khai tại thôn. ' * 6}" for label in "abcd"
)
FILES = sorted(path for path in SAMPLE.iterdir() if path.suffix in (".txt", ".md", ".html"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_chunks_are_verbatim_in_order_and_in_bounds(path: Path) -> None:
    document, chunks = build_document(path)
    assert chunks
    end = 0
    for chunk in chunks:
        assert chunk.text == document.text[chunk.start : chunk.end]
        assert end <= chunk.start
        assert chunk.sentences and all(chunk.start <= a < b <= chunk.end for a, b in chunk.sentences)
        assert count_tokens(chunk.text) <= MAX_TOKENS
        assert chunk.locator and document.title[:40] in chunk.context
        end = chunk.end


def test_the_same_file_gives_the_same_chunks() -> None:
    first, second = build_document(FILES[0]), build_document(FILES[0])
    assert first == second
    assert [c.chunk_id for c in first[1]] == [c.chunk_id for c in second[1]]


def test_list_items_carry_their_lead_in_as_context(tmp_path: Path) -> None:
    path = tmp_path / "quy-dinh.txt"
    path.write_text(f"Điều 1. Trình tự\n1. Việc xét hỗ trợ theo các bước sau:\n{ITEMS}\n", encoding="utf-8")
    chunks = build_document(path)[1]
    last = chunks[-1]
    assert last.locator.startswith("Điều 1 khoản 1 điểm")
    assert "1. Việc xét hỗ trợ theo các bước sau:" in last.context and "các bước sau" not in last.text


def test_what_is_embedded_begins_with_the_title_the_nearest_heading_and_the_lead_in_cut_between_words(
    tmp_path: Path,
) -> None:
    title = "Về việc xét hỗ trợ hộ nghèo, hộ cận nghèo và hộ có hoàn cảnh khó khăn sửa chữa nhà ở trên địa bàn huyện"
    lead = (
        "1. Việc xét hỗ trợ được thực hiện công khai tại thôn, có đại diện của các hội, đoàn thể và của những hộ "
        "được xét tham dự, theo các bước sau:"
    )
    path = tmp_path / "quy-dinh.txt"
    path.write_text(
        "ỦY BAN NHÂN DÂN HUYỆN TÂN GIANG\nSố: 12/QĐ-UBND\nTân Giang, ngày 5 tháng 3 năm 2024\n\n"
        f"QUYẾT ĐỊNH\n{title}\n\nChương I\nQUY ĐỊNH CHUNG\nĐiều 1. Trình tự\n{lead}\n{ITEMS}\n",
        encoding="utf-8",
    )
    last = build_document(path)[1][-1]
    before, text = last.embedded_text.split(f"\n{last.text}")
    one, two, three = before.split("\n")
    assert text == "" and last.context.startswith(f"{one} ") and one[-40:] in title
    assert 60 < len(one) <= BRIEF_TITLE_CHARS and two == "Điều 1. Trình tự"
    assert lead.startswith(f"{three} ") and 80 < len(three) <= BRIEF_LINE_CHARS
    assert "12/QĐ-UBND" in last.indexed_text and "Chương I" in last.indexed_text  # words find these


def test_captions_are_chunks_of_their_own_and_sidebars_are_in_none() -> None:
    _, chunks = build_document(SAMPLE / "hoi-nghi-dan-van-2023.txt")
    captions = [chunk.text for chunk in chunks if chunk.kind == "caption"]
    assert "Quang cảnh hội nghị sáng 8/1 tại Hà Nội." in captions
    everything = "\n".join(chunk.text for chunk in chunks)
    assert "Chợ hoa xuân" not in everything and "Chia sẻ bài viết" not in everything


def test_table_rows_are_sentences_under_their_heads(tmp_path: Path) -> None:
    path = tmp_path / "bang.html"
    rows = "".join(
        f"<tr><td>Huyện {name}</td><td>{count}</td></tr>" for name, count in (("Phú Khê", 171), ("Tân Giang", 158))
    )
    table = f"<table><tr><th>Đơn vị</th><th>Số mô hình</th></tr>{rows}</table>"
    path.write_text(
        f"<html><body><h1>Kết quả năm 2022</h1><p>Kết quả theo địa phương như sau.</p>{table}</body></html>", "utf-8"
    )
    document, chunks = build_document(path)
    sentences = [document.text[a:b] for chunk in chunks for a, b in chunk.sentences]
    assert "Đơn vị: Huyện Phú Khê | Số mô hình: 171" in sentences
