"""As many documents as a load test wants: made-up annual reports of communes, each with figures to ask for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

CHUNKS_A_REPORT = 12
_FIRST = ("An", "Bình", "Cẩm", "Đại", "Đông", "Hà", "Hòa", "Hưng", "Khánh", "Long", "Minh", "Nam", "Phú", "Quang",
          "Tân", "Thanh", "Thượng", "Vĩnh", "Xuân", "Yên")  # fmt: skip
_SECOND = ("Bình", "Châu", "Dương", "Giang", "Hải", "Khê", "Lâm", "Lộc", "Mỹ", "Ninh", "Phong", "Phúc", "Sơn", "Thành",
           "Thịnh", "Thọ", "Trung", "Tường", "Vân", "Xá")  # fmt: skip
_WORK = (
    ("mô hình “Dân vận khéo”", "đăng ký"),
    ("cuộc đối thoại với Nhân dân", "tổ chức"),
    ("buổi tuyên truyền pháp luật", "mở"),
    ("vụ việc hòa giải", "giải quyết"),
    ("hộ gia đình hiến đất làm đường", "vận động"),
    ("căn nhà đại đoàn kết", "xây dựng"),
    ("hộ thoát nghèo", "giúp đỡ"),
    ("công trình phúc lợi", "khởi công"),
    ("ý kiến kiến nghị của cử tri", "tiếp nhận"),
    ("lượt người được khám bệnh miễn phí", "ghi nhận"),
    ("ki-lô-mét đường giao thông nông thôn", "nâng cấp"),
    ("tổ tự quản an ninh trật tự", "duy trì"),
)
_AROUND = (
    "Các chi bộ, đoàn thể phân công cán bộ bám sát địa bàn, lắng nghe tâm tư, nguyện vọng của Nhân dân.",
    "Mặt trận Tổ quốc phối hợp với các tổ chức thành viên kiểm tra, đôn đốc việc thực hiện ở từng thôn.",
    "Cấp ủy giao trách nhiệm cụ thể cho người đứng đầu và đưa kết quả vào tiêu chí đánh giá cuối năm.",
    "Một số thôn ở xa trung tâm còn gặp khó khăn về kinh phí và điều kiện đi lại trong mùa mưa.",
    "Kết quả này được Nhân dân đồng tình và được huyện biểu dương tại hội nghị tổng kết.",
    "Những cách làm hay được giới thiệu để các thôn khác học tập và nhân rộng.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """One generated document and what it can be asked."""

    name: str
    text: str
    questions: tuple[tuple[str, str], ...]  # what to ask, and the figure that a right answer gives


def reports(seed: int = 0) -> Iterator[Report]:
    """An endless row of different reports; the same seed gives the same ones."""
    chance = random.Random(seed)
    number = 0
    while True:
        for first in _FIRST:
            for second in _SECOND:
                number += 1
                yield _report(chance, number, f"{first} {second}", 2015 + (number // (len(_FIRST) * len(_SECOND))) % 10)


def _report(chance: random.Random, number: int, commune: str, year: int) -> Report:
    lines = [
        f"ỦY BAN NHÂN DÂN XÃ {commune.upper()}",
        f"Số: {number}/BC-UBND",
        "",
        "BÁO CÁO",
        f"Kết quả công tác dân vận năm {year} của xã {commune}",
        "",
    ]
    questions = []
    for place, (what, done) in enumerate(chance.sample(_WORK, len(_WORK)), start=1):
        around = " ".join(chance.sample(_AROUND, 3))
        count, villages = chance.randint(3, 980), chance.randint(2, 14)
        lines += [
            f"{place}. Về {what}",
            f"Năm {year}, xã {commune} {done} {count} {what} tại {villages} thôn. {around}",
            "",
        ]
        questions.append((f"Năm {year}, xã {commune} {done} bao nhiêu {what}?", str(count)))
    return Report(f"bao-cao-{number}.txt", "\n".join(lines), tuple(questions))
