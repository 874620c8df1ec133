"""Verification: what a claim may say on the strength of its cited span, and what it may not."""

from pathlib import Path
from random import Random

import pytest

from assistant.verification import adds_particulars, verify_claim
from eval.bench.claims import read_sentences, true_cases
from eval.bench.mutations import MUTATIONS, STRICT, survey

SAMPLE = Path(__file__).parents[1] / "eval/sample/documents"

COUNTS = (
    'Năm 2023, toàn tỉnh có 1.746 mô hình "Dân vận khéo" được đăng ký, các cấp công nhận 1.298 mô hình, '
    "gồm 905 mô hình tập thể, 393 mô hình cá nhân."
)
PEOPLE = (
    "Dự hội nghị có ông Trần Văn Bình, Ủy viên Ban Thường vụ Tỉnh ủy, Chủ nhiệm Ủy ban Kiểm tra Tỉnh ủy; "
    "bà Lê Thị Hoa, Trưởng Ban Dân vận Tỉnh ủy; đồng chí Phạm Minh Đức, Chủ tịch UBND tỉnh."
)
MEETING = (
    "Sáng 8/1, tại Giang Châu, Ban Dân vận Tỉnh ủy tổ chức hội nghị tổng kết công tác năm 2023, "
    "triển khai nhiệm vụ năm 2024."
)
RULE = (
    "Quyết định số 22/2023/QĐ-UBND thay thế Quyết định số 14/2021/QĐ-UBND và có hiệu lực từ ngày 01 tháng 9 năm 2023."
)
DUTY = "Cơ quan trả lời chậm quá 15 ngày làm việc thì người đứng đầu không được xếp loại hoàn thành tốt nhiệm vụ."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (COUNTS, COUNTS),
        ("Toàn tỉnh có 1746 mô hình dân vận khéo được đăng ký trong năm 2023.", COUNTS),
        ("Trong đó có 905 mô hình tập thể và 393 mô hình cá nhân.", COUNTS),
        ("Số mô hình được công nhận là 1.298.", COUNTS),
        ("Trưởng Ban Dân vận Tỉnh ủy là bà Lê Thị Hoa.", PEOPLE),
        ("Ông Trần Văn Bình là Chủ nhiệm Uỷ ban Kiểm tra Tỉnh uỷ.", PEOPLE),
        ("Chủ tịch Ủy ban nhân dân tỉnh Phạm Minh Đức dự hội nghị.", PEOPLE),
        ("Bà Hoa dự hội nghị.", PEOPLE),
        ("Hội nghị được tổ chức ngày 8 tháng 1 tại Giang Châu.", MEETING),
        ("Theo báo cáo, ngày 08/01 Ban Dân vận Tỉnh ủy tổ chức hội nghị tổng kết công tác năm 2023.", MEETING),
        ("Quyết định 22/2023/QĐ-UBND có hiệu lực từ ngày 1/9/2023.", RULE),
        ("Quyết định 14/2021/QĐ-UBND bị Quyết định số 22/2023/QĐ-UBND thay thế.", RULE),
        ("Trả lời chậm quá 15 ngày làm việc thì người đứng đầu không được xếp loại hoàn thành tốt nhiệm vụ.", DUTY),
        ("Cả tỉnh có ba mươi ba đề án.", "Nhiệm kỳ qua, cả tỉnh có 33 đề án."),
        ("Tỷ lệ hộ nghèo còn 8,74 phần trăm.", "Tỷ lệ hộ nghèo giảm còn 8,74%."),
        ("Mức hỗ trợ là 5 triệu đồng mỗi mô hình.", "Mức hỗ trợ: 5.000.000 đồng/mô hình."),
        ("Hơn 900.000 lượt người học tập nghị quyết.", "Các hội nghị có hơn 900.000 lượt người học tập nghị quyết."),
        ("Điểu K'Ré phát biểu kết thúc hội nghị.", "Đồng chí Đ\niểu K’Ré phát biểu kết thúc hội nghị."),
        ("Ban Chỉ đạo họp định kỳ hằng quý.", "BCĐ họp định kỳ hằng quý."),
    ],
)
def test_true_claims_pass(claim: str, evidence: str) -> None:
    assert verify_claim(claim, [evidence]).unsupported == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "kind"),
    [
        ("Toàn tỉnh có 1.764 mô hình được đăng ký.", COUNTS, "number"),
        ("Toàn tỉnh có 1.746 tập thể được đăng ký.", COUNTS, "number"),
        ("Có 905 mô hình cá nhân.", COUNTS, "number"),
        ("Toàn tỉnh có 2023 mô hình được đăng ký.", COUNTS, "number"),
        ("Năm 2022, toàn tỉnh có 1.746 mô hình được đăng ký.", COUNTS, "date"),
        ('Toàn tỉnh có 1.746 mô hình "Dân vận giỏi" được đăng ký.', COUNTS, "quote"),
        ("Toàn tỉnh không có 1.746 mô hình được đăng ký.", COUNTS, "negation"),
        ("Bà Lê Thị Huệ là Trưởng Ban Dân vận Tỉnh ủy.", PEOPLE, "name"),
        ("Trưởng Ban Dân vận Tỉnh ủy là ông Trần Văn Bình.", PEOPLE, "role"),
        ("Ông Trần Văn Bình là Phó Chủ nhiệm Ủy ban Kiểm tra Tỉnh ủy.", PEOPLE, "role"),
        ("Đồng chí Phạm Minh Đức, Chủ tịch UBND huyện, dự hội nghị.", PEOPLE, "role"),
        ("Sáng 9/1, Ban Dân vận Tỉnh ủy tổ chức hội nghị.", MEETING, "date"),
        ("Sáng 8/1, tại Vân Khê, Ban Dân vận Tỉnh ủy tổ chức hội nghị.", MEETING, "name"),
        ("Sáng 8/1, Ban Tuyên giáo Tỉnh ủy tổ chức hội nghị.", MEETING, "organ"),
        ("Hội nghị tổng kết công tác năm 2024, triển khai nhiệm vụ năm 2023.", MEETING, "date"),
        ("Quyết định số 23/2023/QĐ-UBND có hiệu lực từ ngày 01/9/2023.", RULE, "symbol"),
        ("Quyết định số 22/2023/QĐ-UBND có hiệu lực từ ngày 01/9/2022.", RULE, "date"),
        ("Quyết định số 22/2023/NQ-HĐND có hiệu lực từ ngày 01/9/2023.", RULE, "symbol"),
        ("Quyết định số 22/2023/QĐ-UBND hết hiệu lực từ ngày 01 tháng 9 năm 2023.", RULE, "negation"),
        ("Cơ quan trả lời chậm thì người đứng đầu được xếp loại hoàn thành tốt nhiệm vụ.", DUTY, "negation"),
        (
            "Mức hỗ trợ tăng từ 5 triệu đồng lên 15 triệu đồng.",
            "Mức hỗ trợ tăng 5 triệu đồng so với năm 2022.",
            "number",
        ),
        ("Dưới 900.000 lượt người học tập.", "Các hội nghị có hơn 900.000 lượt người học tập.", "number"),
        ("Thời hạn tăng từ 10 ngày lên 15 ngày.", "Thời hạn giảm từ 15 ngày xuống 10 ngày.", "number"),
        ("Đơn thư tăng 31% so với năm 2021.", "Đơn thư giảm 31% so với năm 2021.", "negation"),
        ("Giá gạo xuất khẩu thế giới biến động mạnh.", COUNTS, "support"),
        ("Hội nghị tổ chức tại xã Phú Lộc.", "Hội nghị tổ chức tại huyện Phú Lộc.", "place"),
    ],
)
def test_false_claims_are_caught_for_what_is_false(claim: str, evidence: str, kind: str) -> None:
    verdict = verify_claim(claim, [evidence])
    assert not verdict.supported
    assert kind in {item.kind for item in verdict.unsupported}


