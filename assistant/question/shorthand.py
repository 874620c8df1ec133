"""What officials and people on a telephone write short: "BCĐ", "bn ng", "PTTg", "ctác", "y/c".

An abbreviation of a body is searched for in full beside what was typed; what only saves letters is written out.
"""

from __future__ import annotations

import re

from assistant.question.common_terms import SyllableCounts, WithCommonTerms
from vectorstore.text.normalise import fold, tone_key

# Abbreviations officials type, spelled out as the documents usually have them.
ABBREVIATIONS = {
    "bcđ": "Ban Chỉ đạo", "bcd": "Ban Chỉ đạo",
    "bch": "Ban Chấp hành",
    "bct": "Bộ Chính trị",
    "bbt": "Ban Bí thư",
    "btv": "Ban Thường vụ",
    "btc": "Ban Tổ chức",
    "btg": "Ban Tuyên giáo",
    "bdv": "Ban Dân vận", "bdvtw": "Ban Dân vận Trung ương", "bdvtư": "Ban Dân vận Trung ương",
    "bdvtu": "Ban Dân vận Tỉnh ủy",
    "antt": "an ninh trật tự",
    "bđbp": "Bộ đội Biên phòng", "qđnd": "Quân đội nhân dân", "cand": "Công an nhân dân",
    "tcxd": "tổ chức xây dựng", "tctw": "Tổ chức Trung ương", "tcttư": "Tổ chức Trung ương",
    "bhtn": "bảo hiểm thất nghiệp",
    "bhxh": "bảo hiểm xã hội",
    "bhyt": "bảo hiểm y tế",
    "cb": "cán bộ",
    "cbcc": "cán bộ, công chức", "cbccvc": "cán bộ, công chức, viên chức", "ccvc": "công chức, viên chức",
    "ccb": "cựu chiến binh", "hccb": "Hội Cựu chiến binh",
    "ccn": "cụm công nghiệp", "kcn": "khu công nghiệp",
    "cntt": "công nghệ thông tin", "cđs": "chuyển đổi số",
    "cchc": "cải cách hành chính",
    "ct-xh": "chính trị - xã hội",
    "dtts": "dân tộc thiểu số",
    "dvk": "Dân vận khéo",
    "dvtu": "Dân vận Tỉnh ủy",
    "dvtw": "Dân vận Trung ương", "dvtư": "Dân vận Trung ương",
    "hn": "hội nghị",
    "hđnd": "Hội đồng nhân dân", "hdnd": "Hội đồng nhân dân",
    "gtnt": "giao thông nông thôn",
    "hnd": "Hội Nông dân",
    "htct": "hệ thống chính trị",
    "htx": "hợp tác xã",
    "kt-xh": "kinh tế - xã hội",
    "lđlđ": "Liên đoàn Lao động", "ldld": "Liên đoàn Lao động",
    "lhpn": "Liên hiệp Phụ nữ",
    "gpmb": "giải phóng mặt bằng",
    "mttq": "Mặt trận Tổ quốc",
    "nsnn": "ngân sách nhà nước",
    "ntm": "nông thôn mới",
    "qcdc": "quy chế dân chủ", "qcdccs": "quy chế dân chủ ở cơ sở",
    "qpan": "quốc phòng, an ninh", "anqp": "an ninh, quốc phòng",
    "tthc": "thủ tục hành chính",
    "tw": "Trung ương",
    "ubkt": "Ủy ban Kiểm tra",
    "ubmttq": "Ủy ban Mặt trận Tổ quốc",
    "ubnd": "Ủy ban nhân dân",
    "ubtw": "Ủy ban Trung ương", "ubtư": "Ủy ban Trung ương",
    "vhxh": "văn hóa - xã hội",
    "vn": "Việt Nam",
    "nn&ptnt": "Nông nghiệp và Phát triển nông thôn", "nnptnt": "Nông nghiệp và Phát triển nông thôn",
    "nn-ptnt": "Nông nghiệp và Phát triển nông thôn",
    "gd&đt": "Giáo dục và Đào tạo", "gdđt": "Giáo dục và Đào tạo", "gd-đt": "Giáo dục và Đào tạo",
    "tn&mt": "Tài nguyên và Môi trường", "tnmt": "Tài nguyên và Môi trường",
    "kh&đt": "Kế hoạch và Đầu tư", "khđt": "Kế hoạch và Đầu tư",
    "lđtb&xh": "Lao động - Thương binh và Xã hội", "lđtbxh": "Lao động - Thương binh và Xã hội",
    "lđ-tb&xh": "Lao động - Thương binh và Xã hội",
    "tt&tt": "Thông tin và Truyền thông", "tttt": "Thông tin và Truyền thông",
    "kh&cn": "Khoa học và Công nghệ", "khcn": "khoa học công nghệ",
    "vhttdl": "Văn hóa, Thể thao và Du lịch", "vhtt&dl": "Văn hóa, Thể thao và Du lịch",
    "pcccr": "phòng cháy, chữa cháy rừng", "pccc": "phòng cháy, chữa cháy",
}  # fmt: skip


