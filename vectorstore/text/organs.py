"""Organs as they appear in symbols and as they are called in sentences."""

from __future__ import annotations

from vectorstore.text.normalise import fold

# Codes as written at the end of a symbol; the table restores capitals and diacritics of codes typed plainly.
ORGAN_CODES: tuple[str, ...] = (
    "TW", "TƯ", "TU", "HU", "ThU", "QU", "ĐU", "ĐUK", "BTCTW", "BTGTW", "BDVTW", "UBKTTW", "BNCTW", "BKTTW", "VPTW",
    "BTV", "CP", "TTg", "CTN", "QH", "UBTVQH", "UBND", "HĐND", "UB", "HĐBT", "HĐNN", "VPCP", "BNV", "BTC", "BCA",
    "BQP", "BNG", "BTP", "BYT", "BGDĐT", "BLĐTBXH", "BKHĐT", "BCT", "BNNPTNT", "BNNMT", "BTNMT", "BXD", "BGTVT",
    "BTTTT", "BKHCN", "BVHTTDL", "BDTTG", "UBDT", "TTCP", "NHNN", "KTNN", "VKSNDTC", "TANDTC", "BHXH", "MTTW",
    "MTTQ", "TLĐ", "SNV", "STC", "BCĐ",
)  # fmt: skip
PARTY_ORGANS = frozenset({"TW", "TU", "HU", "ThU", "QU", "ĐU", "ĐUK"})

_PHRASES: dict[str, tuple[str, ...]] = {
    "TW": ("Bộ Chính trị", "Ban Bí thư", "Ban Chấp hành Trung ương", "Trung ương Đảng", "Trung ương", "BCT, BBT"),
    "TU": ("Ban Thường vụ Tỉnh ủy", "Ban Thường vụ Thành ủy", "Tỉnh ủy", "Thành ủy", "Ban Chấp hành Đảng bộ tỉnh"),
    "HU": ("Ban Thường vụ Huyện ủy", "Huyện ủy"),
    "TTg": ("Thủ tướng Chính phủ", "Thủ tướng"),
    "CP": ("Chính phủ",),
    "UBTVQH": ("Ủy ban Thường vụ Quốc hội",),
    "QH": ("Quốc hội",),
    "UBND": ("Ủy ban nhân dân", "Chủ tịch Ủy ban nhân dân", "UBND"),
    "HĐND": ("Hội đồng nhân dân", "HĐND"),
    "BNV": ("Bộ Nội vụ",),
    "BTC": ("Bộ Tài chính",),
    "BCA": ("Bộ Công an",),
    "BQP": ("Bộ Quốc phòng",),
    "BNG": ("Bộ Ngoại giao",),
    "BTP": ("Bộ Tư pháp",),
    "BYT": ("Bộ Y tế",),
    "BGDĐT": ("Bộ Giáo dục và Đào tạo",),
    "BLĐTBXH": ("Bộ Lao động - Thương binh và Xã hội",),
    "BKHĐT": ("Bộ Kế hoạch và Đầu tư",),
    "BCT": ("Bộ Công Thương",),
    "BNNPTNT": ("Bộ Nông nghiệp và Phát triển nông thôn",),
    "BTNMT": ("Bộ Tài nguyên và Môi trường",),
    "BXD": ("Bộ Xây dựng",),
    "BGTVT": ("Bộ Giao thông vận tải",),
    "BTTTT": ("Bộ Thông tin và Truyền thông",),
    "BKHCN": ("Bộ Khoa học và Công nghệ",),
    "BVHTTDL": ("Bộ Văn hóa, Thể thao và Du lịch",),
    "NHNN": ("Ngân hàng Nhà nước",),
}
# Folded phrase after a number ("Chỉ thị số 06 Ban Thường vụ Tỉnh ủy") -> organ code.
ORGAN_PHRASES: dict[str, str] = {fold(phrase): code for code, phrases in _PHRASES.items() for phrase in phrases}
