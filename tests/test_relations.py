# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""What a document does to others: whole or in part, said of several at once, denied; and the status that follows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.pipeline import build_document
from ingest.provisions import provisions
from vectorstore.records import Document, Relation
from vectorstore.validity import changes_to, with_statuses

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents"
HEAD = (
    "BỘ NỘI VỤ\n\nSố: 45/2031/TT-BNV\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    "Hà Nội, ngày 05 tháng 5 năm 2031\n\nTHÔNG TƯ\n{title}\n\nCăn cứ Nghị định số 11/2030/NĐ-CP của Chính phủ;\n\n"
)


def told(tmp_path: Path, body: str, title: str = "Hướng dẫn hòa giải ở cơ sở") -> set[tuple[str, str, str | None]]:
    """Relations other than citations of a circular with this body."""
    path = tmp_path / "thong-tu.txt"
    path.write_text(HEAD.format(title=title) + body, encoding="utf-8")
    found = {(r.kind, r.symbol, r.provision) for r in build_document(path)[0].relations}
    return {relation for relation in found if relation[0] not in ("cites", "based_on")}


@pytest.mark.parametrize(
    ("named", "article", "expected"),
    [
        ("khoản 1 và khoản 2 Điều 67", None, ["khoản 1 Điều 67", "khoản 2 Điều 67"]),
        ("điểm b và điểm c khoản 4 Điều 15", None, ["điểm b khoản 4 Điều 15", "điểm c khoản 4 Điều 15"]),
        ("các điều 5, 6 và từ 8 đến 10", None, ["Điều 5", "Điều 6", "Điều 8", "Điều 9", "Điều 10"]),
        ("khoản 2a, khoản 2b vào sau khoản 2 của Điều 21", None, ["khoản 2a Điều 21", "khoản 2b Điều 21"]),
        ("điểm đ vào sau điểm d khoản 1 Điều 4", None, ["điểm đ khoản 1 Điều 4"]),
        ("Điều 9a vào trước Điều 9, Mục 3", None, ["Điều 9a"]),
        ("điểm a khoản 1, khoản 3 Điều 5; Điều 7", None, ["điểm a khoản 1 Điều 5", "khoản 3 Điều 5", "Điều 7"]),
        ("khoản 2", "Điều 14", ["khoản 2 Điều 14"]),
        ("Mẫu số 01 tại Phụ lục II", None, ["Mẫu số 01 Phụ lục II"]),
        ("cụm từ “theo Điều 9” tại khoản 1 Điều 3", None, ["khoản 1 Điều 3"]),
        ("các khoản 3 đến 5 Điều 8", None, ["khoản 3 Điều 8", "khoản 4 Điều 8", "khoản 5 Điều 8"]),
    ],
)  # fmt: skip
def test_provisions_written_out(named: str, article: str | None, expected: list[str]) -> None:
    assert provisions(named, article) == expected


def test_an_amending_decision_names_every_provision_it_changes() -> None:
    found = {
        (r.kind, r.symbol, r.provision) for r in build_document(SAMPLE / "quyet-dinh-08-2024-qd-ubnd.txt")[0].relations
    }
    changes = {relation for relation in found if relation[1] == "31/2022/QĐ-UBND" and relation[0] != "cites"}
    assert changes == {
        ("amends", "31/2022/QĐ-UBND", None),
        ("amends", "31/2022/QĐ-UBND", "điểm đ khoản 1 Điều 4"),
        ("amends", "31/2022/QĐ-UBND", "khoản 2 Điều 6"),
        ("amends", "31/2022/QĐ-UBND", "khoản 1 Điều 7"),
        ("amends", "31/2022/QĐ-UBND", "Điều 8a"),
        ("repeals", "31/2022/QĐ-UBND", "khoản 3 Điều 9"),
    }


def test_what_is_not_changed_is_not_repealed(tmp_path: Path) -> None:
    body = "Điều 1. Hiệu lực\nCác nội dung khác của Thông tư số 12/2025/TT-BNV không được sửa đổi, bổ sung, bãi bỏ tại Thông tư này tiếp tục có hiệu lực.\n"
    assert told(tmp_path, body) == set()
    assert told(tmp_path, body.replace("Các nội dung khác của ", "").replace("không được", "chưa bị")) == set()


def test_documents_that_end_together(tmp_path: Path) -> None:
    body = (
        "Điều 9. Hiệu lực\n1. Thông tư số 12/2025/TT-BNV ngày 01 tháng 3 năm 2025 của Bộ trưởng Bộ Nội vụ hướng dẫn Nghị định số 7/2024/NĐ-CP "
        "và Thông tư số 13/2026/TT-BNV hết hiệu lực kể từ ngày Thông tư này có hiệu lực.\n"
        "2. Các Thông tư sau hết hiệu lực kể từ ngày Thông tư này có hiệu lực thi hành:\n"
        "a) Thông tư số 21/2027/TT-BNV quy định chi tiết Thông tư số 2/2020/TT-BNV;\nb) Điều 3 Thông tư số 22/2028/TT-BNV.\n"
    )
    assert told(tmp_path, body) == {
        ("repeals", "12/2025/TT-BNV", None),
        ("repeals", "13/2026/TT-BNV", None),
        ("repeals", "21/2027/TT-BNV", None),
        ("repeals", "22/2028/TT-BNV", "Điều 3"),
    }