def test_context_supplies_the_year_but_no_number() -> None:
    title = "Báo cáo số 512/BC-UBND ngày 05/12/2023 về 300 mô hình"
    assert verify_claim("Năm 2023 có 71 xã đạt chuẩn.", ["Có 71 xã đạt chuẩn."], context=[title]).supported
    assert not verify_claim("Năm 2022 có 71 xã đạt chuẩn.", ["Có 71 xã đạt chuẩn."], context=[title]).supported
    assert not verify_claim("Có 300 xã đạt chuẩn.", ["Có 71 xã đạt chuẩn."], context=[title]).supported


def test_context_year_does_not_override_the_year_of_the_sentence() -> None:
    assert not verify_claim(
        "Năm 2024, toàn tỉnh có 1.746 mô hình.", [COUNTS], context=["Chương trình năm 2024"]
    ).supported


def test_several_spans_support_a_claim_together() -> None:
    claim = "Bà Lê Thị Hoa dự hội nghị sáng 8/1 tại Giang Châu."
    assert not verify_claim(claim, [PEOPLE]).supported
    assert verify_claim(claim, [PEOPLE, MEETING]).supported


def test_nothing_is_supported_by_no_evidence() -> None:
    assert not verify_claim("Hội nghị thành công.", []).supported


def test_similarity_moves_support_only() -> None:
    claim, evidence = "Bà con đồng tình cao với chủ trương.", "Người dân đồng tình cao với chủ trương mới của tỉnh."
    low, high = (verify_claim(claim, [evidence], similarity=value).score for value in (0.75, 0.97))
    assert low < verify_claim(claim, [evidence]).score < high
    assert not verify_claim("Toàn tỉnh có 1.764 mô hình.", [COUNTS], similarity=1.0).supported


