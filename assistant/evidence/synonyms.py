"""Everyday words beside those of administrative prose: "bà con được giúp" is written "nhân dân được hỗ trợ".

One way only: what a question says on the left is borne out by a text that says one of those on the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vectorstore.text.normalise import fold

# Words of one syllable stand for themselves, of two as a pair, in the form in which `Terms` reads a text.
_WRITTEN = {
    "bà": ("đồng_chí", "nhân_dân", "đồng_bào"),
    "con": ("nhân_dân", "đồng_bào"),
    "ông": ("đồng_chí",),
    "chọn": ("lấy",),
    "chê": ("hạn_chế", "tồn_tại", "chưa"),
    "dở": ("hạn_chế", "chưa"),
    "đội": ("cán_bộ", "lực_lượng"),
    "ngũ": ("cán_bộ",),
    "đầu": ("đứng_đầu", "dẫn_đầu"),
    "đứng": ("dẫn_đầu",),
    "giỏi": ("xuất_sắc", "tiêu_biểu"),
    "giúp": ("hỗ_trợ", "giúp_đỡ"),
    "họp": ("hội_nghị", "phiên_họp", "cuộc_họp"),
    "khen": ("biểu_dương", "khen_thưởng", "bằng_khen", "giấy_khen"),
    "khuyết": ("hạn_chế", "tồn_tại"),
    "kém": ("hạn_chế", "chưa"),
    "khó": ("khó_khăn", "vướng_mắc"),
    "làm": ("thực_hiện", "triển_khai", "tổ_chức"),
    "lập": ("thành_lập",),
    "lấy": ("chọn", "với_chủ"),
    "lý": ("nguyên_nhân",),
    "mong": ("yêu_cầu", "đề_nghị", "mong_muốn"),
    "muốn": ("yêu_cầu", "đề_nghị", "mong_muốn"),
    "mục": ("nhằm",),
    "đích": ("nhằm",),
    "nhược": ("hạn_chế", "tồn_tại", "chưa"),
    "nộp": ("đóng",),
    "ra": ("ban_hành",),
    "sửa": ("sửa_đổi",),
    "thiếu": ("chưa", "hạn_chế"),
    "thưởng": ("khen_thưởng", "biểu_dương", "tặng"),
    "tiền": ("kinh_phí", "đồng"),
    "trao": ("tặng",),
    "tặng": ("trao",),
    "xong": ("hoàn_thành",),
    "yếu": ("hạn_chế", "tồn_tại", "chưa"),
}
WRITTEN: Mapping[str, tuple[str, ...]] = MappingProxyType(_WRITTEN)
_FOLDED: dict[str, tuple[str, ...]] = {}
for _word, _others in _WRITTEN.items():
    _FOLDED[fold(_word)] = (*_FOLDED.get(fold(_word), ()), *map(fold, _others))
WRITTEN_FOLDED: Mapping[str, tuple[str, ...]] = MappingProxyType(_FOLDED)
