"""Short reports, decisions and news, made up for the tests of answers about provinces, years and offices."""

from __future__ import annotations

HEAD = """ỦY BAN NHÂN DÂN
{organ}
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: {symbol}
{place}, ngày {day}

"""
SIGNED = "\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n{}\n"
TEXTS = {
    "tra-vinh-2031": HEAD.format(
        organ="TỈNH TRÀ VINH", symbol="61/BC-UBND", place="Trà Vinh", day="08 tháng 12 năm 2031"
    )
    + """BÁO CÁO
Tình hình kinh tế - xã hội năm 2031 của tỉnh Trà Vinh

1. Thu ngân sách nhà nước trên địa bàn tỉnh năm 2031 đạt 7.310 tỷ đồng, tăng 6,2% so với năm 2030.

2. Tỷ lệ hộ nghèo của tỉnh cuối năm 2031 còn 0,48%. Huyện Trà Cú có tỷ lệ hộ nghèo cao nhất, 1,27%.

3. Tỷ lệ hộ dân sử dụng nước sạch năm 2031 đạt 97,4%.

4. Tổng vốn đầu tư công giai đoạn 2029 - 2031 là 12.450 tỷ đồng.
"""
    + SIGNED.format("Huỳnh Tấn Phước"),
    "ba-tri-2031": HEAD.format(
        organ="HUYỆN BA TRI - TỈNH BẾN TRE", symbol="14/BC-UBND", place="Ba Tri", day="12 tháng 12 năm 2031"
    )
    + """BÁO CÁO
Tình hình kinh tế - xã hội huyện Ba Tri, tỉnh Bến Tre năm 2031

1. Thu ngân sách nhà nước trên địa bàn huyện đạt 214 tỷ đồng.

2. Tỷ lệ hộ nghèo năm 2031 giảm còn 2,91%; hộ cận nghèo 3,05%.

3. Đàn bò có 96.500 con.
"""
    + SIGNED.format("Dương Văn Chương"),
    "tra-vinh-2030": HEAD.format(
        organ="TỈNH TRÀ VINH", symbol="57/BC-UBND", place="Trà Vinh", day="10 tháng 12 năm 2030"
    )
    + """BÁO CÁO
Tình hình kinh tế - xã hội năm 2030 của tỉnh Trà Vinh

1. Thu ngân sách nhà nước trên địa bàn tỉnh năm 2030 đạt 6.640 tỷ đồng.

2. Đồng chí Đỗ Hữu Nghĩa, Giám đốc Sở Tài chính, trình bày báo cáo tại hội nghị ở Khu công nghiệp Tân Trà.
"""
    + SIGNED.format("Lê Quang Tín"),
    "vinh-long-2031": HEAD.format(
        organ="TỈNH VĨNH LONG", symbol="72/BC-UBND", place="Vĩnh Long", day="11 tháng 12 năm 2031"
    )
    + """BÁO CÁO
Tình hình kinh tế - xã hội năm 2031 của tỉnh Vĩnh Long

1. Thu ngân sách nhà nước trên địa bàn tỉnh năm 2031 đạt 8.150 tỷ đồng.

Thực hiện Nghị quyết số 41-NQ/TW ngày 10 tháng 5 năm 2030 của Ban Chấp hành Trung ương về kinh tế vườn, toàn tỉnh
cải tạo 1.200 ha. Chỉ thị số 88-CT/TW tiếp tục được quán triệt.
"""
    + SIGNED.format("Lữ Minh Ngời"),
    "thong-tu-09-2031": """BỘ TÀI CHÍNH
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 09/2031/TT-BTC
Hà Nội, ngày 02 tháng 5 năm 2031

THÔNG TƯ
Quy định cách tính tỷ lệ chi thường xuyên ngân sách

Điều 1. Tỷ lệ chi thường xuyên ngân sách năm 2031 lấy theo định mức 62% tổng chi.

Điều 2. Tỷ lệ chi thường xuyên được tính như sau:

x 100

Điều 3. Thông tư này có hiệu lực từ ngày 15 tháng 6 năm 2031 và thay thế Thông tư số 11/2028/TT-BTC.

BỘ TRƯỞNG

Phan Văn Đức
""",
    "can-bo-2031": """Công bố quyết định về công tác cán bộ tại Trà Vinh

Sáng 14/02/2031, tại Trà Vinh, Tỉnh ủy tổ chức hội nghị công bố quyết định về công tác cán bộ.

Đồng chí Thạch Minh Khang giữ chức Bí thư Tỉnh ủy Trà Vinh, thay đồng chí Trương Hoài Bắc nhận nhiệm vụ mới.

Đồng chí Lâm Quốc Trí, Giám đốc Sở Tài chính, và đồng chí Kim Văn Hữu, Giám đốc Sở Nội vụ, dự hội nghị.
""",
    "qd-19-2030": HEAD.format(
        organ="TỈNH TRÀ VINH", symbol="19/2030/QĐ-UBND", place="Trà Vinh", day="20 tháng 6 năm 2030"
    )
    + """QUYẾT ĐỊNH
Ban hành Quy định chính sách hỗ trợ cải tạo vườn cây ăn trái trên địa bàn tỉnh Trà Vinh

Điều 1. Danh mục cây ăn trái thuộc diện được hỗ trợ cải tạo theo Quyết định này trên
địa bàn tỉnh

1. Dừa sáp.

2. Bưởi da xanh.

3. Măng cụt.

Điều 2. Mức hỗ trợ

1. Vườn trồng mới:

a) Của hợp tác xã: 12.000.000 đồng/ha;

b) Của hộ gia đình: 7.000.000 đồng/ha.

2. Vườn cải tạo:

a) Của hợp tác xã: 25.000.000 đồng/ha;

b) Của hộ gia đình: 18.000.000 đồng/ha.

3. Nhóm tưới nước: 200.000 đồng/nhóm/tháng.

Điều 3. Thời gian và thẩm quyền

1. Hằng tháng, từ ngày 01 tháng 7 năm 2030 đến hết ngày 30 tháng 6 năm 2031, nhóm tưới nước nhận đủ mức hỗ trợ.

2. Thời gian hỗ trợ nhóm tưới nước: 12 tháng.

3. Sở Nông nghiệp phê duyệt danh sách vườn cải tạo trên địa bàn nhiều xã.
"""
    + SIGNED.format("Huỳnh Tấn Phước"),
}