def test_parts_without_a_number_are_parts_still(tmp_path: Path) -> None:
    body = (
        "Điều 9. Hiệu lực\n1. Thay thế Phụ lục ban hành kèm theo Thông tư số 12/2025/TT-BNV bằng Phụ lục của Thông tư này.\n"
        "2. Bãi bỏ một số điều của Thông tư số 13/2026/TT-BNV.\n"
        "3. Thay thế Mẫu số 01/HG-CS ban hành kèm theo Thông tư số 14/2026/TT-BNV.\n"
    )
    assert told(tmp_path, body) == {
        ("replaces", "12/2025/TT-BNV", "Phụ lục"),
        ("repeals", "13/2026/TT-BNV", "một số điều"),
        ("replaces", "14/2026/TT-BNV", "Mẫu số 01/HG-CS"),
    }


def test_quoted_new_text_and_higher_documents_are_left_alone(tmp_path: Path) -> None:
    body = (
        "Điều 1. Sửa đổi, bổ sung một số điều của Thông tư số 12/2025/TT-BNV\n1. Sửa đổi khoản 2 Điều 6 như sau:\n"
        "“2. Bãi bỏ Điều 9 của quy chế cũ khi tổ hòa giải giải thể.”\n"
        "Điều 2. Sửa đổi, bổ sung một số khoản của Điều 14\n1. Bổ sung khoản 3a vào sau khoản 3 như sau:\n“3a. Nội dung mới.”\n"
    )
    title = "Sửa đổi, bổ sung một số điều của Thông tư số 12/2025/TT-BNV hướng dẫn một số điều của Nghị định số 7/2024/NĐ-CP"
    assert told(tmp_path, body, title) == {
        ("amends", "12/2025/TT-BNV", None),
        ("amends", "12/2025/TT-BNV", "khoản 2 Điều 6"),
        ("amends", "12/2025/TT-BNV", "khoản 3a Điều 14"),
    }


def circular(symbol: str, *relations: Relation, effective: date = date(2030, 1, 1)) -> Document:
    return Document(
        symbol, 1, f"{symbol}.txt", "", symbol, symbol=symbol, relations=relations, effective_date=effective
    )


def test_status_follows_from_what_others_say_and_from_the_day() -> None:
    one, two, three = circular("01/2024/TT-BNV"), circular("02/2024/TT-BNV"), circular("03/2024/TT-BNV")
    newer = circular(
        "09/2030/TT-BNV",
        Relation("replaces", "01/2024/TT-BNV", None, 0, 1),
        Relation("repeals", "02/2024/TT-BNV", "Điều 3", 0, 1),
        Relation("repeals", "02/2024/TT-BNV", "Điều 5", 0, 1),
        Relation("cites", "03/2024/TT-BNV", None, 0, 1),
    )
    stored = [one, two, three, newer]
    statuses = {d.document_id: d.status for d in with_statuses(stored, date(2030, 1, 1))}
    assert statuses == {
        one.symbol: "superseded",
        two.symbol: "amended",
        three.symbol: "unknown",
        newer.symbol: "unknown",
    }
    assert {d.status for d in with_statuses(stored, date(2029, 12, 31))} == {"unknown"}
    (change,) = changes_to(two, stored)
    assert not change.whole and change.provisions == ("Điều 3", "Điều 5") and change.by is newer
    assert changes_to(replace(one, collection="khác"), stored) == []


def test_words_broken_between_lines_and_thi_hanh_in_a_title(tmp_path: Path) -> None:
    body = (
        "Điều 8. Hiệu lực\n1. Thông tư này có hiệu lực kể từ ngày 01 tháng 7 năm 2031 và thay \nthế Thông tư số 12/2025/TT-BNV.\n"
        "2. Thông tư số 13/2026/TT-BNV quy định cơ sở dữ liệu về thi hành hòa giải hết hiệu lực kể từ ngày Thông tư này có hiệu lực.\n"
        "3. Thay thế Phụ lục IV ban hành kèm theo Thông tư số 14/2026/TT-\nBNV bằng Phụ lục của Thông tư này.\n"
    )
    assert told(tmp_path, body) == {
        ("replaces", "12/2025/TT-BNV", None),
        ("repeals", "13/2026/TT-BNV", None),
        ("replaces", "14/2026/TT-BNV", "Phụ lục IV"),
    }


def test_a_document_on_a_condition_is_not_repealed(tmp_path: Path) -> None:
    body = "Điều 8. Hiệu lực\nThông tư số 13/2026/TT-BNV nếu trái với Luật thì hết hiệu lực kể từ ngày Thông tư này có hiệu lực.\n"
    assert told(tmp_path, body) == set()


def test_what_was_added_to_another_document_long_ago_is_no_change_of_this_one(tmp_path: Path) -> None:
    body = (
        "Điều 7. Xếp lương\nHòa giải viên được xếp lương theo Thông tư số 8/2005/TT-BTC đối với ngạch mới được bổ sung trong ngành "
        "Tư pháp, Nội vụ, Thanh tra, Lưu trữ, Thi đua và các ngành khác có liên quan được bổ nhiệm theo quy định tại Thông tư này "
        "thì hưởng phụ cấp nêu tại khoản 2 Thông tư số 2/2007/TT-BNV.\n"
    )
    assert told(tmp_path, body) == set()