# How people type on a telephone. Written in capitals these are other things.
_SHORT_FORMS = {
    "đc": "được", "dc": "được", "ko": "không", "hok": "không", "ntn": "như thế nào", "bn": "bao nhiêu", "vs": "với",
    "ng": "người", "j": "gì", "sp": "sản phẩm", "dl": "dữ liệu", "lđ": "lao động", "nk": "nhiệm kỳ", "ktra": "kiểm tra",
    "dvc": "dịch vụ công", "qlda": "Quản lý dự án", "cty": "công ty", "ctác": "công tác", "c/tác": "công tác",
    "y/c": "yêu cầu", "yc": "yêu cầu", "pb": "phát biểu", "vb": "văn bản", "xdcb": "xây dựng cơ bản", "xd": "xây dựng",
    "kp": "kinh phí", "đg": "đánh giá", "đp": "địa phương", "sx": "sản xuất", "kq": "kết quả", "cx": "cũng",
    "sđt": "số điện thoại", "sdt": "số điện thoại",
    "trc": "trước", "rùi": "rồi", "mún": "muốn", "nhiu": "nhiêu", "bít": "biết",
}  # fmt: skip
# Offices and meetings are spelled out where they stand: they tell what is asked for. Not in symbols: "QĐ-TTg".
_OFFICES = {
    "pttg": "Phó Thủ tướng", "ptt": "Phó Thủ tướng", "phó ct": "Phó Chủ tịch", "phó cht": "Phó Chủ tịch",
    "ttg": "Thủ tướng", "tbt": "Tổng Bí thư", "pct": "Phó Chủ tịch", "pbt": "Phó Bí thư",
    "ptb": "Phó Trưởng ban", "pgđ": "Phó Giám đốc", "cvp": "Chánh Văn phòng",
}  # fmt: skip
_OFFICE = re.compile(rf"(?<![\w/.-])(?:{'|'.join(_OFFICES)})(?![\w/.-])", re.IGNORECASE)
_CHAIR = re.compile(
    r"(?<![\w/.-])(?:CT|ct|CHT|cht)(?=\s+(?:UBND|HĐND|UBMTTQ|MTTQ|UBTƯ|UBTW|nước|Hội|Quốc hội|tỉnh|huyện|xã)\b)"
)
# "HN tổng kết", but "tại HN" is Hà Nội.
_MEETING = re.compile(
    r"(?<!\bở )(?<!\btại )(?<!\bTP )(?<!\bTP\. )(?<!\bphố )(?<![\w/.-])(?:HN|hn)"
    r"(?=\s+(?:tổng kết|sơ kết|toàn quốc|trực tuyến|triển khai|quán triệt|chuyên đề|giao ban|công bố|cán bộ|đó|này|ấy|"
    r"tong ket|so ket|toan quoc|truc tuyen|trien khai|quan triet|chuyen de|giao ban|cong bo|can bo|do|nay|ay|"
    r"của|cua)\b)"
)
_FARMERS = re.compile(r"(?<=\bhội )(?:nd|ND|nđ)(?![\w/-])|(?<=\bHội )ND(?![\w/-])")
_SHORT_FORM = re.compile(rf"(?<![\w/.-])(?:{'|'.join(_SHORT_FORMS)})(?![\w/-])")
# What may stand for several things: the words beside it tell, as the documents have them; without them the first.
_READINGS = {
    "nv": ("nhiệm vụ", "nhân viên"), "mh": ("mô hình",), "knc": ("kỷ niệm chương",),
    "pt": ("phong trào", "phát triển"), "bv": ("bệnh viện", "bảo vệ"),
    "hs": ("hồ sơ", "học sinh"), "dn": ("doanh nghiệp",), "đv": ("đảng viên", "đơn vị", "đoàn viên"),
    "cs": ("cơ sở", "chính sách"), "hv": ("hội viên", "học viên"), "đb": ("đại biểu", "đồng bào"),
    "đk": ("đăng ký", "điều kiện"), "cq": ("cơ quan", "chính quyền"), "hđ": ("hoạt động", "hợp đồng", "hội đồng"),
    "gđ": ("Giám đốc", "giai đoạn", "gia đình"), "gd": ("Giám đốc", "giáo dục", "giai đoạn", "gia đình"),
    "nd": ("Nhân dân", "nội dung", "nông dân", "người dân"), "bc": ("báo cáo",), "kl": ("kết luận", "khối lượng"),
    "đt": ("đầu tư", "đối thoại", "đào tạo", "điện thoại"), "kt": ("kinh tế", "kiểm tra"), "tk": ("tổng kết",),
    "gp": ("giải pháp", "giấy phép"), "mt": ("mục tiêu", "môi trường", "mặt trận"), "th": ("thực hiện", "trường hợp"),
    "tc": ("tổ chức", "tài chính"), "tl": ("tỷ lệ", "trả lời"), "đh": ("đại hội", "đại học"),
    "dh": ("đại hội", "đại học"), "dv": ("dân vận", "đảng viên", "dịch vụ", "đơn vị"), "dt": ("đầu tư", "diện tích"),
    "db": ("đại biểu", "đồng bào"), "dk": ("đăng ký", "điều kiện"), "hd": ("hướng dẫn", "hoạt động", "hợp đồng"),
    "nq": ("nghị quyết",), "qđ": ("quyết định",), "qd": ("quyết định",), "kh": ("kế hoạch", "khách hàng"),
    "ct": ("chương trình", "công tác", "chỉ thị", "Chủ tịch", "công trình"),
    "tb": ("thông báo",), "cn": ("công nhân", "cá nhân"),
}  # fmt: skip
_BEFORE_SEVERAL = frozenset({"may", "nhieu", "cac", "nhung"})
# A document's number follows its kind, which is read with it: "nq 25", "KL số 61".
_READING = re.compile(
    rf"(?<![\w/.-])(?P<short>{'|'.join(_READINGS)})(?![\w/-]|\.\w)(?!\s+(?:số\s+|so\s+)?\d)", re.IGNORECASE
)
_HEAD_OF = {
    "ban": "Trưởng Ban", "sở": "Giám đốc Sở", "ubnd": "Chủ tịch UBND", "hđnd": "Chủ tịch HĐND",
    "ủy ban nhân dân": "Chủ tịch Ủy ban nhân dân", "tỉnh ủy": "Bí thư Tỉnh ủy", "huyện ủy": "Bí thư Huyện ủy",
    "thành ủy": "Bí thư Thành ủy", "cục": "Cục trưởng Cục", "vụ": "Vụ trưởng Vụ",
}  # fmt: skip
_AT_THE_HEAD = re.compile(
    rf"\b(?P<who>(?i:ai|người nào|đồng chí nào)) (?:là người )?đứng đầu (?P<body>(?i:{'|'.join(_HEAD_OF)}))(?!\w)"
)
_COMRADE = re.compile(r"(?<![\w/.-])(?:đc|dc)(?=\s+(?:nào|ấy|này|đó|nao|ay|nay)\b)|(?<=\b(?:các|cac) )(?:đc|dc)(?!\w)")
_STAGE = re.compile(r"(?<![\w/.-])(?:gđ|gd)(?=\s*(?:[1-9]|I{1,3}|IV)\b)")  # "gđ 1", "gđ 2021-2025"
_POLICE = re.compile(r"(?<![\w/.-])CA(?=\s+(?:tỉnh|huyện|xã|phường|TP|thành phố|tinh|huyen|xa|phuong)\b)")