def test_particulars_nobody_said_are_noticed() -> None:
    told = ["Năm 2023 tỉnh Bến Tre có bao nhiêu mô hình?", "146 mô hình."]
    assert not adds_particulars("Năm 2023 tỉnh Bến Tre công nhận bao nhiêu mô hình?", told)
    assert adds_particulars("Năm 2022 tỉnh Bến Tre công nhận bao nhiêu mô hình?", told)
    assert adds_particulars("Năm 2023 tỉnh Trà Vinh công nhận bao nhiêu mô hình?", told)


def test_claims_made_from_the_sample_corpus() -> None:
    """The smaller version of `python -m eval bench verify`: every third passage, every mutation."""
    random = Random(5)
    cases = true_cases(read_sentences(SAMPLE)[::3], random)
    world = survey([case.evidence for case in cases])
    assert len(cases) >= 500
    passed = [verify_claim(case.claim, [case.evidence], context=[case.title]).supported for case in cases]
    assert sum(passed) / len(passed) >= 0.97
    caught: dict[str, list[bool]] = {name: [] for name in [*MUTATIONS, "neighbour"]}
    for case in cases:
        false = [(name, make(case.claim, world, random), case.evidence) for name, make in MUTATIONS.items()]
        false += [("neighbour", case.claim, neighbour) for neighbour in case.neighbours[:1]]
        for name, claim, evidence in false:
            if claim is not None and (name == "neighbour" or claim != case.claim):
                caught[name].append(not verify_claim(claim, [evidence], context=[case.title]).supported)
    strict = [hit for name in STRICT for hit in caught[name]]
    every = [hit for hits in caught.values() for hit in hits]
    assert sum(strict) / len(strict) >= 0.99
    assert sum(every) / len(every) >= 0.90
    assert all(sum(hits) / len(hits) >= 0.85 for hits in caught.values() if hits)
