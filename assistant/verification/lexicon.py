"""Words that verification treats specially. All keys are lower-case syllables in one tone placement (`tone_key`)."""

from __future__ import annotations

from vectorstore.text.normalise import tone_key

Words = tuple[str, ...]


def keys(phrase: str) -> Words:
    """The syllables of `phrase` as comparable keys."""
    return tuple(tone_key(word) for word in phrase.lower().split())


def _set(phrases: str) -> frozenset[str]:
    return frozenset(key for word in phrases.split() for key in keys(word))


def _phrases(lines: str) -> frozenset[Words]:
    return frozenset(keys(part) for part in lines.replace("\n", ",").split(",") if part.strip())


# Written as in the sources -> full form. Longer ones first when matched; case matters (TƯ is not "tư").
ABBREVIATIONS: dict[str, str] = {
    "UBTƯ": "Ủy ban Trung ương", "UBTW": "Ủy ban Trung ương", "UBTVQH": "Ủy ban Thường vụ Quốc hội",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc", "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân",
    "UBKT": "Ủy ban Kiểm tra", "MTTQVN": "Mặt trận Tổ quốc Việt Nam", "MTTQ": "Mặt trận Tổ quốc",
    "BCĐ": "Ban Chỉ đạo", "BCH": "Ban Chấp hành", "BTV": "Ban Thường vụ", "BCT": "Bộ Chính trị", "BBT": "Ban Bí thư",
    "DVTW": "Dân vận Trung ương", "DVTƯ": "Dân vận Trung ương", "DVTU": "Dân vận Tỉnh ủy", "BDV": "Ban Dân vận",
    "TƯ": "Trung ương", "TW": "Trung ương", "T.Ư": "Trung ương", "TU": "Tỉnh ủy", "TTg": "Thủ tướng",
    "CT-XH": "chính trị - xã hội", "KT-XH": "kinh tế - xã hội", "QP-AN": "quốc phòng - an ninh",
    "QPAN": "quốc phòng, an ninh", "ANTT": "an ninh trật tự", "BHYT": "bảo hiểm y tế", "BHXH": "bảo hiểm xã hội",
    "HTCT": "hệ thống chính trị", "CBCCVC": "cán bộ, công chức, viên chức", "CBCC": "cán bộ, công chức",
    "CCHC": "cải cách hành chính", "NTM": "nông thôn mới", "LĐLĐ": "Liên đoàn Lao động", "LHPN": "Liên hiệp Phụ nữ",
    "CCB": "Cựu chiến binh", "TNCS": "Thanh niên Cộng sản", "THCS": "trung học cơ sở", "THPT": "trung học phổ thông",
    "PCCC": "phòng cháy, chữa cháy", "TTHC": "thủ tục hành chính", "HTX": "hợp tác xã",
    "TP.HCM": "Thành phố Hồ Chí Minh", "TPHCM": "Thành phố Hồ Chí Minh", "TP.": "thành phố", "Tp.": "thành phố",
    "TP": "thành phố", "TX.": "thị xã", "Đ/c": "đồng chí", "đ/c": "đồng chí", "Đ/C": "đồng chí",
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "KL": "Kết luận",
}  # fmt: skip

STOPWORDS = _set(
    """và các của là có được cho trong ở tại về với để do từ đến những một này đó khi theo bởi cũng như thì mà đã đang
    sẽ trên dưới vào ra gồm cùng nhằm qua sau trước hay hoặc bị nên cả rằng vì nếu thuộc đối ông bà đồng chí nhất
    lại còn việc nêu rõ biết cụ thể hơn"""
)
# After a number these do not name what is counted.
FUNCTION_WORDS = _set(
    """và các của là có được cho trong ở tại về với để do từ đến những này đó khi theo bởi cũng như thì mà đã đang sẽ
    trên dưới vào ra gồm cùng nhằm qua sau trước hay hoặc bị nên cả vì nếu thuộc tăng giảm so chiếm đạt bằng tổng
    trở lần thứ xuống còn lên thành cao thấp hơn"""
)

