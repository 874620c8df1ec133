"""Vietnamese administrative prose, written for this project, to measure what quantisation costs a model."""

PASSAGES = (
    "Hội nghị tổng kết công tác dân vận năm đã đánh giá những kết quả đạt được, chỉ ra hạn chế, nguyên nhân và đề ra"
    " sáu nhiệm vụ trọng tâm cho năm tới. Các đại biểu thống nhất rằng công tác tuyên truyền cần đi vào thực chất, gắn"
    " với việc giải quyết kịp thời những kiến nghị chính đáng của người dân ngay từ cơ sở.",
    "Điều 5. Trách nhiệm của Ủy ban nhân dân cấp xã\n1. Niêm yết công khai thủ tục hành chính tại bộ phận một cửa.\n"
    "2. Tiếp nhận, trả kết quả đúng hẹn; trường hợp quá hạn phải có thư xin lỗi nêu rõ lý do và thời hạn trả lại.",
    "Toàn tỉnh có 1.284 mô hình “Dân vận khéo” được đăng ký, trong đó 967 mô hình được công nhận, tăng 12,5% so với"
    " cùng kỳ.",
    "Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số 07/2015/QĐ-UBND ngày 20 tháng 3 năm 2015.",
    "Căn cứ Luật Tổ chức chính quyền địa phương; theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 112/TTr-SNV.",
    "Về xây dựng nông thôn mới, đến cuối năm có 78/95 xã đạt chuẩn, chiếm 82,1%; thu nhập bình quân đầu người khu vực"
    " nông thôn đạt 58 triệu đồng; tỷ lệ hộ nghèo đa chiều giảm còn 2,4%. Tuy nhiên, một số xã vùng cao còn chậm hoàn"
    " thành tiêu chí giao thông và môi trường do suất đầu tư lớn, dân cư phân tán, nguồn vốn đối ứng của địa phương hạn"
    " hẹp. Ban Chỉ đạo yêu cầu các ngành rà soát, điều chỉnh kế hoạch vốn, ưu tiên công trình đang thi công dở dang,"
    " đồng thời phát huy vai trò chủ thể của người dân trong việc hiến đất, góp ngày công và giám sát cộng đồng. Các tổ"
    " chức chính trị - xã hội tiếp tục nhân rộng phong trào “sạch nhà, đẹp ngõ”, vận động hội viên phân loại rác tại"
    " nguồn, trồng hoa ven đường, xóa bỏ tập quán lạc hậu. Sở Tài chính phối hợp Sở Kế hoạch và Đầu tư tham mưu cơ chế"
    " lồng ghép ba chương trình mục tiêu quốc gia, báo cáo Thường trực trước ngày 15 tháng 11 hằng năm.",
    "Đồng chí Bí thư Tỉnh ủy nhấn mạnh: cán bộ phải gần dân, sát dân, hiểu dân, nói đi đôi với làm.",
    "Mặt trận Tổ quốc và các đoàn thể chủ trì 45 cuộc giám sát, 12 hội nghị phản biện xã hội đối với dự thảo văn bản.",
    "Phụ lục II: danh mục dịch vụ công trực tuyến toàn trình, mức độ 4, kèm mẫu số 01 và biểu phí, lệ phí.",
    "Bảo hiểm y tế hỗ trợ 70% mức đóng cho người thuộc hộ cận nghèo; phần còn lại do ngân sách tỉnh bảo đảm.",
)

QUESTIONS = (
    "Hội nghị đề ra bao nhiêu nhiệm vụ trọng tâm?",
    "Quyết định nào thay thế Quyết định 07/2015/QĐ-UBND?",
    "tỷ lệ hộ nghèo đa chiều",
    "Ai chịu trách nhiệm niêm yết công khai thủ tục hành chính tại xã?",
    "Có bao nhiêu mô hình dân vận khéo được công nhận trong năm?",
    "muc ho tro bao hiem y te cho ho can ngheo la bao nhieu",
    "Thời hạn báo cáo Thường trực về lồng ghép các chương trình mục tiêu quốc gia là khi nào, do cơ quan nào tham mưu?",
    "45 cuộc giám sát do ai chủ trì?",
)