def name_heads(text: str) -> str:
    """The office of whoever is asked for as the head of a body: "ai đứng đầu Ban X" asks for its Trưởng Ban."""
    return _AT_THE_HEAD.sub(lambda found: f"{found['who']} là {_HEAD_OF[found['body'].lower()]}", text)


def spell_out(text: str, counts: SyllableCounts) -> str:
    """What is typed short, in full, where it stands: "bn ng", "PTTg", "HN tổng kết", "nv trọng tâm"."""
    text = _COMRADE.sub("đồng chí", text)
    text = _SHORT_FORM.sub(lambda match: _SHORT_FORMS[match.group()], text)
    text = _POLICE.sub("Công an", _STAGE.sub("giai đoạn", _CHAIR.sub("Chủ tịch", text)))
    text = _OFFICE.sub(lambda match: _OFFICES[match.group().lower()], text)
    text = _FARMERS.sub("Nông dân", text)
    known, end = WithCommonTerms(counts), 0
    while match := _READING.search(text, end):
        read = _read(match, known)
        text = f"{text[: match.start()]}{read}{text[match.end() :]}"
        end = match.start() + len(read)
    return _MEETING.sub("hội nghị", text)  # "hn tk" is one once "tk" is read


def _read(match: re.Match[str], counts: SyllableCounts) -> str:
    """The reading that the documents have most often beside the same words; capitals need to be borne out so."""
    typed, text = match["short"], match.string
    before, after = re.findall(r"\w+", text[: match.start()])[-1:], re.findall(r"\w+", text[match.end() :])[:1]
    readings = _READINGS[typed.lower()]
    seen = {reading: _beside(reading, before, after, counts) for reading in readings}
    best = max(readings, key=lambda reading: seen[reading])
    counted = before and fold(before[0]) in _BEFORE_SEVERAL  # "mấy NQ"
    return best if seen[best] or counted or typed.islower() else typed


def _beside(reading: str, before: list[str], after: list[str], counts: SyllableCounts) -> int:
    words = [tone_key(word) for word in reading.lower().split()]
    left = sum(counts.bigram_count(form, words[0]) for one in before for form in _forms(one, counts))
    return left + sum(counts.bigram_count(words[-1], form) for one in after for form in _forms(one, counts))


def _forms(word: str, counts: SyllableCounts) -> list[str]:
    bare = fold(word) == word.lower()
    return list(counts.syllable_forms(fold(word))) if bare else [tone_key(word.lower())]


def expand_abbreviations(text: str) -> str:
    """The abbreviations in `text` spelled out, for search beside the text as typed; empty when there are none."""
    tokens = re.findall(r"[^\W\d_]+(?:[-&][^\W\d_]+)*", text)
    return " ".join(ABBREVIATIONS[token.lower()] for token in tokens if token.lower() in ABBREVIATIONS)