# --- negation -----------------------------------------------------------------------------------------------------
NEGATORS = _set("không chưa chẳng trừ cấm đừng chớ")
# The same syllables inside words that deny nothing.
NOT_NEGATION = _phrases(
    """không gian, không khí, không quân, không phận, không chỉ, không những, không ngừng, không riêng,
    không thể không, hàng không, phòng không, trên không, chưa kể, trừ bì, loại trừ, trừ diệt, bài trừ, diệt trừ,
    phòng trừ, khấu trừ, giải trừ, xóa trừ, quốc cấm, không phải không"""
)
OPPOSITES: tuple[tuple[Words, Words], ...] = tuple(
    (keys(one), keys(other))
    for one, other in (
        ("tăng", "giảm"), ("trên", "dưới"), ("hơn", "dưới"), ("hơn", "gần"), ("trên", "gần"), ("trước", "sau"),
        ("tối đa", "tối thiểu"), ("nhiều nhất", "ít nhất"), ("cao nhất", "thấp nhất"), ("cao hơn", "thấp hơn"),
        ("bắt đầu", "kết thúc"), ("đồng ý", "phản đối"), ("cho phép", "cấm"), ("thay thế", "bổ sung"),
        ("thay thế", "sửa đổi"), ("thay thế", "bãi bỏ"), ("sửa đổi", "bãi bỏ"), ("rút ngắn", "kéo dài"),
        ("mở rộng", "thu hẹp"), ("nâng", "hạ"), ("bắt buộc", "khuyến khích"), ("còn hiệu lực", "hết hiệu lực"),
        ("có hiệu lực", "hết hiệu lực"), ("hoàn thành", "chậm"), ("thuận lợi", "khó khăn"),
        ("tích cực", "tiêu cực"), ("bắt buộc", "tự nguyện"), ("trực tiếp", "trực tuyến"),
    )
)  # fmt: skip

