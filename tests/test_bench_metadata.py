# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""The table of what is read right: right, wrong and unknown are told apart, and every miss is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bench import metadata, recombine, transcripts
from eval.bench.baseline import Text

CIRCULAR = (
    "BỘ NỘI VỤ\n\nSố: {number}/2031/TT-BNV\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{day}\n\n"
    "THÔNG TƯ\nHướng dẫn hòa giải ở cơ sở\n\nĐiều 1. Phạm vi\nThông tư này hướng dẫn hòa giải.\n\nĐiều 2. Hiệu lực\nThông tư này thay thế Thông tư số 3/2020/TT-BNV.\n"
)
KNOWN = {"kind": "Thông tư", "issue_date": "2031-05-05", "articles_at_line_start": [1, 2]}


@pytest.fixture
def gazette(tmp_path: Path) -> Path:
    """Two circulars: one read right, the other without a date and known under another symbol."""
    (tmp_path / "text").mkdir()
    day = "Hà Nội, ngày 05 tháng 5 năm 2031"
    rows = [
        {"file": "mot.txt", "symbol": "45/2031/TT-BNV", **KNOWN},
        {"file": "hai.txt", "symbol": "99/2031/TT-BCA", **KNOWN},
    ]
    (tmp_path / "text" / "mot.txt").write_text(CIRCULAR.format(number=45, day=day), encoding="utf-8")
    (tmp_path / "text" / "hai.txt").write_text(CIRCULAR.format(number=46, day=""), encoding="utf-8")
    (tmp_path / "metadata.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return tmp_path


def test_right_wrong_and_unknown_are_counted_and_misses_named(
    gazette: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert metadata.main(["--gazette", str(gazette), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = {row["measure"]: row for row in found["rows"]}
    assert (rows["kind"]["right"], rows["kind"]["judged"], rows["kind"]["share"]) == (2, 2, 1.0)
    assert (rows["issue_date"]["right"], rows["issue_date"]["unknown"], rows["issue_date"]["wrong"]) == (1, 1, 0)
    assert (rows["symbol"]["right"], rows["symbol"]["wrong"]) == (1, 1)
    assert (rows["organ"]["right"], rows["organ"]["wrong"], rows["articles"]["right"]) == (1, 1, 2)
    misses = {(miss["file"], miss["measure"]): miss["read"] for miss in found["misses"]}
    assert misses[("hai.txt", "symbol")] == "46/2031/TT-BNV" and misses[("hai.txt", "issue_date")] is None
    assert found["read"][1]["changes"] == ["replaces 03/2020/TT-BNV"]


def test_the_table_is_printed_with_its_misses(gazette: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gazette / "cu.txt").write_bytes("C«ng t¸c d©n vËn n¨m 1999 cña huyÖn ®¹t kÕt qu¶ tèt.".encode("latin-1"))
    (gazette / "cu.txt.truth").write_text("Công tác dân vận năm 1999 của huyện đạt kết quả tốt.", encoding="utf-8")
    assert metadata.main(["--gazette", str(gazette), "--legacy", str(gazette), "--show"]) == 0
    printed = capsys.readouterr().out
    assert "hai.txt · symbol: 46/2031/TT-BNV, known 99/2031/TT-BCA" in printed.replace("\n", " ")
    assert "100.00%" in printed


def test_accuracy_of_a_transcript_is_one_less_the_share_of_edits() -> None:
    wanted, got = transcripts.plain("Điều 1 |  Phạm vi"), transcripts.plain("Điều 1 Phạn vi")
    assert wanted == "Điều 1 Phạm vi"
    assert transcripts.accuracy(wanted, got) == pytest.approx(1 - 1 / 14)
    assert transcripts.differences(wanted, got) == ("…ều 1 Phạm vi… → …ều 1 Phạn vi…",)


def test_recombined_documents_are_distinct_and_the_same_every_time() -> None:
    texts = [Text(f"{n}.txt", CIRCULAR.format(number=n, day="").replace("hòa giải", f"việc {n}")) for n in (1, 2, 3)]
    made = recombine.recombined(texts, 9)
    assert made[:3] == texts and len({text.text for text in made}) == len({text.source for text in made}) == 9
    assert all("Điều 1." in text.text and "Điều 2." in text.text for text in made)
    assert made == recombine.recombined(texts, 9) and recombine.recombined(texts, 2) == texts[:2]