# --- people, places, organs ---------------------------------------------------------------------------------------
SURNAMES = _set(
    """nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm
    phùng mai tô hà tạ lương cao châu lưu thái chu tăng quách la lại kiều tống giáp nông triệu hứa ninh diệp từ lục
    mạc nghiêm khổng văn điểu thạch sơn siu rơ lò quàng giàng vàng sùng hầu ma bế hà ksor y h a k' đàm doãn đồng
    thân tiêu trầm viên"""
)
# Places begin with these too ("huyện Sơn Trạch"): a person has to have a third syllable.
AMBIGUOUS_SURNAMES = _set(
    "sơn thạch cao hà lâm mai thái châu ninh viên đồng la lương văn y h tiêu thân ma lại đàm giáp"
)
HONORIFICS = frozenset(
    {keys("đồng chí"), keys("ông"), keys("bà"), keys("anh"), keys("chị"), keys("cô"), keys("chú"), keys("bác"),
     keys("nữ"), keys("nghệ nhân"), keys("giáo sư"), keys("tiến sĩ"), keys("thạc sĩ"), keys("luật sư"),
     keys("thượng tá"),
     keys("đại tá"), keys("trung tá"), keys("thiếu tá"), keys("thiếu tướng"), keys("trung tướng"), keys("thượng tướng"),
     keys("đại tướng"), keys("linh mục"), keys("hòa thượng"), keys("thượng tọa")}
)  # fmt: skip
PLACE_UNITS = _phrases(
    """tỉnh, thành phố, huyện, quận, thị xã, thị trấn, xã, phường, thôn, ấp, bản, làng, buôn, khu phố, tổ dân phố,
    đảo, sông, cầu, đường, vùng, khu vực, điểm cầu"""
)
LEVELS = _set("tỉnh huyện xã phường quận thôn")
PLACES = _phrases(
    """an giang, bà rịa, vũng tàu, bạc liêu, bắc giang, bắc kạn, bắc ninh, bến tre, bình dương, bình định, bình phước,
    bình thuận, cà mau, cao bằng, cần thơ, đà nẵng, đắk lắk, đắk nông, điện biên, đồng nai, đồng tháp, gia lai,
    hà giang, hà nam, hà nội, hà tĩnh, hải dương, hải phòng, hậu giang, hòa bình, hồ chí minh, hưng yên, khánh hòa,
    kiên giang, kon tum, lai châu, lạng sơn, lào cai, lâm đồng, long an, nam định, nghệ an, ninh bình, ninh thuận,
    phú thọ, phú yên, quảng bình, quảng nam, quảng ngãi, quảng ninh, quảng trị, sóc trăng, sơn la, tây ninh,
    thái bình, thái nguyên, thanh hóa, thừa thiên huế, tiền giang, trà vinh, tuyên quang, vĩnh long, vĩnh phúc,
    yên bái, việt nam, trung quốc, lào, campuchia, nhật bản, hàn quốc, hoa kỳ, sài gòn, tây nguyên, tây bắc,
    đông nam bộ, nam bộ, bắc bộ, trung bộ"""
)
ORGAN_HEADS = _phrases(
    """ban, bộ, ủy ban, ủy ban nhân dân, hội đồng nhân dân, tòa án nhân dân, viện kiểm sát nhân dân, hội đồng,
    trung ương, tỉnh ủy, thành ủy, huyện ủy, thị ủy, quận ủy, đảng ủy, đảng bộ, chi bộ, sở, phòng, mặt trận, hội,
    đoàn, liên đoàn, công đoàn, chính phủ, quốc hội, tòa án, viện, công an, cục, vụ, tổng cục, văn phòng,
    thanh tra, bộ tư lệnh, bộ đội, khối, trung tâm, trường, học viện, ngân hàng, kiểm toán, ban bí thư, ban cán sự,
    liên hiệp, hiệp hội, quỹ, báo, tổng công ty, công ty, câu lạc bộ, xã đoàn, tỉnh đoàn, huyện đoàn, thành đoàn"""
)
ROLE_HEADS = _phrases(
    """tổng bí thư, bí thư, phó bí thư, chủ tịch, phó chủ tịch, chủ tịch nước, phó chủ tịch nước, chủ nhiệm,
    phó chủ nhiệm, trưởng ban, phó trưởng ban, phó ban, thủ tướng, phó thủ tướng, bộ trưởng, thứ trưởng, giám đốc,
    phó giám đốc, tổng giám đốc, phó tổng giám đốc, ủy viên, tổng thư ký, phó tổng thư ký, chánh văn phòng,
    phó chánh văn phòng, viện trưởng, phó viện trưởng, chánh án, phó chánh án, tư lệnh, phó tư lệnh, chính ủy,
    cục trưởng, phó cục trưởng, vụ trưởng, phó vụ trưởng, trưởng phòng, phó trưởng phòng, trưởng đoàn,
    phó trưởng đoàn, hiệu trưởng, phó hiệu trưởng, trưởng công an, phó trưởng công an, chỉ huy trưởng,
    chánh thanh tra, phó chánh thanh tra, thường trực, trưởng thôn, trưởng ấp, kế toán trưởng, đội trưởng,
    tổ trưởng"""
)
# Capitalised by convention, or because they open a sentence: they name nobody.
COMMON_CAPITALS = _set(
    """đảng hội nghị nhân dân nghị quyết quyết định chỉ thị kết luận thông báo kế hoạch chương trình báo cáo hướng dẫn
    điều khoản luật đại quy chế đề án văn kiện tờ trình công điện thông tư pháp lệnh hiến tết năm ngày tháng quý
    khóa kỳ nhiệm phụ lục phần mục đồng chí ông bà các những một hai ba bốn sáu bảy tám chín mười tại theo trong về
    với từ đến ngoài sáng chiều tối trưa nhân sau trước khi nhà nước cả toàn do để qua cùng bên và số tổng người đây
    đó việc công tác có được"""
)
CAPITALISED_OPENERS = COMMON_CAPITALS | _set(
    """tỉnh huyện xã phường thành phố thị quận thôn ấp vùng khu ủy trưởng phó chủ bí thủ bộ ban sở phòng hội đoàn viên
    giám lãnh đạo đại biểu phong trào mô hình đơn vị ở riêng như gồm nữ nghệ quy giữa gần trên dưới giai đoạn cuộc
    nguyên tân đảng chính quốc phía cựu cố là đã sẽ cho mời trao"""
)

# --- numbers in words ---------------------------------------------------------------------------------------------
UNITS: dict[str, int] = {tone_key(word): value for word, value in {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}.items()}  # fmt: skip
SCALES: dict[str, int] = {tone_key(word): value for word, value in {
    "nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9,
}.items()}  # fmt: skip
